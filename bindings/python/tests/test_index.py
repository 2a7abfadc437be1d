"""Adding, replacing, deleting, committing."""

import datetime
import errno
import os
import pathlib
import shutil
from unittest import mock

import rsearch
from support import DOCUMENTS, RELEASES, Place, make_releases


class Adding(Place):
    def test_a_dict_is_a_document_and_comes_back_as_it_was(self):
        index = make_releases()
        hit = index["dublin"]
        self.assertEqual(hit.fields, {k: v for k, v in DOCUMENTS[1].items() if k not in ("_id", "body")})
        self.assertEqual(hit.body, DOCUMENTS[1]["body"])
        self.assertEqual(len(index), 3)
        self.assertIn("oslo", index)
        self.assertNotIn("oslo2", index)
        self.assertIsNone(index.get("oslo2"))

    def test_names_of_keys_and_bodies_are_those_of_json_lines(self):
        with rsearch.Index.create("i") as index:
            index.add({"id": 7, "contents": "seven"}, {"_id": "x", "text": "ten", "contents": "field"})
        index = rsearch.Index.open("i")
        self.assertEqual(index["7"].body, "seven")
        self.assertEqual(index["x"].body, "ten")
        self.assertEqual(index["x"].fields, {"contents": "field"})

    def test_values_of_all_kinds(self):
        with rsearch.Index.create("i") as index:
            index.add(
                {
                    "_id": "a",
                    "day": datetime.date(2007, 5, 28),
                    "tags": ("red", "green"),
                    "nested": {"deep": {"er": "value"}, "count": 12},
                    "nothing": None,
                    "true": True,
                    "big": 2**40,
                }
            )
        hit = rsearch.Index.open("i")["a"]
        self.assertEqual(
            hit.fields,
            {
                "day": "2007-05-28",
                "tags": ["red", "green"],
                "nested.deep.er": "value",
                "nested.count": 12,
                "true": "true",
                "big": 2**40,
            },
        )
        self.assertEqual(rsearch.Index.open("i").search(filters={"nested.count": 12}).keys(), ["a"])

    def test_iterators_of_anything_are_taken_item_by_item(self):
        os.mkdir("notes")
        pathlib.Path("notes/a.md").write_text("---\ntitle: Note\n---\nApples", "utf-8")
        pathlib.Path("lines.jsonl").write_text('{"_id":"l1","text":"Pears"}\n', "utf-8")
        with rsearch.Index.create("i") as index:
            index.add(iter([{"_id": "d", "body": "Plums"}, "notes", pathlib.Path("lines.jsonl")]))
        index = rsearch.Index.open("i")
        self.assertEqual(sorted(hit.key for hit in index.search(rsearch.Query.all())), ["a.md", "d", "l1"])

    def test_what_is_no_document_is_refused(self):
        with rsearch.Index.create("i") as index:
            for what in (
                3,
                b"bytes",
                {"title": "no key"},
                {"_id": "a", "raw": b"bytes"},
                {"_id": "a", "body": []},
                None,
            ):
                with self.subTest(what=what), self.assertRaises(rsearch.BadDocumentError):
                    index.add(what)
            with self.assertRaises(rsearch.BadArgumentError):
                index.add({"_id": ""})
        self.assertEqual(len(rsearch.Index.open("i")), 0)

    def test_lone_surrogates_are_an_error_and_nothing_else_is_lost(self):
        with rsearch.Index.create("i") as index:
            with self.assertRaises(UnicodeEncodeError):
                index.add({"_id": "a", "body": "\ud800"})
            index.add({"_id": "b", "body": "\N{GRINNING FACE} \0 text"})
        self.assertEqual(len(rsearch.Index.open("i")), 1)


