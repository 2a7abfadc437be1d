#include "support/runner.h"

#include "base/random.h"
#include "postings/norms.h"

TEST(lengths_below_forty_are_exact)
{
    for (uint32_t length = 0; length < 40; length++)
        CHECK_EQ_U64(rls_length_from_byte(rls_length_to_byte(length)), length);
}

TEST(a_byte_tells_the_least_length_that_gives_it)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t least = rls_length_from_byte((uint8_t)byte);
        CHECK_EQ_U64(rls_length_to_byte(least), byte);
        if (byte > 0)
            CHECK_EQ_U64(rls_length_to_byte(least - 1), byte - 1);
    }
    CHECK_EQ_U64(rls_length_to_byte(UINT32_MAX), 255);
    CHECK_EQ_U64(rls_length_from_byte(255), 2013265944);
}

TEST(lengths_have_four_significant_bits)
{
    rls_random random = {rls_test_seed()};

    for (int i = 0; i < 20000; i++) {
        uint32_t length =
            (uint32_t)(rls_random_next(&random) >> (33 + rls_random_below(&random, 30)));
        uint32_t least = rls_length_from_byte(rls_length_to_byte(length));
        CHECK(least <= length);
        CHECK((length - least) <= length / 8);
    }
}

TEST(sparse_lengths_are_found_and_absent_ones_are_zero)
{
    static const uint8_t docs[] = {2, 0, 0, 0, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x80};
    static const uint8_t bytes[] = {5, 9, 200, 1};
    /* volatile: with 32 bits gcc warns of an index that no array has */
    static const volatile uint32_t asked[] = {2, 7, 256, UINT32_C(0x80000000), 0, 8, UINT32_MAX};

    for (uint32_t count = 0; count <= 4; count++) {
        rls_field_norms norms = {NULL, docs, bytes, count};

        for (uint32_t i = 0; i < sizeof asked / sizeof *asked; i++)
            CHECK_EQ_U64(rls_field_norms_get(&norms, asked[i]), i < count ? bytes[i] : 0);
    }
}
