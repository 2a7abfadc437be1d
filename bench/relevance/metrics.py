"""nDCG@10, MAP, P@10 and R@100 as trec_eval defines them.

A run is a list of documents a query, best first: its order is taken as it is. Judgements above 0 are
relevant. Gains of nDCG are the judgements themselves, discounted by log2(rank + 1); the ideal order
is that of all judged documents. MAP divides by all relevant documents, found or not. Queries without
a relevant document are left out of every mean; those with one but without hits count as 0.
"""

import math


def dcg(gains):
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def ndcg(ranking, judgements, cut):
    """`judgements`: document -> relevance."""
    ideal = sorted((gain for gain in judgements.values() if gain > 0), reverse=True)
    best = dcg(ideal[:cut])
    found = dcg([max(judgements.get(document, 0), 0) for document in ranking[:cut]])
    return found / best if best > 0 else 0.0


def average_precision(ranking, judgements):
    relevant = sum(1 for gain in judgements.values() if gain > 0)
    found = 0
    total = 0.0
    for rank, document in enumerate(ranking, start=1):
        if judgements.get(document, 0) > 0:
            found += 1
            total += found / rank
    return total / relevant if relevant else 0.0


def precision(ranking, judgements, cut):
    return sum(1 for document in ranking[:cut] if judgements.get(document, 0) > 0) / cut


def recall(ranking, judgements, cut):
    relevant = sum(1 for gain in judgements.values() if gain > 0)
    found = sum(1 for document in ranking[:cut] if judgements.get(document, 0) > 0)
    return found / relevant if relevant else 0.0


def evaluate(run, qrels):
    """Means over the judged queries. `run`: query -> ranking; `qrels`: query -> judgements."""
    judged = [query for query, judgements in qrels.items()
              if any(gain > 0 for gain in judgements.values())]
    sums = {"nDCG@10": 0.0, "MAP": 0.0, "P@10": 0.0, "R@100": 0.0}
    for query in judged:
        ranking = run.get(query, [])
        sums["nDCG@10"] += ndcg(ranking, qrels[query], 10)
        sums["MAP"] += average_precision(ranking, qrels[query])
        sums["P@10"] += precision(ranking, qrels[query], 10)
        sums["R@100"] += recall(ranking, qrels[query], 100)
    count = max(len(judged), 1)
    means = {name: value / count for name, value in sums.items()}
    means["queries"] = len(judged)
    return means


def read_qrels(path):
    """Lines of query, 0, document, relevance."""
    qrels = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                query, _, document, relevance = line.split()
                qrels.setdefault(query, {})[document] = int(relevance)
    return qrels


def read_run(lines):
    """Lines of query, Q0, document, rank, score, tag, in order of rank."""
    ranked = {}
    for line in lines:
        if line.strip():
            query, _, document, rank, _, _ = line.split()
            ranked.setdefault(query, []).append((int(rank), document))
    return {query: [document for _, document in sorted(found)]
            for query, found in ranked.items()}
