/* Queries with the words of what they find first. */
#include "sample.h"

static const sample_document documents[] = {
    {"a", NULL, "Landmines: sappers sappers"}, {"b", NULL, "Sappers"}, {"c", NULL, "The rain"},
    {"d", NULL, "The rain and the wind"},      {"e", NULL, "Wind"},
};

static rls_hits *
expand(rls_snapshot *snapshot, const char *query)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;

    options.expand = true;
    options.k1 = 1.2f;
    options.b = 0.75f;
    return sample_search(snapshot, query, &options);
}

/* The score of a document for an expanded query. */
static double
score_of(rls_snapshot *snapshot, const char *query, const char *wanted)
{
    rls_hits *hits = expand(snapshot, query);
    double    score = 0.0, found = 0.0;

    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_text key;
        CHECK_OK(rls_hits_key(hits, i, &key, &score, NULL));
        if (key.size == strlen(wanted) && memcmp(key.data, wanted, key.size) == 0)
            found = score;
    }
    rls_hits_close(hits);
    return found;
}

TEST(added_words_count_against_the_words_that_score)
{
    rls_snapshot *snapshot = sample_open(sample_index(documents, 5));
    double        added = score_of(snapshot, "landmines", "b");

    CHECK(added > 0.0);
    CHECK(score_of(snapshot, "the landmines", "b") == added); /* `the` is left out */
    CHECK(score_of(snapshot, "landmines landmines", "b") / added > 1.999);
    CHECK(score_of(snapshot, "landmines^2", "b") / added > 1.999);
    CHECK(score_of(snapshot, "landmines^2", "b") / added < 2.001);
    rls_snapshot_close(snapshot);
}

TEST(a_query_of_function_words_keeps_them_beside_the_added_ones)
{
    static const sample_document of[] = {
        {"a", NULL, "The rain the rain"}, {"b", NULL, "The"}, {"c", NULL, "Rain"}};
    rls_snapshot *snapshot = sample_open(sample_index(of, 3));
    rls_hits     *hits = expand(snapshot, "the");

    CHECK_EQ_U64(rls_hits_total(hits), 3);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(the_note_tells_the_added_words_and_not_those_of_the_query)
{
    static const sample_document of[] = {{"a", NULL, "Landmine, landmine: sappers"},
                                         {"b", NULL, "Sappers on landmines"},
                                         {"c", NULL, "Rain rain"},
                                         {"d", NULL, "Rain"}};
    rls_snapshot                *snapshot = sample_open(sample_index(of, 4));
    rls_hits                    *hits = expand(snapshot, "landmines");

    CHECK(rls_hits_note(hits, 0) != NULL &&
          strcmp(rls_hits_note(hits, 0), "looked for, too: sappers") == 0);
    CHECK_EQ_U64(rls_hits_note_kind(hits, 0), RLS_NOTE_SYNONYM);
    rls_hits_close(hits);
    hits = expand(snapshot, "rain");
    CHECK(rls_hits_note(hits, 0) == NULL); /* there is no other */
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

/* --- cancelling --- */

static bool
count_polls(void *context)
{
    uint32_t *left = context;

    return (*left)-- == 0;
}

TEST(reading_the_first_documents_is_cancelled_between_any_two)
{
    enum {
        COUNT = 10
    };
    sample_document    many[COUNT];
    char               keys[COUNT][4];
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_snapshot      *snapshot;
    rls_hits          *hits;
    uint32_t           left = UINT32_MAX, twice, plain;

    for (uint32_t i = 0; i < COUNT; i++) {
        sprintf(keys[i], "%u", i);
        many[i] = (sample_document){keys[i], NULL, "Landmines sappers"};
    }
    snapshot = sample_open(sample_index(many, COUNT));
    options.cancel = count_polls;
    options.context = &left;
    rls_hits_close(sample_search(snapshot, "landmines", &options));
    plain = UINT32_MAX - left;
    left = UINT32_MAX;
    options.match = RLS_MATCH_ANY; /* what the second search is like */
    rls_hits_close(sample_search(snapshot, "landmines landmines sappers", &options));
    twice = plain + (UINT32_MAX - left);
    left = UINT32_MAX;
    options.expand = true;
    rls_hits_close(sample_search(snapshot, "landmines", &options));
    CHECK(UINT32_MAX - left >= twice + COUNT);
    /* At any of them. */
    for (uint32_t polls = UINT32_MAX - left, i = 0; i < polls; i++) {
        left = i;
        SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "landmines", 9, &options, &hits, &err),
                       RLS_CANCELLED);
        CHECK(hits == NULL);
    }
    rls_snapshot_close(snapshot);
}
