"""Queries by class. From the public search benchmark game's list come its classes; from a list of plain
queries, one a line, the same words as a union, an intersection and a phrase; and a few very frequent
words and phrases of any English text."""

import json
import random
import re

COMMANDS = ["TOP_10", "TOP_100", "TOP_1000", "TOP_100_COUNT", "COUNT"]
CLASSES = ["term", "frequent term", "intersection", "intersection 2", "intersection 3", "intersection 4+",
           "union", "union 2", "union 3", "union 4+", "phrase", "frequent phrase", "required+optional",
           "negation", "phrase+required", "own term", "own union", "own union 4+", "own intersection",
           "own phrase"]
# Parts of other classes, shown for the best ten only.
PARTS = {"intersection 2", "intersection 3", "intersection 4+", "union 2", "union 3"}

_TAGS = {"term": "term", "intersection": "intersection", "union": "union", "phrase": "phrase",
         "intersection_union": "required+optional", "negated": "negation",
         "two-phase-critic": "phrase+required"}
_FREQUENT = ["the", "of", "and", "to", "in", "a", "for", "new", "that", "government", "minister", "will"]
_FREQUENT_PHRASES = ["of the", "in the", "to the", "and the", "for the", "on the", "will be", "it is",
                     "to be", "the government", "the minister", "new zealand", "as well as",
                     "one of the", "of new zealand", "at the same time"]
_FREQUENT_REQUIRED = ['+"of the" +education', '+"the minister" +tax', '+"in the" +oslo', '+"to be" +or',
                      '+"new zealand" +australia', '+"will be" +announced +today']


def game(path):
    """Classes of the public list."""
    chosen = {name: [] for name in CLASSES}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            for tag in one["tags"]:
                name, _, count = tag.partition(":num_tokens_")
                if name in _TAGS and not count:
                    chosen[_TAGS[name]].append(one["query"])
                elif name in ("union", "intersection"):
                    chosen[f"{name} {count.replace('>3', '4+')}"].append(one["query"])
    chosen["frequent term"] = list(_FREQUENT)
    chosen["frequent phrase"] = [f'"{words}"' for words in _FREQUENT_PHRASES]
    chosen["phrase+required"] += _FREQUENT_REQUIRED
    return chosen


def own(path, chosen, limit=200):
    """Adds the classes made from plain queries."""
    with open(path, encoding="utf-8") as lines:
        # Apostrophes, hyphens and the like are words to one engine and borders to another.
        texts = [line.split() for line in lines if re.fullmatch(r"[A-Za-z0-9 ]+", line.strip())]
    for words in texts:
        several = len(words) > 1
        for name, query, fits in (
                ("own term", words and words[0], len(words) == 1),
                ("own union", " ".join(words), several),
                ("own union 4+", " ".join(words), len(words) > 3),
                ("own intersection", " ".join("+" + word for word in words), several and len(words) < 5),
                ("own phrase", '"' + " ".join(words) + '"', several and len(words) < 4)):
            if fits and len(chosen[name]) < limit:
                chosen[name].append(query)


def choose(paths, limit):
    """Classes of all lists together, each in a random order that is always the same, so that the first
    few of a class stand for it."""
    chosen = {name: [] for name in CLASSES}
    for path in paths:
        if path.endswith(".jsonl"):
            for name, texts in game(path).items():
                chosen[name] += texts
        else:
            own(path, chosen)
    for texts in chosen.values():
        random.Random(1).shuffle(texts)
        del texts[limit:]
    return {name: texts for name, texts in chosen.items() if texts}


def cells(classes, commands):
    """Command, class and queries of each row of the table."""
    return [(command, name, queries) for command in commands for name, queries in classes.items()
            if name not in PARTS or command == COMMANDS[0]]
