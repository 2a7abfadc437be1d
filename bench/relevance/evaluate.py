#!/usr/bin/env python3
"""Relevance on judged collections, beside what Lucene 8.7 reaches with the same model.

    bench/relevance/evaluate.py RSEARCH COLLECTION…

RSEARCH is the built command. A COLLECTION is a folder with corpus.jsonl (`_id`, `title`, `text`),
queries.tsv (id, tab, text) and qrels.txt (query, 0, document, relevance). Title and text are indexed
as one field, the body. Queries are taken as bags of words: what would be an operator of the query
language is blanked, and documents are ordered by score alone.

"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from metrics import evaluate, read_qrels, read_run

# nDCG@10 and MAP of Lucene 8.7: BM25 with these k1 and b, English Snowball, no stop words.
LUCENE = {
    (1.2, 0.75): {"cranfield": (0.3678, 0.3033), "cisi": (0.3725, 0.2140),
                  "scifact": (0.6885, 0.6500)},
    (0.9, 0.4): {"cranfield": (0.3514, 0.2891), "cisi": (0.3383, 0.1915),
                 "scifact": (0.6828, 0.6469)},
}
OPERATOR = re.compile(r'["()\[\]{}:+=*~<>^|!\\]|(?<!\w)-')
OPERATOR_WORD = re.compile(r"\b(AND|OR|NOT)\b")
HITS = 1000


def as_words(text):
    text = OPERATOR.sub(" ", text)
    return OPERATOR_WORD.sub(lambda match: match.group().lower(), text)


def prepare(collection, folder):
    """Writes corpus and queries in the form to be read; returns their paths."""
    corpus, queries = folder / "corpus.jsonl", folder / "queries.tsv"
    with open(collection / "corpus.jsonl", encoding="utf-8") as source, \
            open(corpus, "w", encoding="utf-8") as out:
        for line in source:
            document = json.loads(line)
            text = (document.get("title", "") + " " + document["text"]).strip()
            out.write(json.dumps({"_id": document["_id"], "text": text}) + "\n")
    with open(collection / "queries.tsv", encoding="utf-8") as source, \
            open(queries, "w", encoding="utf-8") as out:
        for line in source:
            query, text = line.rstrip("\n").split("\t", 1)
            out.write(query + "\t" + as_words(text) + "\n")
    return corpus, queries


def call(*arguments):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True,
                          text=True, check=False)
    if done.returncode not in (0, 1):  # 1: no hits
        sys.exit(f"{arguments[0]}: exit status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rsearch", type=pathlib.Path)
    parser.add_argument("collections", type=pathlib.Path, nargs="+")
    parser.add_argument("--runs", type=pathlib.Path, help="keep the TREC runs in this folder")
    options = parser.parse_args()

    print("collection  k1    b     queries  nDCG@10  MAP     P@10    R@100   "
          "Lucene nDCG@10  MAP")
    for collection in options.collections:
        qrels = read_qrels(collection / "qrels.txt")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            corpus, queries = prepare(collection, folder)
            call(options.rsearch, "index", "-i", folder / "index", corpus)
            for (k1, b), expected in LUCENE.items():
                lines = call(options.rsearch, "query", "-i", folder / "index", "--any",
                             "--k1", k1, "--b", b, "-n", HITS, "--trec", "rls",
                             "--batch", queries).splitlines()
                if options.runs:
                    options.runs.mkdir(parents=True, exist_ok=True)
                    (options.runs / f"{collection.name}-{k1}-{b}.run").write_text(
                        "\n".join(lines) + "\n", encoding="utf-8")
                means = evaluate(read_run(lines), qrels)
                lucene = expected.get(collection.name)
                beside = f"{lucene[0]:.4f}          {lucene[1]:.4f}" if lucene else ""
                print(f"{collection.name:<11} {k1:<5} {b:<5} {means['queries']:>7}  "
                      f"{means['nDCG@10']:.4f}   {means['MAP']:.4f}  {means['P@10']:.4f}  "
                      f"{means['R@100']:.4f}  {beside}")


if __name__ == "__main__":
    main()
