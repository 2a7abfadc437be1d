"""One commit of an index, held open for reading."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Union

from . import _rsearch
from .errors import NotFoundError
from .hits import Facet, Hit, Hits, choose
from .query import Query, Value, _conditions
from .schema import KINDS, Synonyms

Path = Union[str, "os.PathLike[str]"]
Wanted = Union[Value, tuple[Any, Any], list[Any], set[Any], frozenset[Any]]
Filters = Union[Query, Mapping[str, Wanted]]

_MATCH = ("auto", "any", "all")
_RANKING = ("bm25f", "bm25", "default")
_COLLAPSE = ("none", "same", "near")
_IO = ("map", "read")
_TERMS = ("prefix", "wildcard", "regex", "fuzzy")
_SUGGESTIONS = {"word": 1, "value": 2, "title": 4}


@dataclass(frozen=True)
class Suggestion:
    """How what was typed may go on."""

    text: str
    kind: str
    """``word``, ``value`` (of a keyword field) or ``title``."""
    field: str
    """Of values and titles; else empty."""
    count: int
    query: str
    """What was typed, with it put in place: a query."""
    start: int
    end: int
    """The bytes of what was typed (UTF-8) that it stands in place of."""


class Term(NamedTuple):
    """A word of the texts."""

    word: str
    """Case and marks folded, as patterns see it."""
    form: str
    """As it is written most often."""
    term: str
    """Its stem: words with the same are found by each other."""
    documents: int
    occurrences: int
    edits: int
    """From the pattern, of ``match="fuzzy"``."""


class FieldInfo(NamedTuple):
    """A field of an index."""

    name: str
    kinds: frozenset[str]
    documents: int
    """That have it."""
    distinct_values: int
    average_length: float
    """In words, of text."""


class Problem(NamedTuple):
    """Something wrong with an index."""

    file: str | None
    section: str | None
    message: str


class Info(NamedTuple):
    """What a commit holds."""

    documents: int
    deleted: int
    """Documents deleted and not yet merged away."""
    generation: int
    segments: int
    source_bytes: int
    index_bytes: int
    stored: bool
    language: str
    parts: dict[str, int]
    """Bytes by part."""


class Snapshot:
    """A commit as it was when it was opened: later ones do not change it. Any number of threads may
    use one at the same time, and work without the GIL.

    >>> import rsearch
    >>> with rsearch.Snapshot("releases.index") as snapshot:
    ...     print(len(snapshot), snapshot.search("treaty", limit=1).total)
    3 2
    """

    _core: _rsearch.Snapshot

    def __init__(self, path: Path, *, verify: bool = False, io: str = "map") -> None:
        """Opens the newest commit of the index in folder `path`.

        :param verify: check all checksums first
        :param io: ``map``: files are mapped; ``read``: they are read into memory
        """
        self._core = _rsearch.Snapshot(path, verify, choose(io, _IO, "files are read by"))

    @classmethod
    def _of(cls, core: _rsearch.Snapshot) -> Snapshot:
        snapshot = Snapshot.__new__(Snapshot)
        snapshot._core = core
        return snapshot

    def refreshed(self) -> Snapshot:
        """The newest commit; this very snapshot when nothing was committed since."""
        core = self._core.refresh()
        return self if core is self._core else Snapshot._of(core)

    def close(self) -> None:
        """Lets go of the files. Hits stay as they are."""
        self._core.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- searching ---

    def search(
        self,
        query: str | Query = "",
        *,
        limit: int = 10,
        skip: int = 0,
        after: str | None = None,
        filters: Filters | None = None,
        sort: str | Sequence[str] = (),
        facets: Sequence[str | Facet] = (),
        match: str = "auto",
        ranking: str = "default",
        k1: float | None = None,
        b: float | None = None,
        weights: Mapping[str, float] | None = None,
        recency: float | None = None,
        recency_field: str | None = None,
        now: int | None = None,
        year_boost: float | None = None,
        collapse: str = "none",
        synonyms: Synonyms | None = None,
        synonym_weight: float = 0.7,
        expand: bool = False,
        timeout: float | None = None,
        exact_total: bool = True,
        exhaustive: bool = False,
        strict: bool = False,
    ) -> Hits:
        """The documents that match best.

        >>> import rsearch
        >>> index = rsearch.Index.open("releases.index")
        >>> index.search("treaty", filters={"date": ("2007", None)}, sort="-date").keys()
        ['dublin', 'oslo']

        :param query: as people type it (every string is a query), or a :class:`Query`
        :param limit: hits wanted, up to a million; `skip`: hits passed over first
        :param after: :attr:`Hits.next` of the page before: the hits behind it
        :param filters: conditions that do not score: a :class:`Query`, or for each field a value, a
            list of values any of which will do, or a pair of ends, either of which may be None
        :param sort: fields, the first first; with ``-`` in front descending; ``"score"``
        :param facets: fields to count documents by; see :class:`Facet`
        :param match: ``auto``: documents with all words first; ``any``: by score alone; ``all``:
            only those with all words
        :param ranking: ``default``, ``bm25f`` or ``bm25``; `k1` and `b` by the lengths unless given
        :param weights: of fields, in place of the schema's
        :param recency: half-life in days: the newer of two like documents comes first; by
            `recency_field` (``date``), as of `now` (seconds since 1970)
        :param year_boost: documents of a year that the query names score so many times as much
        :param collapse: one hit for documents whose bodies are the ``same``, or ``near``
        :param synonyms: words that are looked for besides, each worth `synonym_weight`
        :param expand: look for what the first hits are about, too
        :param timeout: seconds; when they pass, what was found comes back
        :param exact_total: count all matches even where the search could stop
        :param exhaustive: score every posting: slow, the same result
        :param strict: what is not well formed in a query is a :class:`BadQueryError`
        """
        wanted = [Facet(facet) if isinstance(facet, str) else facet for facet in facets]
        options: dict[str, Any] = {
            "limit": limit,
            "skip": skip,
            "match": choose(match, _MATCH, "words match by"),
            "ranking": choose(ranking, _RANKING, "a ranking is one of"),
            "collapse": choose(collapse, _COLLAPSE, "hits collapse by"),
            "synonym_weight": synonym_weight,
            "expand": expand,
            "exact_total": exact_total,
            "exhaustive": exhaustive,
            "facets": [facet._request() for facet in wanted],
            "sort": [_sort_key(key) for key in ([sort] if isinstance(sort, str) else sort)],
            "weights": list((weights or {}).items()),
        }
        given = {
            "after": after,
            "k1": k1,
            "b": b,
            "recency_half_life_days": recency,
            "recency_field": recency_field,
            "recency_now": now,
            "year_boost": year_boost,
            "synonyms": None if synonyms is None else synonyms._core,
            "deadline_ms": None if timeout is None else max(1, round(timeout * 1000)),
        }
        options.update((name, value) for name, value in given.items() if value is not None)
        return Hits(self._core.search(_built(query, filters, strict), options), wanted)

    def get(self, key: str) -> Hit | None:
        """The document with this key, or None."""
        try:
            return Hits(self._core.get(key), [])[0]
        except NotFoundError:
            return None

    def __getitem__(self, key: str) -> Hit:
        return Hits(self._core.get(key), [])[0]

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        return int(self._core.info()["documents"])

    def like(
        self, key: str | None = None, *, text: str | None = None, words: int = 25, limit: int = 10
    ) -> Hits:
        """Documents that are like the one with this key, or like a text; :attr:`Hits.query` tells
        the words that were looked for, at most so many.

        >>> import rsearch
        >>> rsearch.Index.open("releases.index").like("oslo").keys()
        ['dublin']
        """
        return Hits(self._core.like(key, text, words, {"limit": limit}), [])

    # --- words ---

    def complete(
        self, typed: str, *, limit: int = 5, kinds: Sequence[str] = ("word", "value", "title")
    ) -> list[Suggestion]:
        """How what is being typed may go on: words first, then values, then titles, each kind best
        first, at most `limit` of each. Quick enough to be asked at every key.

        >>> import rsearch
        >>> index = rsearch.Index.open("releases.index")
        >>> [found.query for found in index.complete("cluster mun", kinds=["word"])]
        ['cluster munitions']
        """
        names = list(_SUGGESTIONS)
        numbers = sum({1 << choose(kind, names, "a suggestion is a") for kind in kinds})
        found = self._core.suggest(typed, limit, numbers)
        told = {number: name for name, number in _SUGGESTIONS.items()}
        return [
            Suggestion(text, told[kind], field, count, query, start, end)
            for kind, text, field, count, start, end, query in found
        ]

    def terms(
        self, pattern: str = "", *, match: str = "prefix", edits: int = 1, limit: int | None = None
    ) -> list[Term]:
        """The words of the index that begin so (``prefix``), match a ``wildcard`` or ``regex``, or
        are within so many `edits` (``fuzzy``), in their order.

        >>> import rsearch
        >>> [term.form for term in rsearch.Index.open("releases.index").terms("treat")]
        ['Treaty']
        """
        number = choose(match, _TERMS, "words match by")
        found = self._core.terms(pattern, number, edits, -1 if limit is None else limit)
        return [Term(*entry) for entry in found]

    # --- what there is ---

    @property
    def info(self) -> Info:
        """Counts and sizes."""
        return Info(**self._core.info())

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """The fields by name, ``body`` first."""
        return {
            name: FieldInfo(name, _kinds(kinds), documents, distinct, length)
            for name, kinds, documents, distinct, length in self._core.fields()
        }

    def check(self) -> list[Problem]:
        """Reads and checks everything; what is wrong, or nothing."""
        return [Problem(*problem) for problem in self._core.check()]


def _kinds(number: int) -> frozenset[str]:
    return frozenset(name for name, bit in KINDS.items() if number & bit)


def _sort_key(key: str) -> tuple[str | None, bool]:
    """Scores are best first unless told otherwise."""
    name = key.lstrip("+-")
    if name == "score":
        return None, not key.startswith("+")
    return name, key.startswith("-")


def _built(query: str | Query, filters: Filters | None, strict: bool) -> _rsearch.Query:
    built = query._build() if isinstance(query, Query) else _rsearch.Query(query, strict, 0)
    conditions = [] if filters is None else _conditions(filters)
    if conditions:
        built.narrow()
    for condition in conditions:
        condition._add(built, 0)
    return built
