"""What comes back: spans, snippets, explanations, and hits that travel."""

import copy
import pickle

import rsearch
from support import DOCUMENTS, Place, make_releases


class Hits(Place):
    def setUp(self):
        super().setUp()
        self.index = make_releases()

    def test_spans_are_characters_of_the_texts(self):
        hit = self.index.search('maori "cluster munitions" 東京 adopted', match="all")[0]
        self.assertEqual(hit.key, "dublin")
        found = [(span.field, self.text(hit, span)[span.start : span.end]) for span in hit.spans]
        words = ["Māori", "cluster munitions", "東京", "adopted"]
        self.assertEqual(found, [("title", "adopted")] + [("body", word) for word in words])
        self.assertEqual(len({span.leaf for span in hit.spans}), 4)

    @staticmethod
    def text(hit, span):
        if span.field == "body":
            return hit.body
        value = hit[span.field]
        return value[span.value] if isinstance(value, list) else value

    def test_spans_in_values_of_lists(self):
        (hit,) = self.index.search("goff", filters={"size": 4.5})
        (span,) = hit.spans
        self.assertEqual((span.field, span.value, span.start, span.end), ("ministers", 1, 5, 9))

    def test_snippets(self):
        hit = self.index.search("munitions treaty")[0]
        self.assertEqual(hit.snippet, "States sign a [treaty]. It bans cluster [munitions].")
        self.assertEqual(hit.highlight(marks=("*", "*")).count("*"), 4)
        self.assertIn("<mark>treaty</mark>", hit.highlight(html=True))
        self.assertEqual(hit.highlight("title"), "[Treaty] signed in Oslo")
        self.assertEqual(hit.highlight("nothing"), "")
        with self.assertRaises(rsearch.BadArgumentError):
            hit.highlight(size=1)

    def test_an_explanation_adds_up_to_the_score(self):
        for hit in self.index.search("munitions treaty honey"):
            factor = hit.explain()
            self.assertEqual(factor.value, hit.score)
            self.assertEqual(factor.kind, "sum")
            self.assertEqual(sum(part.value for part in factor.parts), factor.value)
            self.assertIn("\n  ", str(factor))

    def test_a_hit_is_read_like_a_dict(self):
        hit = self.index["oslo"]
        self.assertEqual(hit.title, "Treaty signed in Oslo")
        self.assertEqual(hit["size"], 3)
        self.assertEqual(hit.get("size"), 3)
        self.assertIsNone(hit.get("nothing"))
        self.assertIn("size", hit)
        self.assertNotIn("nothing", hit)
        with self.assertRaises(KeyError):
            hit["nothing"]
        self.assertIsNone(hit.file())
        self.assertFalse(hit.markdown)
        self.assertEqual(repr(hit), "<Hit 'oslo' 0>")

    def test_hits_outlive_their_index(self):
        hits = self.index.search("treaty")
        self.index.close()
        del self.index
        self.assertEqual(hits[0].title, "Treaty adopted")
        self.assertIn("[treaty]", hits[0].snippet)

    def test_pickled_hits_bring_all_that_was_asked_of_the_living(self):
        hits = self.index.search("tretay OR munitions", facets=["ministers"])
        for make in (lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy):
            again = make(hits)
            self.assertIsNot(again, hits)
            for name in ("total", "query", "facets", "notes", "next", "took", "did_you_mean", "timed_out"):
                self.assertEqual(getattr(again, name), getattr(hits, name), name)
            self.assertEqual(again.keys(), hits.keys())
            for hit, its_copy in zip(hits, again):
                for name in (
                    "key",
                    "score",
                    "fields",
                    "title",
                    "body",
                    "spans",
                    "snippet",
                    "matches_all",
                    "collapsed",
                    "markdown",
                ):
                    self.assertEqual(getattr(its_copy, name), getattr(hit, name), name)
                with self.assertRaises(rsearch.BadArgumentError):
                    its_copy.highlight("title")
        single = pickle.loads(pickle.dumps(hits[1]))
        self.assertEqual((single.key, single.snippet), (hits[1].key, hits[1].snippet))
        twice = pickle.loads(pickle.dumps(single))
        self.assertEqual(twice.fields, hits[1].fields)

    def test_a_document_got_by_its_key_is_pickled_too(self):
        hit = pickle.loads(pickle.dumps(self.index["bees"]))
        self.assertEqual((hit.key, hit.body, hit.spans), ("bees", DOCUMENTS[2]["body"], ()))

    def test_without_stored_bodies_there_is_none(self):
        with rsearch.Index.create("i", store=False) as index:
            index.add({"_id": "a", "title": "t", "body": "words here"})
        hit = rsearch.Index.open("i").search("words")[0]
        self.assertIsNone(hit.body)
        self.assertEqual(hit.snippet, "")
