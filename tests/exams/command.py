"""What the exams of the real command share: the runs of an index's life, what must hold after each of them
was disturbed, and how points are counted (see tests/support/exam.h)."""

import hashlib
import os
import shutil
import subprocess

FULL = os.environ.get("RLS_EXAMS") == "full"
# A killed or traced program cannot look for leaks.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")


class Exam:
    def __init__(self, number, name):
        self.number, self.name = number, name
        self.tried = self.survived = self.crashed = 0
        print(f"# exam {number} {name}: begins", flush=True)

    def point(self, problem, where):
        self.tried += 1
        self.survived += not problem
        self.crashed += "crashed" in (problem or "")
        if problem and self.tried - self.survived <= 20:
            print(f"# lost: {where}: {problem}", flush=True)

    def end(self):
        lost = self.tried - self.survived - self.crashed
        print(f"# exam {self.number} {self.name}: {self.tried} tried, {self.survived} survived, {lost} lost, "
              f"{self.crashed} crashed", flush=True)
        return self.survived == self.tried


class Run:
    """One command, what it finds, and what it is to make of it."""

    def __init__(self, name, rsearch, work, base, files, arguments):
        self.name, self.rsearch, self.base = name, rsearch, base
        self.index = os.path.join(work, "index")
        self.command = [rsearch, arguments[0], "-i", self.index, *arguments[1:]]
        if arguments[0] == "index":
            self.command += ["--threads", "1", files]
        self.verified = {}
        self.restore()
        self.old = self.contents()
        done = self.again()
        assert done.returncode == 0, done.stderr
        self.new = self.contents()

    def restore(self):
        shutil.rmtree(self.index, ignore_errors=True)
        if self.base is not None:
            shutil.copytree(self.base, self.index)

    def rsearch_does(self, *arguments):
        return subprocess.run([self.rsearch, *arguments], capture_output=True, env=ENVIRONMENT, timeout=120)

    def again(self):
        return subprocess.run(self.command, capture_output=True, env=ENVIRONMENT, timeout=120)

    def contents(self):
        """Every document as it is exported; None when there is no index; a message when it does not open."""
        done = self.rsearch_does("export", "-i", self.index)
        if done.returncode < 0:
            return "crashed"
        if done.returncode == 2:
            message = done.stderr.decode()
            return None if "no index" in message or "no such folder" in message else message
        return b"\n".join(sorted(done.stdout.split(b"\n")))

    def state(self):
        """Changes with whatever is in the index's folder; names of temporary files do not matter."""
        digest = hashlib.sha256()
        if os.path.isdir(self.index):
            for name in sorted(os.listdir(self.index)):
                if name == "write.lock":
                    continue
                with open(os.path.join(self.index, name), "rb") as file:
                    content = file.read()
                digest.update(b"%s %d " % (b"tmp" if name.endswith(".tmp") else name.encode(), len(content)))
                digest.update(content)
        return digest.digest()

    def problem(self):
        """What is wrong with the index after the run was disturbed: it holds the old or the new commit, is clean,
        and the same command then does its work. The same state is looked at once."""
        state = self.state()
        if state not in self.verified:
            self.verified[state] = self.look()
        return self.verified[state]

    def look(self):
        found = self.contents()
        if found not in (self.old, self.new):
            return "neither the old commit nor the new one: " + (found if isinstance(found, str) else "other documents")
        if found is not None and (problem := self.unclean()):
            return problem
        done = self.again()
        if done.returncode != 0:
            return f"{'crashed' if done.returncode < 0 else 'fails'} afterwards: {done.stderr.decode()}"
        if self.contents() != self.new:
            return "the next run does not finish the work"
        # A run that finds nothing to do opens no writer; this one does.
        done = self.rsearch_does("optimize", "-i", self.index)
        if done.returncode != 0 or self.contents() != self.new:
            return f"does not optimize afterwards: {done.stderr.decode()}"
        if any(name.endswith(".tmp") for name in os.listdir(self.index)):
            return "something temporary is left behind"
        return self.unclean()

    def unclean(self):
        done = self.rsearch_does("check", "-i", self.index)
        if done.returncode == 0:
            return ""
        return f"check {'crashed' if done.returncode < 0 else 'says'} {(done.stdout + done.stderr).decode()}"


def runs(rsearch, releases, work):
    """Builds, updates, deletes, adds what makes segments merge, optimizes."""
    names = sorted(os.path.join(place, name) for place, _, found in os.walk(releases) for name in found)[:24]
    files, base, merging = (os.path.join(work, name) for name in ("files", "base", "merging"))

    def index(folder):
        done = subprocess.run([rsearch, "index", "-i", folder, "--threads", "1", files], capture_output=True,
                              env=ENVIRONMENT, timeout=120)
        assert done.returncode == 0, done.stderr

    def copy(some):
        for name in some:
            shutil.copy(name, files)

    os.mkdir(files)
    copy(names[:12])
    yield Run("build", rsearch, work, None, files, ["index"])
    index(base)
    copy(names[12:14])
    for name in names[2:5]:
        with open(os.path.join(files, os.path.basename(name)), "a", encoding="utf-8") as out:
            out.write("\nChanged since.\n")
    yield Run("update", rsearch, work, base, files, ["index"])
    for name in names[5:9] + names[12:14]:
        os.remove(os.path.join(files, os.path.basename(name)))
    copy(names[2:5])
    yield Run("delete", rsearch, work, base, files, ["index"])
    for name in names[14:21]:
        copy([name])
        index(merging)
    copy(names[21:22])
    yield Run("merge", rsearch, work, merging, files, ["index"])
    yield Run("optimize", rsearch, work, merging, files, ["optimize"])
