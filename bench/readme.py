"""Puts what a part of run.py printed into bench/README.md, between two marks of its own."""

import os
import sys

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")


class Tee:
    """Standard output that is remembered as well."""

    def __init__(self):
        self.text = []

    def write(self, text):
        self.text.append(text)
        return sys.__stdout__.write(text)

    def flush(self):
        sys.__stdout__.flush()


def replace(key, text):
    begin, end = f"<!-- {key} -->\n", f"<!-- end of {key} -->\n"
    with open(PATH, encoding="utf-8") as source:
        page = source.read()
    block = begin + text.strip("\n") + "\n" + end
    if begin in page and end in page:
        page = page[: page.index(begin)] + block + page[page.index(end) + len(end):]
    else:
        page = page.rstrip("\n") + "\n\n" + block
    with open(PATH, "w", encoding="utf-8") as out:
        out.write(page)
