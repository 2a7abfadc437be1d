#include "base/crc32.h"

#include "base/random.h"
#include "support/runner.h"

/* The definition: one bit at a time, reflected polynomial 0xedb88320. */
static uint32_t
crc_by_bits(const uint8_t *bytes, size_t size)
{
    uint32_t crc = ~UINT32_C(0);

    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

TEST(known_values)
{
    CHECK_EQ_U64(rls_crc32(0, "123456789", 9), 0xcbf43926);
    CHECK_EQ_U64(rls_crc32(0, "", 0), 0);
    CHECK_EQ_U64(rls_crc32(0, "a", 1), 0xe8b7be43);
    CHECK_EQ_U64(rls_crc32(0, "\0\0\0\0", 4), 0x2144df1c);
}

TEST(no_bytes_change_nothing)
{
    CHECK_EQ_U64(rls_crc32(0x12345678, NULL, 0), 0x12345678);
    CHECK_EQ_U64(rls_crc32(0x12345678, "x", 0), 0x12345678);
}

TEST(any_split_gives_the_crc_of_the_whole)
{
    uint8_t    bytes[3000];
    rls_random random = {rls_test_seed()};

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)rls_random_next(&random);
    for (int round = 0; round < 200; round++) {
        size_t   size = rls_random_below(&random, sizeof bytes), at = 0;
        uint32_t crc = 0;

        while (at < size) {
            size_t step = 1 + rls_random_below(&random, (uint32_t)(size - at));

            crc = rls_crc32(crc, bytes + at, step);
            at += step;
        }
        CHECK_EQ_U64(crc, crc_by_bits(bytes, size));
    }
}
