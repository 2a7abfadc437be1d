"""What reaches a terminal: lines that fit, wide characters, links, the pager."""
import re
import unicodedata

from harness import *


def columns_of(line):
    """Columns as a terminal counts them."""
    plain = re.sub("\x1b\\[[0-9;]*[mK]|\x1b\\]8;;[^\x1b]*\x1b\\\\", "", line)
    return sum(0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else
               2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in plain)


def wide_corpus(place):
    place.release("releases/tokyo.md", "東京で開かれた軍縮会議の最終宣言についての長い長い長い題名" * 3,
                  "treaty " + "核兵器の不拡散に関する条約の再検討会議" * 12)
    place.release("releases/maori.md", "Te reo Ma\u0304ori me nga\u0304 tikanga " * 4,
                  "treaty " + "nga\u0304 iwi o Aotearoa " * 40, ministers=["Ma\u0304ori " * 10])
    place.release("releases/long.md", "x" * 300, "treaty " + "y" * 500)
    place.good("index", "-q", "releases")


@test("no line is wider than the terminal, with wide characters and marks that combine")
def _(place):
    wide_corpus(place)
    for columns in (40, 61, 80, 133):
        for more in ([], ["--color=never"]):
            shown = place.terminal("query", "treaty", *more, columns=columns).out
            for line in shown.split("\n"):
                if columns_of(line) > columns and "releases/" not in line:
                    fail("%d columns, but %d in %r" % (columns, columns_of(line), line))
            # All of a title is there, though it is broken.
            contains(re.sub(r"\s+", "", re.sub("\x1b\\[[0-9;]*m", "", shown)), "東京で開かれた軍縮会議の最終宣言についての長い長い長い題名" * 3)
            equal(shown.replace("expand", "").count("x"), 300)


@test("paths are links when the terminal is known to follow them, or when asked for")
def _(place):
    place.release("releases/a b%c.md", "Title", "A treaty.")
    place.good("index", "-q", "releases")
    start, end = "\x1b]8;;file://", "\x1b]8;;\x1b\\"
    lacks(place.terminal("query", "treaty").out, start)
    for env in ({"TERM": "xterm-kitty"}, {"VTE_VERSION": "6003"}, {"TERM_PROGRAM": "WezTerm"},
                {"TERM": "foot-direct"}):
        shown = place.terminal("query", "treaty", env=env).out
        matches(shown, r".*%s[A-Za-z0-9.-]*%s/releases/a%%20b%%25c\.md\x1b\\.*releases/a b%%c\.md.*%s.*"
                % (re.escape(start), re.escape(place.path), re.escape(end)))
    lacks(place.terminal("query", "treaty", env={"TERM": "dumb", "VTE_VERSION": "6003"}).out, "\x1b")
    lacks(place.terminal("query", "treaty", env={"TMUX": "x", "VTE_VERSION": "6003"}).out, start)
    lacks(place.terminal("query", "--hyperlinks=never", "treaty", env={"TERM": "foot"}).out, start)
    contains(place.terminal("query", "--hyperlinks=always", "treaty").out, start)
    lacks(place.good("query", "--hyperlinks=always", "treaty").out, start)
    os.remove(place.at("releases/a b%c.md"))
    lacks(place.terminal("query", "--hyperlinks=always", "treaty").out, start)


@test("NO_COLOR and TERM=dumb keep colours away; --color=always brings them back")
def _(place):
    place.release("releases/a.md", "Title", "A treaty.")
    place.good("index", "-q", "releases")
    contains(place.terminal("query", "treaty").out, "\x1b[1m")
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = place.terminal("query", "treaty", env=env).out
        lacks(shown, "\x1b")
        contains(shown, "A [treaty].")
    contains(place.terminal("query", "treaty", env={"NO_COLOR": ""}).out, "\x1b[1m")
    contains(place.terminal("query", "--color=always", "treaty", env={"NO_COLOR": "1"}).out, "\x1b[1m")


def many(place):
    for number in range(30):
        place.release("releases/%02d.md" % number, "Title %02d" % number, "A treaty.")
    place.good("index", "-q", "releases")


@test("what is longer than the screen goes through $PAGER, what is not does not")
def _(place):
    many(place)
    env = {"PAGER": "cat > paged; echo PAGED"}
    shown = place.terminal("query", "-n30", "treaty", env=env).out
    with open(place.at("paged")) as file:
        equal(file.read().count("releases/"), 30)
    matches(shown, r"PAGED\n30 documents · .*")
    os.remove(place.at("paged"))
    shown = place.terminal("query", "-n2", "treaty", env=env).out
    equal(shown.count("releases/"), 2)
    equal(os.path.exists(place.at("paged")), False)


@test("no pager in a pipe, with --no-pager, on a dumb terminal, without a program, or as a setting")
def _(place):
    many(place)
    env = {"PAGER": "cat > paged"}
    for arguments, more in ((["--no-pager"], {}), ([], {"TERM": "dumb"}), ([], {"PAGER": "/no/such/program -x"}),
                            ([], {"PAGER": "nosuchprogram"}), ([], {"PAGER": "/usr"}), ([], {"PAGER": "cat"})):
        shown = place.terminal("query", "-n30", *arguments, "treaty", env={**env, **more}).out
        equal(shown.count("releases/"), 30, "hits with %s %s" % (arguments, more))
    equal(len(paths(place.good("query", "-n30", "treaty", env=env))), 30)
    place.write(".rsearch/config.yaml", "no-pager: yes\n")
    equal(place.terminal("query", "-n30", "treaty", env=env).out.count("releases/"), 30)
    equal(os.path.exists(place.at("paged")), False)


@test("a pager that is left early is no error")
def _(place):
    many(place)
    result = place.terminal("query", "-n30", "treaty", env={"PAGER": "head -n1"})
    equal(result.status, 0)
    contains(result.out, "Title")


@test("show and stats are paged, too")
def _(place):
    place.write("d/long.md", "word\n\n" * 200)
    place.good("index", "-q", "d")
    equal(place.terminal("show", "d/long.md", env={"PAGER": "wc -l"}).out.strip(), "400")
    equal(int(place.terminal("stats", env={"PAGER": "wc -l"}, rows=8).out.strip()) > 8, True)


main()
