/* Orders, pages by token and facets through the public interface. */
#include "sample.h"

static void
add(rls_writer *writer, const char *key, const char *date, const char *minister, const char *body)
{
    rls_error     err = {.message = ""};
    rls_document *document;

    SAMPLE_OK(rls_document_create(key, &document, &err), err);
    if (date != NULL)
        SAMPLE_OK(rls_document_add(document, "date", date, strlen(date), &err), err);
    if (minister != NULL)
        SAMPLE_OK(rls_document_add(document, "ministers", minister, strlen(minister), &err), err);
    SAMPLE_OK(rls_document_body(document, body, strlen(body), false, &err), err);
    SAMPLE_OK(rls_writer_add(writer, document, &err), err);
    rls_document_close(document);
}

static const char *
make_index(void)
{
    const char *folder = rls_test_temp_folder();
    rls_writer *writer = sample_writer(folder, NULL);

    add(writer, "a", "2007-05-28", "Phil Goff", "Cluster munitions treaty.");
    add(writer, "b", "2008-12-03", "Phil Goff", "Cluster munitions munitions signed.");
    add(writer, "c", "2006-02-01", "Helen Clark", "Munitions.");
    add(writer, "d", NULL, "Helen Clark", "Munitions without a date.");
    add(writer, "e", "0001-01-01", NULL, "Munitions of an unknown date.");
    add(writer, "f", "2007-11-05", "Phil Goff", "Weather.");
    sample_commit(writer);
    rls_writer_close(writer);
    return folder;
}

TEST(hits_come_in_the_order_asked_for)
{
    static const struct {
        rls_sort_key keys[2];
        uint32_t     count;
        const char  *expected;
    } orders[] = {
        {{{"date", true}}, 1, "b a c d e "},
        {{{"date", false}}, 1, "c a b d e "},
        {{{"ministers", false}, {"date", true}}, 2, "c d b a e "},
        {{{"ministers", true}, {"date", false}}, 2, "a b c d e "},
        {{{"nothing", true}}, 1, "a b c d e "},
    };
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_snapshot      *snapshot = sample_open(make_index());

    options.match = RLS_MATCH_ANY;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        rls_hits *hits;
        options.sort = orders[i].keys;
        options.sort_count = orders[i].count;
        hits = sample_search(snapshot, "munitions", &options);
        CHECK((rls_hits_note(hits, 0) != NULL) ==
              (strcmp(orders[i].keys[0].field, "nothing") == 0));
        CHECK_EQ_STR(sample_keys(hits), orders[i].expected);
    }
    rls_snapshot_close(snapshot);
}

TEST(a_score_is_itself_in_every_order_and_fades_with_age)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_sort_key       by_date = {"date", true};
    rls_snapshot      *snapshot = sample_open(make_index());
    rls_hits          *by_score, *by_column, *faded;
    rls_hit            hit;
    double             plain, other;

    options.ranking = RLS_RANKING_BM25F; /* no second look, which other orders do not take */
    by_score = sample_search(snapshot, "munitions", &options);
    options.sort = &by_date;
    options.sort_count = 1;
    by_column = sample_search(snapshot, "munitions", &options);
    CHECK_OK(rls_hits_get(by_column, 0, &hit, NULL));
    CHECK_EQ_BYTES(hit.key.data, hit.key.size, "b");
    CHECK(hit.matches_all);
    for (uint32_t i = 0; i < rls_hits_count(by_score); i++) {
        rls_text key;
        CHECK_OK(rls_hits_key(by_score, i, &key, &plain, NULL));
        if (key.data[0] == 'b')
            CHECK(!(plain < hit.score) && !(plain > hit.score));
    }
    options.sort_count = 0;
    options.recency_half_life_days = 1;
    options.recency_now = INT64_C(1228262400); /* 2008-12-03 */
    faded = sample_search(snapshot, "munitions", &options);
    CHECK_OK(rls_hits_key(faded, 0, NULL, &other, NULL));
    CHECK(!(other < hit.score) && !(other > hit.score));
    CHECK_OK(rls_hits_key(faded, 1, NULL, &other, NULL));
    CHECK(other > 0.0 && other < hit.score);
    rls_hits_close(by_score);
    rls_hits_close(by_column);
    rls_hits_close(faded);
    rls_snapshot_close(snapshot);
}

TEST(a_token_leads_from_page_to_page)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    const char        *folder = make_index(), *next;
    rls_snapshot      *snapshot = sample_open(folder), *newer;
    rls_sort_key       by_date = {"date", true};
    rls_writer        *writer;
    rls_hits          *first, *second;
    char               token[256];

    options.limit = 2;
    options.sort = &by_date;
    options.sort_count = 1;
    first = sample_search(snapshot, "munitions", &options);
    next = rls_hits_next(first);
    CHECK(next != NULL && strlen(next) < sizeof token && next == rls_hits_next(first));
    strcpy(token, next);
    CHECK_EQ_STR(sample_keys(first), "b a ");

    options.after = token;
    second = sample_search(snapshot, "munitions", &options);
    CHECK(rls_hits_next(second) != NULL);
    CHECK_EQ_STR(sample_keys(second), "c d ");

    /* What came in meanwhile, before the place and behind it. */
    writer = sample_writer(folder, NULL);
    add(writer, "g", "2008-01-01", NULL, "Munitions.");
    add(writer, "h", "2007-01-01", NULL, "Munitions.");
    sample_commit(writer);
    rls_writer_close(writer);
    CHECK_OK(rls_snapshot_refresh(snapshot, &newer, NULL));
    CHECK_EQ_STR(sample_keys(sample_search(newer, "munitions", &options)), "h c ");
    options.limit = 10;
    options.skip = 1;
    second = sample_search(newer, "munitions", &options);
    CHECK(rls_hits_next(second) == NULL);
    CHECK_EQ_STR(sample_keys(second), "c d e ");

    options.after = "AAAA";
    SAMPLE_REFUSED(rls_snapshot_search_text(newer, "a", 1, &options, &first, &err),
                   RLS_BAD_ARGUMENT);
    options.after = "";
    SAMPLE_REFUSED(rls_snapshot_search_text(newer, "a", 1, &options, &first, &err),
                   RLS_BAD_ARGUMENT);
    options.after = token;
    options.sort_count = 0;
    SAMPLE_REFUSED(rls_snapshot_search_text(newer, "a", 1, &options, &first, &err),
                   RLS_BAD_ARGUMENT);
    rls_snapshot_close(newer);
    rls_snapshot_close(snapshot);
}

