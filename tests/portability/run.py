#!/usr/bin/env python3
"""The same index, to the byte, and the same answers, whatever builds and runs the library.

    tests/portability/run.py FOLDER

Here: gcc and clang at -O0 to -O3, then other locales and time zones. In a Debian of its own that
debootstrap puts into FOLDER (as root): i386 (32 bits) and s390x (big-endian) under qemu, and musl for
glibc, each with all unit tests. Each build indexes the releases in tests/data and answers the queries
below; the names of segments are hashes of their contents. Closes with N passed, N failed; takes some
twenty minutes."""

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RELEASES = "tests/data/releases"

QUERIES = [
    "cluster munitions", '"cluster munitions"', '"cluster munitions"~', "treaty -landmines", "+health +board",
    "title:oslo^3 treaty", "munitons~", "disarm*", "m?nister*al", "/clust(er|ers)/", "=The", "Māori", "TITLE",
    '"treaty munitions"~4', "treaty NEAR/5 munitions", "date:2007..2008", "ministers:*", "*",
    'since:2007-05 ministers:"Phil Goff"', "government new zealand of the", "",
]

CROSS = {  # Debian's name: triplet, meson's family, endianness, emulator
    "i386": ("i686-linux-gnu", "x86", "little", "qemu-i386"),
    "s390x": ("s390x-linux-gnu", "s390x", "big", "qemu-s390x"),
}
LIBRARIES = ["libc6", "libstemmer-dev", "libyaml-dev", "zlib1g-dev", "libutf8proc-dev"]

LOCALES = ["tr_TR", "de_DE", "C"]
ZONES = ["Pacific/Auckland", "America/New_York"]


class Failure(Exception):
    pass


