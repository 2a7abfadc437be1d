"""rsearch config and the files of settings: who goes before whom."""
import json

from harness import *


def settings(place, *arguments, **more):
    """name -> (value, origin)"""
    found = json.loads(place.run("config", "--json", *arguments, **more).out)
    return {name: (entry["value"], entry["origin"]) for name, entry in found.items()}


def make(place):
    place.release("releases/one.md", "One", "Some words about rain.")
    place.release("releases/two.md", "Two", "Other words about rain.")
    place.good("index", "-q", "releases")


@test("flags go before the environment, that before the index, that before the user, that before what is built in")
def _(place):
    make(place)
    user = place.write("xdg/rsearch/config.yaml", "color: always\nlimit: 1\n")
    env = {"XDG_CONFIG_HOME": place.at("xdg")}
    equal(settings(place)["color"], ("auto", "built in"))
    equal(settings(place, env=env)["color"], ("always", user + ":1"))
    place.write(".rsearch/config.yaml", "# mine\n\ncolor: auto\n")
    equal(settings(place, env=env)["color"], ("auto", ".rsearch/config.yaml:3"))
    equal(settings(place, env=env)["limit"], ("1", user + ":2"))
    env["NO_COLOR"] = "1"
    equal(settings(place, env=env)["color"], ("never", "environment NO_COLOR"))
    equal(settings(place, "--color=always", env=env)["color"], ("always", "flag --color"))


@test("settings act as flags do")
def _(place):
    make(place)
    equal(len(paths(place.good("query", "rain"))), 2)
    place.write(".rsearch/config.yaml", "limit: 1\n")
    equal(len(paths(place.good("query", "rain"))), 1)
    equal(len(paths(place.good("query", "-n2", "rain"))), 2)
    place.write(".rsearch/config.yaml", "query:\n  limit: 1 # of a command\nlimit: 2\n")
    equal(len(paths(place.good("query", "rain"))), 1)
    equal(settings(place, "query")["limit"], ("1", ".rsearch/config.yaml:2"))
    equal(settings(place)["limit"], ("2", ".rsearch/config.yaml:3"))
    place.write(".rsearch/config.yaml", "no-snippet: yes\nweight: [title=3, 'ministers=2']\n")
    lacks(place.run("query", "--json", "rain").out, '"snippet"')
    contains(place.run("query", "--json", "--no-snippet=no", "rain").out, '"snippet"')
    equal(settings(place)["weight"][0], "title=3, ministers=2")
    contains(place.run("query", "rain").err, "note: --weight ministers: the index has no such field")
    place.write(".rsearch/config.yaml", "weight:\n  - title=3\n  - \"date=2\"\n")
    equal(settings(place)["weight"][0], "title=3, date=2")


@test("what a file says wrongly is a note with file and line, and the work goes on")
def _(place):
    make(place)
    place.write(".rsearch/config.yaml",
                "colour: never\nlimit: many\nfrobnicate: 1\nlimit 3\n- item\npager-command: rm\nthings:\n  a: 1\n"
                "query:\n  colr: auto\n")
    result = place.run("query", "rain")
    equal(result.status, 0)
    equal(result.err,
          "rsearch: note: .rsearch/config.yaml:1: colour: no such setting (did you mean color?)\n"
          "rsearch: note: .rsearch/config.yaml:2: limit: wrong value many (give a whole number from 0 to 1000000)\n"
          "rsearch: note: .rsearch/config.yaml:3: frobnicate: no such setting (see rsearch config)\n"
          "rsearch: note: .rsearch/config.yaml:4: not understood (give name: value)\n"
          "rsearch: note: .rsearch/config.yaml:5: an item of no list\n"
          "rsearch: note: .rsearch/config.yaml:6: pager-command: no such setting (see rsearch config)\n"
          "rsearch: note: .rsearch/config.yaml:7: things: no such setting (see rsearch config)\n"
          "rsearch: note: .rsearch/config.yaml:10: colr: no such setting (did you mean color?)\n")


@test("any bytes for settings are survived, and control bytes do not reach the terminal")
def _(place):
    make(place)
    for content in (b"", b"\0\0\0", b"\xff\xfe\n:", b":\n", b"[\n", b"limit:\n", b"limit: [\n", b"limit: ['\n",
                    b"\x1b[31mcolor\x07: never\n", b"- " * 1000, b"query:\n\tlimit: 1\n", b"#\n---\n", b"limit: []"):
        place.write(".rsearch/config.yaml", content)
        result = place.run("query", "rain")
        equal(result.status, 0, "status with %r" % content)
        lacks(result.err, "\x1b")
    place.write(".rsearch/config.yaml", b"limit: 1\n" * 200000)
    contains(place.run("query", "rain").err, "config.yaml: is too large for settings\n")


@test("config lists what is set, in text and JSON, for all or for one command")
def _(place):
    make(place)
    contains(place.good("config").out, "limit: 10\n")
    contains(place.good("config", "--show-origin").out, "built in\n")
    matches(place.good("config", "--show-origin").out, r".*\nindex +\.rsearch +found here or above\n.*")
    matches(place.good("config", "--show-origin", env={"RSEARCH_INDEX": "other"}).out,
            r".*\nindex +other +environment RSEARCH_INDEX\n.*")
    matches(place.good("config", "--show-origin", env={"PAGER": "more"}).out,
            r".*\npager-command +more +environment PAGER\n.*")
    lacks(place.good("config", "optimize").out, "limit")
    contains(place.good("config", "optimize").out, "memory: 256M\n")
    equal(place.run("config", "optimise").err, "rsearch: optimise: no such command (did you mean optimize?)\n")
    equal(place.run("config", "query", "show").status, 2)


main()
