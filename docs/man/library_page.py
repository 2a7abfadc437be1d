"""Writes libreleasesearch(3) from the comments of the public headers: library_page.py VERSION DATE HEADER..."""
import re
import sys

INTRODUCTION = r"""
.SH NAME
libreleasesearch \- full-text search over documents with typed fields
.SH SYNOPSIS
.nf
.B #include <releasesearch.h>
.PP
.B cc program.c $(pkg-config \-\-cflags \-\-libs releasesearch)
.fi
.SH DESCRIPTION
A writer adds documents to an index, which is a folder, and commits; a snapshot is one commit, held open
for reading; a search of it gives hits, which know their fields, text, matches and snippets.
.PP
Functions that can fail return
.IR rls_status ,
0 or negative, and fill in their last parameter
.I err
unless that is NULL. Results come back through parameters named
.IR out_... ,
which are NULL or zero after a failure. Every handle ends with the function named
.IR ..._close ,
which takes NULL. Options are structs that begin with their own size and have an initializer; NULL in
their place means the initializer. What you give is copied; what you get is good until its handle is
closed. Any number of threads may share a snapshot, a query or a schema; all other handles belong to one
thread at a time. The library prints nothing, never exits and keeps no global state.
"""


def escaped(text):
    out = []
    for character in text:
        if character == "\\":
            out.append(r"\(rs")
        elif character in "-'`^~\"":
            out.append({"-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti",
                        '"': r"\(dq"}[character])
        elif ord(character) >= 0x80:
            out.append(r"\[u%04X]" % ord(character))
        else:
            out.append(character)
    return "".join(out)


def line(text):
    text = escaped(text)
    return r"\&" + text if text.startswith(".") else text


def prose(comment):
    """Lines of a comment without its signs."""
    lines = [re.sub(r"^ ?\*? ?", "", part.strip()) for part in comment.split("\n")]
    return "\n".join(lines).strip()


def put_prose(text):
    text = re.sub(r"@[{}]", "", text)
    text = re.sub(r"@a ", "", text)
    for part in re.split(r"\n\s*\n|\n?(?=@(?:param|return)\b)", text):
        part = " ".join(part.split())
        if not part:
            continue
        parameter = re.match(r"@param (\w+) (.*)", part)
        answer = re.match(r"@return (.*)", part)
        print(".IP")
        if parameter:
            print(r"\fI%s\fR: %s" % (escaped(parameter[1]), escaped(parameter[2])))
        elif answer:
            print("Returns " + escaped(answer[1]))
        else:
            print(line(part))


def put_header(path):
    text = open(path, encoding="utf-8").read()
    about = re.search(r"/\*\* @file (\S+)\s*\n(.*?)\*/", text, re.S)
    name = path.replace("\\", "/").rsplit("/", 1)[1]
    print(".SH releasesearch/%s" % escaped(name))
    for number, part in enumerate(re.split(r"\n(?= *- )|\n\s*\n", prose(about[2]) if about else "")):
        part = " ".join(part.split())
        if part.startswith("- "):
            print(".IP \\(bu 2\n" + line(part[2:]))
        elif part:
            print((".PP\n" if number else "") + line(part))
    pattern = re.compile(r"(?:/\*\*(?!<)(?P<comment>(?:(?!\*/).)*)\*/\s*)?"
                         r"RLS_API\s+(?P<declaration>[^;{]+);(?P<after>[ \t]*/\*\*<(?:(?!\*/).)*\*/)?",
                         re.S)
    for found in pattern.finditer(text):
        print(".TP")
        print(r".B %s;" % escaped(" ".join(found["declaration"].split())))
        comment = prose(found["comment"]) if found["comment"] else ""
        if found["after"]:
            comment += "\n\n" + prose(found["after"].strip()[4:-2])
        put_prose(comment)


def main():
    print('.TH LIBRELEASESEARCH 3 "%s" "libreleasesearch %s" "Library Functions"' % (sys.argv[2], sys.argv[1]))
    print(INTRODUCTION.strip())
    for path in sys.argv[3:]:
        put_header(path)
    print(".SH SEE ALSO")
    print(".BR rsearch (1)")


main()
