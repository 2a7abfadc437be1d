"""A folder of its own for each test, and a small index."""

import os
import tempfile
import unittest

import rsearch

ROOT = os.environ["RLS_SOURCE_ROOT"]
RELEASES = os.path.join(ROOT, "tests", "data", "releases")

DOCUMENTS = [
    {
        "_id": "oslo",
        "title": "Treaty signed in Oslo",
        "body": "States sign a treaty. It bans cluster munitions.",
        "date": "2007-05-28",
        "ministers": ["Phil Goff"],
        "size": 3,
    },
    {
        "_id": "dublin",
        "title": "Treaty adopted",
        "body": "A treaty on Māori cluster munitions — 東京タワー, adopted.",
        "date": "2008-05-30",
        "ministers": ["Helen Clark", "Phil Goff"],
        "size": 4.5,
    },
    {"_id": "bees", "title": "Bees", "body": "Bees make honey."},
]


class Place(unittest.TestCase):
    """The current folder is a fresh one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)


def make_releases(path="releases.index"):
    """The index of the examples."""
    with rsearch.Index.create(path, threads=1) as index:
        index.add(DOCUMENTS)
    return rsearch.Index.open(path)
