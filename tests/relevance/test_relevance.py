"""The metrics of bench/relevance on hand-worked cases, its judgements, and its table. Prints TAP."""

import os
import pathlib
import subprocess
import sys
import tempfile

RSEARCH = sys.argv[1]
ROOT = pathlib.Path(os.environ["RLS_SOURCE_ROOT"])
RELEVANCE = ROOT / "bench" / "relevance"
sys.path.insert(0, str(RELEVANCE))

import metrics  # noqa: E402

GRADED = {"a": 3, "b": 2, "c": 1, "d": 0, "e": -1}
BINARY = {"r": 1}


def near(value, expected):
    assert abs(value - expected) < 1e-6, f"{value} is not {expected}"


def gains_are_the_judgements_with_a_discount_by_log2():
    # (3 / log2 3 + 2 / log2 4) / (3 / log2 2 + 2 / log2 3 + 1 / log2 4)
    near(metrics.ndcg(["x", "a", "b"], GRADED, 10), 2.892789261 / 4.761859507)
    near(metrics.ndcg(["a", "b", "c"], GRADED, 10), 1)
    near(metrics.ndcg(["x", "d", "e"], GRADED, 10), 0)


def what_is_behind_the_cut_counts_for_nothing():
    ranking = [f"x{i}" for i in range(10)] + ["r"]
    near(metrics.ndcg(ranking, BINARY, 10), 0)
    near(metrics.precision(ranking, BINARY, 10), 0)
    near(metrics.recall(ranking, BINARY, 10), 0)
    near(metrics.recall(ranking, BINARY, 100), 1)
    near(metrics.average_precision(ranking, BINARY), 1 / 11)


def the_ideal_order_is_cut_as_well():
    many = {str(i): 1 for i in range(20)}
    near(metrics.ndcg([str(i) for i in range(10)], many, 10), 1)


def average_precision_divides_by_all_relevant_documents():
    near(metrics.average_precision(["x", "a", "b"], GRADED), (1 / 2 + 2 / 3) / 3)
    near(metrics.average_precision([], GRADED), 0)


def precision_divides_by_the_cut_and_recall_by_the_relevant():
    near(metrics.precision(["a", "x", "b"], GRADED, 10), 0.2)
    near(metrics.recall(["a", "x", "b"], GRADED, 100), 2 / 3)


def the_reciprocal_rank_is_that_of_the_first_relevant():
    near(metrics.reciprocal_rank(["x", "e", "c", "a"], GRADED), 1 / 3)
    near(metrics.reciprocal_rank(["x"], GRADED), 0)


def a_query_without_a_relevant_document_is_0():
    assert set(metrics.measure(["d", "e"], {"d": 0, "e": -1}).values()) == {0}


def a_run_is_ordered_by_score_then_by_id_from_the_greatest():
    lines = ["q Q0 b 1 1.0 t", "q Q0 a 2 2.0 t", "", "q Q0 c 3 1.00000001 t", "q Q0 B 4 1 t",
             "p Q0 c 1 3.5 t"]
    assert metrics.read_run(lines) == {"q": ["a", "c", "b", "B"], "p": ["c"]}


def every_topic_of_the_archive_has_judgements_and_an_answer():
    folder = RELEVANCE / "archive"
    topics = [line.split("\t") for line in
              (folder / "topics.tsv").read_text("utf-8").splitlines()]
    qrels = metrics.read_qrels(folder / "qrels.txt")
    assert all(len(topic) == 3 and all(topic) for topic in topics)
    assert [topic[0] for topic in topics] == list(qrels)
    for topic, judgements in qrels.items():
        assert set(judgements.values()) <= {0, 1, 2}, topic
        assert 2 in judgements.values(), topic


def the_table_has_a_row_for_each_ranking():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "releases"
        folder.mkdir()
        index = pathlib.Path(name) / "index"
        subprocess.run([RSEARCH, "index", "-q", "-i", index, ROOT / "tests/data/releases"], check=True)
        with open(folder / "corpus.jsonl", "wb") as out:
            subprocess.run([RSEARCH, "export", "-i", index], check=True, stdout=out)
        for part in ("qrels.txt", "queries.tsv"):
            (folder / part).write_bytes((ROOT / "tests/relevance" / part).read_bytes())
        told = subprocess.run([sys.executable, RELEVANCE / "evaluate.py", RSEARCH, folder],
                              capture_output=True, text=True, check=True)
    assert told.stderr == "", told.stderr
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")]
            for line in told.stdout.splitlines()]
    assert {len(row) for row in rows} == {11}, told.stdout
    rankings = [row[1] for row in rows[2:]]
    half = len(rankings) // 2
    assert half >= 3 and rankings[:half] == rankings[half:], rankings
    assert rows[2][0] == "releases, 9"
    assert all(float(row[2]) > 0.7 for row in rows[2:2 + half]), told.stdout
    assert [row[8] for row in rows[2:2 + half]].count("") == 1, told.stdout


TESTS = [gains_are_the_judgements_with_a_discount_by_log2,
         what_is_behind_the_cut_counts_for_nothing,
         the_ideal_order_is_cut_as_well,
         average_precision_divides_by_all_relevant_documents,
         precision_divides_by_the_cut_and_recall_by_the_relevant,
         the_reciprocal_rank_is_that_of_the_first_relevant,
         a_query_without_a_relevant_document_is_0,
         a_run_is_ordered_by_score_then_by_id_from_the_greatest,
         every_topic_of_the_archive_has_judgements_and_an_answer,
         the_table_has_a_row_for_each_ranking]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, start=1):
        try:
            test()
            print(f"ok {number} - {test.__name__}")
        except Exception as problem:  # a test that breaks has failed
            failed += 1
            print(f"not ok {number} - {test.__name__}")
            print("# " + str(problem).replace("\n", "\n# "))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
