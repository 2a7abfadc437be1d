#include "base/sort.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

typedef struct element {
    uint32_t key, place;
    char     filler[5];
} element;

/* By key alone, and counts its calls. */
static int
compare_keys(const void *a, const void *b, void *context)
{
    uint32_t left = ((const element *)a)->key, right = ((const element *)b)->key;

    ++*(size_t *)context;
    return (left > right) - (left < right);
}

static void
check_sorted_stably(const element *elements, size_t count)
{
    uint64_t places = 0;

    for (size_t i = 0; i < count; i++) {
        places += elements[i].place;
        CHECK_EQ_U64(elements[i].filler[4], (uint8_t)elements[i].place & 0x7f);
        if (i == 0)
            continue;
        CHECK(elements[i - 1].key <= elements[i].key);
        if (elements[i - 1].key == elements[i].key)
            CHECK(elements[i - 1].place < elements[i].place);
    }
    CHECK_EQ_U64(places, count == 0 ? 0 : (uint64_t)count * (count - 1) / 2);
}

TEST(sorting_is_stable_for_every_length)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t count = 0; count < 300; count++) {
        for (uint32_t bound = 1; bound <= 10000; bound *= 100) {
            element *elements = malloc(count * sizeof *elements + 1);
            size_t   calls = 0;

            for (size_t i = 0; i < count; i++) {
                elements[i] = (element){rls_random_below(&random, bound), (uint32_t)i, {0}};
                elements[i].filler[4] = (char)(i & 0x7f);
            }
            CHECK_OK(rls_sort(&heap, elements, count, sizeof *elements, compare_keys, &calls));
            check_sorted_stably(elements, count);
            free(elements);
        }
    }
    CHECK_EQ_U64(heap.used, 0);
}

TEST(large_sorts_take_n_log_n_comparisons)
{
    enum {
        COUNT = 50000
    };
    rls_random random = {rls_test_seed()};
    rls_heap   heap;
    element   *elements = malloc(COUNT * sizeof *elements);
    size_t     calls = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t i = 0; i < COUNT; i++) {
        elements[i] = (element){rls_random_below(&random, 1000), i, {0}};
        elements[i].filler[4] = (char)(i & 0x7f);
    }
    CHECK_OK(rls_sort(&heap, elements, COUNT, sizeof *elements, compare_keys, &calls));
    check_sorted_stably(elements, COUNT);
    CHECK(calls < COUNT * 18);
    free(elements);
}

TEST(sorting_without_memory_leaves_the_elements)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    element         elements[3] = {{3, 0, ""}, {2, 1, ""}, {1, 2, ""}};
    size_t          calls = 0;

    rls_heap_faulty_init(&faulty, 1, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    CHECK_EQ_I64(rls_sort(&heap, elements, 3, sizeof *elements, compare_keys, &calls),
                 RLS_NO_MEMORY);
    CHECK(elements[0].key == 3 && elements[1].key == 2 && elements[2].key == 1);
    CHECK_OK(rls_sort(&heap, elements, 1, sizeof *elements, compare_keys, &calls));
    CHECK_OK(rls_sort(&heap, NULL, 0, sizeof *elements, compare_keys, &calls));
}

static int
compare_u64(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

TEST(numbers_sort_as_qsort_sorts_them)
{
    static const size_t counts[] = {0, 1, 2, 3, 63, 64, 65, 66, 255, 256, 1000, 5000};
    rls_random          random = {rls_test_seed()};

    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (int bits = 0; bits <= 64; bits += 4) {
            size_t    count = counts[c];
            uint64_t *values = malloc(count * 8 + 1), *scratch = malloc(count * 8 + 1);
            uint64_t *wanted = malloc(count * 8 + 1);

            for (size_t i = 0; i < count; i++) {
                values[i] = bits == 0 ? 7 : rls_random_next(&random) >> (64 - bits);
                if (bits == 32)
                    values[i] <<= 32;
                wanted[i] = values[i];
            }
            qsort(wanted, count, sizeof *wanted, compare_u64);
            rls_sort_u64(values, scratch, count);
            CHECK(memcmp(values, wanted, count * sizeof *values) == 0);
            free(values);
            free(scratch);
            free(wanted);
        }
    }
}

TEST(the_greatest_numbers_come_to_the_front)
{
    static const size_t counts[] = {0, 1, 2, 3, 10, 100, 1000};
    rls_random          random = {rls_test_seed() + 1};

    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (int bits = 0; bits <= 64; bits += 8) {
            size_t    count = counts[c], wanted = rls_random_below(&random, (uint32_t)count + 1);
            uint64_t *values = malloc(count * 8 + 1), *sorted = malloc(count * 8 + 1);

            for (size_t i = 0; i < count; i++)
                values[i] = bits == 0 ? 7 : rls_random_next(&random) >> (64 - bits);
            memcpy(sorted, values, count * sizeof *values);
            qsort(sorted, count, sizeof *sorted, compare_u64);
            rls_select_u64(values, count, wanted);
            qsort(values, wanted, sizeof *values, compare_u64);
            CHECK(memcmp(values, sorted + count - wanted, wanted * sizeof *values) == 0);
            qsort(values, count, sizeof *values, compare_u64);
            CHECK(memcmp(values, sorted, count * sizeof *values) == 0);
            free(values);
            free(sorted);
        }
    }
}
