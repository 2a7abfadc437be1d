"""rsearch query: forms of output, flags, exit status, terminal and pipe."""
import csv
import io
import json
import os

from harness import *


def corpus(place):
    place.release("releases/2007/whales.md", "Whales and treaties",
                  "The treaty protects whales. Whales are large.", date="2007-05-28",
                  ministers=["Phil Goff"], portfolios=["Disarmament and Arms Control", "Conservation"])
    place.release("releases/2008/rain.md", "Rain at last", "Farmers welcome the rain.",
                  date="2008-02-01", ministers=["Jim Anderton"], portfolios=["Agriculture"])
    place.release("releases/2008/both.md", "A treaty on rain", "A treaty about rain, not whales.",
                  date="2008-03-02", ministers=["Phil Goff"])
    place.good("index", "-q", "releases")


def objects(result):
    return json.loads(result.out)


@test("in a pipe a hit is a line: path, date, title")
def _(place):
    corpus(place)
    equal(place.good("query", "farmers").out, "releases/2008/rain.md\t2008-02-01\tRain at last\n")


@test("exit status is 0 with hits, 1 without, 2 after an error")
def _(place):
    corpus(place)
    equal(place.run("query", "whales").status, 0)
    nothing = place.run("query", "zebra")
    equal((nothing.status, nothing.out, nothing.err), (1, "", ""))
    equal(place.run("query", "--nonsense", "whales").status, 2)
    equal(place.run("query", "-i", "nowhere", "whales").status, 2)


@test("documents with all words come first; --all and --any force it")
def _(place):
    corpus(place)
    equal(paths(place.good("query", "whales", "treaty", "rain"))[0], "releases/2008/both.md")
    equal(len(paths(place.good("query", "whales", "treaty", "rain"))), 3)
    equal(paths(place.good("query", "--all", "whales treaty rain")), ["releases/2008/both.md"])
    equal(len(paths(place.good("query", "--any", "whales treaty rain"))), 3)
    equal(place.good("query", "-c", "whales treaty rain").out, "1\n")
    equal(place.good("query", "-c", "--any", "whales treaty rain").out, "3\n")
    equal(place.run("query", "--any", "--all", "x").status, 2)


@test("-n and --offset turn pages, in all spellings")
def _(place):
    corpus(place)
    full = paths(place.good("query", "--any", "whales treaty rain"))
    for flags in (["-n1"], ["-n", "1"], ["-n=1"], ["--limit=1"], ["--limit", "1"]):
        equal(paths(place.good("query", *flags, "--any", "whales treaty rain")), full[:1])
    equal(paths(place.good("query", "--any", "whales treaty rain", "-n1", "--offset", "1")), full[1:2])
    equal(paths(place.good("query", "--any", "whales treaty rain", "--offset=2")), full[2:])
    equal(place.run("query", "-n0", "whales").out, "")


@test("-l prints paths, -0 ends them with NUL, -c counts, -q is silent")
def _(place):
    corpus(place)
    equal(place.good("query", "-l", "farmers").out, "releases/2008/rain.md\n")
    equal(place.good("query", "-l0", "farmers").out, "releases/2008/rain.md\0")
    equal(place.good("query", "-0", "farmers").out,
          "releases/2008/rain.md\t2008-02-01\tRain at last\0")
    equal(place.good("query", "-c", "treaty").out, "2\n")
    none = place.run("query", "-c", "zebra")
    equal((none.out, none.status), ("0\n", 1))
    equal(place.good("query", "-q", "treaty").out, "")
    equal(place.run("query", "-q", "zebra").status, 1)
    equal(place.run("query", "-l", "-c", "treaty").status, 2)
    equal(place.run("query", "--json", "-0", "treaty").status, 2)


