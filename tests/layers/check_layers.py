"""Each layer of lib/ includes itself and the layers that docs/architecture.md lists for it, each
outside library is included by its one door, and cli/ sees only include/. Prints TAP."""

import os
import re
import sys

ROOT = sys.argv[1]


def read_rules():
    """The block of docs/architecture.md between the fences after "Who may include whom"."""
    with open(os.path.join(ROOT, "docs", "architecture.md"), encoding="utf-8") as page:
        text = page.read()
    block = re.search(r"## Who may include whom.*?```\n(.*?)```", text, re.DOTALL).group(1)
    rules = {}
    for line in block.strip().splitlines():
        name, _, rest = line.partition(" ")
        inside, _, outside = rest.partition("|")
        rules[name] = (inside.split(), outside.split())
    return rules


OUTSIDE = {"zlib.h": "zlib", "yaml.h": "libyaml", "utf8proc.h": "utf8proc", "libstemmer.h": "libstemmer"}


def includes(path):
    with open(path, encoding="utf-8") as source:
        return re.findall(r'^#\s*include\s+[<"]([^>"]+)[>"]', source.read(), re.MULTILINE)


def strangers(layer, inside, outside):
    folder = os.path.join(ROOT, "lib", layer)
    for name in sorted(os.listdir(folder)):
        if not name.endswith((".c", ".h")):
            continue
        for target in includes(os.path.join(folder, name)):
            first = target.split("/")[0]
            if target in OUTSIDE and OUTSIDE[target] not in outside:
                yield f"{layer}/{name} includes <{target}>"
            elif target == "releasesearch.h" or first == "releasesearch":
                continue
            elif os.path.isdir(os.path.join(ROOT, "lib", first)) and "/" in target:
                if first != layer and first not in inside:
                    yield f"{layer}/{name} includes \"{target}\""


def main():
    rules = read_rules()
    layers = sorted(name for name in os.listdir(os.path.join(ROOT, "lib"))
                    if os.path.isdir(os.path.join(ROOT, "lib", name)))
    number = failed = 0
    for layer in layers:
        number += 1
        found = list(strangers(layer, *rules[layer])) if layer in rules else [f"{layer} has no rule"]
        for line in found:
            print("#", line)
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {layer} includes only layers below it")
    number += 1
    found = []
    for name in sorted(os.listdir(os.path.join(ROOT, "cli"))):
        if name.endswith((".c", ".h")):
            for target in includes(os.path.join(ROOT, "cli", name)):
                if os.path.isdir(os.path.join(ROOT, "lib", target.split("/")[0])) and "/" in target:
                    found.append(f"cli/{name} includes {target}")
    for line in found:
        print("#", line)
    failed += bool(found)
    print(f"{'not ok' if found else 'ok'} {number} - the command includes nothing of lib")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