def call(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def without_times(answer):
    if isinstance(answer, dict):
        return {name: without_times(value) for name, value in answer.items() if name != "took_us"}
    if isinstance(answer, list):
        return [without_times(value) for value in answer]
    return answer


def outcome(rsearch, index, inside=None, **environment):
    """Names of the segments that `rsearch` makes in `index`, and a hash of its answers. `inside` is the
    index as the command sees it."""
    inside = inside or index
    options = {"cwd": ROOT, "env": dict(os.environ, **environment)}
    subprocess.run(["rm", "-rf", index], check=True)
    call(*rsearch, "index", "-q", "-i", inside, RELEASES, **options)
    names = sorted(name for name in os.listdir(index) if name.endswith(".seg"))
    answers = hashlib.sha256()
    for query in QUERIES:
        for more in (["--explain"], ["--facet", "ministers", "--sort=-date"]):
            command = [*rsearch, "query", "-i", inside, "--json", *more, "--", query]
            done = subprocess.run(command, capture_output=True, text=True, **options)
            if done.returncode not in (0, 1):
                raise Failure(f"query {query!r}: status {done.returncode}: {done.stderr}")
            answers.update(json.dumps(without_times(json.loads(done.stdout))).encode())
    return names, answers.hexdigest()[:16]


def build(folder, environment, *options):
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        call("meson", "setup", folder, ROOT, *options, env=environment)
    call("ninja", "-C", folder)
    return [os.path.join(folder, "cli", "rsearch")]


def native(folder, compiler, level):
    place = os.path.join(folder, f"{compiler}-O{level}")
    rsearch = build(place, dict(os.environ, CC=compiler), "-Dtests=false", f"-Doptimization={level}")
    return outcome(rsearch, os.path.join(place, "index"))


def elsewhere(folder, locale, zone):
    place, made = os.path.join(folder, "gcc-O2"), os.path.join(folder, "locales")
    environment = {"LC_ALL": locale, "TZ": zone, "LOCPATH": made}
    if locale != "C":
        environment["LC_ALL"] = f"{locale}.UTF-8"
        os.makedirs(made, exist_ok=True)
        call("localedef", "-i", locale, "-f", "UTF-8", os.path.join(made, f"{locale}.UTF-8"))
    return outcome([os.path.join(place, "cli", "rsearch")], os.path.join(place, "index"), **environment)


def make_debian(debian):
    if not os.path.exists(os.path.join(debian, "etc", "debian_version")):
        call("debootstrap", "--variant=minbase", "bookworm", debian)
    inside = ["chroot", debian]
    for name in CROSS:
        call(*inside, "dpkg", "--add-architecture", name)
    call(*inside, "apt-get", "-qq", "update")
    packages = ["meson", "ninja-build", "pkgconf", "python3", "qemu-user"]
    for name, (triplet, *_) in CROSS.items():
        packages += [f"gcc-{triplet}", f"libc6-dev-{name}-cross"] + [f"{library}:{name}" for library in LIBRARIES]
    call(*inside, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "-y",
         "--no-install-recommends", *packages)


def unpack_source(debian):
    source = os.path.join(debian, "source")
    subprocess.run(["rm", "-rf", source], check=True)
    os.makedirs(source)
    archive = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", source], input=archive, check=True)


def cross(debian, name):
    """The other machine's outcome, after its unit tests."""
    triplet, family, endian, emulator = CROSS[name]
    libraries = "i386-linux-gnu" if name == "i386" else triplet
    with open(os.path.join(debian, f"{name}.ini"), "w", encoding="utf-8") as file:
        file.write(f"""[binaries]
c = '{triplet}-gcc'
ar = '{triplet}-ar'
strip = '{triplet}-strip'
pkgconfig = '/usr/bin/pkgconf'
exe_wrapper = ['{emulator}']
[properties]
pkg_config_libdir = '/usr/lib/{libraries}/pkgconfig:/usr/share/pkgconfig'
[host_machine]
system = 'linux'
cpu_family = '{family}'
cpu = '{family}'
endian = '{endian}'
""")
    unpack_source(debian)
    inside = ["chroot", debian]
    if not os.path.exists(os.path.join(debian, f"build-{name}", "build.ninja")):
        call(*inside, "meson", "setup", f"/build-{name}", "/source", "--cross-file", f"/{name}.ini", "-Dwerror=true")
    call(*inside, "ninja", "-C", f"/build-{name}")
    call(*inside, "meson", "test", "-C", f"/build-{name}", "--no-rebuild", "--suite", "unit", "-t", "20")
    rsearch = ["chroot", debian, "sh", "-c", f'cd /source && exec {emulator} /build-{name}/cli/rsearch "$@"', "sh"]
    return outcome(rsearch, os.path.join(debian, f"index-{name}"), f"/index-{name}")


def musl(debian):
    """The outcome with musl, after the unit tests."""
    unpack_source(debian)
    inside = ["chroot", debian]
    with open(os.path.join(debian, "etc/apt/sources.list.d/source.list"), "w", encoding="utf-8") as file:
        file.write("deb-src http://deb.debian.org/debian bookworm main\n")
    call(*inside, "apt-get", "-qq", "update")
    call(*inside, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "-y", "musl-tools", "dpkg-dev")
    if not os.path.exists(os.path.join(debian, "musl", "lib", "pkgconfig", "zlib.pc")):
        call(*inside, "/source/tests/portability/musl.sh", "/musl")
    if not os.path.exists(os.path.join(debian, "build-musl", "build.ninja")):
        call(*inside, "env", "CC=musl-gcc", "PKG_CONFIG_LIBDIR=/musl/lib/pkgconfig", "meson", "setup", "/build-musl",
             "/source", "-Dwerror=true", "-Dc_args=-I/musl/include", "-Dc_link_args=-L/musl/lib")
    call(*inside, "ninja", "-C", "/build-musl")
    call(*inside, "meson", "test", "-C", "/build-musl", "--no-rebuild", "--suite", "unit", "-t", "20")
    rsearch = ["chroot", debian, "sh", "-c", 'cd /source && exec /build-musl/cli/rsearch "$@"', "sh"]
    return outcome(rsearch, os.path.join(debian, "index-musl"), "/index-musl")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = os.path.abspath(sys.argv[1])
    debian = os.path.join(folder, "debian")
    os.makedirs(folder, exist_ok=True)
    tries = [(f"{compiler} -O{level}", native, (folder, compiler, level)) for compiler in ("gcc", "clang") for level in "0123"]
    tries += [(f"{locale}, {zone}", elsewhere, (folder, locale, zone)) for locale in LOCALES for zone in ZONES]
    tries += [("a Debian of its own", make_debian, (debian,))]
    tries += [(f"{name}, unit tests too", cross, (debian, name)) for name in CROSS]
    tries += [("musl, unit tests too", musl, (debian,))]
    first = None
    passed = failed = 0
    for name, function, arguments in tries:
        try:
            result = function(*arguments)
            first = first or result
            if result is not None and result != first:
                raise Failure(f"{result}, and the first build {first}")
            print(f"ok: {name}", flush=True)
            passed += 1
        except (Failure, OSError) as reason:
            print(f"not ok: {name}: {reason}", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
