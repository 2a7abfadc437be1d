"""rsearch itself: help, flags, and show, stats, check, optimize, delete."""
import json
import os

from harness import *

COMMANDS = ["index", "query", "show", "stats", "check", "optimize", "delete"]


def corpus(place):
    place.release("d/a.md", "First: \\\"quoted\\\"", "An apple.", ministers=["Phil Goff", "A, B"])
    place.release("d/b.md", "Second", "A pear and an apple.")
    place.release("d/c.md", "Third", "A plum.")
    place.good("index", "-q", "d")


@test("help names every command, and each has help of its own")
def _(place):
    overview = place.good("help").out
    equal(place.good("--help").out, overview)
    for command in COMMANDS:
        contains(overview, "  %-10s" % command)
        own = place.good("help", command).out
        equal(place.good(command, "--help").out, own)
        equal(place.good(command, "-h").out, own)
        contains(own, "Usage: rsearch %s " % command)
        contains(own, "-i, --index DIR")
        for line in own.splitlines():
            equal(len(line) <= 100, True, "a line within 100 columns: %r" % line)


@test("without a command help goes to standard error, with status 2")
def _(place):
    result = place.run()
    equal((result.status, result.out), (2, ""))
    contains(result.err, "Usage: rsearch COMMAND")


@test("--version tells version and index format")
def _(place):
    matches(place.good("--version").out, r"rsearch \d+\.\d+\.\d+ \(index format \d+\)\n")


@test("a mistyped command or flag is answered with the nearest")
def _(place):
    equal(place.run("qurey", "x").err, "rsearch: qurey: no such command (did you mean query?)\n")
    equal(place.run("xyzzy").err, "rsearch: xyzzy: no such command (see rsearch help)\n")
    equal(place.run("help", "chekc").err, "rsearch: chekc: no such command (did you mean check?)\n")
    equal(place.run("query", "--limt=5", "x").err,
          "rsearch: --limt=5: no such flag (did you mean --limit?)\n")
    equal(place.run("query", "--exh", "x").err,
          "rsearch: --exh: no such flag (did you mean --exhaustive?)\n")
    equal(place.run("index", "--keep-mising", "x").err,
          "rsearch: --keep-mising: no such flag (did you mean --keep-missing?)\n")
    equal(place.run("query", "treaty", "-zzz").err,
          "rsearch: -zzz: no such flag (for a query that begins with a minus: rsearch query -- -zzz)\n")
    equal(place.run("index", "--hyperlinks", "x").err,
          "rsearch: --hyperlinks: rsearch index has no such flag (rsearch query has)\n")
    equal(place.run("stats", "--zzzzzz").err,
          "rsearch: --zzzzzz: no such flag (see rsearch stats --help)\n")


@test("flags without their value, with one too many, or a wrong one are refused")
def _(place):
    for arguments, message in (
            (["query", "x", "-n"], "--limit: its N is missing (give --limit=N)"),
            (["query", "x", "--limit"], "--limit: its N is missing (give --limit=N)"),
            (["query", "--json=1", "x"], "--json=1: takes no value (give --json alone)"),
            (["query", "-nx", "x"],
             "--limit x: wrong value (give a whole number from 0 to 1000000)"),
            (["query", "-n", "-1", "x"],
             "--limit -1: wrong value (give a whole number from 0 to 1000000)"),
            (["query", "-n99999999999999999999", "x"],
             "--limit 99999999999999999999: wrong value (give a whole number from 0 to 1000000)"),
            (["index", "--memory=1K", "x"],
             "--memory 1K: wrong value (give a size such as 64M from 16777216 to 17592186044416)"),
            (["index", "--format=pdf", "x"],
             "--format pdf: wrong value (give auto, markdown, text or jsonl)"),
            (["stats", "-i"], "--index: its DIR is missing (give --index=DIR)"),
            (["stats", "-i", ""], "--index: its folder has no name (give --index DIR)"),
            (["check", "x"], "check x: takes no arguments (name the index: --index DIR)")):
        result = place.run(*arguments)
        equal((result.status, result.out, result.err), (2, "", "rsearch: " + message + "\n"))


@test("letters share a dash, and -- ends the flags")
def _(place):
    corpus(place)
    equal(place.good("query", "-ln1", "apple").out.count("\n"), 1)
    equal(place.run("query", "--", "--limit").status, 1)
    equal(place.good("query", "-l", "--", "apple", "-pear").out, "d/a.md\n")


