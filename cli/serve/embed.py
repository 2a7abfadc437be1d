"""Writes the files of the page as a C source: embed.py OUT FILE…

Compressed once, here, by the strongest setting and without a time, so that the same files always give
the same source."""
import gzip
import hashlib
import os
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/schema+json",
}


def array(name, data):
    lines = [", ".join(map(str, data[at:at + 24])) for at in range(0, len(data), 24)]
    return "static const unsigned char %s[] = {\n    %s};\n" % (name, ",\n    ".join(lines))


def main(out, *files):
    parts, rows = ['#include "assets.h"\n'], []
    for number, file in enumerate(files):
        with open(file, "rb") as source:
            data = source.read()
        packed = gzip.compress(data, 9, mtime=0)
        name = os.path.basename(file)
        path = "/" if name == "index.html" else "/api/schema" if name.endswith(".json") else "/" + name
        parts += [array("plain_%d" % number, data), array("gzip_%d" % number, packed)]
        rows.append('    {"%s", "%s", plain_%d, sizeof plain_%d, gzip_%d, sizeof gzip_%d, "W/\\"%s\\""},\n' % (
            path, TYPES[os.path.splitext(name)[1]], number, number, number, number,
            hashlib.sha256(data).hexdigest()[:16]))
    parts.append("const serve_asset serve_assets[] = {\n%s};\n" % "".join(rows))
    parts.append("const size_t serve_asset_count = sizeof serve_assets / sizeof serve_assets[0];\n")
    with open(out, "w", encoding="ascii") as target:
        target.write("\n".join(parts))


main(*sys.argv[1:])
