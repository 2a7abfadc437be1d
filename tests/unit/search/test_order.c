/* Orders, pages and recency against a naive sort of all documents that match. */
#include "random_corpus.h"

#include <math.h>

#include "base/sort.h"
#include "document/date.h"
#include "search/order.h"
#include "search/recency.h"

typedef struct found {
    uint32_t number;
    double   score;
    bool     all;
} found;

typedef struct ranking {
    const random_corpus *corpus;
    rls_sort_field       keys[RLS_ORDER_KEY_MAX];
    uint32_t             key_count;
    bool                 is_tiered;
} ranking;

/* The value that counts; false when the document has none. Numbers and dates as doubles. */
static bool
value_of(const fixture_document *d, const rls_sort_field *key, double *number, const char **text)
{
    char first = (char)key->field.data[0];

    *text = NULL;
    if (first == 'd') {
        rls_date_span span;
        if (d->date == NULL || strncmp(d->date, "0001", 4) == 0)
            return false;
        CHECK(rls_date_parse(fixture_text(d->date), &span));
        *number = (double)span.from;
        return true;
    }
    if (first == 's') {
        if (d->size != NULL)
            *number = strtod(d->size, NULL);
        return d->size != NULL;
    }
    for (int i = 0; first == 'm' && i < FIXTURE_LIST_MAX && d->ministers[i] != NULL; i++) {
        int order = *text == NULL ? 0 : strcmp(d->ministers[i], *text);
        if (*text == NULL || (key->descending ? order > 0 : order < 0))
            *text = d->ministers[i];
    }
    return *text != NULL;
}

static int
compare_by(const ranking *r, const rls_sort_field *key, const found *a, const found *b)
{
    double      left = a->score, right = b->score;
    const char *a_text = NULL, *b_text = NULL;
    int         order;

    if (key->field.size > 0) {
        bool has_a = value_of(&r->corpus->documents[a->number], key, &left, &a_text);
        bool has_b = value_of(&r->corpus->documents[b->number], key, &right, &b_text);
        if (!has_a || !has_b)
            return has_b - has_a;
    }
    order = a_text != NULL ? strcmp(a_text, b_text) : (left > right) - (left < right);
    order = (order > 0) - (order < 0);
    return key->descending ? -order : order;
}

static int
compare(const void *a, const void *b, void *context)
{
    const ranking *r = context;
    const found   *left = a, *right = b;
    int            order = r->is_tiered ? right->all - left->all : 0;

    for (uint32_t i = 0; i < r->key_count && order == 0; i++)
        order = compare_by(r, &r->keys[i], left, right);
    return order != 0 ? order
                      : strcmp(r->corpus->documents[left->number].key,
                               r->corpus->documents[right->number].key);
}

static rls_bytes
key_of(const char *name)
{
    return rls_bytes_of(name, strlen(name));
}

static void
random_ranking(ranking *r, const random_corpus *corpus, rls_random *random)
{
    static const char *const fields[] = {"date", "date", "size", "ministers", "", "nothing"};

    r->corpus = corpus;
    r->key_count = rls_random_below(random, RLS_ORDER_KEY_MAX + 1);
    for (uint32_t i = 0; i < r->key_count; i++)
        r->keys[i] = (rls_sort_field){key_of(fields[rls_random_below(random, 6)]),
                                      rls_random_below(random, 2) == 0};
}

/* Where the score alone counts the first are looked at again, now and then; that these queries are
 * of at most three words leaves the order as it is. */
static void
look_twice(rls_search_request *request, const ranking *r, rls_random *random)
{
    if (r->key_count == 0 && rls_random_below(random, 3) > 0)
        request->ranking = RLS_RANKING_DEFAULT;
}

/* All that match, by the exhaustive scorer, in its order. */
static uint32_t
find_all(fixture *f, const char *text, const rls_search_request *from, found *out,
         bool *out_has_all, uint64_t *out_total)
{
    rls_search_request request = *from;
    rls_results       *results;
    uint32_t           count;

    request.limit = CORPUS_MAX;
    request.skip = 0;
    request.sort_count = 0;
    request.after.size = 0;
    request.evaluation = RLS_EVALUATE_EXHAUSTIVE;
    request.count = true;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    CHECK_OK(rls_results_mark(results, &f->snapshot, NULL));
    count = results->count;
    for (uint32_t i = 0; i < count; i++)
        out[i] = (found){fixture_number(f, &results->items[i]), results->items[i].score,
                         results->items[i].matches_all};
    *out_has_all = results->total_has_all_words;
    *out_total = results->total;
    rls_results_free(results);
    return count;
}

