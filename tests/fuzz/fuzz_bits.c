/* Bits and Rice codes: the source and one bit at a time agree. */
#include "directory/directory.h"
#include "fuzz.h"
#include "postings/bit_stream.h"

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

static void
check_source(fuzz_input steps, rls_bytes bytes)
{
    uint8_t    *padded = fuzz_copy(bytes, RLS_MAP_PADDING);
    slow_reader slow = {bytes, 0, false};
    bit_source  source = bit_source_of(rls_bytes_of(padded, bytes.size), 0);

    while (steps.size > 0) {
        uint32_t step = fuzz_u8(&steps), parameter = step % 32, wanted, got;

        if (step < 96) {
            wanted = slow_get(&slow, parameter + (step >= 64));
            got = bit_source_get(&source, parameter + (step >= 64));
        } else {
            wanted = slow_get_rice(&slow, parameter);
            got = bit_source_get_rice(&source, parameter);
        }
        FUZZ_CHECK(slow.failed == bit_source_failed(&source));
        FUZZ_CHECK(slow.failed || (wanted == got && slow.bit == source.bit));
    }
    free(padded);
}

/* What was put comes back. */
static void
check_sink(fuzz_input input)
{
    uint8_t   *memory = malloc(16 * input.size + 64);
    bit_sink   sink;
    bit_source source;
    fuzz_input again = input;
    size_t     size;

    bit_sink_init(&sink, memory);
    while (input.size > 0) {
        uint32_t k = fuzz_u8(&input) % 32, value = fuzz_u32(&input);

        bit_sink_put(&sink, value & ((UINT64_C(1) << k) - 1), k);
        bit_sink_put_rice(&sink, value, k);
    }
    size = (size_t)(bit_sink_finish(&sink) - memory);
    source = bit_source_of(rls_bytes_of(memory, size), 0);
    while (again.size > 0) {
        uint32_t k = fuzz_u8(&again) % 32, value = fuzz_u32(&again);

        FUZZ_CHECK(bit_source_get(&source, k) == (value & ((UINT64_C(1) << k) - 1)));
        FUZZ_CHECK(bit_source_get_rice(&source, k) == value);
    }
    FUZZ_CHECK(!bit_source_failed(&source));
    free(memory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    rls_bytes  steps = fuzz_bytes(&input, fuzz_u8(&input));

    check_source((fuzz_input){steps.data, steps.size}, rls_bytes_of(input.data, input.size));
    check_sink((fuzz_input){data, size});
    return 0;
}
