"""Writes a page of docs/ as a manual page of section 7: language_page.py VERSION NAME SUMMARY PAGE.MD"""
import re
import sys

ESCAPES = {"\\": r"\(rs", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def escaped(text):
    return "".join(ESCAPES.get(character) or (r"\[u%04X]" % ord(character) if ord(character) >= 0x80 else character)
                   for character in text)


def inline(text):
    """Code becomes bold, emphasis italic, links their text."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    out = []
    for part in re.split(r"(`` .*? ``|`[^`]+`|\*\*[^*]+\*\*|(?<![\w*])\*[^*\s][^*]*\*)", text):
        if part.startswith("`` "):
            out.append(r"\fB%s\fR" % escaped(part[3:-3]))
        elif part.startswith("`") and len(part) > 2:
            out.append(r"\fB%s\fR" % escaped(part[1:-1]))
        elif part.startswith("**"):
            out.append(r"\fB%s\fR" % escaped(part[2:-2]))
        elif part.startswith("*") and len(part) > 2:
            out.append(r"\fI%s\fR" % escaped(part[1:-1]))
        else:
            out.append(escaped(part))
    text = "".join(out)
    return r"\&" + text if text.startswith((".", r"\(aq")) else text


def cells(line):
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def blocks(text):
    """Lines that belong together: (kind, lines)."""
    kind, held, fenced = None, [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            if held:
                yield kind, held
            kind, held, fenced = "code", [], not fenced
            continue
        own = ("code" if fenced or line.startswith("    ") and kind != "item" else
               "heading" if line.startswith("#") else "table" if line.startswith("|") else
               "item" if re.match(r"[-*] ", line) else "blank" if not line.strip() else None)
        if own is None:
            own = kind if kind in ("item", "text") else "text"
        elif own == "code" and not fenced:
            line = line[4:]
        if held and (own != kind or own in ("heading", "item") and (own == "heading" or re.match(r"[-*] ", line))):
            yield kind, held
            held = []
        kind = own
        if own == "item" and not re.match(r"[-*] ", line):
            held.append(line.strip())
        else:
            held.append(line)
    if held:
        yield kind, held


def main():
    version, released, name, summary, path = sys.argv[1:6]
    print('.TH %s 7 "%s" "rsearch %s" "Miscellaneous Information"\n.SH NAME\n%s \\- %s'
          % (escaped(name.upper()), released, version, escaped(name), escaped(summary)))
    first = True
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for kind, lines in blocks(text):
        if kind == "heading":
            title = lines[0].lstrip("#").strip()
            if lines[0].startswith("# "):
                print(".SH DESCRIPTION")
            else:
                print((".SH %s" if lines[0].startswith("## ") else ".SS %s") % inline(title))
            first = True
        elif kind == "table":
            for row in lines[2:]:
                columns = cells(row)
                print(".TP\n%s\n%s" % (inline(columns[0]), inline(" ".join(columns[1:])) or r"\&"))
            first = False
        elif kind == "item":
            print(".IP \\(bu 2\n%s" % inline(" ".join(lines)[2:]))
            first = False
        elif kind == "code":
            print(".PP\n.nf\n%s\n.fi" % "\n".join(r"\&" + escaped(line) for line in lines).rstrip("\n"))
            first = False
        elif kind == "text":
            print(("" if first else ".PP\n") + inline(" ".join(line.strip() for line in lines)))
            first = False
    print(".SH SEE ALSO\n.BR rsearch (1),\n.BR rsearch\\-query (1)")


main()
