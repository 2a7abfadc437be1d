#!/usr/bin/env python3
"""Judged collections out of Debian's packages, that nobody tunes a ranking for.

    bench/relevance/collections_from_debian.py FOLDER [packages] [manual-pages] [dictionary] [faq]

Fetches what it needs with apt-get (and mandoc to read manual pages), and writes one folder a
collection: corpus.jsonl, queries.tsv, qrels.txt and a README.md that tells its origin and its rule.

packages      Descriptions of the programs of Debian. Volunteers gave packages tags
              ("use::editing", "works-with::image"); a query is one tag or two, spelt as words, and
              the packages that have them are relevant.
manual-pages  A query is the line that a manual page has under its name ("list directory
              contents"), which is taken out of it; the pages with that line are relevant.
dictionary    A query is WordNet's explanation of a noun; the entries of that noun and its synonyms
              in Webster of 1913 are relevant. Two dictionaries explain in other words: long,
              natural questions.
faq           The questions that Perl's and Python's manuals answer ("How do I …?"), which are taken
              out of the text; the section with the answer is relevant. All other sections of both
              manuals stand beside them.

Everything chosen by chance is chosen with a fixed seed. Releases of Debian differ a little.
"""

import argparse
import collections
import gzip
import html
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

SEED = 1913
PACKAGE_QUERIES, PAGE_QUERIES, DICTIONARY_QUERIES = 200, 400, 300

# --- packages ---

FACETS = {"field", "game", "hardware", "mail", "network", "office", "protocol", "science",
          "security", "sound", "use", "web", "works-with", "works-with-format"}
RELEVANT = range(5, 101)  # packages of one query


def paragraphs(text):
    """The fields of each paragraph of a control file."""
    for paragraph in text.split("\n\n"):
        fields, name = {}, None
        for line in paragraph.split("\n"):
            if line.startswith(" ") and name:
                fields[name] += "\n" + line[1:]
            elif ":" in line:
                name, value = line.split(":", 1)
                fields[name] = value.strip()
        if "Package" in fields:
            yield fields


def spelt(tag):
    return re.sub(r"[:-]+", " ", tag.split("::", 1)[1])


def packages(folder):
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True)
    run("apt-get", "update", "-o", f"Dir::State::lists={lists}", "-o", "Acquire::Languages=en",
        "-o", "Acquire::GzipIndexes=false", "-o", "Acquire::CompressionTypes::Order::=gz")
    tagged, described = {}, {}
    for path in sorted(lists.glob("*_main_binary-*_Packages*")):
        for fields in paragraphs(content(path)):
            tags = set(re.split(r",\s*", fields.get("Tag", "").strip()))
            topics = {tag for tag in tags if tag.split("::")[0] in FACETS and
                      "TODO" not in tag and len(spelt(tag)) > 3}
            if "role::program" in tags and topics:
                tagged[fields["Package"]] = topics
    for path in sorted(lists.glob("*_main_i18n_Translation-en*")):
        for fields in paragraphs(content(path)):
            described[fields["Package"]] = fields["Description-en"]
    names = sorted(tagged.keys() & described.keys())
    corpus = []
    for name in names:
        title, _, text = described[name].partition("\n")
        corpus.append((name, title, re.sub(r"^\.$", "", text, flags=re.M)))
    having = collections.defaultdict(set)
    for name in names:
        for tag in tagged[name]:
            having[tag].add(name)
    topics = {(tag,): found for tag, found in having.items()}
    for one in sorted(having):
        for other in sorted(having):
            if one < other and one.split("::")[0] != other.split("::")[0]:
                both = having[one] & having[other]
                if len(both) < min(len(having[one]), len(having[other])):
                    topics[one, other] = both
    fit = sorted(tags for tags, found in topics.items() if len(found) in RELEVANT)
    chosen = sorted(random.Random(SEED).sample(fit, min(PACKAGE_QUERIES, len(fit))))
    judged = [(" ".join(spelt(tag) for tag in tags), sorted(topics[tags])) for tags in chosen]
    return corpus, judged, "Debian's package descriptions and tags (debtags); as Debian's packages"


# --- manual pages ---

