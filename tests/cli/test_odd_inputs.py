"""rsearch index over what folders hold beside good documents: a remark each, never the end."""
import json
import os
import socket
import stat

from harness import *


def good_file(place):
    place.write("d/good.md", "---\ntitle: Good\n---\nA good apple.\n")


def survives(place, *arguments, count=1, **more):
    """The run ends well and the good document is found."""
    result = place.run("index", *(arguments or ("d",)), **more)
    equal(result.status, 0, "status (%s)" % result.err)
    found = place.run("query", "-l0", "-n100", "good")
    equal(found.out.count("\0") >= count, True, "the good document is found")
    return result


@test("an empty file is a document without words")
def _(place):
    good_file(place)
    place.write("d/empty.md", "")
    survives(place)


@test("a binary file is skipped with a remark, again and again, and --strict fails")
def _(place):
    good_file(place)
    place.write("d/image.dat", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10)
    result = survives(place)
    matches(result.err, r"d/image\.dat: binary.*\n")
    contains(result.out, "1 skipped, 0 with remarks")
    contains(survives(place).out, "1 unchanged")
    equal(place.run("index", "--strict", "d").status, 1)
    equal(place.run("index", "--strict", "-q", "d").status, 1)


@test("NULs are a remark or a reason to skip, and the text around them is safe")
def _(place):
    good_file(place)
    place.write("d/nul.md", b"apple \0 pear\n")
    result = survives(place)
    contains(result.err, "d/nul.md: ")


@test("invalid UTF-8 is mended with a remark")
def _(place):
    good_file(place)
    place.write("d/latin.md", b"caf\xe9 apple\n")
    result = survives(place)
    contains(result.err, "d/latin.md:1: ")
    contains(result.out, "0 skipped, 1 with remarks")
    contains(place.good("query", "-l", "caf*").out, "d/latin.md")


@test("a remark about a line is file:line: what")
def _(place):
    good_file(place)
    place.write("d/a.jsonl", '{"_id":"a","text":"good \\q"}\n{"_id":"b","text":"\\q \\q"}\n{"_id"\n')
    result = survives(place)
    lines = result.err.splitlines()
    equal(lines[:2], ["d/a.jsonl:1: 1 escape that JSON does not have",
                      "d/a.jsonl:2: 2 escapes that JSON does not have"])
    contains(lines[2], "d/a.jsonl:3: ")


@test("broken front matter is a remark and never loses the body")
def _(place):
    good_file(place)
    place.write("d/broken.md", "---\ntitle: [unclosed\n  bad: : : {\n---\nwhales swim\n")
    place.write("d/open.md", "---\ntitle: never closed\nwhales in front\n")
    place.write("d/list.md", "---\n- a\n- b\n---\nwhales dive\n")
    survives(place)
    equal(sorted(paths(place.good("query", "-l", "whales"))),
          ["d/broken.md", "d/list.md", "d/open.md"])


@test("a token of 10 MiB and nesting a million deep are borne")
def _(place):
    good_file(place)
    place.write("d/token.md", b"x" * (10 << 20) + b" whales\n")
    place.write("d/deep.md", b"---\na: " + b"[" * 1000000 + b"\n---\nwhales\n")
    place.write("d/deep.jsonl", b'{"_id":"deep","a":' + b"[" * 1000000 + b'\n{"_id":"j","text":"whales"}\n')
    survives(place)
    equal(sorted(paths(place.good("query", "-l", "whales"))), ["d/deep.md", "d/token.md", "j"])


@test("an alias bomb costs nothing")
def _(place):
    good_file(place)
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for i in range(1, 30):
        bomb += "a%d: &a%d [%s]\n" % (i, i, ",".join(["*a%d" % (i - 1)] * 10))
    place.write("d/bomb.md", "---\n" + bomb + "---\nwhales\n")
    survives(place)
    equal(paths(place.good("query", "-l", "whales")), ["d/bomb.md"])


@test("a file over --max-file-size is skipped with a remark")
def _(place):
    good_file(place)
    place.write("d/large.md", "apple " * 1000)
    result = survives(place, "--max-file-size", "4K", "d")
    contains(result.err, "d/large.md: ")
    contains(result.out, "1 skipped")
    equal(place.run("index", "--max-file-size", "none", "d").status, 2)


