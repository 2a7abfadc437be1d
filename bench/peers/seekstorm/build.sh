#!/bin/sh
# Builds the seekstorm driver into OUT: build.sh OUT.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
RUSTFLAGS="-C target-cpu=native" cargo build -q --release -j "${JOBS:-2}" --target-dir "$out/target"
cp "$out/target/release/seekstorm_driver" "$out/seekstorm_driver"
