"""Queries that are put together by a program."""

from __future__ import annotations

from typing import Any, Callable, Union

from . import _rsearch

_PLAIN, _MUST, _MUST_NOT = range(3)
_BAG, _AND, _OR = range(3)

_Add = Callable[[_rsearch.Query, int], Any]

Value = Union[str, int, float, bool]


class Query:
    """A query, put together from parts; it never changes and knows no index.

    Parts are made by the functions below and combined with ``&`` (both), ``|`` (either) and ``~``
    (everything else); ``*`` weighs one.

    >>> from rsearch import Query
    >>> query = Query.phrase("cluster munitions") & ~Query.word("landmines")
    >>> query = query & Query.range("date", "2007", "2008") & Query.value("ministers", "Phil Goff")
    >>> query = Query.near("treaty", Query.prefix("muni"), distance=5) | Query.word("oslo") * 2
    """

    __slots__ = ("_add", "_group", "_parts")

    def __init__(self, add: _Add, group: int | None = None, parts: tuple[Query, ...] = ()) -> None:
        self._add = add
        self._group = group
        self._parts = parts

    # --- leaves ---

    @staticmethod
    def word(word: str, field: str | None = None, *, exact: bool = False) -> Query:
        """A word in any inflection; `exact`: in this form only, case and marks included."""
        return _leaf(lambda to, role, boost: to.word(field, word, exact, boost, role))

    @staticmethod
    def phrase(
        phrase: str,
        field: str | None = None,
        *,
        stems: bool = False,
        exact: bool = False,
        distance: int = 0,
    ) -> Query:
        """Words one behind the other: as they are written, in any inflection (`stems`), in exactly
        these forms (`exact`), moved by at most `distance` places together."""
        return _leaf(lambda to, role, boost: to.phrase(field, phrase, stems, exact, distance, boost, role))

    @staticmethod
    def prefix(prefix: str, field: str | None = None) -> Query:
        """Words that begin so."""
        return _leaf(lambda to, role, boost: to.prefix(field, prefix, boost, role))

    @staticmethod
    def wildcard(pattern: str, field: str | None = None) -> Query:
        """Words that match: ``?`` is one character, ``*`` any number."""
        return _leaf(lambda to, role, boost: to.wildcard(field, pattern, boost, role))

    @staticmethod
    def regex(pattern: str, field: str | None = None) -> Query:
        """Words that match a regular expression, whole."""
        return _leaf(lambda to, role, boost: to.regex(field, pattern, boost, role))

    @staticmethod
    def fuzzy(word: str, field: str | None = None, *, edits: int = 1) -> Query:
        """Words within so many edits (0 to 2)."""
        return _leaf(lambda to, role, boost: to.fuzzy(field, word, edits, boost, role))

    @staticmethod
    def value(field: str, value: Value) -> Query:
        """Documents whose field has this whole value: a keyword, a date (``"2007-05"``), a number."""
        return Query(lambda to, role: to.value(field, _text(value), role))

    @staticmethod
    def range(field: str, start: Value | None = None, end: Value | None = None) -> Query:
        """Documents with a value from `start` to `end`, both included; None leaves an end open."""
        first, last = _end(start), _end(end)
        return Query(lambda to, role: to.range(field, first, last, role))

    @staticmethod
    def exists(field: str) -> Query:
        """Documents that have anything in this field."""
        return Query(lambda to, role: to.exists(field, role))

    @staticmethod
    def all() -> Query:
        """Every document."""
        return Query(lambda to, role: to.all(role))

    # --- groups ---

    @staticmethod
    def side_by_side(
        *parts: Query | str, must: tuple[Query | str, ...] = (), must_not: tuple[Query | str, ...] = ()
    ) -> Query:
        """As words typed side by side: documents with all of them first, then the others. What is
        in `must` is required, what is in `must_not` excludes. A str is a word."""
        whole = [(part, _PLAIN) for part in _parts(parts)]
        whole += [(part, _MUST) for part in _parts(must)]
        whole += [(part, _MUST_NOT) for part in _parts(must_not)]
        return _group(_BAG, whole)

    @staticmethod
    def every(*parts: Query | str) -> Query:
        """All of them; of none, every document. A str is a word."""
        return _group(_AND, [(part, _PLAIN) for part in _parts(parts)])

    @staticmethod
    def any(*parts: Query | str) -> Query:
        """At least one of them; of none, no document. A str is a word."""
        return _group(_OR, [(part, _PLAIN) for part in _parts(parts)])

    @staticmethod
    def near(*parts: Query | str, distance: int, ordered: bool = False) -> Query:
        """Words, phrases, patterns or alternatives of these with at most `distance` other words
        among them; `ordered`: as they are given. A str is a word."""
        near = _parts(parts)

        def add(to: _rsearch.Query, role: int) -> None:
            to.open_near(distance, ordered, role)
            for part in near:
                part._add(to, _PLAIN)
            to.close_group()

        return Query(add)

    def __and__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        return Query.every(*self._merged(_AND), *other._merged(_AND))

    def __or__(self, other: Query) -> Query:
        if not isinstance(other, Query):
            return NotImplemented
        return Query.any(*self._merged(_OR), *other._merged(_OR))

    def __invert__(self) -> Query:
        return Query(lambda to, role: self._add(to, _PLAIN if role == _MUST_NOT else _MUST_NOT))

    def __mul__(self, boost: float) -> Query:
        return _Weighed(self, boost)

    __rmul__ = __mul__

    def _merged(self, group: int) -> tuple[Query, ...]:
        return self._parts if self._group == group else (self,)

    def _build(self) -> _rsearch.Query:
        """What the library searches for."""
        built = _rsearch.Query(None, False, _AND)
        self._add(built, _PLAIN)
        return built


class _Weighed(Query):
    """What a query is worth, times `boost`."""

    __slots__ = ()

    def __init__(self, inner: Query, boost: float) -> None:
        def add(to: _rsearch.Query, role: int) -> None:
            to.open_group(_AND, role)
            to.weigh_group(boost)
            inner._add(to, _PLAIN)
            to.close_group()

        super().__init__(add)


def _leaf(add: Callable[[_rsearch.Query, int, float], Any]) -> Query:
    return Query(lambda to, role: add(to, role, 1.0))


def _group(kind: int, parts: list[tuple[Query, int]]) -> Query:
    if not parts:
        return Query.all() if kind == _AND else Query.all() & ~Query.all()

    def add(to: _rsearch.Query, role: int) -> None:
        to.open_group(kind, role)
        for part, its_role in parts:
            part._add(to, its_role)
        to.close_group()

    return Query(add, kind, tuple(part for part, _ in parts))


def _parts(parts: tuple[Query | str, ...]) -> list[Query]:
    return [Query.word(part) if isinstance(part, str) else part for part in parts]


def _text(value: Any) -> str:
    """A value as the library reads it: dates as ISO 8601, truths as in front matter."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def _end(value: Any) -> str | None:
    return None if value is None else _text(value)


def _conditions(filters: Any) -> list[Query]:
    """What `filters` of a search asks: a query, or a dict of field → value, list of alternatives,
    or pair of ends."""
    if isinstance(filters, Query):
        return [filters]
    conditions = []
    for field, wanted in filters.items():
        if isinstance(wanted, tuple):
            start, end = wanted
            conditions.append(Query.range(field, start, end))
        elif isinstance(wanted, (list, set, frozenset)):
            conditions.append(Query.any(*(Query.value(field, one) for one in wanted)))
        else:
            conditions.append(Query.value(field, wanted))
    return conditions
