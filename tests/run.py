"""Builds each configuration and runs its tests with meson, counts every TAP line, prints the failed
ones, and closes with one line: N passed, N failed."""

import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# name, compiler, meson options, suites (None: all)
CONFIGURATIONS = [
    ("gcc", "gcc", ["-Dbuildtype=release", "-Db_ndebug=false"], None),
    (
        "clang-asan-ubsan",
        "clang",
        ["-Dbuildtype=debugoptimized", "-Db_sanitize=address,undefined", "-Db_lundef=false"],
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


def run(meson, folder, suites):
    log = os.path.join(folder, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.remove(log)
    command = [meson, "test", "-C", folder, "--no-rebuild", "--print-errorlogs"]
    for suite in suites or []:
        command += ["--suite", suite]
    environment = dict(os.environ, **ENVIRONMENT)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    passed = failed = 0
    if os.path.exists(log):
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                one = count(json.loads(line))
                passed += one[0]
                failed += one[1]
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


def main():
    meson, folder, *arguments = sys.argv[1:]
    configurations = CONFIGURATIONS[:1] if "quick" in arguments else CONFIGURATIONS
    passed = failed = 0
    for name, compiler, options, suites in configurations:
        print(f"== {name}", flush=True)
        place = os.path.join(folder, name)
        if not build(meson, place, compiler, options):
            print(f"{name}: does not build")
            failed += 1
            continue
        one = run(meson, place, suites)
        print(f"   {one[0]} passed, {one[1]} failed in {name}", flush=True)
        passed += one[0]
        failed += one[1]
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
