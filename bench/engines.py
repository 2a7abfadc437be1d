"""The engines under test: a driver each, which builds an index and then stays open to answer."""

import os
import re
import subprocess
import threading
import time


class Engine:
    """`warm_seconds`: how long it answers before anything counts (a JVM needs its compiler to finish).
    `budget`: seconds a class may take it in one round; it then gets only the first queries of it.
    `lacks`: classes whose meaning it does not have."""

    def __init__(self, name, driver, index_arguments=(), warm_seconds=0.0, budget=1.0, loose=False,
                 lacks=()):
        self.name, self.driver, self.index_arguments = name, driver, list(index_arguments)
        self.warm_seconds, self.budget, self.loose = warm_seconds, budget, loose
        self.lacks = set(lacks)
        self.process = None
        self.built, self.size = "not built", 0

    def exists(self):
        return os.path.exists(self.driver)

    def build(self, source, folder, again):
        """Builds the index of the documents `source` in `folder`, unless it is there."""
        self.folder = os.path.join(folder, re.sub(r"\W+", "-", self.name).lower())
        told = self.folder + ".built"
        if again or not os.path.exists(told):
            subprocess.run(["rm", "-rf", self.folder], check=True)
            with open(source, "rb") as documents, open(self.folder + ".log", "w", encoding="utf-8") as log:
                child = subprocess.Popen([self.driver, "index", self.folder, *self.index_arguments],
                                         stdin=documents, stdout=subprocess.PIPE, stderr=log, text=True)
                said = child.stdout.read()
                _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                raise RuntimeError(f"{self.name}: its driver ended (see {self.folder}.log)")
            with open(told, "w", encoding="utf-8") as out:
                out.write(f"{said.strip()}\nprocess {usage.ru_utime + usage.ru_stime:.1f} s of CPU, "
                          f"peak {usage.ru_maxrss / 1000:.0f} MB")
        with open(told, encoding="utf-8") as source_file:
            self.built = source_file.read().strip().replace("\n", "; ")
        self.size = tree_size(self.measured())

    def measured(self):
        compact = os.path.join(self.folder, "compact")
        return compact if os.path.isdir(compact) else self.folder

    def open(self):
        with open(self.folder + ".log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([self.driver, "query", self.folder, "1"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def translate(self, query):
        # A phrase of inflected words, as all other engines take it; the value of a field is one as written.
        return re.sub(r'(?<!:)("[^"]*")', r"\1~", query) if self.loose else query

    def one(self, command, query):
        self.process.stdin.write(f"{command}\t{self.translate(query)}\n")
        self.process.stdin.flush()
        return self._read()

    def many(self, command, queries):
        """All at once, so that the engine works through them without waiting for this program."""
        lines = "".join(f"{command}\t{self.translate(query)}\n" for query in queries)
        feeder = threading.Thread(target=self._feed, args=(lines,))
        feeder.start()
        answers = [self._read() for _ in queries]
        feeder.join()
        return answers

    def _feed(self, lines):
        self.process.stdin.write(lines)
        self.process.stdin.flush()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name}: its driver ended (see {self.folder}.log)")
        value, nanoseconds = line.split("\t")
        return int(value), int(nanoseconds)

    def warm(self, cells):
        """Answers everything once, within the budgets, and says how many queries of each row fit;
        then goes on until warm_seconds have passed."""
        start = time.monotonic()
        fitting = {}
        for command, name, queries in cells:
            used = count = 0
            for query in queries if name not in self.lacks else ():
                try:
                    used += self.one(command, query)[1] / 1e9
                except (RuntimeError, BrokenPipeError):
                    # The engine fell over this query: the row has those before it.
                    self.process.wait()
                    self.open()
                    break
                count += 1
                if used > self.budget:
                    break
            fitting[command, name] = count
        while time.monotonic() - start < self.warm_seconds:
            for command, name, queries in cells:
                self.many(command, queries[:fitting[command, name]])
        return fitting


def tree_size(folder):
    return sum(os.path.getsize(os.path.join(place, name))
               for place, _, names in os.walk(folder) for name in names)


def known(build, peers, warm_seconds, budget):
    """This library first, then the peers, built or not. `build`: a build folder with -Dbench=true;
    `peers`: where bench/peers/build.sh put the drivers that Meson does not build."""
    ours = os.path.join(build, "bench")
    lucene = os.path.join(peers, "lucene", "lucene_driver")
    return [
        Engine("libreleasesearch", os.path.join(ours, "rls_driver"), loose=True, budget=30),
        Engine("Lucene", lucene, warm_seconds=warm_seconds, budget=budget),
        Engine("Lucene BP", lucene, ["bp"], warm_seconds=warm_seconds, budget=budget),
        Engine("tantivy", os.path.join(peers, "tantivy", "tantivy_driver"), budget=budget),
        Engine("SeekStorm", os.path.join(peers, "seekstorm", "seekstorm_driver"), budget=budget,
               # With a required word it leaves optional ones out or requires them too.
               lacks=["required+optional"]),
        Engine("Xapian", os.path.join(ours, "xapian_driver"), budget=budget),
        Engine("SQLite FTS5", os.path.join(ours, "fts5_driver"), budget=budget / 2),
        Engine("PISA", os.path.join(peers, "pisa", "pisa_driver"), budget=budget),
    ]
