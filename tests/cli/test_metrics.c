/* The figures of `rsearch eval` on cases worked by hand. */
#include "metrics.h"

#include <math.h>

#include "significance.h"
#include "support/runner.h"

static bool
is_near(double value, double wanted)
{
    return fabs(value - wanted) < 1e-12;
}

#define RANKING(...) (const int32_t[]){__VA_ARGS__}, sizeof((int32_t[]){__VA_ARGS__}) / 4
#define JUDGED(...) (int32_t[]){__VA_ARGS__}, sizeof((int32_t[]){__VA_ARGS__}) / 4

TEST(gains_are_relevances_discounted_by_log2)
{
    double out[CLI_METRIC_COUNT];

    cli_metrics_measure(RANKING(0, 3, 2), JUDGED(0, 1, 3, -1, 2), out);
    CHECK(is_near(out[CLI_NDCG_10], (3 / log2(3) + 2 / log2(4)) / (3 + 2 / log2(3) + 1 / log2(4))));
    CHECK(is_near(out[CLI_MAP], (1 / 2.0 + 2 / 3.0) / 3));
    CHECK(is_near(out[CLI_P_10], 0.2));
    CHECK(is_near(out[CLI_R_100], 2 / 3.0));
    CHECK(is_near(out[CLI_R_1000], 2 / 3.0));
    CHECK(is_near(out[CLI_MRR], 0.5));
}

TEST(a_perfect_ranking_is_1_and_precision_still_divides_by_ten)
{
    double out[CLI_METRIC_COUNT];

    cli_metrics_measure(RANKING(4, 2, 1), JUDGED(1, 2, 4), out);
    CHECK(is_near(out[CLI_NDCG_10], 1) && is_near(out[CLI_MAP], 1) && is_near(out[CLI_MRR], 1));
    CHECK(is_near(out[CLI_R_100], 1) && is_near(out[CLI_P_10], 0.3));
}

TEST(negative_judgements_are_not_relevant_and_take_nothing_away)
{
    double out[CLI_METRIC_COUNT];

    cli_metrics_measure(RANKING(-2, 1), JUDGED(-2, 1), out);
    CHECK(is_near(out[CLI_NDCG_10], 1 / log2(3)) && is_near(out[CLI_MAP], 0.5));
    CHECK(is_near(out[CLI_P_10], 0.1) && is_near(out[CLI_MRR], 0.5));
}

TEST(each_figure_has_its_cut)
{
    static const size_t places[] = {9, 10, 99, 100, 999, 1000};
    int32_t             ranking[1001];
    double              out[CLI_METRIC_COUNT];

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t place = places[i];
        memset(ranking, 0, sizeof ranking);
        ranking[place] = 1;
        cli_metrics_measure(ranking, 1001, JUDGED(1), out);
        CHECK(is_near(out[CLI_NDCG_10], place < 10 ? 1 / log2(11) : 0));
        CHECK(is_near(out[CLI_P_10], place < 10 ? 0.1 : 0));
        CHECK(is_near(out[CLI_R_100], place < 100));
        CHECK(is_near(out[CLI_R_1000], place < 1000));
        CHECK(is_near(out[CLI_MAP], 1 / (double)(place + 1)));
        CHECK(is_near(out[CLI_MRR], 1 / (double)(place + 1)));
    }
}

TEST(the_ideal_order_is_cut_as_well)
{
    int32_t judged[20], ranking[10];
    double  out[CLI_METRIC_COUNT];

    for (size_t i = 0; i < 20; i++)
        judged[i] = 1;
    memcpy(ranking, judged, sizeof ranking);
    cli_metrics_measure(ranking, 10, judged, 20, out);
    CHECK(is_near(out[CLI_NDCG_10], 1) && is_near(out[CLI_MAP], 0.5) && is_near(out[CLI_P_10], 1));
}

TEST(without_hits_or_without_relevant_documents_all_is_0)
{
    double out[CLI_METRIC_COUNT];

    cli_metrics_measure(NULL, 0, JUDGED(1), out);
    for (size_t i = 0; i < CLI_METRIC_COUNT; i++)
        CHECK(out[i] == 0);
    cli_metrics_measure(RANKING(0, -1), JUDGED(0, -1), out);
    for (size_t i = 0; i < CLI_METRIC_COUNT; i++)
        CHECK(out[i] == 0);
    cli_metrics_measure(NULL, 0, NULL, 0, out);
    for (size_t i = 0; i < CLI_METRIC_COUNT; i++)
        CHECK(out[i] == 0);
}

TEST(equal_scores_are_ordered_by_id_from_the_greatest)
{
    cli_scored hits[] = {{"b", 1, 0}, {"a", 2, 0}, {"c", 1, 0}, {"B", 1, 0}, {"10", 3, 0}};

    cli_metrics_order(hits, 5);
    CHECK_EQ_STR(hits[0].document, "10");
    CHECK_EQ_STR(hits[1].document, "a");
    CHECK_EQ_STR(hits[2].document, "c");
    CHECK_EQ_STR(hits[3].document, "b");
    CHECK_EQ_STR(hits[4].document, "B");
    cli_metrics_order(NULL, 0);
}

TEST(signs_of_few_differences_are_all_tried)
{
    /* Of the eight sums ±0.1 ±0.2 ±0.3 four are as far from 0 as 0.4: ±0.6 and ±0.4. */
    static const double values[] = {0.5, 0.5, 0.2, 0.7}, base[] = {0.6, 0.3, 0.2, 0.4};
    cli_comparison      found = cli_significance_compare(values, base, 4, 1);

    CHECK(is_near(found.mean, 1.9 / 4) && is_near(found.base_mean, 1.5 / 4));
    CHECK_EQ_U64(found.better, 2);
    CHECK_EQ_U64(found.worse, 1);
    CHECK(is_near(found.p, 0.5));
    found = cli_significance_compare(base, values, 4, 1);
    CHECK(is_near(found.p, 0.5));
    CHECK_EQ_U64(found.better, 1);
    found = cli_significance_compare(values, values, 4, 1);
    CHECK(found.p == 1 && found.better == 0 && found.worse == 0);
    found = cli_significance_compare(NULL, NULL, 0, 1);
    CHECK(found.p == 1);
}

TEST(signs_of_many_differences_are_drawn)
{
    double         values[200], base[200];
    cli_comparison found;

    /* Every second query better by as much as the others are worse: nothing but chance. */
    for (size_t i = 0; i < 200; i++) {
        values[i] = i % 2;
        base[i] = 1 - values[i];
    }
    found = cli_significance_compare(values, base, 200, 1);
    CHECK(found.p == 1);
    /* 30 queries, 20 better and 10 worse by the same: the sign test, whose p is
     * 2 * P(X >= 20), X ~ B(30, 1/2) = 0.09873715. Of 100,000 draws the standard error is 0.001. */
    for (size_t i = 0; i < 30; i++) {
        values[i] = i < 20;
        base[i] = 1 - values[i];
    }
    found = cli_significance_compare(values, base, 30, 1);
    CHECK(fabs(found.p - 0.09873715) < 0.005);
    CHECK(found.p == cli_significance_compare(values, base, 30, 1).p);
    /* All better: no draw comes near. */
    for (size_t i = 0; i < 200; i++) {
        values[i] = 1;
        base[i] = 0;
    }
    found = cli_significance_compare(values, base, 200, 1);
    CHECK(is_near(found.p, 1 / 100001.0));
    /* Every second figure only. */
    found = cli_significance_compare(values, base, 100, 2);
    CHECK_EQ_U64(found.better, 100);
}