/* What the order leaves of them, sorted. */
static uint32_t
rank(const ranking *r, rls_heap *heap, found *all, uint32_t count, uint64_t total)
{
    ranking sorting = *r;
    bool    by_score = r->key_count == 0 || r->keys[0].field.size == 0;

    if (r->key_count == 0) {
        sorting.keys[0] = (rls_sort_field){.descending = true};
        sorting.key_count = 1;
    }
    if (!by_score) /* the counted ones come first in the order by score */
        count = (uint32_t)total;
    sorting.is_tiered = r->is_tiered && by_score;
    CHECK_OK(rls_sort(heap, all, count, sizeof(*all), compare, &sorting));
    return count;
}

static void
check_page(rls_results *results, const fixture *f, const found *expected, uint32_t count,
           const char *text)
{
    if (results->count != count)
        rls_test_fail(__FILE__, __LINE__, "%s: %u hits, wanted %u", text, results->count, count);
    CHECK_OK(rls_results_mark(results, &f->snapshot, NULL));
    for (uint32_t i = 0; i < count; i++) {
        const rls_result *item = &results->items[i];
        uint32_t          number = fixture_number(f, item);
        if (number != expected[i].number || item->matches_all != expected[i].all ||
            memcmp(&item->score, &expected[i].score, sizeof(double)) != 0)
            rls_test_fail(__FILE__, __LINE__, "%s: hit %u is %u (%.17g, %d), wanted %u (%.17g, %d)",
                          text, i, number, item->score, item->matches_all, expected[i].number,
                          expected[i].score, expected[i].all);
    }
}

static void
check_query(fixture *f, const random_corpus *corpus, rls_random *random)
{
    static found       all[CORPUS_MAX];
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    ranking            r;
    char               text[512];
    uint32_t           count, at = 0;
    uint64_t           total;
    rls_buffer         after;
    bool               has_all;

    random_corpus_query(random, text);
    random_ranking(&r, corpus, random);
    request.mode = (rls_match)rls_random_below(random, 3);
    r.is_tiered = request.mode == RLS_MATCH_AUTO;
    request.sort = r.keys;
    request.sort_count = r.key_count;
    look_twice(&request, &r, random);
    if (rls_random_below(random, 3) == 0) {
        request.half_life = 1 + rls_random_below(random, 1000) * INT64_C(86400);
        request.recency_field = key_of("date");
        request.now = INT64_C(1262304000); /* 2010 */
    }
    if (rls_random_below(random, 3) == 0) {
        request.year_boost = 1.0 + rls_random_below(random, 50) / 10.0;
        request.recency_field = key_of("date");
        sprintf(text + strlen(text), " %u", 1998 + rls_random_below(random, 12));
    }
    count = find_all(f, text, &request, all, &has_all, &total);
    count = rank(&r, &f->heap, all, count, total);

    /* One page anywhere. */
    request.evaluation = (rls_evaluation)rls_random_below(random, 3);
    request.count = rls_random_below(random, 2) == 0;
    request.skip = rls_random_below(random, count + 2);
    request.limit = 1 + rls_random_below(random, 30);
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    at = request.skip < count ? request.skip : count;
    check_page(results, f, all + at, count - at < request.limit ? count - at : request.limit, text);
    if (results->total_is_exact &&
        (results->total != total || results->total_has_all_words != has_all))
        rls_test_fail(__FILE__, __LINE__, "%s: total %u, wanted %u", text, (unsigned)results->total,
                      (unsigned)total);
    CHECK(results->total <= total && (results->total_is_exact || !request.count));
    rls_results_free(results);

    /* Pages one behind the other. */
    rls_buffer_init(&after, &f->heap);
    request.skip = 0;
    request.limit = 1 + count / (1 + rls_random_below(random, 5));
    for (at = 0;; at += results->count, rls_results_free(results)) {
        uint32_t left = count - at;
        request.after = rls_buffer_bytes(&after);
        CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
        check_page(results, f, all + at, left < request.limit ? left : request.limit, text);
        if (results->count == 0)
            break;
        rls_buffer_clear(&after);
        CHECK_OK(rls_results_next(results, &f->snapshot, &after, NULL));
    }
    CHECK_EQ_U64(at, count);
    rls_results_free(results);
    rls_buffer_release(&after);
}

TEST(orders_and_pages_are_those_of_a_naive_sort)
{
    rls_random random = {rls_test_seed()};

    for (int i = 0; i < 8; i++) {
        random_corpus *corpus =
            random_corpus_new(&random, 1 + rls_random_below(&random, i % 2 ? 300 : CORPUS_MAX));
        fixture f;
        random_corpus_open(&f, corpus, &random);
        for (int q = 0; q < 60; q++)
            check_query(&f, corpus, &random);
        fixture_close(&f);
        free(corpus);
    }
}

/* --- collapsing --- */

/* Leaves the first document of each body; returns how many. `behind` gets, in step, the number of
 * documents of the same body that are left out. */
