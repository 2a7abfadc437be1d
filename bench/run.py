"""Measures libreleasesearch beside other engines and prints tables in Markdown.

    python3 bench/run.py --build BUILD --peers PEERS --archive releases.tar.xz \\
        --queries benchmark-game-queries.jsonl press-release-queries.txt --work DIR [PART …]

BUILD is a build folder configured with -Dbench=true; PEERS is where bench/peers/build.sh put the
drivers of Lucene and the others. An engine without a driver is named as missing. DIR keeps documents
and indexes, so that a second run measures at once; --again ours builds this library's anew, --again all
of them.

Parts (default: queries):
  queries    every command and class of the public search benchmark game, all engines in turn
  growth     the best ten and counts of this library and the fastest peers at --sizes passages
  build      MB/s and CPU seconds at one and two threads, with and without stored text; peak memory
  bytes      the index by part
  commit     an update of one document and its commit in the index
  cold       `rsearch query` as a process beside an empty process; indexing again, nothing changed
  codec      blocks decoded, integers a second
  snippets   ten hits with their snippets
  suggestions  completion, did you mean, documents like another
  filters    a filter by year beside no filter
  lists      hits in the order of a column, facets
  patterns   prefixes, wildcards, regular expressions, words under edits
  segments   twenty commits and deletions beside one segment
  live       the live prompt: from a key to its screen
  callgrind  instructions a query and a posting"""

import argparse
import os
import platform
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from bench import costs, engines as all_engines, live, readme  # noqa: E402
from bench.corpus import archive, grow  # noqa: E402
from bench.query import classes, measure  # noqa: E402

PARTS = ["queries", "growth", "build", "bytes", "commit", "cold", "codec", "snippets", "suggestions", "filters",
         "lists", "patterns", "segments", "live", "callgrind"]


def machine():
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    model = line.split(":", 1)[1].strip()
                    break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def corpus(arguments, passages=None):
    folder = os.path.join(arguments.work, "documents")
    if passages is None:
        passages = arguments.passages
    if passages:
        return (f"{passages:,} passages",) + grow.prepare(arguments.archive, passages, folder)
    return (arguments.documents,) + archive.prepare(arguments.archive, arguments.documents, folder,
                                                    arguments.documents_limit)


def chosen_engines(arguments):
    found = all_engines.known(arguments.build, arguments.peers, arguments.warm, arguments.budget)
    if arguments.engines:
        wanted = {name.strip().lower() for name in arguments.engines.split(",")}
        found = found[:1] + [one for one in found[1:] if one.name.lower() in wanted]
    missing = [one.name for one in found if not one.exists()]
    if missing:
        print(f"Missing, no driver was built: {', '.join(missing)}.\n")
    return [one for one in found if one.exists()]


def anew(engine, engines, arguments):
    return arguments.again == "all" or (arguments.again == "ours" and engine is engines[0])


def builds(engines, source, name, size, arguments):
    folder = os.path.join(arguments.work, "index-" + name)
    os.makedirs(folder, exist_ok=True)
    print("| engine | build, one thread | index MB | of the text |\n|---|---|---|---|")
    for engine in engines:
        engine.build(source, folder, anew(engine, engines, arguments))
        print(f"| {engine.name} | {engine.built} | {engine.size / 1e6:.1f} | {engine.size / size:.0%} |",
              flush=True)


def queries(arguments):
    name, source, count, size = corpus(arguments)
    print(f"### Queries: {count:,} documents ({name}), {size / 1e6:.1f} MB of text\n")
    engines = chosen_engines(arguments)
    builds(engines, source, os.path.splitext(os.path.basename(source))[0], size, arguments)
    texts = classes.choose(arguments.queries, arguments.limit)
    if arguments.classes:
        wanted = [one.strip() for one in arguments.classes.split(",")]
        texts = {one: texts[one] for one in wanted if one in texts}
    commands = arguments.commands.split(",")
    results = measure.measure(engines, texts, commands, arguments.rounds)
    names = [engine.name for engine in engines]
    measure.print_table(results, names, sys.stdout)
    if len(names) > 1:
        print("\nMatches counted:")
        measure.print_agreement(results, names, sys.stdout)
    if arguments.details:
        print("\nµs, mean / p50 / p99:")
        measure.print_details(results, names, sys.stdout)


