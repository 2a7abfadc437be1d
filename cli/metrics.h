/* How good a ranking is, as trec_eval reckons it: cli/judged.h hands in the relevance of each hit,
 * cmd_eval.c takes means over queries.
 *
 * A relevance of 1 or more counts as relevant, documents without a judgement as not relevant. Gains
 * of nDCG are the relevances themselves, discounted by log2(rank + 1) (Järvelin & Kekäläinen 2002);
 * the ideal order is that of all judged documents. MAP and recall divide by all relevant documents,
 * found or not; precision by the cut, however few hits there are. What has nothing to divide by
 * is 0. */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include <stddef.h>
#include <stdint.h>

typedef enum cli_metric {
    CLI_NDCG_10,
    CLI_MAP,
    CLI_P_10,
    CLI_R_100,
    CLI_R_1000,
    CLI_MRR, /* 1 / rank of the first relevant hit */
    CLI_METRIC_COUNT
} cli_metric;

/* "nDCG@10" */
extern const char *const cli_metric_names[CLI_METRIC_COUNT + 1]; /* NULL is the last */

/* Of one query. `ranking`: the relevance of each hit, the best first. `judged`: those of all its
 * judged documents, which are sorted in place. `out` has CLI_METRIC_COUNT values. */
void cli_metrics_measure(const int32_t *ranking, size_t count, int32_t *judged, size_t judged_count,
                         double *out);

/* One hit of a run. */
typedef struct cli_scored {
    const char *document;
    float       score;
    int32_t     relevance;
} cli_scored;

/* The order that trec_eval takes a run in, whatever its ranks say: by score as a float, equal ones
 * by the id of the document, the greatest first. */
void cli_metrics_order(cli_scored *hits, size_t count);

#endif
