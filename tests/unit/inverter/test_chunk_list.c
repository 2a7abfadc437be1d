#include "inverter/chunk_list.h"

#include "base/random.h"
#include "faulty_heap.h"
#include "support/runner.h"

enum {
    LISTS = 40
};

/* The bytes that a list should hold. */
typedef struct oracle {
    uint8_t *bytes;
    size_t   size, capacity;
} oracle;

static void
remember(oracle *list, const uint8_t *entry, size_t size)
{
    if (list->size + size > list->capacity) {
        list->capacity = list->capacity * 2 + 64;
        list->bytes = realloc(list->bytes, list->capacity);
    }
    memcpy(list->bytes + list->size, entry, size);
    list->size += size;
}

/* An entry whose first byte tells its size and is not 0; the others are anything, zeros as well. */
static size_t
make_entry(rls_random *random, uint8_t *entry)
{
    size_t size = 1 + rls_random_below(random, RLS_CHUNK_ENTRY_MAX);

    for (size_t i = 1; i < size; i++)
        entry[i] = (uint8_t)(rls_random_below(random, 3) * 127);
    entry[0] = (uint8_t)(size | rls_random_below(random, 8) << 5);
    return size;
}

static void
check_list(const rls_chunk_pool *pool, const rls_chunk_list *list, const oracle *expected)
{
    rls_chunk_reader reader;
    size_t           at = 0;

    rls_chunk_reader_init(&reader, pool, list);
    while (rls_chunk_reader_more(&reader)) {
        size_t size = *reader.at & 0x1f;

        CHECK(size <= (size_t)(reader.end - reader.at));
        CHECK(at + size <= expected->size);
        CHECK(memcmp(reader.at, expected->bytes + at, size) == 0);
        reader.at += size;
        at += size;
    }
    CHECK_EQ_U64(at, expected->size);
    CHECK(!rls_chunk_reader_more(&reader));
}

static void
fill_and_check(rls_chunk_pool *pool, rls_random *random)
{
    rls_chunk_list lists[LISTS] = {{0}};
    oracle         oracles[LISTS] = {{0}};

    for (int i = 0; i < 30000; i++) {
        /* Some lists grow long, some stay empty. */
        uint32_t n = rls_random_below(random, LISTS - 1) * rls_random_below(random, LISTS) / LISTS;
        uint8_t  entry[RLS_CHUNK_ENTRY_MAX];
        size_t   size = make_entry(random, entry);

        CHECK(rls_chunk_list_append(pool, &lists[n], entry, size));
        remember(&oracles[n], entry, size);
    }
    for (int n = 0; n < LISTS; n++) {
        check_list(pool, &lists[n], &oracles[n]);
        free(oracles[n].bytes);
    }
}

TEST(lists_give_back_what_was_appended_whatever_the_interleaving)
{
    rls_heap       heap;
    rls_chunk_pool pool;
    rls_random     random = {rls_test_seed()};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_chunk_pool_init(&pool, &heap);
    fill_and_check(&pool, &random);
    rls_chunk_pool_release(&pool);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_reset_pool_keeps_its_blocks_and_counts_from_zero)
{
    rls_heap       heap;
    rls_chunk_pool pool;
    rls_random     random = {rls_test_seed()};
    size_t         used, held;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_chunk_pool_init(&pool, &heap);
    fill_and_check(&pool, &random);
    used = pool.used;
    held = heap.used;
    rls_chunk_pool_reset(&pool);
    CHECK_EQ_U64(pool.used, 0);
    random.state = rls_test_seed();
    fill_and_check(&pool, &random);
    CHECK_EQ_U64(pool.used, used);
    CHECK_EQ_U64(heap.used, held);
    rls_chunk_pool_release(&pool);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(chunks_double_from_32_bytes_to_4_KiB)
{
    rls_heap       heap;
    rls_chunk_pool pool;
    rls_chunk_list list = {0};
    size_t         used = 0, size = RLS_CHUNK_UNIT;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_chunk_pool_init(&pool, &heap);
    for (int chunk = 0; chunk < 12; chunk++) {
        uint8_t one = 1;

        used += size;
        for (size_t i = 0; i < size - RLS_CHUNK_LINK; i++) {
            CHECK(rls_chunk_list_append(&pool, &list, &one, 1));
            CHECK_EQ_U64(pool.used, used);
        }
        size = size < RLS_CHUNK_MAX ? size * 2 : size;
    }
    rls_chunk_pool_release(&pool);
}

TEST(an_append_without_memory_leaves_the_list_as_it_was)
{
    for (uint64_t until = 0; until < 8; until++) {
        faulty_heap    faulty;
        rls_chunk_pool pool;
        rls_chunk_list list = {0};
        oracle         expected = {0};
        rls_random     random = {rls_test_seed()};
        bool           refused = false;

        faulty_heap_init(&faulty, until);
        rls_chunk_pool_init(&pool, &faulty.heap);
        for (int i = 0; i < 20000; i++) {
            uint8_t entry[RLS_CHUNK_ENTRY_MAX];
            size_t  size = make_entry(&random, entry);

            if (!rls_chunk_list_append(&pool, &list, entry, size)) {
                refused = true;
                check_list(&pool, &list, &expected);
                CHECK(rls_chunk_list_append(&pool, &list, entry, size));
            }
            remember(&expected, entry, size);
        }
        CHECK_EQ_U64(refused, faulty.failed);
        check_list(&pool, &list, &expected);
        rls_chunk_pool_release(&pool);
        CHECK_EQ_U64(faulty.heap.used, 0);
        free(expected.bytes);
    }
}
