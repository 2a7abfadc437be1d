/* Facets against a naive count over the documents that match. */
#include "random_corpus.h"

#include "base/sort.h"
#include "document/date.h"
#include "support/heap_faulty.h"

enum {
    VALUE_MAX = 2 * CORPUS_MAX
};

typedef struct expected {
    char     values[VALUE_MAX][32];
    uint64_t counts[VALUE_MAX];
    uint32_t order[VALUE_MAX];
    uint32_t count;
    uint64_t documents, missing;
    bool     by_number;
} expected;

static void
add_value(expected *e, const char *value)
{
    uint32_t at = 0;

    while (at < e->count && strcmp(e->values[at], value) != 0)
        at++;
    if (at == e->count) {
        CHECK(e->count < VALUE_MAX);
        e->count++;
        strcpy(e->values[at], value);
        e->counts[at] = 0;
    }
    e->counts[at]++;
}

static void
add_document(expected *e, const fixture_document *d, const rls_facet_wish *wish)
{
    char text[32];
    bool has = false;

    e->documents++;
    if (wish->field.data[0] == 'm') {
        for (int i = 0; i < FIXTURE_LIST_MAX && d->ministers[i] != NULL; i++) {
            bool again = false;
            for (int j = 0; j < i; j++)
                again = again || strcmp(d->ministers[i], d->ministers[j]) == 0;
            if (!again && wish->kind == RLS_FACET_VALUE)
                add_value(e, d->ministers[i]);
            has = wish->kind == RLS_FACET_VALUE;
        }
    } else if (wish->field.data[0] == 's') {
        has = d->size != NULL && wish->kind == RLS_FACET_VALUE;
        if (has)
            add_value(e, d->size);
    } else if (wish->field.data[0] == 'd') {
        static const int sizes[] = {19, 4, 7, 10};
        has = d->date != NULL && strncmp(d->date, "0001", 4) != 0;
        if (has) {
            sprintf(text, "%.*s", sizes[wish->kind], d->date);
            if (strchr(text, ' ') != NULL)
                *strchr(text, ' ') = 'T';
            add_value(e, text);
        }
    }
    e->missing += !has;
}

static int
compare(const void *a, const void *b, void *context)
{
    const expected *e = context;
    uint32_t        left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    if (e->by_number) {
        double x = strtod(e->values[left], NULL), y = strtod(e->values[right], NULL);
        return (x > y) - (x < y);
    }
    return strcmp(e->values[left], e->values[right]);
}

static int
compare_counts(const void *a, const void *b, void *context)
{
    const expected *e = context;
    uint64_t        left = e->counts[*(const uint32_t *)a], right = e->counts[*(const uint32_t *)b];

    return left != right ? (left > right ? -1 : 1) : compare(a, b, context);
}

/* The documents that the query's total counts. */
static void
count_naively(fixture *f, const random_corpus *corpus, const char *text, rls_match mode,
              const rls_facet_wish *wish, expected *e)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;

    memset(e, 0, sizeof(*e));
    request.limit = CORPUS_MAX;
    request.mode = mode;
    request.evaluation = RLS_EVALUATE_EXHAUSTIVE;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    for (uint32_t i = 0; i < results->total; i++)
        add_document(e, &corpus->documents[fixture_number(f, &results->items[i])], wish);
    rls_results_free(results);
    for (uint32_t i = 0; i < e->count; i++)
        e->order[i] = i;
    e->by_number = wish->field.data[0] == 's';
    CHECK_OK(rls_sort(&f->heap, e->order, e->count, sizeof(*e->order),
                      wish->order == RLS_FACET_BY_COUNT ? compare_counts : compare, e));
}

