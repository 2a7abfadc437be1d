"""Files and folders → calls of a writer: which files there are, and which of them are new."""

from __future__ import annotations

import os
from collections.abc import Iterator

from . import _rsearch

# Endings of what is plainly not text.
_BINARY = frozenset(
    """
    7z a aac ai apk avi avif bin bmp bz2 class cr2 db deb dll dmg doc docx dylib ear eot eps epub
    exe flac flv gif heic ico img iso jar jpeg jpg jxl m4a m4v mdb mkv mobi mov mp3 mp4 mpeg mpg nef
    o obj odg odp ods odt ogg ogv opus otf parquet pdf png ppt pptx psd pyc rar rpm so sqlite
    sqlite3 swf tar tgz tif tiff ttf war wasm wav webm webp wma wmv woff woff2 xls xlsx xz zip zst
    """.split()
)

Known = dict[str, "tuple[int, int, int, int]"]
"""Files of the last commit: size, inode, hash, time in nanoseconds."""


class Roots:
    """The folders that an index has recorded: where the names of its files count from."""

    def __init__(self, writer: _rsearch.Writer, roots: list[tuple[str, str]]) -> None:
        self._writer = writer
        self._roots = dict((path, label) for label, path in roots)

    def name(self, path: str, folder: str) -> str:
        """What the index calls `path`; a path below no recorded folder records `folder`."""
        within = [root for root in self._roots if _is_below(path, root)]
        root = max(within, key=len) if within else folder
        if root not in self._roots:
            self._roots[root] = self._writer.root(root)
        below = os.path.relpath(path, root)
        label = self._roots[root]
        if below == ".":
            return label
        return f"{label}/{below}" if label else below

    def is_elsewhere(self, name: str, top: str) -> bool:
        """Whether `name` counts from a folder other than the one `top` counts from."""
        labels = [label for label in self._roots.values() if label]
        of_name = [label for label in labels if _is_below(name, label)]
        of_top = [label for label in labels if _is_below(top, label)]
        return of_name != of_top


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def add_file(writer: _rsearch.Writer, roots: Roots, path: str) -> None:
    """A file by itself; it counts from the folder it is in unless that is recorded otherwise."""
    absolute = os.path.abspath(path)
    name = roots.name(absolute, os.path.dirname(absolute))
    _give(writer, absolute, name, os.stat(absolute), None)


def add_folder(writer: _rsearch.Writer, roots: Roots, path: str, known: Known) -> None:
    """Brings the index up to date with a folder: new and changed files are added, documents of
    files that are gone deleted."""
    absolute = os.path.abspath(path)
    top = roots.name(absolute, absolute)
    met = set()
    for file in _walk(absolute):
        below = os.path.relpath(file, absolute)
        name = f"{top}/{below}" if top else below
        try:
            about = os.stat(file)
        except FileNotFoundError:
            continue  # since it was listed
        met.add(name)
        before = known.get(name)
        stamps = (about.st_size, about.st_ino, about.st_mtime_ns)
        if before is None:
            _give(writer, file, name, about, None)
        elif (before[0], before[1], before[3]) != stamps:
            _give(writer, file, name, about, before[2])
    for name in known:
        below_top = not top or _is_below(name, top)
        if name not in met and below_top and not roots.is_elsewhere(name, top):
            below = name[len(top) :].lstrip("/")
            if _is_gone(os.path.join(absolute, below)):
                writer.delete_file(name)


def _is_gone(path: str) -> bool:
    """Whether there is no such file; one that may not be looked for may be there."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def _give(
    writer: _rsearch.Writer, path: str, name: str, about: os.stat_result, known_hash: int | None
) -> None:
    stamps = {"size": about.st_size, "mtime_ns": about.st_mtime_ns, "inode": about.st_ino}
    if known_hash is not None:
        stamps["known_hash"] = known_hash
    writer.add_file(path, name, **stamps)


def _walk(top: str) -> Iterator[str]:
    """All files below, in the order of their names; hidden ones are passed over, and so are those
    that are plainly not text, and folders that hold an index."""
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in folders if not _is_index(os.path.join(folder, name))]
        for name in sorted(files):
            if not name.startswith(".") and not _is_binary(name.lower()):
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    yield path


def _is_binary(name: str) -> bool:
    return name.rpartition(".")[2] in _BINARY or name.endswith(".tar.gz")


def _is_index(path: str) -> bool:
    """An index is known by its lock and its commits."""
    try:
        names = os.listdir(path)
    except OSError:
        return False
    return "write.lock" in names and any(name.startswith("commit-") for name in names)
