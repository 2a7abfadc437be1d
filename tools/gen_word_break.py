#!/usr/bin/env python3
"""Writes lib/analysis/word_break_table.c from the Unicode Character Database.

    tools/gen_word_break.py [UCD_DIRECTORY] > lib/analysis/word_break_table.c

The directory (default /usr/share/unicode, Debian's package unicode-data) must hold
auxiliary/WordBreakProperty.txt, emoji/emoji-data.txt and UnicodeData.txt. The classes are those of
UAX #29 and a few of ours; they are described, and numbered, in lib/analysis/word_break.h.
"""

import re
import sys

LIMIT = 0x110000
BLOCK = 16  # code points
GROUP = 32  # blocks
INDENT = "    "

# In the order of the enumeration in word_break.h.
CLASSES = [
    "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Katakana", "Hebrew_Letter",
    "ALetter", "Single_Quote", "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric",
    "ExtendNumLet", "Regional_Indicator", "WSegSpace",
    # Ours: refinements of Other and of ALetter.
    "Pictograph", "Emoji", "Pictographic_Letter", "Ideograph", "Subscript",
]
NUMBER = {name: number for number, name in enumerate(CLASSES)}


def ranges(path, wanted=None):
    """Yields (first, last, property) of a file in the usual form of the database."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)", line)
            if match and (wanted is None or match[3] == wanted):
                yield int(match[1], 16), int(match[2] or match[1], 16), match[3]


def letters(path):
    """Code points of the general categories Lo and Lm, and the letter-like number U+3007."""
    found = {0x3007}
    first = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = line.split(";")
            point = int(fields[0], 16)
            if fields[1].endswith(", First>"):
                first = point
                continue
            if fields[2] in ("Lo", "Lm"):
                found.update(range(first if first is not None else point, point + 1))
            first = None
    return found


def classify(root):
    table = bytearray(LIMIT)
    for first, last, name in ranges(f"{root}/auxiliary/WordBreakProperty.txt"):
        for point in range(first, last + 1):
            table[point] = NUMBER[name]

    for first, last, _ in ranges(f"{root}/emoji/emoji-data.txt", "Extended_Pictographic"):
        for point in range(first, last + 1):
            if table[point] == NUMBER["ALetter"]:
                table[point] = NUMBER["Pictographic_Letter"]
            elif table[point] == NUMBER["Other"]:
                table[point] = NUMBER["Pictograph"]
            else:
                sys.exit(f"U+{point:04X}: a pictograph of class {CLASSES[table[point]]}")
    for first, last, _ in ranges(f"{root}/emoji/emoji-data.txt", "Emoji_Presentation"):
        for point in range(first, last + 1):
            if table[point] == NUMBER["Pictograph"]:
                table[point] = NUMBER["Emoji"]

    # Letters that UAX #29 leaves to dictionaries: ideographs, Hiragana, Thai, Lao, Khmer, Myanmar.
    for point in letters(f"{root}/UnicodeData.txt"):
        if table[point] == NUMBER["Other"]:
            table[point] = NUMBER["Ideograph"]
    for point in range(0x2080, 0x208A):
        if table[point] == NUMBER["Other"]:
            table[point] = NUMBER["Subscript"]
    return table


def version(root):
    with open(f"{root}/auxiliary/WordBreakProperty.txt", encoding="utf-8") as file:
        return re.search(r"WordBreakProperty-([0-9.]+)\.txt", file.readline())[1]


def rows(values):
    line = INDENT
    for value in values:
        piece = f"{value},"
        if len(line) + len(piece) > 100:
            yield line
            line = INDENT
        line += piece
    yield line


def numbered(values, size):
    """Cuts values into pieces of `size`: the distinct ones in a row, and of each piece its number."""
    pieces, numbers = {}, []
    for start in range(0, len(values), size):
        numbers.append(pieces.setdefault(tuple(values[start:start + size]), len(pieces)))
    return [value for piece in pieces for value in piece], numbers


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
    blocks, numbers = numbered(classify(root), BLOCK)
    index, groups = numbered(numbers, GROUP)

    print(f"""/* Written by tools/gen_word_break.py from the Unicode Character Database {version(root)}
 * (Copyright 1991-2022 Unicode, Inc.; see tests/data/analysis/LICENSE-Unicode.txt). */
#include "analysis/word_break.h"

/* clang-format off */
const char rls_word_break_version[] = "{version(root)}";
""")
    for kind, name, values in (("uint16_t", "groups", groups), ("uint16_t", "index", index),
                               ("uint8_t", "blocks", blocks)):
        print(f"const {kind} rls_word_break_{name}[{len(values)}] = {{")
        print("\n".join(rows(values)))
        print("};\n")
    print("/* clang-format on */")


main()
