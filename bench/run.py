"""Builds the index of every engine over the same documents, runs the same queries on each in turn, and
prints tables in Markdown: build time, size, and per command and class of query the mean, median and
99th percentile with the ratio to this library.

    python3 bench/run.py --build BUILD --archive releases.tar.xz --queries benchmark-game-queries.jsonl \\
        [--documents whole|paragraphs] [--passes 3] [--limit N] [--work DIR]

BUILD is a build folder configured with -Dbench=true. An engine whose driver was not built is named as
missing."""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile

COMMANDS = ["TOP_10", "TOP_100", "TOP_1000", "TOP_100_COUNT", "COUNT"]
CLASSES = ["term", "intersection", "union", "phrase"]


def split_document(text):
    """Title and body of a release; the rest of its front matter is left out for every engine alike."""
    match = re.match(r"---\n(.*?)\n---\n?(.*)", text, re.DOTALL)
    if not match:
        return "", text
    title = re.search(r'^title:\s*"?(.*?)"?\s*$', match.group(1), re.MULTILINE)
    return title.group(1) if title else "", match.group(2)


def documents(archive, kind):
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile():
                continue
            title, body = split_document(tar.extractfile(member).read().decode("utf-8", "replace"))
            if kind == "whole":
                yield member.name, title, body
                continue
            for number, paragraph in enumerate(body.split("\n\n")):
                if paragraph.strip():
                    yield f"{member.name}#{number:04}", title if number == 0 else "", paragraph


def prepare(archive, kind, folder):
    jsonl, lines = os.path.join(folder, "documents.jsonl"), os.path.join(folder, "documents.lines")
    size = count = 0
    with open(jsonl, "w", encoding="utf-8") as out, open(lines, "w", encoding="utf-8") as flat:
        for key, title, body in documents(archive, kind):
            out.write(json.dumps({"id": key, "title": title, "text": body}, ensure_ascii=False) + "\n")
            flat.write(" ".join(title.split()) + "\n" + " ".join(body.split()) + "\n")
            size += len(title.encode()) + len(body.encode())
            count += 1
    return jsonl, lines, count, size


def queries(path, limit):
    chosen = {name: [] for name in CLASSES}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            for name in CLASSES:
                if name in one["tags"] and len(chosen[name]) < limit:
                    chosen[name].append(one["query"])
    return chosen


class Engine:
    def __init__(self, name, driver, source, phrase_suffix=""):
        self.name, self.driver, self.source, self.phrase_suffix = name, driver, source, phrase_suffix
        self.figures = {}

    def build(self, folder):
        self.folder = os.path.join(folder, self.name.replace(" ", "-"))
        with open(self.source, "rb") as source:
            done = subprocess.run([self.driver, "index", self.folder], stdin=source, capture_output=True,
                                  text=True, check=True)
        self.built = done.stdout.strip().replace("\n", "; ")
        self.size = sum(os.path.getsize(os.path.join(place, name))
                        for place, _, names in os.walk(self.measured()) for name in names)

    def measured(self):
        compact = os.path.join(self.folder, "compact")
        return compact if os.path.isdir(compact) else self.folder

    def translate(self, query):
        return query + self.phrase_suffix if query.startswith('"') else query

    def answer(self, lines):
        done = subprocess.run([self.driver, "query", self.folder, "2"], input="\n".join(lines) + "\n",
                              capture_output=True, text=True, check=True)
        return [tuple(map(int, line.split("\t"))) for line in done.stdout.splitlines()]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--documents", choices=["whole", "paragraphs"], default="whole")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--limit", type=int, default=100, help="queries of each class")
    parser.add_argument("--slow-limit", type=int, default=20, help="queries of each class for FTS5 and Xapian")
    parser.add_argument("--work")
    arguments = parser.parse_args()

    folder = arguments.work or tempfile.mkdtemp(prefix="rls-bench-")
    os.makedirs(folder, exist_ok=True)
    jsonl, lines, count, size = prepare(arguments.archive, arguments.documents, folder)
    bench = os.path.join(arguments.build, "bench")
    engines = [
        Engine("libreleasesearch", os.path.join(bench, "rls_driver"), jsonl, "~"),
        Engine("SQLite FTS5", os.path.join(bench, "fts5_driver"), jsonl),
        Engine("Xapian", os.path.join(bench, "xapian_driver"), lines),
    ]
    missing = [engine.name for engine in engines if not os.path.exists(engine.driver)]
    engines = [engine for engine in engines if os.path.exists(engine.driver)]

    print(f"{count:,} documents ({arguments.documents}), {size / 1e6:.1f} MB of text; {platform.machine()}, "
          f"{os.cpu_count()} cores, one used; {arguments.passes} passes in turn, least of two a pass, median of passes")
    for name in missing:
        print(f"\n{name}: missing (driver not built)")
    print("\n| engine | build | index MB |\n|---|---|---|")
    for engine in engines:
        engine.build(folder)
        print(f"| {engine.name} | {engine.built} | {engine.size / 1e6:.1f} |", flush=True)

    chosen = queries(arguments.queries, arguments.limit)
    print("\n| command | class | engine | mean µs | p50 | p99 | times libreleasesearch (mean) |\n|---|---|---|---|---|---|---|")
    for command in COMMANDS:
        for name in CLASSES:
            measure(engines, command, name, chosen[name], arguments)
    if not arguments.work:
        shutil.rmtree(folder)
    return 0


def measure(engines, command, name, texts, arguments):
    """All engines on the first slow_limit queries; the first also on all of them."""
    if not texts:
        return
    few = texts[: arguments.slow_limit]
    taken = {engine.name: [] for engine in engines}
    for _ in range(arguments.passes):
        for engine in engines:
            answers = engine.answer([f"{command}\t{engine.translate(text)}" for text in few])
            taken[engine.name].append([nanoseconds / 1000 for _, nanoseconds in answers])
    base = None
    for engine in engines:
        per_query = [statistics.median(column) for column in zip(*taken[engine.name])]
        mean = statistics.mean(per_query)
        base = base or mean
        print(f"| {command} | {name} | {engine.name} | {mean:.1f} | {percentile(per_query, 0.5):.1f} | "
              f"{percentile(per_query, 0.99):.1f} | {mean / base:.1f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
