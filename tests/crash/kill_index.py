"""Kills `rsearch index` at random moments, again and again: the index opens as the last commit or the
new one, `rsearch check` is clean, and in the end an undisturbed run finishes the work. Prints TAP.

    kill_index.py RSEARCH RELEASES [KILLS]"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RSEARCH, RELEASES = sys.argv[1:3]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 25


def rsearch(*arguments):
    return subprocess.run([RSEARCH, *arguments], capture_output=True, text=True)


def documents(index):
    """How many documents the index holds; 0 when there is none yet; None when it does not open."""
    done = rsearch("query", "-i", index, "-c", "*")
    if done.returncode in (0, 1) and done.stdout.strip().isdigit():
        return int(done.stdout)
    return 0 if "no index" in done.stderr or "no such folder" in done.stderr.lower() else None


def change(folder, step, rng):
    """New, changed and vanished files for the next run."""
    names = sorted(os.path.join(place, name) for place, _, files in os.walk(folder) for name in files)
    for name in rng.sample(names, min(5, len(names))):
        with open(name, "a", encoding="utf-8") as out:
            out.write(f"\nChanged in step {step}.\n")
    for name in rng.sample(names, min(2, len(names))):
        os.remove(name)
    for number in range(4):
        with open(os.path.join(folder, f"new-{step}-{number}.md"), "w", encoding="utf-8") as out:
            out.write(f"---\ntitle: New {step} {number}\n---\nA new release.\n")


def main():
    rng = random.Random(2007)
    work = tempfile.mkdtemp(prefix="rls-kill-")
    folder, index = os.path.join(work, "releases"), os.path.join(work, "index")
    shutil.copytree(RELEASES, folder)
    started = time.monotonic()
    rsearch("index", "-i", os.path.join(work, "measure"), folder)
    whole = time.monotonic() - started
    problems = []
    for step in range(KILLS):
        files = sum(len(names) for _, _, names in os.walk(folder))
        before = documents(index)
        process = subprocess.Popen([RSEARCH, "index", "-i", index, folder], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * whole * 1.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = documents(index)
        if after not in (before, files):
            problems.append(f"kill {step}: {after} documents, neither {before} nor {files}")
        if after:
            done = rsearch("check", "-i", index)
            if done.returncode != 0:
                problems.append(f"kill {step}: check says {done.stdout}{done.stderr}")
        if step % 3 == 2:
            change(folder, step, rng)
    print("1..3")
    for line in problems[:20]:
        print("#", line)
    print(f"{'not ok' if problems else 'ok'} 1 - {KILLS} kills leave the last commit or the new one")
    change(folder, KILLS, rng)  # something to do: only a writer removes what killed ones left
    done = rsearch("index", "-i", index, folder)
    files = sum(len(names) for _, _, names in os.walk(folder))
    good = done.returncode == 0 and documents(index) == files
    print(f"{'ok' if good else 'not ok'} 2 - an undisturbed run afterwards finishes the work")
    left = [name for name in os.listdir(index) if name.endswith(".tmp")]
    print(f"{'not ok' if left else 'ok'} 3 - nothing temporary is left behind by then")
    shutil.rmtree(work)
    return 1 if problems or not good or left else 0


if __name__ == "__main__":
    sys.exit(main())
