/* Bits and Rice codes: the reader that stays in bounds, the one that may load beyond the end, and
 * one bit at a time agree. */
#include "codec/bits.h"
#include "directory/directory.h"
#include "fuzz.h"
#include "postings/bit_stream.h"

enum {
    MANY = 7
};

/* One bit at a time. */
typedef struct slow_reader {
    rls_bytes bytes;
    uint64_t  bit;
    bool      failed;
} slow_reader;

static uint32_t
slow_get(slow_reader *reader, uint32_t width)
{
    uint64_t value = 0;

    if (reader->failed || reader->bit + width > 8 * (uint64_t)reader->bytes.size) {
        reader->failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < width; i++, reader->bit++)
        value |= (uint64_t)(reader->bytes.data[reader->bit / 8] >> reader->bit % 8 & 1) << i;
    return (uint32_t)value;
}

static uint32_t
slow_get_rice(slow_reader *reader, uint32_t k)
{
    uint32_t quotient = 0;

    while (!reader->failed && slow_get(reader, 1) == 0)
        quotient++;
    if (reader->failed || quotient > RLS_RICE_ESCAPE) {
        reader->failed = true;
        return 0;
    }
    if (quotient == RLS_RICE_ESCAPE)
        return slow_get(reader, 32);
    return slow_get(reader, k) | (reader->failed ? 0 : (uint32_t)((uint64_t)quotient << k));
}

/* Bits that only the others took because no value was to be told do not matter once they failed. */
static void
check_same(const slow_reader *slow, const rls_bit_reader *reader, const bit_source *source)
{
    FUZZ_CHECK(slow->failed == reader->failed);
    FUZZ_CHECK(slow->failed == bit_source_failed(source));
    FUZZ_CHECK(slow->failed || (slow->bit == reader->bit && slow->bit == source->bit));
}

static void
check_readers(fuzz_input steps, rls_bytes bytes)
{
    uint8_t       *exact = fuzz_copy(bytes, 0), *padded = fuzz_copy(bytes, RLS_MAP_PADDING);
    slow_reader    slow = {bytes, 0, false};
    rls_bit_reader reader;
    bit_source     source = bit_source_of(rls_bytes_of(padded, bytes.size), 0);

    rls_bit_reader_init(&reader, rls_bytes_of(exact, bytes.size), 0);
    while (steps.size > 0) {
        uint32_t step = fuzz_u8(&steps), parameter = step % 32, wanted, got[MANY], other;

        if (step < 96) {
            wanted = slow_get(&slow, parameter + (step >= 64));
            got[0] = rls_bit_reader_get(&reader, parameter + (step >= 64));
            other = bit_source_get(&source, parameter + (step >= 64));
        } else if (step < 192) {
            wanted = slow_get_rice(&slow, parameter);
            got[0] = rls_bit_reader_get_rice(&reader, parameter);
            other = bit_source_get_rice(&source, parameter);
        } else {
            rls_bit_reader_get_rice_many(&reader, parameter, got, MANY);
            for (int i = 0; i < MANY; i++) {
                wanted = slow_get_rice(&slow, parameter);
                other = bit_source_get_rice(&source, parameter);
                FUZZ_CHECK(wanted == got[i]);
                FUZZ_CHECK(slow.failed || wanted == other);
            }
            check_same(&slow, &reader, &source);
            continue;
        }
        FUZZ_CHECK(wanted == got[0]);
        FUZZ_CHECK(slow.failed || wanted == other);
        check_same(&slow, &reader, &source);
    }
    free(exact);
    free(padded);
}

/* What was put comes back, and both ways of putting give the same bytes. */
static void
check_writers(fuzz_input input)
{
    rls_heap       heap;
    rls_buffer     buffer;
    rls_bit_writer writer;
    rls_bit_reader reader;
    uint8_t       *memory = malloc(9 * input.size + 64);
    bit_sink       sink;
    fuzz_input     again = input;

    fuzz_heap_begin(&heap);
    rls_buffer_init(&buffer, &heap);
    rls_bit_writer_init(&writer, &buffer);
    bit_sink_init(&sink, memory);
    while (input.size > 0) {
        uint32_t k = fuzz_u8(&input) % 32, value = fuzz_u32(&input);

        rls_bit_writer_put(&writer, (uint32_t)(value & ((UINT64_C(1) << k) - 1)), k);
        bit_sink_put(&sink, value & ((UINT64_C(1) << k) - 1), k);
        rls_bit_writer_put_rice(&writer, value, k);
        bit_sink_put_rice(&sink, value, k);
        FUZZ_CHECK(writer.bit_count == bit_sink_count(&sink));
    }
    rls_bit_writer_finish(&writer);
    FUZZ_CHECK(!buffer.failed && buffer.size == (size_t)(bit_sink_finish(&sink) - memory));
    FUZZ_CHECK(buffer.size == 0 || memcmp(buffer.data, memory, buffer.size) == 0);
    rls_bit_reader_init(&reader, rls_buffer_bytes(&buffer), 0);
    while (again.size > 0) {
        uint32_t k = fuzz_u8(&again) % 32, value = fuzz_u32(&again);

        FUZZ_CHECK(rls_bit_reader_get(&reader, k) == (value & ((UINT64_C(1) << k) - 1)));
        FUZZ_CHECK(rls_bit_reader_get_rice(&reader, k) == value);
    }
    FUZZ_CHECK(!reader.failed);
    rls_buffer_release(&buffer);
    fuzz_heap_end(&heap);
    free(memory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    rls_bytes  steps = fuzz_bytes(&input, fuzz_u8(&input));

    check_readers((fuzz_input){steps.data, steps.size}, rls_bytes_of(input.data, input.size));
    check_writers((fuzz_input){data, size});
    return 0;
}
