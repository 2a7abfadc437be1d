"""rsearch index: what is taken, how an index is brought up to date."""
import json
import os
import random
import resource
import shutil
import tempfile
import time

from harness import *


def some(place):
    place.release("releases/2007/a.md", "First", "The treaty bans cluster munitions.")
    place.release("releases/2008/b.md", "Second", "Farmers welcome rain.")
    place.release("releases/2008/c.md", "Third", "A treaty on rain.")


def keys(place, *arguments, **more):
    result = place.run("query", "--json", "-n", "1000", "--no-snippet", *arguments, **more)
    return sorted(hit["key"] for hit in json.loads(result.out)["hits"])


@test("a first run tells documents, time and size on one line")
def _(place):
    some(place)
    result = place.good("index", "releases")
    equal(masked(result.out),
          "Indexed 3 documents (199 B) in T · index SIZE (P %, with stored text)\n")


@test("the index is made as .rsearch in the current folder")
def _(place):
    some(place)
    place.good("index", "releases")
    equal(os.path.isdir(place.at(".rsearch")), True)


@test("real releases are indexed without a remark")
def _(place):
    result = place.good("index", RELEASES)
    count = sum(len(files) for _, _, files in os.walk(RELEASES))
    contains(result.out, "Indexed %d documents" % count)
    equal(place.good("query", "-c", "--all", "cluster", "munitions").out, "24\n")
    first = paths(place.good("query", "-n1", "pressure builds against cluster munitions"))
    equal(os.path.basename(first[0]), "2007-05-28-pressure-builds-against-cluster-munitions.md")


