"""Random statements, each beside the same one over a plain copy of the rows, where SQLite alone looks at the
conditions: the rows are the same."""

import random

from support import Shell, equal, index, run

WORDS = ["the", "treaty", "munitions", "health", "budget", "Māori", "bees"]
PORTFOLIOS = ["Health", "health", "Māori Affairs", "Maori Affairs", "Foreign  Affairs", "Foreign Affairs", "A-B",
              "[odd]", "!!!", "2007", "42", "x" * 300, "line one\nline two", "http://example.org/a", "", "true", "null"]
DATES = ["2007", "2007-05", "2007-05-28", "2007-05-28T09:30:00", "28 May 2007", "2008-01-01", "1999-12-31",
         "0001-01-01", "2007-12-31T23:59:59", ["2006-01-01", "2009-01-01"], ["2008-01-01"]]
NUMBERS = [0, 1, -1, 3, 4.5, 0.1, 1e20, 9007199254740993, -2.5, 42]
MIXED = [1, "one", ["a", 2], True, "2007-05-28", 2.5]


def document(source, key):
    made = {"_id": key, "body": " ".join(source.choices(WORDS, k=source.randint(0, 5)))}
    for name, values, part in (("portfolio", PORTFOLIOS, 0.8), ("date", DATES, 0.8), ("size", NUMBERS, 0.7),
                               ("kind", MIXED, 0.6), ("name", PORTFOLIOS[:6], 0.5)):
        if source.random() < part:
            made[name] = source.choice(values)
    if source.random() < 0.5:
        made["ministers"] = source.sample(["Phil Goff", "phil goff", "Helen Clark"], source.randint(1, 2))
    return made


def quoted(value):
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def condition(source):
    """A column and what is asked of it."""
    operator = source.choice(["=", "<", "<=", ">", ">=", "=", "IS", "<>"])
    column, values = source.choice([
        ("portfolio", PORTFOLIOS), ("name", PORTFOLIOS), ("kind", ["one", "1", 1, 2.5, "2007-05-28", '["a",2]']),
        ("date", ["2007", "2007-05", "2007-05-28", "2007-05-28T09:30:00", "2007-13", "2007-05-2", "x", "", 2007, "9999"]),
        ("size", NUMBERS + ["3", "x", "4.5", 9007199254740992, 1e300, -1e300]),
        ("ministers", ['["Phil Goff"]', '["Phil Goff","Helen Clark"]', '["Helen Clark","Phil Goff"]', "Phil Goff"]), ("key", ["k1", "k20", "K1", 5, "none"])])
    chosen = source.random()
    if chosen < 0.1:
        return column, "IN (" + ", ".join(quoted(value) for value in source.sample(values, min(3, len(values)))) + ")"
    if chosen < 0.2:
        return column, f"BETWEEN {quoted(source.choice(values))} AND {quoted(source.choice(values))}"
    if chosen < 0.25:
        return column, f"{operator} NULL"
    if chosen < 0.3:
        return column, f"{operator} {quoted(source.choice(values))} COLLATE NOCASE"
    return column, f"{operator} {quoted(source.choice(values))}"


def query(source):
    return source.choice(["treaty", "health budget", "treaty -bees", '"treaty munitions"', "*", "", "!!!", "maori",
                          "portfolio:health", "date:2007 treaty", "munitions OR budget", "the", "the treaty", "+the bees", "NOT health", "treaty AND health", "=treaty", "-treaty", "bee*"])


def where(source, match):
    """The same conditions for the same source, MATCH as it is told."""
    parts = []
    with_match = source.random() < 0.5
    if with_match:
        parts.append(match.format(quoted(query(source))))
    for _ in range(source.randint(0 if parts else 1, 3)):
        column, asked = condition(source)
        parts.append(f"{column} {asked}")
    if len(parts) > 1 and not with_match and source.random() < 0.2:
        return "(" + " OR ".join(parts) + ")"
    return " AND ".join(parts)


def differ(seed, rounds):
    source = random.Random(seed)
    index("a.index", [document(source, f"k{n}") for n in range(300)])
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');"
               "CREATE TABLE copy(key TEXT, portfolio TEXT, date TEXT, size REAL, kind TEXT, name TEXT, ministers TEXT);"
               "INSERT INTO copy SELECT key, portfolio, date, size, kind, name, ministers FROM r;")
    some = 0
    for _ in range(rounds):
        now = source.random()
        pushed = where(random.Random(now), "r MATCH {}")
        plain = where(random.Random(now), "key IN (SELECT key FROM r({}))")
        keys = shell.column(f"SELECT key FROM r WHERE {pushed}")
        equal(sorted(keys), sorted(shell.column(f"SELECT key FROM copy WHERE {plain}")), pushed)
        equal(shell.column(f"SELECT count(*) FROM r WHERE {pushed}"), [len(keys)], pushed)
        limit, offset = source.randint(0, 20), source.randint(0, 20)
        ordered = shell.column(f"SELECT key FROM r WHERE {pushed} ORDER BY rank, key")
        equal(shell.column(f"SELECT key FROM r WHERE {pushed} ORDER BY rank, key LIMIT {limit} OFFSET {offset}"),
              ordered[offset:offset + limit], pushed)
        if "MATCH" in pushed and " IN (" not in pushed:
            equal(shell.column(f"SELECT key FROM r WHERE {pushed} ORDER BY rank LIMIT {limit} OFFSET {offset}"),
                  ordered[offset:offset + limit], pushed)
        some += bool(keys)
    equal(some > rounds // 4, True, f"{some} of {rounds} statements found something")
    shell.close()


def test_first():
    differ(1, 250)


def test_second():
    differ(2, 250)


def test_third():
    differ(3, 250)


run([value for name, value in list(globals().items()) if name.startswith("test_")])
