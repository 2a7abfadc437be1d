"""rsearch timeline, facet, like, suggest, status, export."""
import csv
import io
import json

from harness import *


def corpus(place):
    for number in range(24):
        place.release("releases/%02d.md" % number, "Title %02d" % number,
                      "A treaty. " + "Rain and snow. " * number + ("Whales of the south." if number % 6 == 0 else ""),
                      date="20%02d-%02d-01" % (number // 4 * 2 + 1, number % 4 + 1),
                      ministers=["Phil Goff" if number % 3 else "Jim Anderton"])
    place.good("index", "-q", "releases")


def rows(result):
    return [line.split("\t") for line in result.out.splitlines()]


@test("timeline counts by year with the years between, by month when all is near, or as it is told")
def _(place):
    corpus(place)
    equal(rows(place.good("timeline", "treaty")),
          [["20%02d" % year, "4" if year % 2 else "0"] for year in range(1, 12)])
    equal(rows(place.good("timeline", "date:2003")),
          [["2003-0%d" % month, "1"] for month in range(1, 5)])
    equal(rows(place.good("timeline", "--by", "year", "date:2003")), [["2003", "4"]])
    days = rows(place.good("timeline", "--by=day", "date:2003"))
    equal((days[0], days[1], days[31], len(days)), (["2003-01-01", "1"], ["2003-01-02", "0"], ["2003-02-01", "1"], 91))
    equal(len(rows(place.good("timeline"))), 11)
    nothing = place.run("timeline", "zebra")
    equal((nothing.status, nothing.out), (1, ""))
    found = json.loads(place.good("timeline", "--json", "treaty").out)
    equal((found["by"], found["field"], found["documents"], found["missing"]), ("year", "date", 24, 0))
    equal(found["values"][1], {"value": "2002", "count": 0})
    equal(list(csv.reader(io.StringIO(place.good("timeline", "--csv", "treaty").out)))[:2], [["value", "count"], ["2001", "4"]])
    equal(place.run("timeline", "--field", "born", "treaty").status, 1)
    equal(place.run("timeline", "--field", "ministers", "treaty").err,
          "rsearch: note: --field ministers: there are no dates in this field\n")
    contains(place.run("timeline", "--field", "").err, "--field :year: wrong value")


@test("timeline --facet counts other fields beside it, as bars and in JSON")
def _(place):
    corpus(place)
    plain = json.loads(place.good("timeline", "--json", "treaty").out)
    found = json.loads(place.good("timeline", "--json", "--facet", "ministers", "--facet=date:month=1", "treaty").out)
    equal(found["values"], plain["values"])
    equal([facet["field"] for facet in found["facets"]], ["ministers", "date"])
    equal(found["facets"][0]["values"], [{"value": "Phil Goff", "count": 16}, {"value": "Jim Anderton", "count": 8}])
    equal("facets" in plain, False)
    shown = place.terminal("timeline", "--color=never", "--facet", "ministers", "treaty").out
    contains(shown, "\nministers\n  Phil Goff           16  █")
    contains(shown, "  2001         4  █")
    piped = place.run("timeline", "--facet", "ministers", "treaty")
    equal(piped.out, place.good("timeline", "treaty").out)
    contains(piped.err, "note: --facet: shown on a terminal and with --json")
    equal(place.run("timeline", "--json", "--facet", "minister", "treaty").err,
          "rsearch: note: --facet minister: the index has no such field (did you mean ministers?)\n")


@test("N dates of a facet are the most frequent ones, however N is said")
def _(place):
    for number, year in enumerate([1999, 2001, 2001, 2003, 2003, 2003, 2005, 2007, 2007, 2007, 2007]):
        place.release("d/%d.md" % number, "Title", "A treaty.", date="%d-05-01" % year)
    place.good("index", "-q", "d")
    best = [["2007", "4"], ["2003", "3"], ["2001", "2"]]
    equal(rows(place.good("facet", "date:year=3")), best)
    equal(rows(place.good("facet", "-n3", "date:year")), best)
    equal(rows(place.good("facet", "-n3", "--order=value", "date:year")), [["1999", "1"], ["2001", "2"], ["2003", "3"]])
    years = [row[0] for row in rows(place.good("facet", "date:year"))]
    equal(years, ["1999", "2001", "2003", "2005", "2007"])
    found = json.loads(place.good("query", "--json", "--facet", "date:year=3", "treaty").out)["facets"][0]["values"]
    equal([[value["value"], str(value["count"])] for value in found], best)


@test("a field that has no values to count or to be shown is told")
def _(place):
    corpus(place)
    result = place.run("facet", "title")
    equal((result.status, result.err),
          (1, "rsearch: note: --facet title: this field has words to look for, but no values to count\n"))
    place.good("facet", "date")
    for form in ([], ["--csv"]):
        result = place.run("export", *form, "--field", "titel", "--field", "title", "--field", "body", "treaty")
        equal((result.status, result.err),
              (0, "rsearch: note: --field titel: no document found has this field (did you mean title?)\n"))
        place.good("export", *form, "--field", "title", "--field", "ministers", "treaty")
        equal(place.run("export", *form, "--field", "zzz", "zebra").err, "")


@test("when the time was over before anything was found, that is no answer")
def _(place):
    with open(place.at("many.jsonl"), "w") as file:
        for number in range(20000):
            file.write('{"_id":"%d","text":"a%d b%d"}\n' % (number, number, number))
    place.good("index", "-q", "many.jsonl")
    query = " ".join("*%d*" % number for number in range(10, 400))
    whole = place.good("query", "--any", "-c", query)
    cut = place.run("query", "--any", "-c", "--timeout=1", query)
    equal(cut.err.splitlines()[-1], "rsearch: note: the time was over: there are at least so many, and maybe more")
    if int(cut.out) > int(whole.out):
        fail("a lower bound of %s above %s" % (cut.out, whole.out))
    equal(cut.status, 0 if int(cut.out) > 0 else 2)
    for arguments in (["query", "-l"], ["query", "-q"], ["timeline"]):
        result = place.run(*arguments, "--any", "--timeout=1", "(%s) zebra AND NOT zebra" % query)
        contains(result.err, "the time was over")
        equal(result.status in (0, 2), True, "status %d of %s" % (result.status, arguments))


@test("counts of a timeline are the totals of its years")
def _(place):
    corpus(place)
    for query in ("treaty", "rain", "whales OR rain", "ministers:goff"):
        for year, count in rows(place.good("timeline", "--by", "year", query)):
            equal(place.run("query", "-c", "(%s) date:%s" % (query, year)).out.strip(), count, "%s %s" % (query, year))


@test("an unknown date and a far one do not spoil a timeline")
def _(place):
    place.release("d/a.md", "A", "word", date="0001-01-01")
    place.release("d/b.md", "B", "word", date="1996-01-01")
    place.release("d/c.md", "C", "word", date="9998-01-01")
    place.good("index", "-q", "d")
    equal(rows(place.good("timeline", "word")), [["1996", "1"], ["9998", "1"]])
    shown = place.terminal("timeline", "word").out
    contains(shown, "  1 document without\n")


@test("on a terminal a timeline is bars that fit")
def _(place):
    corpus(place)
    for columns in (40, 80, 200):
        for line in place.terminal("timeline", "--color=never", "treaty", columns=columns).out.splitlines():
            if len(line) > columns:
                fail("%d columns: %r" % (columns, line))
    contains(place.terminal("timeline", "--color=never", "treaty", columns=80).out, "  2001         4  " + "█" * 60 + "\n  2002         0\n")


@test("facet counts values, the most frequent first, with or without a query")
def _(place):
    corpus(place)
    equal(rows(place.good("facet", "ministers")), [["Phil Goff", "16"], ["Jim Anderton", "8"]])
    equal(rows(place.good("facet", "ministers", "whales")), [["Jim Anderton", "4"]])
    equal(rows(place.good("facet", "-n1", "ministers")), [["Phil Goff", "16"]])
    equal(rows(place.good("facet", "--order=value", "ministers")), [["Jim Anderton", "8"], ["Phil Goff", "16"]])
    equal(rows(place.good("facet", "date:year", "whales"))[0], ["2001", "1"])
    equal(len(rows(place.good("facet", "-n0", "date"))), 24)
    equal(rows(place.good("facet", "--no-own-filter", "ministers", "ministers:goff treaty")),
          [["Phil Goff", "16"], ["Jim Anderton", "8"]])
    equal(place.run("facet").status, 2)
    unknown = place.run("facet", "born")
    equal((unknown.status, unknown.err), (1, "rsearch: note: --facet born: the index has no such field\n"))
    contains(place.terminal("facet", "--color=never", "ministers", columns=60).out, "  Phil Goff           16  ████")


@test("like finds documents of a kind, by key, by path or by text")
def _(place):
    corpus(place)
    place.release("releases/w1.md", "Whales", "Humpback whales migrate along Kaikoura.")
    place.release("releases/w2.md", "More whales", "Humpback whales seen off Kaikoura by boats.")
    place.good("index", "-q")
    for name in ("w1.md", "releases/w1.md"):
        equal(paths(place.good("like", name))[0], "releases/w2.md")
        lacks(place.good("like", name).out, "w1.md")
    equal(paths(place.good("like", "-n1", "-", input=b"humpback seen by boats")), ["releases/w2.md"])
    found = json.loads(place.good("like", "--json", "w1.md").out)
    contains(found["query"].lower(), "humpback")
    equal(place.run("like").status, 2)
    for command in ("like", "show"):
        nothing = place.run(command, "nothing.md")
        equal((nothing.status, nothing.err),
              (1, "rsearch: nothing.md: no such document in the index (see rsearch query -l)\n"))
    equal(place.run("like", "-", input=b"zebra").status, 1)


@test("suggest completes words, values and titles")
def _(place):
    corpus(place)
    equal(rows(place.good("suggest", "--kind=word", "trea")), [["treaty", "word", "", "24"]])
    contains(place.good("suggest", "phil").out, 'ministers:"Phil Goff"\tvalue\tministers\t16\n')
    equal(rows(place.good("suggest", "--kind", "value", "ministers:jim"))[0][1:3], ["value", "ministers"])
    found = json.loads(place.good("suggest", "--json", "-n1", "a", "trea").out)
    equal(found["typed"], "a trea")
    equal(found["suggestions"][0]["query"], "a treaty")
    nothing = place.run("suggest", "zzz")
    equal((nothing.status, nothing.out), (1, ""))
    contains(place.terminal("suggest", "trea").out, "treaty")


@test("terms lists words by beginning, wildcard, regular expression or edits")
def _(place):
    corpus(place)
    equal(rows(place.good("terms", "trea")), [["treaty", "24", "24"]])
    equal(rows(place.good("terms", "w*s")), [["Whales", "4", "4"]])
    equal(rows(place.good("terms", "--match=regex", "r(ai|ai?)n")), [["Rain", "23", "276"]])
    equal(rows(place.good("terms", "--match=fuzzy", "treety")), [["treaty", "24", "24"]])
    equal(place.run("terms", "--match=fuzzy", "--edits=0", "treety").status, 1)
    every = rows(place.good("terms", "-n0"))
    equal(sorted(every, key=lambda row: (-int(row[1]), row[0])), every)
    equal(len(rows(place.good("terms", "-n3"))), 3)
    words = [row[0].lower() for row in rows(place.good("terms", "-n0", "--order=word"))]
    equal(words, sorted(words))
    equal(len(words), len(every))
    equal(json.loads(place.good("terms", "--json", "trea").out)["words"],
          [{"word": "treaty", "documents": 24, "occurrences": 24}])
    equal(place.good("terms", "--csv", "trea").out, 'word,documents,occurrences\r\n"treaty",24,24\r\n')
    nothing = place.run("terms", "zzz")
    equal((nothing.status, nothing.out), (1, ""))
    equal(place.run("terms", "--match=regex", "(").status, 2)
    matches(place.run("terms", "--match=regex", "[").err, r"rsearch: pattern: at byte \d+: .*\n")
    contains(place.terminal("terms", "trea").out, "treaty")


@test("status tells what is new, changed and vanished, and writes nothing")
def _(place):
    corpus(place)
    good = place.good("status")
    equal(good.out, "")
    contains(place.terminal("status").out, "All files are as the index has them.\n")
    place.release("releases/new.md", "New", "New.")
    place.release("releases/00.md", "Changed", "Changed, and longer than it was before.")
    os.remove(place.at("releases/01.md"))
    before = sorted(os.listdir(place.at(".rsearch")))
    changed = place.run("status")
    equal((changed.status, changed.out),
          (1, "new\treleases/new.md\nchanged\treleases/00.md\nvanished\treleases/01.md\n"))
    found = json.loads(place.run("status", "--json").out)
    equal((found["new"], found["changed"], found["vanished"], found["unchanged"]),
          (["releases/new.md"], ["releases/00.md"], ["releases/01.md"], 22))
    contains(place.terminal("status").out, "1 file not in the index yet\n  releases/new.md\n")
    equal(sorted(os.listdir(place.at(".rsearch"))), before)
    place.good("index", "-q")
    equal(place.good("status").out, "")


@test("export gives documents that are read again as the same, and tables")
def _(place):
    corpus(place)
    whole = place.good("export").out
    equal(len(whole.splitlines()), 24)
    copy = place.write("copy.ndjson", whole)
    place.good("index", "-q", "-i", "copy", copy)
    equal(place.good("export", "-i", "copy").out, whole)
    one = json.loads(place.good("export", "--field", "title", "whales", "-n1").out)
    equal(one, {"_id": "00.md", "title": "Title 00"})
    table = list(csv.reader(io.StringIO(place.good("export", "--csv").out)))
    equal(table[0], ["key", "path", "title", "date", "ministers", "body"])
    equal((len(table), table[1][:5]), (25, ["00.md", "releases/00.md", "Title 00", "2001-01-01", "Jim Anderton"]))
    equal(table[1][5], "\nA treaty. Whales of the south.\n")
    equal(place.good("export", "--csv", "--field=body", "--field=date", "-n1").out.splitlines()[0], '"key","path","date","body"')
    equal(len(place.good("export", "ministers:goff").out.splitlines()), 16)
    nothing = place.run("export", "zebra")
    equal((nothing.status, nothing.out), (1, ""))
    equal(place.run("export", "--csv", "--ndjson").status, 2)


@test("export holds few documents however many there are, and stops when nobody reads on")
def _(place):
    with open(place.at("many.jsonl"), "w") as file:
        for number in range(5000):
            file.write('{"_id":"%05d","title":"T","text":"word %d"}\n' % (number, number))
    place.good("index", "-q", "many.jsonl")
    lines = place.good("export").out.splitlines()
    equal([json.loads(line)["_id"] for line in lines], ["%05d" % number for number in range(5000)])
    equal(len(place.good("export", "-n", "4500").out.splitlines()), 4500)
    equal(len(place.good("export", "-n", "4500", "word").out.splitlines()), 4500)
    process = place.start("export")
    process.stdout.readline()
    process.stdout.close()
    equal(process.stderr.read(), b"")
    equal(process.wait(timeout=20), 0)


main()
