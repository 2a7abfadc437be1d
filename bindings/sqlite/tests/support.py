"""The shell of SQLite with the extension loaded, indexes for it, and TAP."""

import json
import os
import subprocess
import sys
import tempfile
import traceback

EXTENSION = os.environ["RLS_SQLITE_EXTENSION"]
RSEARCH = os.environ["RLS_RSEARCH"]
ROOT = os.environ["RLS_SOURCE_ROOT"]
SQLITE = sys.argv[1]

DOCUMENTS = [
    {
        "_id": "oslo",
        "title": "Treaty signed in Oslo",
        "body": "States sign a treaty. It bans cluster munitions.",
        "date": "2007-05-28",
        "ministers": ["Phil Goff"],
        "portfolio": "Disarmament",
        "size": 3,
        "url": "https://example.org/oslo",
    },
    {
        "_id": "dublin",
        "title": "Treaty adopted",
        "body": "A treaty on Māori \"cluster\" munitions, adopted.",
        "date": "2008-05-30T09:30:00",
        "ministers": ["Helen Clark", "Phil Goff"],
        "portfolio": "Foreign Affairs",
        "size": 4.5,
    },
    {"_id": "bees", "title": "Bees", "body": "Bees make honey.", "portfolio": "foreign affairs"},
]


def index(path, documents):
    """Indexes what is given as the only file of its name: what is not in it any more is gone."""
    lines = path + ".jsonl"
    with open(lines, "w", encoding="utf-8") as out:
        for document in documents:
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
    done = subprocess.run([RSEARCH, "index", "-i", path, lines], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return path


class Shell:
    """One process of the shell: each statement is answered before the next one is given."""

    def __init__(self, mode="json"):
        environment = dict(os.environ)
        if "RLS_PRELOAD" in os.environ:
            environment["LD_PRELOAD"] = os.environ["RLS_PRELOAD"]
            environment["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1"
        self.process = subprocess.Popen([SQLITE, "-batch", "-init", os.devnull], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        encoding="utf-8", env=environment)
        trouble = self.tell(f".load {EXTENSION}\n.mode {mode}\n")
        if trouble:
            raise AssertionError(trouble)

    def tell(self, text):
        """What is printed, errors included."""
        self.process.stdin.write(text + "\n.print \"-- end --\"\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the shell ended:\n" + "".join(lines))
            if line == "-- end --\n":
                return "".join(lines)
            lines.append(line)

    def rows(self, statement):
        """The rows of a statement as dicts."""
        text = self.tell(statement + ";")
        try:
            return json.loads(text) if text else []
        except ValueError:
            raise AssertionError(f"{statement}\n{text}") from None

    def column(self, statement):
        """The first column of the rows."""
        return [next(iter(row.values())) for row in self.rows(statement)]

    def close(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        status = self.process.wait()
        if status not in (0, 1) or "Sanitizer" in rest:
            raise AssertionError(f"status {status}: {rest}")


def equal(found, wanted, what=""):
    if found != wanted:
        raise AssertionError(f"{what}\n   found: {found!r}\n  wanted: {wanted!r}")


def holds(found, part):
    if part not in found:
        raise AssertionError(f"{part!r} is not in {found!r}")


def run(tests):
    """Each test in a fresh folder of its own."""
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                test()
                print(f"ok {number} - {test.__name__}")
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok {number} - {test.__name__}")
                for line in traceback.format_exc().splitlines():
                    print("#", line)
            os.chdir("/")
        sys.stdout.flush()
    print(f"1..{len(tests)}")
    sys.exit(1 if failed else 0)
