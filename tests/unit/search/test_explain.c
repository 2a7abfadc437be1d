/* Explanations add up: every sum exactly, every rounding as told, every formula but for floats. */
#include "search/explain.h"

#include <math.h>

#include "base/random.h"
#include "fixture.h"
#include "support/heap_faulty.h"

enum {
    DOCUMENTS = 120
};

static const char *const words[] = {"munitions", "Munitions", "munition", "cluster", "health",
                                    "Maori",     "treaty",    "the",      "of",      "happy",
                                    "happiness", "expense",   "C++",      "don't"};

enum {
    WORDS = sizeof(words) / sizeof(*words)
};

typedef struct sample {
    fixture_document documents[DOCUMENTS];
    char             keys[DOCUMENTS][8], bodies[DOCUMENTS][400], titles[DOCUMENTS][80];
} sample;

static void
random_text(rls_random *random, char *out, uint32_t most)
{
    *out = '\0';
    for (uint32_t i = rls_random_below(random, most); i > 0; i--) {
        strcat(out, words[rls_random_below(random, WORDS)]);
        strcat(out, " ");
    }
}

static void
open_random(fixture *f, sample *made, rls_random *random, bool languages)
{
    uint32_t splits[3] = {50, 30, 40};

    for (int i = 0; i < DOCUMENTS; i++) {
        snprintf(made->keys[i], sizeof(made->keys[i]), "k%03d", i * 37 % 500);
        random_text(random, made->bodies[i], 30);
        random_text(random, made->titles[i], 6);
        made->documents[i] =
            (fixture_document){.key = made->keys[i],
                               .title = made->titles[i],
                               .body = made->bodies[i],
                               .date = rls_random_below(random, 2)   ? "2007-05-28"
                                       : rls_random_below(random, 2) ? "2007-05-01"
                                                                     : NULL,
                               .deleted = rls_random_below(random, 8) == 0,
                               .unstemmed = languages && rls_random_below(random, 3) == 0};
        if (rls_random_below(random, 3) == 0)
            made->documents[i].ministers[0] = "Treaty Health";
    }
    fixture_open(f, made->documents, splits, 3);
}

/* --- what must hold of a factor --- */

static void
check_formula(const rls_factor *factor)
{
    const rls_factor *parts = factor->parts;
    const char       *name = factor->name.data;
    double            wanted = 0.0;

    if (strstr(name, "occurrences / (1") != NULL) {
        double b = parts[2].value;
        CHECK_EQ_U64(factor->part_count, 5);
        wanted = parts[0].value * parts[1].value /
                 (1.0 - b + b * parts[3].value / (parts[4].value > 0.0 ? parts[4].value : 1.0));
    } else if (strncmp(name, "T:", 2) == 0) {
        for (uint32_t i = 0; i < factor->part_count; i++)
            wanted += parts[i].value;
        if (factor->part_count == 0) /* of beginnings: told alone */
            wanted = factor->value;
    } else if (strncmp(name, "saturation:", 11) == 0) {
        wanted = parts[0].value > 0.0 ? parts[0].value / (parts[0].value + parts[1].value) : 0.0;
    } else if (strncmp(name, "idf", 3) == 0) {
        wanted = log(1.0 + (parts[0].value - parts[1].value + 0.5) / (parts[1].value + 0.5));
    } else if (strncmp(name, "under edits:", 12) == 0) {
        wanted = (1.0 + parts[0].value) / exp2(parts[1].value + 1.0);
    } else if (strncmp(name, "recency:", 8) == 0) {
        wanted = (1.0 + exp2(-parts[0].value / parts[1].value)) / 2.0;
    } else if (strncmp(name, "weight:", 7) == 0) {
        for (uint32_t i = 1; i < factor->part_count; i++)
            wanted += parts[i].value;
        wanted *= parts[0].value;
    } else {
        rls_test_fail(__FILE__, __LINE__, "a formula \"%.*s\"", (int)factor->name.size, name);
    }
    if (fabs(wanted - factor->value) > 1e-5 * (fabs(wanted) + 1e-3))
        rls_test_fail(__FILE__, __LINE__, "%.*s is %.9g, not %.9g", (int)factor->name.size, name,
                      factor->value, wanted);
}

