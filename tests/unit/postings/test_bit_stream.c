#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "directory/directory.h"
#include "postings/bit_stream.h"

enum {
    COUNT = 3000,
    BYTES = COUNT * 9 + 8
};

typedef struct item {
    uint32_t value, width, k;
    bool     is_rice;
} item;

/* A copy of just its size and what sources may load behind it. */
static uint8_t *
exact_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size + RLS_MAP_PADDING);

    CHECK(copy != NULL);
    memcpy(copy, bytes, size);
    memset(copy + size, 0xff, RLS_MAP_PADDING);
    return copy;
}

/* All quotients around the escape, all magnitudes. */
static item
random_item(rls_random *random)
{
    uint32_t k = rls_random_below(random, 32);
    uint32_t width = rls_random_below(random, 33);
    uint32_t value = (uint32_t)rls_random_next(random);
    uint64_t quotient = rls_random_below(random, RLS_RICE_ESCAPE + 3);
    item     made = {.k = k, .width = width, .is_rice = rls_random_below(random, 2) == 1};

    if (!made.is_rice) {
        made.value = value & (uint32_t)((UINT64_C(1) << width) - 1);
    } else if (rls_random_below(random, 4) == 0) {
        made.value = value;
    } else {
        uint64_t near = quotient << k | (value & ((UINT64_C(1) << k) - 1));
        made.value = near > UINT32_MAX ? UINT32_MAX : (uint32_t)near;
    }
    return made;
}

TEST(numbers_and_rice_codes_come_back_in_order)
{
    rls_random random = {rls_test_seed()};
    item      *items = malloc(COUNT * sizeof *items);
    uint8_t   *memory = malloc(BYTES), *bytes;
    bit_sink   sink;
    bit_source source;
    uint64_t   bits, expected = 0;
    size_t     size;

    bit_sink_init(&sink, memory);
    for (int i = 0; i < COUNT; i++) {
        items[i] = random_item(&random);
        if (items[i].is_rice) {
            bit_sink_put_rice(&sink, items[i].value, items[i].k);
            expected += bit_rice_size(items[i].value, items[i].k);
        } else {
            bit_sink_put(&sink, items[i].value, items[i].width);
            expected += items[i].width;
        }
    }
    bits = bit_sink_count(&sink);
    CHECK_EQ_U64(bits, expected);
    size = (size_t)(bit_sink_finish(&sink) - memory);
    CHECK_EQ_U64(size, (bits + 7) / 8);
    bytes = exact_copy(memory, size);

    source = bit_source_of(rls_bytes_of(bytes, size), 0);
    for (int i = 0; i < COUNT; i++) {
        if (items[i].is_rice)
            CHECK_EQ_U64(bit_source_get_rice(&source, items[i].k), items[i].value);
        else
            CHECK_EQ_U64(bit_source_get(&source, items[i].width), items[i].value);
    }
    CHECK(!bit_source_failed(&source));
    CHECK_EQ_U64(source.bit, bits);
    free(bytes);
    free(memory);
    free(items);
}

TEST(every_rice_parameter_codes_small_large_and_escaped_values)
{
    for (uint32_t k = 0; k < 32; k++) {
        uint64_t first_escaped = (uint64_t)RLS_RICE_ESCAPE << k;
        uint64_t values[] = {0, 1, first_escaped - 1, first_escaped, first_escaped + 1, UINT32_MAX};

        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            uint32_t   value = values[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)values[i];
            uint32_t   quotient = value >> k;
            uint8_t    memory[24], *bytes;
            bit_sink   sink;
            bit_source source;
            size_t     size;

            bit_sink_init(&sink, memory);
            bit_sink_put_rice(&sink, value, k);
            CHECK_EQ_U64(bit_sink_count(&sink),
                         quotient < RLS_RICE_ESCAPE ? quotient + 1 + k : RLS_RICE_ESCAPE + 1 + 32);
            size = (size_t)(bit_sink_finish(&sink) - memory);
            bytes = exact_copy(memory, size);
            source = bit_source_of(rls_bytes_of(bytes, size), 0);
            CHECK_EQ_U64(bit_source_get_rice(&source, k), value);
            CHECK(!bit_source_failed(&source));
            free(bytes);
        }
    }
}

TEST(a_source_that_ends_fails_and_gives_zeros)
{
    rls_random random = {rls_test_seed() + 1};

    for (size_t size = 0; size < 20; size++) {
        uint8_t    memory[20], *bytes;
        bit_source source;

        for (size_t i = 0; i < sizeof memory; i++)
            memory[i] = (uint8_t)rls_random_next(&random);
        bytes = exact_copy(memory, size);
        source = bit_source_of(rls_bytes_of(bytes, size), 0);
        for (int i = 0; i < 200 && !bit_source_failed(&source); i++)
            (void)bit_source_get(&source, 7);
        CHECK(bit_source_failed(&source));
        CHECK_EQ_U64(bit_source_get(&source, 32), 0);
        CHECK_EQ_U64(bit_source_get_rice(&source, 3), 0);
        CHECK(bit_source_failed(&source));
        free(bytes);
    }
}

/* A run of more zeros than any code has is damage. */
TEST(too_many_zeros_are_refused)
{
    uint8_t   *bytes = exact_copy((const uint8_t[]){0, 0, 0, 0, 0, 0}, 6);
    bit_source source = bit_source_of(rls_bytes_of(bytes, 6), 0);

    CHECK_EQ_U64(bit_source_get_rice(&source, 2), 0);
    CHECK(bit_source_failed(&source));
    free(bytes);
}
