#!/bin/sh
# Builds the drivers that Meson does not: build.sh OUT [NAME …]. Each takes its engine from its own
# registry; one that cannot be built is told and left out, and run.py then names it as missing.
set -u
out=$1
shift
[ $# -gt 0 ] || set -- lucene tantivy seekstorm
for name in "$@"; do
    "$(dirname "$0")/$name/build.sh" "$out/$name" || echo "build.sh: $name: not built" >&2
done
