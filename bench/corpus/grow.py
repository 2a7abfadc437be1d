"""Grows the paragraphs of an archive to any number of passages, the same ones for the same seed.

    python3 bench/corpus/grow.py --archive releases.tar.xz --passages 1000000 > passages.jsonl

The first passages are the archive's own, in its order. Those beyond are recombined: the sentences of a
passage come from two real paragraphs that stand near each other in the archive, so that words keep
their company and an order by date remains. Vocabulary grows as Heaps' law has it (the number of words
seen is about K · tokens^β with β near 0.5 in the archive): of the words that the archive has at most
RARE times, a share is renamed by a suffix of letters drawn per era, and eras get longer as the
collection grows, which keeps that exponent."""

import argparse
import collections
import json
import os
import random
import re
import sys

if __package__ in (None, ""):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from bench.corpus import archive as archives  # noqa: E402

RARE = 3
SHARE = 0.5
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z]{4,}")


def _suffix(number):
    letters = ""
    while number:
        number, digit = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[digit] + "aeiou"[digit % 5]
    return letters


def passages(archive, wanted, seed=1):
    """Yields (key, title, text) `wanted` times."""
    real = list(archives.documents(archive, "paragraphs"))
    real = [one for one in real if len(one[2]) > 20]
    for number, (_, title, text) in enumerate(real[:wanted]):
        yield f"p{number:08}", title, text
    if wanted <= len(real):
        return
    seen = collections.Counter()
    for _, _, text in real:
        seen.update(word.lower() for word in _WORD.findall(text))
    rare = {word for word, count in seen.items() if count <= RARE}
    sentences = [_SENTENCE.split(text) for _, _, text in real]
    draw = random.Random(seed)
    for number in range(len(real), wanted):
        place = draw.randrange(len(real))
        other = min(len(real) - 1, max(0, place + draw.randint(-200, 200)))
        mixed = sentences[place] + sentences[other]
        chosen = draw.sample(mixed, max(1, min(len(mixed), len(sentences[place]))))
        era = int((number / len(real)) ** 0.5 * 4)

        def rename(match, era=era):
            word = match.group(0)
            if word.lower() not in rare or draw.random() > SHARE:
                return word
            return word + _suffix(era * 8 + draw.randrange(8) + 1)

        title = real[place][1]
        yield f"p{number:08}", title, _WORD.sub(rename, " ".join(chosen))


def prepare(archive, wanted, folder, seed=1):
    """The passages as a file in `folder`, made once; path, count and bytes of text."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"passages-{wanted}.jsonl")
    told = path + ".size"
    if not (os.path.exists(path) and os.path.exists(told)):
        count, size = archives.write(path, passages(archive, wanted, seed))
        with open(told, "w", encoding="ascii") as out:
            out.write(f"{count} {size}")
    with open(told, encoding="ascii") as source:
        count, size = map(int, source.read().split())
    return path, count, size


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", required=True, help="packed archive or folder of releases")
    parser.add_argument("--passages", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for key, title, text in passages(arguments.archive, arguments.passages, arguments.seed):
        print(json.dumps({"id": key, "title": title, "text": text}, ensure_ascii=False))


if __name__ == "__main__":
    main()
