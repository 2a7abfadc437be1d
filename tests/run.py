"""Builds each configuration and runs its tests with meson, counts every TAP line, prints the failed
ones, and closes with a table of the exams (docs/trust.md) and one line: N passed, N failed.

    run.py MESON FOLDER [quick | exams]

quick: the plain build only. exams: the exams only, in their full form, whose figures go into
docs/trust.md."""

import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# name, compiler, meson options, suites (None: all)
CONFIGURATIONS = [
    ("gcc", "gcc", ["-Dbuildtype=release", "-Db_ndebug=false", "-Dpython=enabled", "-Dsqlite=enabled"], None),
    (
        "clang-asan-ubsan",
        "clang",
        ["-Dbuildtype=debugoptimized", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dpython=enabled",
         "-Dsqlite=enabled"],
        None,
    ),
    (
        "gcc-tsan",
        "gcc",
        ["-Dbuildtype=debugoptimized", "-Db_sanitize=thread", "-Db_lundef=false"],
        ["threads"],
    ),
]

ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:abort_on_error=1",
}


def build(meson, folder, compiler, options):
    environment = dict(os.environ, CC=compiler)
    environment.setdefault("CXX", "clang++" if compiler == "clang" else "g++")
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        command = [meson, "setup", folder, ROOT, "-Dwerror=true", *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stdout.write(done.stdout + done.stderr)
            return False
    done = subprocess.run(["ninja", "-C", folder], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


def run(meson, folder, suites, exams, full):
    log = os.path.join(folder, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.remove(log)
    command = [meson, "test", "-C", folder, "--no-rebuild", "--print-errorlogs"]
    if full:
        command += ["--timeout-multiplier", "0"]
    for suite in suites or []:
        command += ["--suite", suite]
    environment = dict(os.environ, **ENVIRONMENT, RLS_EXAMS="full" if full else "short")
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    passed = failed = 0
    if os.path.exists(log):
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                test = json.loads(line)
                one = count(test)
                passed += one[0]
                failed += one[1]
                gather(test.get("stdout") or "", exams)
    if done.returncode != 0 and failed == 0:
        failed = 1
    if failed > 0:
        sys.stdout.write(done.stdout[-20000:] + done.stderr[-5000:])
    return passed, failed


def count(test):
    """Passed and failed tests of one program: its TAP lines, or the program as one."""
    lines = re.findall(r"^(not ok|ok)\b", test.get("stdout") or "", re.MULTILINE)
    passed, failed = lines.count("ok"), lines.count("not ok")
    if test["result"] in ("OK", "EXPECTEDFAIL", "SKIP"):
        return max(passed, 1), failed
    if failed == 0:
        failed = 1
    print(f"{test['name']}: {test['result']}")
    return passed, failed


def gather(output, exams):
    """Adds the figures of each exam in the output of a test: tried, survived, lost, crashed. One that
    begins and does not end has crashed."""
    for number, name, rest in re.findall(r"^# exam (\d+) ([^:\n]+): (.*)$", output, re.MULTILINE):
        row = exams.setdefault((int(number), name), [0, 0, 0, 0])
        if rest == "begins":
            row[3] += 1
            continue
        figures = [int(figure) for figure in re.findall(r"\d+", rest)]
        row[3] -= 1
        for i, figure in enumerate(figures[:4]):
            row[i] += figure


def table(exams):
    """Rows of Markdown, the columns in line."""
    rows = [["exam", "", "points tried", "survived", "lost", "crashed"], ["---", "---", "---:", "---:", "---:", "---:"]]
    for (number, name), figures in sorted(exams.items()):
        rows.append([str(number), name] + [f"{figure:,}" for figure in figures])
    total = [sum(figures[i] for figures in exams.values()) for i in range(4)]
    rows.append(["", "all"] + [f"{figure:,}" for figure in total])
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    return "".join(
        "| " + " | ".join(row[i].ljust(widths[i]) if i < 2 else row[i].rjust(widths[i]) for i in range(6)) + " |\n"
        for row in rows
    )


def write_page(exams):
    path = os.path.join(ROOT, "docs", "trust.md")
    with open(path, encoding="utf-8") as page:
        text = page.read()
    text = re.sub(r"(?s)(<!-- figures -->\n).*?(<!-- end -->)", lambda found: found[1] + table(exams) + found[2], text)
    with open(path, "w", encoding="utf-8") as page:
        page.write(text)


def main():
    meson, folder, *arguments = sys.argv[1:]
    full = "exams" in arguments
    configurations = CONFIGURATIONS[:1] if full or "quick" in arguments else CONFIGURATIONS
    exams = {}
    passed = failed = 0
    for name, compiler, options, suites in configurations:
        print(f"== {name}", flush=True)
        place = os.path.join(folder, name)
        if not build(meson, place, compiler, options):
            print(f"{name}: does not build")
            failed += 1
            continue
        one = run(meson, place, ["exams"] if full else suites, exams, full)
        print(f"   {one[0]} passed, {one[1]} failed in {name}", flush=True)
        passed += one[0]
        failed += one[1]
    print(table(exams), end="")
    if full and failed == 0:
        write_page(exams)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