PAGES = ["manpages", "manpages-dev", "git-man", "libssl-doc", "erlang-manpages", "perl-doc",
         "tcl8.6-doc", "tk8.6-doc", "libncurses-dev", "coreutils", "util-linux", "systemd",
         "bash", "findutils", "procps", "iproute2", "nmap", "rsync", "openssh-client", "gnupg",
         "curl", "ffmpeg", "imagemagick-6-common", "postgresql-client-15", "btrfs-progs",
         "e2fsprogs", "lvm2", "samba-common-bin", "mdadm", "netpbm", "cups-client"]
SECTION = re.compile(r"^(?=\S)", re.M)
NAME_LINE = re.compile(r"\s[-–—]{1,2}\s")


def manual_pages(folder):
    root = fetch(folder, PAGES)
    found = {}
    for path in sorted(root.glob("usr/share/man/man*/*")):
        if path.is_symlink() or not path.is_file():
            continue
        done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=1000"], check=False,
                              input=content(path).encode(), capture_output=True)
        text = re.sub(".\b", "", done.stdout.decode("utf-8", "replace"))
        parts = SECTION.split(text)
        named = [part for part in parts if part.startswith("NAME\n")]
        if len(named) != 1:
            continue
        line = " ".join(named[0].split()[1:])
        split = NAME_LINE.split(" " + line, 1)
        if len(split) == 2 and len(split[1].split()) >= 4:
            key = path.name.removesuffix(".gz")
            rest = "\n".join(parts[parts.index(named[0]) + 1:-1])
            found[key] = (split[0].strip(), split[1].strip(" ."), rest)
    asked = collections.defaultdict(list)
    for key, (_, line, _) in found.items():
        asked[line].append(key)
    fit = sorted(line for line, keys in asked.items() if len(keys) <= 5)
    chosen = sorted(random.Random(SEED).sample(fit, min(PAGE_QUERIES, len(fit))))
    corpus = [(key, title, text) for key, (title, _, text) in sorted(found.items())]
    return corpus, [(line, asked[line]) for line in chosen], \
        "manual pages of " + ", ".join(PAGES) + "; free licences, as those packages"


# --- dictionary ---

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def number(digits):
    value = 0
    for digit in digits:
        value = 64 * value + DIGITS.index(digit)
    return value


def dictionary(folder):
    root = fetch(folder, ["dict-gcide", "wordnet-base"])
    with gzip.open(root / "usr/share/dictd/gcide.dict.dz") as file:
        whole = file.read()
    corpus, entries, seen = [], collections.defaultdict(set), set()
    for line in (root / "usr/share/dictd/gcide.index").read_text("utf-8").splitlines():
        word, start, size = line.split("\t")
        start, size = number(start), number(size)
        text = whole[start:start + size].decode("utf-8", "replace")
        # Entries that were taken from WordNet would be found by their own words.
        if "WordNet" in text or "[1913 Webster]" not in text or word.startswith("00-"):
            continue
        key = f"e{start}"
        entries[word.lower()].add(key)
        if key not in seen:
            seen.add(key)
            title, _, rest = text.partition("\\")
            corpus.append((key, title.strip(), rest.replace("[1913 Webster]", "")))
    judged = {}
    for line in (root / "usr/share/wordnet/data.noun").read_text("utf-8").splitlines():
        if line.startswith("  "):
            continue
        fields, _, gloss = line.partition(" | ")
        fields = fields.split()
        words = {word.lower() for word in fields[4:4 + 2 * int(fields[3], 16):2]}
        question = re.sub(r'\s*[;:]?\s*".*', "", gloss).strip()
        keys = set().union(*(entries.get(word.replace("_", " "), set()) for word in words))
        if 0 < len(keys) <= 5 and 6 <= len(question.split()) <= 30 and \
                not any(word in question.lower() for word in words):
            judged[question] = sorted(keys)
    chosen = sorted(random.Random(SEED).sample(sorted(judged), DICTIONARY_QUERIES))
    return corpus, [(question, judged[question]) for question in chosen], \
        "GCIDE (GPL 3 or later) and WordNet 3.0 (its own free licence)"


# --- frequently asked questions ---