static void
check_factor(const rls_factor *factor)
{
    double sum = 0.0;

    CHECK(factor->name.size > 0 && memchr(factor->name.data, '\n', factor->name.size) == NULL);
    for (uint32_t i = 0; i < factor->part_count; i++) {
        check_factor(&factor->parts[i]);
        sum += factor->parts[i].value;
    }
    switch (factor->kind) {
    case RLS_FACTOR_NUMBER:
        CHECK(factor->part_count == 0);
        break;
    case RLS_FACTOR_SUM:
        CHECK(factor->value == sum);
        break;
    case RLS_FACTOR_ROUNDED: {
        float weight = (float)(factor->parts[0].value / factor->parts[2].value);
        float product = weight * (float)factor->parts[1].value;
        int   exponent;
        CHECK_EQ_U64(factor->part_count, 3);
        CHECK(frexp(factor->parts[2].value, &exponent) == 0.5);
        CHECK(factor->value == rint((double)product) * factor->parts[2].value);
        break;
    }
    case RLS_FACTOR_CUT: {
        /* Whole numbers of steps, below 2^32, and of 2^-63: the product needs more bits than a
         * double has, so it is made of two. */
        uint64_t steps = (uint64_t)(factor->parts[0].value / factor->parts[2].value);
        uint64_t faded = (uint64_t)ldexp(factor->parts[1].value, 63);
        uint64_t high = steps * (faded >> 32), low = steps * (faded & UINT32_MAX) >> 32;
        CHECK_EQ_U64(factor->part_count, 3);
        CHECK(steps <= UINT32_MAX);
        CHECK(factor->value == (double)((high + low) >> 31) * factor->parts[2].value);
        break;
    }
    case RLS_FACTOR_FORMULA:
        check_formula(factor);
        break;
    }
}

static uint32_t
count_kind(const rls_factor *factor, rls_factor_kind kind)
{
    uint32_t count = factor->kind == kind;

    for (uint32_t i = 0; i < factor->part_count; i++)
        count += count_kind(&factor->parts[i], kind);
    return count;
}

static void
random_query(rls_random *random, char *out, size_t size)
{
    static const char *const shapes[] = {"%s",
                                         "%s %s",
                                         "%s %s %s",
                                         "+%s %s -%s",
                                         "\"%s %s\" %s",
                                         "%s OR (%s AND %s)",
                                         "title:%s %s",
                                         "=%s %s",
                                         "%.2s* %s",
                                         "ministers:%s %s",
                                         "%s date:2007 %s",
                                         "\"%s\" %s %s",
                                         "title:\"%s %s\"",
                                         "%s NOT %s",
                                         "%s %s %s %s",
                                         "* %s",
                                         "(%s %s) AND ministers:health",
                                         "%s (%s OR title:%s)",
                                         "%s~ %s^2",
                                         "munitins~2 %s",
                                         "(%s NEAR/2 %s) %s",
                                         "\"%s %s\"~3 %s"};
    const char              *w[4];

    for (int i = 0; i < 4; i++)
        w[i] = words[rls_random_below(random, WORDS)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(out, size, shapes[rls_random_below(random, sizeof(shapes) / sizeof(*shapes))], w[0],
             w[1], w[2], w[3]);
#pragma GCC diagnostic pop
}

static uint32_t
explain_all(fixture *f, const char *text, rls_search_request *request, rls_arena *arena)
{
    rls_results *results;
    uint32_t     rounded = 0;

    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, request, &results, NULL));
    for (uint32_t i = 0; i < results->count; i++) {
        const rls_factor *factor;
        CHECK_OK(rls_explain(results, &f->snapshot, &results->items[i], arena, &factor, NULL));
        if (factor->value != results->items[i].score)
            rls_test_fail(__FILE__, __LINE__, "\"%s\": %.17g explained, %.17g scored", text,
                          factor->value, results->items[i].score);
        check_factor(factor);
        rounded += count_kind(factor, RLS_FACTOR_ROUNDED);
        if (results->items[i].score > 0.0)
            CHECK(count_kind(factor, RLS_FACTOR_ROUNDED) > 0);
    }
    rls_results_free(results);
    rls_arena_reset(arena);
    return rounded;
}

