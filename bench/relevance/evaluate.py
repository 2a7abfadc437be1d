#!/usr/bin/env python3
"""Rankings beside each other on judged collections, in one table.

    bench/relevance/evaluate.py RSEARCH COLLECTION… [--write]

RSEARCH is the built command. A COLLECTION is a folder with corpus.jsonl (`_id`, `title`, `text`),
queries.tsv (id, tab, text) and qrels.txt (query, 0, document, relevance). Queries are bags of words.
Plain rankings see title and text as one field. Changes and p values are against the better of the two
plain settings, by nDCG@10 of that collection.

--write puts the table into README.md beside this file, between its marks.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

METRICS = ["nDCG@10", "MAP", "P@10", "R@100", "R@1000", "MRR"]
PLAIN = {"plain 1.2/.75": ["--ranking=bm25", "--k1=1.2", "--b=0.75"],
         "plain .9/.4": ["--ranking=bm25", "--k1=0.9", "--b=0.4"]}
RANKINGS = {**PLAIN, "bm25f": ["--ranking=bm25f"], "default": [], "default, expanded": ["--expand"]}
TIMED = ["plain 1.2/.75", "default"]
ROUNDS = 5  # of timing, by turns
README = pathlib.Path(__file__).parent / "README.md"
MARKS = "<!-- table -->\n", "<!-- end of table -->\n"


def call(*arguments):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


class Collection:
    """A collection and its index."""

    def __init__(self, rsearch, path, work):
        self.name = path.resolve().name
        self.files = [path / "qrels.txt", path / "queries.tsv"]
        self.rsearch, self.work = rsearch, work
        self.index, self.plain = work / f"{self.name}.index", work / f"{self.name}.plain"
        call(rsearch, "index", "-q", "-i", self.index, path / "corpus.jsonl")
        one_field = work / f"{self.name}.jsonl"
        with open(path / "corpus.jsonl", encoding="utf-8") as source, \
                open(one_field, "w", encoding="utf-8") as out:
            for line in source:
                document = json.loads(line)
                text = (document.get("title", "") + " " + document["text"]).strip()
                out.write(json.dumps({"_id": document["_id"], "text": text}) + "\n")
        call(rsearch, "index", "-q", "-i", self.plain, one_field)

    def run_of(self, ranking):
        return self.work / f"{self.name}.{list(RANKINGS).index(ranking)}.run"

    def evaluate(self, ranking, *flags):
        index = self.plain if ranking in PLAIN else self.index
        return json.loads(call(self.rsearch, "eval", "--json", "-i", index,
                               *RANKINGS[ranking], *flags, *self.files))

    def times(self):
        """ranking -> p50 and p99 over queries, in µs, each query the median of rounds."""
        took = {ranking: [] for ranking in TIMED}
        for _ in range(ROUNDS):
            for ranking in TIMED:
                found = self.evaluate(ranking, "-n10", "--per-query")["per_query"]
                took[ranking].append([query["took_us"] for query in found])
        told = {}
        for ranking, rounds in took.items():
            middle = sorted(statistics.median(query) for query in zip(*rounds))
            told[ranking] = [middle[int(share * (len(middle) - 1))] for share in (0.5, 0.99)]
        return told


def figure(value):
    return f"{value:.4f}".lstrip("0")


def change(found, metric):
    before, now = found["baseline"]["mean"][metric], found["mean"][metric]
    share = (now - before) / before if before > 0 else 0.0
    chance = found["baseline"]["comparison"][metric]["p"]
    return share, f"{100 * share:+.1f} % ({f'{chance:.3f}' if chance >= 0.001 else '<.001'})"


def told_times(times, ranking):
    """p50 and p99, and how many times those of the first ranking that was timed."""
    if ranking not in times:
        return ""
    told = " / ".join(f"{time:.0f}" for time in times[ranking])
    if ranking != TIMED[0]:
        told += " (" + ", ".join(f"{time / max(first, 1):.2f}×" for time, first in
                                 zip(times[ranking], times[TIMED[0]])) + ")"
    return told


def rows_of(collection):
    """Rows of the table, and ranking -> changes of nDCG@10 and MAP."""
    first = {ranking: collection.evaluate(ranking, "--run", collection.run_of(ranking))
             for ranking in RANKINGS}
    best = max(PLAIN, key=lambda ranking: first[ranking]["mean"]["nDCG@10"])
    times, rows, changes = collection.times(), [], {}
    for ranking, found in first.items():
        row = [f"{collection.name}, {found['queries']}" if not rows else "", ranking]
        row += [figure(found["mean"][metric]) for metric in METRICS]
        if ranking == best:
            row += ["", ""]
            changes[ranking] = (0.0, 0.0)
        else:
            against = collection.evaluate(ranking, "--baseline", collection.run_of(best))
            told = [change(against, metric) for metric in METRICS[:2]]
            row += [text for _, text in told]
            changes[ranking] = tuple(share for share, _ in told)
        row.append(told_times(times, ranking))
        rows.append(row)
    return rows, changes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rsearch", type=pathlib.Path)
    parser.add_argument("collections", type=pathlib.Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="into README.md beside this file")
    options = parser.parse_args()

    head = ["collection, queries", "ranking", *METRICS, "nDCG@10 changes (p)", "MAP changes (p)",
            "p50 / p99 µs"]
    rows, changes = [], {ranking: [] for ranking in RANKINGS}
    with tempfile.TemporaryDirectory() as work:
        for path in options.collections:
            more, by_ranking = rows_of(Collection(options.rsearch, path, pathlib.Path(work)))
            rows += more
            for ranking, shares in by_ranking.items():
                changes[ranking].append(shares)
    for ranking, shares in changes.items():
        means = [f"{100 * statistics.mean(column):+.1f} %" for column in zip(*shares)]
        rows.append(["mean of changes" if ranking == list(RANKINGS)[0] else "", ranking,
                     *[""] * len(METRICS), *means, ""])
    lines = [f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(head), *rows]]
    sys.stdout.writelines(lines)
    if options.write:
        before, _, rest = README.read_text("utf-8").partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        README.write_text(before + MARKS[0] + "".join(lines) + MARKS[1] + after, "utf-8")


if __name__ == "__main__":
    main()
