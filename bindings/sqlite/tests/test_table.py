"""What a table over an index has: its columns, MATCH, order, joins, and the commits that follow."""

import json
import os
import subprocess

from support import DOCUMENTS, EXTENSION, ROOT, RSEARCH, Shell, equal, holds, index, run


def opened(documents=None, options=""):
    index("a.index", DOCUMENTS if documents is None else documents)
    shell = Shell()
    equal(shell.tell(f"CREATE VIRTUAL TABLE r USING rsearch('a.index'{options});"), "")
    return shell


def test_columns():
    shell = opened()
    equal(sorted(shell.column("SELECT name FROM pragma_table_xinfo('r') WHERE hidden = 0")),
          sorted(["key", "date", "ministers", "portfolio", "size", "title", "body"]))
    equal(shell.column("SELECT name FROM pragma_table_xinfo('r') WHERE hidden = 1"),
          ["r", "rank", "score", "snippet", "fields"])
    shell.close()


def test_values():
    shell = opened()
    equal(shell.rows("SELECT * FROM r ORDER BY key"), [
        {"key": "bees", "date": None, "ministers": None, "portfolio": "foreign affairs", "size": None,
         "title": "Bees", "body": "Bees make honey."},
        {"key": "dublin", "date": "2008-05-30T09:30:00", "ministers": '["Helen Clark","Phil Goff"]',
         "portfolio": "Foreign Affairs", "size": 4.5, "title": "Treaty adopted",
         "body": 'A treaty on Māori "cluster" munitions, adopted.'},
        {"key": "oslo", "date": "2007-05-28", "ministers": '["Phil Goff"]', "portfolio": "Disarmament", "size": 3.0,
         "title": "Treaty signed in Oslo", "body": "States sign a treaty. It bans cluster munitions."},
    ])
    equal(shell.column("SELECT typeof(size) FROM r WHERE key = 'oslo'"), ["real"])
    equal(shell.column("SELECT count(*) FROM r WHERE rank IS NULL AND score IS NULL"), [3])
    shell.close()


def test_all_fields():
    shell = opened()
    fields = [json.loads(text) for text in shell.column("SELECT fields FROM r ORDER BY key")]
    kept = {document["_id"]: {name: value for name, value in document.items() if name not in ("_id", "body")}
            for document in DOCUMENTS}
    equal(fields, [kept["bees"], kept["dublin"], kept["oslo"]])
    equal(shell.column("SELECT json_extract(fields, '$.url') FROM r WHERE key = 'oslo'"), ["https://example.org/oslo"])
    shell.close()


def test_named_column():
    shell = opened(options=", column=url")
    equal(shell.column("SELECT url FROM r WHERE url IS NOT NULL"), ["https://example.org/oslo"])
    shell.close()


def test_dates():
    dates = {"a": "2007", "b": "May 2007", "c": "28 May 2007", "d": "2018-07-16 9:00:00 -0400", "e": "0001-01-01",
             "f": ["2009-01-02", "2008-01-01"], "g": "1969-12-31T23:59:59", "h": "1600-02-29"}
    shell = opened([{"_id": key, "date": date, "body": "x"} for key, date in dates.items()])
    equal(shell.column("SELECT date FROM r ORDER BY key"),
          ["2007-01-01", "2007-05-01", "2007-05-28", "2018-07-16T09:00:00", None, "2009-01-02",
           "1969-12-31T23:59:59", "1600-02-29"])
    equal(shell.column("SELECT strftime('%Y', date) FROM r WHERE key = 'd'"), ["2018"])
    shell.close()


def test_json_escapes():
    values = ['a "quoted" \\ one', "tab\tand\nline", "Māori 東京", "\x01"]
    shell = opened([{"_id": "a", "names": values, "body": "x"}])
    equal(shell.column("SELECT value FROM r, json_each(names)"), values)
    shell.close()


def test_match():
    shell = opened()
    equal(shell.column("SELECT key FROM r WHERE r MATCH 'cluster munitions' ORDER BY rank"),
          query_keys("cluster munitions"))
    equal(shell.column("SELECT key FROM r('honey')"), ["bees"])
    equal(shell.column("SELECT key FROM r WHERE r = 'honey'"), ["bees"])
    equal(shell.column("SELECT key FROM r('ministers:\"Phil Goff\" -oslo')"), ["dublin"])
    for nothing in ("NULL", "''", "'!!!'", "'zebra'"):
        equal(shell.column(f"SELECT key FROM r({nothing})"), [])
        equal(shell.column(f"SELECT key FROM r({nothing}) WHERE date >= '2000'"), [])
    shell.close()


