#include "base/buffer.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

TEST(appends_follow_each_other)
{
    rls_heap   heap;
    rls_buffer buffer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_buffer_append(&buffer, NULL, 0);
    CHECK_EQ_U64(buffer.size, 0);
    rls_buffer_append(&buffer, "ab", 2);
    rls_buffer_put_u8(&buffer, 0x63);
    rls_buffer_put_u16(&buffer, 0x6564);
    rls_buffer_put_u32(&buffer, 0x69686766);
    rls_buffer_put_u64(&buffer, UINT64_C(0x71706f6e6d6c6b6a));
    rls_buffer_put_varint(&buffer, 0x72);
    rls_buffer_put_varint(&buffer, 300);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "abcdefghijklmnopqr\xac\x02");
    CHECK(!buffer.failed);
    rls_buffer_clear(&buffer);
    CHECK_EQ_U64(rls_buffer_bytes(&buffer).size, 0);
    rls_buffer_append(&buffer, "x", 1);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "x");
    rls_buffer_release(&buffer);
    rls_buffer_release(&buffer);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_largest_varint_takes_ten_bytes)
{
    rls_heap   heap;
    rls_buffer buffer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_buffer_put_varint(&buffer, UINT64_MAX);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    rls_buffer_clear(&buffer);
    rls_buffer_put_varint(&buffer, 0);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "\0");
    rls_buffer_release(&buffer);
}

TEST(random_appends_equal_a_plain_array)
{
    rls_heap   heap;
    rls_buffer buffer;
    rls_random random = {rls_test_seed()};
    uint8_t   *plain = malloc(200000);
    size_t     size = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    while (size < 150000) {
        uint8_t bytes[300];
        size_t  count = rls_random_below(&random, sizeof bytes);

        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)rls_random_next(&random);
        rls_buffer_append(&buffer, bytes, count);
        memcpy(plain + size, bytes, count);
        size += count;
    }
    CHECK_EQ_U64(buffer.size, size);
    CHECK(memcmp(buffer.data, plain, size) == 0);
    rls_buffer_release(&buffer);
    free(plain);
}

TEST(a_failure_sticks_until_cleared)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_buffer      buffer;

    rls_heap_faulty_init(&faulty, 2, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_buffer_append(&buffer, "abc", 3);
    CHECK(!rls_buffer_reserve(&buffer, 1000));
    CHECK(buffer.failed);
    rls_buffer_append(&buffer, "d", 1);
    rls_buffer_put_u8(&buffer, 1);
    rls_buffer_put_u16(&buffer, 1);
    rls_buffer_put_u32(&buffer, 1);
    rls_buffer_put_u64(&buffer, 1);
    rls_buffer_put_varint(&buffer, 1);
    CHECK(!rls_buffer_reserve(&buffer, 0));
    CHECK_EQ_BYTES(buffer.data, buffer.size, "abc");
    rls_buffer_clear(&buffer);
    CHECK(rls_buffer_reserve(&buffer, 1000));
    rls_buffer_append(&buffer, "d", 1);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "d");
    rls_buffer_release(&buffer);
    CHECK_EQ_U64(faulty.live, 0);
}

TEST(an_overflowing_size_fails)
{
    rls_heap   heap;
    rls_buffer buffer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_buffer_append(&buffer, "abc", 3);
    CHECK(!rls_buffer_reserve(&buffer, SIZE_MAX));
    CHECK(buffer.failed && buffer.size == 3);
    rls_buffer_release(&buffer);
}

TEST(borrowed_bytes_are_ordered_bytewise)
{
    static const char *const ordered[] = {"", "\x01", "a", "aa", "ab", "b", "\x7f", "\x80", "\xff"};
    enum {
        COUNT = sizeof ordered / sizeof ordered[0]
    };

    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < COUNT; j++) {
            int order = rls_bytes_compare(rls_bytes_of(ordered[i], strlen(ordered[i])),
                                          rls_bytes_of(ordered[j], strlen(ordered[j])));

            CHECK_EQ_I64((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
    CHECK_EQ_I64(rls_bytes_compare(rls_bytes_of(NULL, 0), rls_bytes_of(NULL, 0)), 0);
}

TEST(numbers_are_little_endian_at_any_address)
{
    uint8_t bytes[16];

    for (size_t at = 0; at < 8; at++) {
        memset(bytes, 0, sizeof bytes);
        rls_set_u64(bytes + at, UINT64_C(0x8182838485868788));
        CHECK_EQ_U64(bytes[at], 0x88);
        CHECK_EQ_U64(bytes[at + 7], 0x81);
        CHECK_EQ_U64(rls_get_u64(bytes + at), UINT64_C(0x8182838485868788));
        CHECK_EQ_U64(rls_get_u32(bytes + at), 0x85868788);
        CHECK_EQ_U64(rls_get_u16(bytes + at), 0x8788);
        rls_set_u32(bytes + at, 0xf1f2f3f4);
        rls_set_u16(bytes + at + 4, 0xe1e2);
        CHECK_EQ_U64(rls_get_u64(bytes + at), UINT64_C(0x8182e1e2f1f2f3f4));
    }
}
