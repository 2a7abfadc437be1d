"""rsearch.bm25 beside BM25 as it is written down."""

import math
import random
import sys
from unittest import mock

import rsearch
from support import Place


def bm25(corpus, query, k1, b):
    """Every document's score, plainly (Robertson & Zaragoza 2009, with the idf of Lucene)."""
    average = sum(map(len, corpus)) / len(corpus)
    scores = []
    for document in corpus:
        score = 0.0
        for word in query:
            count = sum(word in other for other in corpus)
            times = document.count(word)
            idf = math.log(1 + (len(corpus) - count + 0.5) / (count + 0.5))
            score += idf * times / (times + k1 * (1 - b + b * len(document) / average))
        scores.append(score)
    return scores


class Bm25(Place):
    def test_scores_are_those_of_the_formula(self):
        chance = random.Random(7)
        vocabulary = [
            "the",
            "Cats",
            "c++",
            "a.b",
            "naïve",
            "x-y",
            "日本",
            "  ",
            "-",
            '"',
            "it's",
            "OR",
            "running",
        ]
        for _ in range(20):
            corpus = [chance.choices(vocabulary, k=chance.randint(1, 16)) for _ in range(40)]
            query = chance.sample(vocabulary, 4)
            k1, b = chance.choice([0.5, 1.2, 1.5, 2.0]), chance.choice([0.0, 0.4, 0.75, 1.0])
            ranking = rsearch.bm25(corpus, k1=k1, b=b)
            wanted = bm25(corpus, query, k1, b)
            scores = ranking.scores(query)
            for score, other in zip(scores, wanted):
                self.assertAlmostEqual(score, other, delta=1e-5)
            top = ranking.top(query, 10)
            self.assertEqual([score for _, score in top], sorted(filter(None, scores), reverse=True)[:10])
            self.assertTrue(all(scores[document] == score for document, score in top))

    def test_texts_are_read_as_documents_are(self):
        ranking = rsearch.bm25(["The treaty of Oslo", "Māori words", "Treaties, treaties!"])
        self.assertEqual([document for document, _ in ranking.top("treaty")], [2, 0])
        self.assertEqual([document for document, _ in ranking.top("MAORI")], [1])
        self.assertEqual([document for document, _ in ranking.top("the")], [0])
        self.assertEqual(len(ranking.top("treaty", 1)), 1)

    def test_scores_go_on_behind_the_hits_that_one_search_may_have(self):
        ranking = rsearch.bm25(["a b " + "c " * n for n in range(7)])
        whole = ranking.scores("a"), ranking.top("b", 5)
        with mock.patch.object(sys.modules["rsearch.bm25"], "_PAGE", 2):
            self.assertEqual((ranking.scores("a"), ranking.top("b", 5)), whole)
        self.assertTrue(all(whole[0]))

    def test_signs_in_a_question_are_no_operators(self):
        ranking = rsearch.bm25(["alpha beta", "gamma"])
        self.assertEqual([document for document, _ in ranking.top('-alpha "gamma (')], [1, 0])

    def test_odd_corpora(self):
        self.assertEqual(rsearch.bm25([]).top("a"), [])
        self.assertEqual(rsearch.bm25([]).scores("a"), [])
        self.assertEqual(rsearch.bm25([""]).scores("a"), [0.0])
        ranking = rsearch.bm25([[], ["a"], []])
        self.assertEqual([score > 0 for score in ranking.scores(["a"])], [False, True, False])
        self.assertEqual(ranking.scores(["b"]), [0.0, 0.0, 0.0])
        self.assertEqual(ranking.top([]), [])
        self.assertEqual(ranking.top("", 3), [])
        self.assertEqual(len(ranking), 3)
