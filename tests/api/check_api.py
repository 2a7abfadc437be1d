"""The promise of include/: every header compiles alone as C11 and C++11, the shared library exports
what the headers declare and nothing else, initializers are the documented defaults, the README's
example runs, and a program outside the tree builds against the installed library with pkg-config
alone, as C and as C++. Prints TAP."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, BUILD, LIBRARY, SANITIZE = sys.argv[1:5]
MESON = sys.argv[5:]
CC = os.environ.get("CC", "cc").split()[0]
CXX = os.environ.get("CXX", "c++").split()[0]
INCLUDE = os.path.join(ROOT, "include")

results = []


def check(name, problem):
    for line in (problem or "").splitlines()[:20]:
        print("#", line)
    results.append(not problem)
    print(f"{'not ok' if problem else 'ok'} {len(results)} - {name}", flush=True)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return "" if done.returncode == 0 else f"{' '.join(command)}\n{done.stdout}{done.stderr}" or "failed"


def headers():
    return sorted(glob.glob(os.path.join(INCLUDE, "**", "*.h"), recursive=True))


def header_alone(path):
    flags = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I", INCLUDE]
    name = os.path.relpath(path, INCLUDE)
    check(f"{name} compiles alone as C11", run([CC, "-std=c11", *flags, "-x", "c", path]))
    check(f"{name} compiles alone as C++11", run([CXX, "-std=c++11", *flags, "-x", "c++", path]))


def declared():
    names = set()
    for path in headers():
        with open(path, encoding="utf-8") as source:
            text = re.sub(r"/\*.*?\*/", "", source.read(), flags=re.DOTALL)
        names |= set(re.findall(r"RLS_API[^;(]*?\b(rls_\w+)\s*\(", text))
    return names


def exported():
    done = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True)
    return {line.split()[-1].split("@")[0] for line in done.stdout.splitlines() if line.split()[1] in "TDBRV"}


def symbols():
    inside, outside = declared(), exported()
    problem = ""
    if inside - outside:
        problem += f"declared but not exported: {sorted(inside - outside)}\n"
    if outside - inside:
        problem += f"exported but not declared: {sorted(outside - inside)}\n"
    check("exported symbols are those of the headers", problem)


# All that the library asks of others. None of these prints, exits, sets a handler or a locale, or keeps state
# between calls; what depends on the locale (strtod, snprintf of floats) is kept from it in document/numbers.c.
ASKED = set("""
    malloc realloc free memchr memcmp memcpy memmem memmove memrchr memset strchr strcmp strcspn strlen strncmp strstr
    strtod strtol strtoull sscanf snprintf vsnprintf strerror_r qsort errno_location
    ceil exp fmax fmin fminf frexp ldexp ldexpf log nextafter nextafterf round lround sqrt
    access close closedir fcntl fdopendir fstat fstatat fsync ftruncate lseek mkdir mmap munmap open openat pread pwrite
    read readdir renameat stat unlinkat write clock_gettime nanosleep getpid sysconf
    pthread_cond_broadcast pthread_cond_destroy pthread_cond_init pthread_cond_wait pthread_create pthread_join
    pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock
    crc32_z deflate deflateBound deflateEnd deflateInit2_ deflateReset inflate inflateEnd inflateInit2_ inflateReset
    zlibVersion
    sb_stemmer_delete sb_stemmer_length sb_stemmer_list sb_stemmer_new sb_stemmer_stem
    utf8proc_category utf8proc_charwidth utf8proc_decompose_char utf8proc_get_property utf8proc_normalize_utf32
    utf8proc_unicode_version
    yaml_event_delete yaml_parser_delete yaml_parser_initialize yaml_parser_parse yaml_parser_set_encoding
    yaml_parser_set_input_string
""".split())
# Of the compiler: start and end of the library, checks of the stack and of assert() in builds that have them.
OF_THE_COMPILER = {"_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable", "__cxa_finalize", "__gmon_start__",
                   "__stack_chk_fail", "__assert_fail"}


def plain(name):
    """A name of the C library without what its version, large files or checks of sizes make of it."""
    name = re.sub(r"^__(isoc\d+_)?(?=.)", "", name)
    return re.sub(r"(_chk|64)$", "", re.sub(r"_chk$", "", name))


def manners():
    """The library neither prints, nor exits, nor keeps state: seen from the functions it asks for."""
    done = subprocess.run(["nm", "-D", "--undefined-only", LIBRARY], capture_output=True, text=True, check=True)
    used = {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
    strange = {name for name in used - OF_THE_COMPILER if name not in ASKED and plain(name) not in ASKED}
    check("the library asks for nothing that prints, exits or touches the process", " ".join(sorted(strange)))
    done = subprocess.run(["objdump", "-t", LIBRARY], capture_output=True, text=True, check=True)
    runtime = {"completed.0", "__dso_handle", "__TMC_END__", "__cpu_model", "__cpu_features2", ".data", ".bss"}
    state = []
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) >= 5 and words[-3] in (".data", ".bss", ".tdata", ".tbss") and words[-1] not in runtime:
            state.append(line)
    check("the library has no global mutable state", "\n".join(state))


def installed(folder):
    return run([*MESON, "install", "-C", BUILD, "--no-rebuild", "--destdir", folder])


def readme_example():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as page:
        found = re.search(r"```c\n(.*?)```", page.read(), re.DOTALL)
    return found.group(1) if found else ""


def outside_program(folder):
    prefix_pc = glob.glob(os.path.join(folder, "**", "releasesearch.pc"), recursive=True)
    if not prefix_pc:
        check("the library installs with a pkg-config file", "no releasesearch.pc")
        return
    check("the library installs with a pkg-config file", "")
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.dirname(prefix_pc[0]), PKG_CONFIG_SYSROOT_DIR=folder)
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "releasesearch"], capture_output=True, text=True,
                           env=environment, check=True).stdout.split()
    library = os.path.dirname(glob.glob(os.path.join(folder, "**", "libreleasesearch.so"), recursive=True)[0])
    environment["LD_LIBRARY_PATH"] = library
    source = readme_example()
    check("README has an example in C", "" if source else "no block of C in README.md")
    for compiler, standard, ending in ((CC, "-std=c11", "c"), (CXX, "-std=c++11", "cpp")):
        work = os.path.join(folder, ending)
        os.makedirs(work, exist_ok=True)
        path = os.path.join(work, "example." + ending)
        with open(path, "w", encoding="utf-8") as out:
            out.write(source)
        program = os.path.join(work, "example")
        language = "C" if ending == "c" else "C++"
        check(f"README's example builds with pkg-config alone as {language}",
              run([compiler, standard, "-Wall", "-Wextra", "-Werror", path, "-o", program, *flags], env=environment))
        done = subprocess.run([program], cwd=work, env=environment, capture_output=True, text=True)
        problem = "" if done.returncode == 0 and "cluster" in done.stdout.lower() else done.stdout + done.stderr + f"\nstatus {done.returncode}"
        check(f"README's example finds its document as {language}", problem)


def main():
    for path in headers():
        header_alone(path)
    if SANITIZE == "none":
        symbols()
        manners()
        folder = tempfile.mkdtemp(prefix="rls-install-")
        try:
            check("meson install works", installed(folder))
            outside_program(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"1..{len(results)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
