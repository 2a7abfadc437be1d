"""rsearch eval, held against bench/relevance/metrics.py, which was written apart from it."""
import json
import math
import os
import random
import sys

from harness import *

sys.path.insert(0, os.path.join(os.environ["RLS_SOURCE_ROOT"], "bench", "relevance"))
import metrics  # noqa: E402

JUDGED = os.path.join(os.environ["RLS_SOURCE_ROOT"], "tests", "relevance")
NAMES = ["nDCG@10", "MAP", "P@10", "R@100", "R@1000", "MRR"]
WORDS = ["treaty", "snow", "rain", "whale", "river", "bridge", "school", "farm", "port", "bank"]


def corpus(place):
    """Random texts and graded judgements, some of documents that are not there."""
    chance = random.Random(SEED)
    place.write("docs.jsonl", "".join(json.dumps(
        {"_id": "d%d" % number, "title": chance.choice(WORDS),
         "text": " ".join(chance.choice(WORDS) for _ in range(chance.randint(0, 12)))}) + "\n"
        for number in range(300)))
    place.write("queries.tsv", "".join(
        "q%d\t%s\n" % (number, " ".join(chance.sample(WORDS, chance.randint(1, 4))))
        for number in range(40)))
    place.write("qrels.txt", "".join(
        "q%d 0 d%d %d\n" % (number, document, chance.choice([-1, 0, 1, 1, 2, 4]))
        for number in range(35) for document in chance.sample(range(310), 30)))
    place.good("index", "-q", "docs.jsonl")


def ask(place, *arguments, files=("qrels.txt", "queries.tsv")):
    result = place.run("eval", "--json", *arguments, *files)
    equal(result.status, 0, "status of " + result.err)
    return json.loads(result.out)


def near(found, wanted, what):
    if abs(found - wanted) > 1e-9:
        fail("%s is %r, not %r" % (what, found, wanted))


def check(place, found, run, qrels="qrels.txt"):
    """All figures are those that metrics.py makes of the run."""
    with open(place.at(run)) as file:
        ranked = metrics.read_run(file)
    judged = metrics.read_qrels(place.at(qrels))
    for query in found["per_query"]:
        wanted = metrics.measure(ranked.get(query["id"], []), judged[query["id"]])
        for name in NAMES:
            near(query["values"][name], wanted[name], "%s of %s" % (name, query["id"]))
    for name in NAMES:
        near(found["mean"][name],
             sum(query["values"][name] for query in found["per_query"]) / len(found["per_query"]),
             "the mean of " + name)


@test("the figures are those of the run that is written, by the other reckoning")
def _(place):
    corpus(place)
    for flags in ([], ["-n", "7"], ["--as-typed"], ["--as-typed", "--all"], ["--k1=0", "--weight=title=0"]):
        found = ask(place, "--per-query", "--run", "x.run", *flags)
        equal((found["queries"], found["queries_without_judgements"]), (35, 5))
        check(place, found, "x.run")
    with open(place.at("x.run")) as file:
        first = file.readline().split()
    equal((first[0], first[1], first[3], first[5]), ("q0", "Q0", "1", "rsearch"))


@test("a run of its own is a baseline without any difference, another one shows in every figure")
def _(place):
    corpus(place)
    own = ask(place, "--per-query", "--run", "x.run")
    same = ask(place, "--baseline", "x.run")
    equal(same["mean"], own["mean"])
    equal(same["baseline"]["mean"], own["mean"])
    for name in NAMES:
        equal(same["baseline"]["comparison"][name], {"difference": 0, "better": 0, "worse": 0, "p": 1})
    other = ask(place, "--per-query", "--k1=3", "--b=0", "--baseline", "x.run")
    for name in NAMES:
        told = other["baseline"]["comparison"][name]
        signs = [query["values"][name] - query["baseline"][name] for query in other["per_query"]]
        equal((told["better"], told["worse"]),
              (sum(sign > 1e-12 for sign in signs), sum(sign < -1e-12 for sign in signs)))
        near(told["difference"], sum(signs) / len(signs), name)
        equal(0 < told["p"] <= 1, True)
    for query, before in zip(other["per_query"], own["per_query"]):
        equal(query["baseline"], before["values"])


