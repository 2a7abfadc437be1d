"""What a search found."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Union, overload

from . import _rsearch
from .errors import BadArgumentError
from .schema import KINDS

FieldValue = Union[str, int, float, list[Any]]

_FRESHNESS = ("fresh", "changed", "gone", "unknown")
_FACET_KINDS = ("value", "year", "month", "day")
_FACTOR_KINDS = ("number", "sum", "rounded", "cut", "formula")
_NOTE_KINDS = ("query", "synonym", "sort", "recency", "cut")


class Span(NamedTuple):
    """Where the query matched: characters `start` to `end` of a value of a field, or of the body."""

    field: str
    """``"body"``, or the name of a field."""
    value: int
    """Which value of the field, from 0."""
    start: int
    end: int
    leaf: int
    """Which word or phrase of the query; a phrase is one span."""


class Note(NamedTuple):
    """A remark about a query, such as an operator that was taken as a word."""

    message: str
    kind: str
    """``query``, ``synonym``, ``sort``, ``recency`` or ``cut``."""
    start: int
    end: int
    """The bytes of the query (UTF-8) that it is about."""


class Factor(NamedTuple):
    """A number that a score is made of, and the numbers it is made of itself."""

    value: float
    name: str
    kind: str
    """``number``, ``sum``, ``rounded``, ``cut`` or ``formula``."""
    parts: tuple[Any, ...]

    def __str__(self) -> str:
        lines = [f"{self.value:.9g}  {self.name}"]
        for part in self.parts:
            lines += ["  " + line for line in str(part).split("\n")]
        return "\n".join(lines)


class HitFile(NamedTuple):
    """The file that a document came from."""

    name: str
    """As the index calls it."""
    size: int
    mtime_ns: int
    freshness: str
    """Whether it is still as it was indexed: ``fresh``, ``changed``, ``gone`` or ``unknown``."""


class Facet(NamedTuple):
    """A facet to count: documents by the values of a field."""

    field: str
    limit: int | None = 10
    """Values wanted; None: all."""
    by: str = "value"
    """``value``, or of a date field ``year``, ``month``, ``day``."""
    order: str = "count"
    """``count``: most documents first; ``value``: ascending, as a timeline."""
    own_filter: bool = True
    """False: count as if the query had no condition on this field."""

    def _request(self) -> tuple[str, int, int, int, bool]:
        limit = 2**32 - 1 if self.limit is None else self.limit
        kind = choose(self.by, _FACET_KINDS, "a facet counts by")
        order = choose(self.order, ("count", "value"), "a facet is ordered by")
        return self.field, kind, order, limit, not self.own_filter


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet."""

    value: str
    count: int
    """Documents that have it."""
    start: int
    end: int
    """Of dates: the seconds since 1970 when it begins, and when the next one would."""


class FacetResult(NamedTuple):
    """Counts over all documents that match."""

    field: str
    by: str
    values: tuple[FacetValue, ...]
    distinct: int
    """How many values there are."""
    documents: int
    """Counted over."""
    missing: int
    """Documents without a value."""
    exact: bool


def choose(name: str, names: Sequence[str], what: str) -> int:
    """The number of a name, or an error that tells all names."""
    try:
        return names.index(name)
    except ValueError:
        raise BadArgumentError(f"{what} {', '.join(names)}, not {name!r}") from None


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            pass
    return text


def _field_value(kinds: int, is_list: bool, texts: list[str]) -> FieldValue:
    number = kinds & KINDS["number"] and not kinds & (KINDS["text"] | KINDS["keyword"])
    values: list[Any] = [_number(text) for text in texts] if number else list(texts)
    return values if is_list or len(values) != 1 else values[0]


def _characters(text: bytes, places: list[int]) -> dict[int, int]:
    """Bytes of a text → characters of it."""
    found, at, count = {}, 0, 0
    for place in sorted(set(places)):
        count += len(text[at:place].decode("utf-8", "replace"))
        found[place] = count
        at = place
    return found


