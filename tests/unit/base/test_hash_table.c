#include "base/hash_table.h"

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

static rls_bytes
key_of(char *space, uint32_t number)
{
    return rls_bytes_of(space, (size_t)sprintf(space, "key-%" PRIu32, number));
}

TEST(an_empty_table_finds_nothing)
{
    rls_heap       heap;
    rls_hash_table table;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_hash_table_init(&table, &heap);
    CHECK(rls_hash_table_find(&table, rls_bytes_of("x", 1)) == NULL);
    CHECK(rls_hash_table_find(&table, rls_bytes_of(NULL, 0)) == NULL);
    rls_hash_table_release(&table);
    rls_hash_table_release(&table);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_empty_key_and_keys_with_nul_are_keys)
{
    rls_heap       heap;
    rls_hash_table table;
    bool           inserted;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_hash_table_init(&table, &heap);
    CHECK(rls_hash_table_insert(&table, rls_bytes_of(NULL, 0), 5, &inserted, NULL) != NULL);
    CHECK(inserted);
    CHECK(rls_hash_table_insert(&table, rls_bytes_of("a\0b", 3), 6, &inserted, NULL) != NULL);
    CHECK(inserted);
    CHECK_EQ_U64(*rls_hash_table_find(&table, rls_bytes_of("", 0)), 5);
    CHECK_EQ_U64(*rls_hash_table_find(&table, rls_bytes_of("a\0b", 3)), 6);
    CHECK(rls_hash_table_find(&table, rls_bytes_of("a", 1)) == NULL);
    CHECK(rls_hash_table_find(&table, rls_bytes_of("a\0c", 3)) == NULL);
    rls_hash_table_release(&table);
}

TEST(a_table_equals_a_plain_array)
{
    enum {
        KEYS = 5000
    };
    static uint32_t       values[KEYS];
    static bool           present[KEYS];
    static const uint8_t *stored[KEYS];
    rls_heap              heap;
    rls_hash_table        table;
    rls_random            random = {rls_test_seed()};
    size_t                count = 0;
    char                  space[32];

    memset(present, 0, sizeof present);
    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_hash_table_init(&table, &heap);
    for (int step = 0; step < 20000; step++) {
        uint32_t       number = rls_random_below(&random, KEYS), value = (uint32_t)step;
        rls_bytes      key = key_of(space, number);
        const uint8_t *kept;
        uint32_t      *found = rls_hash_table_find(&table, key);
        bool           inserted;

        CHECK_EQ_U64(found != NULL, present[number]);
        if (found != NULL)
            CHECK_EQ_U64(*found, values[number]);
        found = rls_hash_table_insert(&table, key, value, &inserted, &kept);
        CHECK(found != NULL);
        CHECK_EQ_U64(inserted, !present[number]);
        CHECK(kept != key.data && memcmp(kept, key.data, key.size) == 0);
        if (inserted) {
            present[number] = true;
            values[number] = value;
            stored[number] = kept;
            count++;
        } else {
            CHECK(kept == stored[number]);
            CHECK_EQ_U64(*found, values[number]);
            values[number] = *found = value + 1;
        }
        CHECK_EQ_U64(table.count, count);
        CHECK(table.count < table.capacity && (table.capacity & (table.capacity - 1)) == 0);
    }
    rls_hash_table_release(&table);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_failed_insertion_changes_nothing)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_hash_table  table;
        char            space[32];

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        rls_hash_table_init(&table, &heap);
        for (uint32_t i = 0; i < 300; i++) {
            bool inserted;

            if (rls_hash_table_insert(&table, key_of(space, i), i, &inserted, NULL) != NULL)
                continue;
            CHECK(!inserted);
            CHECK_EQ_U64(table.count, i);
            CHECK(rls_hash_table_find(&table, key_of(space, i)) == NULL);
            CHECK(rls_hash_table_insert(&table, key_of(space, i), i, &inserted, NULL) != NULL);
        }
        for (uint32_t i = 0; i < 300; i++)
            CHECK_EQ_U64(*rls_hash_table_find(&table, key_of(space, i)), i);
        rls_hash_table_release(&table);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
    }
}
