"""The table of flags: help, manual pages and completion say the same, and what they say is taken."""
import glob
import json
import re
import shutil

from harness import *

SOURCE = os.environ.get("RLS_SOURCE_ROOT") or os.path.dirname(os.path.dirname(DATA))


def commands(place):
    return place.good("help", "--list=commands").out.split()


def flags_of(place, command):
    """(letter or None, name) of each flag, as help shows them."""
    own = place.good("help", command).out
    found = re.findall(r"^  (?:-(.), |    )--([a-z0-9-]+)", own, re.MULTILINE)
    if not found:
        fail("help %s shows no flags" % command)
    return [(letter or None, name) for letter, name in found]


def need(program):
    if shutil.which(program) is None:
        raise Skip("there is no " + program)


def roff(place, page):
    return subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", "-ww"], input=page.encode(), cwd=place.path,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


@test("every command is in the overview, in the manual and in the completion of each shell")
def _(place):
    names = commands(place)
    for name in ("index", "query", "show", "config", "help"):
        contains(names, name)
    overview, page = place.good("help").out, place.good("help", "--man").out
    scripts = [place.good("help", "--completion", shell).out for shell in ("bash", "zsh", "fish")]
    for name in names:
        matches(overview, r".*\n  %s .*" % name)
        contains(page, "rsearch\\-%s (1)" % name)
        for script in scripts:
            matches(script, r".*\b%s\b.*" % name)


@test("every flag of every command is in its help, in its manual page and in the completion of each shell")
def _(place):
    bash = place.good("help", "--completion=bash").out
    zsh = place.good("help", "--completion=zsh").out
    fish = place.good("help", "--completion=fish").out
    for command in commands(place):
        page = place.good("help", command, "--man").out
        offered = re.search(r"^    %s\) _rsearch_words \"(.*)\";;$" % command, bash, re.MULTILINE)[1].split()
        part = re.search(r"^    %s\)\n(.*?);;" % command, zsh, re.MULTILINE | re.DOTALL)[1]
        flags = flags_of(place, command)
        equal(offered, ["--" + name for _, name in flags], "what bash offers")
        for letter, name in flags:
            contains(page, "\\fB\\-\\-%s\\fR" % name.replace("-", "\\-"))
            matches(part, r".*'\*?--%s[=\[].*" % name)
            line = [text for text in fish.splitlines()
                    if "from %s'" % command in text and " -l %s " % name in text]
            equal(len(line), 1, "lines of fish for --%s" % name)
            if letter:
                contains(page, "\\fB\\-%s\\fR" % letter)
                contains(line[0], " -s %s " % letter)
                matches(part, r".*'\*?-%s[+\[].*" % re.escape(letter))


@test("every flag that help shows is taken, and a value in its place is asked for")
def _(place):
    for command in commands(place):
        own = place.good("help", command).out
        for letter, name in flags_of(place, command):
            if name == "help":
                continue
            takes_value = re.search(r"^ +(-., )?--%s[ =][A-Za-z]" % name, own, re.MULTILINE) is not None
            for flag in ["--" + name] + (["-" + letter] if letter else []):
                # A wrong flag behind it tells that it was read, before anything is done.
                if takes_value:
                    result = place.run(command, flag)
                    contains(result.err, "--%s: its " % name)
                else:
                    result = place.run(command, flag, "--nonsense")
                    contains(result.err, "--nonsense: no such flag")
                equal(result.status, 2)


@test("the manual page of every command is installed")
def _(place):
    with open(os.path.join(SOURCE, "cli", "meson.build"), encoding="utf-8") as file:
        names = re.search(r"foreach name : \[(.*?)\]", file.read(), re.DOTALL)[1]
    equal(re.findall(r"'(\w+)'", names), commands(place))


