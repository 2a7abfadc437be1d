"""Documents as a program has them → what the library takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import BadDocumentError
from .query import _text

KEYS = ("_id", "id")
BODIES = ("text", "body", "contents")

Prepared = tuple[str, "str | None", "list[tuple[str, str | float]]"]


def prepare(document: Mapping[str, Any]) -> Prepared:
    """Key, body and fields of a document, under the names of JSON Lines: `_id` or `id` is the key,
    the first of `text`, `body` and `contents` is the body, all else are fields."""
    key_name = next((name for name in KEYS if document.get(name) is not None), None)
    if key_name is None:
        raise BadDocumentError("a document needs an _id or id")
    body_name = next((name for name in BODIES if document.get(name) is not None), None)
    body = None if body_name is None else document[body_name]
    if body is not None and not isinstance(body, str):
        raise BadDocumentError(f"{body_name} is {type(body).__name__}; it must be str")
    fields: list[tuple[str, str | float]] = []
    for name, value in document.items():
        if name not in (key_name, body_name):
            fields.extend(_values(str(name), value))
    return str(document[key_name]), body, fields


def _values(name: str, value: Any) -> Iterator[tuple[str, str | float]]:
    """Lists give several values, nested dicts dotted names, None nothing."""
    if value is None:
        return
    if isinstance(value, Mapping):
        for inner, its_value in value.items():
            yield from _values(f"{name}.{inner}", its_value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from _values(name, one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name, float(value)
    elif isinstance(value, bytes):
        raise BadDocumentError(f"field {name!r} is bytes; a field is text, decode it")
    else:
        yield name, _text(value)