@test("show prints fields and body, by key and by path")
def _(place):
    corpus(place)
    wanted = ('---\ntitle: "First: \\"quoted\\""\ndate: 2007-05-28\nministers:\n  - Phil Goff\n'
              '  - A, B\n---\n\nAn apple.\n')
    for name in ("a.md", "d/a.md", "./d/../d/a.md", place.at("d/a.md")):
        equal(place.good("show", name).out, wanted)
    equal(place.good("show", "a.md", cwd=place.at("d")).out, wanted)
    result = place.run("show", "zzz", "b.md")
    equal(result.err, "rsearch: zzz: no such document in the index (see rsearch query -l)\n")
    contains(result.out, "A pear and an apple.")
    equal(result.status, 1)
    equal(place.run("show").status, 2)


@test("show --json is the whole document")
def _(place):
    corpus(place)
    document = json.loads(place.good("show", "--json", "d/a.md").out)
    equal(document, {"key": "a.md", "path": "d/a.md",
                     "fields": {"title": 'First: "quoted"', "date": "2007-05-28",
                                "ministers": ["Phil Goff", "A, B"]},
                     "markdown": True, "body": "\nAn apple.\n"})


@test("a document shown is read again as the same document")
def _(place):
    corpus(place)
    place.write("again/a.md", place.good("show", "a.md").out)
    place.good("index", "-q", "-i", "second", "again")
    first = json.loads(place.good("show", "--json", "a.md").out)
    second = json.loads(place.good("show", "--json", "-i", "second", "a.md").out)
    equal(second["fields"], first["fields"])
    equal(second["body"].strip(), first["body"].strip())


@test("stats tells documents, size, parts and fields")
def _(place):
    corpus(place)
    text = place.good("stats").out
    for part in ("Documents  3\n", "Language   english\n", "Folders    d\n", "postings", "stored",
                 "  body             text, 3 documents", "  ministers        text + keyword"):
        contains(text, part)
    answer = json.loads(place.good("stats", "--json").out)
    equal((answer["documents"], answer["language"], answer["stored"]), (3, "english", True))
    equal([root["path"] for root in answer["roots"]], [place.at("d")])
    names = [field["name"] for field in answer["fields"]]
    equal(names[0], "body")
    equal({"title", "date", "ministers"} <= set(names), True)
    equal(sum(answer["parts"].values()) <= answer["index_bytes"], True)


@test("check says ok, and nothing with -q")
def _(place):
    corpus(place)
    matches(place.good("check").out, r"ok: 3 documents in \d+ segments?, [\d.]+ k?B, read in .*\n")
    equal(place.good("check", "-q").out, "")


@test("optimize leaves one segment and the same hits")
def _(place):
    corpus(place)
    for name in ("e", "f"):
        place.release("d/%s.md" % name, name, "An apple of %s." % name)
        place.good("index", "-q", "d")
    place.good("delete", "c.md")
    before = place.good("query", "--trec=x", "apple").out
    result = place.good("optimize")
    contains(result.out, "Optimized 4 documents in ")
    contains(result.out, " · 1 segment · ")
    answer = json.loads(place.good("stats", "--json").out)
    equal((answer["segments"], answer["deleted"], answer["documents"]), (1, 0, 4))
    equal(place.good("query", "--trec=x", "apple").out, before)
    equal(place.good("optimize", "-q").out, "")
    equal(place.run("optimize", "-i", "nowhere").status, 2)
    equal(os.path.exists(place.at("nowhere")), False)


@test("delete takes documents out by key or path; files stay")
def _(place):
    corpus(place)
    equal(place.good("delete", "a.md", "d/c.md").out, "Deleted 2 documents\n")
    equal(place.good("query", "-c", "apple").out, "1\n")
    equal(os.path.exists(place.at("d/a.md")), True)
    result = place.run("delete", "a.md")
    equal((result.status, result.out), (1, "Deleted 0 documents\n"))
    equal(result.err, "rsearch: a.md: no such document in the index (see rsearch query -l)\n")
    contains(place.good("index", "d").out, "2 added")


def catches_interrupt(process):
    try:
        with open("/proc/%d/status" % process) as file:
            caught = re.search(r"SigCgt:\s*([0-9a-f]+)", file.read())
    except OSError:
        return True
    return int(caught[1], 16) & 2 != 0


