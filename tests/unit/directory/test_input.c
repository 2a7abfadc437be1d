#include "directory/input.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/random.h"
#include "support/runner.h"

TEST(numbers_come_back_in_order)
{
    rls_input input;
    rls_bytes rest;

    rls_input_init(&input, rls_bytes_of("\x01\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e"
                                        "\x0f\xac\x02\x7f"
                                        "end",
                                        19));
    CHECK_EQ_U64(rls_input_u8(&input), 1);
    CHECK_EQ_U64(rls_input_u32(&input), 0x07060504);
    CHECK_EQ_U64(rls_input_u64(&input), UINT64_C(0x0f0e0d0c0b0a0908));
    CHECK_EQ_U64(rls_input_varint(&input), 300);
    CHECK_EQ_U64(rls_input_varint32(&input), 127);
    CHECK_EQ_U64(rls_input_left(&input), 3);
    rest = rls_input_bytes(&input, 3);
    CHECK_EQ_BYTES(rest.data, rest.size, "end");
    CHECK_EQ_U64(rls_input_left(&input), 0);
    CHECK(!input.failed);
    CHECK_EQ_U64(rls_input_bytes(&input, 0).size, 0);
    CHECK(!input.failed);
}

TEST(no_bytes_at_all_are_read_as_the_end)
{
    rls_input input;

    rls_input_init(&input, rls_bytes_of(NULL, 0));
    CHECK_EQ_U64(rls_input_left(&input), 0);
    CHECK_EQ_U64(rls_input_bytes(&input, 0).size, 0);
    CHECK(!input.failed);
    CHECK_EQ_U64(rls_input_u8(&input), 0);
    CHECK(input.failed);
}

/* One field of each kind; what is read of a cut copy is what the whole holds, or zero. */
static uint64_t
read_field(rls_input *input, uint32_t kind)
{
    switch (kind) {
    case 0:
        return rls_input_u8(input);
    case 1:
        return rls_input_u32(input);
    case 2:
        return rls_input_u64(input);
    case 3:
        return rls_input_varint(input);
    case 4:
        return rls_input_varint32(input);
    default:
        return rls_input_bytes(input, 7).size;
    }
}

TEST(every_truncation_gives_zeros_and_a_failure)
{
    enum {
        FIELDS = 40
    };
    rls_random random = {rls_test_seed()};
    uint32_t   kinds[FIELDS];
    uint64_t   values[FIELDS];
    rls_heap   heap;
    rls_buffer buffer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    for (int i = 0; i < FIELDS; i++) {
        uint64_t value = rls_random_next(&random) >> rls_random_below(&random, 64);

        kinds[i] = rls_random_below(&random, 6);
        switch (kinds[i]) {
        case 0:
            rls_buffer_put_u8(&buffer, (uint8_t)value);
            value = (uint8_t)value;
            break;
        case 1:
            rls_buffer_put_u32(&buffer, (uint32_t)value);
            value = (uint32_t)value;
            break;
        case 2:
            rls_buffer_put_u64(&buffer, value);
            break;
        case 3:
            rls_buffer_put_varint(&buffer, value);
            break;
        case 4:
            value = (uint32_t)value;
            rls_buffer_put_varint(&buffer, value);
            break;
        default:
            rls_buffer_append(&buffer, "1234567", 7);
            value = 7;
        }
        values[i] = value;
    }
    for (size_t size = 0; size <= buffer.size; size++) {
        uint8_t  *copy = malloc(size == 0 ? 1 : size);
        rls_input input;

        memcpy(copy, buffer.data, size);
        rls_input_init(&input, rls_bytes_of(size == 0 ? NULL : copy, size));
        for (int i = 0; i < FIELDS; i++) {
            uint64_t value = read_field(&input, kinds[i]);

            CHECK_EQ_U64(value, input.failed ? 0 : values[i]);
            CHECK(!input.failed || rls_input_left(&input) == 0);
        }
        CHECK_EQ_U64(input.failed, size < buffer.size);
        free(copy);
    }
    rls_buffer_release(&buffer);
}

static uint64_t
varint_of(const char *bytes, size_t size, bool narrow, bool *failed)
{
    uint8_t  *copy = malloc(size);
    rls_input input;
    uint64_t  value;

    memcpy(copy, bytes, size);
    rls_input_init(&input, rls_bytes_of(copy, size));
    value = narrow ? rls_input_varint32(&input) : rls_input_varint(&input);
    *failed = input.failed;
    free(copy);
    return value;
}

TEST(varints_hold_64_bits_and_no_more)
{
    bool failed;

    CHECK_EQ_U64(varint_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, false, &failed),
                 UINT64_MAX);
    CHECK(!failed);
    CHECK_EQ_U64(varint_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, false, &failed), 0);
    CHECK(failed);
    CHECK_EQ_U64(varint_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11, false, &failed), 0);
    CHECK(failed);
    CHECK_EQ_U64(varint_of("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, false, &failed), 0);
    CHECK(failed);
    CHECK_EQ_U64(varint_of("\xff\xff\xff\xff\x0f", 5, true, &failed), UINT32_MAX);
    CHECK(!failed);
    CHECK_EQ_U64(varint_of("\x80\x80\x80\x80\x10", 5, true, &failed), 0);
    CHECK(failed);
    CHECK_EQ_U64(varint_of("\x80", 1, true, &failed), 0);
    CHECK(failed);
}

TEST(a_size_beyond_the_end_borrows_nothing)
{
    static const uint64_t sizes[] = {4, 5, UINT32_MAX, UINT64_MAX, UINT64_MAX - 2};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rls_input input;

        rls_input_init(&input, rls_bytes_of("abc", 3));
        CHECK_EQ_U64(rls_input_bytes(&input, sizes[i]).size, 0);
        CHECK(input.failed);
        CHECK_EQ_U64(rls_input_u8(&input), 0);
        CHECK_EQ_U64(rls_input_bytes(&input, 0).size, 0);
    }
}