@test("a sparse file of a terabyte is skipped at once, whatever the limit")
def _(place):
    good_file(place)
    place.write("d/sparse.md", "")
    os.truncate(place.at("d/sparse.md"), 1 << 40)
    contains(survives(place).err, "d/sparse.md: 1099511627776 bytes, more than the limit of 67108864")
    contains(place.run("index", "--max-file-size", "1024G", "d").err, "d/sparse.md: ")


@test("FIFOs, sockets and devices are skipped and never waited for")
def _(place):
    good_file(place)
    os.mkfifo(place.at("d/fifo"))
    server = socket.socket(socket.AF_UNIX)
    server.bind(place.at("d/socket"))
    result = survives(place)
    equal(result.err, "d/fifo: FIFO, not a regular file\nd/socket: socket, not a regular file\n")
    contains(result.out, "2 skipped")
    contains(survives(place, "d/fifo", "/dev/null").err,
             "/dev/null: character device, not a regular file")
    server.close()


@test("links to files are followed, links to nothing are a remark")
def _(place):
    good_file(place)
    place.write("elsewhere/linked.md", "good whales")
    os.symlink("../elsewhere/linked.md", place.at("d/link.md"))
    os.symlink("nowhere", place.at("d/dangling"))
    result = survives(place, count=2)
    equal(result.err, "d/dangling: a link to nothing\n")
    equal(paths(place.good("query", "-l", "whales")), ["d/link.md"])


@test("links that lead in circles are walked once")
def _(place):
    good_file(place)
    os.makedirs(place.at("d/sub"))
    os.symlink("..", place.at("d/sub/up"))
    os.symlink(".", place.at("d/self"))
    os.symlink("sub", place.at("d/aside"))
    place.write("d/sub/deep.md", "good whales")
    result = survives(place)
    equal(result.err, "")
    contains(result.out, "Indexed 2 documents")


@test("what was met by its own path is not met again through a link")
def _(place):
    good_file(place)
    place.write("beside.md", "good whales")
    os.symlink("..", place.at("d/loop"))
    os.mkfifo(place.at("d/pipe"))
    result = survives(place, count=2)
    equal(result.err, "d/pipe: FIFO, not a regular file\n")
    contains(result.out, "Indexed 2 documents")
    contains(result.out, "1 skipped")
    equal(paths(place.good("query", "-l", "whales")), ["d/loop/beside.md"])
    place.write("e/c.md", "good pear")
    os.mkfifo(place.at("e/pipe"))
    os.symlink("../e", place.at("d/aside"))
    result = place.run("index", "-i", "other", "d", "e")
    equal(result.err, "d/pipe: FIFO, not a regular file\ne/pipe: FIFO, not a regular file\n")
    equal(paths(place.good("query", "-i", "other", "-l", "pear")), ["e/c.md"])
    contains(place.run("index", "-i", "other", "d", "e").out, "3 unchanged")


@test("a link to a folder outside is followed, and only once")
def _(place):
    good_file(place)
    place.write("out/a.md", "good pear")
    os.symlink(place.at("d"), place.at("out/back"))
    os.symlink(place.at("out"), place.at("d/one"))
    os.symlink(place.at("out"), place.at("d/two"))
    contains(survives(place).out, "Indexed 2 documents")
    equal(paths(place.good("query", "-l", "pear")), ["d/one/a.md"])


