/* What hits tell beyond their documents: explanations. */
#include "sample.h"

static const sample_document documents[] = {
    {"a", "Oslo talks", "Cluster munitions and landmines. A second sentence."},
    {"b", "Dublin talks", "Cluster **munitions**, disarmament."},
    {"c", "Weather", "Other words, but munitions too."},
};

TEST(an_explanation_has_the_score_at_its_root_and_needs_neither_query_nor_options)
{
    rls_snapshot      *snapshot = sample_open(sample_index(documents, 3));
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    char               field[] = "title";
    rls_field_weight   weight = {field, 4};
    const rls_factor  *factor;
    rls_error          failure = {.message = ""};
    rls_query         *query;
    rls_hits          *hits;

    options.weights = &weight;
    options.weight_count = 1;
    CHECK_OK(rls_query_parse("dublin munitions", 16, false, &query, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
    rls_query_close(query);
    memset(field, 'x', 5);
    for (uint32_t i = 0; i < 3; i++) {
        double score;
        CHECK_OK(rls_hits_key(hits, i, NULL, &score, NULL));
        SAMPLE_OK(rls_hits_explain(hits, i, &factor, &failure), failure);
        CHECK(factor->value == score && score > 0);
        CHECK_EQ_U64(factor->kind, RLS_FACTOR_SUM);
        CHECK_EQ_U64(factor->part_count, i == 0 ? 2 : 1);
    }
    SAMPLE_REFUSED(rls_hits_explain(NULL, 0, &factor, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_explain(hits, 3, &factor, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_explain(hits, 0, NULL, &err), RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    CHECK_OK(rls_snapshot_get(snapshot, "a", &hits, NULL));
    SAMPLE_REFUSED(rls_hits_explain(hits, 0, &factor, &err), RLS_NOT_FOUND);
    CHECK(factor == NULL);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}