class Hit:
    """A document that was found.

    What is asked for is read then; a hit that was pickled brings all of it, but for snippets other
    than :attr:`snippet`.
    """

    __slots__ = ("_core", "_data", "_number", "_snippet", "_spans", "key", "score")

    key: str
    """The identity of the document."""
    score: float

    def __init__(self, core: _rsearch.Hits | None, number: int, key: str, score: float) -> None:
        self._core = core
        self._number = number
        self._data: dict[str, Any] | None = None
        self._spans: tuple[Span, ...] | None = None
        self._snippet: str | None = None
        self.key = key
        self.score = score

    def _living(self) -> _rsearch.Hits:
        if self._core is None:
            raise BadArgumentError("a hit that was pickled has left its index")
        return self._core

    def _read(self) -> dict[str, Any]:
        if self._data is None:
            self._data = self._living().get(self._number)
        return self._data

    @property
    def fields(self) -> dict[str, FieldValue]:
        """The stored fields in their order: text and dates as str, numbers as int or float, lists
        as list."""
        fields = self._read()["fields"]
        return {name: _field_value(kinds, more, texts) for name, kinds, more, texts in fields}

    @property
    def title(self) -> str:
        """The title, or the empty string."""
        title = self.get("title", "")
        return title[0] if isinstance(title, list) and title else str(title)

    @property
    def body(self) -> str | None:
        """The main text; None when it is neither stored nor to be had from its file."""
        body = self._read()["body"]
        return None if body is None else body.decode("utf-8", "replace")

    @property
    def markdown(self) -> bool:
        """Whether the body is Markdown."""
        return bool(self._read()["markdown"])

    @property
    def matches_all(self) -> bool:
        """Whether the document has all words of the query."""
        return bool(self._read()["matches_all"])

    @property
    def collapsed(self) -> int:
        """Documents that match, too, and are no hits because this one stands for them."""
        return int(self._read()["collapsed"])

    def __getitem__(self, field: str) -> FieldValue:
        return self.fields[field]

    def __contains__(self, field: object) -> bool:
        return field in self.fields

    def get(self, field: str, default: Any = None) -> Any:
        """The value of a field, or `default`."""
        for name, kinds, more, texts in self._read()["fields"]:
            if name == field:
                return _field_value(kinds, more, texts)
        return default

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the query matched, by field, value and start; in characters of these texts."""
        if self._spans is None:
            self._spans = tuple(self._find_spans())
        return self._spans

    def _find_spans(self) -> Iterator[Span]:
        data = self._read()
        found = self._living().spans(self._number)
        places: dict[tuple[int, int], list[int]] = {}
        for field, value, start, end, _ in found:
            places.setdefault((field, value), []).extend((start, end))
        characters = {
            place: _characters(self._text(data, *place), bytes_of) for place, bytes_of in places.items()
        }
        for field, value, start, end, leaf in found:
            at = characters[field, value]
            name = "body" if field < 0 else data["fields"][field][0]
            yield Span(name, value, at[start], at[end], leaf)

    @staticmethod
    def _text(data: dict[str, Any], field: int, value: int) -> bytes:
        if field < 0:
            return data["body"] or b""
        text: str = data["fields"][field][3][value]
        return text.encode("utf-8")

    @property
    def snippet(self) -> str:
        """The best passages of the body, matches in brackets: ``highlight()``."""
        if self._snippet is None:
            self._snippet = self.highlight()
        return self._snippet

    def highlight(
        self,
        field: str | None = None,
        value: int = 0,
        *,
        size: int = 240,
        passages: int = 2,
        marks: tuple[str, str] | None = None,
        ellipsis: str = " … ",
        html: bool = False,
        whole: bool = False,
    ) -> str:
        """Passages of the body, or of a value of `field`, with marks around matches.

        :param size: bytes wanted, about
        :param passages: at most so many pieces
        :param marks: by default ``[`` and ``]``, and ``<mark>`` and ``</mark>`` in HTML
        :param html: the text is escaped, marks and ellipsis stay as they are
        :param whole: all of it, whatever `size` and `passages` say
        """
        start, end = marks or (("<mark>", "</mark>") if html else ("[", "]"))
        return self._living().snippet(
            self._number,
            field=field,
            value=value,
            size=size,
            passages=passages,
            mark_start=start,
            mark_end=end,
            ellipsis=ellipsis,
            format=int(html),
            whole=whole,
        )

    def explain(self) -> Factor:
        """How the score comes about: a tree whose root has the score as its value."""

        def convert(kind: int, value: float, name: str, parts: list[Any]) -> Factor:
            return Factor(value, name, _FACTOR_KINDS[kind], tuple(convert(*part) for part in parts))

        return convert(*self._living().explain(self._number))

    def file(self, root: str | os.PathLike[str] | None = None) -> HitFile | None:
        """The file that the document came from, looked at now; None when it came from no file.
        `root` is the folder its name counts from; None: as recorded in the index."""
        found = self._living().file(self._number, root)
        if found is None:
            return None
        name, size, mtime_ns, freshness = found
        return HitFile(name, size, mtime_ns, _FRESHNESS[freshness])

    def __repr__(self) -> str:
        return f"<Hit {self.key!r} {self.score:.4g}>"

    def __getstate__(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "score": self.score,
            "data": self._read(),
            "spans": self.spans,
            "snippet": self.snippet,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._core = None
        self._number = 0
        self.key = state["key"]
        self.score = state["score"]
        self._data = state["data"]
        self._spans = state["spans"]
        self._snippet = state["snippet"]

    def __reduce__(self) -> tuple[Any, ...]:
        return Hit, (None, 0, self.key, self.score), self.__getstate__()


class Hits(Sequence[Hit]):
    """A page of hits, the best first: a sequence of :class:`Hit`, and what holds for all."""

    def __init__(self, core: _rsearch.Hits, facets: list[Facet]) -> None:
        summary = core.summary()
        self._core: _rsearch.Hits | None = core
        self._hits = [Hit(core, number, key, score) for number, (key, score) in enumerate(core.keys())]
        self._suggestion: str | None = None
        self.query: str = summary["query"]
        """The text of the query; of :meth:`Snapshot.like` the words that were looked for."""
        self.total: int = summary["total"]
        """Documents that match: with all words if there is one such, else with any."""
        self.total_is_exact: bool = summary["total_is_exact"]
        self.total_has_all_words: bool = summary["total_has_all_words"]
        self.timed_out: bool = summary["timed_out"]
        """The deadline passed: these are the hits found until then."""
        self.took: float = summary["took_ns"] / 1e9
        """Seconds."""
        self.next: str | None = summary["next"]
        """The place behind the last hit, for `after` of the next search; None: nothing follows."""
        self.notes: list[Note] = [
            Note(message, _NOTE_KINDS[kind], start, end) for message, kind, start, end in summary["notes"]
        ]
        """Remarks for the user, such as an operator that was taken as a word."""
        self.facets: dict[str, FacetResult] = {
            name: self._facet(core, number) for number, name in enumerate(_names(facets))
        }
        """By field, or by ``field/year`` and the like of dates."""

    @staticmethod
    def _facet(core: _rsearch.Hits, number: int) -> FacetResult:
        field, kind, distinct, documents, missing, exact, values = core.facet(number)
        told = tuple(FacetValue(*value) for value in values)
        return FacetResult(field, _FACET_KINDS[kind], told, distinct, documents, missing, exact)

    @property
    def did_you_mean(self) -> str | None:
        """The query with words that hardly any document has put right, or None. Nothing is
        computed unless it is asked for."""
        if self._suggestion is None:
            self._suggestion = self._core.suggestion() if self._core else ""
        return self._suggestion or None

    def keys(self) -> list[str]:
        """The keys of the hits, in their order."""
        return [hit.key for hit in self._hits]

    @overload
    def __getitem__(self, number: int) -> Hit: ...
    @overload
    def __getitem__(self, number: slice) -> list[Hit]: ...
    def __getitem__(self, number: int | slice) -> Hit | list[Hit]:
        return self._hits[number]

    def __len__(self) -> int:
        return len(self._hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._hits)

    def __repr__(self) -> str:
        return f"<Hits {len(self)} of {self.total} for {self.query!r}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_core": None, "_suggestion": self.did_you_mean or ""}


def _names(facets: list[Facet]) -> Iterator[str]:
    for facet in facets:
        yield facet.field if facet.by == "value" else f"{facet.field}/{facet.by}"