class Files(Place):
    def setUp(self):
        super().setUp()
        shutil.copytree(RELEASES, "releases")

    def test_a_folder_indexed_again_takes_what_is_new_changed_or_gone(self):
        with rsearch.Index.create("i") as index:
            index.add("releases")
        index = rsearch.Index.open("i")
        count = len(index)
        self.assertEqual(count, sum(len(files) for _, _, files in os.walk("releases")))
        hit = index.search("cluster munitions")[0]
        self.assertEqual(hit.file().freshness, "fresh")
        index.add("releases")
        report = index.commit()
        self.assertEqual((report.added, report.replaced, report.unchanged), (0, 0, 0))
        path = os.path.join("releases", hit.key)
        with open(path, "a", encoding="utf-8") as file:
            file.write("\nxylophone\n")
        self.assertEqual(hit.file().freshness, "changed")
        pathlib.Path("releases/new.md").write_text("A new one", "utf-8")
        pathlib.Path("releases/.hidden.md").write_text("Not this", "utf-8")
        pathlib.Path("releases/picture.PNG").write_text("Nor that", "utf-8")
        gone = next(key for key in index.search("the", limit=50).keys() if key != hit.key)
        os.remove(os.path.join("releases", gone))
        index.add("releases")
        report = index.commit()
        self.assertEqual((report.added, report.replaced, report.deleted), (1, 1, 1))
        self.assertEqual(len(index), count)
        self.assertEqual(index.search("xylophone").keys(), [hit.key])
        self.assertNotIn(gone, index)

    def test_folders_and_files_beside_each_other_do_not_touch_each_other(self):
        os.mkdir("more")
        pathlib.Path("more/a.md").write_text("Apples", "utf-8")
        pathlib.Path("single.txt").write_text("Pears", "utf-8")
        with rsearch.Index.create("i") as index:
            index.add("releases")
            index.add("more", "single.txt")
        index = rsearch.Index.open("i")
        self.assertIn("more/a.md", index)
        count = len(index)
        index.add("releases", "more")
        self.assertEqual(index.commit().deleted, 0)
        self.assertEqual(len(index), count)
        os.remove("more/a.md")
        index.add("more")
        self.assertEqual(index.commit().deleted, 1)
        self.assertEqual(len(index), count - 1)

    def test_a_folder_below_a_known_one_counts_from_the_known_one(self):
        with rsearch.Index.create("i") as index:
            index.add("releases")
        index = rsearch.Index.open("i")
        count = len(index)
        below = sorted(os.listdir("releases"))[0]
        index.add(os.path.join("releases", below))
        index.commit()
        self.assertEqual(len(index), count)

    def test_changes_come_after_what_others_have_committed(self):
        os.makedirs("notes/deep")
        pathlib.Path("notes/a.md").write_text("Apples", "utf-8")
        pathlib.Path("notes/deep/b.md").write_text("Pears", "utf-8")
        index = rsearch.Index.create("i")
        with rsearch.Index.open("i") as other:
            other.add("notes")
        os.remove("notes/a.md")
        index.add("notes/deep", "notes")
        report = index.commit()
        self.assertEqual((report.added, report.deleted), (0, 1))
        self.assertEqual(index.search(rsearch.Query.all()).keys(), ["deep/b.md"])

    def test_what_cannot_be_read_is_a_remark(self):
        pathlib.Path("bad.jsonl").write_text('{"_id": "a"}\n{"_id": \n', "utf-8")
        index = rsearch.Index.create("i")
        index.add("bad.jsonl")
        report = index.commit()
        self.assertEqual((report.added, report.skipped), (1, 1))
        self.assertEqual([remark.skipped for remark in index.remarks], [True])
        self.assertIn("bad.jsonl", index.remarks[0].path)
        self.assertIsNotNone(index["a"].file())

    def test_files_that_may_not_be_looked_for_are_kept(self):
        def refusing(call):
            def refuse(path=".", **more):
                if "deep" in os.fspath(path):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
                return call(path, **more)

            return refuse

        os.makedirs("notes/deep")
        pathlib.Path("notes/deep/a.md").write_text("Apples", "utf-8")
        with rsearch.Index.create("i") as index:
            index.add("notes")
        index = rsearch.Index.open("i")
        with mock.patch("os.scandir", refusing(os.scandir)), mock.patch("os.lstat", refusing(os.lstat)):
            index.add("notes")
        self.assertEqual(index.commit().deleted, 0)
        shutil.rmtree("notes/deep")
        index.add("notes")
        self.assertEqual(index.commit().deleted, 1)

    def test_a_file_that_vanishes_after_it_was_listed_is_gone(self):
        os.mkdir("notes")
        index = rsearch.Index.create("i")
        with mock.patch("rsearch.folders._walk", lambda top: iter([os.path.join(top, "a.md")])):
            index.add("notes")
        self.assertEqual(index.commit().added, 0)

    def test_names_of_files_may_be_any_bytes(self):
        os.mkdir("notes")
        name, bad = os.fsdecode(b"caf\xe9.txt"), os.fsdecode(b"caf\xe9.jsonl")
        pathlib.Path("notes", name).write_text("A treaty", "utf-8")
        pathlib.Path("notes", bad).write_text("{\n", "utf-8")
        index = rsearch.Index.create("i")
        index.add("notes")
        report = index.commit()
        self.assertEqual((report.added, report.skipped), (1, 1))
        self.assertIn(bad, index.remarks[0].path)
        hit = index.search("treaty")[0]
        self.assertEqual((hit.file().name, hit.file().freshness), (name, "fresh"))
        self.assertEqual(hit.file(pathlib.Path("notes")).freshness, "fresh")
        self.assertNotEqual(hit.file(os.fsdecode(b"else\xffwhere")).freshness, "fresh")
        index.delete_file(name)
        self.assertEqual(index.commit().deleted, 1)

    def test_a_missing_file_is_an_error_of_python(self):
        index = rsearch.Index.create("i")
        with self.assertRaises(FileNotFoundError):
            index.add("no-such-file.md")


