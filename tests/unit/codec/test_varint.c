#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "codec/varint.h"

/* Decodes from a buffer of just `size` bytes; the bytes used, or 0 when refused. */
static size_t
get32(const uint8_t *bytes, size_t size, uint32_t *out_value)
{
    uint8_t       *copy = malloc(size);
    const uint8_t *after;
    size_t         used;

    if (size > 0)
        memcpy(copy, bytes, size);
    after = rls_varint_get32(copy, copy + size, out_value);
    used = after == NULL ? 0 : (size_t)(after - copy);
    free(copy);
    return used;
}

static size_t
get64(const uint8_t *bytes, size_t size, uint64_t *out_value)
{
    uint8_t       *copy = malloc(size);
    const uint8_t *after;
    size_t         used;

    if (size > 0)
        memcpy(copy, bytes, size);
    after = rls_varint_get64(copy, copy + size, out_value);
    used = after == NULL ? 0 : (size_t)(after - copy);
    free(copy);
    return used;
}

static void
check_round_trip(uint64_t value)
{
    uint8_t  bytes[RLS_VARINT_MAX];
    size_t   size = (size_t)(rls_varint_put(bytes, value) - bytes);
    uint32_t small;
    uint64_t big;

    CHECK_EQ_U64(get64(bytes, size, &big), size);
    CHECK_EQ_U64(big, value);
    if (value <= UINT32_MAX) {
        CHECK(size <= RLS_VARINT32_MAX);
        CHECK_EQ_U64(get32(bytes, size, &small), size);
        CHECK_EQ_U64(small, value);
    } else {
        CHECK_EQ_U64(get32(bytes, size, &small), 0);
    }
    for (size_t cut = 0; cut < size; cut++) {
        CHECK_EQ_U64(get32(bytes, cut, &small), 0);
        CHECK_EQ_U64(get64(bytes, cut, &big), 0);
    }
}

TEST(numbers_come_back_and_their_beginnings_do_not)
{
    rls_random random = {rls_test_seed()};

    for (int bit = 0; bit < 64; bit++) {
        check_round_trip(UINT64_C(1) << bit);
        check_round_trip((UINT64_C(1) << bit) - 1);
        check_round_trip(rls_random_next(&random) >> bit);
    }
    check_round_trip(UINT64_MAX);
}

TEST(numbers_that_do_not_fit_are_refused)
{
    static const uint8_t above_32[] = {0xff, 0xff, 0xff, 0xff, 0x1f};
    static const uint8_t endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                      0x80, 0x80, 0x80, 0x80, 0};
    static const uint8_t above_64[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x03};
    uint32_t             small;
    uint64_t             big;

    CHECK_EQ_U64(get32(above_32, sizeof above_32, &small), 0);
    CHECK_EQ_U64(get64(above_32, sizeof above_32, &big), 5);
    CHECK_EQ_U64(get32(endless, sizeof endless, &small), 0);
    CHECK_EQ_U64(get64(endless, sizeof endless, &big), 0);
    CHECK_EQ_U64(get64(above_64, sizeof above_64, &big), 0);
}