def query_keys(query, limit=10, path="a.index"):
    done = subprocess.run([RSEARCH, "query", "-i", path, "--ndjson", "-n", str(limit), query], capture_output=True,
                          text=True)
    return [json.loads(line)["key"] for line in done.stdout.splitlines()]


def test_rank_and_score():
    shell = opened()
    rows = shell.rows("SELECT key, rank, score FROM r('treaty munitions honey')")
    equal([row["rank"] for row in rows], [1, 2, 3])
    equal([row["score"] > 0 for row in rows], [True] * 3)
    equal(shell.column("SELECT key FROM r('treaty munitions honey') ORDER BY rank DESC"),
          [row["key"] for row in rows][::-1])
    shell.close()


def plan(shell, statement):
    return shell.tell(f".mode list\nEXPLAIN QUERY PLAN {statement};\n.mode json")


def test_order_is_pushed_down():
    shell = opened()
    holds(plan(shell, "SELECT key FROM r('treaty') ORDER BY score"), "TEMP B-TREE")
    for statement in ("SELECT key FROM r('treaty') ORDER BY rank",
                      "SELECT key FROM r WHERE r MATCH 'treaty' AND date > '2007' ORDER BY rank LIMIT 3"):
        told = plan(shell, statement)
        equal("TEMP B-TREE" in told, False, told)
    holds(plan(shell, "SELECT key FROM r('treaty') WHERE date > '2007' AND size <= 4"), "f")
    shell.close()


def test_snippet():
    shell = opened()
    equal(shell.column("SELECT snippet FROM r('cluster') WHERE key = 'oslo'"),
          ["States sign a treaty. It bans [cluster] munitions."])
    shell.close()


def test_join():
    shell = opened()
    shell.tell("CREATE TABLE read(key TEXT PRIMARY KEY, stars INTEGER);"
               "INSERT INTO read VALUES ('oslo', 5), ('bees', 3), ('gone', 1);")
    equal(shell.column("SELECT stars FROM r JOIN read USING (key) WHERE r MATCH 'treaty OR honey' ORDER BY stars"), [3, 5])
    equal(shell.column("SELECT title FROM read LEFT JOIN r USING (key) ORDER BY stars"),
          [None, "Bees", "Treaty signed in Oslo"])
    equal(shell.column("SELECT key FROM r WHERE key IN (SELECT key FROM read) ORDER BY key"), ["bees", "oslo"])
    shell.tell("CREATE TABLE asked(query TEXT); INSERT INTO asked VALUES ('honey'), ('oslo'), ('nothing');")
    equal(shell.rows("SELECT query, key FROM asked, r(asked.query) ORDER BY query"),
          [{"query": "honey", "key": "bees"}, {"query": "oslo", "key": "oslo"}])
    equal(shell.column("SELECT a.key FROM r AS a JOIN r AS b ON a.key = b.key WHERE a.r MATCH 'treaty' AND b.r MATCH 'oslo'"),
          ["oslo"])
    shell.close()


def test_or():
    shell = opened()
    equal(sorted(shell.column("SELECT key FROM r WHERE r MATCH 'treaty' OR r MATCH 'oslo' OR key = 'bees'")),
          ["bees", "dublin", "oslo"])
    equal(shell.column("SELECT key FROM r WHERE key = 'oslo' OR date = '2007-05-28'"), ["oslo"])
    shell.close()


def test_key():
    shell = opened([{"_id": key, "body": "number"} for key in ("42", "042", "42.0", "Oslo", "oslo")])
    equal(shell.column("SELECT key FROM r WHERE key = 'oslo'"), ["oslo"])
    equal(shell.column("SELECT key FROM r WHERE key = 'oslo' COLLATE NOCASE ORDER BY key"), ["Oslo", "oslo"])
    equal(shell.column("SELECT key FROM r WHERE key = 42"), ["42"])
    equal(shell.column("SELECT key FROM r WHERE key = ''"), [])
    equal(shell.column("SELECT key FROM r WHERE key = NULL"), [])
    equal(shell.column("SELECT key FROM r WHERE key = 'oslo' AND r MATCH 'number'"), ["oslo"])
    equal(shell.column("SELECT key FROM r WHERE key = 'oslo' AND r MATCH 'another'"), [])
    shell.tell("CREATE TABLE t(id INTEGER); INSERT INTO t VALUES (42);")
    equal(sorted(shell.column("SELECT key FROM r JOIN t ON r.key = t.id")), ["042", "42", "42.0"])
    shell.close()


