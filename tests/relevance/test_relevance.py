"""The metrics of bench/relevance on hand-worked cases, then a small judged collection: the releases
of tests/data with nine queries. Prints TAP."""

import os
import pathlib
import subprocess
import sys
import tempfile

RSEARCH = sys.argv[1]
ROOT = pathlib.Path(os.environ["RLS_SOURCE_ROOT"])
HERE = ROOT / "tests" / "relevance"
sys.path.insert(0, str(ROOT / "bench" / "relevance"))

import evaluate as driver  # noqa: E402
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


def means_are_over_queries_with_a_relevant_document():
    qrels = {"1": {"a": 1}, "2": {"a": 1}, "3": {"a": 0}}
    means = metrics.evaluate({"1": ["a"], "3": ["a"], "4": ["a"]}, qrels)
    assert means["queries"] == 2
    for name in ("nDCG@10", "MAP", "R@100"):
        near(means[name], 0.5)
    near(means["P@10"], 0.05)


def a_run_is_read_in_the_order_of_its_ranks():
    lines = ["q Q0 b 2 1.0 t", "q Q0 a 1 1.0 t", "", "p Q0 c 1 3.5 t"]
    assert metrics.read_run(lines) == {"q": ["a", "b"], "p": ["c"]}


def operators_of_queries_are_blanked_and_words_kept():
    assert driver.as_words('a AND "b-c" -d (e:f) +g NOTE').split() == \
        ["a", "and", "b-c", "d", "e", "f", "g", "NOTE"]


def the_judged_releases_are_found():
    with tempfile.TemporaryDirectory() as folder:
        index = folder + "/index"
        subprocess.run([RSEARCH, "index", "-i", index, str(ROOT / "tests/data/releases")],
                       check=True, capture_output=True)
        run = subprocess.run([RSEARCH, "query", "-i", index, "-n", "100", "--trec", "t",
                              "--batch", str(HERE / "queries.tsv")],
                             check=True, capture_output=True, text=True).stdout.splitlines()
        exhaustive = subprocess.run([RSEARCH, "query", "-i", index, "-n", "100", "--trec", "t",
                                     "--exhaustive", "--batch", str(HERE / "queries.tsv")],
                                    check=True, capture_output=True, text=True).stdout.splitlines()
    assert run == exhaustive
    means = metrics.evaluate(metrics.read_run(run), metrics.read_qrels(HERE / "qrels.txt"))
    assert means["queries"] == 9
    assert means["R@100"] == 1, means
    assert means["nDCG@10"] > 0.9, means
    assert means["MAP"] > 0.85, means


TESTS = [gains_are_the_judgements_with_a_discount_by_log2,
         what_is_behind_the_cut_counts_for_nothing,
         the_ideal_order_is_cut_as_well,
         average_precision_divides_by_all_relevant_documents,
         precision_divides_by_the_cut_and_recall_by_the_relevant,
         means_are_over_queries_with_a_relevant_document,
         a_run_is_read_in_the_order_of_its_ranks,
         operators_of_queries_are_blanked_and_words_kept,
         the_judged_releases_are_found]


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