@test("Ctrl-C leaves the last commit, says so, and gives status 130")
def _(place):
    with open(place.at("many.jsonl"), "w") as file:
        for number in range(60000):
            file.write('{"_id":"%d","text":"word %d and some more of them"}\n' % (number, number))
    place.good("index", "-q", "many.jsonl")
    before = place.good("query", "-c", "word").out
    message = "rsearch: interrupted: the index is as its last commit left it\n"

    def interrupted(*arguments, after=0.0, messages=(message,), **more):
        process = place.start(*arguments, **more)
        if "stdout" not in more and arguments[0] == "export":
            process.stdout.readline()
        wait_until(lambda: process.poll() is not None or catches_interrupt(process.pid), "it has begun")
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        # It may have been done before.
        if process.returncode != 0:
            equal(process.returncode, 130, "status of %s" % (arguments,))
            if err.decode() not in messages:
                fail("%s says %r" % (arguments, err.decode()))
        return process.returncode

    equal(interrupted("export"), 130)
    equal(interrupted("query", "--batch", "-", after=0.3, stdin=subprocess.PIPE), 130)
    equal(interrupted("like", "-", after=0.3, stdin=subprocess.PIPE), 130)
    for after in (0.01, 0.05, 0.1):
        interrupted("check", after=after)
        interrupted("optimize", after=after, messages=(message, "rsearch: interrupted: the index is as it was\n"))
    for after in (0.005, 0.02, 0.05, 0.1):
        status = interrupted("delete", "--query", "word", after=after)
        place.good("check")
        equal(place.run("query", "-c", "word").out, before if status == 130 else "0\n")
        if status == 0:
            break
    equal([name for name in os.listdir(place.at(".rsearch")) if name.endswith(".tmp")], [])


@test("a word with a minus that can be no flag is what is not wanted; a flag mistyped stays an error")
def _(place):
    place.release("releases/a.md", "A", "a treaty", date="2007-05-28")
    place.release("releases/b.md", "B", "rain for farmers", date="2008-05-28")
    place.good("index", "-q", "releases")
    wanted = place.good("query", "-l", "--", "treaty OR rain", "-farmers").out
    lacks(wanted, "b.md")
    for command in ("query", "timeline", "facet", "export"):
        field = ["date:year"] if command == "facet" else []
        found = place.run(command, *field, "treaty OR rain", "-farmers")
        equal(found.err, "rsearch: note: -farmers: taken as what is not wanted (to say so: rsearch %s -- -farmers)\n" % command)
        equal((found.status, found.out), (0, place.good(command, *field, "--", "treaty OR rain", "-farmers").out))
    equal(place.run("query", "-l", "treaty OR rain", "-farmers").out, wanted)
    equal(place.run("query", "-l", "treaty", "-date:*").status, 1)
    contains(place.run("query", "-date:*").err, "note: -date:*: taken as")
    for typo in ("-jsno", "-json", "-exhaustiv", "-quiet"):
        result = place.run("query", "treaty", typo)
        equal((result.status, result.out), (2, ""), "status of " + typo)
        contains(result.err, "no such flag (did you mean --")
        contains(result.err, "rsearch query -- " + typo)
    equal(place.run("query", "-*").err,
          "rsearch: -*: no such flag (for a query that begins with a minus: rsearch query -- -*)\n")
    equal(place.run("index", "-landmines").status, 2)
    # What could be the folder of -i is, when there is one.
    found = place.run("query", "-l", "treaty OR rain", "-irain")
    equal(found.err, "rsearch: note: -irain: taken as what is not wanted (to say so: rsearch query -- -irain)\n")
    equal(found.out, place.good("query", "-l", "--", "treaty OR rain", "-irain").out)
    os.rename(place.at(".rsearch"), place.at("rain"))
    equal(place.good("query", "-l", "treaty", "-irain").out, "releases/a.md\n")
    contains(place.run("query", "treaty", "-irain.idx").err, "rain.idx: no index there")


@test("help tells where the index is looked for, and what -c counts")
def _(place):
    text = place.good("help").out
    for part in ("-i", "RSEARCH_INDEX", ".rsearch"):
        contains(text, part)
    contains(place.good("help", "query").out, "Only the number of documents with all words")