def test_rowids():
    documents = [{"_id": f"k{n}", "body": "word " * (n % 7) + "all"} for n in range(500)]
    shell = opened(documents)
    first = shell.rows("SELECT rowid, key FROM r ORDER BY key")
    equal(len({row["rowid"] for row in first}), 500)
    equal(shell.rows("SELECT rowid, key FROM r('all') ORDER BY key"), first)
    shell.close()


def test_pages():
    documents = [{"_id": f"{n:05}", "body": f"word{n % 3} all"} for n in range(10000)]
    shell = opened(documents)
    equal(shell.column("SELECT count(*) FROM r"), [10000])
    equal(shell.column("SELECT count(DISTINCT key) FROM r"), [10000])
    equal(shell.column("SELECT count(DISTINCT key) FROM r('word1')"), [3333])
    equal(shell.column("SELECT key FROM r LIMIT 3 OFFSET 9000"), ["09000", "09001", "09002"])
    keys = shell.column("SELECT key FROM r('word1 all') ORDER BY rank")
    equal(shell.column("SELECT rank FROM r('word1 all')"), list(range(1, len(keys) + 1)))
    for limit, offset in ((1, 0), (10, 5), (100, 4090), (7000, 6000), (0, 0), (-1, 9990)):
        wanted = keys[offset:] if limit < 0 else keys[offset:offset + limit]
        equal(shell.column(f"SELECT key FROM r('word1 all') ORDER BY rank LIMIT {limit} OFFSET {offset}"), wanted)
    equal(keys[:50], query_keys("word1 all", 50))
    shell.close()


def test_follows_commits():
    shell = opened()
    equal(shell.column("SELECT count(*) FROM r"), [3])
    index("a.index", DOCUMENTS + [{"_id": "new", "title": "New", "body": "A new treaty."}])
    equal(shell.column("SELECT count(*) FROM r"), [4])
    equal(shell.column("SELECT key FROM r('new')"), ["new"])
    index("a.index", DOCUMENTS[:1])
    equal(shell.column("SELECT key FROM r"), ["oslo"])
    shell.close()


def test_kinds_that_change():
    """A column stays what it was when its table was opened; conditions are right all the same."""
    shell = opened()
    index("a.index", DOCUMENTS + [{"_id": "odd", "size": "large", "date": "someday", "portfolio": 7, "body": "x"}])
    for condition in ("size > 3", "size <> 0", "date >= '2008'", "portfolio = '7'", "portfolio = 'Disarmament'"):
        column, rest = condition.split(" ", 1)
        equal(shell.column(f"SELECT key FROM r WHERE {condition} ORDER BY key"),
              shell.column(f"SELECT key FROM r WHERE +{column} {rest} ORDER BY key"), condition)
    equal(shell.column("SELECT size FROM r WHERE key = 'odd'"), [None])
    shell.close()


def test_view_and_trigger():
    shell = opened()
    shell.tell("CREATE VIEW found AS SELECT key, snippet FROM r WHERE r MATCH 'treaty';")
    equal(sorted(shell.column("SELECT key FROM found")), ["dublin", "oslo"])
    shell.close()


def test_file():
    """A table is kept in a database and opened again; dropping it leaves the index."""
    index("a.index", DOCUMENTS)
    for statement in ("CREATE VIRTUAL TABLE k USING rsearch(\"a.index\");", ""):
        shell = Shell()
        equal(shell.tell(f".open kept.db\n.load {EXTENSION}\n{statement}"), "")
        equal(len(shell.column("SELECT key FROM k('treaty')")), 2)
        if not statement:
            shell.tell("DROP TABLE k;")
        shell.close()
    equal(os.path.isdir("a.index"), True)


def test_releases():
    subprocess.run([RSEARCH, "index", "-i", "a.index", os.path.join(ROOT, "tests", "data", "releases")], check=True,
                   capture_output=True)
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');")
    for query in ("cluster munitions", "treaty", '"cluster munitions" date:2007', "the minister", "health -budget"):
        equal(shell.column(f"SELECT key FROM r('{query}') ORDER BY rank LIMIT 40"), query_keys(query, 40), query)
    equal(shell.column("SELECT count(DISTINCT key) FROM r"), shell.column("SELECT count(*) FROM r"))
    shell.close()


run([value for name, value in list(globals().items()) if name.startswith("test_")])
