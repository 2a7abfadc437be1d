"""Searching: what is found, in which order, under which conditions."""

import os

import rsearch
from rsearch import Facet, Query
from support import RELEASES, Place, make_releases


class Searching(Place):
    def setUp(self):
        super().setUp()
        self.index = make_releases()

    def found(self, *arguments, **options):
        return self.index.search(*arguments, **options).keys()

    def test_words_and_what_holds_for_all_hits(self):
        hits = self.index.search("Treaties munitions")
        self.assertEqual(hits.keys(), ["oslo", "dublin"])
        self.assertEqual((hits.total, hits.total_is_exact, hits.total_has_all_words), (2, True, True))
        self.assertEqual(hits.query, "Treaties munitions")
        self.assertFalse(hits.timed_out)
        self.assertGreater(hits.took, 0)
        self.assertEqual(list(hits), [hits[0], hits[1]])
        self.assertEqual(hits[:1], [hits[0]])
        self.assertGreater(hits[0].score, hits[1].score)
        with self.assertRaises(IndexError):
            hits[2]

    def test_filters_are_values_lists_and_ranges_and_do_not_score(self):
        plain = {hit.key: hit.score for hit in self.index.search("treaty")}
        for filters, keys in [
            ({"ministers": "phil goff"}, ["oslo", "dublin"]),
            ({"ministers": "Helen Clark"}, ["dublin"]),
            ({"ministers": ["Helen Clark", "Nobody"]}, ["dublin"]),
            ({"ministers": []}, []),
            ({"date": ("2007", "2007-12")}, ["oslo"]),
            ({"date": (None, "2007")}, ["oslo"]),
            ({"date": "2008-05"}, ["dublin"]),
            ({"size": (4, None)}, ["dublin"]),
            ({"size": 3, "ministers": "Phil Goff"}, ["oslo"]),
            ({"size": 3, "ministers": "Helen Clark"}, []),
            (~Query.value("ministers", "Helen Clark"), ["oslo"]),
            (Query.exists("size") & ~Query.word("adopted"), ["oslo"]),
            ({}, ["oslo", "dublin"]),
        ]:
            with self.subTest(filters=filters):
                hits = self.index.search("treaty", filters=filters)
                self.assertEqual(sorted(hits.keys()), sorted(keys))
                if isinstance(filters, dict):
                    for hit in hits:
                        self.assertEqual(hit.score, plain[hit.key])

    def test_filters_alone_find_all_that_match(self):
        self.assertEqual(self.found(filters={"size": (0, 9)}, sort="date"), ["oslo", "dublin"])
        self.assertEqual(self.found("", filters={"size": (0, 9)}, sort="-date"), ["dublin", "oslo"])
        self.assertEqual(self.found(""), [])

    def test_filters_never_change_what_was_typed(self):
        hits = self.index.search('treaty OR honey "', filters={"ministers": "Phil Goff"})
        self.assertEqual(sorted(hits.keys()), ["dublin", "oslo"])
        self.assertEqual(hits.query, 'treaty OR honey "')
        self.assertTrue(any(note.kind == "query" for note in hits.notes))

    def test_a_typed_condition_and_a_filter_are_the_same(self):
        with rsearch.Index.create("big.index") as index:
            index.add(RELEASES)
        index = rsearch.Index.open("big.index")
        year = index.search("minister", facets=[Facet("date", by="year")]).facets["date/year"]
        value = year.values[0].value
        for words in ("minister", "new zealand government announces", "school OR health"):
            typed = index.search(f"({words}) AND date:{value}", limit=50)
            filtered = index.search(words, filters={"date": value}, limit=50)
            self.assertGreater(len(typed), 0)
            self.assertEqual(
                [(hit.key, hit.score) for hit in typed], [(hit.key, hit.score) for hit in filtered]
            )

    def test_orders(self):
        self.assertEqual(self.found("treaty OR honey", sort="-size"), ["dublin", "oslo", "bees"])
        self.assertEqual(
            self.found("treaty OR honey", sort=["ministers", "-date"]), ["dublin", "oslo", "bees"]
        )
        self.assertEqual(self.found("treaty", sort="score"), self.found("treaty"))
        self.assertEqual(self.found("treaty", sort="+score"), self.found("treaty")[::-1])

    def test_pages_by_token_are_the_whole_in_pieces(self):
        with rsearch.Index.create("many.index") as index:
            index.add({"_id": f"{n:03}", "body": f"word number{n % 7}", "n": n} for n in range(95))
        index = rsearch.Index.open("many.index")
        for sort in ((), "-n"):
            whole = index.search("word number3", limit=100, sort=sort).keys()
            paged, after = [], None
            while True:
                page = index.search("word number3", limit=10, sort=sort, after=after)
                paged += page.keys()
                after = page.next
                if after is None:
                    break
            self.assertEqual(paged, whole)
            self.assertEqual(index.search("word number3", skip=20, sort=sort).keys(), whole[20:30])

    def test_facets(self):
        hits = self.index.search(
            "treaty",
            facets=["ministers", Facet("date", by="year", order="value"), Facet("size", limit=None)],
        )
        ministers = hits.facets["ministers"]
        self.assertEqual(
            [(v.value, v.count) for v in ministers.values], [("Phil Goff", 2), ("Helen Clark", 1)]
        )
        self.assertEqual(
            (ministers.distinct, ministers.documents, ministers.missing, ministers.exact), (2, 2, 0, True)
        )
        years = hits.facets["date/year"]
        self.assertEqual([(v.value, v.count) for v in years.values], [("2007", 1), ("2008", 1)])
        self.assertEqual(years.values[0].end, years.values[1].start)
        self.assertEqual(len(hits.facets["size"].values), 2)
        own = self.index.search(
            "treaty", filters={"ministers": "Helen Clark"}, facets=[Facet("ministers", own_filter=False)]
        )
        self.assertEqual(own.total, 1)
        self.assertEqual(own.facets["ministers"].values[0].count, 2)

    def test_did_you_mean(self):
        self.assertEqual(self.index.search("tretay").did_you_mean, "Treaty")
        self.assertEqual(self.index.search("tretay", filters={"size": 3}).did_you_mean, "Treaty")
        self.assertIsNone(self.index.search("treaty").did_you_mean)
        self.assertIsNone(self.index.search(Query.word("tretay")).did_you_mean)

    def test_the_options_of_ranking_reach_the_library(self):
        plain = self.index.search("treaty adopted")[0].score
        for options in (
            {"ranking": "bm25"},
            {"k1": 0.5},
            {"b": 0.0},
            {"weights": {"title": 9.0}},
            {"recency": 30.0, "now": 1300000000},
        ):
            with self.subTest(options=options):
                self.assertNotEqual(self.index.search("treaty adopted", **options)[0].score, plain)
        self.assertEqual(self.index.search("treaty adopted", exhaustive=True)[0].score, plain)
        self.assertEqual(self.found("treaty honey", match="all"), [])
        self.assertEqual(len(self.found("treaty honey", match="any")), 3)
        self.assertEqual(self.found("accord"), [])
        synonyms = rsearch.Synonyms("accord, treaty")
        self.assertEqual(len(self.found("accord", synonyms=synonyms)), 2)
        self.assertEqual(len(self.found("treaty", timeout=60)), 2)
        self.assertEqual(self.found("treaty 2008", match="any", year_boost=50.0)[0], "dublin")
        self.assertEqual(self.found("treaty 2007", match="any", year_boost=50.0)[0], "oslo")
        self.assertGreater(len(self.found("oslo", expand=True)), 1)

    def test_bodies_that_are_the_same_collapse(self):
        self.index.add({"_id": "bees2", "body": "Bees make honey!"})
        self.index.commit()
        hits = self.index.search("honey", collapse="same")
        self.assertEqual((len(hits), hits[0].collapsed), (1, 1))

    def test_more_like_this(self):
        self.assertEqual(self.index.like("oslo").keys(), ["dublin"])
        hits = self.index.like(text="honey of bees")
        self.assertEqual(hits.keys(), ["bees"])
        self.assertIn("honey", hits.query)
        with self.assertRaises(rsearch.NotFoundError):
            self.index.like("nobody")

    def test_completion_and_terms(self):
        kinds = {found.kind for found in self.index.complete("trea")}
        self.assertEqual(kinds, {"word", "title"})
        values = self.index.complete("phil", kinds=["value"])
        self.assertEqual([(v.text, v.field, v.kind) for v in values], [("Phil Goff", "ministers", "value")])
        self.assertEqual(self.found(values[0].query), self.found(filters={"ministers": "Phil Goff"}))
        self.assertEqual([t.word for t in self.index.terms("tr?aty", match="wildcard")], ["treaty"])
        self.assertEqual([t.word for t in self.index.terms("b(ee|a)n?s?", match="regex")], ["bans", "bees"])
        fuzzy = self.index.terms("tretay", match="fuzzy", edits=1)
        self.assertEqual([(t.word, t.edits, t.documents) for t in fuzzy], [("treaty", 1, 2)])
        self.assertEqual(len(self.index.terms(limit=5)), 5)
        self.assertEqual(self.index.terms(limit=0), [])

    def test_what_an_index_holds(self):
        info = self.index.info
        self.assertEqual((info.documents, info.deleted, info.language, info.stored), (3, 0, "english", True))
        self.assertEqual(sum(info.parts.values()) <= info.index_bytes, True)
        self.assertEqual(self.index.fields["size"].kinds, {"number"})
        self.assertEqual(next(iter(self.index.fields)), "body")
        self.assertEqual(self.index.check(), [])

    def test_damage_is_told(self):
        name = next(name for name in os.listdir("releases.index") if name.endswith(".seg"))
        with open(os.path.join("releases.index", name), "r+b") as file:
            file.seek(200)
            file.write(b"\xff\xff\xff\xff")
        problems = self.index.check()
        self.assertTrue(problems)
        self.assertIn(name, problems[0].file)
        with self.assertRaises(rsearch.CorruptError):
            rsearch.Snapshot("releases.index", verify=True)


