"""Which fields there are and how they are treated; which words mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import _rsearch
from .errors import BadArgumentError

KINDS = {"text": 1, "keyword": 2, "date": 4, "number": 8, "stored": 16}


@dataclass(frozen=True)
class Field:
    """How a field is treated.

    `kinds` is one of ``text`` (words are indexed and ranked), ``keyword`` (whole values: filters
    and facets), ``date``, ``number``, ``stored`` (comes back with a hit), ``ignore``, or several of
    them: ``"keyword date"``.
    """

    kinds: str | Iterable[str]
    weight: float | None = None
    """Share in ranking; None: title 2.5, keyword text 0.5, other text 1."""
    language: str | None = None
    """Of this field's text; None: that of the index."""

    def _number(self) -> int:
        names = self.kinds.split() if isinstance(self.kinds, str) else list(self.kinds)
        number = 0
        for name in names:
            if name != "ignore" and name not in KINDS:
                raise BadArgumentError(f"{name!r} is no kind of field: {', '.join(KINDS)}, ignore")
            number |= KINDS.get(name, 0)
        return number


class Schema:
    """Rules by field. Nothing needs to be said: without a schema kinds are guessed.

    >>> import rsearch
    >>> schema = rsearch.Schema({"isbn": "keyword", "summary": rsearch.Field("text", weight=2)})
    >>> schema = rsearch.Schema.read("fields: { isbn: { type: keyword } }")
    """

    __slots__ = ("_core",)

    def __init__(self, fields: Mapping[str, str | Field] | None = None) -> None:
        self._core = _rsearch.Schema(None, "")
        for name, rule in (fields or {}).items():
            field = rule if isinstance(rule, Field) else Field(rule)
            weight = -1.0 if field.weight is None else field.weight
            self._core.field(name, field._number(), weight, field.language)

    @classmethod
    def read(cls, yaml: str, name: str = "") -> Schema:
        """From the text of an `rsearch.yaml`; `name` is for messages, such as the file's path."""
        schema = cls.__new__(cls)
        schema._core = _rsearch.Schema(yaml, name)
        return schema


class Synonyms:
    """Words that mean the same, for searches that look for all of them. One rule a line:

    >>> import rsearch
    >>> synonyms = rsearch.Synonyms("car, automobile\\nnz => new zealand")
    >>> len(synonyms)
    3
    """

    __slots__ = ("_core",)

    def __init__(self, text: str) -> None:
        self._core = _rsearch.Synonyms(text)

    def __len__(self) -> int:
        return len(self._core)
