#include "fixture.h"

#include <math.h>

#include "support/heap_faulty.h"

static const fixture_document releases[] = {
    {.key = "a",
     .title = "Cluster munitions treaty",
     .date = "2007-05-28",
     .size = "3",
     .body = "The Minister welcomed the treaty on cluster munitions. Munitions kill.",
     .ministers = {"Phil Goff"}},
    {.key = "b",
     .title = "Budget expenses",
     .date = "2008-02-01",
     .size = "10",
     .body = "Expenses and expense claims. M\xc4\x81ori health is funded.",
     .ministers = {"Tariana Turia", "Helen Clark"}},
    {.key = "c",
     .title = "Maori health",
     .date = "2007-06",
     .size = "4.5",
     .body = "Maori health services. A multi-agent system, don't panic. C++ and .NET.",
     .ministers = {"T\xc4\x81riana Turia"}},
    {.key = "d",
     .title = "Munitions",
     .date = "2009-01-01",
     .body = "A cluster of munitions. The treaty of Waitangi. Happy children."},
    {.key = "e",
     .title = "Agents",
     .body = "Multi agent systems; happiness; agents multiply multi.",
     .ministers = {"Goff Junior"}},
    {.key = "f", .body = "Nothing here", .date = "2010-10-10", .size = "7"},
};

enum {
    RELEASE_COUNT = sizeof(releases) / sizeof(*releases)
};

static void
open_releases(fixture *f, uint32_t first)
{
    uint32_t splits[2] = {first, RELEASE_COUNT - first};
    fixture_open(f, releases, splits, first == RELEASE_COUNT ? 1 : 2);
}

