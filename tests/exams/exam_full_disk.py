"""Exam 2 by the real command: the disk is full at every stage of each run. A small file system in memory has
a page more each time, until the run succeeds; where mounting is not allowed, files are limited in size
alone. Prints TAP.

    exam_full_disk.py RSEARCH RELEASES"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

import command

RSEARCH, RELEASES = sys.argv[1:3]
PAGE = os.sysconf("SC_PAGE_SIZE")
SHORT_SIZES = 25  # of each run, spread over it
ROOMY = 1 << 30


def untold(done):
    """What is wrong with how a run told that there was no room."""
    message = done.stderr.decode()
    if done.returncode < 0:
        return f"crashed: {done.returncode}"
    if done.returncode != 2 or message.count("\n") != 1 or not message.startswith("rsearch: "):
        return f"status {done.returncode}, told: {message}"
    return ""


def mounted(work):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs", work], capture_output=True)
    return done.returncode == 0


def resize(work, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", work], check=True, capture_output=True)


def full_disk(exam, run, work):
    def used():
        disk = os.statvfs(work)
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize

    pages = 0
    while True:
        run.restore()
        run.verified.clear()  # what else is on the disk does not matter, but it is short of room each time
        resize(work, used() + pages * PAGE)
        done = run.again()
        problem = untold(done) if done.returncode != 0 else ""
        resize(work, ROOMY)
        exam.point(problem or run.problem(), f"{run.name}, {pages} pages free")
        if done.returncode == 0:
            return
        pages += 1 if command.FULL else run.stride


def limited(exam, run):
    size = 0
    while True:
        run.restore()
        done = subprocess.run(run.command, capture_output=True, env=command.ENVIRONMENT, timeout=120,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        problem = untold(done) if done.returncode != 0 else ""
        exam.point(problem or run.problem(), f"{run.name}, files of at most {size} bytes")
        if done.returncode == 0:
            return
        size += 512 if command.FULL else run.stride * PAGE


def enter_namespace():
    """So that the mount ends with this program; and there anyone may mount, where the system allows it."""
    unshare = ["unshare", "-m" if os.geteuid() == 0 else "-Urm"]
    if "RLS_IN_NAMESPACE" in os.environ or shutil.which("unshare") is None:
        return
    if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
        os.environ["RLS_IN_NAMESPACE"] = "1"
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


def main():
    enter_namespace()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    work = tempfile.mkdtemp(prefix="rls-full-")
    has_disk = mounted(work)
    good = True
    try:
        for name, exam_of in (("a full disk", lambda exam, run: full_disk(exam, run, work)),
                              ("files limited in size", limited)):
            if exam_of is not limited and not has_disk:
                print("# no file system may be mounted here: only the size of files is limited")
                continue
            exam = command.Exam(2, name)
            place = tempfile.mkdtemp(dir=work)
            for run in command.runs(RSEARCH, RELEASES, place):
                run.stride = max(1, sum(os.path.getsize(os.path.join(run.index, name))
                                        for name in os.listdir(run.index)) // PAGE // SHORT_SIZES)
                exam_of(exam, run)
            good = exam.end() and good
    finally:
        if has_disk:
            subprocess.run(["umount", work], check=True)
        shutil.rmtree(work)
    print(f"{'ok' if good else 'not ok'} 1 - a disk that is full at any stage leaves the last commit")
    print("1..1")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
