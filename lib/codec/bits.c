#include "codec/bits.h"

void
rls_bit_writer_init(rls_bit_writer *writer, rls_buffer *buffer)
{
    *writer = (rls_bit_writer){.buffer = buffer};
}

/* `value` has no bits at `width` or above, and `width` is at most 63. */
static inline void
put(rls_bit_writer *writer, uint64_t value, uint32_t width)
{
    uint32_t count = writer->pending_count;

    writer->bit_count += width;
    writer->pending |= value << count;
    if (count + width < 64) {
        writer->pending_count = count + width;
        return;
    }
    rls_buffer_put_u64(writer->buffer, writer->pending);
    writer->pending = value >> (64 - count);
    writer->pending_count = count + width - 64;
}

void
rls_bit_writer_put(rls_bit_writer *writer, uint32_t value, uint32_t width)
{
    put(writer, value & ((UINT64_C(1) << width) - 1), width);
}

void
rls_bit_writer_put_rice(rls_bit_writer *writer, uint32_t value, uint32_t k)
{
    uint32_t quotient = value >> k;

    if (quotient < RLS_RICE_ESCAPE) {
        uint64_t rest = value & ((UINT64_C(1) << k) - 1);
        put(writer, (rest << 1 | 1) << quotient, quotient + 1 + k);
    } else {
        put(writer, ((uint64_t)value << 1 | 1) << RLS_RICE_ESCAPE, RLS_RICE_ESCAPE + 1 + 32);
    }
}

void
rls_bit_writer_finish(rls_bit_writer *writer)
{
    uint8_t bytes[8];

    rls_set_u64(bytes, writer->pending);
    rls_buffer_append(writer->buffer, bytes, (writer->pending_count + 7) / 8);
    writer->bit_count += (8 - writer->pending_count % 8) % 8;
    writer->pending = 0;
    writer->pending_count = 0;
}

static inline uint64_t
size_in_bits(const rls_bit_reader *reader)
{
    return 8 * (uint64_t)(reader->end - reader->begin);
}

static uint32_t
fail(rls_bit_reader *reader)
{
    reader->failed = true;
    reader->bit = size_in_bits(reader);
    return 0;
}

void
rls_bit_reader_init(rls_bit_reader *reader, rls_bytes bytes, uint64_t bit)
{
    /* No arithmetic on the null pointer that empty bytes may hold. */
    static const uint8_t nothing;
    const uint8_t       *begin = bytes.size == 0 ? &nothing : bytes.data;

    *reader = (rls_bit_reader){.begin = begin, .end = begin + bytes.size, .bit = bit};
    if (bit > size_in_bits(reader))
        fail(reader);
}

/* Near the end the missing bytes are zeros. */
static uint64_t
peek_at_end(const uint8_t *at, size_t left)
{
    uint64_t window = 0;

    for (size_t i = 0; i < left; i++)
        window |= (uint64_t)at[i] << 8 * i;
    return window;
}

/* The next 57 bits at least, in the low end of the word: enough for any one code. */
static inline uint64_t
peek(const rls_bit_reader *reader)
{
    const uint8_t *at = reader->begin + reader->bit / 8;
    size_t         left = (size_t)(reader->end - at);
    uint64_t       window = left >= 8 ? rls_get_u64(at) : peek_at_end(at, left);

    return window >> reader->bit % 8;
}

/* Passes over the bits of `value`. */
static inline uint32_t
take(rls_bit_reader *reader, uint32_t value, uint32_t width)
{
    if (width > size_in_bits(reader) - reader->bit)
        return fail(reader);
    reader->bit += width;
    return value;
}

uint32_t
rls_bit_reader_get(rls_bit_reader *reader, uint32_t width)
{
    return take(reader, (uint32_t)(peek(reader) & ((UINT64_C(1) << width) - 1)), width);
}

uint32_t
rls_bit_reader_get_rice(rls_bit_reader *reader, uint32_t k)
{
    uint64_t window = peek(reader);
    uint32_t quotient;

    /* A longer run of zeros is no code, and at the end of the bytes it is the missing ones. */
    if ((window & ((UINT64_C(2) << RLS_RICE_ESCAPE) - 1)) == 0)
        return fail(reader);
    quotient = (uint32_t)__builtin_ctzll(window);
    window >>= quotient + 1;
    if (quotient == RLS_RICE_ESCAPE)
        return take(reader, (uint32_t)window, RLS_RICE_ESCAPE + 1 + 32);
    return take(reader, quotient << k | (uint32_t)(window & ((UINT64_C(1) << k) - 1)),
                quotient + 1 + k);
}

/* As many short codes as lie whole in `window`, whose low `*left` bits are of the stream; takes
 * their bits off. */
static inline uint32_t
take_short_codes(uint64_t window, uint32_t *left, uint32_t k, uint32_t *out, uint32_t count)
{
    const uint64_t mask = (UINT64_C(1) << k) - 1;
    uint32_t       taken = 0;

    while (taken < count && window != 0) {
        uint32_t quotient = (uint32_t)__builtin_ctzll(window);
        uint32_t width = quotient + 1 + k;

        if (quotient >= RLS_RICE_ESCAPE || width > *left)
            break;
        window >>= quotient;
        out[taken++] = quotient << k | (uint32_t)(window >> 1 & mask);
        window >>= 1 + k;
        *left -= width;
    }
    return taken;
}

void
rls_bit_reader_get_rice_many(rls_bit_reader *reader, uint32_t k, uint32_t *out, uint32_t count)
{
    while (count > 0) {
        const uint8_t *at = reader->begin + reader->bit / 8;
        uint32_t       taken = 0;

        if (reader->end - at >= 8) {
            uint32_t width = 64 - (uint32_t)(reader->bit % 8), left = width;
            taken = take_short_codes(peek(reader), &left, k, out, count);
            reader->bit += width - left;
        }
        if (taken == 0) {
            *out = rls_bit_reader_get_rice(reader, k);
            taken = 1;
        }
        out += taken;
        count -= taken;
    }
}
