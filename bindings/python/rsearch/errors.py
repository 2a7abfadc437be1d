"""Exceptions: one class for each way in which the library fails, all from :class:`Error`."""

from __future__ import annotations

from typing import Any, ClassVar


class Error(Exception):
    """Something went wrong. Its text is one line that names the file or value and what to do.

    >>> import rsearch
    >>> try:
    ...     rsearch.Index.open("no-such-folder")
    ... except rsearch.Error as error:
    ...     print(type(error).__name__, error.status, error.file)
    NotFoundError not found no-such-folder
    """

    status: ClassVar[str] = "error"
    """The library's name of this kind."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        system_error: int = 0,
        offset: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        """The line alone."""
        self.file = file
        """The index or file that the call was about, or None."""
        self.system_error = system_error
        """The `errno` of the system, or 0."""
        self.offset = offset
        """The byte in the query or file, where that makes sense."""

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        state = (self.message, self.file, self.system_error, self.offset)
        return _restore, (type(self), *state)


class NoMemoryError(Error, MemoryError):
    """An allocation failed, or the limit of memory is reached."""

    status = "no memory"


class IoError(Error, OSError):
    """The system refused to read or write; `system_error` tells why."""

    status = "input/output"


class CorruptError(Error):
    """Bytes of an index are not what was written."""

    status = "corrupt"


class BadArgumentError(Error, ValueError):
    """A value is not one that the call takes."""

    status = "bad argument"


class BadQueryError(Error, ValueError):
    """A query is not well formed; `offset` is its byte."""

    status = "bad query"


class BadDocumentError(Error, ValueError):
    """A document could not be read."""

    status = "bad document"


class NotFoundError(Error, LookupError):
    """No such index, document or field."""

    status = "not found"


class BusyError(Error):
    """Another writer holds the index."""

    status = "busy"


class UnsupportedError(Error):
    """An index of a newer format, or of another version of the analysis."""

    status = "unsupported"


class DeadlineError(Error):
    """The deadline passed before the work was done."""

    status = "timeout"


class CancelledError(Error):
    """Somebody asked to stop."""

    status = "cancelled"


class ExistsError(Error):
    """What should be created is already there."""

    status = "exists"


_kinds: dict[str, type[Error]] = {
    kind.status: kind
    for kind in (
        NoMemoryError,
        IoError,
        CorruptError,
        BadArgumentError,
        BadQueryError,
        BadDocumentError,
        NotFoundError,
        BusyError,
        UnsupportedError,
        DeadlineError,
        CancelledError,
        ExistsError,
    )
}


def _make(status: str, message: str, system_error: int, offset: int, file: str | None) -> Error:
    """What the extension raises."""
    kind = _kinds.get(status, Error)
    return kind(message, file=file, system_error=system_error, offset=offset)


def _restore(kind: type[Error], message: str, file: str | None, system_error: int, offset: int) -> Error:
    return kind(message, file=file, system_error=system_error, offset=offset)
