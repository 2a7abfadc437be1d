#include "base/bitset.h"

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

static const uint32_t sizes[] = {0, 1, 2, 63, 64, 65, 127, 128, 129, 1000, 4096, 5003};

enum {
    SIZE_COUNT = sizeof sizes / sizeof sizes[0],
    LARGEST = 5003
};

static bool plain[LARGEST], other_plain[LARGEST];

static void
check_equal(const rls_bitset *set, const bool *naive)
{
    uint32_t count = 0, next = UINT32_MAX;

    for (uint32_t bit = set->size; bit-- > 0;) {
        CHECK_EQ_U64(rls_bitset_get(set, bit), naive[bit]);
        count += naive[bit];
        if (naive[bit])
            next = bit;
        CHECK_EQ_U64(rls_bitset_next(set, bit), next);
    }
    CHECK_EQ_U64(rls_bitset_count(set), count);
    CHECK_EQ_U64(rls_bitset_next(set, set->size), UINT32_MAX);
    CHECK_EQ_U64(rls_bitset_next(set, UINT32_MAX), UINT32_MAX);
    if (set->size % 64 != 0)
        CHECK_EQ_U64(set->words[set->size / 64] >> set->size % 64, 0);
}

static void
fill_at_random(rls_bitset *set, bool *naive, rls_random *random, uint32_t one_in)
{
    for (uint32_t bit = 0; bit < set->size; bit++) {
        naive[bit] = rls_random_below(random, one_in) == 0;
        if (naive[bit])
            rls_bitset_set(set, bit);
        else
            rls_bitset_clear(set, bit);
    }
}

TEST(a_new_set_is_empty_and_a_filled_one_full)
{
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t k = 0; k < SIZE_COUNT; k++) {
        rls_bitset set;

        CHECK_OK(rls_bitset_init(&set, &heap, sizes[k]));
        memset(plain, 0, sizeof plain);
        check_equal(&set, plain);
        rls_bitset_fill(&set);
        memset(plain, 1, sizeof plain);
        check_equal(&set, plain);
        rls_bitset_release(&set, &heap);
        rls_bitset_release(&set, &heap);
    }
    CHECK_EQ_U64(heap.used, 0);
}

TEST(sets_and_their_combinations_equal_plain_arrays)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t k = 0; k < SIZE_COUNT * 3; k++) {
        rls_bitset set, other;
        uint32_t   size = sizes[k / 3];

        CHECK_OK(rls_bitset_init(&set, &heap, size));
        CHECK_OK(rls_bitset_init(&other, &heap, size));
        fill_at_random(&set, plain, &random, k % 3 == 0 ? 2 : 50);
        fill_at_random(&other, other_plain, &random, k % 3 == 1 ? 2 : 50);
        check_equal(&set, plain);
        rls_bitset_or(&set, &other);
        for (uint32_t i = 0; i < size; i++)
            plain[i] = plain[i] || other_plain[i];
        check_equal(&set, plain);
        fill_at_random(&other, other_plain, &random, 3);
        rls_bitset_and_not(&set, &other);
        for (uint32_t i = 0; i < size; i++)
            plain[i] = plain[i] && !other_plain[i];
        check_equal(&set, plain);
        fill_at_random(&other, other_plain, &random, 2);
        rls_bitset_and(&set, &other);
        for (uint32_t i = 0; i < size; i++)
            plain[i] = plain[i] && other_plain[i];
        check_equal(&set, plain);
        check_equal(&other, other_plain);
        rls_bitset_release(&set, &heap);
        rls_bitset_release(&other, &heap);
    }
}

TEST(a_set_without_memory_is_refused)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_bitset      set;

    rls_heap_faulty_init(&faulty, 1, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    CHECK_EQ_I64(rls_bitset_init(&set, &heap, 100), RLS_NO_MEMORY);
    CHECK_EQ_U64(set.size, 0);
    rls_bitset_release(&set, &heap);
    CHECK_EQ_U64(rls_bitset_word_count(UINT32_MAX), (UINT64_C(1) << 32) / 64);
}
