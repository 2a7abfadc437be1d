"""Full-text search: the Python face of libreleasesearch.

>>> import rsearch
>>> with rsearch.Index.create("example.index") as index:
...     index.add({"_id": "first", "title": "Treaty signed", "body": "Oslo bans cluster munitions."})
>>> for hit in rsearch.Index.open("example.index").search("munitions"):
...     print(hit.key, hit.title, hit.snippet)
first Treaty signed Oslo bans cluster [munitions].

And for a list of texts that is only to be ranked:

>>> rsearch.bm25(["a dog barks", "the cat purrs", "dogs and cats"]).top("cat", 1)
[Ranked(document=1, score=...)]

An :class:`Index` is a folder: it adds documents, commits, and searches the newest commit that it
has seen. A :class:`Snapshot` is one commit, and any number of threads may search it at once.
"""

from ._rsearch import index_format
from ._rsearch import version as __version__
from .bm25 import BM25, Ranked, bm25
from .errors import (
    BadArgumentError,
    BadDocumentError,
    BadQueryError,
    BusyError,
    CancelledError,
    CorruptError,
    DeadlineError,
    Error,
    ExistsError,
    IoError,
    NoMemoryError,
    NotFoundError,
    UnsupportedError,
)
from .hits import (
    Facet,
    FacetResult,
    FacetValue,
    Factor,
    Hit,
    HitFile,
    Hits,
    Note,
    Span,
)
from .index import CommitReport, Index, Remark
from .query import Query
from .schema import Field, Schema, Synonyms
from .snapshot import FieldInfo, Info, Problem, Snapshot, Suggestion, Term

__all__ = [
    "BM25",
    "BadArgumentError",
    "BadDocumentError",
    "BadQueryError",
    "BusyError",
    "CancelledError",
    "CommitReport",
    "CorruptError",
    "DeadlineError",
    "Error",
    "ExistsError",
    "Facet",
    "FacetResult",
    "FacetValue",
    "Factor",
    "Field",
    "FieldInfo",
    "Hit",
    "HitFile",
    "Hits",
    "Index",
    "Info",
    "IoError",
    "NoMemoryError",
    "NotFoundError",
    "Note",
    "Problem",
    "Query",
    "Ranked",
    "Remark",
    "Schema",
    "Snapshot",
    "Span",
    "Suggestion",
    "Synonyms",
    "Term",
    "UnsupportedError",
    "__version__",
    "bm25",
    "index_format",
]
