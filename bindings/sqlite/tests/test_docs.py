"""The examples of docs/sqlite.md do what they say: documents, statements and what comes back stand there."""

import os
import re

from support import EXTENSION, ROOT, RSEARCH, Shell, equal, run


def test_page():
    with open(os.path.join(ROOT, "docs", "sqlite.md"), encoding="utf-8") as page:
        blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page.read(), re.MULTILINE | re.DOTALL)
    shell = Shell("list")
    said, count = None, 0
    for kind, text in blocks:
        if kind == "json":
            with open("treaties.jsonl", "w", encoding="utf-8") as out:
                out.write(text)
        elif kind == "sh" and text.startswith("rsearch index"):
            equal(os.system(text.replace("rsearch", RSEARCH, 1).replace("\n", "") + " > /dev/null"), 0)
        elif kind == "sql":
            said = shell.tell(text.replace(".load rsearch", f".load {EXTENSION}"))
            count += 1
        elif kind == "text":
            equal(said, text)
            said = None
    equal(count > 5, True)
    shell.close()


run([test_page])
