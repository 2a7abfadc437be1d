"""Runs one module of tests beside this file and tells its tests as TAP: run.py NAME."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


class Tap(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0

    def tell(self, test, verdict, trouble=""):
        self.number += 1
        print(f"{verdict} {self.number} - {test.id()}")
        for line in trouble.rstrip().splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def addSuccess(self, test):
        self.tell(test, "ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, "not ok", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, "not ok", self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.addFailure(subtest, err)

    def addSkip(self, test, reason):
        self.tell(test, "ok", f"left out: {reason}")


suite = unittest.defaultTestLoader.loadTestsFromName(sys.argv[1])
result = Tap()
suite.run(result)
print(f"1..{result.number}")
sys.exit(0 if result.wasSuccessful() and result.number else 1)
