"""nDCG@10, MAP, P@10, R@100, R@1000 and MRR as trec_eval defines them: what the tests hold
`rsearch eval` against, written apart from it.

A ranking is a list of documents, best first. Judgements above 0 are relevant. Gains of nDCG are the
judgements themselves, discounted by log2(rank + 1); the ideal order is that of all judged documents.
MAP divides by all relevant documents, found or not. A query without a relevant document is 0.
"""

import math
import struct


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


def reciprocal_rank(ranking, judgements):
    for rank, document in enumerate(ranking, start=1):
        if judgements.get(document, 0) > 0:
            return 1 / rank
    return 0.0


def measure(ranking, judgements):
    """All figures of one query."""
    return {"nDCG@10": ndcg(ranking, judgements, 10), "MAP": average_precision(ranking, judgements),
            "P@10": precision(ranking, judgements, 10), "R@100": recall(ranking, judgements, 100),
            "R@1000": recall(ranking, judgements, 1000),
            "MRR": reciprocal_rank(ranking, judgements)}


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
    """Lines of query, Q0, document, rank, score, tag: query -> documents by score, which is taken as
    a float of 32 bits, and equal ones by name from the greatest. The rank is not looked at."""
    scored = {}
    for line in lines:
        if line.strip():
            query, _, document, _, score, _ = line.split()
            single = struct.unpack("f", struct.pack("f", float(score)))[0]
            scored.setdefault(query, []).append((single, document.encode(), document))
    return {query: [document for _, _, document in sorted(found, reverse=True)]
            for query, found in scored.items()}