@test("delete --folder takes the documents of a folder, whatever it is called in the index")
def _(place):
    place.write("d/sub/a.md", "apple")
    place.write("d/sub/l.jsonl", '{"_id":"k1","text":"apple"}\n{"_id":"k2","text":"apple"}\n')
    place.write("d/submarine.md", "apple")
    place.write("d/own/b.md", "apple")
    place.good("index", "-q", "d/own", "d")
    equal(place.good("delete", "--dry-run", "--folder", "d/sub").out,
          "Would delete the documents of 2 files\n")
    equal(place.good("delete", "--folder=d/sub/").out, "Deleted 3 documents\n")
    equal(sorted(paths(place.good("query", "apple"))), ["d/own/b.md", "d/submarine.md"])
    result = place.run("delete", "--folder", "d/sub", "--folder", "nowhere")
    equal((result.status, result.out), (1, "Deleted 0 documents\n"))
    contains(result.err, "rsearch: nowhere: no files of this folder are in the index")
    equal(place.good("delete", "--folder", place.at("d")).out, "Deleted 2 documents\n")


@test("delete --query takes all that match, and --dry-run none")
def _(place):
    corpus(place)
    equal(place.good("delete", "--dry-run", "--query", "apple").out, "Would delete 2 documents\n")
    equal(place.good("query", "-c", "apple").out, "2\n")
    equal(place.good("delete", "--query", "apple pear").out, "Deleted 1 document\n")
    equal(place.good("query", "-l", "apple").out, "d/a.md\n")
    equal(place.good("delete", "--any", "--query", "apple plum").out, "Deleted 2 documents\n")
    result = place.run("delete", "--query", "apple")
    equal((result.status, result.out), (1, "Deleted 0 documents\n"))
    equal(place.run("delete").status, 2)
    equal(place.run("delete", "-i", "nowhere", "x").status, 2)
    equal(os.path.exists(place.at("nowhere")), False)


@test("an index without documents answers")
def _(place):
    os.mkdir(place.at("empty"))
    contains(place.good("index", "empty").out, "Indexed 0 documents")
    equal(place.run("query", "x").status, 1)
    place.good("stats")
    place.good("check")
    place.good("optimize")


@test("on a terminal the first run tells fields and what comes next")
def _(place):
    place.release("d/a.md", "First", "An apple.", ministers=["Phil Goff"])
    shown = masked(place.terminal("index", "d").out)
    contains(shown, "Indexed 1 document (")
    contains(shown, "  fields: title · date · ministers[]\n")
    contains(shown, "Next: rsearch query ")


@test("check --repair saves what can be read, tells what is lost, and leaves an index that is whole")
def _(place):
    corpus(place)
    before = place.good("query", "--json", "apple plum").out
    equal(place.good("check", "--repair").out, "nothing to repair: 3 documents in the index\n")
    segment = [name for name in os.listdir(place.at(".rsearch")) if name.endswith(".seg")][0]
    path = place.at(".rsearch", segment)
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) - 400) # the table of sections
        file.write(bytes(16))
    damaged = place.run("check")
    equal(damaged.status, 2)
    contains(damaged.out + damaged.err, segment)
    repaired = place.good("check", "--repair")
    told = [line for line in (damaged.out + repaired.out).splitlines() if "kept aside" not in line]
    equal([line for line in told if line.count(segment) > 1], [])
    contains(repaired.out, segment + ": file: is kept aside as " + segment + ".damaged\n")
    contains(repaired.out, "repaired: 3 documents saved from 1 damaged segment, 0 lost; 3 documents in the index\n")
    contains(place.good("check").out, "ok: 3 documents")
    equal([hit["key"] for hit in json.loads(place.good("query", "--json", "apple plum").out)["hits"]],
          [hit["key"] for hit in json.loads(before)["hits"]])
    # Indexing the files again replaces what was saved.
    contains(place.good("index", "d").out, "3 replaced")
    equal(place.good("query", "-c", "apple").out, "2\n")


@test("check --repair has exit status 1 when something is lost")
def _(place):
    corpus(place)
    for name in os.listdir(place.at(".rsearch")):
        if name.endswith(".seg"):
            with open(place.at(".rsearch", name), "r+b") as file:
                file.seek(64 + 20)
                file.write(bytes(8)) # in the only block of texts
    result = place.run("check", "--repair")
    equal(result.status, 1)
    contains(result.out, ": lost: a.md\n")
    contains(result.out, "0 documents saved from 1 damaged segment, 3 lost; 0 documents in the index\n")
    equal(place.run("check", "--repair", "-q").out, "")
    contains(place.good("check").out, "ok: 0 documents")


if __name__ == "__main__":
    main()