@test("--json has hits with fields, snippet and matches whose spans fit")
def _(place):
    corpus(place)
    answer = objects(place.good("query", "--json", "treaty whales"))
    equal((answer["total"], answer["total_is_exact"], answer["warnings"], answer["next"],
           answer["query"]), (2, True, [], None, "treaty whales"))
    equal(isinstance(answer["took_us"], int), True)
    hit = next(hit for hit in answer["hits"] if hit["key"] == "2007/whales.md")
    equal(hit["path"], "releases/2007/whales.md")
    equal(hit["fields"], {"title": "Whales and treaties", "date": "2007-05-28",
                          "ministers": ["Phil Goff"],
                          "portfolios": ["Disarmament and Arms Control", "Conservation"]})
    text = hit["snippet"]["text"].encode()
    marked = {text[start:end].decode().lower() for start, end in hit["snippet"]["spans"]}
    equal(marked, {"treaty", "whales"})
    for match in hit["matches"]:
        if match["field"] == "title":
            contains("Whales and treaties", "Whales and treaties"[match["start"]:match["end"]])
    equal({match["field"] for match in hit["matches"]}, {"title", "body"})
    equal([hit["rank"] for hit in answer["hits"]], [1, 2])
    equal(answer["hits"][0]["score"] >= answer["hits"][1]["score"], True)


@test("--json tells the next page")
def _(place):
    corpus(place)
    equal(objects(place.good("query", "--json", "-n1", "--any", "treaty"))["next"], 1)
    equal(objects(place.good("query", "--json", "-n1", "--offset=1", "rain farmers"))["next"], 2)
    empty = place.run("query", "--json", "zebra")
    equal((objects(empty)["hits"], objects(empty)["total"], empty.status), ([], 0, 1))


@test("--ndjson is a hit a line; --no-snippet leaves text out")
def _(place):
    corpus(place)
    lines = place.good("query", "--ndjson", "treaty").out.splitlines()
    equal([json.loads(line)["rank"] for line in lines], [1, 2])
    hit = json.loads(place.good("query", "--ndjson", "--no-snippet", "farmers").out)
    equal("snippet" in hit or "matches" in hit, False)


@test("--csv quotes what it must")
def _(place):
    place.release("d/a.md", 'Said \\"no\\", twice', "apple")
    place.good("index", "d")
    rows = list(csv.reader(io.StringIO(place.good("query", "--csv", "apple").out, newline="")))
    equal(rows[0], ["rank", "score", "key", "path", "date", "title"])
    equal([rows[1][0]] + rows[1][2:], ["1", "a.md", "d/a.md", "2007-05-28", 'Said "no", twice'])


@test("--trec is a run, with the ids of the batch")
def _(place):
    corpus(place)
    place.write("topics", "q1\tfarmers\n\nq2\tzebra\r\nq7\ttreaty rain\n")
    lines = [line.split(" ") for line in
             place.good("query", "--trec", "mytag", "--batch", "topics").out.splitlines()]
    equal([line[0] for line in lines], ["q1", "q7", "q7", "q7"])
    equal(lines[0][1:4] + lines[0][5:], ["Q0", "2008/rain.md", "1", "mytag"])
    float(lines[0][4])
    equal(place.good("query", "--trec=x", "farmers").out.split(" ")[0], "1")


@test("a batch answers in order, in every form")
def _(place):
    corpus(place)
    queries = b"a\tfarmers\nb\tzebra\nwhales\n"
    result = place.good("query", "--batch", "-", "-c", input=queries)
    equal(result.out, "a\t1\nb\t0\n3\t2\n")
    result = place.good("query", "--batch", "-", "-l", "-n1", input=b"a\tfarmers\n")
    equal(result.out, "a\treleases/2008/rain.md\n")
    result = place.good("query", "--batch=-", "--json", input=queries)
    equal([json.loads(line)["query_id"] for line in result.out.splitlines()], ["a", "b", "3"])
    result = place.good("query", "--batch=-", "--csv", input=queries)
    equal(result.out.splitlines()[0], "query,rank,score,key,path,date,title")
    result = place.run("query", "--batch=-", input=b"a\tzebra\n")
    equal((result.out, result.status), ("", 1))
    equal(place.run("query", "--batch=none").err, "rsearch: none: No such file or directory\n")
    equal(place.run("query", "--batch=-", "more").status, 2)