@test("equal scores of a run are ordered by id from the greatest, whatever its ranks say")
def _(place):
    corpus(place)
    place.write("q.txt", "q0 0 d1 1\nq0 0 d2 0\nq1 0 d1 1\n")
    # d10, d2, d1; the scores of q1 are equal as floats.
    place.write("b.run", "q0 Q0 d1 1 2.5 t\nq0 Q0 d2 2 2.5 t\nq0 Q0 d10 3 9 t\n"
                         "q1 Q0 d1 1 1.00000001 t\nq1 Q0 d9 2 1.0 t\nq7 Q0 d1 1 1 t\n")
    found = ask(place, "--per-query", "--baseline", "b.run", files=("q.txt", "queries.tsv"))
    near(found["per_query"][0]["baseline"]["MRR"], 1 / 3, "MRR")
    near(found["per_query"][0]["baseline"]["nDCG@10"], 1 / math.log2(4), "nDCG")
    near(found["per_query"][1]["baseline"]["MRR"], 1 / 2, "MRR")


@test("documents are known by key, by file name and by name without extension")
def _(place):
    place.release("d/2007/a b.md", "Treaty", "A treaty with snow.")
    place.release("d/2007/snow.md", "Snow", "Snow, and snow.")
    place.release("d/2008/rain.md", "Rain", "Rain and snow.")
    place.good("index", "-q", "d")
    place.write("queries.tsv", "1\tsnow\n")
    for names in (["2007/a%20b.md", "2007/snow.md", "2008/rain.md"], ["a%20b.md", "snow.md", "rain.md"],
                  ["a%20b", "snow", "rain"], ["2007/a%20b.md", "snow.md", "rain"]):
        place.write("qrels.txt", "".join("1 0 %s 1\n" % name for name in names))
        found = ask(place, "--per-query", "--run", "x.run")
        equal((found["judged_documents_not_in_index"], found["mean"]["R@100"]), (0, 1))
        check(place, found, "x.run")
    place.release("d/2009/snow.md", "Snow again", "Snow.")
    place.good("index", "-q", "d")
    place.write("qrels.txt", "1 0 snow 1\n")
    result = place.run("eval", "qrels.txt", "queries.tsv")
    equal((result.status, result.err),
          (2, "rsearch: snow: two documents of the index have this name, 2007/snow.md and "
              "2009/snow.md (name them by their keys in QRELS)\n"))
    # A key goes before a name.
    place.write("qrels.txt", "1 0 2009/snow.md 1\n")
    equal(ask(place)["mean"]["R@100"], 1)


@test("a figure a line for programs, columns on a terminal")
def _(place):
    corpus(place)
    ask(place, "--k1=3", "--run", "x.run")
    lines = place.run("eval", "qrels.txt", "queries.tsv").out.splitlines()
    equal([line.split("\t")[:2] for line in lines], [[name, "all"] for name in NAMES])
    lines = place.run("eval", "--per-query", "--baseline", "x.run", "qrels.txt", "queries.tsv").out.splitlines()
    equal(len(lines), 6 * 36)
    equal(len(lines[0].split("\t")), 4)
    equal(len(lines[-1].split("\t")), 7)
    shown = place.terminal("eval", "--per-query", "--baseline", "x.run", "qrels.txt", "queries.tsv").out
    contains(shown, "query             nDCG@10      MAP     P@10")
    contains(shown, "\nq34 ")
    contains(shown, "         mean  baseline    change  better   worse        p\nnDCG@10 ")
    contains(shown, "35 judged queries\n")
    contains(shown, "note: 5 queries without judgements: left out")


@test("bags of words have no operators; as typed they have")
def _(place):
    place.write("docs.jsonl", '{"_id":"a","text":"snow and rain"}\n{"_id":"b","text":"rain"}\n'
                              '{"_id":"c","text":"snow"}\n')
    place.good("index", "-q", "docs.jsonl")
    place.write("queries.tsv", '1\t"rain snow" -snow NOT (title:snow) \\ ~\n')
    place.write("qrels.txt", "1 0 a 1\n1 0 b 1\n1 0 c 1\n")
    equal(ask(place)["mean"]["R@100"], 1)
    equal(ask(place, "--as-typed")["mean"]["R@100"], 0)
    place.write("queries.tsv", '1\t"rain AND\n')
    equal(place.run("eval", "--as-typed", "--strict", "qrels.txt", "queries.tsv").err[:16], "rsearch: 1: quer")
    equal(ask(place, "--strict")["mean"]["R@100"], 2 / 3)
    place.write("queries.tsv", "1\t\n")
    equal(ask(place)["mean"]["R@100"], 0)


