#!/bin/sh
# The libraries that rsearch needs, from Debian's sources, for musl: musl.sh PREFIX. Takes root, musl-tools,
# dpkg-dev and a deb-src in apt's lists.
set -eu
prefix=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$prefix/lib/pkgconfig" "$prefix/include"
cd "$work"
apt-get -qq -o APT::Sandbox::User=root source snowball libyaml zlib utf8proc

(cd zlib-* && CC=musl-gcc CFLAGS="-O2 -fPIC" ./configure --static && make -s libz.a)
cp zlib-*/libz.a "$prefix/lib"
cp zlib-*/zlib.h zlib-*/zconf.h "$prefix/include"

(cd utf8proc-* && make -s CC=musl-gcc CFLAGS="-O2 -fPIC" libutf8proc.a)
cp utf8proc-*/libutf8proc.a "$prefix/lib"
cp utf8proc-*/utf8proc.h "$prefix/include"

(cd snowball-* && make -s CC=musl-gcc CFLAGS="-O2 -fPIC" libstemmer.a)
cp snowball-*/libstemmer.a "$prefix/lib"
cp snowball-*/include/libstemmer.h "$prefix/include"

version=$(ls -d libyaml-* | sed 's/libyaml-//')
cd libyaml-*/src
for file in *.c; do
    musl-gcc -O2 -fPIC -I../include -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
        -DYAML_VERSION_STRING="\"$version\"" -c "$file"
done
ar rc "$prefix/lib/libyaml.a" ./*.o
cp ../include/yaml.h "$prefix/include"

describe() { # name, library, version
    printf 'Name: %s\nDescription: %s\nVersion: %s\nLibs: -L%s/lib -l%s\nCflags: -I%s/include\n' \
        "$1" "$1" "$3" "$prefix" "$2" "$prefix" >"$prefix/lib/pkgconfig/$1.pc"
}
describe yaml-0.1 yaml "$version"
describe zlib z 1.2
describe libutf8proc utf8proc 2.8
