#include "base/alloc.h"

#include <pthread.h>

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

TEST(memory_is_aligned_counted_and_given_back)
{
    rls_heap heap;
    void    *blocks[64];
    size_t   used = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t i = 0; i < 64; i++) {
        blocks[i] = rls_alloc(&heap, i, 3);
        CHECK(blocks[i] != NULL);
        CHECK_EQ_U64((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], 0xff, i * 3);
        CHECK(heap.used >= used + i * 3);
        used = heap.used;
        for (size_t j = 0; j < i; j++)
            CHECK(blocks[i] != blocks[j]);
    }
    CHECK_EQ_U64(heap.peak, used);
    for (size_t i = 0; i < 64; i++)
        rls_free(&heap, blocks[i]);
    rls_free(&heap, NULL);
    CHECK_EQ_U64(heap.used, 0);
    CHECK_EQ_U64(heap.peak, used);
}

TEST(sizes_that_overflow_are_refused)
{
    rls_heap heap;
    void    *memory;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK(rls_alloc(&heap, SIZE_MAX, 1) == NULL);
    CHECK(rls_alloc(&heap, SIZE_MAX / 2, 3) == NULL);
    CHECK(rls_alloc(&heap, SIZE_MAX / 16 + 2, 16) == NULL);
    CHECK(rls_alloc(&heap, SIZE_MAX - 8, 1) == NULL);
    CHECK(rls_alloc_zeroed(&heap, SIZE_MAX / 4, 8) == NULL);
    CHECK(rls_copy_string(&heap, "x", SIZE_MAX) == NULL);
    memory = rls_alloc(&heap, 1, 1);
    CHECK(rls_resize(&heap, memory, SIZE_MAX / 2, 4) == NULL);
    CHECK(rls_resize(&heap, NULL, SIZE_MAX / 2, 4) == NULL);
    rls_free(&heap, memory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(zeroed_memory_is_zero)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    uint8_t        *memory;

    rls_heap_faulty_init(&faulty, 0, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    memory = rls_alloc_zeroed(&heap, 7, 11);
    for (size_t i = 0; i < 77; i++)
        CHECK_EQ_U64(memory[i], 0);
    rls_free(&heap, memory);
    CHECK_EQ_U64(faulty.live, 0);
}

TEST(the_limit_holds_exactly)
{
    rls_heap heap;
    void    *one, *other;
    size_t   overhead;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    one = rls_alloc(&heap, 1, 100);
    overhead = heap.used - 100;
    rls_free(&heap, one);

    rls_heap_init(&heap, NULL, 1000);
    CHECK(rls_alloc(&heap, 1, 1001 - overhead) == NULL);
    CHECK_EQ_U64(heap.used, 0);
    one = rls_alloc(&heap, 1, 600 - overhead);
    CHECK(one != NULL);
    CHECK(rls_alloc(&heap, 1, 401 - overhead) == NULL);
    other = rls_alloc(&heap, 1, 400 - overhead);
    CHECK(other != NULL);
    CHECK_EQ_U64(heap.used, 1000);
    CHECK(rls_resize(&heap, one, 1, 601 - overhead) == NULL);
    CHECK_EQ_U64(heap.used, 1000);
    one = rls_resize(&heap, one, 1, 10);
    CHECK(one != NULL);
    CHECK_EQ_U64(heap.used, 400 + 10 + overhead);
    CHECK_EQ_U64(heap.peak, 1000);
    rls_free(&heap, one);
    rls_free(&heap, other);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_failed_resize_leaves_the_block_as_it_was)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    char           *memory;
    size_t          used;

    rls_heap_faulty_init(&faulty, 2, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    memory = rls_copy_string(&heap, "as it was", 9);
    used = heap.used;
    CHECK(rls_resize(&heap, memory, 1, 5000) == NULL);
    CHECK(rls_resize(&heap, memory, 1, 2) == NULL);
    CHECK_EQ_STR(memory, "as it was");
    CHECK_EQ_U64(heap.used, used);
    rls_free(&heap, memory);
    CHECK_EQ_U64(faulty.live, 0);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_resized_block_keeps_its_bytes)
{
    rls_heap   heap;
    rls_random random = {rls_test_seed()};
    uint8_t   *memory = NULL;
    size_t     size = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (int round = 0; round < 200; round++) {
        size_t next = rls_random_below(&random, 3000), kept = next < size ? next : size;

        memory = rls_resize(&heap, memory, next, 1);
        CHECK(memory != NULL);
        for (size_t i = 0; i < kept; i++)
            CHECK_EQ_U64(memory[i], (uint8_t)(i * 7));
        for (size_t i = kept; i < next; i++)
            memory[i] = (uint8_t)(i * 7);
        size = next;
    }
    rls_free(&heap, memory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(growing_takes_few_steps_and_keeps_elements)
{
    rls_heap  heap;
    uint32_t *list = NULL;
    void     *memory = NULL;
    size_t    capacity = 0, steps = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t i = 0; i < 100000; i++) {
        size_t before = capacity;

        CHECK(rls_grow(&heap, &memory, &capacity, (size_t)i + 1, sizeof *list));
        CHECK(capacity > i);
        list = memory;
        list[i] = i;
        if (capacity != before) {
            CHECK(capacity >= before + before / 2);
            steps++;
        }
    }
    CHECK(steps < 40);
    for (uint32_t i = 0; i < 100000; i++)
        CHECK_EQ_U64(list[i], i);
    rls_free(&heap, memory);
}

TEST(growing_without_memory_changes_nothing)
{
    rls_heap heap;
    void    *memory = NULL;
    size_t   capacity = 0;

    rls_heap_init(&heap, NULL, 1000);
    CHECK(rls_grow(&heap, &memory, &capacity, 100, 8));
    void  *before = memory;
    size_t capacity_before = capacity;
    CHECK(!rls_grow(&heap, &memory, &capacity, 1000, 8));
    CHECK(!rls_grow(&heap, &memory, &capacity, SIZE_MAX, 8));
    CHECK(memory == before && capacity == capacity_before);
    rls_free(&heap, memory);
}

TEST(growing_near_the_limit_takes_what_is_left_in_few_steps)
{
    rls_heap heap;
    void    *memory = NULL;
    size_t   capacity = 0, steps = 0, count = 0;

    rls_heap_init(&heap, NULL, 100000);
    for (;; count++) {
        size_t before = capacity;

        if (!rls_grow(&heap, &memory, &capacity, count + 1, 8))
            break;
        CHECK(capacity > count && heap.used <= 100000);
        steps += capacity != before;
    }
    CHECK(count >= 100000 / 8 - 4);
    CHECK(steps < 60);
    CHECK_EQ_U64(capacity, count);
    rls_free(&heap, memory);
}

TEST(a_copied_string_ends_with_nul)
{
    rls_heap heap;
    char    *copy, *empty;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    copy = rls_copy_string(&heap, "abcdef", 3);
    empty = rls_copy_string(&heap, NULL, 0);
    CHECK_EQ_STR(copy, "abc");
    CHECK_EQ_STR(empty, "");
    rls_free(&heap, copy);
    rls_free(&heap, empty);
}

TEST(a_heap_of_its_own_takes_its_memory_from_the_allocator)
{
    rls_heap_faulty faulty;
    rls_heap       *heap;
    void           *memory;

    rls_heap_faulty_init(&faulty, 2, false);
    heap = rls_heap_new(&faulty.allocator, 200);
    CHECK(heap != NULL);
    CHECK_EQ_U64(faulty.live, 1);
    CHECK_EQ_U64(heap->used, 0);
    CHECK(rls_alloc(heap, 1, 10) == NULL);
    memory = rls_alloc(heap, 1, 10);
    CHECK(memory != NULL);
    CHECK(rls_alloc(heap, 1, 200) == NULL);
    rls_free(heap, memory);
    rls_heap_free(heap);
    CHECK_EQ_U64(faulty.live, 0);
    rls_heap_free(NULL);
    rls_heap_faulty_init(&faulty, 1, false);
    CHECK(rls_heap_new(&faulty.allocator, 200) == NULL);
}

static void *
allocate_and_free(void *context)
{
    rls_heap  *heap = context;
    rls_random random = {(uintptr_t)&random};

    for (int i = 0; i < 3000; i++) {
        void *memory = rls_alloc(heap, 1, rls_random_below(&random, 200));
        void *longer = memory == NULL ? NULL : rls_resize(heap, memory, 1, 300);

        rls_free(heap, longer != NULL ? longer : memory);
    }
    return NULL;
}

TEST(threads_share_a_heap_and_its_limit)
{
    rls_heap  heap;
    pthread_t threads[4];

    rls_heap_init(&heap, NULL, 700);
    for (int i = 0; i < 4; i++)
        CHECK_EQ_I64(pthread_create(&threads[i], NULL, allocate_and_free, &heap), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK_EQ_U64(heap.used, 0);
    CHECK(heap.peak > 0 && heap.peak <= 700);
}
