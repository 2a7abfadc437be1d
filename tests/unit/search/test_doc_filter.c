/* Windows of a filter in any order, against all of them in their own. */
#include "fixture.h"

#include "base/random.h"
#include "search/doc_filter.h"
#include "search/search_kept.h"

enum {
    DOCUMENTS = 5 * RLS_FILTER_WINDOW + 700,
    WINDOWS = (DOCUMENTS + RLS_FILTER_WINDOW - 1) / RLS_FILTER_WINDOW,
    BODY_SIZE = 64
};

typedef struct source {
    char key[8], body[BODY_SIZE];
} source;

/* Words from rare to frequent, each of them frequent in some windows only. */
static fixture_document *
make_documents(rls_random *random, source *sources)
{
    static const char *const words[] = {"oslo ", "cluster ", "treaty ", "health "};
    static const uint32_t    chances[] = {3, 20, 60, 300}; /* of 1000 */
    fixture_document        *documents = calloc(DOCUMENTS, sizeof(*documents));

    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        source *s = &sources[i];
        snprintf(s->key, sizeof(s->key), "%07u", i);
        strcpy(s->body, "the ");
        for (uint32_t w = 0; w < 4; w++) {
            uint32_t chance = chances[w] * ((i / RLS_FILTER_WINDOW + w) % 3 == 0 ? 3 : 1) / 2;
            if (rls_random_below(random, 1000) < chance)
                strcat(s->body, words[w]);
        }
        documents[i] = (fixture_document){.key = s->key, .body = s->body};
    }
    return documents;
}

static void
check_query(const fixture *f, rls_random *random, const char *query)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    rls_search_state   state;
    rls_doc_filter    *filter;
    static uint64_t    truth[WINDOWS][RLS_FILTER_WORDS];

    CHECK_OK(fixture_search((rls_heap *)&f->heap, &f->snapshot, query, &request, &results, NULL));
    CHECK_OK(rls_search_resume(&state, results, &f->snapshot, NULL));
    CHECK_OK(rls_doc_filter_open(&state, &state.views[0], state.plan.root, &filter));
    for (uint32_t w = 0; w < WINDOWS; w++) {
        rls_doc_filter_live(&state.views[0], w * RLS_FILTER_WINDOW, truth[w]);
        CHECK_OK(rls_doc_filter_keep(filter, w * RLS_FILTER_WINDOW, truth[w]));
    }
    for (int round = 0; round < 300; round++) {
        uint32_t w = rls_random_below(random, WINDOWS), few = rls_random_below(random, 4);
        uint32_t count = RLS_FILTER_WORDS, left = DOCUMENTS - w * RLS_FILTER_WINDOW;
        uint64_t words[RLS_FILTER_WORDS] = {0}, asked[RLS_FILTER_WORDS];

        if (left < RLS_FILTER_WINDOW)
            count = (left + 63) / 64;
        for (uint32_t i = 0; i < count; i++) { /* none, few that match, many, all */
            uint64_t some = rls_random_next(random) & rls_random_next(random);
            words[i] = few == 0   ? 0
                       : few == 1 ? (i % 16 == 0 ? truth[w][i] & -truth[w][i] : 0)
                       : few == 2 ? some
                                  : ~UINT64_C(0);
            words[i] &= i + 1 < count || left % 64 == 0 || left >= RLS_FILTER_WINDOW
                            ? ~UINT64_C(0)
                            : (UINT64_C(1) << left % 64) - 1;
        }
        memcpy(asked, words, sizeof(asked));
        CHECK_OK(rls_doc_filter_keep(filter, w * RLS_FILTER_WINDOW, words));
        for (uint32_t i = 0; i < count; i++)
            if (words[i] != (asked[i] & truth[w][i]))
                rls_test_fail(__FILE__, __LINE__, "%s: round %d, window %u, word %u: %llx of %llx",
                              query, round, w, i, (unsigned long long)words[i],
                              (unsigned long long)(asked[i] & truth[w][i]));
    }
    rls_search_state_release(&state);
    rls_results_free(results);
}

TEST(windows_are_right_in_any_order)
{
    static const char *const queries[] = {"oslo",
                                          "cluster",
                                          "treaty",
                                          "health",
                                          "+oslo +health",
                                          "+treaty +cluster -oslo",
                                          "oslo OR cluster",
                                          "\"oslo cluster\"",
                                          "+health +(oslo OR treaty)"};
    rls_random               random = {rls_test_seed()};
    source                  *sources = calloc(DOCUMENTS, sizeof(*sources));
    fixture_document        *documents = make_documents(&random, sources);
    uint32_t                 split = DOCUMENTS;
    fixture                  f;

    fixture_open(&f, documents, &split, 1);
    for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++)
        check_query(&f, &random, queries[q]);
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
    free(documents);
    free(sources);
}