static uint32_t
collapse(const random_corpus *corpus, const found *all, uint32_t count, found *out,
         uint64_t *behind)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        const char *body = corpus->documents[all[i].number].body;
        uint32_t    at = 0;
        while (at < kept &&
               (*body == 0 || strcmp(corpus->documents[out[at].number].body, body) != 0))
            at++;
        if (at < kept) {
            behind[at]++;
            continue;
        }
        behind[kept] = 0;
        out[kept++] = all[i];
    }
    return kept;
}

static void
check_groups(fixture *f, const random_corpus *corpus, rls_random *random)
{
    static found       all[CORPUS_MAX], groups[CORPUS_MAX];
    static uint64_t    behind[CORPUS_MAX];
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    ranking            r;
    char               text[512];
    uint32_t           count, group_count, at = 0, counted;
    uint64_t           total;
    rls_buffer         after;
    bool               has_all;

    random_corpus_query(random, text);
    random_ranking(&r, corpus, random);
    request.mode = (rls_match)rls_random_below(random, 3);
    r.is_tiered = request.mode == RLS_MATCH_AUTO;
    request.sort = r.keys;
    request.sort_count = r.key_count;
    look_twice(&request, &r, random);
    count = find_all(f, text, &request, all, &has_all, &total);
    counted = collapse(corpus, all, (uint32_t)total, groups, behind);
    count = rank(&r, &f->heap, all, count, total);
    group_count = collapse(corpus, all, count, groups, behind);

    request.collapse = RLS_COLLAPSE_SAME;
    request.count = rls_random_below(random, 2) == 0;
    request.limit = 1 + group_count / (1 + rls_random_below(random, 4));
    rls_buffer_init(&after, &f->heap);
    for (at = 0;; at += results->count, rls_results_free(results)) {
        uint32_t left = group_count - at;
        request.after = rls_buffer_bytes(&after);
        CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
        check_page(results, f, groups + at, left < request.limit ? left : request.limit, text);
        CHECK(results->total_is_exact);
        CHECK_EQ_U64(results->total, counted);
        for (uint32_t i = 0; i < results->count; i++)
            CHECK_EQ_U64(results->items[i].collapsed, behind[at + i]);
        if (results->count == 0)
            break;
        rls_buffer_clear(&after);
        CHECK_OK(rls_results_next(results, &f->snapshot, &after, NULL));
    }
    CHECK_EQ_U64(at, group_count);
    rls_results_free(results);
    rls_buffer_release(&after);
    request.after.size = 0;
    request.skip = rls_random_below(random, group_count + 2);
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    at = request.skip < group_count ? request.skip : group_count;
    check_page(results, f, groups + at,
               group_count - at < request.limit ? group_count - at : request.limit, text);
    rls_results_free(results);
}

TEST(hits_are_collapsed_as_by_a_naive_walk_over_all_of_them)
{
    rls_random random = {rls_test_seed() + 4};

    for (int i = 0; i < 8; i++) {
        random_corpus *corpus = random_corpus_new(&random, 1 + rls_random_below(&random, 500));
        fixture        f;
        random_corpus_open(&f, corpus, &random);
        for (int q = 0; q < 40; q++)
            check_groups(&f, corpus, &random);
        fixture_close(&f);
        free(corpus);
    }
}

/* Whether `a`, with its score in the index at hand, comes strictly behind the place of `last`. */
static bool
is_behind(const ranking *r, const found *last, const found *a)
{
    return compare(last, a, (void *)(uintptr_t)r) < 0;
}

