#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "codec/bits.h"
#include "support/heap_faulty.h"

/* Everything written, in a buffer of just its size. */
static uint8_t *
take_bytes(rls_buffer *buffer, size_t *out_size)
{
    uint8_t *copy = malloc(buffer->size);

    CHECK(!buffer->failed);
    *out_size = buffer->size;
    if (buffer->size > 0)
        memcpy(copy, buffer->data, buffer->size);
    rls_buffer_release(buffer);
    return copy;
}

enum {
    COUNT = 3000
};

typedef struct item {
    uint32_t value, width, k;
    bool     is_rice;
} item;

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
    rls_random     random = {rls_test_seed()};
    rls_heap       heap;
    rls_buffer     buffer;
    rls_bit_writer writer;
    rls_bit_reader reader;
    item          *items = malloc(COUNT * sizeof *items);
    uint8_t       *bytes;
    size_t         size;
    uint64_t       bits;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_bit_writer_init(&writer, &buffer);
    for (int i = 0; i < COUNT; i++) {
        items[i] = random_item(&random);
        if (items[i].is_rice)
            rls_bit_writer_put_rice(&writer, items[i].value, items[i].k);
        else
            rls_bit_writer_put(&writer, items[i].value, items[i].width);
    }
    bits = writer.bit_count;
    rls_bit_writer_finish(&writer);
    bytes = take_bytes(&buffer, &size);
    CHECK_EQ_U64(size, (bits + 7) / 8);
    CHECK_EQ_U64(writer.bit_count, 8 * size);

    rls_bit_reader_init(&reader, rls_bytes_of(bytes, size), 0);
    for (int i = 0; i < COUNT; i++) {
        if (items[i].is_rice)
            CHECK_EQ_U64(rls_bit_reader_get_rice(&reader, items[i].k), items[i].value);
        else
            CHECK_EQ_U64(rls_bit_reader_get(&reader, items[i].width), items[i].value);
    }
    CHECK(!reader.failed);
    CHECK_EQ_U64(reader.bit, bits);
    free(bytes);
    free(items);
}

TEST(every_rice_parameter_codes_small_large_and_escaped_values)
{
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t k = 0; k < 32; k++) {
        uint64_t first_escaped = (uint64_t)RLS_RICE_ESCAPE << k;
        uint64_t values[] = {0, 1, first_escaped - 1, first_escaped, first_escaped + 1, UINT32_MAX};

        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            uint32_t       value = values[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)values[i];
            uint32_t       quotient = value >> k;
            rls_buffer     buffer;
            rls_bit_writer writer;
            rls_bit_reader reader;
            uint8_t       *bytes;
            size_t         size;

            rls_buffer_init(&buffer, &heap);
            rls_bit_writer_init(&writer, &buffer);
            rls_bit_writer_put_rice(&writer, value, k);
            CHECK_EQ_U64(writer.bit_count,
                         quotient < RLS_RICE_ESCAPE ? quotient + 1 + k : RLS_RICE_ESCAPE + 1 + 32);
            rls_bit_writer_finish(&writer);
            bytes = take_bytes(&buffer, &size);
            rls_bit_reader_init(&reader, rls_bytes_of(bytes, size), 0);
            CHECK_EQ_U64(rls_bit_reader_get_rice(&reader, k), value);
            CHECK(!reader.failed);
            free(bytes);
        }
    }
}

TEST(many_codes_at_once_are_the_codes_one_by_one)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t k = 0; k < 32; k++) {
        enum {
            MANY = 400
        };
        uint32_t       values[MANY], found[MANY + 1];
        rls_buffer     buffer;
        rls_bit_writer writer;
        rls_bit_reader reader;
        uint8_t       *bytes;
        size_t         size;

        rls_buffer_init(&buffer, &heap);
        rls_bit_writer_init(&writer, &buffer);
        for (int i = 0; i < MANY; i++) {
            values[i] = (uint32_t)rls_random_next(&random) >> rls_random_below(&random, 32);
            if (rls_random_below(&random, 8) != 0)
                values[i] &= (uint32_t)((UINT64_C(4) << k) - 1);
            rls_bit_writer_put_rice(&writer, values[i], k);
        }
        rls_bit_writer_finish(&writer);
        bytes = take_bytes(&buffer, &size);
        rls_bit_reader_init(&reader, rls_bytes_of(bytes, size), 0);
        for (uint32_t at = 0; at < MANY;) {
            uint32_t count = rls_random_below(&random, 20);
            count = count < MANY - at ? count : MANY - at;
            found[at + count] = 0xabcdef;
            rls_bit_reader_get_rice_many(&reader, k, found + at, count);
            CHECK(memcmp(found + at, values + at, count * sizeof values[0]) == 0);
            CHECK_EQ_U64(found[at + count], 0xabcdef);
            at += count;
        }
        CHECK(!reader.failed);
        for (size_t cut = 0; cut < size; cut++) {
            rls_bit_reader single, many;
            uint8_t       *copy = malloc(cut);

            memcpy(copy, bytes, cut);
            rls_bit_reader_init(&single, rls_bytes_of(copy, cut), cut % 8);
            rls_bit_reader_init(&many, rls_bytes_of(copy, cut), cut % 8);
            rls_bit_reader_get_rice_many(&many, k, found, 40);
            for (int i = 0; i < 40; i++)
                CHECK_EQ_U64(rls_bit_reader_get_rice(&single, k), found[i]);
            CHECK_EQ_U64(single.bit, many.bit);
            CHECK_EQ_U64(single.failed, many.failed);
            free(copy);
            if (cut == 200)
                cut = size - 9;
        }
        free(bytes);
    }
}

