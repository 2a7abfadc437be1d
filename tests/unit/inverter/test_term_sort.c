#include "inverter/term_sort.h"

#include "base/random.h"
#include "faulty_heap.h"
#include "support/runner.h"

static void
check_order(rls_heap *heap, rls_vocabulary *vocabulary)
{
    uint32_t  count = (uint32_t)vocabulary->term_count;
    uint32_t *order = malloc((count + 1) * sizeof *order);
    uint8_t  *seen = calloc(count + 1, 1);

    CHECK_OK(rls_term_sort(heap, vocabulary->terms, count, order));
    for (uint32_t i = 0; i < count; i++) {
        const rls_vocabulary_term *term = &vocabulary->terms[order[i]], *before;

        CHECK(order[i] < count && !seen[order[i]]);
        seen[order[i]] = 1;
        if (i == 0)
            continue;
        before = &vocabulary->terms[order[i - 1]];
        CHECK(rls_bytes_compare(rls_bytes_of(before->bytes, before->size),
                                rls_bytes_of(term->bytes, term->size)) < 0);
    }
    free(seen);
    free(order);
}

/* Strings over few letters, zeros among them, behind a common beginning of `shared` bytes. */
static void
check_random(uint32_t count, size_t shared, uint32_t letters, size_t longest)
{
    rls_heap       heap;
    rls_arena      arena;
    rls_vocabulary vocabulary;
    rls_random     random = {rls_test_seed() + count + shared};
    uint8_t        bytes[600];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_vocabulary_init(&vocabulary, &heap, &arena);
    memset(bytes, 'x', sizeof bytes);
    for (uint32_t i = 0; i < count; i++) {
        size_t   size = shared + rls_random_below(&random, (uint32_t)longest + 1);
        uint32_t term;

        for (size_t j = shared; j < size; j++)
            bytes[j] = (uint8_t)(rls_random_below(&random, letters) * 255 / letters);
        CHECK_OK(rls_vocabulary_add_term(&vocabulary, rls_bytes_of(bytes, size), &term));
    }
    check_order(&heap, &vocabulary);
    rls_vocabulary_release(&vocabulary);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(terms_come_in_bytewise_order)
{
    check_random(0, 0, 2, 4);
    check_random(1, 0, 2, 4);
    check_random(30, 0, 5, 20);
    check_random(1000, 0, 200, 12);
    check_random(20000, 0, 255, 20);
    check_random(20000, 3, 3, 30);
}

TEST(terms_that_begin_alike_come_in_order)
{
    check_random(3000, 8, 3, 20);
    check_random(3000, 100, 2, 60);
    check_random(3000, 500, 4, 50);
}

TEST(terms_that_end_in_zero_bytes_come_after_their_beginning)
{
    check_random(3000, 0, 2, 12);
    check_random(3000, 16, 1, 200);
    check_random(3000, 13, 2, 12);
}

TEST(a_sort_without_memory_says_so_and_leaks_nothing)
{
    rls_heap       heap;
    rls_arena      arena;
    rls_vocabulary vocabulary;
    uint32_t       order[2000];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_vocabulary_init(&vocabulary, &heap, &arena);
    for (uint32_t i = 0; i < 2000; i++) {
        char     text[40];
        uint32_t term;
        int      size = snprintf(text, sizeof text, "the same beginning %u", i);

        CHECK_OK(rls_vocabulary_add_term(&vocabulary, rls_bytes_of(text, (size_t)size), &term));
    }
    for (uint64_t until = 0;; until++) {
        faulty_heap faulty;
        rls_status  status;

        faulty_heap_init(&faulty, until);
        status = rls_term_sort(&faulty.heap, vocabulary.terms, 2000, order);
        CHECK_EQ_U64(faulty.heap.used, 0);
        if (!faulty.failed) {
            CHECK_OK(status);
            break;
        }
        CHECK_EQ_I64(status, RLS_NO_MEMORY);
    }
    rls_vocabulary_release(&vocabulary);
    rls_arena_release(&arena);
}