@test("notes of searches are told in a line, and are errors where they must not be")
def _(place):
    place.write("d.jsonl", json.dumps({"_id": "d1", "text": "rain and snow", "date": "2007-05-28"}) + "\n")
    place.good("index", "-q", "d.jsonl")
    place.write("qrels.txt", "1 0 d1 1\n2 0 d1 1\n3 0 d1 1\n4 0 d1 1\n")
    place.write("queries.tsv", "1\train\n2\tdate:soon\n3\train (snow\n4\tdate:later\n")
    equal(place.good("eval", "qrels.txt", "queries.tsv").err, "")
    told = place.run("eval", "--as-typed", "qrels.txt", "queries.tsv")
    equal(told.status, 0)
    contains(told.err, "rsearch: note: 2: ")
    contains(told.err, "(2 more queries have notes)\n")
    equal(told.err.count("\n"), 1)
    strict = place.run("eval", "--as-typed", "--strict", "qrels.txt", "queries.tsv")
    equal(strict.status, 2)
    contains(strict.err, "rsearch: 2: query: at byte 0: ")
    equal(place.run("eval", "--expand", "--strict", "qrels.txt", "queries.tsv").err, "")
    tuned = place.run("eval", "--as-typed", "--tune", "--folds=2", "qrels.txt", "queries.tsv")
    equal((tuned.status, tuned.err), (0, ""))


@test("what is left out is counted")
def _(place):
    corpus(place)
    place.write("q.txt", "q0 0 d1 1\nq1 0 d2 0\nq2 0 d999 1\nzz 0 d1 1\n")
    result = place.run("eval", "--json", "q.txt", "queries.tsv")
    found = json.loads(result.out)
    equal((found["queries"], found["queries_without_judgements"], found["judged_queries_not_asked"],
           found["queries_without_relevant"], found["judged_documents_not_in_index"]), (3, 37, 1, 1, 1))
    equal(result.err, "rsearch: note: 37 queries without judgements: left out\n"
                      "rsearch: note: 1 judged query not in QUERIES: left out\n"
                      "rsearch: note: 1 query without a relevant document: 0 in every metric\n"
                      "rsearch: note: 1 judged document not in the index: not found, as trec_eval counts it\n")
    place.write("b.run", "q0 Q0 d1 1 1 t\n")
    contains(place.run("eval", "--baseline", "b.run", "q.txt", "queries.tsv").err,
             "note: 2 queries not in the baseline: 0 there")


