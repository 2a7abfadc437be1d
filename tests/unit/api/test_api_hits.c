#include <math.h>

#include "sample.h"

static const sample_document documents[] = {
    {"a", "Oslo talks", "Cluster munitions and landmines. A second sentence."},
    {"b", "Dublin talks", "Cluster **munitions**, disarmament."},
    {"c", "Weather", "Other words, but munitions too."},
    {"d", NULL, ""},
};

static rls_snapshot *
open_sample(void)
{
    return sample_open(sample_index(documents, 4));
}

TEST(misuse_of_searches_is_told)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_field_weight   weight = {"title", -1};
    rls_snapshot      *snapshot = open_sample();
    rls_hits          *hits = (rls_hits *)(void *)1;
    rls_query         *query;

    CHECK_OK(rls_query_parse("a", 1, false, &query, NULL));
    SAMPLE_REFUSED(rls_snapshot_search(NULL, query, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    CHECK(hits == NULL);
    SAMPLE_REFUSED(rls_snapshot_search(snapshot, NULL, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_search(snapshot, query, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_search_text(NULL, "a", 1, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, NULL, 1, NULL, &hits, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "a", 1, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_get(NULL, "a", &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_get(snapshot, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_get(snapshot, "a", NULL, &err), RLS_BAD_ARGUMENT);

#define REFUSED_WITH(change)                                                                       \
    do {                                                                                           \
        options = (rls_search_options)RLS_SEARCH_OPTIONS_INIT;                                     \
        change;                                                                                    \
        SAMPLE_REFUSED(rls_snapshot_search(snapshot, query, &options, &hits, &err),                \
                       RLS_BAD_ARGUMENT);                                                          \
        SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "a", 1, &options, &hits, &err),          \
                       RLS_BAD_ARGUMENT);                                                          \
        CHECK(hits == NULL);                                                                       \
    } while (0)

    REFUSED_WITH(options.struct_size = 4);
    REFUSED_WITH(options.limit = 1000001);
    REFUSED_WITH(options.skip = 1000001);
    REFUSED_WITH((options.skip = 999999, options.limit = 2));
    REFUSED_WITH(options.k1 = -0.1f);
    REFUSED_WITH(options.k1 = NAN);
    REFUSED_WITH(options.b = 1.1f);
    REFUSED_WITH(options.weight_count = 1);
    REFUSED_WITH((options.weight_count = 1, options.weights = &weight));
    REFUSED_WITH((options.weight_count = 1, options.weights = &(rls_field_weight){NULL, 1}));
    REFUSED_WITH(options.match = (rls_match)7);
    REFUSED_WITH(options.sort_count = 1);
    REFUSED_WITH((options.sort_count = 4, options.sort = (rls_sort_key[4]){{"a", true}}));
    REFUSED_WITH((options.sort_count = 1, options.sort = &(rls_sort_key){"", true}));
    REFUSED_WITH(options.recency_half_life_days = -1.0);
    REFUSED_WITH(options.recency_half_life_days = (double)NAN);
    REFUSED_WITH(options.year_boost = 0.5);
    REFUSED_WITH(options.year_boost = 1001.0);
    REFUSED_WITH(options.year_boost = (double)NAN);
    REFUSED_WITH(options.collapse = (rls_collapse)3);
    REFUSED_WITH(options.facet_count = 1);
    REFUSED_WITH((options.facet_count = 65, options.facets = (rls_facet_request[65]){{"a"}}));
    REFUSED_WITH((options.facet_count = 1, options.facets = &(rls_facet_request){NULL}));
    REFUSED_WITH(
        (options.facet_count = 1, options.facets = &(rls_facet_request){"a", (rls_facet_kind)9}));
    REFUSED_WITH((options.facet_count = 1,
                  options.facets = &(rls_facet_request){"a", RLS_FACET_DAY, (rls_facet_order)2}));
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}

TEST(misuse_of_hits_is_told)
{
    rls_snapshot       *snapshot = open_sample();
    rls_hits           *hits = sample_search(snapshot, "cluster", NULL);
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    rls_hit             hit;
    rls_hit_field       field;
    rls_text            text;
    const rls_span     *spans;
    uint32_t            count;

    CHECK_EQ_U64(rls_hits_count(hits), 2);
    SAMPLE_REFUSED(rls_hits_get(NULL, 0, &hit, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_get(hits, 0, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_get(hits, 2, &hit, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_get(hits, UINT32_MAX, &hit, &err), RLS_BAD_ARGUMENT);
    CHECK(hit.key.data == NULL && hit.field_count == 0);
    SAMPLE_REFUSED(rls_hits_key(NULL, 0, &text, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_key(hits, 2, &text, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_field(hits, 0, 1, &field, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_field(hits, 2, 0, &field, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_field(hits, 0, 0, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_field(NULL, 0, 0, &field, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_find_field(hits, 0, "none", &field, &err), RLS_NOT_FOUND);
    SAMPLE_REFUSED(rls_hits_find_field(hits, 0, NULL, &field, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_find_field(hits, 0, "title", NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_find_field(NULL, 0, "title", &field, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_spans(hits, 2, &spans, &count, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_spans(hits, 0, NULL, &count, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_spans(hits, 0, &spans, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_spans(NULL, 0, &spans, &count, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet(NULL, 0, NULL, &text, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet(hits, 2, NULL, &text, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet(hits, 0, NULL, NULL, &err), RLS_BAD_ARGUMENT);

#define SNIPPET_REFUSED_WITH(change)                                                               \
    do {                                                                                           \
        options = (rls_snippet_options)RLS_SNIPPET_OPTIONS_INIT;                                   \
        change;                                                                                    \
        SAMPLE_REFUSED(rls_hits_snippet(hits, 0, &options, &text, &err), RLS_BAD_ARGUMENT);        \
        CHECK(text.size == 0);                                                                     \
    } while (0)

    SNIPPET_REFUSED_WITH(options.struct_size = 0);
    SNIPPET_REFUSED_WITH(options.size = 39);
    SNIPPET_REFUSED_WITH(options.size = 100001);
    SNIPPET_REFUSED_WITH(options.passages = 0);
    SNIPPET_REFUSED_WITH(options.passages = 17);
    SNIPPET_REFUSED_WITH(options.mark_start = NULL);
    SNIPPET_REFUSED_WITH(options.mark_end = NULL);
    SNIPPET_REFUSED_WITH(options.ellipsis = NULL);
    CHECK(rls_hits_note(hits, 0) == NULL);
    rls_hits_close(hits);
    rls_hits_close(NULL);
    CHECK_EQ_U64(rls_hits_count(NULL), 0);
    CHECK_EQ_U64(rls_hits_total(NULL), 0);
    CHECK(!rls_hits_timed_out(NULL) && rls_hits_note(NULL, 0) == NULL);
    CHECK(rls_hits_took_ns(NULL) == 0);
    rls_snapshot_close(snapshot);
}

TEST(a_hit_carries_its_key_score_fields_and_body_and_outlives_the_snapshot)
{
    rls_snapshot *snapshot = open_sample();
    rls_hits     *hits = sample_search(snapshot, "cluster munitions", NULL);
    rls_hit       first, second;
    rls_hit_field field;
    rls_text      key, snippet;
    double        score;

    rls_snapshot_close(snapshot);
    CHECK_OK(rls_hits_key(hits, 1, &key, &score, NULL));
    CHECK_OK(rls_hits_key(hits, 1, NULL, NULL, NULL));
    CHECK_OK(rls_hits_get(hits, 0, &first, NULL));
    CHECK_OK(rls_hits_get(hits, 1, &second, NULL));
    CHECK(first.score >= second.score && second.score == score && score > 0);
    CHECK_EQ_BYTES(first.key.data, first.key.size, "b");
    CHECK(second.key.data == key.data && first.matches_all && second.matches_all);
    CHECK(first.has_body && first.markdown && first.field_count == 1);
    CHECK_EQ_BYTES(first.body.data, first.body.size, "Cluster **munitions**, disarmament.");
    CHECK_OK(rls_hits_find_field(hits, 0, "title", &field, NULL));
    CHECK_EQ_BYTES(field.name.data, field.name.size, "title");
    CHECK((field.kinds & RLS_FIELD_TEXT) != 0 && (field.kinds & RLS_FIELD_STORED) != 0);
    CHECK(!field.is_list && field.value_count == 1);
    CHECK_EQ_BYTES(field.values[0].data, field.values[0].size, "Dublin talks");
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    CHECK_EQ_BYTES(snippet.data, snippet.size, "[Cluster munitions], disarmament.");
    /* What was handed out before is still there. */
    CHECK_EQ_BYTES(first.body.data, first.body.size, "Cluster **munitions**, disarmament.");
    CHECK_EQ_BYTES(key.data, key.size, "a");
    rls_hits_close(hits);
}

TEST(hits_outlive_the_query_that_they_were_found_by)
{
    rls_snapshot      *snapshot = open_sample();
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_query         *query;
    rls_hits          *hits;
    rls_hit            hit;
    rls_text           snippet;

    options.match = RLS_MATCH_ANY;
    CHECK_OK(rls_query_create(RLS_GROUP_BAG, &query, NULL));
    CHECK_OK(rls_query_word(query, "body", "munitions", false, 1.0f, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, "title", "talks", false, 1.0f, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
    rls_query_close(query);
    CHECK_OK(rls_hits_get(hits, 0, &hit, NULL));
    CHECK_EQ_BYTES(hit.key.data, hit.key.size, "b");
    CHECK(hit.matches_all);
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    CHECK_EQ_BYTES(snippet.data, snippet.size, "Cluster [munitions], disarmament.");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(documents_with_all_words_come_first_unless_asked_otherwise)
{
    rls_snapshot      *snapshot = open_sample();
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits          *hits = sample_search(snapshot, "cluster munitions talks", NULL);
    rls_hit            hit;

    CHECK_EQ_U64(rls_hits_total(hits), 2);
    CHECK(rls_hits_total_has_all_words(hits) && rls_hits_total_is_exact(hits));
    CHECK_EQ_U64(rls_hits_count(hits), 3);
    CHECK_OK(rls_hits_get(hits, 2, &hit, NULL));
    CHECK(!hit.matches_all);
    CHECK_EQ_BYTES(hit.key.data, hit.key.size, "c");
    rls_hits_close(hits);
    options.match = RLS_MATCH_ALL;
    hits = sample_search(snapshot, "cluster munitions talks", &options);
    CHECK_EQ_U64(rls_hits_count(hits), 2);
    rls_hits_close(hits);
    options.match = RLS_MATCH_ANY;
    hits = sample_search(snapshot, "cluster munitions talks", &options);
    CHECK_EQ_U64(rls_hits_count(hits), 3);
    CHECK_EQ_U64(rls_hits_total(hits), 3);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(limit_and_skip_cut_pages_out_of_one_order)
{
    rls_snapshot      *snapshot = open_sample();
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    char               all[64], paged[64] = "";
    rls_hits          *hits;

    strcpy(all, sample_found(snapshot, "munitions talks"));
    CHECK_EQ_U64(strlen(all), 6);
    options.limit = 1;
    for (options.skip = 0; options.skip < 5; options.skip++) {
        hits = sample_search(snapshot, "munitions talks", &options);
        CHECK(rls_hits_count(hits) == (options.skip < 3));
        strcat(paged, sample_keys(hits));
    }
    CHECK_EQ_STR(paged, all);
    options.skip = 0;
    options.limit = 0;
    hits = sample_search(snapshot, "munitions", &options);
    CHECK_EQ_U64(rls_hits_count(hits), 0);
    CHECK_EQ_U64(rls_hits_total(hits), 3);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(weights_and_parameters_change_scores_and_exhaustive_does_not)
{
    rls_snapshot      *snapshot = open_sample();
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_field_weight   none[] = {{"title", 0}, {"unknown", 3}};
    double             scores[3];

    for (int i = 0; i < 3; i++) {
        rls_hits *hits = sample_search(snapshot, "oslo", &options);
        CHECK_EQ_U64(rls_hits_count(hits), 1);
        CHECK_OK(rls_hits_key(hits, 0, NULL, &scores[i], NULL));
        rls_hits_close(hits);
        if (i == 0)
            options.exhaustive = true;
        else
            options.k1 = 0.5f;
    }
    CHECK(scores[0] == scores[1] && scores[1] != scores[2]);
    options.weights = none;
    options.weight_count = 2;
    CHECK_EQ_STR(sample_keys(sample_search(snapshot, "munitions oslo", &options)), "a b c ");
    rls_snapshot_close(snapshot);
}

/* BM25F by hand: title weighs 2.5 and the body 1; lengths are counted in words. */
static double
score_by_hand(double idf, double title_tf, double title_length, double title_average,
              double body_tf, double body_length, double body_average)
{
    double k1 = 1.2, b = 0.75;
    double t = 2.5 * title_tf / (1 - b + b * title_length / title_average) +
               body_tf / (1 - b + b * body_length / body_average);

    return idf * t / (t + k1);
}

TEST(scores_are_bm25f_worked_by_hand)
{
    static const sample_document three[] = {
        {"a", "alpha beta", "alpha gamma alpha delta"}, /* title 2, body 4 */
        {"b", "gamma", "alpha beta"},                   /* title 1, body 2 */
        {"c", "delta delta delta", "gamma gamma beta"}, /* title 3, body 3 */
    };
    rls_snapshot *snapshot = sample_open(sample_index(three, 3));
    double        idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5)); /* alpha is in two of three */
    double        title = 6.0 / 3, body = 9.0 / 3;
    double        expected[2], score;
    rls_hits     *hits;
    rls_text      key;

    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    options.ranking = RLS_RANKING_BM25F;
    options.k1 = 1.2f;
    options.b = 0.75f;
    hits = sample_search(snapshot, "alpha", &options);
    expected[0] = score_by_hand(idf, 1, 2, title, 2, 4, body);
    expected[1] = score_by_hand(idf, 0, 1, title, 1, 2, body);
    CHECK_EQ_U64(rls_hits_count(hits), 2);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_OK(rls_hits_key(hits, i, &key, &score, NULL));
        CHECK(key.data[0] == (i == 0 ? 'a' : 'b'));
        CHECK(fabs(score - expected[i]) < 1e-5);
    }
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(spans_are_exact_bytes_of_fields_and_body)
{
    static const struct {
        const char *query, *spans;
    } cases[] = {
        {"oslo \"cluster munitions\" landmine", "title:Oslo|Cluster munitions|landmines|"},
        {"talk", "title:talks|"},
        {"body:talk title:second", ""},
        {"sentences -oslox", "sentence|"},
    };
    rls_snapshot *snapshot = open_sample();

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        rls_hits       *hits = sample_search(snapshot, cases[c].query, NULL);
        char            list[256] = "";
        const rls_span *spans, *again;
        uint32_t        count, i;
        rls_hit         hit;
        for (i = 0; i < rls_hits_count(hits); i++) {
            CHECK_OK(rls_hits_get(hits, i, &hit, NULL));
            if (hit.key.data[0] == 'a')
                break;
        }
        if (i == rls_hits_count(hits)) {
            CHECK_EQ_STR(cases[c].spans, "");
            rls_hits_close(hits);
            continue;
        }
        CHECK_OK(rls_hits_spans(hits, i, &spans, &count, NULL));
        CHECK_OK(rls_hits_spans(hits, i, &again, &count, NULL));
        CHECK(spans == again);
        for (uint32_t j = 0; j < count; j++) {
            rls_text text = hit.body;
            if (spans[j].field != RLS_SPAN_BODY) {
                rls_hit_field field;
                CHECK_OK(rls_hits_field(hits, i, spans[j].field, &field, NULL));
                CHECK(spans[j].value < field.value_count);
                text = field.values[spans[j].value];
                strcat(list, "title:");
            }
            CHECK(spans[j].start < spans[j].end && spans[j].end <= text.size);
            strncat(list, text.data + spans[j].start, spans[j].end - spans[j].start);
            strcat(list, "|");
        }
        CHECK_EQ_STR(list, cases[c].spans);
        rls_hits_close(hits);
    }
    rls_snapshot_close(snapshot);
}

TEST(values_of_a_list_have_spans_of_their_own)
{
    const char     *folder = rls_test_temp_folder();
    rls_writer     *writer = sample_writer(folder, NULL);
    rls_document   *document;
    rls_snapshot   *snapshot;
    rls_hits       *hits;
    const rls_span *spans;
    uint32_t        count;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "portfolios", "Trade", 5, NULL));
    CHECK_OK(rls_document_add(document, "portfolios", "Arms Control", 12, NULL));
    CHECK_OK(rls_document_add(document, "portfolios", "Disarmament and Arms", 20, NULL));
    CHECK_OK(rls_document_add(document, "portfolios", "Control", 7, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    hits = sample_search(snapshot, "\"arms control\"", NULL);
    CHECK_EQ_U64(rls_hits_count(hits), 1);
    CHECK_OK(rls_hits_spans(hits, 0, &spans, &count, NULL));
    CHECK_EQ_U64(count, 1);
    CHECK(spans[0].field == 0 && spans[0].value == 1 && spans[0].start == 0 && spans[0].end == 12);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(snippets_follow_their_options)
{
    rls_snapshot       *snapshot = open_sample();
    rls_hits           *hits = sample_search(snapshot, "landmines", NULL);
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    rls_text            snippet;

    options.size = 44;
    options.mark_start = "<b>";
    options.mark_end = "</b>";
    options.ellipsis = " ... ";
    CHECK_OK(rls_hits_snippet(hits, 0, &options, &snippet, NULL));
    CHECK_EQ_BYTES(snippet.data, snippet.size, "Cluster munitions and <b>landmines</b>. ...");
    options.mark_start = options.mark_end = options.ellipsis = "";
    CHECK_OK(rls_hits_snippet(hits, 0, &options, &snippet, NULL));
    CHECK_EQ_BYTES(snippet.data, snippet.size, "Cluster munitions and landmines.");
    rls_hits_close(hits);
    hits = sample_search(snapshot, "-cluster", NULL);
    CHECK_EQ_U64(rls_hits_count(hits), 2);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_OK(rls_hits_snippet(hits, i, NULL, &snippet, NULL));
        CHECK(snippet.data != NULL);
    }
    CHECK_EQ_U64(snippet.size, 0); /* d has an empty body */
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(a_document_is_got_by_its_key_until_it_is_deleted)
{
    const char   *folder = sample_index(documents, 4);
    rls_snapshot *snapshot = sample_open(folder);
    rls_writer   *writer;
    rls_hits     *hits;
    rls_hit       hit;
    rls_text      snippet;

    CHECK_OK(rls_snapshot_get(snapshot, "b", &hits, NULL));
    CHECK(rls_hits_count(hits) == 1 && rls_hits_total(hits) == 1 && rls_hits_total_is_exact(hits));
    CHECK_OK(rls_hits_get(hits, 0, &hit, NULL));
    CHECK_EQ_BYTES(hit.key.data, hit.key.size, "b");
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    CHECK_EQ_BYTES(snippet.data, snippet.size, "Cluster munitions, disarmament.");
    rls_hits_close(hits);
    SAMPLE_REFUSED(rls_snapshot_get(snapshot, "nobody", &hits, &err), RLS_NOT_FOUND);
    SAMPLE_REFUSED(rls_snapshot_get(snapshot, "", &hits, &err), RLS_NOT_FOUND);
    CHECK(hits == NULL);
    writer = sample_writer(folder, NULL);
    CHECK_OK(rls_writer_delete(writer, "b", NULL));
    sample_add(writer, "a", NULL, "new text", false);
    sample_commit(writer);
    rls_writer_close(writer);
    rls_snapshot_close(snapshot);
    snapshot = sample_open(folder);
    SAMPLE_REFUSED(rls_snapshot_get(snapshot, "b", &hits, &err), RLS_NOT_FOUND);
    CHECK_OK(rls_snapshot_get(snapshot, "a", &hits, NULL));
    CHECK_OK(rls_hits_get(hits, 0, &hit, NULL));
    CHECK_EQ_BYTES(hit.body.data, hit.body.size, "new text");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(notes_tell_what_was_ignored)
{
    rls_snapshot *snapshot = open_sample();
    rls_hits     *hits = sample_search(snapshot, "cluster AND (munitions", NULL);

    CHECK(rls_hits_count(hits) > 0);
    CHECK(rls_hits_note(hits, 0) != NULL && rls_hits_note(hits, 0)[0] != '\0');
    CHECK(rls_hits_note(hits, 1000) == NULL);
    CHECK(rls_hits_took_ns(hits) > 0);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

static bool
cancel_at_once(void *context)
{
    ++*(int *)context;
    return true;
}

static bool
cancel_never(void *context)
{
    usleep(3000);
    ++*(int *)context;
    return false;
}

/* Large enough that a search polls. */
static const char *
large_index(void)
{
    static const char *folder;
    rls_writer        *writer;

    if (folder != NULL)
        return folder;
    folder = rls_test_temp_folder();
    writer = sample_writer(folder, NULL);
    for (int i = 0; i < 4000; i++) {
        char key[16], body[128];
        snprintf(key, sizeof key, "%05d", i);
        snprintf(body, sizeof body, "common words a%d b%d c%d, and some more of them", i % 7,
                 i % 31, i % 5);
        sample_add(writer, key, "Some title", body, false);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    return folder;
}

TEST(a_search_is_cancelled_by_its_callback)
{
    rls_snapshot      *snapshot = sample_open(large_index());
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits          *hits;
    int                calls = 0;

    options.cancel = cancel_at_once;
    options.context = &calls;
    options.exhaustive = true;
    SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "common OR words", 15, &options, &hits, &err),
                   RLS_CANCELLED);
    CHECK(hits == NULL && calls == 1);
    options.exhaustive = false;
    SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "common OR words", 15, &options, &hits, &err),
                   RLS_CANCELLED);
    rls_snapshot_close(snapshot);
}

TEST(what_was_found_before_the_deadline_comes_back)
{
    rls_snapshot      *snapshot = sample_open(large_index());
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits          *hits;
    rls_text           snippet;
    int                calls = 0;

    options.cancel = cancel_never; /* slow: the deadline passes between two polls */
    options.context = &calls;
    options.exhaustive = true;
    options.deadline_ms = 1;
    hits = sample_search(snapshot, "common OR words OR a1 OR b2", &options);
    CHECK(calls > 0);
    CHECK(rls_hits_timed_out(hits) && !rls_hits_total_is_exact(hits));
    if (rls_hits_count(hits) > 0)
        CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    rls_hits_close(hits);
    options.deadline_ms = 60000;
    options.cancel = NULL;
    hits = sample_search(snapshot, "common OR words OR a1 OR b2", &options);
    CHECK(!rls_hits_timed_out(hits));
    CHECK_EQ_U64(rls_hits_total(hits), 4000);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}
