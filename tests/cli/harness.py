"""Runs rsearch and compares what it prints, how it ends and what it leaves, test by test, as TAP.

A test is a function decorated with @test("what holds"); it gets a Place: a fresh folder with helpers.
"""
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import fcntl
import time
import traceback

RSEARCH = os.path.abspath(sys.argv[1])
DATA = os.environ.get("RLS_TEST_DATA") or os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")
RELEASES = os.path.join(DATA, "releases")

# What tests by chance start from: the same every time, unless another is asked for.
SEED = int(os.environ.get("RLS_TEST_SEED", 20070528))

tests = []


class Skip(Exception):
    pass


class Failure(Exception):
    pass


def test(name):
    def add(function):
        tests.append((name, function))
        return function
    return add


class Result:
    def __init__(self, status, out, err):
        self.status = status
        self.raw_out = out
        self.raw_err = err
        self.out = out.decode("utf-8", "surrogateescape")
        self.err = err.decode("utf-8", "surrogateescape")


def environment(**more):
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "HOME", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
                        "LD_LIBRARY_PATH", "TMPDIR")}
    # The settings of whoever runs the tests are none of theirs.
    kept.update(TERM="xterm", LC_ALL="C", XDG_CONFIG_HOME="/nonexistent", PAGER="cat")
    kept.update(more)
    return kept


class Place:
    """A folder of its own, with files and with rsearch in it."""

    def __init__(self, path):
        self.path = path

    def at(self, *parts):
        return os.path.join(self.path, *parts)

    def write(self, name, content):
        path = os.path.join(os.fsencode(self.path), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return os.fsdecode(path)

    def release(self, name, title, body, date="2007-05-28", **lists):
        text = '---\ntitle: "%s"\ndate: %s\n' % (title, date)
        for key, values in lists.items():
            text += "%s:\n%s" % (key, "".join("  - %s\n" % value for value in values))
        return self.write(name, text + "---\n\n" + body + "\n")

    def start(self, *arguments, cwd=None, env=None, **more):
        return subprocess.Popen([RSEARCH, *arguments], cwd=cwd or self.path,
                                env=environment(**(env or {})), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)

    def run(self, *arguments, input=b"", cwd=None, env=None, **more):
        process = self.start(*arguments, cwd=cwd, env=env, stdin=subprocess.PIPE, **more)
        try:
            out, err = process.communicate(input, timeout=100)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure("rsearch %s hangs" % " ".join(map(repr, arguments)))
        return Result(process.returncode, out, err)

    def good(self, *arguments, **more):
        """Runs what must end with status 0 and say nothing on standard error."""
        result = self.run(*arguments, **more)
        equal(result.err, "", "standard error")
        equal(result.status, 0, "status")
        return result

    def terminal(self, *arguments, columns=80, rows=40, cwd=None, env=None, program=RSEARCH):
        """Runs on a terminal; standard output and error come together."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        settings = termios.tcgetattr(slave)
        settings[1] &= ~termios.OPOST  # line ends stay as they are written
        termios.tcsetattr(slave, termios.TCSANOW, settings)
        command = ([program] if program else []) + list(arguments)
        process = subprocess.Popen(command, cwd=cwd or self.path,
                                   env=environment(**(env or {})), stdin=slave, stdout=slave,
                                   stderr=slave, start_new_session=True)
        os.close(slave)
        shown = b""
        deadline = time.monotonic() + 100
        while time.monotonic() < deadline:
            ready, _, _ = select.select([master], [], [], 0.1)
            if not ready:
                continue
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(master)
        return Result(process.wait(timeout=10), shown, b"")


def fail(message):
    raise Failure(message)


def show(value):
    return value if isinstance(value, str) and "\n" in value else repr(value)


def equal(found, wanted, what="value"):
    if found != wanted:
        fail("%s is\n%s\nnot\n%s" % (what, show(found), show(wanted)))


def contains(text, part, what="output"):
    if part not in text:
        fail("%s lacks %r:\n%s" % (what, part, text))


def lacks(text, part, what="output"):
    if part in text:
        fail("%s has %r:\n%s" % (what, part, text))


def matches(text, pattern, what="output"):
    if re.fullmatch(pattern, text, re.DOTALL) is None:
        fail("%s is\n%s\nand does not match\n%s" % (what, text, pattern))


def masked(text):
    """Times and sizes of the index differ from run to run and from version to version."""
    text = re.sub(r"\b\d+(\.\d)? (ms|s)\b", "T", text)
    text = re.sub(r"index [\d.]+ [kM]?B", "index SIZE", text)
    return re.sub(r"\(\d+ %", "(P %", text)


def paths(result):
    """The first column of lines of hits."""
    return [line.split("\t")[0] for line in result.out.splitlines()]


def wait_until(condition, what):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            fail("waited in vain until " + what)
        time.sleep(0.01)


def main():
    failures = 0
    # A run in the background, or under nohup, ignores some signals; rsearch would ignore them, too.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    print("1..%d" % len(tests))
    for number, (name, function) in enumerate(tests, 1):
        path = os.path.realpath(tempfile.mkdtemp(prefix="rsearch-test-"))
        problem, skipped = None, ""
        try:
            function(Place(path))
        except Skip as reason:
            skipped = " # SKIP %s" % reason
        except Failure as failure:
            problem = str(failure)
        except Exception:
            problem = traceback.format_exc()
        finally:
            for folder, _, _ in os.walk(path):
                os.chmod(folder, 0o700)
            shutil.rmtree(path, ignore_errors=True)
        print("%sok %d - %s%s" % ("not " if problem else "", number, name, skipped))
        if problem:
            failures += 1
            text = problem.encode("utf-8", "backslashreplace").decode()
            print("\n".join("# " + line for line in text.splitlines()))
        sys.stdout.flush()
    sys.exit(1 if failures else 0)
