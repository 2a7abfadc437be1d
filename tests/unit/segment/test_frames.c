#include "segment/frames.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/runner.h"

/* The bytes of a section in a block of their exact size and the padding that readers are granted.
 */
static uint8_t *
exact_copy(const rls_buffer *buffer)
{
    uint8_t *copy = malloc(buffer->size + RLS_MAP_PADDING);

    memset(copy, 0xa5, buffer->size + RLS_MAP_PADDING);
    if (buffer->size > 0)
        memcpy(copy, buffer->data, buffer->size);
    return copy;
}

static uint64_t
random_value(rls_random *random, uint32_t kind, uint64_t before)
{
    switch (kind) {
    case 0:
        return 42;
    case 1:
        return rls_random_next(random);
    case 2:
        return before + rls_random_below(random, 1000);
    case 3:
        return rls_random_next(random) >> rls_random_below(random, 64);
    default:
        return UINT64_MAX - rls_random_below(random, 3);
    }
}

static void
check_frames(rls_heap *heap, rls_random *random, uint32_t kind, uint32_t count)
{
    uint64_t         *values = malloc((count + 1) * sizeof *values), before = 0;
    rls_frames_writer writer;
    rls_buffer        buffer;
    rls_sink          sink = rls_sink_to_buffer(&buffer);
    rls_input         input;
    rls_frames        frames;

    rls_buffer_init(&buffer, heap);
    rls_frames_writer_init(&writer, heap);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = before = random_value(random, kind, before);
        rls_frames_writer_put(&writer, values[i]);
    }
    CHECK_OK(rls_frames_writer_finish(&writer, &sink, NULL));
    rls_frames_writer_release(&writer);
    CHECK_EQ_U64(sink.size, buffer.size);

    uint8_t *copy = exact_copy(&buffer);
    rls_input_init(&input, rls_bytes_of(copy, buffer.size));
    rls_frames_open(&frames, &input, count);
    CHECK(!input.failed && rls_input_left(&input) == 0);
    for (uint32_t i = 0; i < count; i++)
        CHECK_EQ_U64(rls_frames_get(&frames, i), values[i]);
    CHECK_EQ_U64(rls_frames_get(&frames, count), 0);
    CHECK(rls_frames_check(&frames));
    for (uint32_t i = 0; kind == 2 && i < 50; i++) {
        uint64_t target = rls_random_below(random, (uint32_t)before + 2);
        uint64_t found = rls_frames_find(&frames, 0, count, target);

        CHECK(found == count || values[found] >= target);
        CHECK(found == 0 || values[found - 1] < target);
    }
    for (size_t size = 0; size < buffer.size; size += 1 + size / 20) {
        rls_input_init(&input, rls_bytes_of(copy, size));
        rls_frames_open(&frames, &input, count);
        CHECK(input.failed);
        CHECK_EQ_U64(rls_frames_get(&frames, 0), 0);
    }
    free(copy);
    free(values);
    rls_buffer_release(&buffer);
}

TEST(frames_give_back_any_numbers)
{
    rls_heap   heap;
    rls_random random = {rls_test_seed()};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t kind = 0; kind < 5; kind++) {
        for (uint32_t count = 0; count < 400; count += 1 + count / 3)
            check_frames(&heap, &random, kind, count);
    }
    CHECK_EQ_U64(heap.used, 0);
}

TEST(damaged_frames_are_read_within_their_bytes)
{
    rls_heap          heap;
    rls_random        random = {rls_test_seed()};
    rls_frames_writer writer;
    rls_buffer        buffer;
    rls_sink          sink = rls_sink_to_buffer(&buffer);
    uint32_t          noticed = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_frames_writer_init(&writer, &heap);
    for (int i = 0; i < 300; i++)
        rls_frames_writer_put(&writer, rls_random_below(&random, 100000));
    CHECK_OK(rls_frames_writer_finish(&writer, &sink, NULL));
    rls_frames_writer_release(&writer);
    for (int round = 0; round < 3000; round++) {
        uint8_t   *copy = exact_copy(&buffer);
        rls_input  input;
        rls_frames frames;

        copy[rls_random_below(&random, 60)] = (uint8_t)rls_random_next(&random);
        rls_input_init(&input, rls_bytes_of(copy, buffer.size));
        rls_frames_open(&frames, &input, 300);
        for (uint32_t i = 0; i < 300; i++)
            rls_frames_get(&frames, i);
        noticed += input.failed || !rls_frames_check(&frames);
        free(copy);
    }
    CHECK(noticed > 500);
    rls_buffer_release(&buffer);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_example_of_the_format_is_what_is_written)
{
    static const uint8_t expected[] = {2,    0,   0, 0, 0, 0, 0, 0, /* two bytes of data */
                                       7,    0,   0, 0, 0, 0, 0, 0,
                                       3,    0,   0, 0, 0, 0, 0, 0, /* base 7, at 0, width 3 */
                                       0x98, 0x0b}; /* 0 3 6 5 → 000 011 110 101, low first */
    rls_heap             heap;
    rls_frames_writer    writer;
    rls_buffer           buffer;
    rls_sink             sink = rls_sink_to_buffer(&buffer);

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    rls_frames_writer_init(&writer, &heap);
    rls_frames_writer_put(&writer, 7);
    rls_frames_writer_put(&writer, 10);
    rls_frames_writer_put(&writer, 13);
    rls_frames_writer_put(&writer, 12);
    CHECK_OK(rls_frames_writer_finish(&writer, &sink, NULL));
    CHECK_EQ_U64(buffer.size, sizeof expected);
    CHECK(memcmp(buffer.data, expected, sizeof expected) == 0);
    rls_frames_writer_release(&writer);
    rls_buffer_release(&buffer);
}

TEST(fixed_width_arrays_give_back_what_was_put)
{
    rls_heap   heap;
    rls_random random = {rls_test_seed()};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t width = 0; width <= 64; width++) {
        uint64_t          mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
        uint64_t          values[77];
        rls_buffer        buffer;
        rls_sink          sink = rls_sink_to_buffer(&buffer);
        rls_packed_writer writer;

        rls_buffer_init(&buffer, &heap);
        rls_packed_writer_init(&writer, &sink, width);
        for (int i = 0; i < 77; i++)
            rls_packed_writer_put(&writer, values[i] = rls_random_next(&random) & mask);
        rls_packed_writer_finish(&writer);
        CHECK_EQ_U64(buffer.size, rls_packed_size(77, width));
        uint8_t *copy = exact_copy(&buffer);
        for (int i = 0; i < 77; i++)
            CHECK_EQ_U64(rls_packed_get(copy, width, (uint64_t)i), values[i]);
        free(copy);
        rls_buffer_release(&buffer);
    }
}