static void
check_facet(const rls_facet_result *result, const rls_facet_wish *wish, const expected *e,
            const char *text)
{
    uint32_t count = e->count < wish->limit ? e->count : wish->limit;

    CHECK(result->exact);
    if (result->documents != e->documents || result->missing != e->missing ||
        result->distinct != e->count || result->value_count != count)
        rls_test_fail(__FILE__, __LINE__, "%s by %s: %u documents, %u missing, %u values of %u",
                      text, (const char *)wish->field.data, (unsigned)result->documents,
                      (unsigned)result->missing, (unsigned)result->value_count,
                      (unsigned)result->distinct);
    for (uint32_t i = 0; i < count; i++) {
        const rls_facet_count *is = &result->values[i];
        const char            *value = e->values[e->order[i]];
        if (is->count != e->counts[e->order[i]] || is->value.size != strlen(value) ||
            memcmp(is->value.data, value, is->value.size) != 0)
            rls_test_fail(__FILE__, __LINE__, "%s by %s: value %u is %.*s (%u), wanted %s (%u)",
                          text, (const char *)wish->field.data, i, (int)is->value.size,
                          (const char *)is->value.data, (unsigned)is->count, value,
                          (unsigned)e->counts[e->order[i]]);
        if (wish->field.data[0] == 'd') {
            rls_date_span span;
            CHECK(rls_date_parse(is->value, &span));
            CHECK_EQ_I64(is->from, span.from);
            CHECK(wish->kind == RLS_FACET_VALUE || is->to == span.to);
        }
    }
}

static rls_facet_wish
random_wish(rls_random *random)
{
    static const char *const fields[] = {"ministers", "date", "date", "size", "nothing"};
    const char              *field = fields[rls_random_below(random, 5)];

    return (rls_facet_wish){.field = fixture_text(field),
                            .kind = (rls_facet_kind)rls_random_below(random, 4),
                            .order = (rls_facet_order)rls_random_below(random, 2),
                            .limit = rls_random_below(random, 3) ? 1 + rls_random_below(random, 20)
                                                                 : UINT32_MAX};
}

TEST(facets_are_those_of_a_naive_count)
{
    rls_random random = {rls_test_seed()};
    expected  *e = malloc(sizeof(*e));

    for (int i = 0; i < 8; i++) {
        random_corpus *corpus =
            random_corpus_new(&random, 1 + rls_random_below(&random, i % 2 ? 300 : CORPUS_MAX));
        fixture f;
        random_corpus_open(&f, corpus, &random);
        for (int q = 0; q < 40; q++) {
            rls_search_request request = FIXTURE_REQUEST;
            rls_facet_wish     wishes[4];
            rls_results       *results;
            char               text[512];
            random_corpus_query(&random, text);
            for (int w = 0; w < 4; w++)
                wishes[w] = random_wish(&random);
            request.facets = wishes;
            request.evaluation =
                rls_random_below(&random, 3) ? RLS_EVALUATE_FAST : RLS_EVALUATE_WIDE;
            request.facet_count = 4;
            request.limit = rls_random_below(&random, 2);
            request.mode = (rls_match)rls_random_below(&random, 3);
            CHECK_OK(fixture_search(&f.heap, &f.snapshot, text, &request, &results, NULL));
            for (int w = 0; w < 4; w++) {
                count_naively(&f, corpus, text, request.mode, &wishes[w], e);
                CHECK_EQ_U64(e->documents, results->total);
                check_facet(&results->facets[w], &wishes[w], e, text);
            }
            rls_results_free(results);
        }
        fixture_close(&f);
        free(corpus);
    }
    free(e);
}

