#include "base/arena.h"

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

enum {
    PIECES = 2000
};

typedef struct piece {
    uint8_t *data;
    size_t   size;
} piece;

static void
take_pieces(rls_arena *arena, uint64_t seed, piece *pieces)
{
    rls_random random = {seed};

    for (size_t i = 0; i < PIECES; i++) {
        pieces[i].size = rls_random_below(&random, i % 50 == 0 ? 3000 : 40);
        pieces[i].data = rls_arena_alloc(arena, pieces[i].size);
        CHECK(pieces[i].data != NULL);
        CHECK_EQ_U64((uintptr_t)pieces[i].data % 8, 0);
        memset(pieces[i].data, (int)(i & 0xff), pieces[i].size);
    }
}

TEST(pieces_are_aligned_and_do_not_overlap)
{
    static piece pieces[PIECES];
    rls_heap     heap;
    rls_arena    arena;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 1024);
    for (int round = 0; round < 3; round++) {
        take_pieces(&arena, rls_test_seed() + (uint64_t)round, pieces);
        for (size_t i = 0; i < PIECES; i++) {
            for (size_t j = 0; j < pieces[i].size; j++)
                CHECK_EQ_U64(pieces[i].data[j], i & 0xff);
        }
        rls_arena_reset(&arena);
    }
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(used_depends_on_the_calls_alone)
{
    static piece pieces[PIECES];
    rls_heap     heap;
    rls_arena    small, large;
    size_t       used;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&small, &heap, 256);
    rls_arena_init(&large, &heap, 1 << 20);
    take_pieces(&small, 1, pieces);
    take_pieces(&large, 1, pieces);
    used = small.used;
    CHECK(used > 0);
    CHECK_EQ_U64(large.used, used);
    rls_arena_reset(&small);
    CHECK_EQ_U64(small.used, 0);
    take_pieces(&small, 1, pieces);
    CHECK_EQ_U64(small.used, used);
    rls_arena_release(&small);
    rls_arena_release(&large);
}

TEST(reset_keeps_one_chunk_and_reuses_it)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_arena       arena;
    uint64_t        requests;

    rls_heap_faulty_init(&faulty, 0, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_arena_init(&arena, &heap, 1000);
    rls_arena_alloc(&arena, 5000);
    for (int i = 0; i < 100; i++)
        rls_arena_alloc(&arena, 100);
    rls_arena_alloc(&arena, 5000);
    rls_arena_reset(&arena);
    CHECK_EQ_U64(faulty.live, 1);
    requests = faulty.requests;
    for (int round = 0; round < 50; round++) {
        CHECK(rls_arena_alloc(&arena, 500) != NULL);
        CHECK(rls_arena_alloc(&arena, 400) != NULL);
        rls_arena_reset(&arena);
    }
    CHECK_EQ_U64(faulty.requests, requests);
    rls_arena_release(&arena);
    CHECK_EQ_U64(faulty.live, 0);
    rls_arena_release(&arena);
}

TEST(a_large_piece_does_not_waste_the_open_chunk)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_arena       arena;

    rls_heap_faulty_init(&faulty, 0, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_arena_alloc(&arena, 8);
    for (int i = 0; i < 10; i++) {
        rls_arena_alloc(&arena, 10000);
        rls_arena_alloc(&arena, 8);
    }
    CHECK_EQ_U64(faulty.live, 11);
    rls_arena_release(&arena);
    CHECK_EQ_U64(faulty.live, 0);
}

TEST(impossible_sizes_are_refused)
{
    rls_heap  heap;
    rls_arena arena;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    CHECK(rls_arena_alloc(&arena, SIZE_MAX) == NULL);
    CHECK(rls_arena_alloc(&arena, SIZE_MAX - 7) == NULL);
    CHECK(rls_arena_alloc(&arena, SIZE_MAX - 64) == NULL);
    CHECK(rls_arena_alloc_zeroed(&arena, SIZE_MAX / 2, 3) == NULL);
    CHECK(rls_arena_copy(&arena, "x", SIZE_MAX) == NULL);
    CHECK_EQ_U64(arena.used, 0);
    CHECK(rls_arena_alloc(&arena, 0) != NULL);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_copy_ends_with_nul_and_zeroed_is_zero)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_arena       arena;
    uint8_t        *zeros;

    rls_heap_faulty_init(&faulty, 0, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_arena_init(&arena, &heap, 128);
    CHECK_EQ_STR(rls_arena_copy(&arena, "abcdef", 4), "abcd");
    CHECK_EQ_STR(rls_arena_copy(&arena, NULL, 0), "");
    zeros = rls_arena_alloc_zeroed(&arena, 10, 5);
    for (int i = 0; i < 50; i++)
        CHECK_EQ_U64(zeros[i], 0);
    rls_arena_release(&arena);
}

TEST(a_failed_request_leaves_the_arena_usable)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_arena       arena;
        size_t          failures = 0;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        rls_arena_init(&arena, &heap, 256);
        for (size_t i = 0; i < 40; i++) {
            uint8_t *memory = rls_arena_alloc(&arena, i * 13);

            if (memory == NULL)
                failures++;
            else
                memset(memory, 1, i * 13);
        }
        CHECK_EQ_U64(failures, faulty.failed);
        rls_arena_release(&arena);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
    }
}
