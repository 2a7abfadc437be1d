"""The live prompt, driven through a pseudo-terminal: from a key to the end of what it draws."""

import fcntl
import os
import pty
import select
import struct
import termios
import time

COLUMNS, ROWS = 120, 40
FLUSHED = b"\x1b[?25h"  # the cursor is shown again: all is drawn
DOWN, PAGE_DOWN, ENTER, ESCAPE_LINE = b"\x1b[B", b"\x1b[6~", b"\r", b"\x05\x15"


class Prompt:
    def __init__(self, rsearch, index):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.master, self.process = master, os.fork()
        if self.process == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for descriptor in (0, 1, 2):
                os.dup2(slave, descriptor)
            os.environ["TERM"] = "xterm"
            os.execv(rsearch, [rsearch, "query", "-i", index])
        os.close(slave)
        self.answer()

    def answer(self, timeout=10):
        shown = b""
        while not shown.endswith(FLUSHED):
            if not select.select([self.master], [], [], timeout)[0]:
                if timeout < 1:
                    return
                raise RuntimeError("the prompt does not answer")
            shown += os.read(self.master, 1 << 20)

    def key(self, key, timeout=10):
        """Milliseconds until what the key changes is drawn; `timeout` when it may change nothing."""
        start = time.perf_counter()
        os.write(self.master, key)
        self.answer(timeout)
        return (time.perf_counter() - start) * 1e3

    def close(self):
        os.write(self.master, b"\x03")
        os.waitpid(self.process, 0)
        os.close(self.master)


def row(name, taken):
    taken = sorted(taken)
    print(f"| {name} | {len(taken)} | {sum(taken) / len(taken):.1f} | {taken[len(taken) // 2]:.1f} "
          f"| {taken[len(taken) * 99 // 100]:.1f} | {taken[-1]:.1f} |", flush=True)


def live(setting):
    """Every letter of the queries is typed; of each key the best of several rounds counts."""
    setting.title(f"The live prompt on {COLUMNS}×{ROWS} cells with a preview, ms from a key to its screen")
    print("| keys | of them | mean | p50 | p99 | most |\n|---|---|---|---|---|---|")
    queries = [text for name in ("own union", "own intersection", "own phrase", "own term")
               for text in setting.texts(5, (name,))]
    letters, moves = {}, {}
    for _ in range(max(2, min(3, setting.arguments.rounds))):
        prompt = Prompt(setting.rsearch, setting.index(store=True))
        for number, text in enumerate(queries):
            prompt.key(ESCAPE_LINE, 0.09)
            for place, letter in enumerate(text):
                keep(letters, (number, place), prompt.key(letter.encode()))
            for place, key in enumerate((DOWN, PAGE_DOWN, PAGE_DOWN, ENTER)):
                taken = prompt.key(key, 0.09)
                if taken < 90:
                    keep(moves, (number, place), taken)
            prompt.key(b"q", 0.09)
        prompt.close()
    row("a letter: the search, the hits, the preview", letters.values())
    row("arrows, pages, reading", moves.values())


def keep(best, key, value):
    best[key] = min(value, best.get(key, value))
