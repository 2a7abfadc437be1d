/* Streams of bits, least significant first: a sink into memory whose size was reserved, and a
 * source that may load up to 8 bytes beyond its end (RLS_MAP_PADDING). On them Rice codes (Rice &
 * Plaunt 1971): the quotient value >> k in unary (that many 0 bits, then 1), then the low k bits.
 * Quotients of RLS_RICE_ESCAPE or more are written as RLS_RICE_ESCAPE zeros, a 1, then the value in
 * 32 bits. */
#ifndef RLS_POSTINGS_BIT_STREAM_H
#define RLS_POSTINGS_BIT_STREAM_H

#include "base/buffer.h"
#include "codec/bitpack.h"

enum {
    RLS_RICE_ESCAPE = 24,
    RLS_BIT_CODE_MAX = RLS_RICE_ESCAPE + 1 + 32 /* bits of the longest code */
};

/* Holds less than 8 bits between calls; at most 56 bits at a time are put. */
typedef struct bit_sink {
    uint8_t *begin, *at;
    uint64_t pending;
    uint32_t pending_count;
} bit_sink;

/* `at` has room for what will be put, and 8 bytes more. */
static inline void
bit_sink_init(bit_sink *sink, uint8_t *at)
{
    *sink = (bit_sink){.begin = at, .at = at};
}

static inline void
bit_sink_put(bit_sink *sink, uint64_t value, uint32_t width)
{
    sink->pending |= value << sink->pending_count;
    sink->pending_count += width;
    rls_set_u64(sink->at, sink->pending);
    sink->at += sink->pending_count / 8;
    sink->pending >>= sink->pending_count & ~UINT32_C(7);
    sink->pending_count &= 7;
}

static inline void
bit_sink_put_rice(bit_sink *sink, uint32_t value, uint32_t k)
{
    uint32_t quotient = value >> k;

    if (quotient < RLS_RICE_ESCAPE) {
        uint64_t rest = value & ((UINT32_C(1) << k) - 1);
        bit_sink_put(sink, (rest << 1 | 1) << quotient, quotient + 1 + k);
    } else {
        bit_sink_put(sink, UINT64_C(1) << RLS_RICE_ESCAPE, RLS_RICE_ESCAPE + 1);
        bit_sink_put(sink, value, 32);
    }
}

static inline uint64_t
bit_sink_count(const bit_sink *sink)
{
    return 8 * (uint64_t)(sink->at - sink->begin) + sink->pending_count;
}

/* Zero bits to the next byte; returns the byte after. */
static inline uint8_t *
bit_sink_finish(bit_sink *sink)
{
    if (sink->pending_count > 0)
        sink->at++; /* put has stored it */
    sink->pending = 0;
    sink->pending_count = 0;
    return sink->at;
}

static inline uint32_t
bit_rice_size(uint32_t value, uint32_t k)
{
    uint32_t quotient = value >> k;
    return quotient < RLS_RICE_ESCAPE ? quotient + 1 + k : (uint32_t)RLS_BIT_CODE_MAX;
}

/* `bit` beyond `end` means failure: it stays there and everything reads as 0. */
typedef struct bit_source {
    const uint8_t *data;
    uint64_t       bit, end;
} bit_source;

static inline bit_source
bit_source_of(rls_bytes bytes, uint64_t bit)
{
    return (bit_source){bytes.data, bit, 8 * (uint64_t)bytes.size};
}

static inline bool
bit_source_failed(const bit_source *source)
{
    return source->bit > source->end;
}

static inline uint64_t
bit_source_peek(const bit_source *source)
{
    return rls_get_u64(source->data + source->bit / 8) >> source->bit % 8;
}

static inline uint32_t
bit_source_fail(bit_source *source)
{
    source->bit = source->end + 1;
    return 0;
}

/* Width 0..32. */
static inline uint32_t
bit_source_get(bit_source *source, uint32_t width)
{
    uint32_t value;

    if (bit_source_failed(source))
        return 0;
    value = (uint32_t)(bit_source_peek(source) & ((UINT64_C(1) << width) - 1));
    source->bit += width;
    return value;
}

/* k 0..31. */
static inline uint32_t
bit_source_get_rice(bit_source *source, uint32_t k)
{
    uint64_t window;
    uint32_t quotient;

    if (bit_source_failed(source))
        return 0;
    window = bit_source_peek(source);
    quotient = window == 0 ? 64 : (uint32_t)__builtin_ctzll(window);
    if (quotient < RLS_RICE_ESCAPE) {
        source->bit += quotient + 1 + k;
        return quotient << k | (uint32_t)(window >> (quotient + 1) & ((UINT32_C(1) << k) - 1));
    }
    if (quotient > RLS_RICE_ESCAPE)
        return bit_source_fail(source);
    source->bit += RLS_BIT_CODE_MAX;
    return (uint32_t)(window >> (RLS_RICE_ESCAPE + 1));
}

#endif