/* Keys of the hits, best first; '|' parts those with all words from the others. */
static void
search_keys(fixture *f, const char *text, rls_search_request *request, char *out)
{
    rls_results *results;
    rls_buffer   key;
    rls_error    err = {0};
    bool         all = true;

    if (fixture_search(&f->heap, &f->snapshot, text, request, &results, &err) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s: %s", text, err.message);
    CHECK_OK(rls_results_mark(results, &f->snapshot, NULL));
    rls_buffer_init(&key, &f->heap);
    for (uint32_t i = 0; i < results->count; i++) {
        CHECK_OK(rls_segment_key(f->snapshot.segments[results->items[i].segment].segment,
                                 results->items[i].doc, &key, NULL));
        if (all && !results->items[i].matches_all)
            *out++ = '|';
        all = results->items[i].matches_all;
        *out++ = (char)key.data[0];
    }
    *out = 0;
    rls_buffer_release(&key);
    rls_results_free(results);
}

/* Tables say which documents come, all words or not; other tests say in which order. */
static void
sort_parts(char *keys)
{
    for (char *from = keys; *from != 0; from++)
        for (char *at = from; at > keys && at[-1] != '|' && *from != '|' && at[-1] > at[0]; at--) {
            char moved = at[0];
            at[0] = at[-1];
            at[-1] = moved;
        }
}

typedef struct row {
    const char *query, *keys;
} row;

static void
check_rows(const row *rows, size_t count, rls_match mode)
{
    for (uint32_t first = 2; first <= RELEASE_COUNT; first += 2) {
        fixture f;
        open_releases(&f, first);
        for (size_t i = 0; i < count; i++) {
            for (int fast = 0; fast < 2; fast++) {
                rls_search_request request = FIXTURE_REQUEST;
                char               keys[2 * RELEASE_COUNT + 2], wanted[2 * RELEASE_COUNT + 2];
                request.mode = mode;
                request.evaluation = fast ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
                search_keys(&f, rows[i].query, &request, keys);
                strcpy(wanted, rows[i].keys);
                sort_parts(keys);
                sort_parts(wanted);
                if (strcmp(keys, wanted) != 0)
                    rls_test_fail(__FILE__, __LINE__, "%s gives %s, wanted %s (fast %d, split %u)",
                                  rows[i].query, keys, wanted, fast, first);
            }
        }
        fixture_close(&f);
        CHECK_EQ_U64(f.heap.used, 0);
    }
}

#define CHECK_ROWS(rows, mode) check_rows(rows, sizeof(rows) / sizeof(*rows), mode)

TEST(words_with_all_of_them_come_first)
{
    static const row rows[] = {
        {"", ""},
        {"absent", ""},
        {"?!", ""},
        {"cluster", "ad"},
        {"CLUSTERS", "ad"},
        {"health cluster", "|cadb"},
        {"cluster munitions treaty", "ad"},
        {"treaty waitangi", "d|a"},
        {"nothing absent", "|f"},
        {"maori", "cb"},
        {"m\xc4\x81ori", "cb"},
        {"don't", "c"},
        {"don\xe2\x80\x99t", "c"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(modes_force_all_or_any)
{
    static const row all[] = {
        {"treaty waitangi", "d"}, {"nothing absent", ""}, {"health cluster", ""}};
    static const row any[] = {{"nothing absent", "|f"}, {"health cluster", "|cadb"}};
    CHECK_ROWS(all, RLS_MATCH_ALL);
    CHECK_ROWS(any, RLS_MATCH_ANY);
}

TEST(signs_and_operators)
{
    static const row rows[] = {
        {"munitions -waitangi", "a"},
        {"+treaty -munitions", ""},
        {"+treaty waitangi", "d|a"},
        {"+munitions +waitangi", "d"},
        {"munitions AND treaty", "da"},
        {"waitangi OR expenses", "bd"},
        {"treaty AND (waitangi OR absent)", "d"},
        {"-munitions", "bcef"},
        {"NOT munitions NOT health", "ef"},
        {"munitions AND NOT waitangi", "a"},
        {"*", "abcdef"},
        {"* -munitions", "bcef"},
        {"(treaty) (waitangi)", "d|a"},
        {"treaty AND", "|abcd"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(quotes_mean_the_words_as_written)
{
    static const row rows[] = {
        {"\"cluster munitions\"", "a"},
        {"\"cluster munition\"", ""},
        {"\"cluster munition\"~", "a"},
        {"\"CLUSTER Munitions\"", "a"},
        {"\"munitions treaty\"", "a"},
        {"\"treaty cluster\"", ""},
        {"\"munitions the\"", "d"},
        {"\"expense\"", "b"},
        {"\"munition\"", ""},
        {"=Expenses", "b"},
        {"=EXPENSES", ""},
        {"=maori", ""},
        {"=Maori", "c"},
        {"=M\xc4\x81ori", "b"},
        {"\"m\xc4\x81ori\"", "b"},
        {"\"maori\"", "cb"},
        {"\"maori health\"", "cb"},
        {"\"m\xc4\x81ori health\"", "b"},
        {"-\"cluster munitions\" treaty", "d"},
        {"\"multi agent\"", "ec"},
        {"\"multi agent system\"", "c"},
        {"\"treaty on cluster munitions\" treaty", "a|d"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(compounds_are_found_whole_and_by_parts)
{
    static const row rows[] = {
        {"multi-agent", "ec"}, {"=multi-agent", "c"}, {"agents -multi-agent", ""}, {"agent", "ec"},
        {"C++", "c"},          {".NET", "c"},         {"agents/system", "ec"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(fields_filter_and_scope)
{
    static const row rows[] = {
        {"title:munitions", "da"},
        {"title:\"cluster munitions\"", "a"},
        {"title:cluster body:cluster", "a|d"},
        {"body:budget", ""},
        {"ministers:\"Phil Goff\"", "a"},
        {"ministers:\"phil goff\"", "a"},
        {"ministers:\"Goff\"", ""},
        {"ministers:goff", "ae"},
        {"ministers:\"tariana turia\"", "bc"},
        {"ministers:tur*", "bc"},
        {"ministers:phil*", "a"},
        {"ministers:absent", ""},
        {"ministers:*", "abce"},
        {"munitions ministers:goff", "a"},
        {"munitions -ministers:goff", "d"},
        {"goff", "ae"},
        {"date:2007", "ac"},
        {"date:2007-05", "a"},
        {"date:2007-05-28", "a"},
        {"date:\"28 May 2007\"", "a"},
        {"date:2007-05..2008-02", "abc"},
        {"date:2008..", "bdf"},
        {"date:..2007-05", "a"},
        {"date:>=2008-02-01", "bdf"},
        {"date:>2008-02-01", "df"},
        {"date:<2007-06", "a"},
        {"date:<=2007-06-30", "ac"},
        {"date:*", "abcdf"},
        {"size:>3", "bcf"},
        {"size:<4.5", "a"},
        {"size:<=4.5", "ac"},
        {"size:*", "abcf"},
        {"date:2007*", "ac"},
        {"-nosuch:treaty cluster", "ad"},
        {"-nosuch:\"cluster munitions\" cluster", "ad"},
        {"ministers:phil-goff", "a"},
        {"-x -munitions", "bcef"},
        {"+nosuch:>=3..", ""},
        {"size:>=3", "abcf"},
        {"size:4..7", "cf"},
        {"size:10", "b"},
        {"size:1*", ""},
        {"title:*", "abcde"},
        {"treaty date:2009", "d"},
        {"(treaty waitangi) AND date:2007", "|a"},
        {"date:2009 OR expenses", "bd"},
        {"nosuch:treaty", "|ad"},
        {"http://treaty", "|ad"},
        {"nosuch:\"cluster munitions\"", "|a"},
        {"date:nonsense treaty", "|ad"},
        {"title:(munitions OR agents)", "eda"},
        {"size:(x", ""},
        {"* (* -munitions)", "bcef|ad"},
        {"* (* *)", "abcdef"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(prefixes_see_words_not_stems)
{
    static const row rows[] = {
        {"muniti*", "ad"},  {"munitions*", "ad"}, {"munitionsx*", ""},
        {"happ*", "de"},    {"happy*", "d"},      {"happin*", "e"},
        {"expenses*", "b"}, {"mult*", "ec"},      {"m\xc4\x81o*", "cb"},
        {"*", "abcdef"},    {"title:agen*", "e"}, {"treat* waitang*", "d|a"},
    };
    CHECK_ROWS(rows, RLS_MATCH_AUTO);
}

TEST(words_are_looked_for_in_every_language)
{
    static const fixture_document both[] = {
        {.key = "a", .body = "expenses claimed"},
        {.key = "b", .body = "expenses claimed", .unstemmed = true},
        {.key = "c", .body = "expense claims", .unstemmed = true},
    };
    static const row rows[] = {
        {"expenses", "ab"},          {"expense", "ac"}, {"\"expenses claimed\"", "ab"},
        {"expenses claims", "a|bc"}, {"=expense", "c"}, {"expens*", "abc"}};
    uint32_t splits[2] = {1, 2};
    fixture  f;

    fixture_open(&f, both, splits, 2);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        for (int fast = 0; fast < 2; fast++) {
            rls_search_request request = FIXTURE_REQUEST;
            char               keys[16];
            request.evaluation = fast ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
            search_keys(&f, rows[i].query, &request, keys);
            sort_parts(keys);
            CHECK_EQ_STR(keys, rows[i].keys);
        }
    }
    fixture_close(&f);
}

TEST(scores_are_bm25f_as_worked_out_by_hand)
{
    fixture            f;
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    double             idf, average_body, average_title, t;

    open_releases(&f, 3);
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "cluster", &request, &results, NULL));
    CHECK_EQ_U64(results->count, 2);
    CHECK_EQ_U64(results->total, 2);
    CHECK(results->total_is_exact && results->total_has_all_words);
    idf = log(1.0 + (6 - 2 + 0.5) / (2 + 0.5));
    average_body = (10 + 8 + 12 + 10 + 7 + 2) / 6.0;
    average_title = (3 + 2 + 2 + 1 + 1) / 6.0;
    t = 1 / (1 - 0.75 + 0.75 * 10 / average_body) + 2.5 / (1 - 0.75 + 0.75 * 3 / average_title);
    CHECK(fabs(results->items[0].score - idf * t / (t + 1.2)) < 1e-5);
    t = 1 / (1 - 0.75 + 0.75 * 10 / average_body);
    CHECK(fabs(results->items[1].score - idf * t / (t + 1.2)) < 1e-5);
    rls_results_free(results);
    fixture_close(&f);
}

TEST(pages_are_pieces_of_one_list)
{
    fixture f;
    char    whole[16], pieces[16] = "";

    open_releases(&f, 2);
    for (int fast = 0; fast < 2; fast++) {
        rls_search_request request = FIXTURE_REQUEST;
        request.evaluation = fast ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
        request.mode = RLS_MATCH_ANY;
        request.limit = 6;
        search_keys(&f, "the health treaty nothing agents", &request, whole);
        request.limit = 1;
        *pieces = 0;
        for (request.skip = 0; request.skip < 8; request.skip++) {
            char one[8];
            search_keys(&f, "the health treaty nothing agents", &request, one);
            strcat(pieces, one[0] == '|' ? one + 1 : one);
        }
        CHECK_EQ_STR(pieces, whole[0] == '|' ? whole + 1 : whole);
        CHECK_EQ_U64(strlen(pieces), 6);
    }
    fixture_close(&f);
}

TEST(a_search_without_hits_wanted_counts)
{
    fixture            f;
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;

    open_releases(&f, 2);
    request.limit = 0;
    request.skip = 3;
    request.count = false;
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "treaty waitangi", &request, &results, NULL));
    CHECK_EQ_U64(results->count, 0);
    CHECK_EQ_U64(results->total, 1);
    CHECK(results->total_is_exact && results->total_has_all_words);
    rls_results_free(results);
    fixture_close(&f);
}

TEST(notes_and_match_leaves_come_back)
{
    fixture            f;
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;

    open_releases(&f, 2);
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "munitions \"cluster x\" -treaty hap* no:x AND",
                            &request, &results, NULL));
    CHECK_EQ_U64(results->note_count, 2);
    CHECK(strstr(results->notes[1].message, "no field \"no\"") != NULL);
    CHECK(results->leaf_count >= 3);
    CHECK_EQ_BYTES(results->leaves[0].words[0].terms[0].data,
                   results->leaves[0].words[0].terms[0].size, "munit");
    CHECK_EQ_U64(results->leaves[1].word_count, 2);
    CHECK_EQ_BYTES(results->leaves[1].words[0].form.data, results->leaves[1].words[0].form.size,
                   "cluster");
    CHECK(results->leaves[2].words[0].pattern != NULL);
    rls_results_free(results);
    fixture_close(&f);
}

static bool
always(void *context)
{
    (void)context;
    return true;
}

TEST(a_deadline_gives_what_was_found_and_cancel_ends)
{
    fixture f;

    open_releases(&f, 2);
    for (int fast = 0; fast < 2; fast++) {
        rls_search_request request = FIXTURE_REQUEST;
        rls_results       *results;
        rls_error          err = {0};
        request.evaluation = fast ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
        request.deadline_ns = 1;
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, "the treaty", &request, &results, &err));
        CHECK(results->timed_out && !results->total_is_exact);
        rls_results_free(results);
        request.deadline_ns = 0;
        request.cancel = always;
        CHECK_EQ_I64(fixture_search(&f.heap, &f.snapshot, "the treaty", &request, &results, &err),
                     RLS_CANCELLED);
        CHECK(results == NULL);
    }
    fixture_close(&f);
}

/* A clock that passes the deadline at a poll of its own choice. */
typedef struct slow_clock {
    rls_search_request *request;
    uint32_t            polls_left;
} slow_clock;

static bool
tick(void *context)
{
    slow_clock *clock = context;

    if (clock->polls_left > 0 && --clock->polls_left == 0)
        clock->request->deadline_ns = 1;
    return false;
}

/* One search whose deadline passes at the given poll; whether it had that many polls. `before` is a
 * hit of the page before, or NULL. */
static bool
time_out_at(fixture *f, const char *query, uint32_t poll, rls_search_request request,
            const rls_result *before, bool *out_has_hits)
{
    slow_clock   clock = {&request, poll};
    rls_results *results;
    rls_error    err = {0};
    bool         timed_out;

    request.cancel = tick;
    request.cancel_context = &clock;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, query, &request, &results, &err));
    timed_out = results->timed_out;
    for (uint32_t i = 0; i < results->count; i++)
        CHECK(before == NULL || results->items[i].segment != before->segment ||
              results->items[i].doc != before->doc);
    CHECK_EQ_U64(timed_out, clock.polls_left == 0);
    CHECK(!timed_out || !results->total_is_exact);
    *out_has_hits = results->count > 0;
    CHECK_OK(rls_results_mark(results, &f->snapshot, NULL));
    CHECK(results->marked);
    rls_results_free(results);
    return timed_out;
}

TEST(wherever_the_deadline_passes_what_was_found_comes_back)
{
    static const rls_evaluation evaluations[] = {RLS_EVALUATE_FAST, RLS_EVALUATE_EXHAUSTIVE,
                                                 RLS_EVALUATE_WIDE};
    const rls_sort_field        by_date = {rls_bytes_of("date", 4), true};
    fixture                     f;
    bool                        asked_again = false;

    open_releases(&f, 2);
    for (int e = 0; e < 3; e++) {
        for (int variant = 0; variant < 8; variant++) {
            rls_search_request request = FIXTURE_REQUEST;
            bool               has_hits = false;
            request.evaluation = evaluations[e];
            request.mode = variant & 1 ? RLS_MATCH_ANY : RLS_MATCH_AUTO;
            request.sort = &by_date;
            request.sort_count = (variant & 2) != 0;
            request.collapse = variant & 4 ? RLS_COLLAPSE_SAME : RLS_COLLAPSE_NONE;
            request.ranking = e == 1 ? RLS_RANKING_BM25F : RLS_RANKING_DEFAULT;
            for (uint32_t poll = 1;
                 time_out_at(&f, "the treaty file:a* oslo", poll, request, NULL, &has_hits); poll++)
                asked_again = asked_again || (has_hits && request.sort_count > 0);
            CHECK(has_hits);
        }
    }
    CHECK(asked_again);
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
}

TEST(a_page_behind_another_that_runs_out_of_time_has_no_hits_of_that_one)
{
    fixture f;

    open_releases(&f, 2);
    for (uint32_t i = 0; i < 12; i++) {
        rls_search_request request = FIXTURE_REQUEST;
        rls_results       *first;
        rls_buffer         place;
        const char        *query = i % 3 == 0 ? "the treaty file:a* oslo" : "the treaty oslo";
        bool               has_hits = false;

        request.evaluation = i % 2 == 0 ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
        request.ranking = i / 2 % 2 == 0 ? RLS_RANKING_DEFAULT : RLS_RANKING_BM25F;
        request.mode = i / 4 % 2 == 0 ? RLS_MATCH_ANY : RLS_MATCH_AUTO;
        request.limit = 1;
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, query, &request, &first, NULL));
        rls_buffer_init(&place, &f.heap);
        CHECK_OK(rls_results_next(first, &f.snapshot, &place, NULL));
        request.after = rls_buffer_bytes(&place);
        request.limit = i < 8 ? 10 : 1;
        for (uint32_t poll = 1; time_out_at(&f, query, poll, request, &first->items[0], &has_hits);
             poll++)
            continue;
        CHECK(has_hits);
        rls_buffer_release(&place);
        rls_results_free(first);
    }
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
}

/* Words, and what synonyms make of them: the clock is asked while the query is read, too. */
TEST(a_query_is_not_read_past_the_deadline)
{
    static const char  rules[] = "treaty, pact\n";
    rls_search_request request = FIXTURE_REQUEST;
    rls_synonyms      *synonyms;
    rls_results       *results;
    rls_error          err = {0};
    fixture            f;

    open_releases(&f, 2);
    CHECK_OK(rls_synonyms_parse(rules, sizeof rules - 1, &synonyms, &err));
    request.deadline_ns = 1;
    for (int with = 0; with < 2; with++) {
        request.synonyms = with ? synonyms : NULL;
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, "the treaty", &request, &results, &err));
        CHECK(results->timed_out && results->count == 0);
        CHECK_EQ_U64(results->leaf_count, 0);
        CHECK_EQ_U64(results->note_count, 0); /* no rule was used */
        rls_results_free(results);
    }
    rls_synonyms_close(synonyms);
    fixture_close(&f);
}

TEST(a_lone_ideograph_and_a_word_in_hangul_are_found_inside_words)
{
    static const fixture_document documents[] = {
        {.key = "a", .body = "漢字検索 東京タワー"},
        {.key = "b", .body = "한국은 대한민국"},
        {.key = "c", .body = "字 タ 한국", .title = "漢文"},
        {.key = "d", .body = "plain words"}};
    static const struct {
        const char *query, *found;
    } table[] = {{"漢", "ac"},     {"字", "ac"},    {"京", "a"},       {"タ", "ac"},
                 {"\"字\"", "ac"}, {"=字", "ac"},   {"title:漢", "c"}, {"title:字", ""},
                 {"국", "bc"},     {"한국", "bc"},  {"민국", "b"},     {"\"한국\"", "c"},
                 {"=한국", "c"},   {"한국은", "b"}, {"漢字", "a"},     {"漢 AND 국", "c"},
                 {"NOT 漢", "bd"}, {"p", ""},       {"1", ""}};
    const uint32_t splits[] = {2, 2};
    fixture        f;

    fixture_open(&f, documents, splits, 2);
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        rls_search_request request = FIXTURE_REQUEST;
        rls_results       *results;
        bool               found[4] = {false};
        char               keys[5] = "";
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, table[i].query, &request, &results, NULL));
        for (uint32_t h = 0; h < results->count; h++)
            found[fixture_number(&f, &results->items[h])] = true;
        for (uint32_t d = 0; d < 4; d++)
            if (found[d])
                strcat(keys, documents[d].key);
        if (strcmp(keys, table[i].found) != 0)
            rls_test_fail(__FILE__, __LINE__, "%s: finds %s, wanted %s", table[i].query, keys,
                          table[i].found);
        rls_results_free(results);
    }
    fixture_close(&f);
}

