#include "metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const cli_metric_names[CLI_METRIC_COUNT + 1] = {"nDCG@10", "MAP", "P@10", "R@100",
                                                            "R@1000",  "MRR", NULL};

enum {
    CUT = 10 /* of nDCG and precision */
};

static int
compare_relevances(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;

    return left > right ? -1 : left < right;
}

static double
discounted_gain(const int32_t *relevances, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count && i < CUT; i++) {
        if (relevances[i] > 0)
            sum += relevances[i] / log2((double)i + 2);
    }
    return sum;
}

void
cli_metrics_measure(const int32_t *ranking, size_t count, int32_t *judged, size_t judged_count,
                    double *out)
{
    size_t relevant = 0, found = 0, found_100 = 0, found_1000 = 0, found_cut = 0;
    double ideal, precisions = 0;

    memset(out, 0, CLI_METRIC_COUNT * sizeof *out);
    if (judged_count > 0)
        qsort(judged, judged_count, sizeof *judged, compare_relevances);
    while (relevant < judged_count && judged[relevant] > 0)
        relevant++;
    if (relevant == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        if (ranking[i] <= 0)
            continue;
        found++;
        precisions += (double)found / (double)(i + 1);
        found_cut += i < CUT;
        found_100 += i < 100;
        found_1000 += i < 1000;
        if (found == 1)
            out[CLI_MRR] = 1 / (double)(i + 1);
    }
    ideal = discounted_gain(judged, judged_count);
    out[CLI_NDCG_10] = discounted_gain(ranking, count) / ideal;
    out[CLI_MAP] = precisions / (double)relevant;
    out[CLI_P_10] = (double)found_cut / CUT;
    out[CLI_R_100] = (double)found_100 / (double)relevant;
    out[CLI_R_1000] = (double)found_1000 / (double)relevant;
}

static int
compare_scored(const void *a, const void *b)
{
    const cli_scored *left = a, *right = b;

    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return strcmp(right->document, left->document);
}

void
cli_metrics_order(cli_scored *hits, size_t count)
{
    if (count > 0)
        qsort(hits, count, sizeof *hits, compare_scored);
}
