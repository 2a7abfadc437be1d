#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "codec/bitpack.h"

enum {
    ROUNDS = 40,
    WIDTH_MAX = 32
};

/* What random values cannot show: all zeros, all ones, one bit at either end, every other one. */
static void
fill(uint32_t values[RLS_BLOCK_SIZE], uint32_t width, int round, rls_random *random)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << width) - 1);

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
        switch (round) {
        case 0:
            values[i] = 0;
            break;
        case 1:
            values[i] = mask;
            break;
        case 2:
            values[i] = i % 2 == 0 ? mask : 0;
            break;
        case 3:
            values[i] = (mask >> 1) + 1;
            break;
        case 4:
            values[i] = 1;
            break;
        case 5:
            values[i] = i;
            break;
        default:
            values[i] = (uint32_t)rls_random_next(random);
        }
        values[i] &= mask;
    }
}

/* A buffer of just 16 * width bytes, so that a read past it is seen. */
static uint8_t *
packed_block(const uint32_t values[RLS_BLOCK_SIZE], uint32_t width)
{
    uint8_t *packed = malloc(16 * width);

    rls_bitpack_pack(values, width, packed);
    return packed;
}

TEST(packing_and_unpacking_gives_the_same_values_at_every_width)
{
    const rls_bitpack_kernels *plain = rls_bitpack_kernels_for(RLS_CPU_PLAIN);
    rls_random                 random = {rls_test_seed()};

    for (uint32_t width = 0; width <= WIDTH_MAX; width++) {
        for (int round = 0; round < ROUNDS; round++) {
            uint32_t values[RLS_BLOCK_SIZE], unpacked[RLS_BLOCK_SIZE];
            uint8_t *packed;

            fill(values, width, round, &random);
            packed = packed_block(values, width);
            memset(unpacked, 0xa5, sizeof unpacked);
            plain->unpack(packed, width, unpacked);
            CHECK(memcmp(values, unpacked, sizeof values) == 0);
            for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
                CHECK_EQ_U64(rls_bitpack_get(packed, width, i), values[i]);
            free(packed);
        }
    }
}

TEST(values_lie_in_four_lanes)
{
    uint32_t values[RLS_BLOCK_SIZE];
    uint8_t  packed[16 * 4];

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        values[i] = i % 16;
    rls_bitpack_pack(values, 4, packed);
    /* Lane 0 holds 0, 4, 8, 12, 0, 4, 8, 12; lane 1 holds 1, 5, 9, 13, … */
    CHECK_EQ_U64(rls_get_u32(packed), 0xc840c840);
    CHECK_EQ_U64(rls_get_u32(packed + 4), 0xd951d951);
    CHECK_EQ_U64(rls_get_u32(packed + 12), 0xfb73fb73);
    CHECK_EQ_U64(rls_get_u32(packed + 16), 0xc840c840);
}

TEST(bits_above_the_width_are_not_packed)
{
    uint32_t values[RLS_BLOCK_SIZE];
    uint8_t  packed[16 * 5];

    memset(values, 0xff, sizeof values);
    rls_bitpack_pack(values, 5, packed);
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        CHECK_EQ_U64(rls_bitpack_get(packed, 5, i), 31);
}

TEST(width_is_the_number_of_bits_needed)
{
    CHECK_EQ_U64(rls_bitpack_width(0), 0);
    for (uint32_t bit = 0; bit < 32; bit++) {
        CHECK_EQ_U64(rls_bitpack_width(UINT32_C(1) << bit), bit + 1);
        CHECK_EQ_U64(rls_bitpack_width(UINT32_MAX >> bit), 32 - bit);
    }
}

TEST(ascending_numbers_are_the_running_sum_of_gaps_less_one)
{
    const rls_bitpack_kernels *plain = rls_bitpack_kernels_for(RLS_CPU_PLAIN);
    rls_random                 random = {rls_test_seed()};

    for (uint32_t width = 0; width <= WIDTH_MAX; width++) {
        for (int round = 0; round < ROUNDS; round++) {
            uint32_t values[RLS_BLOCK_SIZE], unpacked[RLS_BLOCK_SIZE];
            uint32_t base = (uint32_t)rls_random_next(&random), expected = base;
            uint8_t *packed;

            fill(values, width, round, &random);
            packed = packed_block(values, width);
            plain->unpack_ascending(packed, width, base, unpacked);
            for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
                expected += values[i] + 1;
                CHECK_EQ_U64(unpacked[i], expected);
            }
            free(packed);
        }
    }
}

/* The kernels that this build has and this processor can run. */
static size_t
runnable(const rls_bitpack_kernels *out_kernels[4])
{
    rls_cpu_level best = rls_cpu_detect();
    size_t        count = 0;

    if (best == RLS_CPU_NEON)
        out_kernels[count++] = rls_bitpack_kernels_for(RLS_CPU_NEON);
    if (best == RLS_CPU_AVX2)
        out_kernels[count++] = rls_bitpack_kernels_for(RLS_CPU_AVX2);
    if (best == RLS_CPU_AVX2 || best == RLS_CPU_SSE41)
        out_kernels[count++] = rls_bitpack_kernels_for(RLS_CPU_SSE41);
    out_kernels[count++] = rls_bitpack_kernels_for(RLS_CPU_PLAIN);
    return count;
}

TEST(every_kernel_equals_the_plain_one)
{
    const rls_bitpack_kernels *plain = rls_bitpack_kernels_for(RLS_CPU_PLAIN);
    const rls_bitpack_kernels *kernels[4];
    size_t                     count = runnable(kernels);
    rls_random                 random = {rls_test_seed()};

    for (uint32_t width = 0; width <= WIDTH_MAX; width++) {
        for (int round = 0; round < ROUNDS; round++) {
            uint32_t values[RLS_BLOCK_SIZE], expected[RLS_BLOCK_SIZE], found[RLS_BLOCK_SIZE];
            uint32_t base = (uint32_t)rls_random_next(&random);
            uint8_t *packed;

            fill(values, width, round, &random);
            packed = packed_block(values, width);
            for (size_t i = 0; i < count; i++) {
                memset(found, 0x5a, sizeof found);
                kernels[i]->unpack(packed, width, found);
                if (memcmp(found, values, sizeof found) != 0)
                    rls_test_fail(__FILE__, __LINE__, "%s unpacks width %u otherwise",
                                  kernels[i]->name, width);
                plain->unpack_ascending(packed, width, base, expected);
                memset(found, 0x5a, sizeof found);
                kernels[i]->unpack_ascending(packed, width, base, found);
                if (memcmp(found, expected, sizeof found) != 0)
                    rls_test_fail(__FILE__, __LINE__, "%s sums width %u otherwise",
                                  kernels[i]->name, width);
            }
            free(packed);
        }
    }
}

TEST(each_level_has_the_kernels_it_is_named_for)
{
    rls_cpu_level best = rls_cpu_detect();

    CHECK_EQ_STR(rls_bitpack_kernels_for(RLS_CPU_PLAIN)->name, "plain");
    if (best == RLS_CPU_AVX2) {
        CHECK_EQ_STR(rls_bitpack_kernels_for(RLS_CPU_AVX2)->name, "avx2");
        CHECK_EQ_STR(rls_bitpack_kernels_for(RLS_CPU_SSE41)->name, "sse4.1");
    }
#if defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    CHECK_EQ_STR(rls_bitpack_kernels_for(RLS_CPU_NEON)->name, "neon");
#endif
}