TEST(bad_parameters_are_refused)
{
    fixture          f;
    rls_results     *results;
    rls_search_field weight = {rls_bytes_of("title", 5), -1.0f};

    open_releases(&f, 2);
    for (int i = 0; i < 5; i++) {
        rls_search_request request = FIXTURE_REQUEST;
        if (i == 0)
            request.k1 = -0.5f;
        else if (i == 1)
            request.k1 = NAN;
        else if (i == 2)
            request.b = 1.5f;
        else if (i == 3)
            request.limit = 2000000;
        request.weights = i == 4 ? &weight : NULL;
        request.weight_count = i == 4;
        CHECK_EQ_I64(fixture_search(&f.heap, &f.snapshot, "a", &request, &results, NULL),
                     RLS_BAD_ARGUMENT);
    }
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
}

TEST(a_failed_allocation_is_told_and_leaves_nothing)
{
    static const char *const queries[] = {
        "cluster munitions treaty", "\"cluster munitions\" hap* -waitangi date:2007..",
        "ministers:goff title:munitions =Maori x:y", "treaty AND (waitangi OR happy) -size:>3"};
    fixture f;

    open_releases(&f, 2);
    for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++) {
        for (uint64_t n = 1;; n++) {
            rls_search_request request = FIXTURE_REQUEST;
            rls_heap_faulty    faulty;
            rls_heap           heap;
            rls_results       *results;
            rls_error          err = {0};
            rls_status         status;

            rls_heap_faulty_init(&faulty, n, false);
            rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
            status = fixture_search(&heap, &f.snapshot, queries[q], &request, &results, &err);
            rls_results_free(results);
            CHECK_EQ_U64(faulty.live, 0);
            if (!faulty.failed) {
                CHECK_OK(status);
                break;
            }
            CHECK(status == RLS_NO_MEMORY || status == RLS_OK);
            CHECK(status == RLS_OK || err.status == RLS_NO_MEMORY);
        }
    }
    fixture_close(&f);
}
