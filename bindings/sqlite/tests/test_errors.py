"""Whatever goes wrong is told in one line."""

import os
import shutil

from support import DOCUMENTS, Shell, equal, holds, index, run


def message(shell, statement):
    told = shell.tell(statement + ";")
    holds(told, "rsearch: ")
    equal(sum("rsearch: " in line for line in told.splitlines()), 1, told)
    return told


def test_bad_path():
    shell = Shell()
    holds(message(shell, "CREATE VIRTUAL TABLE r USING rsearch('nowhere')"), "nowhere")
    holds(message(shell, "CREATE VIRTUAL TABLE r USING rsearch()"), "USING rsearch('path')")
    holds(message(shell, "CREATE VIRTUAL TABLE r USING rsearch('')"), "USING rsearch('path')")
    with open("file", "w", encoding="utf-8") as out:
        out.write("no index")
    holds(message(shell, "CREATE VIRTUAL TABLE r USING rsearch('file')"), "file")
    shell.close()


def test_bad_option():
    index("a.index", DOCUMENTS)
    shell = Shell()
    holds(message(shell, "CREATE VIRTUAL TABLE r USING rsearch('a.index', stict)"), "stict")
    shell.close()


def test_strict():
    index("a.index", DOCUMENTS)
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');"
               "CREATE VIRTUAL TABLE s USING rsearch('a.index', strict);")
    equal(len(shell.column("SELECT key FROM r('treaty \"oslo')")), 2)
    holds(message(shell, "SELECT key FROM s('treaty \"oslo')"), "quot")
    equal(len(shell.column("SELECT key FROM s('treaty')")), 2)
    shell.close()


def test_read_only():
    index("a.index", DOCUMENTS)
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');")
    for statement in ("INSERT INTO r(key) VALUES ('x')", "DELETE FROM r", "UPDATE r SET body = 'x'"):
        holds(message(shell, statement), "rsearch index")
    equal(shell.column("SELECT count(*) FROM r"), [3])
    shell.close()


def test_match_elsewhere():
    index("a.index", DOCUMENTS)
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');")
    holds(shell.tell("SELECT key FROM r WHERE title MATCH 'x';"), "MATCH")
    holds(message(shell, "SELECT key FROM r WHERE r MATCH 'x' AND r MATCH 'y'"), "one MATCH")
    shell.close()


def test_no_table_without_create():
    shell = Shell()
    holds(shell.tell("SELECT * FROM rsearch;"), "rsearch")
    shell.close()


def test_index_that_goes():
    index("a.index", DOCUMENTS)
    shell = Shell()
    shell.tell("CREATE VIRTUAL TABLE r USING rsearch('a.index');")
    equal(shell.column("SELECT count(*) FROM r"), [3])
    shutil.rmtree("a.index")
    equal(os.path.exists("a.index"), False)
    message(shell, "SELECT count(*) FROM r")
    index("a.index", DOCUMENTS[:1])
    equal(shell.column("SELECT count(*) FROM r"), [1])
    shell.close()


run([value for name, value in list(globals().items()) if name.startswith("test_")])
