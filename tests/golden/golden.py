"""Indexes of each released format (tests/data/golden/FORMAT), which every later version must open, search,
update and check.

    golden.py RSEARCH GOLDEN                  tries them all; prints TAP
    golden.py RSEARCH GOLDEN --make DATA NAME  makes one of the format that RSEARCH writes

Kept beside each index: what it holds, as `rsearch export` tells it, and which documents queries find.
Scores are not: ranking may change from version to version, what matches may not."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

QUERIES = [
    "*", "+cluster +munitions", '"cluster munitions"', '"cluster munition"~', "=Munitions", "title:munitions", "munit*",
    "m?nister*al", "/clust(er|ers)/", "munitons~", "treaty NEAR/5 munitions", '"treaty munitions"~4', "-cluster",
    "(treaty OR oslo) AND NOT dublin", 'ministers:"Phil Goff"', "ministers:goff", "portfolios:disarm*", "portfolios:*",
    "date:2007", "date:2007-05..2008-02", "date:>=2008", "Māori", "multi-agent", "the",
]


def rsearch(program, *arguments, statuses=(0,), **options):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=100, **options)
    if done.returncode not in statuses:
        raise RuntimeError(f"{' '.join(arguments)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def contents(program, index):
    return sorted(rsearch(program, "export", "-i", index).splitlines())


def matches(program, index, query):
    out = rsearch(program, "query", "-i", index, "--json", "--no-snippet", "--any", "-n1000", "--", query,
                  statuses=(0, 1))
    return sorted(hit["key"] for hit in json.loads(out)["hits"])


def make(program, golden, data, name):
    folder = os.path.join(golden, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    index = os.path.join(folder, "index")
    with tempfile.TemporaryDirectory(prefix="rls-golden-") as work:
        files = os.path.join(work, "files")
        shutil.copytree(os.path.join(data, "documents"), files, ignore=shutil.ignore_patterns("ORIGIN*"))
        rsearch(program, "index", "-q", "-i", index, "files", cwd=work)
        shutil.copytree(os.path.join(data, "releases", "2007"), os.path.join(files, "2007"))
        for name in sorted(os.listdir(files))[1:8:3]:  # one segment then has deletions, the other has them anew
            with open(os.path.join(files, name), "a", encoding="utf-8") as file:
                file.write("\nMore of the treaty.\n")
        rsearch(program, "index", "-q", "-i", index, "files", cwd=work, statuses=(0, 1))
    os.remove(os.path.join(index, "write.lock"))
    with open(os.path.join(folder, "contents.ndjson"), "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in contents(program, index))
    with open(os.path.join(folder, "matches.json"), "w", encoding="utf-8") as file:
        json.dump({query: matches(program, index, query) for query in QUERIES}, file, ensure_ascii=False, indent=1)
        file.write("\n")


def problem_of(program, folder, work):
    index = os.path.join(work, "index")
    shutil.copytree(os.path.join(folder, "index"), index)
    rsearch(program, "check", "-i", index)
    with open(os.path.join(folder, "contents.ndjson"), encoding="utf-8") as file:
        kept = file.read().splitlines()
    with open(os.path.join(folder, "matches.json"), encoding="utf-8") as file:
        wanted = json.load(file)
    for when in ("as it was", "after an update", "after optimizing"):
        if contents(program, index) != kept:
            return f"{when}: other contents"
        for query, keys in wanted.items():
            if matches(program, index, query) != keys:
                return f"{when}: {query} finds other documents"
        if when == "as it was":  # one more, and without it again
            lines = '{"_id":"one more","body":"cluster munitions treaty"}\n'
            rsearch(program, "index", "-q", "-i", index, "-", input=lines)
            if "one more" not in matches(program, index, '"cluster munitions treaty"'):
                return "an added document is not found"
            rsearch(program, "delete", "-i", index, "one more")
        elif when == "after an update":
            rsearch(program, "optimize", "-i", index)
    rsearch(program, "check", "-i", index)
    return None


def main():
    program, golden = map(os.path.abspath, sys.argv[1:3])
    if sys.argv[3:4] == ["--make"]:
        make(program, golden, *sys.argv[4:6])
        return 0
    names = sorted(os.listdir(golden))
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        with tempfile.TemporaryDirectory(prefix="rls-golden-") as work:
            try:
                problem = problem_of(program, os.path.join(golden, name), work)
            except RuntimeError as error:
                problem = str(error)
        failed += problem is not None
        if problem:
            print("#", problem)
        print(f"{'not ok' if problem else 'ok'} {number} - an index of format {name} opens, answers, is updated and merged")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
