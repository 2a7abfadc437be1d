"""Work without the GIL: one snapshot and many threads; one thread at a time where it must be; and memory
that does not grow."""

import concurrent.futures
import gc
import os
import signal
import threading
import time
import unittest

import rsearch
from rsearch import Query
from support import RELEASES, Place, make_releases


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Threads(Place):
    def setUp(self):
        super().setUp()
        with rsearch.Index.create("i") as index:
            index.add(RELEASES)
        self.index = rsearch.Index.open("i")

    def test_many_threads_search_one_snapshot(self):
        queries = [
            "minister",
            "new zealand",
            '"climate change"',
            "health OR school",
            "educat*",
            "treaty -nuclear",
        ]
        wanted = {query: [(hit.key, hit.snippet) for hit in self.index.search(query)] for query in queries}
        snapshot = self.index.snapshot()

        def ask(number):
            query = queries[number % len(queries)]
            return wanted[query] == [(hit.key, hit.snippet) for hit in snapshot.search(query)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertTrue(all(pool.map(ask, range(400))))

    def test_threads_share_hits(self):
        hits = self.index.search("minister", limit=50)
        wanted = [(hit.snippet, hit.spans, hit.title) for hit in self.index.search("minister", limit=50)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            rounds = [pool.map(lambda hit: (hit.snippet, hit.spans, hit.title), hits) for _ in range(4)]
            for found in rounds:
                self.assertEqual(list(found), wanted)

    def test_a_writer_and_readers_and_closing_in_between(self):
        stop = threading.Event()

        def search():
            count = 0
            while not stop.is_set():
                with rsearch.Snapshot("i") as snapshot:
                    count += snapshot.search("minister word3").total
                try:
                    self.index.search("minister")
                except rsearch.BadArgumentError:
                    break
            return count

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            searching = [pool.submit(search) for _ in range(3)]
            adding = [pool.submit(self.index.add, {"_id": f"new{n}", "body": f"word{n}"}) for n in range(50)]
            for added in adding:
                added.result()
            self.index.commit()
            self.assertIn("new49", self.index)
            self.index.close()
            stop.set()
            for one in searching:
                self.assertGreater(one.result(), 0)

    def test_other_threads_go_on_while_the_library_works(self):
        ticks, stop = 0, threading.Event()

        def tick():
            nonlocal ticks
            while not stop.is_set():
                ticks += 1
                time.sleep(0.0001)

        ticking = threading.Thread(target=tick)
        ticking.start()
        try:
            with rsearch.Index.create("big") as index:
                index.add({"_id": n, "body": f"word{n} " * 200} for n in range(2000))
                before = ticks
                index.commit()
                after = ticks
        finally:
            stop.set()
            ticking.join()
        self.assertGreater(after, before)

    def test_a_callback_does_not_use_its_own_writer(self):
        index = self.index
        for number in range(3):
            index.add({"_id": number, "body": "words"})
            index.commit()
        with self.assertRaises(RuntimeError):
            index.optimize(lambda documents, size: index._writer.delete("1"))

    def test_ctrl_c_ends_a_long_search(self):
        def interrupt():
            os.kill(os.getpid(), signal.SIGINT)

        query = Query.any(*(Query.wildcard(f"*{a}*{b}*") for a in "aeiou" for b in "aeiourstln"))
        timer = threading.Timer(0.3, interrupt)
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            while True:
                self.index.search(query, exhaustive=True)
        timer.join()


@unittest.skipIf("LD_PRELOAD" in os.environ, "a sanitizer keeps what was freed")
class Memory(Place):
    def everything(self, index):
        hits = index.search(
            "tretay OR munitions OR (", facets=["ministers"], filters={"size": (0, 9)}, sort="-date"
        )
        for hit in hits:
            hit.fields, hit.spans, hit.snippet, hit.explain(), hit.file()
        hits.did_you_mean
        index.complete("tr"), index.terms("t"), index.like("oslo"), index.info, index.fields, index.check()
        for query in (Query.regex("("), "treaty \udc00"):
            try:
                index.search(query)
            except (rsearch.Error, UnicodeEncodeError):
                pass
        index.add({"_id": "more", "body": "words", "list": ["a", "b"], "n": 1})
        try:
            index.add({"_id": "bad", "body": "\ud800"})
        except UnicodeEncodeError:
            pass
        index.rollback()
        rsearch.Synonyms("a, b")
        rsearch.Schema({"a": "text"})
        try:
            rsearch.Schema.read("fields: [")
        except rsearch.Error:
            pass

    def test_memory_is_flat_over_many_rounds(self):
        index = make_releases()
        for _ in range(300):
            self.everything(index)
        gc.collect()
        before = resident()
        for _ in range(1500):
            self.everything(index)
        gc.collect()
        self.assertLess(resident() - before, 1 << 20)