TEST(bits_are_laid_out_from_the_lowest)
{
    rls_heap       heap;
    rls_buffer     buffer;
    rls_bit_writer writer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_bit_writer_init(&writer, &buffer);
    rls_bit_writer_put(&writer, 5, 3);       /* 101 */
    rls_bit_writer_put_rice(&writer, 11, 2); /* quotient 2: 00 then 1, rest 3: 11 */
    rls_bit_writer_put(&writer, 0xffff, 4);  /* the bits above are not written */
    rls_bit_writer_finish(&writer);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "\xe5\x0f");
    rls_buffer_release(&buffer);
}

TEST(reading_can_begin_at_any_bit)
{
    static const uint8_t bytes[9] = {0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0x0f};

    for (uint64_t bit = 0; bit <= 72; bit += 4) {
        rls_bit_reader reader;
        uint8_t       *copy = malloc(sizeof bytes);

        memcpy(copy, bytes, sizeof bytes);
        rls_bit_reader_init(&reader, rls_bytes_of(copy, sizeof bytes), bit);
        CHECK_EQ_U64(rls_bit_reader_get(&reader, 4),
                     bit < 68 ? bit / 4 % 16 + (bit == 64 ? 15 : 0) : 0);
        CHECK_EQ_U64(reader.failed, bit == 72);
        free(copy);
    }
}

TEST(past_the_end_there_are_zeros_and_failure)
{
    uint8_t       *bytes = malloc(3);
    rls_bit_reader reader;

    memset(bytes, 0xff, 3);
    rls_bit_reader_init(&reader, rls_bytes_of(bytes, 3), 0);
    CHECK_EQ_U64(rls_bit_reader_get(&reader, 20), 0xfffff);
    CHECK_EQ_U64(rls_bit_reader_get(&reader, 0), 0);
    CHECK(!reader.failed);
    CHECK_EQ_U64(rls_bit_reader_get(&reader, 5), 0);
    CHECK(reader.failed);
    CHECK_EQ_U64(rls_bit_reader_get(&reader, 1), 0);
    CHECK_EQ_U64(rls_bit_reader_get_rice(&reader, 0), 0);

    rls_bit_reader_init(&reader, rls_bytes_of(bytes, 3), 25);
    CHECK(reader.failed);
    CHECK_EQ_U64(rls_bit_reader_get(&reader, 1), 0);
    rls_bit_reader_init(&reader, rls_bytes_of(NULL, 0), 0);
    CHECK(!reader.failed);
    CHECK_EQ_U64(rls_bit_reader_get_rice(&reader, 3), 0);
    CHECK(reader.failed);
    rls_bit_reader_init(&reader, rls_bytes_of(bytes, 3), UINT64_MAX);
    CHECK(reader.failed);
    free(bytes);
}

TEST(a_run_of_zeros_longer_than_the_escape_is_no_code)
{
    uint8_t       *bytes = calloc(1, 32);
    rls_bit_reader reader;

    bytes[3] = 2; /* bit 25, one past the escape */
    rls_bit_reader_init(&reader, rls_bytes_of(bytes, 32), 0);
    CHECK_EQ_U64(rls_bit_reader_get_rice(&reader, 4), 0);
    CHECK(reader.failed);
    free(bytes);
}

TEST(a_cut_stream_fails_and_never_reads_on)
{
    rls_random     random = {rls_test_seed()};
    rls_heap       heap;
    rls_buffer     buffer;
    rls_bit_writer writer;
    uint8_t       *bytes;
    size_t         size;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_bit_writer_init(&writer, &buffer);
    for (int i = 0; i < 100; i++)
        rls_bit_writer_put_rice(&writer, rls_random_below(&random, 200) + 64, 4);
    rls_bit_writer_finish(&writer);
    bytes = take_bytes(&buffer, &size);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t       *copy = malloc(cut);
        rls_bit_reader reader;

        memcpy(copy, bytes, cut);
        rls_bit_reader_init(&reader, rls_bytes_of(copy, cut), 0);
        for (int i = 0; i < 100; i++)
            rls_bit_reader_get_rice(&reader, 4);
        CHECK(reader.failed);
        CHECK_EQ_U64(reader.bit, 8 * cut);
        free(copy);
    }
    free(bytes);
}

TEST(random_bytes_decode_to_something_within_them)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 2000; round++) {
        size_t         size = rls_random_below(&random, 40);
        uint8_t       *bytes = malloc(size);
        rls_bit_reader reader;

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(rls_random_next(&random) & rls_random_next(&random));
        rls_bit_reader_init(&reader, rls_bytes_of(bytes, size), rls_random_below(&random, 64));
        for (int i = 0; i < 40; i++) {
            if (rls_random_below(&random, 2) == 0)
                rls_bit_reader_get_rice(&reader, rls_random_below(&random, 32));
            else
                rls_bit_reader_get(&reader, rls_random_below(&random, 33));
            CHECK(reader.bit <= 8 * size);
        }
        free(bytes);
    }
}

TEST(a_writer_without_memory_leaves_the_buffer_failed)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_buffer      buffer;
    rls_bit_writer  writer;

    rls_heap_faulty_init(&faulty, 1, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_bit_writer_init(&writer, &buffer);
    for (int i = 0; i < 10; i++)
        rls_bit_writer_put(&writer, 7, 32);
    rls_bit_writer_finish(&writer);
    CHECK(buffer.failed);
    rls_buffer_release(&buffer);
}