@test("the bytes of an index depend neither on the order of a folder nor on threads")
def _(place):
    # A file system in memory lists the newest file first.
    work = tempfile.mkdtemp(prefix="rsearch-test-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    try:
        orders = []
        segments = []
        for number in range(4):
            folder = os.path.join(work, str(number), "releases")
            os.makedirs(folder)
            names = ["%02d.md" % (i * 37 % 60) for i in range(60)]
            if number % 2 == 1:
                names.reverse()
            for name in names:
                place.release(os.path.join(folder, name), "Title " + name, "Words of %s, and the treaty." % name)
            orders.append([entry.name for entry in os.scandir(folder)])
            threads, memory = (("1", "16M"), ("2", "64M"), ("5", "256M"), ("1", "1G"))[number]
            place.good("index", "-q", "-i", "made%d" % number, "-j" + threads, "--memory", memory, "releases",
                       cwd=os.path.dirname(folder))
            shutil.copytree(os.path.join(os.path.dirname(folder), "made%d" % number), place.at("made%d" % number))
            segments.append([name for name in os.listdir(place.at("made%d" % number)) if name.endswith(".seg")])
        if work.startswith("/dev/shm"):
            equal(orders[0] != orders[1], True, "folders list in two orders")
        equal(segments, [segments[0]] * 4, "segments, named by a hash of their bytes")
    finally:
        shutil.rmtree(work)


@test("indexing again passes over what did not change, and commits nothing")
def _(place):
    some(place)
    place.good("index", "releases")
    before = sorted(os.listdir(place.at(".rsearch")))
    result = place.good("index", "releases")
    equal(masked(result.out), "0 added, 0 replaced, 0 removed, 3 unchanged in T · 3 documents · "
                              "index SIZE (P %, with stored text)\n")
    equal(sorted(os.listdir(place.at(".rsearch"))), before)


@test("a changed file is replaced, a new one added, a vanished one removed")
def _(place):
    some(place)
    place.good("index", "releases")
    place.release("releases/2007/a.md", "First", "Now about whales and nothing else.")
    place.release("releases/2009/d.md", "Fourth", "New.")
    os.remove(place.at("releases/2008/c.md"))
    result = place.good("index", "releases")
    contains(result.out, "1 added, 1 replaced, 1 removed, 1 unchanged")
    equal(paths(place.good("query", "whales")), ["releases/2007/a.md"])
    equal(place.run("query", "treaty").status, 1)


@test("a file touched but equal is left as it is")
def _(place):
    some(place)
    place.good("index", "releases")
    os.utime(place.at("releases/2007/a.md"), (1, 1))
    result = place.good("index", "releases")
    contains(result.out, "0 added, 0 replaced, 0 removed, 3 unchanged")


def segments(folder):
    """The segments of an index: names and contents."""
    found = {}
    for name in os.listdir(folder):
        if name.endswith(".seg"):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = file.read()
    return found


@test("copies of a folder, with other times and inodes, give the same segments")
def _(place):
    some(place)
    for copy in ("one", "two"):
        shutil.copytree(place.at("releases"), place.at(copy, "releases"))
        os.utime(place.at(copy, "releases/2007/a.md"), (len(copy), ord(copy[0])))
        place.good("index", "-i", copy + ".index", "releases", cwd=place.at(copy))
    one, two = segments(place.at("one/one.index")), segments(place.at("two/two.index"))
    equal(sorted(one), sorted(two), "names of segments")
    equal(one == two and len(one) > 0, True, "equal bytes")


@test("without stamps of files, or with damaged ones, their contents decide")
def _(place):
    some(place)
    place.good("index", "-i", "x", "releases")
    stamps = [name for name in os.listdir(place.at("x")) if name.endswith(".stm")]
    equal(len(stamps) > 0, True, "stamps are there")
    for name in stamps:
        with open(place.at("x", name), "r+b") as file:
            file.seek(30)
            file.write(b"damaged")
    result = place.run("check", "-i", "x")
    equal(result.status, 2, "status of check")
    contains(result.out + result.err, "stamps")
    contains(place.good("index", "-i", "x", "releases").out, "0 replaced, 0 removed, 3 unchanged")
    for name in stamps:
        os.remove(place.at("x", name))
    place.good("check", "-i", "x")
    hits = json.loads(place.good("query", "-i", "x", "--json", "treaty").out)["hits"]
    equal([hit.get("changed") for hit in hits], [None, None], "files that are marked as changed")
    contains(place.good("index", "-i", "x", "releases").out, "0 replaced, 0 removed, 3 unchanged")
    place.release("releases/2007/a.md", "First", "Now about whales and nothing else.")
    contains(place.good("index", "-i", "x", "releases").out, "1 replaced, 0 removed, 2 unchanged")


@test("--keep-missing keeps the documents of vanished files")
def _(place):
    some(place)
    place.good("index", "releases")
    os.remove(place.at("releases/2008/c.md"))
    contains(place.good("index", "--keep-missing", "releases").out, "0 removed")
    contains(place.good("index", "releases").out, "1 removed")


@test("a folder below an indexed one is a part of it: only what vanished there is removed")
def _(place):
    some(place)
    place.good("index", "releases")
    os.remove(place.at("releases/2007/a.md"))
    os.remove(place.at("releases/2008/b.md"))
    contains(place.good("index", "releases/2008").out, "0 added, 0 replaced, 1 removed, 1 unchanged")
    equal(keys(place, "treaty"), ["2007/a.md", "2008/c.md"])


@test("a folder above an indexed one adds the rest and keeps the names")
def _(place):
    some(place)
    place.good("index", "releases/2008")
    contains(place.good("index", "releases").out, "1 added, 0 replaced, 0 removed, 2 unchanged")
    equal(keys(place, "--any", "treaty rain"), ["b.md", "c.md", "releases/2007/a.md"])
    os.remove(place.at("releases/2008/c.md"))
    contains(place.good("index", "releases").out, "1 removed, 2 unchanged")


@test("two folders live in one index, each brought up to date by itself")
def _(place):
    place.release("one/a.md", "A", "apple")
    place.release("two/a.md", "A", "apple")
    place.good("index", "one")
    place.good("index", "two")
    equal(keys(place, "apple"), ["a.md", "two/a.md"])
    equal(sorted(paths(place.good("query", "apple"))), ["one/a.md", "two/a.md"])
    os.remove(place.at("one/a.md"))
    contains(place.good("index", "two").out, "0 removed, 1 unchanged")
    contains(place.good("index", "one").out, "1 removed")


@test("without arguments all folders of the index are brought up to date")
def _(place):
    place.release("one/a.md", "A", "apple")
    place.release("two/b.md", "B", "apple")
    place.good("index", "one", "two")
    place.release("two/c.md", "C", "apple")
    contains(place.good("index").out, "1 added, 0 replaced, 0 removed, 2 unchanged")


@test("without arguments and without an index there is nothing to do")
def _(place):
    result = place.run("index")
    equal(result.err, "rsearch: nothing to index (name a folder: rsearch index FOLDER)\n")
    equal(result.status, 2)
    equal(os.listdir(place.path), [])


@test("a second folder's names are told apart from a subfolder's of the first")
def _(place):
    place.release("site/news/a.md", "A", "apple")
    place.release("other/news/a.md", "B", "pear")
    place.good("index", "site")
    place.good("index", "other/news")
    equal(sorted(keys(place, "--any", "apple pear")), ["news/a.md", "news~2/a.md"])


@test("names that would mix with those of a vanished folder are refused")
def _(place):
    place.release("site/news/a.md", "A", "apple")
    place.release("other/news/a.md", "B", "pear")
    place.good("index", "site")
    os.remove(place.at("site/news/a.md"))
    os.rmdir(place.at("site/news"))
    result = place.run("index", "other/news")
    equal(result.status, 2)
    contains(result.err, "names of its files would mix with those of the folder news in the index")
    equal(keys(place, "--any", "apple pear"), ["news/a.md"])


@test("a single file is named by its path from here")
def _(place):
    some(place)
    place.good("index", "releases/2007/a.md")
    equal(keys(place, "treaty"), ["releases/2007/a.md"])
    contains(place.good("index", "releases").out, "2 added, 0 replaced, 0 removed, 1 unchanged")


@test("a file named that has vanished is removed")
def _(place):
    some(place)
    place.good("index", "releases")
    os.remove(place.at("releases/2007/a.md"))
    contains(place.good("index", "releases/2007/a.md").out, "1 removed")


LOOK = "(look at its name and index it again; nothing else is left out)"


@test("a missing folder is told, and all else is indexed")
def _(place):
    some(place)
    result = place.run("index", "releases", "nowhere")
    equal(result.err, "rsearch: nowhere: No such file or directory %s\n" % LOOK)
    equal(result.status, 2)
    contains(result.out, "Indexed 3 documents")
    equal(place.run("index", "--strict", "nowhere", "releases").status, 2)


@test("when all that was named is missing nothing is done")
def _(place):
    result = place.run("index", "nowhere")
    equal(result.err, "rsearch: nowhere: No such file or directory %s\n" % LOOK)
    equal((result.status, result.out), (2, ""))
    equal(os.path.exists(place.at(".rsearch")), False)


@test("without arguments a folder that vanished is told, the others are brought up to date")
def _(place):
    place.release("one/a.md", "A", "apple")
    place.release("two/b.md", "B", "apple")
    place.good("index", "-q", "one", "two")
    os.rename(place.at("one"), place.at("away"))
    place.release("two/c.md", "C", "apple")
    result = place.run("index")
    equal(result.err, "rsearch: one: No such file or directory (its documents stay in the index; to "
                      "take them out: rsearch delete --folder one)\n")
    equal(result.status, 2)
    contains(result.out, "1 added, 0 replaced, 0 removed, 1 unchanged")
    equal(keys(place, "apple"), ["a.md", "two/b.md", "two/c.md"])
    equal(place.good("delete", "--folder", "one").out, "Deleted 1 document\n")
    equal(keys(place, "apple"), ["two/b.md", "two/c.md"])
    contains(place.good("index").out, "0 added, 0 replaced, 0 removed, 2 unchanged")
    os.rename(place.at("away"), place.at("one"))
    contains(place.good("index").out, "1 added, 0 replaced, 0 removed, 2 unchanged")


@test("other indexes in a folder are passed over")
def _(place):
    place.write("d/a.md", "apple")
    place.write("other/b.md", "apple")
    place.good("index", "-q", "-i", "d/visible", "other")
    result = place.good("index", "d")
    contains(result.out, "Indexed 1 document ")
    place.write("d/locked/write.lock", "an apple, and no index")
    contains(place.good("index", "d").out, "1 added")


@test("a vanished folder is an error and loses nothing")
def _(place):
    some(place)
    place.good("index", "releases")
    os.rename(place.at("releases"), place.at("moved"))
    equal(place.run("index", "releases").status, 2)
    equal(keys(place, "treaty"), ["2007/a.md", "2008/c.md"])


@test("a folder given twice, and a file in it, are indexed once")
def _(place):
    some(place)
    result = place.good("index", "releases", "releases/2007", "releases/2007/a.md", "releases/")
    contains(result.out, "Indexed 3 documents")


@test("hidden files and folders are passed over, unless they are named")
def _(place):
    place.write("d/.hidden.md", "secret")
    place.write("d/.git/x.md", "secret")
    place.write("d/a.md", "open")
    contains(place.good("index", "d").out, "Indexed 1 document ")
    contains(place.good("index", "d/.git", "d/.hidden.md").out, "2 added")


@test("the index itself is never indexed")
def _(place):
    place.write("a.md", "text")
    contains(place.good("index", "-i", "visible", ".").out, "Indexed 1 document ")
    contains(place.good("index", "-i", "visible", ".").out, "0 added, 0 replaced, 0 removed, 1 unch")


@test("--include and --exclude choose by path and by name")
def _(place):
    for name in ("a.md", "b.txt", "drafts/c.md", "drafts/d.txt", "deep/drafts/e.md", "f.rst"):
        place.write("d/" + name, "word")
    place.good("index", "d", "--include", "*.md", "--include=*.rst", "--exclude", "drafts/")
    equal(keys(place, "word"), ["a.md", "f.rst"])
    place.good("index", "d", "--include", "*.md", "--exclude", "deep/*")
    equal(keys(place, "word"), ["a.md", "drafts/c.md"])
    place.good("index", "d", "--exclude", "?.txt")
    equal(keys(place, "word"), ["a.md", "deep/drafts/e.md", "drafts/c.md", "f.rst"])


@test("files that are binary by name are left out silently; -v tells")
def _(place):
    place.write("d/a.md", "word")
    place.write("d/picture.PNG", b"\x89PNG\r\n\x1a\n\0")
    place.write("d/all.tar.gz", "no")
    contains(place.good("index", "d").out, "Indexed 1 document ")
    result = place.run("index", "-v", "d")
    contains(result.err, "d/picture.PNG: left out, a binary file by its name\n")
    equal(result.status, 0)


@test("-v names files that are read and removed")
def _(place):
    place.write("d/a.md", "word")
    place.write("d/b.md", "word")
    equal(place.run("index", "-v", "d").err, "d/a.md: read\nd/b.md: read\n")
    place.write("d/a.md", "words")
    os.remove(place.at("d/b.md"))
    equal(place.run("index", "-v", "d").err, "d/a.md: read again\nb.md: removed\n")


@test("-q prints nothing")
def _(place):
    place.write("d/a.md", "word")
    place.write("d/b.md", b"\0\1\2\3" * 100)
    result = place.good("index", "-q", "d")
    equal(result.out, "")


@test("--files-from reads a list, by lines or NULs, from a file or standard input")
def _(place):
    some(place)
    place.write("list", "releases/2007/a.md\n\nreleases/2008/b.md\r\n")
    contains(place.good("index", "--files-from", "list").out, "Indexed 2 documents")
    equal(keys(place, "rain"), ["releases/2008/b.md"])
    result = place.good("index", "--files-from=-", "-0",
                        input=b"releases/2008/c.md\0releases/2007/a.md\0")
    contains(result.out, "1 added, 0 replaced, 0 removed, 1 unchanged")


@test("files elsewhere belong to the innermost folder that has them all")
def _(place):
    place.release("x/y/a.md", "A", "apple")
    place.release("x/y/z/b.md", "B", "apple")
    place.release("x/c.md", "C", "apple")
    os.mkdir(place.at("here"))
    here = place.at("here")
    place.good("index", "../x/y/a.md", "../x/y/z/b.md", cwd=here)
    equal(keys(place, "apple", cwd=here), ["a.md", "z/b.md"])
    equal([root["path"] for root in
           json.loads(place.good("stats", "--json", cwd=here).out)["roots"]], [place.at("x/y")])
    contains(place.good("index", "--files-from", "-", input=b"../x/c.md\n../x/y/a.md", cwd=here).out,
             "1 added, 0 replaced, 0 removed, 1 unchanged")
    contains(place.good("index", "../x", cwd=here).out, "0 removed, 3 unchanged")


@test("a long list is placed quickly")
def _(place):
    for i in range(400):
        place.write("d%d/a.md" % i, "apple")
    listed = "".join("d%d/a.md\n" % i for i in range(400)) * 20
    start = time.monotonic()
    contains(place.good("index", "--files-from", "-", input=listed.encode()).out,
             "Indexed 400 documents")
    equal(time.monotonic() - start < 30, True, "speed")


@test("a missing file in a list is a remark, not the end")
def _(place):
    some(place)
    result = place.run("index", "--files-from", "-", input=b"gone.md\nreleases/2007/a.md\n")
    equal(result.err, "gone.md: No such file or directory\n")
    contains(result.out, "Indexed 1 document ")
    contains(result.out, "1 skipped, 0 with remarks")
    equal(result.status, 0)


@test("a list that is missing is an error")
def _(place):
    result = place.run("index", "--files-from", "nowhere")
    equal(result.err, "rsearch: nowhere: No such file or directory\n")
    equal(result.status, 2)


@test("JSON Lines come from standard input; the same ids replace")
def _(place):
    lines = b'{"_id":"x1","title":"One","text":"apple"}\n{"_id":"x2","text":"pear"}'
    contains(place.good("index", "-", input=lines).out, "Indexed 2 documents")
    equal(place.good("query", "apple").out, "x1\t\tOne\n")
    contains(place.good("index", "-", input=b'{"_id":"x1","text":"plum"}\n').out,
             "0 added, 1 replaced, 0 removed")
    equal(place.run("query", "apple").status, 1)


@test("many JSON Lines arrive in pieces, and lines keep their numbers")
def _(place):
    lines = b"".join(b'{"_id":"d%d","text":"word%d %s"}\n' % (i, i, b"filler " * 60)
                     for i in range(6000))
    lines += b"not json\n"
    result = place.run("index", "-", input=lines)
    contains(result.out, "Indexed 6,000 documents")
    contains(result.err, "standard input:")
    contains(result.err, "6001")
    equal(place.good("query", "-l", "word5999").out, "d5999\n")


@test("a JSON line over the limit is passed over")
def _(place):
    lines = (b'{"_id":"a","text":"apple"}\n{"_id":"b","text":"' + b"x" * 3000000 +
             b'"}\n{"_id":"c","text":"apple"}\n')
    result = place.run("index", "--max-file-size", "1M", "-", input=lines)
    contains(result.err, "standard input:2: over the limit")
    equal(sorted(paths(place.good("query", "apple"))), ["a", "c"])


@test("one document comes from standard input under its key")
def _(place):
    place.good("index", "--key", "note.md", "-", input=b"---\ntitle: Note\n---\nAn apple.\n")
    equal(place.good("query", "apple").out, "note.md\t\tNote\n")
    result = place.run("index", "-", input=b"An apple.\n")
    equal(result.err, "rsearch: standard input: not JSON Lines (give --format=text or markdown, "
                      "and --key NAME)\n")
    equal(result.status, 2)
    equal(place.run("index", "--key", "x", "d").status, 2)


@test("--format says how to read")
def _(place):
    place.write("d/a.md", "see [the link](http://example.org/hidden)")
    place.good("index", "--format=text", "d")
    equal(place.run("query", "-q", "hidden").status, 0)
    place.good("index", "-i", "other", "--format=markdown", "d")
    equal(place.run("query", "-i", "other", "-q", "hidden").status, 1)
    place.write("l/lines.txt", '{"_id":"k","text":"apple"}\n')
    place.good("index", "--format", "jsonl", "l")
    equal(place.good("query", "-l", "apple").out, "k\n")


@test("gzipped files are read")
def _(place):
    import gzip
    place.write("d/a.md.gz", gzip.compress(b"---\ntitle: Z\n---\nzipped apple\n"))
    place.good("index", "d")
    contains(place.good("query", "apple").out, "d/a.md.gz\t\tZ\n")
    place.good("index", "-", input=gzip.compress(b'{"_id":"g","text":"pear"}\n'))
    equal(place.good("query", "-l", "pear").out, "g\n")


@test("--language stems by it; another language for the same index is refused")
def _(place):
    place.write("d/a.md", "Die Häuser am Meer")
    place.good("index", "--language", "german", "d")
    equal(place.run("query", "-q", "Haus").status, 0)
    place.write("d/b.md", "Das Haus")
    result = place.run("index", "--language", "english", "--files-from", "-", input=b"d/b.md\n")
    equal(result.status, 2)
    contains(result.err, "german")


@test("an unknown language is told with those there are")
def _(place):
    place.write("d/a.md", "x")
    result = place.run("index", "--language", "klingon", "d")
    equal(result.status, 2)
    contains(result.err, "rsearch: ")
    contains(result.err, "klingon")


@test("--store=no makes a smaller index; snippets come from the files")
def _(place):
    body = "The quick brown fox jumps. " * 200 + "A treaty on whales. " + "Nothing more. " * 200
    place.write("d/a.md", body)
    place.good("index", "--store=no", "d")
    hit = json.loads(place.good("query", "--json", "whales").out)["hits"][0]
    contains(hit["snippet"]["text"], "treaty on whales")
    os.remove(place.at("d/a.md"))
    hit = json.loads(place.run("query", "--json", "whales").out)["hits"][0]
    equal(hit["snippet"]["text"], "")
    equal(hit["vanished"], True)


@test("rsearch.yaml in the folder is the schema; when it changes all files are read again")
def _(place):
    place.write("d/a.md", "---\nsubtitle: apple\n---\nbody\n")
    place.write("d/rsearch.yaml", "fields:\n  subtitle:\n    type: ignore\n")
    contains(place.good("index", "d").out, "Indexed 1 document ")
    equal(place.run("query", "-q", "apple").status, 1)
    contains(place.good("index", "d").out, "1 unchanged")
    place.write("d/rsearch.yaml", "fields:\n  subtitle:\n    type: text\n")
    contains(place.good("index", "d").out, "1 replaced")
    equal(place.run("query", "-q", "apple").status, 0)
    contains(place.good("index", "d").out, "1 unchanged")


@test("a schema with a mistake names file and line")
def _(place):
    place.write("d/a.md", "x")
    place.write("s.yaml", "fields:\n  title:\n    type: wrong\n")
    result = place.run("index", "--schema", "s.yaml", "d")
    equal(result.status, 2)
    contains(result.err, "rsearch: s.yaml:3")
    equal(place.run("index", "--schema", "none.yaml", "d").err,
          "rsearch: none.yaml: No such file or directory\n")


@test("threads and memory do not change the bytes of an index")
def _(place):
    place.good("index", "-i", "one", "-j1", RELEASES)
    place.good("index", "-i", "two", "-j", "4", "--memory", "64M", RELEASES)
    place.good("index", "-i", "three", "-j2", RELEASES)

    def content(name):
        files = [file for file in os.listdir(place.at(name)) if file.endswith(".seg")]
        return sorted((file, open(place.at(name, file), "rb").read()) for file in files)
    equal(content("one") == content("three"), True, "equality")
    equal(len(content("two")) > 0, True)


@test("the environment names the index; the flag goes before it")
def _(place):
    place.write("d/a.md", "apple")
    place.good("index", "d", env={"RSEARCH_INDEX": place.at("by-variable")})
    place.good("index", "-i", "by-flag", "d", env={"RSEARCH_INDEX": place.at("by-variable")})
    equal(sorted(os.listdir(place.path)), ["by-flag", "by-variable", "d"])
    equal(place.good("query", "-c", "apple", env={"RSEARCH_INDEX": "by-flag"}).out, "1\n")


@test("the index is found from folders below")
def _(place):
    some(place)
    place.good("index", "releases")
    below = place.at("releases/2008")
    equal(place.good("query", "-l", "rain farmers", cwd=below).out.splitlines()[0], "b.md")
    contains(place.good("index", ".", cwd=below).out, "2 unchanged")


@test("while one run writes, another is told who holds the index; readers are not disturbed")
def _(place):
    some(place)
    place.good("index", "releases")
    place.release("releases/new.md", "New", "more treaty")
    first = place.start("index", "-", stdin=subprocess.PIPE)
    lock = place.at(".rsearch/write.lock")
    wait_until(lambda: open(lock).read().strip() == str(first.pid), "the first run holds the index")
    result = place.run("index", "releases")
    equal(result.status, 2)
    contains(result.err, "process %d is writing this index" % first.pid)
    equal(place.good("query", "-c", "treaty").out, "2\n")
    second = place.start("index", "--wait", "60", "releases", stdin=subprocess.DEVNULL)
    first.communicate(b'{"_id":"x","text":"treaty"}\n')
    out, err = second.communicate(timeout=60)
    equal((first.returncode, second.returncode, err), (0, 0, b""))
    equal(place.good("query", "-c", "treaty").out, "4\n")


@test("Ctrl-C leaves the index as it was, with status 130")
def _(place):
    some(place)
    place.good("index", "releases")
    process = place.start("index", "-", stdin=subprocess.PIPE)
    lock = place.at(".rsearch/write.lock")
    wait_until(lambda: open(lock).read().strip() == str(process.pid), "it writes")
    process.stdin.write(b'{"_id":"x","text":"treaty"}\n' * 100)
    process.stdin.flush()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    equal(process.stderr.read().decode(), "rsearch: interrupted: the index is as it was\n")
    equal(process.returncode, 130)
    equal(place.good("query", "-c", "treaty").out, "2\n")
    contains(place.good("check").out, "ok: 3 documents")


@test("Ctrl-C when the commit is made already is told, and the commit stays")
def _(place):
    some(place)
    place.good("index", "-q", "releases")
    for number in range(300):
        place.release("releases/n%d.md" % number, "New", "a new treaty %d" % number)
    # The summary cannot be written while the pipe is full: by then the commit is made.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, b"x" * 4096):
            pass
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
    process = subprocess.Popen([RSEARCH, "index"], cwd=place.path, env=environment(), stdout=writer,
                               stderr=subprocess.PIPE)
    os.close(writer)
    wait_until(lambda: place.run("query", "-c", "treaty").out == "302\n", "the commit is made")
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    shown = b""
    while piece := os.read(reader, 65536):
        shown += piece
    os.close(reader)
    process.wait(timeout=20)
    contains(shown.decode(), "300 added")
    equal(process.stderr.read().decode(), "rsearch: interrupted: the run was done, and its commit is in the index\n")
    equal(process.returncode, 130)
    contains(place.good("check").out, "ok: 303 documents")


@test("work that does not stop within its second leaves no unfinished files")
def _(place):
    some(place)
    place.good("index", "-q", "releases")
    process = place.start("index", "-", stdin=subprocess.PIPE)
    lock = place.at(".rsearch/write.lock")
    wait_until(lambda: open(lock).read().strip() == str(process.pid), "it writes")
    time.sleep(0.1)
    place.write(".rsearch/new-1.tmp", "half a segment")
    before = set(os.listdir(place.at(".rsearch")))
    process.send_signal(signal.SIGALRM)  # as when the second is over
    process.wait(timeout=20)
    contains(process.stderr.read().decode(), "the index is as its last commit left it")
    equal(before - set(os.listdir(place.at(".rsearch"))), {"new-1.tmp"}, "files removed")
    contains(place.good("check").out, "ok: 3 documents")


@test("a killed run leaves the index as it was, and the next one works")
def _(place):
    some(place)
    place.good("index", "releases")
    process = place.start("index", "-", stdin=subprocess.PIPE)
    lock = place.at(".rsearch/write.lock")
    wait_until(lambda: open(lock).read().strip() == str(process.pid), "it writes")
    process.kill()
    process.wait(timeout=20)
    contains(place.good("check").out, "ok: 3 documents")
    place.release("releases/d.md", "D", "treaty")
    contains(place.good("index", "releases").out, "1 added")


@test("--memory is a limit of the address space, too, but for 32 MiB, whatever the size of the index")
def _(place):
    limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_AS, (48 << 20, 48 << 20))}
    if place.run("--version", **limits).status != 0:
        return  # a sanitizer has reserved more than that for itself
    words = ["%x" % (number * 2654435761 % (1 << 32)) for number in range(20000)]
    draw = random.Random(7)
    with open(place.at("big.jsonl"), "w") as file:
        for number in range(70000):
            text = " ".join(draw.choices(words, k=100))
            file.write('{"_id":"%07d","body":"%s"}\n' % (number, text))
    place.good("index", "-j1", "--memory", "16M", "big.jsonl", **limits)
    size = sum(os.path.getsize(place.at(".rsearch", name)) for name in os.listdir(place.at(".rsearch")))
    equal(size > 48 << 20, True, "the index of %d bytes is larger than the limit" % size)
    contains(place.good("check").out, "ok: 70,000 documents")


if __name__ == "__main__":
    main()
