/* Exam 6, differential: random steps in the life of an index (documents added, replaced, deleted;
 * commits, which merge; rollbacks, optimizing, writers closed and opened with other threads) beside
 * a naive model that is asked the same questions; and the same documents indexed in other orders,
 * segments and threads, which must give the same hits with the same scores to the bit. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "differential_model.h"
#include "releasesearch.h"
#include "support/exam.h"
#include "support/runner.h"
#include "support/temp_folder.h"

enum {
    ALL = 1000, /* more than there are documents */
    PAGE_MAX = 40
};

typedef struct life {
    rls_random    random;
    const char   *folder;
    rls_writer   *writer;
    rls_snapshot *snapshot; /* of the last commit */
    naive_index   pending, committed;
} life;

/* Nothing here need reach a disk: where there is memory to hold the files they go there. */
static const char *
new_folder(void)
{
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    return rls_test_temp_folder();
}

static rls_writer *
open_writer(const char *folder, uint32_t threads)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_error          err = {.message = ""};
    rls_writer        *writer;

    options.threads = threads;
    options.memory_limit = (size_t)(threads > 2 ? 256 : 64) << 20;
    if (rls_writer_open(folder, &options, &writer, &err) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s", err.message);
    return writer;
}

static rls_snapshot *
open_snapshot(const char *folder)
{
    rls_snapshot *snapshot;

    CHECK_OK(rls_snapshot_open(folder, NULL, &snapshot, NULL));
    return snapshot;
}