def growth(arguments):
    print("### Growth: passages from the generator, mean µs (p99)\n")
    texts = classes.choose(arguments.queries, arguments.limit)
    wanted = [one for one in ("frequent term", "intersection", "union", "union 4+", "phrase", "own union")
              if one in texts]
    texts = {one: texts[one] for one in wanted}
    header = False
    for passages in arguments.sizes:
        name, source, count, size = corpus(arguments, passages)
        engines = chosen_engines(arguments)
        folder = os.path.join(arguments.work, f"index-passages-{passages}")
        os.makedirs(folder, exist_ok=True)
        for engine in engines:
            engine.build(source, folder, anew(engine, engines, arguments))
        if not header:
            print("| passages | MB | engine | build; index MB | "
                  + " | ".join(f"{command} {one}" for command in ("TOP_10", "COUNT") for one in wanted) + " |")
            print("|---" * (4 + 2 * len(wanted)) + "|")
            header = True
        results = measure.measure(engines, texts, ["TOP_10", "COUNT"], arguments.rounds)
        for engine in engines:
            row = [f"{count:,}", f"{size / 1e6:.0f}", engine.name, f"{engine.built}; {engine.size / 1e6:.1f}"]
            for command in ("TOP_10", "COUNT"):
                for one in wanted:
                    if (command, one) not in results:
                        row.append("–")
                        continue
                    taken = results[command, one][engine.name][1]
                    row.append(f"{measure.short(sum(taken) / len(taken))} ({measure.short(measure.p99(taken))})"
                               if taken else "none")
            print("| " + " | ".join(row) + " |", flush=True)


def other(part, arguments):
    name, source, count, size = corpus(arguments)
    function = live.live if part == "live" else getattr(costs, part)
    function(costs.Setting(arguments, name, source, count, size))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--build", required=True)
    parser.add_argument("--peers", default="")
    parser.add_argument("--archive", required=True, help="packed archive of releases, or a folder")
    parser.add_argument("--queries", nargs="+", required=True)
    parser.add_argument("--work", help="keeps documents and indexes (default: a temporary folder)")
    parser.add_argument("--documents", choices=archive.KINDS, default="whole")
    parser.add_argument("--documents-limit", type=int, help="only the first documents")
    parser.add_argument("--passages", type=int, default=0, help="instead: so many from the generator")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000],
                        help="of growth")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=int, default=100, help="queries of a class")
    parser.add_argument("--budget", type=float, default=0.5,
                        help="seconds a class may take a peer in one round")
    parser.add_argument("--warm", type=float, default=20, help="seconds of warming a JVM")
    parser.add_argument("--engines", help="only these peers, with commas between")
    parser.add_argument("--classes", help="only these, with commas between")
    parser.add_argument("--commands", default=",".join(classes.COMMANDS))
    parser.add_argument("--details", action="store_true", help="p50 and p99 of every engine too")
    parser.add_argument("--readme", action="store_true", help="put the tables into bench/README.md")
    parser.add_argument("--again", nargs="?", const="all", choices=["ours", "all"],
                        help="build the indexes anew: this library's, or all")
    arguments = parser.parse_args()
    parts = arguments.parts or ["queries"]
    strange = [part for part in parts if part not in PARTS]
    if strange:
        parser.error(f"no such part: {', '.join(strange)} (there are {', '.join(PARTS)})")

    temporary = None
    if not arguments.work:
        temporary = tempfile.TemporaryDirectory(prefix="rls-bench-")
        arguments.work = temporary.name
    told = (f"{time.strftime('%Y-%m-%d')}; {machine()}; load {os.getloadavg()[0]:.1f} at the start; "
            f"{arguments.rounds} rounds in turn, median of each query.\n")
    for part in parts:
        sys.stdout = readme.Tee() if arguments.readme else sys.__stdout__
        print(told)
        {"queries": queries, "growth": growth}.get(part, lambda a, part=part: other(part, a))(arguments)
        if arguments.readme:
            over = f"{arguments.passages} passages" if arguments.passages else arguments.documents
            readme.replace(f"{part}, {over}", "".join(sys.stdout.text))
        sys.stdout = sys.__stdout__
    if temporary:
        temporary.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
