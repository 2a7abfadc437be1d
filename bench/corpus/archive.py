"""Documents of a packed archive of releases, whole or a paragraph at a time, as JSON Lines that every
engine reads: id, title, text."""

import json
import os
import re
import tarfile

KINDS = ["whole", "paragraphs"]
_FRONT = re.compile(r"---\n(.*?)\n---\n?(.*)", re.DOTALL)
_TITLE = re.compile(r'^title:\s*"?(.*?)"?\s*$', re.MULTILINE)


def split_document(text):
    """Title and body of a release; the rest of its front matter is left out for every engine alike."""
    match = _FRONT.match(text)
    if not match:
        return "", text
    title = _TITLE.search(match.group(1))
    return title.group(1) if title else "", match.group(2)


def releases(archive):
    """Name, title and body of each release; `archive` is a packed file or a folder."""
    if os.path.isdir(archive):
        for place, folders, names in os.walk(archive):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".md"):
                    path = os.path.join(place, name)
                    with open(path, encoding="utf-8", errors="replace") as source:
                        yield os.path.relpath(path, archive), *split_document(source.read())
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                text = tar.extractfile(member).read().decode("utf-8", "replace")
                yield member.name, *split_document(text)


def documents(archive, kind):
    for name, title, body in releases(archive):
        if kind == "whole":
            yield name, title, body
            continue
        for number, paragraph in enumerate(body.split("\n\n")):
            if paragraph.strip():
                yield f"{name}#{number:04}", title if number == 0 else "", paragraph


def write(path, found, limit=None):
    """Writes documents as JSON Lines; tells how many and how many bytes of text."""
    count = size = 0
    with open(path + ".new", "w", encoding="utf-8") as out:
        for key, title, body in found:
            if count == limit:
                break
            out.write(json.dumps({"id": key, "title": title, "text": body}, ensure_ascii=False) + "\n")
            size += len(title.encode()) + len(body.encode())
            count += 1
    os.replace(path + ".new", path)
    return count, size


def prepare(archive, kind, folder, limit=None):
    """The documents as a file in `folder`, made once; path, count and bytes of text."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{kind}{f'-{limit}' if limit else ''}.jsonl")
    told = path + ".size"
    if not (os.path.exists(path) and os.path.exists(told)):
        count, size = write(path, documents(archive, kind), limit)
        with open(told, "w", encoding="ascii") as out:
            out.write(f"{count} {size}")
    with open(told, encoding="ascii") as source:
        count, size = map(int, source.read().split())
    return path, count, size
