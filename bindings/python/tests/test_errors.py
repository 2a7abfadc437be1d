"""Exceptions by kind; and that nothing that is passed in brings the interpreter down."""

import os
import pickle

import rsearch
from rsearch import _rsearch
from support import Place, make_releases


class Errors(Place):
    def test_there_is_a_class_for_every_status_of_the_library(self):
        kinds = [
            kind
            for kind in vars(rsearch).values()
            if isinstance(kind, type) and issubclass(kind, rsearch.Error) and kind is not rsearch.Error
        ]
        self.assertEqual(sorted(kind.status for kind in kinds), sorted(_rsearch.statuses))
        self.assertEqual(len(_rsearch.statuses), 12)

    def test_errors_tell_what_they_are_about(self):
        with self.assertRaises(rsearch.NotFoundError) as caught:
            rsearch.Index.open("nothing")
        error = caught.exception
        self.assertIsInstance(error, LookupError)
        self.assertEqual((error.status, error.file, error.offset), ("not found", "nothing", 0))
        self.assertIn("nothing", str(error))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), str(again), again.file), (type(error), str(error), "nothing"))

    def test_what_it_is_about_may_have_any_name(self):
        nowhere = os.fsdecode(b"no\xffwhere")
        with self.assertRaises(rsearch.NotFoundError) as caught:
            rsearch.Index.open(nowhere)
        self.assertEqual(caught.exception.file, nowhere)

    def test_what_is_there_is_not_made_again(self):
        make_releases()
        with self.assertRaises(rsearch.ExistsError) as caught:
            rsearch.Index.create("releases.index")
        self.assertEqual(caught.exception.file, "releases.index")
        self.assertEqual(len(rsearch.Index.open("releases.index")), 3)

    def test_the_system_tells_why(self):
        with open("file", "w", encoding="utf-8"):
            pass
        with self.assertRaises(rsearch.IoError) as caught:
            rsearch.Index.create("file/index")
        self.assertIsInstance(caught.exception, OSError)
        self.assertNotEqual(caught.exception.system_error, 0)
        self.assertIn(os.strerror(caught.exception.system_error), str(caught.exception))

    def test_a_strict_query_tells_its_byte(self):
        index = make_releases()
        with self.assertRaises(rsearch.BadQueryError) as caught:
            index.search("treaty (oslo", strict=True)
        self.assertEqual(caught.exception.offset, 7)
        self.assertEqual(len(index.search("treaty (oslo").notes), 1)

    def test_a_note_may_be_cut_within_a_character(self):
        index = make_releases()
        for name in ("é" * 200, "a" + "é" * 200):
            self.assertEqual([note.kind for note in index.search("treaty", sort=name).notes], ["sort"])

    def test_options_that_are_none_are_refused(self):
        index = make_releases()
        for error, options in [
            (rsearch.BadArgumentError, {"limit": 2_000_000}),
            (rsearch.BadArgumentError, {"sort": "no.such", "after": "rubbish"}),
            (rsearch.BadArgumentError, {"match": "some"}),
            (rsearch.BadArgumentError, {"ranking": "tfidf"}),
            (rsearch.BadArgumentError, {"collapse": "all"}),
            (rsearch.BadArgumentError, {"k1": -5.0}),
            (rsearch.BadArgumentError, {"b": 7.0}),
            (rsearch.BadArgumentError, {"facets": [rsearch.Facet("date", by="week")]}),
            (OverflowError, {"limit": -1}),
            (OverflowError, {"limit": 2**40}),
            (TypeError, {"limit": "ten"}),
            (TypeError, {"after": 3}),
            (ValueError, {"sort": ["a", "b", "c", "d"]}),
            (ValueError, {"after": "nul\0"}),
            (TypeError, {"weights": {"title": "heavy"}}),
            (TypeError, {"nonsense": 1}),
        ]:
            with self.subTest(options=options), self.assertRaises(error):
                index.search("treaty", **options)
        for make in (
            lambda: rsearch.Index.create("i", memory=1 << 20),
            lambda: rsearch.Index.create("i", language="xx"),
            lambda: rsearch.Index.open("releases.index", io="mmap"),
        ):
            with self.assertRaises(rsearch.BadArgumentError):
                make()

    def test_what_is_closed_says_so(self):
        index = make_releases()
        hits = index.search("treaty")
        snapshot = index.snapshot()
        index.close()
        index.close()
        self.assertEqual(snapshot.like("oslo").keys(), ["dublin"])
        snapshot.close()
        for use in (
            lambda: index.search("a"),
            lambda: index["oslo"],
            lambda: index.info,
            index.check,
            lambda: index.fields,
            lambda: index.terms("a"),
            lambda: index.complete("a"),
            lambda: snapshot.like("oslo"),
            snapshot.refreshed,
        ):
            with self.assertRaises(rsearch.BadArgumentError):
                use()
        self.assertEqual(sorted(hits.keys()), ["dublin", "oslo"])

    def test_the_extension_refuses_what_is_not_its_own(self):
        index = make_releases()
        with self.assertRaises(TypeError):
            _rsearch.Hits()
        with self.assertRaises(TypeError):
            index._core.search("treaty", {})
        with self.assertRaises(TypeError):
            index._core.search(_rsearch.Query("a", False, 0), {"synonyms": "none"})
        with self.assertRaises(TypeError):
            _rsearch.Writer("releases.index", "schema")
        with self.assertRaises(TypeError):
            rsearch.Index()
        hits = index._core.search(_rsearch.Query("treaty", False, 0), {})
        for call in (hits.get, hits.spans, hits.snippet, hits.explain, hits.facet):
            with self.assertRaises(rsearch.BadArgumentError):
                call(2)