TEST(factors_add_up_to_the_score_to_the_last_bit)
{
    rls_random       random = {rls_test_seed()};
    sample          *made = malloc(sizeof(*made));
    rls_search_field weights[2] = {{rls_bytes_of("title", 5), 3.7f}, {rls_bytes_of("body", 4), 0}};
    rls_sort_field   by_date[1] = {{.field = rls_bytes_of("date", 4)}};
    uint32_t         rounded = 0;

    for (int index = 0; index < 4; index++) {
        fixture   f;
        rls_arena arena;
        open_random(&f, made, &random, index == 3);
        rls_arena_init(&arena, &f.heap, 4096);
        for (int round = 0; round < 80; round++) {
            rls_search_request request = FIXTURE_REQUEST;
            char               text[200];
            random_query(&random, text, sizeof(text));
            request.mode = (rls_match)rls_random_below(&random, 3);
            request.ranking = (rls_ranking_model)rls_random_below(&random, 3);
            if (index == 2) {
                request.k1 = (float)rls_random_below(&random, 4) * 0.8f;
                request.b = (float)rls_random_below(&random, 5) * 0.25f;
                request.weights = weights;
                request.weight_count = 1 + rls_random_below(&random, 2);
            }
            if (index == 1) {
                request.half_life = 86400 * (1 + (int64_t)rls_random_below(&random, 30));
                request.recency_field = rls_bytes_of("date", 4);
                request.now = INT64_C(1180915200); /* some days after */
                if (rls_random_below(&random, 2) == 0) {
                    request.year_boost = 1.0 + rls_random_below(&random, 100) / 7.0;
                    strcat(text, rls_random_below(&random, 2) == 0 ? " 2007" : " \"1999 treaty\"");
                }
                request.sort = by_date;
                request.sort_count = rls_random_below(&random, 2);
                if (request.sort_count == 0) /* the second look fades, too */
                    request.ranking = RLS_RANKING_DEFAULT;
            }
            rounded += explain_all(&f, text, &request, &arena);
        }
        rls_arena_release(&arena);
        fixture_close(&f);
    }
    CHECK(rounded > 1000);
    free(made);
}

TEST(explaining_survives_the_failure_of_any_allocation)
{
    rls_random         random = {rls_test_seed()};
    sample            *made = malloc(sizeof(*made));
    fixture            f;
    rls_search_request request = FIXTURE_REQUEST;

    request.ranking = RLS_RANKING_DEFAULT;
    open_random(&f, made, &random, false);
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty   faulty;
        rls_heap          heap;
        rls_results      *results;
        const rls_factor *factor;
        rls_arena         arena;
        rls_status        status;
        rls_heap_faulty_init(&faulty, 0, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        CHECK_OK(fixture_search(&heap, &f.snapshot, "\"cluster health\" treaty OR ma*", &request,
                                &results, NULL));
        CHECK(results->count > 0);
        rls_arena_init(&arena, &heap, 64);
        faulty.fail_at = faulty.requests + n;
        status = rls_explain(results, &f.snapshot, &results->items[0], &arena, &factor, NULL);
        CHECK(status == (faulty.failed ? RLS_NO_MEMORY : RLS_OK));
        CHECK((factor != NULL) == (status == RLS_OK));
        rls_arena_release(&arena);
        rls_results_free(results);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
        CHECK(n < 2000);
    }
    fixture_close(&f);
    free(made);
}
