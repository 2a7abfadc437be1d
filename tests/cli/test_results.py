"""rsearch query: order, pages by token, recency, facets, explanations, the foot."""
import json

from harness import *


def corpus(place):
    for number in range(24):
        place.release("releases/%02d.md" % number, "Title %02d" % number, "A treaty. " + "Rain. " * number,
                      date="20%02d-%02d-01" % (number // 4 + 1, number % 4 + 1),
                      ministers=["Phil Goff" if number % 3 else "Jim Anderton"],
                      portfolios=[["Health", "Housing", "Defence"][number % 5 % 3]])
    place.good("index", "-q", "releases")


def objects(place, *arguments, **more):
    return json.loads(place.good("query", "--json", *arguments, **more).out)


def dates(result):
    return [line.split("\t")[1] for line in result.out.splitlines()]


@test("--sort orders by date, number or keyword, either way, and by what is equal in turn")
def _(place):
    corpus(place)
    up = dates(place.good("query", "-n24", "--sort", "date", "treaty"))
    equal(up, sorted(up))
    equal(len(up), 24)
    equal(dates(place.good("query", "-n24", "--sort", "-date", "treaty")), up[::-1])
    equal(dates(place.good("query", "-n24", "--sort=-date", "treaty")), up[::-1])
    both = objects(place, "-n24", "--sort", "ministers", "--sort", "-date", "treaty")["hits"]
    keys = [(hit["fields"]["ministers"][0], hit["fields"]["date"]) for hit in both]
    wanted = sorted(keys, key=lambda key: key[1], reverse=True)
    equal(keys, sorted(wanted, key=lambda key: key[0]))
    equal(paths(place.good("query", "-n24", "--sort", "score", "treaty")),
          paths(place.good("query", "-n24", "treaty")))
    contains(place.run("query", "--sort", "height", "treaty").err, 'note: no document has a value to be ordered by')
    contains(place.run("query", "--sort", "-dat", "treaty").err,
             "note: --sort dat: the index has no such field (did you mean date?)\n")
    equal(len(place.run("query", "--sort", "dat", "treaty").err.splitlines()), 1)
    equal(place.run("query", "--sort", "dat", "--sort", "title", "treaty").err.splitlines()[1:],
          ['rsearch: note: no document has a value to be ordered by in "title"'])
    equal(place.run("query", "--sort", "-", "treaty").status, 2)
    equal(place.run("query", "--sort", "date,-title", "treaty").err,
          "rsearch: note: --sort date,-title: the index has no such field (several: --sort date --sort -title)\n")
    equal(place.run("query", *["--sort=date"] * 4, "treaty").status, 2)


@test("pages by token join without gaps, also when the index changes in between")
def _(place):
    corpus(place)
    for sort in ([], ["--sort", "-date"]):
        full = [hit["key"] for hit in objects(place, "-n24", *sort, "treaty")["hits"]]
        found, token = [], None
        while True:
            page = objects(place, "-n7", *sort, *(["--after", token] if token else []), "treaty")
            found += [hit["key"] for hit in page["hits"]]
            token = page["next_token"]
            if token is None:
                break
        equal(found, full)
    first = objects(place, "-n5", "--sort", "-date", "treaty")
    place.release("releases/new.md", "Newest", "A treaty.", date="2030-01-01")
    place.good("index", "-q")
    second = objects(place, "-n5", "--sort", "-date", "--after", first["next_token"], "treaty")
    equal([hit["key"] for hit in second["hits"]], full[5:10])
    equal(place.run("query", "--after", "nonsense", "treaty").status, 2)


@test("--recency lets the newer of like documents come first")
def _(place):
    for year in range(2001, 2009):
        place.release("releases/%d.md" % year, "Title", "A treaty.", date="%d-01-01" % year)
    place.good("index", "-q", "releases")
    equal(dates(place.good("query", "--recency", "365", "treaty"))[0], "2008-01-01")
    equal(dates(place.good("query", "treaty"))[0], "2001-01-01")
    contains(place.run("query", "--recency=100", "--recency-field=born", "treaty").err, "no such field")
    equal(place.run("query", "--recency=-1", "treaty").status, 2)


@test("--year-boost lets documents of the year that the query names come first, and shows what it does")
def _(place):
    for year in range(2001, 2009):
        place.release("releases/%d.md" % year, "Title", "A treaty of 2001 and 2005.", date="%d-12-31" % year)
    place.release("releases/none.md", "Title", "A treaty of 2001 and 2005.")
    place.good("index", "-q", "releases")
    for query in ("treaty 2005", '"2005" treaty', '"and 2005"'):
        found = dates(place.good("query", "--year-boost=1.5", query))
        equal((found[0], len(found)), ("2005-12-31", 9), query)
        equal(dates(place.good("query", query))[0], "2001-12-31", query)
    equal(dates(place.good("query", "--year-boost=1.5", "2001 treaty 2005"))[:3], ["2001-12-31", "2005-12-31", "2002-12-31"])
    for query in ("treaty", "treaty date:2001..2005", "treaty -2003", "treaty 1899 2101"):  # no year to go by
        equal(place.good("query", "--year-boost=1.5", query).out, place.good("query", query).out, query)
    scores = [hit["score"] for hit in objects(place, "--year-boost=4", "--ranking=bm25f", "treaty 2005")["hits"]]
    if not all(abs(scores[0] / score - 4) < 1e-4 for score in scores[1:]):
        fail("scores %r" % scores)
    shown = place.good("query", "--json", "--explain", "--year-boost=4", "treaty 2005").out
    contains(shown, '"dated in a year that the query names"')
    contains(shown, '"not dated in a year that the query names"')
    for bad in ("0.5", "1001", "-1"):
        equal(place.run("query", "--year-boost=" + bad, "treaty 2005").status, 2)
    contains(place.run("query", "--year-boost=2", "--recency-field=born", "treaty 2005").err, "no such field")
    contains(place.run("query", "--year-boost=2", "--recency-field=born", "treaty 2005").err, "born")


@test("--filter is a condition besides the query, whatever that says")
def _(place):
    corpus(place)

    def keys(*arguments):
        return [hit["key"] for hit in json.loads(place.run("query", "--json", "-n24", *arguments).out)["hits"]]
    for query, required in (("treaty", "+treaty"), ("rain treaty", "rain treaty"), ("rain OR treaty", "+(rain OR treaty)"),
                            ("-rain", "-rain"), ("*", ""), ('"a treaty"', '+"a treaty"'), ("rain (treaty title)", "rain (treaty title)")):
        for filters, condition in ((["ministers=Phil Goff"], '+ministers:"Phil Goff"'),
                                   (["ministers=Phil Goff", "ministers=Jim Anderton", "portfolios=Health"],
                                    '+(ministers:"Phil Goff" OR ministers:"Jim Anderton") +portfolios:"Health"'),
                                   (["date=2002..2003-02"], "+date:2002..2003-02"), (["date=2004"], "+date:2004"),
                                   (["date=..2002", "ministers=nobody"], "+date:..2002 +ministers:nobody")):
            given = ["--filter=" + one for one in filters]
            for more in ([], ["--all"], ["--any"], ["--sort=-date"]):
                equal(sorted(keys(*more, *given, "--", query)),
                      sorted(keys(*more, "--", "%s %s" % (required, condition))), "%s %s %s" % (more, given, query))
    # An open quotation mark cannot take the filter in.
    equal(len(keys("--filter=ministers=Jim Anderton", '"a treaty')), 8)
    equal(json.loads(place.run("query", "--json", "--filter=ministers=Jim Anderton", "triaty").out)["suggestion"], "treaty")
    own = objects(place, "--no-own-filter", "--facet=ministers", "--filter=ministers=Jim Anderton", "treaty")
    equal([value["count"] for value in own["facets"][0]["values"]], [16, 8])
    equal(place.good("facet", "--filter=date=2001", "ministers").out, "Jim Anderton\t2\nPhil Goff\t2\n")
    for wrong in ("ministers", "=x", "ministers=", "minister=x"):
        result = place.run("query", "--filter", wrong, "treaty")
        equal(result.status, 2)
        contains(result.err, "filter")


@test("--facet counts values over all hits, in JSON and as bars")
def _(place):
    corpus(place)
    facets = objects(place, "-n1", "--facet", "ministers", "--facet", "date:year", "treaty")["facets"]
    equal([(value["value"], value["count"]) for value in facets[0]["values"]], [("Phil Goff", 16), ("Jim Anderton", 8)])
    equal([(value["value"], value["count"]) for value in facets[1]["values"]], [("200%d" % year, 4) for year in range(1, 7)])
    equal(facets[1]["by"], "year")
    own = ["--facet=ministers=1", 'ministers:"Phil Goff" treaty']
    equal(objects(place, *own)["facets"][0], {"field": "ministers", "by": "value", "values": [
        {"value": "Phil Goff", "count": 16}], "distinct": 1, "documents": 16, "missing": 0, "is_exact": True})
    equal(objects(place, "--no-own-filter", *own)["facets"][0]["distinct"], 2)
    equal("facets" in objects(place, "treaty"), False)
    shown = place.terminal("query", "-n1", "--color=never", "--facet", "ministers", "treaty").out
    contains(shown, "\nministers\n  Phil Goff           16  " + "█" * 54)
    contains(place.run("query", "--facet", "ministers", "treaty").err, "note: --facet: shown on a terminal")
    contains(place.run("query", "--json", "--facet", "born", "treaty").err, "note: --facet born: the index has no such")
    contains(place.run("query", "--json", "--facet", "minister", "treaty").err, "(did you mean ministers?)\n")
    for wrong in ("", "=3", "ministers=x", ":year"):
        equal(place.run("query", "--json", "--facet", wrong, "treaty").status, 2, "status of %r" % wrong)


def total_of(factor):
    """What a sum says, recomputed all the way down."""
    if factor["kind"] == "sum":
        return sum(total_of(part) for part in factor["parts"])
    return factor["value"]


@test("--explain adds up to the score to the last bit")
def _(place):
    corpus(place)
    for query in ("treaty rain", "treaty", '"a treaty" rain -fog', "trea* OR rain"):
        for hit in objects(place, "--explain", "-n24", query)["hits"]:
            equal(hit["explanation"]["value"], hit["score"], "value of the explanation")
            equal(total_of(hit["explanation"]), hit["score"], "sum of the explanation")
    shown = place.terminal("query", "--explain", "-n1", "treaty rain", columns=120).out
    contains(shown, "idf of")


@test("snippets are of the field, the size, the pieces and the marks that are asked for")
def _(place):
    place.release("d/a.md", "Nuts & bolts <for> a treaty", "A treaty & more. " + "Rain and snow. " * 60 + "\n\nThe last treaty < 3 "
                  "is signed. " + "Wind and fog. " * 60 + "\n\nNo treaty yet. " + "Sun. " * 60,
                  ministers=["Jim Anderton", "Phil Treaty"])
    place.good("index", "-q", "d")

    def snippet(*flags):
        return objects(place, *flags, "treaty")["hits"][0]["snippet"]

    def marked(found):
        return [found["text"].encode()[start:end].decode() for start, end in found["spans"]]

    plain = snippet()
    equal(set(plain), {"text", "spans"})
    equal(snippet("--marks=offsets"), plain)
    html = snippet("--marks=html")
    equal((html["text"], html["spans"]), (plain["text"], plain["spans"]))
    contains(html["html"], "A <mark>treaty</mark> &amp; more.")
    whole = snippet("--whole", "--marks=html")
    equal(marked(whole), ["treaty"] * 3)
    contains(whole["html"], "The last <mark>treaty</mark> &lt; 3 is signed.")
    contains(whole["text"], "\n")
    for pieces in (1, 2, 3):
        found = objects(place, "--passages=%d" % pieces, "--snippet-size=200", "+more signed yet")["hits"][0]["snippet"]
        equal(len(found["text"].strip("… ").split(" … ")), pieces, "pieces of %r" % found["text"])
    if not len(snippet("--snippet-size=60")["text"]) < len(plain["text"]) < len(snippet("--snippet-size=1000")["text"]):
        fail("sizes of snippets do not follow what is asked for")
    title = snippet("--snippet-field=title", "--marks=html")
    equal((title["field"], title["value"], title["text"]), ("title", 0, "Nuts & bolts <for> a treaty"))
    equal(title["html"], "Nuts &amp; bolts &lt;for&gt; a <mark>treaty</mark>")
    minister = snippet("--snippet-field=ministers")
    equal((minister["value"], minister["text"], marked(minister)), (1, "Phil Treaty", ["Treaty"]))
    equal(snippet("--snippet-field=body"), plain)
    contains(place.run("query", "--json", "--snippet-field=titel", "treaty").err, "(did you mean title?)\n")
    for wrong in ("--passages=0", "--passages=17", "--snippet-size=39", "--marks=bold"):
        equal(place.run("query", wrong, "treaty").status, 2, "status of " + wrong)

    def shown(*flags):
        return place.terminal("query", "--color=never", *flags, "treaty").out

    contains(shown("--marks=html"), "   A <mark>treaty</mark> &amp; more.")
    matches(shown("--marks=offsets"), r".*\n   A treaty & more\..*\n   2-8\n.*")
    contains(shown("--whole"), "\n\n   The last [treaty] < 3 is signed.")
    equal(shown("--whole").count("[treaty]"), 3)
    contains(shown("--snippet-field=ministers"), "\n   Phil [Treaty]\n")
    for flags in (["--marks=html"], ["--whole", "-l"], ["--passages=3", "--csv"]):
        contains(place.run("query", *flags, "treaty").err, "snippets are shown on a terminal and with --json")
    equal(place.run("query", "--explain", "treaty").err, "rsearch: note: --explain: shown on a terminal and with --json or --ndjson\n")
    place.good("query", "--explain", "--ndjson", "treaty")


@test("synonyms of a file are looked for, too; a wrong line is named")
def _(place):
    corpus(place)
    place.release("releases/car.md", "Cars", "An automobile for Aotearoa.")
    place.good("index", "-q")
    rules = place.write("synonyms.txt", "# rules\ncar, automobile\nnz => aotearoa\n")
    equal(place.run("query", "vehicle", "--synonyms", rules).status, 1)
    equal(place.run("query", "-l", "--synonyms", rules, "nz").out, "releases/car.md\n")
    equal(place.run("query", "-l", "nz").status, 1)
    place.write(".rsearch/config.yaml", "synonyms: synonyms.txt\n")
    equal(place.run("query", "-l", "nz").out, "releases/car.md\n")
    equal(place.run("facet", "date:year", "nz").out, "2007\t1\n")
    equal(place.run("query", "--strict", "-c", "nz").out, "1\n")
    place.write("synonyms.txt", "a => \n")
    broken = place.run("query", "nz")
    equal(broken.status, 2)
    matches(broken.err, r"rsearch: synonyms.txt:1: .*")
    equal(place.run("query", "--synonyms=nothing.txt", "nz").err,
          "rsearch: --synonyms nothing.txt: No such file or directory\n")


@test("documents of one text are one hit when asked for")
def _(place):
    for number in range(3):
        place.release("d/%d.md" % number, "Title %d" % number, "The same treaty, word for word. " * 5)
    place.release("d/other.md", "Other", "Another treaty.")
    place.good("index", "-q", "d")
    equal(len(paths(place.good("query", "treaty"))), 4)
    for flag in ("--collapse", "--collapse-same"):
        found = objects(place, flag, "treaty")
        equal(sorted(hit["collapsed"] for hit in found["hits"]), [0, 2])
        equal(found["total"], 2)
    contains(place.terminal("query", "--collapse", "treaty").out, "stands for 2 more documents of this text")


@test("what was meant is told, on a terminal and in JSON")
def _(place):
    corpus(place)
    equal(objects(place, "treaty")["suggestion"], None)
    found = json.loads(place.run("query", "--json", "treety").out)
    equal(found["suggestion"], "treaty")
    shown = place.terminal("query", "treety")
    equal(shown.status, 1)
    contains(shown.out, 'Did you mean: rsearch query "treaty"\n')
    equal(place.run("query", "treety").err, "")


@test("the foot tells what the hits are about and what may be typed next, within the width")
def _(place):
    corpus(place)
    shown = masked(place.terminal("query", "treaty", columns=120).out)
    contains(shown, "24 documents (showing 10) · T     portfolios: Health 10 · Housing 9     ministers: Phil Goff 16 · Jim "
                    "Anderton 8\n")
    contains(shown, 'More: -n 20   Newest first: --sort -date   When: rsearch timeline "treaty"\n')
    for line in place.terminal("query", "--color=never", "treaty", columns=50).out.splitlines():
        if len(line) > 50:
            fail("wide: %r" % line)
    contains(place.terminal("query", 'treaty "rain rain"').out, "When: rsearch timeline 'treaty \"rain rain\"'\n")
    lacks(place.terminal("query", "--sort=-date", "treaty").out, "Newest first")




@test("--expand finds what is on the subject in other words, never for more than words, and is offered for few hits")
def _(place):
    place.release("d/1.md", "Landmines", "Landmines and munitions: munitions are cleared by sappers. Sappers found munitions.")
    place.release("d/2.md", "Work", "Sappers cleared a field. Munitions were found.")
    place.release("d/3.md", "Weather", "Rain.")
    place.release("d/4.md", "More weather", "Rain and wind.")
    place.good("index", "-q", "d")
    plain = place.good("query", "-l", "landmines")
    equal(plain.out.splitlines(), ["d/1.md"])
    found = place.run("query", "-l", "--expand", "landmines")
    equal(found.out.splitlines(), ["d/1.md", "d/2.md"])
    contains(found.err, "note: looked for, too: ")
    contains(found.err, "Sappers")
    for query in ('"landmines"', "landmin*", "title:landmines", "=Landmines", "landmines OR mines"):
        kept = place.run("query", "-l", "--expand", query)
        equal(kept.out, place.run("query", "-l", query).out, query)
        contains(kept.err, "note: only words are expanded: this query is looked for as it is")
    contains(place.terminal("query", "--color=never", "landmines").out, "More on this: --expand\n")
    absent = place.terminal("query", "--color=never", "--expand", "landmines").out + place.terminal("query", "--color=never", '"landmines"').out
    if "--expand" in absent:
        fail("--expand is offered where it is taken or of no use")

main()