MARKUP = re.compile(r"[A-Z]<+([^<>]*)>+")
QUESTION = re.compile(r"^(How|What|Why|Where|When|Who|Which|Is|Are|Can|Do|Does|My|I)\b.*\?")


def sections_of_pods(root):
    """Name, heading and text of each section of Perl's manual."""
    for path in sorted(root.glob("usr/share/perl/*/pod/*.pod")):
        if path.stem == "perlfaq":  # only a list of all questions
            continue
        parts = re.split(r"^=head[12]\s+(.*)$", path.read_text("utf-8", "replace"), flags=re.M)
        for place in range(1, len(parts) - 1, 2):
            heading, text = (MARKUP.sub(r"\1", part) for part in parts[place:place + 2])
            text = re.sub(r"^=\w+", "", text, flags=re.M)
            yield f"{path.stem}-{place // 2}", heading.strip(), text


def sections_of_pages(root):
    """The same of Python's."""
    for path in sorted(root.glob("usr/share/doc/python3.11/html/*/*.html")):
        body = content(path).partition('<div class="body" role="main">')[2]
        body = re.sub(r"<(nav|script|style)\b.*?</\1>|<a class=\"headerlink\".*?</a>", " ",
                      body.partition('<div class="sphinxsidebar"')[0], flags=re.S)
        parts = re.split(r"<h[1-4]>(.*?)</h[1-4]>", body, flags=re.S)
        for place in range(1, len(parts) - 1, 2):
            heading, text = (html.unescape(re.sub(r"<[^>]*>", "", part))
                             for part in parts[place:place + 2])
            name = f"{path.parent.name}/{path.name.partition('.')[0]}-{place // 2}"
            yield name, " ".join(heading.split()), text


def faq(folder):
    root = fetch(folder, ["perl-doc", "python3.11-doc"])
    corpus, judged = [], {}
    for name, heading, text in [*sections_of_pods(root), *sections_of_pages(root)]:
        if len(text.split()) < 15:
            continue
        is_question = name.startswith(("perlfaq", "faq/")) and QUESTION.search(heading)
        if is_question:
            judged.setdefault(heading, []).append(name)
        corpus.append((name, "" if is_question else heading, text))
    return corpus, sorted(judged.items()), \
        "the manuals of Perl (Artistic or GPL) and Python (PSF), packages perl-doc and python3.11-doc"


# --- all of them ---

def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **more)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def content(path):
    data = path.read_bytes()
    if path.name.endswith(".lz4"):
        data = subprocess.run(["lz4", "-dc"], input=data, check=True, capture_output=True).stdout
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")


def fetch(folder, names):
    """Unpacks packages without installing them; one that this release lacks is left out."""
    root = folder / "root"
    for name in names:
        done = subprocess.run(["apt-get", "download", "-q", name], cwd=folder, check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{name}: not to be had, left out", file=sys.stderr)
    for path in sorted(folder.glob("*.deb")):
        run("dpkg", "-x", path, root)
    return root


def write(folder, name, corpus, judged, origin):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as out:
        for key, title, text in corpus:
            out.write(json.dumps({"_id": key, "title": title, "text": " ".join(text.split())},
                                 ensure_ascii=False) + "\n")
    with open(folder / "queries.tsv", "w", encoding="utf-8") as queries, \
            open(folder / "qrels.txt", "w", encoding="utf-8") as qrels:
        for asked, (text, keys) in enumerate(judged, start=1):
            queries.write(f"{asked}\t{text}\n")
            qrels.writelines(f"{asked} 0 {key} 1\n" for key in keys)
    (folder / "README.md").write_text(
        f"# {name}\n\n{len(corpus)} documents, {len(judged)} queries. Made by "
        "`bench/relevance/collections_from_debian.py`, which tells the rule, from\n"
        f"{origin}.\n", encoding="utf-8")
    print(f"{name}: {len(corpus)} documents, {len(judged)} queries")


MAKERS = {"packages": packages, "manual-pages": manual_pages, "dictionary": dictionary,
          "faq": faq}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *MAKERS])
    options = parser.parse_args()
    for name in options.names or MAKERS:
        with tempfile.TemporaryDirectory() as work:
            write(options.folder / name, name, *MAKERS[name](pathlib.Path(work)))


if __name__ == "__main__":
    main()