@test("manual pages and completion are installed where they are looked for")
def _(place):
    plan = os.path.join(os.path.dirname(os.path.dirname(RSEARCH)), "meson-info", "intro-installed.json")
    if not os.path.exists(plan):
        raise Skip("there is no build folder")
    with open(plan, encoding="utf-8") as file:
        installed = list(json.load(file).values())
    for end in (["/man1/rsearch.1", "/man3/libreleasesearch.3", "/man7/rsearch-queries.7",
                 "/bash-completion/completions/rsearch", "/zsh/site-functions/_rsearch",
                 "/fish/vendor_completions.d/rsearch.fish"]
                + ["/man1/rsearch-%s.1" % command for command in commands(place)]):
        equal(len([path for path in installed if path.endswith(end)]), 1, "installed files that end in " + end)


@test("zsh takes the completion, and calls what it names")
def _(place):
    need("zsh")
    script = place.write("_rsearch", place.good("help", "--completion=zsh").out)
    # _arguments prints what it was given: each flag is a specification that it can read.
    lines = ('_arguments() { print -rl -- "$@" }; _describe() { print -rl -- ${commands%%:*} }; '
             'compadd() { : }; words=(rsearch); source "$1" 2>/dev/null; _rsearch_commands')
    result = subprocess.run(["zsh", "-f", "-c", lines, "zsh", script], cwd=place.path, env=environment(),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    equal(result.stderr.decode(), "", "what zsh says")
    equal(result.stdout.decode().split()[-len(commands(place)):], commands(place))


@test("manual pages tell their day, and lists in headers stay lists")
def _(place):
    pages = [place.good("help", "--man").out] + [place.good("help", name, "--man").out for name in commands(place)]
    folder = os.path.join(os.path.dirname(os.path.dirname(RSEARCH)), "docs", "man")
    for name in ("libreleasesearch.3", "rsearch-queries.7"):
        if os.path.exists(os.path.join(folder, name)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                pages.append(file.read())
            if name.startswith("lib"):
                equal(re.findall(r"^\.IP \\\(bu 2\n(.*?) ", pages[-1], re.MULTILINE)[:4],
                      ["text", "functions", "results", "the"])
    for page in pages:
        matches(page, r'\.TH [A-Z\\-]+ [137] "\d{4}-\d\d-\d\d" "(rsearch|libreleasesearch) .*')


@test("help begins with examples, and they are about the command")
def _(place):
    for command in commands(place):
        own = place.good("help", command).out
        matches(own, r"[^\n]+\.\n\nExamples:\n  .*\bUsage: rsearch %s .*" % command)
        contains(own.split("Usage:")[0], "rsearch " + command)


@test("help is as wide as the terminal says, and no wider")
def _(place):
    for columns in (50, 64, 80):
        for command in commands(place):
            text = place.good("help", command, env={"COLUMNS": str(columns)}).out
            for line in text.splitlines():
                # What cannot be broken is an example or a flag.
                if len(line) > columns and not re.match(r"  (rsearch|zcat|source|    --|-.,)|Usage|      --", line):
                    fail("%d columns: %r" % (columns, line))


@test("manual pages are without fault for groff")
def _(place):
    need("groff")
    for arguments in [()] + [(command,) for command in commands(place)]:
        page = place.good("help", *arguments, "--man").out
        result = roff(place, page)
        equal(result.stderr.decode(), "", "what groff says about %s" % (arguments,))
        shown = result.stdout.decode()
        for heading in ("NAME", "SYNOPSIS", "EXAMPLES", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"):
            contains(shown, heading)
    equal(page.encode("ascii", "replace").decode(), page, "page")


@test("manual pages are without fault for mandoc")
def _(place):
    need("mandoc")
    for arguments in [()] + [(command,) for command in commands(place)]:
        page = place.write("page.1", place.good("help", *arguments, "--man").out)
        result = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], stdout=subprocess.PIPE)
        found = [line for line in result.stdout.decode().splitlines() if "missing date" not in line]
        equal(found, [], "what mandoc says about %s" % (arguments,))


@test("the library's manual page has every function of the public headers")
def _(place):
    headers = sorted(glob.glob(os.path.join(SOURCE, "include", "releasesearch", "*.h")))
    page = subprocess.run([sys.executable, os.path.join(SOURCE, "docs", "man", "library_page.py"), "1.2.3", "2026-01-01"]
                          + headers, stdout=subprocess.PIPE, check=True).stdout.decode()
    names = set()
    for header in headers:
        with open(header, encoding="utf-8") as file:
            names.update(re.findall(r"^RLS_API[^;(]*?\b(rls_\w+)\(", file.read(), re.MULTILINE))
    if len(names) < 40:
        fail("only %d functions found" % len(names))
    for name in names:
        contains(page, name + "(")
    contains(page, '"libreleasesearch 1.2.3"')
    language = subprocess.run([sys.executable, os.path.join(SOURCE, "docs", "man", "language_page.py"), "1.2.3",
                               "2026-01-01", "rsearch-queries", "the language", os.path.join(SOURCE, "docs", "query-language.md")],
                              stdout=subprocess.PIPE, check=True).stdout.decode()
    contains(language, ".TP\n\\fBdisarm*\\fR\n")
    if shutil.which("groff") is not None:
        equal(roff(place, language).stderr.decode(), "", "what groff says about the language")
    if shutil.which("groff") is not None:
        equal(roff(place, page).stderr.decode(), "", "what groff says")


def completions(place, *words, index=None):
    """What bash offers for the last word."""
    script = place.write("completion.bash", place.good("help", "--completion=bash").out)
    lines = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rsearch; printf "%s\\n" "${COMPREPLY[@]}"'
    env = environment(PATH=os.path.dirname(RSEARCH) + ":" + os.environ["PATH"])
    if index:
        env["RSEARCH_INDEX"] = index
    result = subprocess.run(["bash", "-c", lines, "bash", script, "rsearch", *words], cwd=place.path, env=env,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    equal(result.stderr.decode(), "", "what bash says")
    return result.stdout.decode().split()


@test("bash completes commands, flags, choices, fields and files")
def _(place):
    need("bash")
    place.release("releases/one.md", "One", "Words.", ministers=["Phil Goff"])
    place.good("index", "-q", "releases")
    equal(completions(place, "qu"), ["query"])
    equal(completions(place, "help", "opt"), ["optimize"])
    equal(completions(place, "query", "--colo"), ["--color"])
    equal(completions(place, "query", "words", "--color", "a"), ["auto", "always"])
    equal(completions(place, "query", "--color", "=", "n"), ["never"])
    equal(completions(place, "query", "--color", "="), ["auto", "always", "never"])
    contains(completions(place, "query", "--weight", "m"), "ministers")
    equal(completions(place, "index", "rel"), ["releases"])
    contains(completions(place, "query", "-i", ".r"), ".rsearch")
    equal(completions(place, "query", "zzz"), [])
    equal(completions(place, "query", "Wor"), ["words"])
    equal(completions(place, "timeline", "wo"), ["words"])
    equal(completions(place, "query", '"wo'), [])


@test("the completion scripts are good for their shells")
def _(place):
    checked = 0
    for shell in ("bash", "zsh", "fish"):
        script = place.write("script." + shell, place.good("help", "--completion=" + shell).out)
        if shutil.which(shell) is None:
            continue
        checked += 1
        result = subprocess.run([shell, "-n", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        equal((result.stdout.decode(), result.returncode), ("", 0), shell)
    if checked == 0:
        raise Skip("there is no shell to ask")


@test("fish completes commands, flags and choices")
def _(place):
    need("fish")
    script = place.write("rsearch.fish", place.good("help", "--completion=fish").out)

    def offered(line):
        result = subprocess.run(["fish", "--no-config", "-c", 'source %s; complete -C "%s"' % (script, line)],
                                env=environment(HOME=place.path, PATH=os.path.dirname(RSEARCH) + ":" + os.environ["PATH"],
                                                XDG_CONFIG_HOME=place.path,
                                                XDG_DATA_HOME=place.path), stdout=subprocess.PIPE, timeout=60)
        return [text.split("\t")[0] for text in result.stdout.decode().splitlines()]
    equal(offered("rsearch que"), ["query"])
    contains(offered("rsearch query --colo"), "--color=" if "--color=" in offered("rsearch query --colo") else "--color")
    equal(offered("rsearch query --color "), ["always", "auto", "never"])


main()