TEST(a_facet_may_leave_out_the_conditions_on_its_field)
{
    static const struct {
        const char *field, *with, *without;
    } pairs[] = {
        {"ministers", "+ministers:\"Phil Goff\" treaty", "treaty"},
        {"ministers", "ministers:goff treaty oslo", "treaty oslo"},
        {"ministers", "ministers:goff", "*"},
        {"ministers", "ministers:goff ministers:A date:2004..2009", "date:2004..2009"},
        {"ministers", "(ministers:A OR ministers:goff) AND treaty", "treaty"},
        {"ministers", "+treaty -ministers:A", "+treaty -ministers:A"},
        {"ministers", "+ministers:goff -ministers:A", "-ministers:A"},
        {"ministers", "(ministers:A OR size:>1) treaty", "(ministers:A OR size:>1) treaty"},
        {"ministers", "+ministers:*", "*"},
        {"ministers", "+date:2004 treaty", "+date:2004 treaty"},
        {"date", "+date:2004 +ministers:A treaty", "+ministers:A treaty"},
        {"date", "date:>=2004 date:<2008", "*"},
        {"size", "size:1..3 treaty AND oslo", "treaty AND oslo"},
    };
    rls_random     random = {rls_test_seed() + 1};
    expected      *e = malloc(sizeof(*e));
    random_corpus *corpus = random_corpus_new(&random, 700);
    fixture        f;

    random_corpus_open(&f, corpus, &random);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        rls_search_request request = FIXTURE_REQUEST;
        rls_facet_wish     wishes[3];
        rls_results       *results;
        for (int w = 0; w < 3; w++)
            wishes[w] =
                (rls_facet_wish){.field = fixture_text(w == 1 ? "ministers" : pairs[i].field),
                                 .limit = UINT32_MAX,
                                 .leave_out_own_filter = w != 1};
        wishes[2].order = RLS_FACET_BY_VALUE;
        request.facets = wishes;
        request.facet_count = 3;
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, pairs[i].with, &request, &results, NULL));
        for (int w = 0; w < 3; w++) {
            const char *text = w == 1 ? pairs[i].with : pairs[i].without;
            count_naively(&f, corpus, text, request.mode, &wishes[w], e);
            check_facet(&results->facets[w], &wishes[w], e, text);
        }
        rls_results_free(results);
    }
    fixture_close(&f);
    free(corpus);
    free(e);
}

static bool
at_once(void *context)
{
    (void)context;
    return true;
}

TEST(a_facet_whose_time_is_up_says_so)
{
    rls_random         random = {rls_test_seed() + 2};
    random_corpus     *corpus = random_corpus_new(&random, 100);
    rls_search_request request = FIXTURE_REQUEST;
    rls_facet_wish     wish = {.field = fixture_text("ministers"), .limit = 5};
    rls_results       *results;
    uint32_t           splits[1] = {100};
    fixture            f;

    fixture_open(&f, corpus->documents, splits, 1);
    request.facets = &wish;
    request.facet_count = 1;
    request.deadline_ns = 1;
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL));
    CHECK(results->timed_out && !results->facets[0].exact);
    rls_results_free(results);
    request.deadline_ns = 0;
    request.cancel = at_once;
    CHECK(fixture_search(&f.heap, &f.snapshot, "*", &request, &results, NULL) == RLS_CANCELLED);
    fixture_close(&f);
    free(corpus);
}

TEST(facets_and_orders_survive_every_failed_allocation)
{
    rls_random         random = {rls_test_seed() + 3};
    random_corpus     *corpus = random_corpus_new(&random, 150);
    rls_sort_field     by_date = {fixture_text("date"), true};
    rls_facet_wish     wishes[2] = {{.field = fixture_text("ministers"), .limit = 5},
                                    {.field = fixture_text("date"),
                                     .kind = RLS_FACET_YEAR,
                                     .limit = 5,
                                     .leave_out_own_filter = true}};
    rls_search_request request = FIXTURE_REQUEST;
    uint32_t           splits[2] = {70, 80};
    fixture            f;

    fixture_open(&f, corpus->documents, splits, 2);
    request.facets = wishes;
    request.facet_count = 2;
    request.sort = &by_date;
    request.half_life = 86400;
    request.recency_field = fixture_text("date");
    for (int way = 0; way < 4; way++) {
        request.sort_count = way & 1;
        request.collapse = way & 2 ? RLS_COLLAPSE_NEAR : RLS_COLLAPSE_NONE;
        for (uint64_t n = 1;; n++) {
            rls_heap_faulty faulty;
            rls_heap        heap;
            rls_results    *results;
            rls_status      status;
            rls_heap_faulty_init(&faulty, n, false);
            rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
            status = fixture_search(&heap, &f.snapshot, "+date:2004 treaty oslo", &request,
                                    &results, NULL);
            CHECK(status == (faulty.failed ? RLS_NO_MEMORY : RLS_OK));
            rls_results_free(results);
            CHECK_EQ_U64(faulty.live, 0);
            if (!faulty.failed)
                break;
        }
    }
    fixture_close(&f);
    free(corpus);
}
