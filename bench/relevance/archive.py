#!/usr/bin/env python3
"""Two judged collections over the whole archive of releases.

    bench/relevance/archive.py RSEARCH RELEASES FOLDER

Writes FOLDER/archive, the topics and judgements of archive/ beside this file, and FOLDER/known-item,
where somebody looks for one release of which some words are remembered.

The rule of known items (after Azzopardi, de Rijke & Balog 2007): 500 releases of at least 80 words
are drawn at random. A query has 2 to 6 different words of one release, title and body alike, each
drawn with a likelihood of its count there times log(releases / releases with it); every tenth word
is instead one of the whole archive, by its count there, since people err. Words are of three
letters or more, as they are written there, in the order of the release. That release alone is
relevant, with those that have the same body. The seed is fixed.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys

SEED = 20070528
KNOWN_ITEMS, LEAST_WORDS, ERRORS = 500, 80, 0.1
WORD = re.compile(r"[^\W\d_]{3,}|\d{4}")
HERE = pathlib.Path(__file__).parent


def export(rsearch, releases, folder):
    """The releases as JSON Lines, in the form that the command itself writes."""
    corpus = folder / "corpus.jsonl"
    index = folder / "index"
    for arguments in (["index", "-q", releases], ["export"]):
        with open(corpus, "wb") as out:
            done = subprocess.run([rsearch, arguments[0], "-i", index, *arguments[1:]],
                                  stdout=out, check=False)
        if done.returncode != 0:
            sys.exit(f"{rsearch} {arguments[0]}: exit status {done.returncode}")
    subprocess.run(["rm", "-r", index], check=True)
    return corpus


def known_items(corpus):
    """Pairs of a query and the releases that answer it."""
    keys, texts, bodies = [], [], collections.defaultdict(list)
    frequency, total = collections.Counter(), collections.Counter()
    with open(corpus, encoding="utf-8") as file:
        for line in file:
            release = json.loads(line)
            words = WORD.findall(release.get("title", "") + "\n" + release["text"])
            keys.append(release["_id"])
            texts.append(words)
            bodies[" ".join(words)].append(release["_id"])
            lower = [word.lower() for word in words]
            total.update(lower)
            frequency.update(set(lower))
    chance = random.Random(SEED)
    everywhere, counts = list(total), list(total.values())
    fit = sorted((keys[i], i) for i, words in enumerate(texts) if len(words) >= LEAST_WORDS)
    for _, i in chance.sample(fit, KNOWN_ITEMS):
        own = collections.Counter(word.lower() for word in texts[i])
        names = sorted(own)
        weights = [own[name] * math.log(len(keys) / frequency[name]) for name in names]
        wanted, drawn = chance.randint(2, 6), []
        while len(drawn) < wanted:
            if chance.random() < ERRORS:
                word = chance.choices(everywhere, counts)[0]
            else:
                word = chance.choices(names, weights)[0]
            if word not in drawn:
                drawn.append(word)
        place = {word.lower(): at for at, word in reversed(list(enumerate(texts[i])))}
        drawn.sort(key=lambda word, place=place: place.get(word, len(place)))
        query = " ".join(texts[i][place[word]] if word in place else word for word in drawn)
        yield query, bodies[" ".join(texts[i])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rsearch", type=pathlib.Path)
    parser.add_argument("releases", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()

    known, judged = options.folder / "known-item", options.folder / "archive"
    known.mkdir(parents=True, exist_ok=True)
    judged.mkdir(parents=True, exist_ok=True)
    corpus = export(options.rsearch, options.releases, known)
    with open(known / "queries.tsv", "w", encoding="utf-8") as queries, \
            open(known / "qrels.txt", "w", encoding="utf-8") as qrels:
        for asked, (query, answers) in enumerate(known_items(corpus), start=1):
            queries.write(f"{asked}\t{query}\n")
            qrels.writelines(f"{asked} 0 {key} 1\n" for key in answers)
    (judged / "corpus.jsonl").unlink(missing_ok=True)
    os.link(corpus, judged / "corpus.jsonl")
    topics = (HERE / "archive" / "topics.tsv").read_text("utf-8").splitlines()
    (judged / "queries.tsv").write_text(
        "".join("\t".join(topic.split("\t")[:2]) + "\n" for topic in topics), "utf-8")
    (judged / "qrels.txt").write_bytes((HERE / "archive" / "qrels.txt").read_bytes())


if __name__ == "__main__":
    main()