TEST(documents_of_one_body_are_one_hit)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    const char        *folder = make_index();
    rls_writer        *writer = sample_writer(folder, NULL);
    rls_snapshot      *snapshot;
    rls_hits          *hits;

    add(writer, "a2", "2009-05-28", "Phil Goff", "Cluster munitions:  treaty");
    add(writer, "a3", "2001-05-28", "Helen Clark", "\"Cluster munitions treaty!\"");
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    options.collapse = RLS_COLLAPSE_SAME;
    hits = sample_search(snapshot, "treaty", &options);
    CHECK_EQ_U64(rls_hits_total(hits), 1);
    CHECK(rls_hits_total_is_exact(hits));
    CHECK_EQ_U64(rls_hits_collapsed(hits, 0), 2);
    CHECK_EQ_U64(rls_hits_collapsed(hits, 1), 0);
    CHECK_EQ_STR(sample_keys(hits), "a ");
    options.collapse = RLS_COLLAPSE_NONE;
    hits = sample_search(snapshot, "treaty", &options);
    CHECK_EQ_U64(rls_hits_collapsed(hits, 0), 0);
    CHECK_EQ_STR(sample_keys(hits), "a a2 a3 ");
    rls_snapshot_close(snapshot);
}

static void
check_value(const rls_hits *hits, uint32_t facet, uint32_t value, const char *text, uint64_t count)
{
    rls_facet_value is;

    CHECK_OK(rls_hits_facet_value(hits, facet, value, &is, NULL));
    if (is.value.size != strlen(text) || memcmp(is.value.data, text, is.value.size) != 0 ||
        is.count != count)
        rls_test_fail(__FILE__, __LINE__, "value %u of facet %u is %.*s (%u), wanted %s (%u)",
                      value, facet, (int)is.value.size, is.value.data, (unsigned)is.count, text,
                      (unsigned)count);
}

TEST(facets_count_what_the_total_counts)
{
    rls_facet_request facets[] = {
        {"ministers", RLS_FACET_VALUE, RLS_FACET_BY_COUNT, 10, false},
        {"ministers", RLS_FACET_VALUE, RLS_FACET_BY_COUNT, 1, true},
        {"date", RLS_FACET_YEAR, RLS_FACET_BY_VALUE, UINT32_MAX, false},
        {"nothing", RLS_FACET_VALUE, RLS_FACET_BY_COUNT, 10, false},
    };
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_snapshot      *snapshot = sample_open(make_index());
    rls_hits          *hits;
    rls_facet          facet;
    rls_facet_value    value;

    options.facets = facets;
    options.facet_count = 4;
    hits = sample_search(snapshot, "munitions ministers:\"Phil Goff\"", &options);
    CHECK_OK(rls_hits_facet(hits, 0, &facet, NULL));
    CHECK_EQ_STR(facet.field, "ministers");
    CHECK(facet.exact && facet.value_count == 1 && facet.distinct == 1 && facet.missing == 0);
    CHECK_EQ_U64(facet.documents, rls_hits_total(hits));
    check_value(hits, 0, 0, "Phil Goff", 2);
    CHECK_OK(rls_hits_facet(hits, 1, &facet, NULL));
    CHECK(facet.value_count == 1 && facet.distinct == 2 && facet.missing == 1);
    CHECK_EQ_U64(facet.documents, 5);
    check_value(hits, 1, 0, "Helen Clark", 2);
    CHECK_OK(rls_hits_facet(hits, 2, &facet, NULL));
    CHECK(facet.value_count == 2 && facet.kind == RLS_FACET_YEAR);
    check_value(hits, 2, 0, "2007", 1);
    check_value(hits, 2, 1, "2008", 1);
    CHECK_OK(rls_hits_facet_value(hits, 2, 1, &value, NULL));
    CHECK_EQ_I64(value.from, INT64_C(1199145600));
    CHECK_EQ_I64(value.to, INT64_C(1230768000));
    CHECK_OK(rls_hits_facet(hits, 3, &facet, NULL));
    CHECK(facet.value_count == 0 && facet.distinct == 0 && facet.missing == 2);
    SAMPLE_REFUSED(rls_hits_facet(hits, 4, &facet, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_facet_value(hits, 0, 1, &value, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_facet(NULL, 0, &facet, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_facet(hits, 0, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_facet_value(hits, 0, 0, NULL, &err), RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    CHECK(rls_hits_next(NULL) == NULL);
    rls_snapshot_close(snapshot);
}
