"""The figures beside query times, a function a part of run.py. Each prints one table."""

import json
import os
import re
import shutil
import statistics
import subprocess
import tarfile
import time

from bench.engines import Engine, tree_size
from bench.query import classes, measure


class Setting:
    """What a part works with: the documents, and where the programs and the indexes are."""

    def __init__(self, arguments, name, source, count, size):
        self.arguments, self.name, self.source, self.count, self.size = arguments, name, source, count, size
        self.rsearch = os.path.join(arguments.build, "cli", "rsearch")
        self.place = os.path.join(arguments.work, "costs-" + os.path.splitext(os.path.basename(source))[0])
        os.makedirs(self.place, exist_ok=True)

    def program(self, name):
        return os.path.join(self.arguments.build, "bench", name)

    def title(self, text):
        print(f"### {text}: {self.count:,} documents ({self.name}), {self.size / 1e6:.1f} MB of text\n")

    def fresh(self, name):
        path = os.path.join(self.place, name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def index(self, store=False):
        """One segment of the documents, built once."""
        path = os.path.join(self.place, "stored" if store else "plain")
        if self.arguments.again or not self.opens(path):
            shutil.rmtree(path, ignore_errors=True)
            self.driver_index(path, 1, store)
        return path

    def opens(self, path):
        """Whether there is an index that this build can read: the format may have moved on since."""
        return subprocess.run([self.rsearch, "stats", "-i", path], check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def driver_index(self, path, threads, store, memory=1024):
        with open(self.source, "rb") as documents:
            return subprocess.run([self.program("rls_driver"), "index", path, str(memory), str(threads),
                                   "store" if store else "plain"], stdin=documents, check=True,
                                  stdout=subprocess.PIPE, text=True).stdout

    def texts(self, count, wanted=("own union", "own term")):
        chosen = classes.choose(self.arguments.queries, count)
        return [text for name in wanted for text in chosen.get(name, [])][:count]


def build(setting):
    setting.title("Building, text in memory")
    print("| threads | stored text | seconds | CPU seconds | MB/s of text | into one segment, seconds in all |")
    print("|---|---|---|---|---|---|")
    for store in (False, True):
        for threads in (1, 2):
            runs = []
            for _ in range(min(3, setting.arguments.rounds)):
                told = setting.driver_index(setting.fresh("build"), threads, store)
                found = re.search(r"indexed ([\d.]+) s, ([\d.]+) s of CPU.*optimized ([\d.]+) s", told, re.DOTALL)
                runs.append(tuple(map(float, found.groups())))
            took, cpu, whole = sorted(runs)[len(runs) // 2]
            print(f"| {threads} | {'yes' if store else 'no'} | {took:.2f} | {cpu:.2f} "
                  f"| {setting.size / 1e6 / took:.0f} | {whole:.2f} |", flush=True)

    print("\nPeak memory of `rsearch index` from a file, against its limit:\n")
    print("| --memory | threads | peak resident MB | seconds |\n|---|---|---|---|")
    for memory in ("64M", "256M", "1G"):
        for threads in (1, 2):
            command = [setting.rsearch, "index", "-q", "-i", setting.fresh("build"), "-j", str(threads),
                       "--memory", memory, "--store=no", setting.source]
            start = time.perf_counter()
            peak = resident(command)
            print(f"| {memory} | {threads} | {peak:.0f} | {time.perf_counter() - start:.1f} |", flush=True)
    setting.fresh("build")


def resident(command):
    """Runs a command to its end; its greatest resident size in MB."""
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / 1000


def bytes(setting):  # pylint: disable=redefined-builtin
    setting.title("Bytes by part")
    print("| part | MB | of the text |\n|---|---|---|")
    for store in (False, True):
        path = setting.index(store)
        told = json.loads(subprocess.run([setting.rsearch, "stats", "--json", "-i", path], check=True,
                                         stdout=subprocess.PIPE, text=True).stdout)
        for part, size in told["parts"].items():
            if store == (part == "stored"):
                label = "stored, with text" if store else part
                print(f"| {label} | {size / 1e6:.2f} | {size / setting.size:.1%} |")
        whole = tree_size(path)
        print(f"| all files, {'with' if store else 'without'} text | {whole / 1e6:.2f} | {whole / setting.size:.1%} |")


def commit(setting):
    setting.title("Update of one document and its commit")
    path = setting.fresh("commit")
    shutil.copytree(setting.index(), path)
    with open(setting.source, "rb") as documents:
        told = subprocess.run([setting.program("commit_bench"), "update", path, "100"], stdin=documents,
                              check=True, stdout=subprocess.PIPE, text=True).stdout
    pairs = [tuple(int(one) / 1e6 for one in line.split("\t")) for line in told.splitlines()]
    print("| | mean ms | p50 | p99 |\n|---|---|---|---|")
    for name, values in (("update and commit", [pair[0] for pair in pairs]),
                         ("three writes with fsync", [pair[1] for pair in pairs])):
        print(f"| {name} | {statistics.mean(values):.2f} | {measure.percentile(values, 0.5):.2f} "
              f"| {measure.percentile(values, 0.99):.2f} |")
    setting.fresh("commit")


def drop_cached(folder):
    """Asks the system to forget the pages of the files in a folder."""
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.open(os.path.join(place, name), os.O_RDONLY)
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def process_ms(command):
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    os.waitpid(child, 0)
    return (time.perf_counter() - start) * 1000


def unpacked(setting):
    """The releases as files."""
    archive = setting.arguments.archive
    if os.path.isdir(archive):
        return archive
    path = os.path.join(setting.arguments.work, "files")
    if not os.path.exists(path):
        with tarfile.open(archive) as tar:
            safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            tar.extractall(path + ".new", **safe)
        os.rename(path + ".new", path)
    return path


def files_index(setting):
    path = os.path.join(setting.arguments.work, "index-files")
    if setting.arguments.again or not setting.opens(path):
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run([setting.rsearch, "index", "-q", "-i", path, unpacked(setting)], check=True)
        subprocess.run([setting.rsearch, "optimize", "-i", path], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    return path


def cold(setting):
    path = files_index(setting)
    documents = json.loads(subprocess.run([setting.rsearch, "stats", "--json", "-i", path], check=True,
                                          stdout=subprocess.PIPE, text=True).stdout)["documents"]
    print(f"### Processes, {documents:,} releases from files with stored text\n")
    commands = {
        "an empty process": [shutil.which("true")],
        "rsearch --version": [setting.rsearch, "--version"],
        "rsearch query, no snippets (-l)": [setting.rsearch, "query", "-i", path, "-l", "cluster munitions"],
        "rsearch query, ten hits": [setting.rsearch, "query", "-i", path, "cluster munitions"],
    }
    taken = {name: [] for name in commands}
    for turn in range(101):
        for name, command in commands.items():
            took = process_ms(command)
            if turn:
                taken[name].append(took)
    name = "rsearch query, ten hits; pages of the index dropped"
    taken[name] = []
    for _ in range(10):
        drop_cached(path)
        taken[name].append(process_ms(commands["rsearch query, ten hits"]))
    print("| process | mean ms | p50 | p99 | p50 beyond an empty process |\n|---|---|---|---|---|")
    empty = measure.percentile(taken["an empty process"], 0.5)
    for name, values in taken.items():
        middle = measure.percentile(values, 0.5)
        print(f"| {name} | {statistics.mean(values):.2f} | {middle:.2f} | {measure.percentile(values, 0.99):.2f} "
              f"| {middle - empty:.2f} |")

    print("\n| `rsearch index` of the files | threads | seconds |\n|---|---|---|")
    for threads in (1, 2):
        for store in ("yes", "no"):
            fresh = setting.fresh("files")
            command = [setting.rsearch, "index", "-q", "-i", fresh, "-j", str(threads), f"--store={store}",
                       unpacked(setting)]
            print(f"| from nothing, stored text: {store} | {threads} | {process_ms(command) / 1000:.2f} |", flush=True)
            if store == "yes":
                again = [process_ms(command) for _ in range(5)]
                print(f"| nothing changed | {threads} | {statistics.median(again) / 1000:.3f} |", flush=True)
    setting.fresh("files")


def codec(setting):
    print("### Blocks of 128 decoded, 10^9 integers a second\n")
    print(subprocess.run([setting.program("bitpack_bench")], check=True, stdout=subprocess.PIPE, text=True).stdout)


def snippets(setting):
    setting.title("Ten hits with stored fields and snippets")
    texts = setting.texts(200)
    told = subprocess.run([setting.program("snippet_bench"), setting.index(store=True)], check=True,
                          input="\n".join(texts) + "\n", stdout=subprocess.PIPE, text=True).stdout
    rows = [tuple(map(int, line.split("\t"))) for line in told.splitlines()]
    print("| | mean µs | p50 | p99 |\n|---|---|---|---|")
    for name, column in (("search, words typed side by side", 1), ("fields and snippets of the page", 2)):
        values = [row[column] / 1000 for row in rows]
        print(f"| {name} | {measure.short(statistics.mean(values))} | {measure.short(measure.percentile(values, 0.5))} "
              f"| {measure.short(measure.p99(values))} |")
    print(f"\n{sum(row[0] for row in rows) / max(1, len(rows)):.1f} hits a query on average.")


def suggestions(setting):
    setting.title("What a search offers, µs")
    texts = setting.texts(60)
    told = subprocess.run([setting.program("suggest_bench"), setting.index(store=True)], check=True,
                          input="\n".join(texts) + "\n", stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split("\t") for line in told.splitlines()]
    print("| | of them | mean | p50 | p99 | most |\n|---|---|---|---|---|---|")
    for name, what in (("completion, at every letter typed", "complete"),
                       ("did you mean, a letter missing in a word", "correct"),
                       ("ten documents like the first hit", "like")):
        values = [int(value) / 1000 for key, value in rows if key == what]
        if values:
            print(f"| {name} | {len(values)} | {measure.short(statistics.mean(values))} "
                  f"| {measure.short(measure.percentile(values, 0.5))} | {measure.short(measure.p99(values))} "
                  f"| {measure.short(max(values))} |")


def compare(setting, variants, queries):
    """{name: microseconds a query}: the same driver asked variant after variant, several rounds."""
    engines = {}
    for name, (path, _) in variants.items():
        engines[name] = Engine(name, setting.program("rls_driver"), loose=True)
        engines[name].folder = path
        engines[name].open()
    taken = {name: [] for name in variants}
    for turn in range(setting.arguments.rounds + 1):
        for name, (_, change) in variants.items():
            answers = engines[name].many("TOP_10", [change(text) for text in queries])
            if turn:
                taken[name].append([nanoseconds / 1000 for _, nanoseconds in answers])
    for engine in engines.values():
        engine.close()
    return {name: [statistics.median(column) for column in zip(*rounds)] for name, rounds in taken.items()}


def print_variants(taken):
    print("| TOP_10 | mean µs | p50 | p99 | mean to the first |\n|---|---|---|---|---|")
    base = None
    for name, values in taken.items():
        mean = statistics.mean(values)
        base = base or mean
        print(f"| {name} | {measure.short(mean)} | {measure.short(measure.percentile(values, 0.5))} "
              f"| {measure.short(measure.p99(values))} | {mean / base:.2f} |")


def filters(setting):
    path = files_index(setting)
    print("### A filter beside the words of a union, index of the files\n")
    print_variants(compare(setting, {
        "no filter": (path, lambda text: text),
        "a year": (path, lambda text: text + " +date:2007"),
        "eight years": (path, lambda text: text + " +date:2000..2007"),
        "a minister": (path, lambda text: text + ' +ministers:"Phil Goff"'),
    }, setting.texts(100, ["own union"])))


def lists(setting):
    """Orders by a column and facets, beside the same queries by score."""
    path = files_index(setting)
    wanted = {"own union": "words of a union", "own intersection": "words of an intersection",
              "own term": "one word"}
    print("### Orders and facets, index of the files: mean µs\n")
    print("| query | TOP_10 | newest 10 | first 10 by minister | COUNT | facet by minister | by year |")
    print("|---|---|---|---|---|---|---|")
    commands = ["TOP_10", "TOP_10_BY_date", "TOP_10_BY_ministers", "COUNT", "FACET_ministers", "YEARS_date"]
    engine = Engine("lists", setting.program("rls_driver"), loose=True)
    engine.folder = path
    engine.open()
    rows = {"every document": ["*"]}
    rows.update({label: setting.texts(100, [name]) for name, label in wanted.items()})
    for label, texts in rows.items():
        cells = []
        for command in commands if texts else ():
            rounds = [engine.many(command, texts) for _ in range(setting.arguments.rounds + 1)][1:]
            best = [min(took for _, took in column) / 1000 for column in zip(*rounds)]
            cells.append(measure.short(statistics.mean(best)))
        if cells:
            print(f"| {label} | {' | '.join(cells)} |", flush=True)
    engine.close()


_PATTERNS = {
    "prefix": ["disarm*", "minist*", "treat*", "educat*", "health*", "zeal*"],
    "short prefix": ["co*", "re*", "a*", "t*"],
    "wildcard": ["m?nister*al", "dis*ment", "gov*ent", "t?eaty", "*ism", "*zeal*"],
    "regular expression": ["/clust(er|ers)/", "/minist(er|ry|erial)/", "/[0-9]{4}/", "/(un)?employ.*/"],
    "one edit": ["munitons~", "goverment~", "minster~", "educaton~", "tready~", "parlament~"],
    "two edits": ["munitons~2", "goverment~2", "minster~2", "educaton~2", "parlament~2"],
}


def patterns(setting):
    """Words told by a pattern: the best ten, each query's least of several rounds."""
    setting.title("Words told by a pattern, best ten, ms")
    engine = Engine("patterns", setting.program("rls_driver"))
    engine.folder = setting.index()
    engine.open()
    print("| pattern | queries | mean | most |\n|---|---|---|---|")
    for label, texts in _PATTERNS.items():
        rounds = [engine.many("TOP_10", texts) for _ in range(setting.arguments.rounds + 1)][1:]
        least = [min(took for _, took in column) / 1e6 for column in zip(*rounds)]
        worst = max(zip(least, texts))
        print(f"| {label} | {len(texts)} | {statistics.mean(least):.2f} | {worst[0]:.2f} (`{worst[1]}`) |",
              flush=True)
    engine.close()


def segments(setting):
    setting.title("Twenty commits and 5 % deleted beside one segment")
    path = os.path.join(setting.place, "pieces")
    if setting.arguments.again or not setting.opens(path):
        setting.fresh("pieces")
        with open(setting.source, "rb") as documents:
            told = subprocess.run([setting.program("commit_bench"), "pieces", path, "20"], stdin=documents,
                                  check=True, stdout=subprocess.PIPE, text=True).stdout
        with open(path + ".told", "w", encoding="ascii") as out:
            out.write(told.strip())
    with open(path + ".told", encoding="ascii") as source:
        print(f"The commits left {source.read()}.\n")
    for name in ("own union", "own intersection", "own phrase"):
        texts = setting.texts(100, [name])
        if texts:
            print(f"{name}:\n")
            print_variants(compare(setting, {"one segment": (setting.index(), str), "pieces": (path, str)}, texts))
            print()


def instructions(setting, command, queries):
    """Executed by the driver for the queries beyond what opening the index takes."""
    path, counted = setting.index(), []
    for some in ([], queries):
        out = setting.fresh("callgrind.out")
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "-q",
                        setting.program("rls_driver"), "query", path, "1"], check=True,
                       input="".join(f"{command}\t{text}\n" for text in some), text=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out, encoding="utf-8") as told:
            counted += [int(line.split()[1]) for line in told if line.startswith(("summary:", "totals:"))][:1]
        os.remove(out)
    return counted[1] - counted[0]


def callgrind(setting):
    if not shutil.which("valgrind"):
        print("valgrind is missing.")
        return
    setting.title("Instructions a query and a posting, by callgrind")
    chosen = classes.choose(setting.arguments.queries, 20)
    print("| command | class | queries | postings of their words | instructions a query | a posting |")
    print("|---|---|---|---|---|---|")
    counter = Engine("counter", setting.program("rls_driver"), loose=True)
    counter.folder = setting.index()
    counter.open()
    for name in ("frequent term", "own term", "own union", "own intersection", "own phrase"):
        queries = [counter.translate(text) for text in chosen.get(name, [])]
        words = [re.sub(r'[+"~]', "", word) for text in queries for word in text.split()]
        postings = sum(value for value, _ in counter.many("COUNT", words))
        for command in ("TOP_10", "TOP_1000", "COUNT") if queries else ():
            spent = instructions(setting, command, queries)
            print(f"| {command} | {name} | {len(queries)} | {postings:,} | {spent / len(queries):,.0f} "
                  f"| {spent / max(1, postings):.2f} |", flush=True)
    counter.close()
