"""Ranking for a list of texts, for people who come from rank_bm25 or bm25s."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Union

from .index import Index
from .query import Query

Text = Union[str, Sequence[str]]

_PAGE = 1_000_000
"""Hits of one search, at most."""


class Ranked(NamedTuple):
    """A document of the list and what it is worth."""

    document: int
    """Its place in the corpus, from 0."""
    score: float


class BM25:
    """A corpus ranked by BM25; made by :func:`bm25`. Any number of threads may ask at once."""

    def __init__(
        self,
        corpus: Iterable[Text],
        *,
        k1: float = 1.2,
        b: float = 0.75,
        language: str = "english",
        threads: int = 0,
    ) -> None:
        self._k1, self._b = k1, b
        self._words: dict[str, str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="rsearch-")
        texts = list(corpus)
        tokens = bool(texts) and not isinstance(texts[0], str)
        if tokens:
            self._words, language = {}, "none"
        with Index.create(
            f"{self._folder.name}/index", language=language, store=False, threads=threads
        ) as index:
            index.add({"_id": str(n), "body": self._body(text)} for n, text in enumerate(texts))
        self._index = Index.open(f"{self._folder.name}/index")
        self._count = len(texts)

    def __len__(self) -> int:
        return self._count

    def top(self, query: Text, n: int = 10) -> list[Ranked]:
        """The `n` best documents, the best first; only such as have a word of the query.

        >>> import rsearch
        >>> ranking = rsearch.bm25([["a", "b"], ["b", "c"]])
        >>> [document for document, score in ranking.top(["c"])]
        [1]
        """
        return self._search(query, n)

    def scores(self, query: Text) -> list[float]:
        """What each document of the corpus is worth; 0 without a word of the query."""
        scores = [0.0] * self._count
        for document, score in self._search(query, self._count):
            scores[document] = score
        return scores

    def _search(self, query: Text, limit: int) -> list[Ranked]:
        words = [Query.word(word) for word in self._query_words(query)]
        if not words:
            return []
        built = Query.side_by_side(*words)._build()
        options: dict[str, Any] = {"match": 1, "ranking": 1, "k1": self._k1, "b": self._b}
        ranked: list[Ranked] = []
        while len(ranked) < limit:
            options["limit"] = min(limit - len(ranked), _PAGE)
            hits = self._index._core.search(built, options)
            ranked += [Ranked(int(key), score) for key, score in hits.keys()]
            options["after"] = hits.summary()["next"]
            if options["after"] is None:
                break
        return ranked

    def _body(self, text: Text) -> str:
        if isinstance(text, str):
            return text
        if self._words is None:
            return " ".join(text)
        return " ".join(self._words.setdefault(token, _name(len(self._words))) for token in text)

    def _query_words(self, query: Text) -> list[str]:
        words = query.split() if isinstance(query, str) else list(query)
        if self._words is None:
            return words
        return [self._words[word] for word in words if word in self._words]


def _name(number: int) -> str:
    """A word that stands for a token, so that tokens are compared as they are."""
    letters = ""
    while True:
        letters += chr(ord("a") + number % 26)
        number //= 26
        if number == 0:
            return "t" + letters


def bm25(
    corpus: Iterable[Text],
    *,
    k1: float = 1.2,
    b: float = 0.75,
    language: str = "english",
    threads: int = 0,
) -> BM25:
    """A corpus that can be ranked: a list of texts, or of lists of tokens.

    >>> import rsearch
    >>> ranking = rsearch.bm25(["A dog barks.", "The cat purrs.", "Dogs and cats."])
    >>> [document for document, score in ranking.top("dogs", 2)]
    [0, 2]
    >>> ranking.scores("purring")[0]
    0.0

    Texts are read as any document is: words in any inflection of `language`, case and marks folded.
    Tokens are taken as they are, and the query is then a list of tokens, too (a str is split at
    spaces). Scores are BM25 with the idf of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), lengths
    rounded as an index keeps them; every word counts. For phrases, fields, snippets, and a ranking
    that is better than this one, make an :class:`Index`.
    """
    return BM25(corpus, k1=k1, b=b, language=language, threads=threads)
