#include "search/topk.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/runner.h"

static int
descending(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left < right) - (left > right);
}

static void
check_best(rls_random *random, uint32_t k, uint32_t count, uint32_t spread)
{
    uint64_t *keys = malloc((count + 1) * sizeof(*keys));
    uint64_t  floor = rls_random_below(random, 2) ? 0 : rls_topk_key(false, spread / 2, 7);
    uint32_t  above = 0;
    rls_heap  heap;
    rls_topk  topk;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_topk_init(&topk, &heap, k, count, floor, NULL));
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = rls_topk_key(rls_random_below(random, 5) == 0, rls_random_below(random, spread),
                               (i * UINT32_C(2654435761)) >> 8);
        rls_topk_offer(&topk, keys[i], (uint32_t)keys[i]);
    }
    rls_topk_finish(&topk);
    qsort(keys, count, sizeof(*keys), descending);
    while (above < count && above < k && keys[above] > floor)
        above++;
    CHECK_EQ_U64(topk.count, above);
    for (uint32_t i = 0; i < above; i++) {
        CHECK_EQ_U64(topk.entries[i].key, keys[i]);
        CHECK_EQ_U64(topk.entries[i].doc, (uint32_t)keys[i]);
    }
    if (above == k && above > 0) {
        CHECK(rls_topk_least_score(&topk, true) <= (uint32_t)(keys[k - 1] >> 32 & INT32_MAX) + 1);
        CHECK(topk.floor <= keys[k - 1]);
    }
    rls_topk_release(&topk);
    CHECK_EQ_U64(heap.used, 0);
    free(keys);
}

TEST(the_best_are_those_of_a_sort)
{
    static const uint32_t ks[] = {1, 2, 10, 128, 129, 500};
    rls_random            random = {rls_test_seed()};

    for (int round = 0; round < 300; round++)
        check_best(&random, ks[rls_random_below(&random, 6)], rls_random_below(&random, 3000),
                   1 + rls_random_below(&random, 400));
}

TEST(any_order_is_sorted)
{
    enum {
        COUNT = 5000
    };
    rls_topk_entry *entries = malloc(COUNT * sizeof(*entries));

    for (uint32_t shape = 0; shape < 5; shape++) {
        for (uint32_t i = 0; i < COUNT; i++)
            entries[i].key = shape == 0   ? i
                             : shape == 1 ? COUNT - i
                             : shape == 2 ? 1
                             : shape == 3 ? i % 7
                                          : (i < COUNT / 2 ? i : COUNT - i);
        rls_topk_sort(entries, COUNT);
        for (uint32_t i = 1; i < COUNT; i++)
            CHECK(entries[i - 1].key >= entries[i].key);
    }
    free(entries);
}

TEST(a_raised_floor_admits_equal_scores)
{
    rls_heap heap;
    rls_topk topk;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_topk_init(&topk, &heap, 2, 10, 0, NULL));
    CHECK_EQ_U64(rls_topk_least_score(&topk, false), 0);
    rls_topk_raise(&topk, false, 0);
    rls_topk_raise(&topk, false, 100);
    CHECK_EQ_U64(rls_topk_least_score(&topk, false), 100);
    CHECK_EQ_U64(rls_topk_least_score(&topk, true), 0);
    rls_topk_offer(&topk, rls_topk_key(false, 99, 0), 1);
    rls_topk_offer(&topk, rls_topk_key(false, 100, UINT32_MAX), 2);
    rls_topk_offer(&topk, rls_topk_key(true, 1, 5), 3);
    CHECK_EQ_U64(topk.count, 2);
    rls_topk_offer(&topk, rls_topk_key(false, 100, 4), 4);
    rls_topk_offer(&topk, rls_topk_key(true, 7, 5), 5);
    CHECK_EQ_U64(rls_topk_least_score(&topk, false), UINT32_MAX);
    CHECK_EQ_U64(rls_topk_least_score(&topk, true), 1);
    rls_topk_finish(&topk);
    CHECK_EQ_U64(topk.entries[0].doc, 5);
    CHECK_EQ_U64(topk.entries[1].doc, 3);
    rls_topk_release(&topk);
}
