"""The live prompt: keys typed into a pseudo-terminal, pictures of what it shows."""
import fcntl
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

from harness import *
from screen import Screen

PICTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "live")
UP, DOWN, RIGHT, LEFT = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D"
PAGE_UP, PAGE_DOWN, HOME, END = b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F"
SHIFT_DOWN, DELETE, BACKSPACE, ESCAPE = b"\x1b[1;2B", b"\x1b[3~", b"\x7f", b"\x1b"


class Live:
    """rsearch on a terminal of its own, whose screen is kept."""

    def __init__(self, place, columns=80, rows=16, env=None, arguments=("query",), **more):
        self.screen = Screen(columns or 80, rows or 24)
        self.sent = 0
        self.master, self.slave = pty.openpty()
        self.size(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        # What stands on the screen beforehand must stand there again afterwards.
        self.screen.feed(b"$ rsearch")
        self.process = subprocess.Popen([RSEARCH, *arguments], cwd=place.path, stdin=self.slave,
                                        stdout=self.slave, stderr=self.slave, start_new_session=True,
                                        env=environment(**(env or {})),
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **more)
        self.until(lambda: self.screen.modes["?1049"], "the prompt is there")

    def size(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, timeout=0.01):
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        data = os.read(self.master, 65536)
        self.sent += len(data)
        self.screen.feed(data)
        return True

    def until(self, condition, what):
        """Reads until the screen is as it should be and nothing more comes."""
        deadline = time.monotonic() + 60
        while not condition():
            if time.monotonic() > deadline:
                fail("waited in vain until %s; the screen is\n%s" % (what, self.screen.dump()))
            self.read()
        while self.read(0.004):
            pass

    def shows(self, *parts):
        self.until(lambda: all(part in self.screen.text() for part in parts),
                   "%r are shown" % (parts,))

    def lacks(self, part):
        self.until(lambda: part not in self.screen.text(), "%r is gone" % part)

    def type(self, keys, *parts):
        keys = keys.encode() if isinstance(keys, str) else keys
        while keys:
            self.read(0)
            if select.select([], [self.master], [], 0.05)[1]:
                keys = keys[os.write(self.master, keys[:1024]):]
        self.shows(*parts)

    def prompt(self):
        return self.screen.line(0)

    def end(self, keys=b"\x03", status=130):
        """Leaves; the terminal must be as it was."""
        if keys:
            self.type(keys)
        deadline = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read()
        while self.read():
            pass
        if self.process.poll() is None:
            self.process.kill()
            fail("does not end; the screen is\n" + self.screen.dump())
        equal(self.process.returncode, status, "status")
        equal(termios.tcgetattr(self.slave), self.before, "settings of the terminal")
        equal(self.screen.modes, {"?25": True, "?7": True, "?2004": False, "?1049": False}, "modes")
        equal(self.screen.strange, [], "strange bytes")
        os.close(self.master)
        os.close(self.slave)
        return self.screen.text()

    def picture(self, name):
        """Holds the screen against a picture; RSEARCH_PICTURES=write makes it."""
        found = re.sub(r"· [\d.]+ m?s +", "· TIME  ", self.screen.dump())
        path = os.path.join(PICTURES, name + ".txt")
        if os.environ.get("RSEARCH_PICTURES") == "write":
            os.makedirs(PICTURES, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(found)
        with open(path, encoding="utf-8") as file:
            equal(found, file.read(), "screen %s (RSEARCH_PICTURES=write makes its picture anew)" % name)


def some(place):
    place.release("releases/2007/oslo.md", "Ministers welcome the Oslo treaty",
                  "The treaty bans cluster munitions.\n\nMore than forty countries have signed the "
                  "treaty in Oslo, and others will follow.", "2007-05-28",
                  portfolios=["Disarmament"], ministers=["Phil Goff"])
    place.release("releases/2008/rain.md", "Farmers welcome rain", "No treaty can make it rain, but "
                  "it rains.", "2008-02-03", portfolios=["Agriculture"], ministers=["Jim Anderton"])
    place.release("releases/2009/wool.md", "Wool", "Sheep have wool.", "2009-11-30")
    place.good("index", "releases")


def many(place, count=200):
    for i in range(count):
        place.release("releases/%03d.md" % i, "Release %03d" % i, "A treaty. " * (1 + (count - i) % 50))
    place.good("index", "releases")


@test("without words on a terminal there is a prompt")
def _(place):
    some(place)
    live = Live(place)
    live.shows("3 documents", "Esc leave")
    live.picture("empty")
    equal(live.end(), "$ rsearch" + "\n" * 15)


@test("hits come with every key; a word begun is a beginning, a finished one a word")
def _(place):
    some(place)
    live = Live(place)
    live.shows("3 documents")
    live.type("t", "No document has this word")
    live.type("re", "Farmers welcome rain")
    live.picture("begun")
    live.type("aty o", "2 documents with some")
    live.type("slo", "1 document with both words")
    live.picture("finished")
    live.type(b"\x17" + b"rain sheep", "with some of the words", "Wool")
    live.end()


@test("real releases on a wide screen")
def _(place):
    shutil.copytree(RELEASES, place.at("releases"))
    place.good("index", "releases")
    live = Live(place, 120, 30)
    live.type("cluster munitions", "24 documents with both words ·")
    live.picture("releases")
    live.type(DOWN * 3 + b"\r", "match 1 of")
    live.picture("releases-reading")
    live.end()


@test("the word is completed with the right arrow")
def _(place):
    some(place)
    live = Live(place)
    live.type("muni", "> munitions")
    equal(live.screen.styled("d")[0], "tions")
    live.type(RIGHT)
    live.until(lambda: live.screen.column == 11 and live.screen.row == 0, "the cursor is at its end")
    equal(live.prompt(), "> munitions")
    live.type(" x", "> munitions x")
    live.end()


@test("a word that no document has may be another: once nobody types, that is offered")
def _(place):
    some(place)
    live = Live(place)
    live.type("cluster munitons", "→ cluster munitions")
    live.type(RIGHT, "1 document with both words ·")
    equal(live.prompt(), "> cluster munitions")
    live.end()


@test("texts that take long to read are drawn once nobody types")
def _(place):
    some(place)
    place.write("releases/long.md", "---\ntitle: Endless\n---\n\nThe treaty.\n\n" + "Words of it. " * 100000)
    place.good("index", "releases")
    live = Live(place, 110, 14)
    live.type("endless", "> Endless", "│ Endless", "The treaty.")
    live.type(b"\r", "match 1 of 1")
    live.end()


@test("arrows choose, Enter reads, n goes from match to match")
def _(place):
    some(place)
    live = Live(place)
    live.type("treaty", "Farmers", "2 documents ·")
    chosen = live.screen.styled("r")
    live.type(DOWN)
    live.until(lambda: live.screen.styled("r") not in ([], chosen), "another is chosen")
    live.type(UP)
    live.until(lambda: live.screen.styled("r") == chosen, "the first is chosen again")
    live.type(b"\r", "match 1 of 3", "More than forty")
    live.picture("reading")
    live.type("n", "match 2 of 3")
    live.type("nn", "this is the last match")
    live.type("N", "match 2 of 3")
    live.type("q", "> treaty")
    live.end()


@test("Ctrl-S puts the newest first, and the best again")
def _(place):
    for year in range(2000, 2010):
        place.release("releases/%d.md" % year, "Of %d" % year, "A treaty. " * (1 + year * 7 % 10),
                      "%d-01-01" % year)
    place.good("index", "releases")
    live = Live(place, 80, 24)
    live.type("treaty", "10 documents ·")
    best = live.screen.text()
    live.type(b"\x13", "newest first")
    equal([live.screen.line(row)[2:9] for row in range(1, 21, 2)],
          ["Of %d" % year for year in range(2009, 1999, -1)])
    live.type(b"\x13")
    live.lacks("newest first")
    equal(live.screen.text().splitlines()[:-1], best.splitlines()[:-1])
    live.end()
    place.write("plain/a.txt", "A treaty.\n")
    place.good("index", "-i", "plain.index", "plain")
    live = Live(place, arguments=("query", "-i", "plain.index"))
    live.type(b"treaty\x13", "a.txt", "newest first")
    live.end()


@test("a wide screen has a preview, a narrow one when it is asked for")
def _(place):
    some(place)
    live = Live(place, 110, 12)
    live.type("oslo", "releases/2007/oslo.md", "1 document ·")
    live.picture("wide")
    live.type(b"\t")
    live.lacks("releases/2007/oslo.md")
    live.end()
    live = Live(place, 60, 20)
    live.type("treaty", "2 documents ·")
    lacks(live.screen.text(), "releases/2007/oslo.md")
    live.type(b"\t", "releases/2008/rain.md" if "> Farmers" in live.screen.text()
              else "releases/2007/oslo.md")
    live.picture("narrow")
    live.end()


@test("the preview follows the choice and moves by itself with Shift")
def _(place):
    place.write("releases/long.md", "".join("line %d of whales\n\n" % i for i in range(100)))
    place.good("index", "releases")
    live = Live(place, 110, 12)
    live.type("whales", "line 0 ")
    live.type(SHIFT_DOWN * 12, "│ line 8 of")
    live.lacks("│ line 0 ")
    live.type(b"\x1b[6;2~", "│ line 9 of", "│ line 12 of")
    live.end()


@test("long lists scroll, and more hits are fetched than were asked for first")
def _(place):
    many(place)
    live = Live(place, 80, 10)
    live.type("treaty", "200 documents ·")
    first = live.screen.line(1)
    live.type(DOWN * 199)
    live.until(lambda: live.screen.line(7).startswith("> ") and live.screen.line(8) != "" and
               live.screen.line(1) != first, "the end is reached")
    end = live.screen.text()
    live.type(DOWN * 3 + PAGE_DOWN)
    live.until(lambda: live.screen.text() == end, "it stays the end")
    seen = set()
    for _ in range(60):
        seen |= {live.screen.line(row)[2:13] for row in range(1, 9, 2)}
        before = live.screen.line(1)
        live.type(PAGE_UP)
        live.until(lambda: live.screen.line(1) != before or before == first, "a page is turned")
    equal(len(seen), 200, "hits seen")
    live.end()


@test("the line can be edited: words, ends, characters of several bytes and columns")
def _(place):
    some(place)
    live = Live(place, 60, 10)
    live.shows("3 documents")
    for keys, line, column in [
            ("hello world", "hello world", 11),
            (b"\x01", "hello world", 0),
            ("X", "Xhello world", 1),
            (b"\x05" + BACKSPACE, "Xhello worl", 11),
            (b"\x17", "Xhello ", 7),
            (LEFT * 3 + b"\x0b", "Xhel", 4),
            (HOME + DELETE, "hel", 0),
            (END + "ō日e\u0301".encode(), "helō日e\u0301", 7),
            (LEFT, "helō日e\u0301", 6),
            (LEFT, "helō日e\u0301", 4),
            (BACKSPACE, "hel日e\u0301", 3),
            (DELETE, "hele\u0301", 3),
            (DELETE, "hel", 3),
            (b" one two three" + b"\x1bb\x1bb", "hel one two three", 8),
            (b"\x1bd", "hel one  three", 8),
            (b"\x1b[1;5D\x1b\x7f", "one  three", 0),
            (b"\x1b[1;5C" + b"\x04", "one three", 3),
            (b"\x02\x02\x06\x15", "e three", 0),
            (b"\x05\x15", "", 0)]:
        live.type(keys)
        live.until(lambda: live.prompt() == ("> " + line).rstrip() and
                   (live.screen.row, live.screen.column) == (0, column + 2),
                   "the line is %r, the cursor at %d" % (line, column))
    live.end(b"\x04", 0)


@test("a line longer than the screen is seen around its cursor")
def _(place):
    some(place)
    live = Live(place, 30, 8)
    live.type(" ".join("word%02d" % i for i in range(40)), "word39")
    equal((live.screen.row, live.screen.column < 30), (0, True))
    live.type(HOME, "> word00 word01")
    equal(live.screen.column, 2)
    live.type(END, "word39")
    live.end()


@test("wide characters and combining marks keep their places")
def _(place):
    place.release("releases/a.md", "日本語の題名 and te reo Ma\u0304ori", "条約は munitions を禁止する。 "
                  "The treaty a\u0301\u0302 b 👍 bans 🙂 all.", "2020-01-02", ministers=["名前"])
    place.release("releases/b.md", "x" * 39 + "日本語", "The treaty 日" + "本" * 60)
    place.good("index", "releases")
    live = Live(place, 50, 12)
    live.type("treaty", "2 documents ·")
    live.picture("characters")
    live.type(b"\t" + DOWN, "本本")
    live.picture("characters-preview")
    live.type(b"\t" + UP + b"\t\r", "match 1")
    live.type("qQ")
    live.end()


@test("what documents hold never commands the terminal")
def _(place):
    evil = "treaty \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J \x01 \x7f \x08\x08 \x1b[?1049l \u202egnirts \u200b."
    place.write("releases/a\x1b[2Jb.md", "---\ntitle: \"tit\\e[5mle \\a treaty\"\ndate: \"20\\e[2J\"\n"
                "ministers:\n  - \"min\\x1b[1mister\"\n---\n\n" + evil + "\n")
    place.write("releases/latin.txt", b"treaty caf\xe9 \xff\xfe \x1b[2J end\n")
    place.good("index", "-q", "releases")
    live = Live(place, 110, 14)
    live.type("treaty", "2 documents ·")
    live.type(DOWN)
    contains(live.screen.text(), "␛[")
    for key in (b"\r", b"q", UP, b"\r"):
        live.type(key)
        live.until(lambda: live.screen.strange == [], "nothing strange came")
    live.type(b"p")
    live.end(b"", 0)


@test("a paste is words, whatever is in it")
def _(place):
    some(place)
    live = Live(place, 60, 10)
    live.type(b"\x1b[200~oslo\r\ntreaty\t\x1b[A\x03\x1b\x1bOA\x04\x1b]0;x\x07!\x1b[201~", "oslo treaty")
    contains(live.prompt(), "> oslo treaty")
    live.end()


@test("megabytes pasted fill the line and no more")
def _(place):
    some(place)
    live = Live(place, 60, 10)
    live.type(b"\x1b[200~" + b"treaty munitions " * 100000 + b"\x1b[201~", "the line is full")
    live.type(b"\x15oslo", "> oslo", "1 document ·")
    live.type(b"\x15" + b"a" * 300000, "the line is full")
    live.type(b"\x15oslo", "> oslo", "1 document ·")
    live.end()


@test("junk does nothing but type what is text in it")
def _(place):
    some(place)
    dice = random.Random(SEED)
    live = Live(place, 70, 12, env={"EDITOR": "true"})
    live.shows("3 documents")
    for _ in range(40):
        junk = bytes(dice.choice((27, 91, 79, 59, 93, dice.randrange(256), dice.randrange(256)))
                     for _ in range(dice.randrange(1, 200)))
        # Ctrl-C, Ctrl-D, Ctrl-O, Ctrl-Z and lone escapes leave, as they should; and so does p.
        junk = re.sub(rb"[\x03\x04\x0f\x1a\x1bp\r\n]|\x1b+$", lambda m: b"\x1b[" if m[0] == b"\x1b" else b"", junk)
        live.type(b"\x1b[200~" + junk + b"\x1b[201~" if dice.randrange(2) else junk)
        if live.process.poll() is not None:
            fail("seed %d: it ended after %r" % (SEED, junk))
    live.type(b"\x07\x1b[201~\x1b[~")
    live.type(b"\x05\x15")
    live.type(b"oslo", "> oslo", "1 document ·")
    live.end()


def resize(live, columns, rows):
    live.screen.resize(columns, rows)
    live.size(columns, rows)
    live.until(lambda: "?" not in live.screen.text(), "all is drawn for %d×%d" % (columns, rows))


@test("the screen may change its size at any time")
def _(place):
    many(place)
    live = Live(place, 80, 24)
    live.type("treaty", "200 documents ·")
    for columns, rows in [(40, 10), (120, 30), (20, 5), (10, 3), (1, 1), (2, 2), (300, 4), (7, 60), (80, 24)]:
        live.read(0)
        resize(live, columns, rows)
        live.type(DOWN + UP)
    live.shows("200 documents ·")
    live.type(b"\r")
    for columns, rows in [(40, 10), (1, 1), (90, 20)]:
        resize(live, columns, rows)
    live.end()


@test("screens without room are no trouble")
def _(place):
    some(place)
    for columns, rows in [(1, 1), (10, 3), (3, 10), (1, 40), (200, 1)]:
        live = Live(place, columns, rows)
        live.type("treaty")
        live.type(b"\t" + DOWN + b"\r")
        live.type(b"nq" + UP + b"x\x15")
        live.end()
    live = Live(place, 0, 0)
    live.type("oslo", "1 document ·")
    live.end()


@test("only what differs is drawn")
def _(place):
    many(place)
    live = Live(place, 80, 24)
    live.type("treat", "200 documents ·")
    while live.read(0.3):
        pass
    cleared, sent = live.screen.cleared, live.sent
    live.type(LEFT)
    live.until(lambda: live.screen.column == 6, "the cursor has moved")
    if live.sent - sent > 60:
        fail("moving the cursor took %d bytes" % (live.sent - sent))
    sent = live.sent
    live.type(DOWN)
    live.until(lambda: live.sent > sent, "something comes")
    if live.sent - sent > 600:
        fail("moving the choice took %d bytes" % (live.sent - sent))
    equal(live.screen.cleared, cleared, "times the screen was cleared")
    sent = live.sent
    time.sleep(0.3)
    equal((live.read(0), live.sent), (False, sent), "what comes while nobody types")
    live.type(b"\x0c")
    live.until(lambda: live.screen.cleared == cleared + 1, "Ctrl-L draws all")
    live.end()


@test("drawing what differs leaves what drawing everything shows")
def _(place):
    dice = random.Random(SEED)
    words = ["treaty", "日本語", "x", "a\u0301", "e\u0301\u0302\u0323", "👍", "munitions", "ｗｉｄｅ", "的", "\x1b[1m", "\u200b"]
    for i in range(60):
        text = " ".join(dice.choice(words) for _ in range(dice.randrange(1, 80)))
        place.release("releases/%d.md" % i, "treaty " + "".join(dice.choice(words) for _ in range(8)).replace("\x1b", ""),
                      text, ministers=[dice.choice(words[:2])])
    place.good("index", "-q", "releases")
    live = Live(place, 101, 15)
    live.type("treaty", "60 documents ·")
    moves = [UP, DOWN, DOWN, PAGE_UP, PAGE_DOWN, b"\t", SHIFT_DOWN, b" ", b"x", BACKSPACE, BACKSPACE, "日".encode(),
             "a\u0301".encode(), LEFT, HOME, END, b"\x05\x15treaty", b"\r", b"n", b"\x1b[6~", b"q", b"\x13"]
    for _ in range(20):
        for _ in range(dice.randrange(1, 9)):
            live.type(dice.choice(moves))
        while live.read(0.16):
            pass
        drawn, cleared = live.screen.dump(), live.screen.cleared
        live.type(b"\x0c")
        live.until(lambda: live.screen.cleared > cleared, "all is drawn")
        # The foot may have told what the key before came to.
        equal(live.screen.dump().split("\n|")[:-1], drawn.split("\n|")[:-1], "screen (seed %d)" % SEED)
    live.end()


@test("it may be left in many ways, and the terminal is as it was")
def _(place):
    some(place)
    for keys, status in [(b"\x03", 130), (ESCAPE, 0), (b"\x04", 0), (b"oslo\x1b", 0), (b"oslo\r\x03", 130)]:
        live = Live(place)
        live.shows("3 documents")
        equal(live.end(keys, status), "$ rsearch" + "\n" * 15)
    for number, status in [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130),
                           (signal.SIGQUIT, 131), (signal.SIGABRT, -signal.SIGABRT)]:
        live = Live(place)
        live.type("oslo", "1 document ·")
        live.process.send_signal(number)
        equal(live.end(b"", status), "$ rsearch" + "\n" * 15)


@test("a terminal that hangs up ends it")
def _(place):
    some(place)
    live = Live(place)
    live.type("oslo", "1 document ·")
    os.close(live.slave)
    os.close(live.master)
    live.process.wait(timeout=20)


@test("p leaves with the path of what is read")
def _(place):
    some(place)
    live = Live(place)
    live.type("oslo", "1 document ·")
    live.type(b"\r", "match 1")
    text = live.end(b"p", 0)
    contains(text, "releases/2007/oslo.md")


@test("Ctrl-O gives the file to the editor; its name is never run")
def _(place):
    place.release("releases/$(touch evil) `touch evil`;touch evil.md", "Odd", "The treaty.")
    place.good("index", "releases")
    editor = place.write("editor", "#!/bin/sh\nfor i; do printf '%s\\n' \"$i\"; done >> edited\nstty size >> edited\n")
    os.chmod(editor, 0o700)
    live = Live(place, env={"EDITOR": editor + " -w"})
    live.type("treaty", "1 document ·")
    live.type(b"\x0f")
    wait_until(lambda: os.path.exists(place.at("edited")), "the editor ran")
    live.type(" x", "treaty x")
    live.type(b"\r", "Odd", "matches")
    live.type("o")
    live.until(lambda: len(open(place.at("edited")).readlines()) == 6, "the editor ran again")
    equal(open(place.at("edited")).read(),
          "-w\nreleases/$(touch evil) `touch evil`;touch evil.md\n16 80\n" * 2)
    equal(os.path.exists(place.at("evil")), False)
    live.type("q", "treaty x")
    live.end()
    live = Live(place, env={"EDITOR": "/nonexistent/editor"})
    live.type("treaty", "1 document ·")
    live.type(b"\x0f", "could not be started")
    live.end()
    live = Live(place)
    live.type("treaty", "1 document ·")
    live.type(b"\x0f", "EDITOR is not set")
    os.remove(place.at("releases/$(touch evil) `touch evil`;touch evil.md"))
    live.type(b"\x0f", "has vanished")
    live.end()


@test("Ctrl-Z and its signals give the terminal back for a while")
def _(place):
    some(place)
    # Under a leader of the session, so that its group is one that may be stopped.
    live = Live.__new__(Live)
    live.screen, live.sent = Screen(80, 16), 0
    live.master, live.slave = pty.openpty()
    live.size(80, 16)
    live.before = termios.tcgetattr(live.slave)
    leader = ("import os,sys,subprocess,signal,time,fcntl,termios\n"
              "signal.signal(signal.SIGTTOU, signal.SIG_IGN)\n"
              "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
              "def own(): os.setpgid(0, 0); os.tcsetpgrp(0, os.getpid()); signal.signal(signal.SIGTTOU, signal.SIG_DFL)\n"
              "child = subprocess.Popen(sys.argv[1:], preexec_fn=own)\n"
              "open('pid', 'w').write(str(child.pid))\n"
              "for i in range(2):\n"
              "    os.waitpid(child.pid, os.WUNTRACED); open('stopped%d' % i, 'w'); \n"
              "    while not os.path.exists('go%d' % i): time.sleep(0.01)\n"
              "    os.tcsetpgrp(0, child.pid); os.killpg(child.pid, signal.SIGCONT)\n"
              "sys.exit(child.wait())\n")
    live.process = subprocess.Popen([sys.executable, "-c", leader, RSEARCH, "query"], cwd=place.path,
                                    stdin=live.slave, stdout=live.slave, stderr=live.slave,
                                    start_new_session=True, env=environment())
    live.type("oslo", "1 document ·")
    for i in range(2):
        if i == 0:
            live.type(b"\x1a")
        else:
            os.kill(int(open(place.at("pid")).read()), signal.SIGTSTP)
        live.until(lambda: os.path.exists(place.at("stopped%d" % i)), "it is stopped")
        equal(termios.tcgetattr(live.slave), live.before, "settings of the terminal")
        equal(live.screen.modes["?1049"], False)
        place.write("go%d" % i, "")
        live.until(lambda: live.screen.modes["?1049"], "it is back")
        live.shows("> oslo", "1 document ·")
    live.type(" x", "> oslo x")
    live.end()


@test("commits are followed, and the choice stays")
def _(place):
    some(place)
    live = Live(place, 110, 14)
    live.type("treaty", "2 documents ·")
    first = live.screen.styled("r")
    live.type(DOWN)
    live.until(lambda: live.screen.styled("r") not in ([], first), "another is chosen")
    chosen = live.screen.styled("r")
    place.release("releases/2010/new.md", "Treaty, treaty", "Treaty treaty treaty.", "2010-01-01")
    place.good("index", "releases")
    live.shows("3 documents", "Treaty, treaty")
    live.until(lambda: live.screen.styled("r")[0][:20] == chosen[0][:20], "the choice is the same")
    live.end()


@test("an index that vanishes stays readable, one made anew is followed")
def _(place):
    some(place)
    live = Live(place, 110, 10)
    live.type("treaty", "2 documents ·")
    shutil.rmtree(place.at(".rsearch"))
    live.shows("cannot be read any more")
    live.type(b"\x15oslo", "1 document ·", "cannot be read any more")
    live.type(b"\r", "forty countries")
    live.type(b"q")
    shutil.rmtree(place.at("releases/2007"))
    place.release("releases/2011/other.md", "Another Oslo", "Oslo again.", "2011-01-01")
    place.good("index", "releases")
    live.shows("Another Oslo")
    live.lacks("cannot be read")
    live.end()


@test("hits whose file changed or vanished are marked")
def _(place):
    some(place)
    os.remove(place.at("releases/2007/oslo.md"))
    place.release("releases/2008/rain.md", "Rain", "Something else.")
    live = Live(place)
    live.type("treaty", "2 documents ·", "Ministers welcome the Oslo treaty (vanished)",
              "Farmers welcome rain (changed)")
    live.end()


@test("a damaged index is told in the foot")
def _(place):
    some(place)
    live = Live(place, 110, 10)
    live.type("treaty", "2 documents ·")
    for name in os.listdir(place.at(".rsearch")):
        if name.endswith(".seg"):
            path = place.at(".rsearch", name)
            data = open(path, "rb").read()
            os.remove(path)  # the old file stays as it is for those who have it open
            with open(path, "wb") as file:
                file.write(data[:100] + bytes(byte ^ 0x55 for byte in data[100:]))
        elif name.endswith(".man"):
            os.rename(place.at(".rsearch", name), place.at(".rsearch", "commit-%016x.man" % 99))
    live.shows("cannot be read any more")
    live.type(b"\x15oslo", "1 document ·")
    live.end()
    live = Live(place, 110, 10) if place.terminal("query", "x").status != 2 else None
    equal(live, None, "prompt over a damaged index")


@test("without a terminal that can place a cursor words are asked for")
def _(place):
    some(place)
    for env in ({"TERM": "dumb"}, {"TERM": ""}):
        result = place.terminal("query", env=env)
        equal(result.status, 2)
        contains(result.out, "no words to look for")
    result = place.run("query")
    equal(result.status, 2)
    contains(result.err, "no words to look for")
    for flags in (["-c"], ["--json"], ["-l"], ["-q"]):
        equal(place.terminal("query", *flags).status, 2, " ".join(flags))


@test("NO_COLOR means marks that are underlined")
def _(place):
    some(place)
    live = Live(place, env={"NO_COLOR": "1"})
    live.type("oslo", "1 document ·")
    equal(live.screen.styled("m") + live.screen.styled("g"), [])
    contains(" ".join(live.screen.styled("u")), "Oslo")
    live.end()


@test("flags of ranking hold in the prompt too")
def _(place):
    some(place)
    live = Live(place, arguments=("query", "--all"))
    live.type("rain sheep", "No document")
    live.end()
    live = Live(place, arguments=("query", "--sort", "date"))
    live.type("welcome", "2 documents ·")
    contains(live.screen.line(1), "28 May 2007")
    live.type(b"\x13", "newest first")
    contains(live.screen.line(1), "3 Feb 2008")
    live.type(b"\x13")
    live.until(lambda: "28 May 2007" in live.screen.line(1), "the order is that of the flag again")
    live.end()


main()