static void
add_document(rls_writer *writer, uint32_t number, const naive_document *naive)
{
    rls_document *document;
    char          key[NAIVE_KEY_SIZE], text[NAIVE_TEXT_SIZE];

    naive_key(number, key);
    CHECK_OK(rls_document_create(key, &document, NULL));
    if (naive->title_count > 0) {
        naive_words(naive->title, naive->title_count, text);
        CHECK_OK(rls_document_add(document, "title", text, strlen(text), NULL));
    }
    for (uint32_t i = 0; i < NAIVE_MINISTERS; i++)
        if (naive->ministers >> i & 1)
            CHECK_OK(rls_document_add(document, "ministers", naive_minister(i),
                                      strlen(naive_minister(i)), NULL));
    if (naive->year != 0) {
        naive_date(naive, text);
        CHECK_OK(rls_document_add(document, "date", text, strlen(text), NULL));
    }
    naive_words(naive->body, naive->body_count, text);
    CHECK_OK(rls_document_body(document, text, strlen(text), false, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
}

static rls_hits *
search(rls_snapshot *snapshot, const naive_query *query, const rls_search_options *options)
{
    rls_error err = {.message = ""};
    rls_hits *hits;

    if (rls_snapshot_search_text(snapshot, query->text, strlen(query->text), options, &hits,
                                 &err) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s: %s", query->text, err.message);
    return hits;
}

static uint32_t
number_of(rls_hits *hits, uint32_t i, double *out_score)
{
    rls_text key;
    double   score;

    CHECK_OK(rls_hits_key(hits, i, &key, &score, NULL));
    if (out_score != NULL)
        *out_score = score;
    return (uint32_t)atoi(key.data + 1);
}

static rls_search_options
some_options(rls_random *random)
{
    static const rls_ranking_model models[] = {RLS_RANKING_BM25F, RLS_RANKING_BM25,
                                               RLS_RANKING_DEFAULT};
    rls_search_options             options = RLS_SEARCH_OPTIONS_INIT;

    options.match = RLS_MATCH_ANY;
    options.limit = ALL;
    options.ranking = models[rls_random_below(random, 3)];
    options.exhaustive = rls_random_below(random, 8) == 0;
    return options;
}

/* The same documents as the model, no more and none twice. */
static bool
has_matches(life *l, const naive_query *query)
{
    rls_search_options options = some_options(&l->random);
    rls_hits          *hits = search(l->snapshot, query, &options);
    uint32_t           expected = 0;
    bool               found[NAIVE_DOCUMENTS] = {false}, equal;

    for (uint32_t i = 0; i < rls_hits_count(hits); i++)
        found[number_of(hits, i, NULL)] = true;
    equal = true;
    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++) {
        bool matches = naive_matches(query, &l->committed.documents[i]);
        expected += matches;
        equal = equal && matches == found[i];
    }
    equal = equal && rls_hits_total(hits) == expected && rls_hits_count(hits) == expected &&
            rls_hits_total_is_exact(hits);
    rls_hits_close(hits);
    return equal;
}

/* Newest first, without a date last, equal dates by key. */
static bool
has_order(life *l, const naive_query *query)
{
    rls_sort_key       by_date = {"date", rls_random_below(&l->random, 2) == 0};
    rls_search_options options = some_options(&l->random);
    uint32_t           expected[NAIVE_DOCUMENTS];
    uint32_t           count = naive_by_date(query, &l->committed, by_date.descending, expected);
    rls_hits          *hits;
    bool               equal;

    options.sort = &by_date;
    options.sort_count = 1;
    options.limit = 1 + rls_random_below(&l->random, PAGE_MAX);
    hits = search(l->snapshot, query, &options);
    equal = rls_hits_count(hits) == (count < options.limit ? count : options.limit);
    for (uint32_t i = 0; i < rls_hits_count(hits); i++)
        equal = equal && number_of(hits, i, NULL) == expected[i];
    rls_hits_close(hits);
    return equal;
}

static bool
has_facets(life *l, const naive_query *query)
{
    rls_facet_request  wanted[] = {{"ministers", RLS_FACET_VALUE, RLS_FACET_BY_COUNT, ALL, false},
                                   {"date", RLS_FACET_YEAR, RLS_FACET_BY_VALUE, ALL, false}};
    rls_search_options options = some_options(&l->random);
    uint64_t           ministers[NAIVE_MINISTERS], years[NAIVE_YEARS];
    rls_hits          *hits;
    bool               equal = true;

    naive_count(query, &l->committed, ministers, years);
    options.facets = wanted;
    options.facet_count = 2;
    options.limit = rls_random_below(&l->random, 3);
    hits = search(l->snapshot, query, &options);
    for (uint32_t f = 0; f < 2; f++) {
        rls_facet       facet;
        rls_facet_value value;
        CHECK_OK(rls_hits_facet(hits, f, &facet, NULL));
        for (uint32_t i = 0; i < facet.value_count; i++) {
            uint64_t *count = NULL;
            CHECK_OK(rls_hits_facet_value(hits, f, i, &value, NULL));
            if (f == 1)
                count = &years[atoi(value.value.data) - NAIVE_FIRST_YEAR];
            for (uint32_t m = 0; f == 0 && m < NAIVE_MINISTERS; m++)
                if (strncmp(naive_minister(m), value.value.data, value.value.size) == 0)
                    count = &ministers[m];
            equal = equal && count != NULL && *count == value.count;
            if (count != NULL)
                *count = 0;
        }
    }
    for (uint32_t m = 0; m < NAIVE_MINISTERS; m++)
        equal = equal && ministers[m] == 0;
    for (uint32_t y = 0; y < NAIVE_YEARS; y++)
        equal = equal && years[y] == 0;
    rls_hits_close(hits);
    return equal;
}

/* Pages one behind the other are the whole list. */
static bool
has_pages(life *l, const naive_query *query)
{
    rls_search_options options = some_options(&l->random);
    rls_hits          *whole = search(l->snapshot, query, &options);
    rls_hits          *page = NULL;
    uint32_t           at = 0;
    bool               equal = true;

    options.limit = 1 + rls_random_below(&l->random, PAGE_MAX);
    do {
        rls_hits *next = search(l->snapshot, query, &options);
        for (uint32_t i = 0; i < rls_hits_count(next); i++, at++) {
            double   whole_score, score;
            uint32_t number = number_of(next, i, &score);
            equal = equal && at < rls_hits_count(whole) &&
                    number == number_of(whole, at, &whole_score) && score == whole_score;
        }
        rls_hits_close(page);
        page = next;
        options.after = rls_hits_next(page);
    } while (equal && options.after != NULL);
    equal = equal && at == rls_hits_count(whole);
    rls_hits_close(page);
    rls_hits_close(whole);
    return equal;
}

static void
ask(life *l, rls_exam *exam)
{
    static const struct {
        const char *name;
        bool (*holds)(life *l, const naive_query *query);
    } questions[] = {{"matches", has_matches},
                     {"matches", has_matches},
                     {"order by date", has_order},
                     {"facets", has_facets},
                     {"pages", has_pages}};
    naive_query query;
    uint32_t    which = rls_random_below(&l->random, 5);

    naive_query_new(&query, &l->random);
    rls_exam_point(exam, questions[which].holds(l, &query), "%s of %s", questions[which].name,
                   query.text);
}

static void
refresh(life *l)
{
    rls_snapshot *newer;

    if (l->snapshot == NULL) {
        l->snapshot = open_snapshot(l->folder);
        return;
    }
    CHECK_OK(rls_snapshot_refresh(l->snapshot, &newer, NULL));
    rls_snapshot_close(l->snapshot);
    l->snapshot = newer;
}

static void
commit(life *l, rls_exam *exam, bool optimize)
{
    rls_snapshot_info info = {.struct_size = sizeof info};

    if (optimize)
        CHECK_OK(rls_writer_optimize(l->writer, NULL));
    else
        CHECK_OK(rls_writer_commit(l->writer, NULL, NULL));
    l->committed = l->pending;
    refresh(l);
    CHECK_OK(rls_snapshot_get_info(l->snapshot, &info, NULL));
    rls_exam_point(exam,
                   info.documents == naive_live(&l->committed) &&
                       (!optimize || (info.deleted == 0 && info.segments <= 1)),
                   "documents after %s", optimize ? "optimizing" : "a commit");
}

/* With one document that stays and has every field: a field that no document has is a word. */
static life
begin(uint64_t seed, rls_exam *exam)
{
    life            l = {.random = {seed}, .folder = new_folder()};
    naive_document *first = &l.pending.documents[0];

    do
        naive_document_new(first, &l.random);
    while (first->title_count == 0 || first->ministers == 0 || first->year == 0);
    l.writer = open_writer(l.folder, 1);
    add_document(l.writer, 0, first);
    commit(&l, exam, false);
    return l;
}

static void
end(life *l)
{
    rls_snapshot_close(l->snapshot);
    rls_writer_close(l->writer);
}

static void
step(life *l, rls_exam *exam)
{
    uint32_t        which = rls_random_below(&l->random, 1000);
    uint32_t        number = 1 + rls_random_below(&l->random, NAIVE_DOCUMENTS - 1);
    naive_document *naive = &l->pending.documents[number];

    if (which < 400) {
        naive_document_new(naive, &l->random);
        add_document(l->writer, number, naive);
    } else if (which < 550) {
        char key[NAIVE_KEY_SIZE];
        naive_key(number, key);
        CHECK_OK(rls_writer_delete(l->writer, key, NULL));
        memset(naive, 0, sizeof *naive);
    } else if (which < 960) {
        ask(l, exam);
    } else if (which < 985) {
        commit(l, exam, false);
    } else if (which < 991) {
        CHECK_OK(rls_writer_rollback(l->writer, NULL));
        l->pending = l->committed;
    } else if (which < 994) {
        commit(l, exam, true);
    } else {
        rls_writer_close(l->writer); /* forgets what was not committed */
        l->pending = l->committed;
        l->writer = open_writer(l->folder, 1 + rls_random_below(&l->random, 4));
    }
}

TEST(random_steps_agree_with_a_naive_model)
{
    uint32_t steps = rls_exam_full() ? 2000000 : 20000;
    rls_exam exam = rls_exam_begin(6, "questions among random steps");
    life     l = begin(rls_test_seed(), &exam);

    for (uint32_t i = 0; i < steps; i++)
        step(&l, &exam);
    end(&l);
    rls_exam_end(&exam);
}

/* An index of the documents that are live in `naive`, in a random order and cut into `commits`. */
static rls_snapshot *
build(const naive_index *naive, rls_random *random, uint32_t threads, uint32_t commits)
{
    uint32_t    order[NAIVE_DOCUMENTS];
    const char *folder = new_folder();
    rls_writer *writer = open_writer(folder, threads);

    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++)
        order[i] = i;
    for (uint32_t i = NAIVE_DOCUMENTS - 1; i > 0; i--) {
        uint32_t j = rls_random_below(random, i + 1), moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++) {
        if (naive->documents[order[i]].body_count > 0)
            add_document(writer, order[i], &naive->documents[order[i]]);
        if (rls_random_below(random, NAIVE_DOCUMENTS) < commits)
            CHECK_OK(rls_writer_commit(writer, NULL, NULL));
    }
    CHECK_OK(rls_writer_commit(writer, NULL, NULL));
    rls_writer_close(writer);
    return open_snapshot(folder);
}

static bool
rank_alike(rls_snapshot *one, rls_snapshot *other, const naive_query *query,
           const rls_search_options *options)
{
    rls_hits *left = search(one, query, options), *right = search(other, query, options);
    bool      equal = rls_hits_count(left) == rls_hits_count(right);

    for (uint32_t i = 0; equal && i < rls_hits_count(left); i++) {
        double   left_score, right_score;
        uint32_t number = number_of(left, i, &left_score);
        equal = number == number_of(right, i, &right_score) && left_score == right_score;
    }
    rls_hits_close(left);
    rls_hits_close(right);
    return equal;
}

/* Against the one whose documents came and went. */
TEST(rankings_depend_on_the_documents_alone)
{
    uint32_t   rounds = rls_exam_full() ? 300 : 6, queries = rls_exam_full() ? 200 : 60;
    rls_exam   exam = rls_exam_begin(6, "rankings in other orders, segments and threads");
    rls_exam   asked = {0};
    rls_random random = {rls_test_seed()};

    for (uint32_t r = 0; r < rounds; r++) {
        life          l = begin(rls_random_next(&random), &asked);
        rls_snapshot *others[3];

        for (uint32_t i = 0; i < 700; i++)
            step(&l, &asked);
        commit(&l, &asked, false);
        for (uint32_t i = 0; i < 3; i++)
            others[i] = build(&l.committed, &random, 1 + i * 2, 1 + 5 * i);
        for (uint32_t q = 0; q < queries; q++) {
            rls_search_options options = some_options(&random);
            naive_query        query;
            naive_query_new(&query, &random);
            options.match = (rls_match)rls_random_below(&random, 3);
            options.limit = rls_random_below(&random, 2) == 0 ? 10 : ALL;
            for (uint32_t i = 0; i < 3; i++)
                rls_exam_point(&exam, rank_alike(l.snapshot, others[i], &query, &options),
                               "ranking of %s", query.text);
        }
        for (uint32_t i = 0; i < 3; i++)
            rls_snapshot_close(others[i]);
        end(&l);
    }
    CHECK_EQ_U64(asked.survived, asked.tried);
    rls_exam_end(&exam);
}
