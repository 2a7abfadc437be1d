"""Measures rsearch beside other search engines as Python sees them.

    run.py PLACE … [--queries FILE] [--rounds N] [--write]

PLACE is a judged collection (a folder with corpus.jsonl, queries.tsv, qrels.txt) or an archive of releases
(a packed file or a folder), which is asked the queries of FILE, one a line. Each engine runs in a process of
its own; --write puts the tables into README.md beside this file."""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(os.path.dirname(HERE)))

from bench.corpus import archive  # noqa: E402
from bench.python.engines import ENGINES  # noqa: E402
from bench.relevance import metrics  # noqa: E402

BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
HEAD = "| engine | indexed, s | index, MB | peak, MB | query, mean µs | p50 | p99 | nDCG@10 |"


def is_collection(place):
    return os.path.exists(os.path.join(place, "corpus.jsonl"))


def read_documents(place):
    if not is_collection(place):
        return list(archive.releases(place))
    with open(os.path.join(place, "corpus.jsonl"), encoding="utf-8") as lines:
        read = (json.loads(line) for line in lines)
        return [(one["_id"], one["title"], one["text"]) for one in read]


def read_queries(place, file):
    """[(id, text)]; of collections those that are judged."""
    if not is_collection(place):
        with open(file, encoding="utf-8") as lines:
            return [(str(n), line.strip()) for n, line in enumerate(lines) if line.strip()]
    judged = read_judgements(place)
    with open(os.path.join(place, "queries.tsv"), encoding="utf-8") as lines:
        queries = [line.rstrip("\n").split("\t", 1) for line in lines]
    return [(name, text) for name, text in queries if name in judged]


def read_judgements(place):
    judged = {}
    if is_collection(place):
        with open(os.path.join(place, "qrels.txt"), encoding="utf-8") as lines:
            for line in lines:
                query, _, document, relevance = line.split()
                judged.setdefault(query, {})[document] = int(relevance)
    return {query: of for query, of in judged.items() if any(gain > 0 for gain in of.values())}


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def measure(name, place, file, rounds):
    """One engine and one place, in this process; the figures as JSON."""
    documents, queries = read_documents(place), read_queries(place, file)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    engine = ENGINES[name]()
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        start = time.perf_counter()
        engine.build(documents, folder)
        built = time.perf_counter() - start
        size = size_of(folder)
        best = [float("inf")] * len(queries)
        for _ in range(rounds + 1):  # the first warms what is to be warm, and may be the best as well
            for at, (_, text) in enumerate(queries):
                start = time.perf_counter()
                engine.ask(text)
                best[at] = min(best[at], time.perf_counter() - start)
        judged = read_judgements(place)
        quality = [metrics.ndcg(engine.ask(text), judged[query], 10) for query, text in queries if judged]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        tempfile.tempdir = None
    micros = sorted(1e6 * one for one in best)
    return {
        "built": built,
        "size": size / 1e6,
        "peak": peak / 1e3,
        "mean": statistics.mean(micros),
        "p50": micros[len(micros) // 2],
        "p99": micros[min(len(micros) - 1, len(micros) * 99 // 100)],
        "ndcg": statistics.mean(quality) if quality else None,
    }


def in_process(name, place, options):
    command = [
        sys.executable,
        os.path.abspath(__file__),
        place,
        "--one",
        name,
        "--rounds",
        str(options.rounds),
    ]
    if options.queries:
        command += ["--queries", options.queries]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def row(name, found):
    if found is None:
        return f"| {name} | not measured | | | | | | |"
    ndcg = "" if found["ndcg"] is None else f"{found['ndcg']:.4f}"
    return (
        f"| {name} | {found['built']:.2f} | {found['size']:.1f} | {found['peak']:.0f} | {found['mean']:.0f} "
        f"| {found['p50']:.0f} | {found['p99']:.0f} | {ndcg} |"
    )


def write_page(table):
    path = os.path.join(HERE, "README.md")
    with open(path, encoding="utf-8") as page:
        text = page.read()
    text = text[: text.index(BEGIN) + len(BEGIN)] + table + text[text.index(END) :]
    with open(path, "w", encoding="utf-8") as page:
        page.write(text)


def versions():
    from importlib.metadata import version

    import rsearch

    peers = [name for name in ("bm25s", "tantivy") if importlib.util.find_spec(name)]
    told = [f"rsearch {rsearch.__version__}", *(f"{name} {version(name)}" for name in peers)]
    from sqlite3 import sqlite_version

    return ", ".join([*told, f"SQLite {sqlite_version}", f"CPython {sys.version.split()[0]}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("places", nargs="+")
    parser.add_argument("--queries")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if any(not is_collection(place) for place in options.places) and not options.queries:
        parser.error("an archive needs --queries")
    if options.one:
        print(json.dumps(measure(options.one, options.places[0], options.queries, options.rounds)))
        return
    lines = [f"Versions: {versions()}; each query's best of {options.rounds + 1}.\n"]
    for place in options.places:
        count = (len(read_documents(place)), len(read_queries(place, options.queries)))
        name = os.path.basename(place.rstrip("/"))
        lines += [f"\n### {name}: {count[0]:,} documents, {count[1]:,} queries\n", HEAD]
        lines += ["| --- | " + " | ".join(["---:"] * 7) + " |"]
        for engine in ENGINES:
            lines.append(row(engine, in_process(engine, place, options)))
            print(place, lines[-1], file=sys.stderr, flush=True)
    table = "\n".join(lines) + "\n"
    print(table)
    if options.write:
        write_page(table)


if __name__ == "__main__":
    main()