@test("bad input ends with one line and status 2")
def _(place):
    corpus(place)
    place.write("good.txt", "q0 0 d1 1\n")

    def error(wanted, *arguments, **more):
        result = place.run("eval", *arguments, **more)
        equal((result.status, result.out, result.err), (2, "", "rsearch: %s\n" % wanted))

    def qrels(wanted, content):
        place.write("bad.txt", content)
        error("bad.txt:" + wanted, "bad.txt", "queries.tsv")

    def queries(wanted, content):
        place.write("bad.tsv", content)
        error("bad.tsv:" + wanted, "good.txt", "bad.tsv")

    def run(wanted, content):
        place.write("bad.run", content)
        error("bad.run:" + wanted, "--baseline=bad.run", "good.txt", "queries.tsv")

    form = " (a line is query 0 document relevance)"
    error("eval: judgements and queries are needed (rsearch eval QRELS QUERIES)", "good.txt")
    error("eval: two files and no more (rsearch eval QRELS QUERIES)", "a", "b", "c")
    error("none.txt: No such file or directory", "none.txt", "queries.tsv")
    error("none.tsv: No such file or directory", "good.txt", "none.tsv")
    error("none.run: No such file or directory", "--baseline=none.run", "good.txt", "queries.tsv")
    error("--run none/x: No such file or directory", "--run=none/x", "good.txt", "queries.tsv")
    error("QRELS and QUERIES cannot both be standard input (name a file)", "-", "-")
    qrels("2: not four columns" + form, "q0 0 d1 1\nq0 0 d2\n")
    qrels("1: not four columns" + form, "q0 0 d1 1 1\n")
    qrels("3: the relevance is no whole number" + form, "q0 0 d1 1\n\nq0 0 d2 high\n")
    qrels("1: the relevance is no whole number" + form, "q0 0 d1 99999999999\n")
    qrels("1: not four columns" + form, b"q0 0 d1 1\0\n")
    qrels(" query q0 judges d1 twice (leave one line)", "q0 0 d1 1\nq0 0 d1 0\n")
    qrels(" no query of queries.tsv is judged there (40 queries there, 1 judged here; are their ids the same?)",
          "Q0 0 d1 1\n")
    place.write("bad.txt", "q0 0 x1 1\n")
    error("bad.txt: the index has none of the documents that are judged there (the first is x1; "
          "rsearch export shows the keys)", "bad.txt", "queries.tsv")
    form = " (a line is an id, a tab, a query)"
    queries("1: no tab" + form, "q0 snow\n")
    queries("1: no id, or a NUL" + form, "\tsnow\n")
    queries("2: an id that was there before" + form, "q0\tsnow\nq0\train\n")
    queries("2: an id that was there before" + form, "x\tsnow\nx\train\nq0\ta\n")
    form = " (a line is query Q0 document rank score tag)"
    run("1: not six columns" + form, "q0 Q0 d1 1 1.5\n")
    run("1: the score is no number" + form, "q0 Q0 d1 1 high t\n")
    run("1: the score is no number" + form, "q0 Q0 d1 1 nan t\n")
    run(" query q0 has d1 twice (leave one line)", "q0 Q0 d1 1 2 t\nq0 Q0 d1 2 1 t\n")
    run(" no query that counts is in this run (are their ids the same?)", "q1 Q0 d1 1 2 t\n")
    error("--tune: neither --run nor --baseline nor --per-query goes with it (leave them out)",
          "--tune", "--per-query", "good.txt", "queries.tsv")
    error("--folds 5: there are 1 judged queries (give no more than that)", "--tune", "good.txt", "queries.tsv")


@test("judgements and queries come from standard input, too")
def _(place):
    corpus(place)
    wanted = place.run("eval", "qrels.txt", "queries.tsv").out
    with open(place.at("qrels.txt"), "rb") as file:
        equal(place.run("eval", "-", "queries.tsv", input=file.read()).out, wanted)
    with open(place.at("queries.tsv"), "rb") as file:
        equal(place.run("eval", "qrels.txt", "-", input=file.read().replace(b"\n", b"\r\n")).out, wanted)