class Changing(Place):
    def test_the_same_key_replaces(self):
        index = make_releases()
        index.add({"_id": "bees", "body": "Wasps"})
        report = index.commit()
        self.assertEqual((report.replaced, report.documents), (1, 3))
        self.assertEqual(index.search("wasps").keys(), ["bees"])
        self.assertEqual(index.search("honey").keys(), [])

    def test_an_update_puts_changes_over_what_there_is(self):
        index = make_releases()
        index.update("dublin", {"size": 5, "ministers": None, "note": "new"})
        index.commit()
        hit = index["dublin"]
        self.assertEqual(
            hit.fields, {"title": "Treaty adopted", "date": "2008-05-30", "size": 5, "note": "new"}
        )
        self.assertEqual(hit.body, DOCUMENTS[1]["body"])
        self.assertEqual(index.search(filters={"date": "2008", "size": 5}).keys(), ["dublin"])
        with self.assertRaises(rsearch.NotFoundError):
            index.update("nobody", {})

    def test_an_update_of_a_body_that_is_not_stored_needs_it(self):
        with rsearch.Index.create("i", store=False) as index:
            index.add({"_id": "a", "body": "words", "n": 1})
        index = rsearch.Index.open("i")
        with self.assertRaises(rsearch.BadArgumentError):
            index.update("a", {"n": 2})
        index.update("a", {"n": 2, "body": "others"})
        index.commit()
        self.assertEqual(index.search("others").keys(), ["a"])

    def test_nothing_is_seen_before_the_commit_and_nothing_after_a_rollback(self):
        index = make_releases()
        index.delete("bees")
        self.assertEqual(len(index), 3)
        index.rollback()
        self.assertEqual(index.commit().documents, 3)
        index.delete("bees")
        index.delete("nobody")
        self.assertEqual(index.commit().deleted, 1)
        self.assertEqual(len(index), 2)
        index.optimize()
        self.assertEqual((index.info.segments, index.info.deleted), (1, 0))

    def test_a_block_that_fails_changes_nothing(self):
        make_releases()
        with self.assertRaises(KeyError), rsearch.Index.open("releases.index") as index:
            index.delete("bees")
            raise KeyError
        self.assertEqual(len(rsearch.Index.open("releases.index")), 3)
        with self.assertRaises(rsearch.BadArgumentError):
            index.search("treaty")

    def test_one_writer_at_a_time_and_commits_give_the_lock_back(self):
        one, other = make_releases(), rsearch.Index.open("releases.index")
        one.delete("bees")
        with self.assertRaises(rsearch.BusyError) as caught:
            other.delete("oslo")
        self.assertIn(str(os.getpid()), str(caught.exception))
        one.commit()
        other.delete("oslo")
        other.commit()
        self.assertEqual((len(one), len(other)), (2, 1))
        self.assertTrue(one.refresh())
        self.assertFalse(one.refresh())
        self.assertEqual(len(one), 1)

    def test_a_snapshot_stays_as_it_is(self):
        index = make_releases()
        snapshot = index.snapshot()
        index.delete("bees")
        index.commit()
        self.assertEqual((len(snapshot), len(index)), (3, 2))
        newer = snapshot.refreshed()
        self.assertEqual(len(newer), 2)
        self.assertIs(newer.refreshed(), newer)

    def test_an_index_and_its_snapshots_are_closed_one_by_one(self):
        with make_releases() as index:
            kept = index.snapshot()
            with index.snapshot() as snapshot:
                hits = snapshot.search("treaty")
            self.assertEqual(hits.keys(), index.search("treaty").keys())
        self.assertEqual(kept.search("treaty").keys(), hits.keys())
        self.assertIn("Treaty", hits[1].title)
        kept.close()
        with self.assertRaises(rsearch.BadArgumentError):
            kept.search("treaty")

    def test_progress_is_told_and_may_stop_the_work(self):
        index = rsearch.Index.create("i")
        for part in range(3):
            index.add({"_id": f"{part}/{n}", "body": f"word{n} " * 50} for n in range(2000))
            index.commit()
        told = []

        def stop(documents, size):
            told.append((documents, size))
            raise KeyError("stop")

        with self.assertRaises(KeyError):
            index.optimize(stop)
        self.assertEqual(len(told), 1)
        index.optimize(lambda documents, size: told.append((documents, size)))
        self.assertGreater(len(told), 1)
        self.assertEqual((index.info.documents, index.info.segments), (6000, 1))

    def test_a_schema_says_how_fields_are_treated(self):
        schema = {"code": "keyword", "secret": "ignore", "note": rsearch.Field("text stored", weight=3)}
        with rsearch.Index.create("i", schema=schema) as index:
            index.add({"_id": "a", "code": "A 1", "secret": "hidden", "note": "plain words"})
        index = rsearch.Index.open("i")
        self.assertEqual(index.fields["code"].kinds, {"keyword"})
        self.assertNotIn("secret", index.fields)
        self.assertEqual(index.search("note:word").keys(), ["a"])
        with self.assertRaises(rsearch.BadArgumentError):
            rsearch.Schema({"x": "keywords"})
        with self.assertRaises(rsearch.BadArgumentError):
            rsearch.Schema.read("fields: [", "rsearch.yaml")
