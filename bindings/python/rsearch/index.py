"""An index in a folder: adding, replacing and deleting documents, and searching them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Callable, NamedTuple, Union

from . import _rsearch
from .documents import prepare
from .errors import BadArgumentError, BadDocumentError
from .folders import Known, Roots, add_file, add_folder
from .hits import choose
from .schema import Schema
from .snapshot import _IO, Path, Snapshot

Document = Mapping[str, Any]
Addable = Union[Document, Path, Iterable[Any]]
Progress = Callable[[int, int], Any]


class CommitReport(NamedTuple):
    """What a commit did."""

    added: int
    replaced: int
    deleted: int
    unchanged: int
    """Inputs that were left as they are."""
    skipped: int
    """Inputs that could not be read; :attr:`Index.remarks` tells which."""
    noted: int
    """Documents indexed with a remark."""
    source_bytes: int
    """Of the documents added."""
    documents: int
    """In the index now."""
    index_bytes: int
    generation: int
    """Number of the commit."""
    segments: int


class Remark(NamedTuple):
    """Something to tell about one input."""

    path: str | None
    message: str
    skipped: bool


class Index(Snapshot):
    """An index in a folder.

    It searches the newest commit that it has seen, like a :class:`Snapshot`, and changes what comes
    next: the first change looks for the newest there is and takes the lock that one writer at a time
    has, :meth:`commit` and :meth:`rollback` give it back. As a context manager it commits at the end of the block, unless an
    exception ended it; then nothing has changed.

    >>> import rsearch
    >>> with rsearch.Index.create("notes.index") as index:
    ...     index.add({"_id": "1", "body": "Milk and honey"}, {"_id": "2", "body": "Bread"})
    >>> index = rsearch.Index.open("notes.index")
    >>> index.delete("2")
    >>> index.commit().documents
    1
    """

    path: str

    def __init__(self) -> None:
        raise TypeError("Index.create() makes an index, Index.open() opens one")

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        language: str = "english",
        schema: Schema | Mapping[str, Any] | None = None,
        store: bool = True,
        memory: int = 256 << 20,
        threads: int = 0,
        lock_wait: float = 0.0,
        io: str = "map",
    ) -> Index:
        """Makes an index in folder `path`, whose parent must exist.

        :param language: a Snowball name, an ISO code, or ``none``
        :param schema: how fields are treated; without one kinds are guessed
        :param store: keep bodies for snippets
        :param memory: bytes that a writer may hold, at least 16 MiB
        :param threads: that read and invert documents; 0: one for each core
        :param lock_wait: seconds to wait for another writer
        :param io: ``map``: files are mapped; ``read``: they are read into memory
        :raises ExistsError: when there is one
        """
        options = _options(memory, threads, lock_wait, io)
        if schema is not None and not isinstance(schema, Schema):
            schema = Schema(schema)
        core = None if schema is None else schema._core
        writer = _rsearch.Writer(
            path, core, create=True, exclusive=True, language=language, store=store, **options
        )
        writer.commit(None)
        writer.close()
        return cls._opened(path, options)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        memory: int = 256 << 20,
        threads: int = 0,
        lock_wait: float = 0.0,
        verify: bool = False,
        io: str = "map",
    ) -> Index:
        """Opens the index in folder `path`; see :meth:`create`.

        :param verify: check all checksums first
        :raises NotFoundError: when there is none
        """
        return cls._opened(path, _options(memory, threads, lock_wait, io), verify)

    @classmethod
    def _opened(cls, path: Path, options: dict[str, Any], verify: bool = False) -> Index:
        index = cls.__new__(cls)
        Snapshot.__init__(index, path, verify=verify, io=_IO[options["io"]])
        index.path = os.fspath(path)
        index._options = options
        index._writer = None
        index._roots = None
        index._lock = threading.RLock()
        index.remarks = []
        return index

    _options: dict[str, Any]
    _writer: _rsearch.Writer | None
    _roots: Roots | None
    _lock: threading.RLock
    remarks: list[Remark]
    """What there was to tell about inputs since the last commit but one."""

    # --- changing ---

    def _changing(self) -> _rsearch.Writer:
        if self._writer is None:
            writer = _rsearch.Writer(self.path, None, create=False, **self._options)
            self.refresh()  # nobody else commits from here on
            self._roots = Roots(writer, self._core.roots())
            self.remarks = []
            self._writer = writer
        return self._writer

    def add(self, *what: Addable, markdown: bool = False) -> None:
        """Adds documents, or replaces those with the same key. Seen by searches from the next
        :meth:`commit` on.

        A dict is a document, under the names of JSON Lines: `_id` or `id` is its key, the first of
        `text`, `body` and `contents` its body, all else are fields: str, numbers, dates, lists of
        these. A str or path is a file (Markdown, text, JSON Lines, gzipped or not) or a folder of
        such files; indexing a folder again takes what is new, changed or gone. Anything else gives
        its items one after another.

        >>> import rsearch
        >>> with rsearch.Index.create("people.index") as index:
        ...     index.add({"_id": n, "body": f"Person {n}"} for n in range(1000))
        >>> len(rsearch.Index.open("people.index"))
        1000

        :param markdown: bodies are Markdown: markup is not searched
        """
        with self._lock:
            for one in what:
                self._add(one, markdown)

    def _add(self, what: Any, markdown: bool) -> None:
        if isinstance(what, Mapping):
            key, body, fields = prepare(what)
            self._changing().add(key, body, markdown, fields)
        elif isinstance(what, (str, os.PathLike)):
            self._add_path(os.fspath(what))
        elif isinstance(what, Iterable) and not isinstance(what, (bytes, bytearray)):
            for one in what:
                self._add(one, markdown)
        else:
            raise BadDocumentError(f"{type(what).__name__} is no document, path or iterable")

    def _add_path(self, path: str) -> None:
        writer = self._changing()
        assert self._roots is not None
        if os.path.isdir(path):
            known: Known = {file[0]: file[1:] for file in self._core.files()}
            add_folder(writer, self._roots, path, known)
        else:
            add_file(writer, self._roots, path)

    def update(self, key: str, changes: Document) -> None:
        """Puts `changes` over the fields of a document as it was last committed; None takes a
        field away.

        >>> import rsearch
        >>> index = rsearch.Index.open("notes.index")
        >>> index.update("1", {"tag": "food", "body": "Milk, honey and bread"})
        >>> index.commit().replaced
        1
        >>> index["1"]["tag"]
        'food'

        :raises NotFoundError: when there is none with this key
        """
        with self._lock:
            self._changing()
            hit = self[key]
            if hit.body is None and "body" not in changes:
                raise BadArgumentError(f"{key}: its body is not stored, give it with the changes")
            document = {**hit.fields, "_id": key, "body": hit.body, **changes}
            self._add(document, hit.markdown)

    def delete(self, key: str) -> None:
        """Deletes the document with this key, if there is one."""
        with self._lock:
            self._changing().delete(key)

    def delete_file(self, name: str) -> None:
        """Deletes all documents that came from the file the index calls so."""
        with self._lock:
            self._changing().delete_file(name)

    def commit(self, progress: Progress | None = None) -> CommitReport:
        """Makes all changes visible and durable: after a crash at any moment the index is the last
        commit or this one.

        :param progress: called now and then with documents and bytes done while segments are
            merged; an exception stops that
        """
        with self._lock:
            writer = self._changing()
            try:
                report = CommitReport(**writer.commit(progress))
            finally:
                self._tell_remarks()
            self._let_go()
            self.refresh()
            return report

    def rollback(self) -> None:
        """Forgets all changes since the last commit."""
        with self._lock:
            self._let_go()

    def optimize(self, progress: Progress | None = None) -> None:
        """Commits, and merges all into one segment without deleted documents.

        :param progress: as of :meth:`commit`
        """
        with self._lock:
            self._changing().optimize(progress)
            self._let_go()
            self.refresh()

    def refresh(self) -> bool:
        """Searches see the newest commit from now on. Whether there was a newer one."""
        with self._lock:
            core = self._core.refresh()
            newer = core is not self._core
            self._core = core
            return newer

    def snapshot(self) -> Snapshot:
        """The commit that searches see now, for as long as it is wanted: closing it leaves the index
        open, and the other way round."""
        return Snapshot._of(self._core.share())

    def close(self) -> None:
        """Forgets changes that were not committed, and lets go of the files."""
        self.rollback()
        super().close()

    def _let_go(self) -> None:
        if self._writer is not None:
            self._tell_remarks()
            self._writer.close()
            self._writer = None

    def _tell_remarks(self) -> None:
        if self._writer is not None:
            self.remarks += [Remark(*note) for note in self._writer.take_notes()]

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._writer is not None:
                self.commit()
        finally:
            self.close()

    def __repr__(self) -> str:
        return f"<Index {self.path!r}>"


def _options(memory: int, threads: int, lock_wait: float, io: str) -> dict[str, Any]:
    return {
        "memory": memory,
        "threads": threads,
        "lock_wait_ms": round(lock_wait * 1000),
        "io": choose(io, _IO, "files are read by"),
    }
