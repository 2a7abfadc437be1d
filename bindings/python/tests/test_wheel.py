"""The package as people get it: pip install in a fresh virtual environment, and types that a program of
theirs is checked against."""

import os
import subprocess
import unittest
import venv

from support import ROOT, Place

PROGRAM = """
import rsearch

with rsearch.Index.create("i") as index:
    index.add({"_id": "a", "body": "Three lines, a hit."})
hit = rsearch.Index.open("i").search("line")[0]
score: float = hit.score
snippet: str = hit.snippet
print(hit.key, snippet)
"""


class Wheel(Place):
    def run_python(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment["PATH"] = os.path.abspath("fresh/bin") + os.pathsep + environment["PATH"]
        done = subprocess.run(
            [os.path.join("fresh", "bin", "python"), *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def test_pip_installs_it_and_three_lines_give_a_hit(self):
        venv.create("fresh", with_pip=True)
        status, said = self.run_python("-m", "pip", "-q", "install", "meson-python", "wheel", "ninja", "mypy")
        if status != 0:
            raise unittest.SkipTest("pip reaches no registry for meson-python")
        # Not optimized: that takes time and is tried elsewhere.
        options = ["--no-build-isolation", "--no-deps", "-Csetup-args=-Doptimization=0"]
        for place in ("wheel-of-root", "wheel-of-binding"):
            source = ROOT if place == "wheel-of-root" else os.path.join(ROOT, "bindings", "python")
            command = [
                "-m",
                "pip",
                "wheel",
                *options,
                "-Cbuild-dir=" + os.path.abspath("build"),
                "-w",
                place,
                source,
            ]
            status, said = self.run_python(*command)
            self.assertEqual(status, 0, said)
            (name,) = os.listdir(place)
            self.assertIn("-cp39-abi3-", name)
        status, said = self.run_python("-m", "pip", "-q", "install", os.path.join(place, name))
        self.assertEqual(status, 0, said)
        with open("program.py", "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        status, said = self.run_python("program.py")
        self.assertEqual((status, said), (0, "a Three [lines], a hit.\n"))
        for what in (["program.py"], ["-p", "rsearch"]):
            status, said = self.run_python("-m", "mypy", "--strict", "--cache-dir=/dev/null", *what)
            self.assertEqual(status, 0, said)