def as_nobody(place):
    """Arguments for a run that may not read everything."""
    if os.geteuid() != 0:
        return {}
    os.chmod(place.path, 0o777)
    try:
        probe = subprocess.run([RSEARCH, "--version"], user=65534, group=65534, extra_groups=[],
                               cwd=place.path, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        raise Skip("root may read everything, and nobody may not run this rsearch")
    if probe.returncode != 0:
        raise Skip("nobody may not run this rsearch")
    return {"user": 65534, "group": 65534, "extra_groups": []}


@test("what may not be read is a remark, and does not count as vanished")
def _(place):
    good_file(place)
    place.write("d/secret.md", "good secret")
    place.write("d/closed/a.md", "good closed")
    who = as_nobody(place)
    result = place.run("index", "d", **who)
    equal((result.status, result.err), (0, ""))
    os.chmod(place.at("d/secret.md"), 0)
    os.chmod(place.at("d/closed"), 0)
    place.write("d/new.md", "good new")
    os.chmod(place.at("d/new.md"), 0)
    result = place.run("index", "d", **who)
    equal(result.err, "d/closed: Permission denied\nd/new.md: cannot open: Permission denied\n")
    contains(result.out, "0 removed")
    contains(result.out, "2 skipped")
    equal(place.run("query", "-c", "good", **who).out, "3\n")


@test("an index that may not be written is told")
def _(place):
    good_file(place)
    who = as_nobody(place)
    place.good("index", "d")
    if who:
        for folder, _, files in os.walk(place.at(".rsearch")):
            os.chmod(folder, 0o755)
            for file in files:
                os.chmod(os.path.join(folder, file), 0o644)
    else:
        os.chmod(place.at(".rsearch/write.lock"), 0o400)
    equal(place.run("query", "-c", "apple", **who).out, "1\n")
    equal(place.run("index", "d", **who).status, 0)
    place.write("d/b.md", "more")
    result = place.run("index", "d", **who)
    equal(result.status, 2)
    matches(result.err, r"rsearch: .*Permission denied.*\n")


@test("odd names are taken as they are")
def _(place):
    names = ["a b.md", "-dash.md", "it's \"quoted\".md", "100%.md", "colon: x.md", "#tag.md",
             "M\u0101ori.md", "back\\slash.md", "new\nline.md", "tab\t.md", "*.md", "x" * 250 + ".md"]
    for name in names:
        place.write("d/" + name, "good apple")
    survives(place, count=len(names))
    found = place.good("query", "-l0", "-n100", "good").out.split("\0")[:-1]
    equal(sorted(found), sorted("d/" + name for name in names))
    contains(place.good("index", "d").out, "%d unchanged" % len(names))
    for name in names:
        place.good("show", "--", "d/" + name)


@test("names that are not UTF-8 are indexed and updated")
def _(place):
    good_file(place)
    place.write(b"d/caf\xe9.md", "good whales")
    survives(place, count=2)
    contains(place.good("index", "d").out, "0 added, 0 replaced, 0 removed, 2 unchanged")
    os.remove(os.path.join(os.fsencode(place.path), b"d/caf\xe9.md"))
    contains(place.good("index", "d").out, "1 removed, 1 unchanged")


@test("remarks never carry control bytes")
def _(place):
    good_file(place)
    os.mkfifo(place.at("d/\x1b[2J\n"))
    equal(survives(place).err, "d/\\x1b[2J\\n: FIFO, not a regular file\n")


@test("folders nested beyond the limit are a remark")
def _(place):
    good_file(place)
    here = os.getcwd()
    os.chdir(place.at("d"))
    for _ in range(600):
        os.mkdir("n")
        os.chdir("n")
    os.chdir(here)
    contains(survives(place).err, "folders nested too deep")
    # Python's own removal stops at such depths.
    subprocess.run(["rm", "-rf", place.at("d/n")], check=True)


@test("an index that is no index, or damaged, is told in one line")
def _(place):
    place.write("notes/x.txt", "hello")
    result = place.run("query", "-i", "notes", "word")
    equal(result.err, "rsearch: notes: no index there (make one: rsearch index FOLDER)\n")
    result = place.run("query", "word")
    equal(result.status, 2)
    matches(result.err, r"rsearch: no index: there is no \.rsearch .*\n")
    place.write("d/a.md", "apple " * 100)
    place.good("index", "d")
    segment = [name for name in os.listdir(place.at(".rsearch")) if name.endswith(".seg")][0]
    with open(place.at(".rsearch", segment), "r+b") as file:
        file.seek(-200, 2)
        byte = file.read(1)
        file.seek(-200, 2)
        file.write(bytes([byte[0] ^ 0x55]))
    result = place.run("check")
    equal(result.status, 2)
    contains(result.out + result.err, segment)
    with open(place.at(".rsearch", segment), "r+b") as file:
        file.truncate(50)
    for command in (["check"], ["query", "apple"], ["stats"], ["index", "d"], ["optimize"]):
        result = place.run(*command)
        equal(result.status, 2, "status of %s" % command)
        equal(result.err.startswith("rsearch: ") and result.err.count("\n") == 1, True, result.err)


if __name__ == "__main__":
    main()
