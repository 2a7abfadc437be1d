"""Search from Python, engine by engine: each builds an index of (key, title, text) and answers one query
with the keys of its ten best documents. One thread, English stemming, titles searched with the texts."""

import os
import re
import sqlite3

K = 10


def words(query):
    return re.findall(r"\w+", query)


class Rsearch:
    """rsearch.Index with its default ranking."""

    def build(self, documents, folder):
        import rsearch

        path = os.path.join(folder, "index")
        with rsearch.Index.create(path, threads=1) as index:
            index.add({"_id": key, "title": title, "text": text} for key, title, text in documents)
        self.index = rsearch.Index.open(path)

    def ask(self, query):
        return self.index.search(query, limit=K, exact_total=False).keys()


class RsearchBm25:
    """rsearch.bm25 of a list of texts."""

    def build(self, documents, folder):
        import rsearch

        self.keys = [key for key, _, _ in documents]
        self.ranking = rsearch.bm25((f"{title}\n{text}" for _, title, text in documents), threads=1)

    def ask(self, query):
        return [self.keys[document] for document, _ in self.ranking.top(query, K)]


class Bm25s:
    """bm25s, with PyStemmer and its list of stop words; the index stays in memory."""

    def build(self, documents, folder):
        import bm25s
        import Stemmer

        self.bm25s, self.stemmer = bm25s, Stemmer.Stemmer("english")
        self.keys = [key for key, _, _ in documents]
        texts = [f"{title}\n{text}" for _, title, text in documents]
        tokens = bm25s.tokenize(texts, stopwords="en", stemmer=self.stemmer, show_progress=False)
        self.ranking = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self.ranking.index(tokens, show_progress=False)
        self.ranking.save(os.path.join(folder, "index"))

    def ask(self, query):
        tokens = self.bm25s.tokenize(query, stopwords="en", stemmer=self.stemmer, show_progress=False)
        found, _ = self.ranking.retrieve(tokens, k=min(K, len(self.keys)), show_progress=False)
        return [self.keys[document] for document in found[0]]


class Tantivy:
    """tantivy-py, one writer thread, merged into one segment by its own policy."""

    def build(self, documents, folder):
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("key", stored=True, tokenizer_name="raw")
        schema.add_text_field("title", stored=True, tokenizer_name="en_stem")
        schema.add_text_field("text", stored=True, tokenizer_name="en_stem")
        path = os.path.join(folder, "index")
        os.mkdir(path)
        self.index = tantivy.Index(schema.build(), path=path)
        writer = self.index.writer(heap_size=256 << 20, num_threads=1)
        for key, title, text in documents:
            writer.add_document(tantivy.Document(key=key, title=title, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def ask(self, query):
        parsed = self.index.parse_query(" ".join(words(query)).lower(), ["title", "text"])
        hits = self.searcher.search(parsed, K, count=False).hits
        return [self.searcher.doc(address)["key"][0] for _, address in hits]


class Fts5:
    """SQLite FTS5 with the Porter stemmer, optimized."""

    def build(self, documents, folder):
        self.base = sqlite3.connect(os.path.join(folder, "base"))
        columns = "key UNINDEXED, title, text, tokenize = 'porter unicode61'"
        self.base.execute(f"CREATE VIRTUAL TABLE d USING fts5({columns})")
        self.base.executemany("INSERT INTO d VALUES (?, ?, ?)", documents)
        self.base.execute("INSERT INTO d (d) VALUES ('optimize')")
        self.base.commit()

    def ask(self, query):
        any_word = " OR ".join(f'"{word}"' for word in words(query))
        if not any_word:
            return []
        rows = self.base.execute("SELECT key FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?", (any_word, K))
        return [key for (key,) in rows]


ENGINES = {
    "rsearch.Index": Rsearch,
    "rsearch.bm25": RsearchBm25,
    "bm25s": Bm25s,
    "tantivy-py": Tantivy,
    "SQLite FTS5": Fts5,
}