@test("tuning finds the weight that the judgements were made with, on queries that were held out")
def _(place):
    # Relevant is mostly what has the word in its title; in bodies it stands more often.
    chance = random.Random(SEED)
    documents, qrels = [], []
    for number in range(300):
        title = chance.choice(WORDS)
        documents.append({"_id": "d%d" % number, "title": title + " notes of the day and of the week",
                          "text": " ".join(chance.choice(WORDS) for _ in range(30))})
        qrels.append("%s 0 d%d 1\n" % (title if chance.random() < 0.7 else chance.choice(WORDS), number))
    place.write("docs.jsonl", "".join(json.dumps(document) + "\n" for document in documents))
    place.write("queries.tsv", "".join("%s\t%s\n" % (word, word) for word in WORDS))
    place.write("qrels.txt", "".join(qrels))
    place.good("index", "-q", "docs.jsonl")

    def flags(chosen):
        return ["--%s=%s" % (name, chosen[name]) for name in ("k1", "b") if chosen[name] is not None] + \
            ["--weight=%s=%s" % weight for weight in chosen["weights"].items()]

    start = ["--weight", "title=0.1"]
    before = ask(place, *start)["mean"]["nDCG@10"]
    tuned = ask(place, "--tune", "--folds=4", *start)
    equal(sorted(fold["queries"] for fold in tuned["folds"]), [2, 2, 3, 3])
    near(tuned["held_out"]["before"], before, "the start")
    for name in ("held_out", "before"):
        near(sum(fold[name] * fold["queries"] for fold in tuned["folds"]) / 10,
             tuned["held_out"]["mean" if name == "held_out" else "before"], name + " of folds")
    for fold in tuned["folds"]:
        # What the fold held out and the others are all queries, under the same parameters.
        near(fold["held_out"] * fold["queries"] + fold["others"] * (10 - fold["queries"]),
             10 * ask(place, *start, *flags(fold["chosen"]))["mean"]["nDCG@10"], "both parts")
        equal(fold["others"] * (10 - fold["queries"]) + fold["before"] * fold["queries"] > 10 * before, True)
    equal(tuned["held_out"]["mean"] > before + 0.1, True)
    equal(tuned["held_out"]["comparison"]["better"] > 5, True)
    chosen = tuned["all"]["chosen"]
    equal(chosen["weights"]["title"] > 0.1, True)
    near(ask(place, *start, *flags(chosen))["mean"]["nDCG@10"], tuned["all"]["mean"], "what the flags give")
    # No single step from what was chosen is better.
    for name, values in (("k1", (0.2, 0.6, 1.2, 1.8, 3)), ("b", (0, 0.3, 0.6, 1))):
        for value in values:
            step = ask(place, *start, *flags({**chosen, name: value}))["mean"]["nDCG@10"]
            equal(step <= tuned["all"]["mean"] + 1e-9, True, "a step of " + name)
    equal(ask(place, "--tune", "--folds=4", *start), tuned)
    by_map = ask(place, "--tune", "--metric=MAP", "--folds=2", *start)
    equal((by_map["metric"], len(by_map["folds"])), ("MAP", 2))
    near(by_map["held_out"]["before"], ask(place, *start)["mean"]["MAP"], "MAP before")
    lines = place.good("eval", "--tune", "--folds=4", *start, "qrels.txt", "queries.tsv").out.splitlines()
    equal([line.split("\t")[1] for line in lines], ["fold %d" % i for i in range(1, 5)] + ["all"])
    contains(lines[-1], "--weight title=%g" % chosen["weights"]["title"])
    shown = place.terminal("eval", "--tune", "--folds=4", *start, "qrels.txt", "queries.tsv").out
    contains(shown, "fold 1: --")
    contains(shown, "all held out: nDCG@10 %.4f, before %.4f" % (tuned["held_out"]["mean"], before))
    contains(shown, "settings tried\n")


@test("what tuning chooses for a fold has not seen the queries that are held out")
def _(place):
    # One query wants titles, the other bodies: each is told what the other one wants.
    documents, qrels = [], []
    for word, wants_title in (("snow", True), ("rain", False)):
        for number in range(12):
            in_title = number % 2 == 0
            documents.append({"_id": "%s%d" % (word, number), "title": word if in_title else "note",
                              "text": "of the day " + ("and the week" if in_title else word + " and " + word)})
            qrels.append("%s 0 %s%d %d\n" % (word, word, number, in_title == wants_title))
    place.write("docs.jsonl", "".join(json.dumps(document) + "\n" for document in documents))
    place.write("queries.tsv", "snow\tsnow\nrain\train\n")
    place.write("qrels.txt", "".join(qrels))
    place.good("index", "-q", "docs.jsonl")
    tuned = ask(place, "--tune", "--folds=2", "--weight=title=1")
    for fold in tuned["folds"]:
        near(fold["others"], 1, "nDCG of what was seen")
        equal(fold["held_out"] < 0.7, True, "nDCG of what was not: %r" % fold)


@test("the judged releases: all that is relevant is found, most of it in front")
def _(place):
    place.good("index", "-q", RELEASES)
    files = (os.path.join(JUDGED, "qrels.txt"), os.path.join(JUDGED, "queries.tsv"))
    found = ask(place, "--as-typed", "--run", "x.run", files=files)
    exhaustive = ask(place, "--as-typed", "--exhaustive", "--run", "y.run", files=files)
    equal(exhaustive, found)
    with open(place.at("x.run")) as one, open(place.at("y.run")) as other:
        equal(one.read(), other.read())
    equal((found["queries"], found["judged_documents_not_in_index"]), (9, 0))
    equal(found["mean"]["R@100"], 1)
    equal(found["mean"]["nDCG@10"] > 0.9, True)
    equal(found["mean"]["MAP"] > 0.85, True)


main()