class Building(Place):
    def setUp(self):
        super().setUp()
        self.index = make_releases()

    def test_a_built_query_finds_what_the_typed_one_finds(self):
        for built, typed in [
            (Query.word("treaties"), "treaties"),
            (Query.word("Oslo", exact=True), "=Oslo"),
            (Query.word("adopted", "title"), "title:adopted"),
            (Query.phrase("cluster munitions"), '"cluster munitions"'),
            (Query.phrase("cluster munition", stems=True), '"cluster munition"~'),
            (Query.phrase("munitions cluster", distance=2), '"munitions cluster"~2'),
            (Query.phrase("Cluster munitions", exact=True), '="Cluster munitions"'),
            (Query.prefix("mun"), "mun*"),
            (Query.wildcard("m?nit*"), "m?nit*"),
            (Query.regex("muniti(on|ons)"), "/muniti(on|ons)/"),
            (Query.fuzzy("munitons"), "munitons~"),
            (Query.fuzzy("muntons", edits=2), "muntons~2"),
            (Query.exists("size"), "size:*"),
            (Query.all(), "*"),
            (Query.value("ministers", "Helen Clark"), 'ministers:"Helen Clark"'),
            (Query.range("size", 3, 4), "size:3..4"),
            (Query.range("date", start="2008"), "date:2008.."),
            (Query.word("treaty") & Query.word("oslo"), "treaty AND oslo"),
            (Query.word("honey") | Query.word("oslo"), "honey OR oslo"),
            (Query.word("treaty") & ~Query.word("oslo"), "treaty AND NOT oslo"),
            (Query.word("treaty") & ~~Query.word("oslo"), "treaty AND oslo"),
            (~Query.word("treaty"), "NOT treaty"),
            (~(Query.word("oslo") | Query.word("honey")), "NOT (oslo OR honey)"),
            ((Query.word("oslo") | Query.word("honey")) & Query.word("sign"), "(oslo OR honey) AND sign"),
            (Query.near("sign", "treaty", distance=1), "sign NEAR/1 treaty"),
            (Query.near("treaty", "sign", distance=1, ordered=True), "treaty ONEAR/1 sign"),
            (Query.side_by_side("treaty", "oslo"), "treaty oslo"),
            (Query.side_by_side("oslo", must=("treaty",), must_not=("honey",)), "+treaty oslo -honey"),
            (Query.any("oslo", "honey"), "oslo OR honey"),
            (Query.every("oslo", "treaty", "sign"), "oslo AND treaty AND sign"),
            (Query.word("oslo") | Query.word("adopted") * 3, "oslo OR (adopted)^3"),
        ]:
            with self.subTest(typed=typed):
                wanted = [(hit.key, hit.score) for hit in self.index.search(typed, strict=True)]
                self.assertEqual([(hit.key, hit.score) for hit in self.index.search(built)], wanted)
        self.assertEqual(len(self.index.search(2 * Query.word("treaty"))), 2)

    def test_a_query_may_be_used_again_and_with_filters(self):
        query = Query.word("treaty")
        both = query & Query.word("oslo")
        self.assertEqual(len(self.index.search(query)), 2)
        self.assertEqual(len(self.index.search(both)), 1)
        self.assertEqual(len(self.index.search(query, filters={"size": 3})), 1)
        self.assertEqual(len(self.index.search(query)), 2)

    def test_what_cannot_be_is_an_error(self):
        for query in (Query.regex("("), Query.fuzzy("a", edits=3), Query.word("a") * 0, Query.word("a") * -1):
            with self.assertRaises(rsearch.Error):
                self.index.search(query)
        with self.assertRaises(TypeError):
            Query.word("a") & "b"
        with self.assertRaises(TypeError):
            self.index.search(3)
