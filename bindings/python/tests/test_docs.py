"""Every example of the package and of its page."""

import contextlib
import doctest
import importlib
import io
import os

import rsearch
from support import ROOT, Place, make_releases

MODULES = ("", ".bm25", ".errors", ".hits", ".index", ".query", ".schema", ".snapshot")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Examples(Place):
    def run_examples(self, examples):
        make_releases()
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        told = []
        for example in examples:
            runner.run(example, out=told.append)
        self.assertEqual(runner.failures, 0, "".join(told))
        self.assertGreater(runner.tries, 0)

    def test_docstrings(self):
        finder = doctest.DocTestFinder(exclude_empty=True)
        for name in MODULES:
            module = importlib.import_module("rsearch" + name)
            examples = [one for one in finder.find(module) if one.examples]
            with self.subTest(module=module.__name__):
                self.setUp()
                self.run_examples(examples) if examples else None

    def test_the_page(self):
        path = os.path.join(ROOT, "docs", "python.md")
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("\n```", "\n\n```")
        self.run_examples([doctest.DocTestParser().get_doctest(text, {}, "python.md", path, 0)])

    def test_the_readme(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            program = file.read().split("```python\n")[1].split("```")[0]
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(program, {})
        self.assertEqual(said.getvalue(), "Pressure builds against [cluster] munitions.\n")

    def test_what_is_promised_is_there(self):
        for name in rsearch.__all__:
            self.assertTrue(hasattr(rsearch, name), name)
        for name in rsearch.__all__:
            one = getattr(rsearch, name)
            if isinstance(one, type):
                self.assertTrue(one.__doc__, name)