TEST(a_page_goes_on_behind_its_place_when_the_index_has_changed)
{
    rls_random   random = {rls_test_seed() + 1};
    static found all[CORPUS_MAX], behind[CORPUS_MAX];

    for (int i = 0; i < 40; i++) {
        random_corpus *corpus = random_corpus_new(&random, 200 + rls_random_below(&random, 300));
        rls_search_request request = FIXTURE_REQUEST;
        rls_results       *results;
        rls_buffer         after;
        uint32_t           count, kept = 0;
        uint64_t           total;
        bool               has_all;
        ranking            r;
        found              last;
        fixture            f;
        char               text[512];

        random_corpus_query(&random, text);
        random_ranking(&r, corpus, &random);
        request.mode = RLS_MATCH_ANY;
        r.is_tiered = false;
        request.sort = r.keys;
        request.sort_count = r.key_count;
        request.limit = 1 + rls_random_below(&random, 60);
        look_twice(&request, &r, &random);
        random_corpus_open(&f, corpus, &random);
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, text, &request, &results, NULL));
        rls_buffer_init(&after, &f.heap);
        if (results->count > 0) {
            const rls_result *item = &results->items[results->count - 1];
            last = (found){fixture_number(&f, item), item->score, true};
            CHECK_OK(rls_results_next(results, &f.snapshot, &after, NULL));
        }
        rls_results_free(results);
        if (after.size > 0) {
            fixture changed;
            for (uint32_t d = 0; d < corpus->count; d++)
                corpus->documents[d].deleted = rls_random_below(&random, 3) == 0;
            random_corpus_open(&changed, corpus, &random);
            count = find_all(&changed, text, &request, all, &has_all, &total);
            count = rank(&r, &changed.heap, all, count, total);
            if (r.key_count == 0)
                r = (ranking){.corpus = corpus, .keys = {{{NULL, 0}, true}}, .key_count = 1};
            for (uint32_t d = 0; d < count; d++)
                if (is_behind(&r, &last, &all[d]))
                    behind[kept++] = all[d];
            request.after = rls_buffer_bytes(&after);
            CHECK_OK(
                fixture_search(&changed.heap, &changed.snapshot, text, &request, &results, NULL));
            check_page(results, &changed, behind, kept < request.limit ? kept : request.limit,
                       text);
            rls_results_free(results);
            fixture_close(&changed);
        }
        rls_buffer_release(&after);
        fixture_close(&f);
        free(corpus);
    }
}

TEST(what_is_no_place_of_this_order_is_refused)
{
    rls_random         random = {rls_test_seed() + 2};
    random_corpus     *corpus = random_corpus_new(&random, 100);
    rls_sort_field     by_date = {key_of("date"), true}, by_size = {key_of("size"), true};
    rls_search_request request = FIXTURE_REQUEST;
    uint32_t           splits[1] = {100};
    rls_results       *results;
    rls_buffer         after;
    fixture            f;

    fixture_open(&f, corpus->documents, splits, 1);
    request.sort = &by_date;
    request.sort_count = 1;
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL));
    rls_buffer_init(&after, &f.heap);
    CHECK_OK(rls_results_next(results, &f.snapshot, &after, NULL));
    rls_results_free(results);
    for (size_t i = 0; i < 2 * after.size; i++) {
        size_t  kept = after.size;
        uint8_t byte = after.data[i / 2];
        if (i % 2)
            after.data[i / 2] = (uint8_t)(rls_random_next(&random) | 1);
        else
            after.size = i / 2 == 0 ? 1 : i / 2;
        request.after = rls_buffer_bytes(&after);
        if (after.data[i / 2] != byte || after.size != kept)
            CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) ==
                  RLS_BAD_ARGUMENT);
        after.data[i / 2] = byte;
        after.size = kept;
    }
    request.after = rls_buffer_bytes(&after);
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL));
    rls_results_free(results);
    by_date.descending = false;
    CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) == RLS_BAD_ARGUMENT);
    by_date.descending = true;
    request.collapse = RLS_COLLAPSE_SAME;
    CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) == RLS_BAD_ARGUMENT);
    request.collapse = RLS_COLLAPSE_NONE;
    request.sort = &by_size;
    CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) == RLS_BAD_ARGUMENT);
    request.sort_count = 0;
    CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) == RLS_BAD_ARGUMENT);
    rls_buffer_release(&after);
    fixture_close(&f);
    free(corpus);
}

TEST(half_of_a_score_halves_with_each_half_life)
{
    rls_random random = {rls_test_seed() + 3};

    CHECK_EQ_U64(rls_recency_fade(1000, 10, 0), 1000);
    CHECK_EQ_U64(rls_recency_fade(1000, 10, -5), 1000);
    CHECK_EQ_U64(rls_recency_fade(1000, 10, 10), 750);
    CHECK_EQ_U64(rls_recency_fade(1000, 1, 40), 500);
    CHECK_EQ_U64(rls_recency_fade(INT32_MAX, 1, INT64_MAX), INT32_MAX / 2);
    for (int i = 0; i < 10000; i++) {
        uint32_t score = (uint32_t)(rls_random_next(&random) >> 33), faded;
        int64_t  life =
            1 + (int64_t)(rls_random_next(&random) >> (3 + rls_random_below(&random, 60)));
        int64_t age = (int64_t)(rls_random_next(&random) >> (1 + rls_random_below(&random, 60)));
        double  exact = score * (1.0 + exp2(-(double)age / (double)life)) / 2.0;
        faded = rls_recency_fade(score, life, age);
        CHECK(faded <= score);
        if (fabs(faded - exact) > 2.0 + exact * 1e-6)
            rls_test_fail(__FILE__, __LINE__, "%u after %lld of %lld is %u, wanted %.9g", score,
                          (long long)age, (long long)life, faded, exact);
        CHECK(rls_recency_fade(score, life, age > 0 ? age - 1 : 0) >= faded);
    }
}