@test("a program may wait for each answer before it asks again")
def _(place):
    corpus(place)
    process = place.start("query", "--batch", "-", "-c", stdin=subprocess.PIPE)
    for query, count in ((b"farmers", b"1"), (b"treaty", b"2")):
        process.stdin.write(b"x\t" + query + b"\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 20)
        equal(bool(ready), True, "an answer")
        equal(process.stdout.readline(), b"x\t" + count + b"\n")
    process.communicate()
    equal(process.returncode, 0)


@test("filters, phrases, negation and exact words work from the command line")
def _(place):
    corpus(place)
    equal(paths(place.good("query", 'ministers:"phil goff" date:2008')), ["releases/2008/both.md"])
    equal(paths(place.good("query", '"treaty about rain"')), ["releases/2008/both.md"])
    equal(paths(place.good("query", "--", "treaty", "-about")), ["releases/2007/whales.md"])
    equal(paths(place.good("query", "date:2007-05..2008-02-15", "-n5", "--any")),
          ["releases/2007/whales.md", "releases/2008/rain.md"])


@test("every string is a query; a note tells what was ignored, --strict makes it an error")
def _(place):
    corpus(place)
    for query in ('"treaty', "(treaty", "treaty)", "AND treaty", "treaty OR", "+", "C++", ":", "\\",
                  "date:>=", "a/b treaty", "don't treaty", "20.04 treaty", "\x01 treaty", "*"):
        result = place.run("query", query)
        equal(result.status in (0, 1), True, "status of %r" % query)
    result = place.run("query", "(treaty whales")
    matches(result.err, r"rsearch: note: .*\n")
    equal(result.status, 0)
    json_result = place.run("query", "--json", "(treaty whales")
    equal(len(objects(json_result)["warnings"]), 1)
    strict = place.run("query", "--strict", "(treaty whales")
    matches(strict.err, r"rsearch: query: at byte \d+: .*\n")
    equal((strict.status, strict.out), (2, ""))
    equal(place.run("query", "--strict", "treaty whales").status, 0)


@test("an error of --strict names its byte, once")
def _(place):
    corpus(place)
    for query, byte in (("whales (treaty", 7), ("whales date:soon", 7), ("x treaty:whales", 2),
                        ("date:2008..2007", 0), (b"whales \xff", 7)):
        result = place.run("query", "--strict", query)
        matches(result.err, r"rsearch: query: at byte %d: [^\n]*\n" % byte)
        equal(result.err.count("byte") - result.err.count("bytes"), 1, "bytes named")
        equal((result.status, result.out), (2, ""))


@test("what would do nothing is told, each thing once")
def _(place):
    corpus(place)

    def notes(query, *flags):
        result = place.run("query", *flags, "--", query)
        return result.err.replace("rsearch: note: ", "").splitlines()
    for query, part in (("date:2008..2007", "ends before it begins"), ("whales~7", "two edits"),
                        ("/wh(ales/", "nothing closes"), ("=wh*es", "its signs are text"),
                        ('"whal*"', "in quotes"), ('"whales"*', "a star does not act"),
                        ("whales^0", "a weight must be"), (b"whales \xc3", "not UTF-8")):
        found = notes(query)
        equal(len(found), 1, "notes of %r" % query)
        contains(found[0], part)
    equal(len(notes("wales~7 treaty~7 rain~8")), 1)
    equal(len(notes("date:soon date:later")), 1)
    for query in ("what is this?", "whales? treaty", "treaty~ish", "2^n", "C*", "date:2007..2008",
                  "http://example.org/a?b=c", "*", '"treaty on rain"~'):
        equal(notes(query), [] if "http" not in query else notes(query), query)
    result = place.run("query", "--batch=-", "-c", input=b"a\twhales\0treaty\n")
    equal(result.err, "rsearch: note: a: the query has a NUL; it parts words\n")


@test("a field that is mistyped is told with what was meant")
def _(place):
    corpus(place)
    for query, name in (("minister:goff", "ministers"), ("DATE:2007", "date"), ("tit:rain", "title")):
        equal(place.run("query", "--", query).err,
              'rsearch: note: the index has no field "%s" to search in (did you mean %s?); taken as words\n'
              % (query.split(":")[0], name))
    contains(place.run("query", "title: rain").err, "directly behind its colon")
    equal(place.run("query", "--strict", "title: rain").status, 2)
    equal(place.run("query", "note: rain").err, "")
    equal(place.run("query", "zebra:rain").err,
          'rsearch: note: the index has no field "zebra" to search in; taken as words\n')


@test("a date of several words needs no quotes")
def _(place):
    corpus(place)
    for query, keys in (("date:May 2007", ["releases/2007/whales.md"]),
                        ("date:28 May 2007", ["releases/2007/whales.md"]),
                        ("treaty date:May 28, 2007", ["releases/2007/whales.md"]),
                        ("date:>May 2007 rain", ["releases/2008/both.md", "releases/2008/rain.md"]),
                        ("date:2008 treaty", ["releases/2008/both.md"]),
                        ("date:2007..February 2008 farmers", ["releases/2008/rain.md"]),
                        ("date:January 2008..February 2008 farmers", ["releases/2008/rain.md"]),
                        ("date:28 May 2007..31 May 2007", ["releases/2007/whales.md"]),
                        ("-date:May 2007 treaty", ["releases/2008/both.md"])):
        equal(sorted(paths(place.good("query", "--", query))), keys, query)
    equal(place.run("query", "date:29 May 2007").status, 1)
    contains(place.run("query", "date:May treaty").err, "cannot be compared so")
    contains(place.run("query", "since:soon treaty").err, '"since" cannot be compared so')


@test("= on a whole value asks for case and marks as written")
def _(place):
    corpus(place)
    equal(len(paths(place.good("query", 'ministers:"phil goff"'))), 2)
    equal(len(paths(place.good("query", 'ministers:="Phil Goff"'))), 2)
    equal(place.run("query", 'ministers:="phil goff"').status, 1)
    equal(place.run("query", 'ministers:="Phil"').status, 1)
    equal(len(paths(place.good("query", "ministers:=Goff"))), 2)
    equal(place.run("query", "ministers:=goff").status, 1)
    place.write("k/rsearch.yaml", "fields:\n  ministers: { type: keyword }\n")
    place.release("k/a.md", "A", "apple", ministers=["Phil Goff"])
    place.good("index", "-q", "-i", "kept", "k")
    result = place.run("query", "-i", "kept", 'ministers:="phil goff"')
    contains(result.err, "compared without case and marks; = is ignored")
    equal(paths(result), ["k/a.md"])


@test("a query may be any bytes")
def _(place):
    corpus(place)
    result = place.run("query", "--json", b"whales \xff\xfe\xc3")
    equal(result.status, 0)
    equal(objects(result)["total"] > 0, True)
    equal(place.run("query", "").status, 1)
    equal(place.run("query", "w" * 100000).status, 1)


@test("no words at all is an error")
def _(place):
    corpus(place)
    result = place.run("query")
    equal((result.status, result.err),
          (2, "rsearch: query: no words to look for (rsearch query WORD…)\n"))


@test("k1, b and weights change scores; wrong ones are refused")
def _(place):
    corpus(place)

    def score(*flags):
        return objects(place.good("query", "--json", *flags, "whales"))["hits"][0]["score"]
    equal(len({score(), score("--k1=0.5"), score("--b", "0.1"), score("--weight", "title=9")}), 4)
    unknown = place.run("query", "--json", "--weight=title=9", "--weight", "nothing=2", "whales")
    equal(objects(unknown)["hits"][0]["score"], score("--weight", "title=9"))
    equal((unknown.err, unknown.status),
          ("rsearch: note: --weight nothing: the index has no such field\n", 0))
    equal(place.run("query", "--k1", "-1", "x").status, 2)
    equal(place.run("query", "--b=2", "x").status, 2)
    equal(place.run("query", "--b=x", "x").err, "rsearch: --b x: wrong value (give a number)\n")
    equal(place.run("query", "--weight", "title", "x").status, 2)
    equal(place.run("query", "--weight", "title=-1", "x").status, 2)


@test("--exhaustive gives the same bytes")
def _(place):
    place.good("index", "-q", RELEASES)
    for query in ("cluster munitions", "the government of new zealand", '"prime minister" -labour'):
        plain = place.good("query", "--trec=t", "-n50", "--", query)
        slow = place.good("query", "--trec=t", "-n50", "--exhaustive", "--", query)
        equal(slow.out, plain.out)


@test("--timeout is accepted and a quick answer is whole")
def _(place):
    corpus(place)
    equal(objects(place.good("query", "--json", "--timeout=5000", "treaty"))["timed_out"], False)


@test("a closed pipe is silence")
def _(place):
    place.good("index", "-q", RELEASES)
    for flags in ([], ["--json"], ["--ndjson"], ["--trec", "x"], ["-l"]):
        process = place.start("query", "-n1000", *flags, "minister", stdin=subprocess.DEVNULL)
        process.stdout.close()
        error = process.stderr.read()
        equal((process.wait(timeout=60), error), (0, b""))


@test("a full disk is told")
def _(place):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    corpus(place)
    with open("/dev/full", "w") as full:
        process = subprocess.Popen([RSEARCH, "query", "treaty"], cwd=place.path, stdout=full,
                                   stderr=subprocess.PIPE, env=environment())
        _, err = process.communicate(timeout=60)
    equal((process.returncode, err), (2, b"rsearch: standard output: No space left on device\n"))


@test("paths are as they would be typed from here")
def _(place):
    corpus(place)
    index = place.at(".rsearch")
    equal(paths(place.good("query", "farmers", cwd=place.at("releases"))), ["2008/rain.md"])
    equal(paths(place.good("query", "farmers", cwd=place.at("releases/2008"))), ["rain.md"])
    equal(paths(place.good("query", "farmers", cwd=place.at("releases/2007"))),
          [place.at("releases/2008/rain.md")])
    equal(paths(place.good("query", "-i", index, "farmers", cwd="/")),
          [place.at("releases/2008/rain.md")[1:]])


@test("a hit whose file vanished is marked")
def _(place):
    corpus(place)
    place.good("index", "-q", "-", input=b'{"_id":"noted","text":"farmers of a list"}\n')
    os.remove(place.at("releases/2008/rain.md"))
    equal(sorted(paths(place.good("query", "farmers"))), ["noted", "releases/2008/rain.md"])
    hits = {hit["key"]: hit for hit in objects(place.good("query", "--json", "farmers"))["hits"]}
    equal((hits["noted"]["path"], "vanished" in hits["noted"]), (None, False))
    equal((hits["2008/rain.md"]["path"], hits["2008/rain.md"]["vanished"]),
          ("releases/2008/rain.md", True))
    shown = place.terminal("query", "--color=never", "farmers").out
    contains(shown, "   releases/2008/rain.md (vanished)\n")
    contains(shown, "   noted\n")


@test("a hit whose file changed since it was indexed is marked")
def _(place):
    corpus(place)
    with open(place.at("releases/2008/rain.md"), "a") as file:
        file.write("More.\n")
    hit = objects(place.good("query", "--json", "farmers"))["hits"][0]
    equal((hit["path"], hit["changed"], "vanished" in hit), ("releases/2008/rain.md", True, False))
    equal(json.loads(place.good("show", "--json", "2008/rain.md").out)["changed"], True)
    contains(place.terminal("query", "--color=never", "farmers").out,
             "   releases/2008/rain.md (changed)\n")
    os.utime(place.at("releases/2008/both.md"), (1, 1))
    hits = {hit["key"]: hit for hit in objects(place.good("query", "--json", "treaty"))["hits"]}
    # Another time, but the same bytes.
    equal(("changed" in hits["2008/both.md"], "changed" in hits["2007/whales.md"]), (False, False))
    place.good("index", "-q")
    equal("changed" in place.good("query", "--json", "farmers").out, False)


@test("a text that is not kept and cannot be read again is told once")
def _(place):
    place.release("d/a.md", "A", "An apple.")
    place.release("d/b.md", "B", "An apple.")
    place.good("index", "-q", "--store=no", "d")
    equal(objects(place.good("query", "--json", "apple"))["warnings"], [])
    place.release("d/a.md", "A", "No pears.")
    os.remove(place.at("d/b.md"))
    warning = ("the text of 2 hits cannot be shown: the index does not keep it, and the files changed "
               "or vanished")
    result = place.run("query", "--json", "apple")
    equal((objects(result)["warnings"], result.err, result.status),
          ([warning], "rsearch: note: %s\n" % warning, 0))
    equal(place.run("query", "--color=always", "apple").err, "rsearch: note: %s\n" % warning)
    place.good("query", "--json", "--no-snippet", "apple")
    place.good("query", "-l", "apple")


@test("on a terminal hits are blocks, with marks by colour")
def _(place):
    corpus(place)
    shown = masked(place.terminal("query", "treaty whales").out)
    equal(shown.count("\033[1m"), 2)
    contains(shown, "1  \033[1mWhales and treaties\033[0m\n"
                    "   28 May 2007 · Disarmament and Arms Control, Conservation · Phil Goff\n")
    contains(shown, "The \033[1;31mtreaty\033[0m protects \033[1;31mwhales\033[0m.")
    contains(shown, "   \033[32mreleases/2007/whales.md\033[0m\n")
    contains(shown, "2 documents with both words · T\n")


@test("on a terminal without colours matches stand in brackets")
def _(place):
    corpus(place)
    wanted = ("1  Rain at last\n"
              "   1 Feb 2008 · Agriculture · Jim Anderton\n"
              "   [Farmers] welcome the rain.\n"
              "   releases/2008/rain.md\n"
              "1 document · T\n"
              "More on this: --expand\n")
    equal(masked(place.terminal("query", "--color=never", "farmers").out), wanted)
    equal(masked(place.terminal("query", "farmers", env={"NO_COLOR": "1"}).out), wanted)
    equal(masked(place.terminal("query", "farmers", env={"TERM": "dumb"}).out), wanted)


@test("--color=always gives the terminal's form in a pipe")
def _(place):
    corpus(place)
    result = place.good("query", "--color=always", "farmers")
    contains(result.out, "\033[1mRain at last\033[0m\n")
    equal(place.run("query", "--color=sometimes", "x").err,
          "rsearch: --color sometimes: wrong value (give auto, always or never)\n")


@test("the foot tells how to see more, and when there is nothing")
def _(place):
    corpus(place)
    shown = masked(place.terminal("query", "-n1", "treaty").out)
    contains(shown, "2 documents (showing 1) · T\nMore: -n 2 ")
    equal(masked(place.terminal("query", "zebra").out), "No document has this word · T\n")
    contains(masked(place.terminal("query", "zebra whales").out), "with some of the words")


@test("long snippets and titles are broken at the terminal's width")
def _(place):
    place.release("d/a.md", "word " * 40, "Many words about an apple and more of them. " * 30)
    place.good("index", "d")
    for columns in (40, 60, 100):
        shown = place.terminal("query", "--color=never", "apple", columns=columns).out
        for line in shown.splitlines():
            if not line.startswith("   d/"):
                equal(len(line) <= columns, True, "a line within %d columns: %r" % (columns, line))


@test("control bytes and bytes that are not UTF-8 never reach a terminal")
def _(place):
    place.write(b"d/evil\x1b[31m\xff\n.md",
                b'---\ntitle: "Bad \\e]0;title\\a \\x9b31m"\nministers:\n  - "\\e[2J x"\n---\n'
                b"apple \x1b[2J\x9b31m \xc2\x9b31m \xe2\x80\xae reversed \x07 \xff end\n")
    place.run("index", "d")
    shown = place.terminal("query", "--color=never", "apple").raw_out
    equal(shown.count(b"\x1b"), 0, "escapes")
    for byte in (b"\x07", b"\x9b31", b"\xe2\x80\xae"):
        equal(byte in shown, False, "presence of %r" % byte)
    shown.decode("utf-8")
    contains(shown.decode(), "evil\\x1b[31m%FF\\n.md")
    shown = place.terminal("show", "evil\x1b[31m%FF\n.md").raw_out
    contains(shown.decode(), "reversed")
    equal(shown.count(b"\x1b"), 0, "escapes")


@test("in a pipe a name with line ends stays on its line; -l0 gives it as it is")
def _(place):
    name = b"d/two\nlines\t.md"
    place.write(name, "apple")
    place.run("index", "d")
    equal(place.good("query", "apple").raw_out, b"d/two\\nlines\\t.md\t\t\n")
    equal(place.good("query", "-l0", "apple").raw_out, name + b"\0")
    answer = place.good("query", "--json", "apple").raw_out
    equal(json.loads(answer.decode("utf-8"))["hits"][0]["key"], "two\nlines\t.md")


@test("wide characters and combining marks are measured")
def _(place):
    place.release("d/a.md", "題名" * 30, "apple")
    place.good("index", "d")
    shown = place.terminal("query", "--color=never", "apple", columns=50).out
    equal("題名" * 3 in shown, True)


@test("dates are shown by day; the unknown one not at all")
def _(place):
    place.write("d/a.md", "---\ntitle: A\ndate: 2018-07-16 9:00:00 -0400\n---\napple")
    place.write("d/b.md", "---\ntitle: B\ndate: 0001-01-01\n---\npear")
    place.good("index", "d")
    equal(place.good("query", "apple").out, "d/a.md\t2018-07-16\tA\n")
    equal(place.good("query", "pear").out, "d/b.md\t0001-01-01\tB\n")
    contains(place.terminal("query", "apple", "--color=never").out, "   16 Jul 2018\n")
    lacks(place.terminal("query", "pear", "--color=never").out, "0001")


if __name__ == "__main__":
    main()
