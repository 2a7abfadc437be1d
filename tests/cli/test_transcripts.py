"""Golden transcripts: what the command shows on the shipped releases, byte for byte.

A file of transcripts/ is commands and what they showed, in a fresh folder with the releases in it:

    # a remark
    $ rsearch query treaty        in a pipe: standard output, then standard error
    % rsearch query treaty        on a terminal of 80 columns; %60 on one of 60
    …
    [1]                           the exit status, when it is not 0

Escape bytes are written \\e, other control bytes \\xHH. Times, sizes, versions and tokens are masked. To write
the files anew from what the command shows now, set RLS_REWRITE=1; then look at the difference.
"""
import difflib
import glob
import re

from harness import *

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transcripts")
MASKS = (
    (r"\b\d+(?:\.\d+)? (?:ms|s)\b(?! of)", "T"),
    (r"\b\d+ min \d\d s\b", "T"),
    (r'"took_us":\d+', '"took_us":T'),
    (r'"next_token":"[^"]*"', '"next_token":TOKEN'),
    (r"--after \S+", "--after TOKEN"),
    (r"rsearch \d+\.\d+\.\d+ \(index format \d+\)", "rsearch VERSION"),
    (r"\b\d+(?:\.\d+)? [kMG]?B\b", "SIZE"),
    (r"\b\d+(?:\.\d+)? %", "P %"),
)


def written(raw):
    """Bytes as a transcript has them."""
    text = raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    text = "".join("\\e" if character == "\x1b" else character if character in "\n\t" or ord(character) >= 32
                   else "\\x%02x" % ord(character) for character in text)
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return text


def ended(text):
    return text if not text or text.endswith("\n") else text + "\n\\c\n"


def run_line(place, sign, line):
    """What a command line shows, and its exit status as a line of its own when it is not 0."""
    env = {"TERM": "xterm-256color", "PATH": os.path.dirname(RSEARCH) + ":" + os.environ["PATH"], "PAGER": "cat"}
    command = ["sh", "-c", line]
    if sign == "$":
        process = subprocess.run(command, cwd=place.path, env=environment(**env), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=100)
        shown = ended(written(process.stdout)) + ended(written(process.stderr))
        status = process.returncode
    else:
        result = place.terminal(*command, columns=int(sign[1:] or 80), env=env, program=None)
        shown, status = ended(written(result.raw_out)), result.status
    return shown + ("[%d]\n" % status if status else "")


def replay(place, text):
    """The transcript as it is now: remarks and commands are kept, what they show is made anew."""
    parts = []
    for line in text.splitlines():
        command = re.match(r"(\$|%\d*) (.*)", line)
        if command:
            shown = line + "\n" + run_line(place, command[1], command[2])
            # A remark stands above its command.
            if parts and parts[-1].startswith("# ") and parts[-1].count("\n") == 1:
                shown = parts.pop() + shown
            parts.append(shown)
        elif line.startswith("# "):
            parts.append(line + "\n")
    return "\n".join(parts)


def add(path):
    @test("transcript " + os.path.basename(path))
    def _(place):
        shutil.copytree(RELEASES, place.at("releases"))
        with open(path, encoding="utf-8") as file:
            wanted = file.read()
        found = replay(place, wanted)
        if os.environ.get("RLS_REWRITE"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(found)
        elif found != wanted:
            fail("it shows something else (RLS_REWRITE=1 writes it anew):\n" + "\n".join(difflib.unified_diff(
                wanted.splitlines(), found.splitlines(), "as it was", "as it is", lineterm="", n=2)))


for name in sorted(glob.glob(os.path.join(FOLDER, "*.txt"))):
    add(name)

main()
