/* How one field's positions of one posting are coded, given its tf and the document's length byte:
 * shared by writer and cursor. */
#ifndef RLS_POSTINGS_POSITION_CODES_H
#define RLS_POSTINGS_POSITION_CODES_H

#include "postings/bit_stream.h"
#include "postings/norms.h"

enum {
    RLS_SEGMENT_POSTINGS = 16, /* postings from one stored bit offset to the next */
    RLS_SEGMENT_MAX = RLS_BLOCK_SIZE / RLS_SEGMENT_POSTINGS
};

typedef enum rls_codes_mode {
    RLS_CODES_NONE,
    RLS_CODES_FIXED,
    RLS_CODES_SPARSE
} rls_codes_mode;

/* Truncated binary of the symbols 0..escape. */
typedef struct rls_position_symbols {
    uint32_t escape; /* the greatest length of the byte's class: no position reaches it, but for
                        gaps between the values of a list */
    uint32_t width;  /* floor(log2(symbols)) */
    uint64_t short_count; /* symbols that take only `width` bits */
} rls_position_symbols;

static inline rls_position_symbols
rls_position_symbols_of(uint8_t length_byte)
{
    rls_position_symbols symbols;

    symbols.escape =
        length_byte == 255 ? UINT32_MAX : rls_length_from_byte((uint8_t)(length_byte + 1)) - 1;
    symbols.width = 63 - (uint32_t)__builtin_clzll((uint64_t)symbols.escape + 1);
    symbols.short_count = (UINT64_C(2) << symbols.width) - ((uint64_t)symbols.escape + 1);
    return symbols;
}

/* For tf of 2 and more: from the mean gap of positions spread evenly. */
static inline uint32_t
rls_position_rice(uint32_t tf, uint8_t length_byte)
{
    uint32_t length = rls_length_from_byte(length_byte);
    uint32_t mean = length <= tf ? 0 : (length - tf) / (tf + 1);

    return mean == 0 ? 0 : 31 - (uint32_t)__builtin_clz(mean);
}

static inline void
rls_position_put_single(bit_sink *sink, uint32_t position, uint8_t length_byte)
{
    rls_position_symbols symbols = rls_position_symbols_of(length_byte);
    uint32_t             symbol = position < symbols.escape ? position : symbols.escape;

    if (symbol < symbols.short_count) {
        bit_sink_put(sink, symbol, symbols.width);
    } else {
        uint64_t shifted = symbol + symbols.short_count;
        bit_sink_put(sink, shifted >> 1 | (shifted & 1) << symbols.width, symbols.width + 1);
    }
    if (symbol == symbols.escape)
        bit_sink_put(sink, position, 32);
}

static inline uint32_t
rls_position_get_single(bit_source *source, uint8_t length_byte)
{
    rls_position_symbols symbols = rls_position_symbols_of(length_byte);
    uint64_t             window, symbol;

    if (bit_source_failed(source))
        return 0;
    window = bit_source_peek(source);
    symbol = window & ((UINT64_C(1) << symbols.width) - 1);
    source->bit += symbols.width;
    if (symbol >= symbols.short_count) {
        symbol = (symbol << 1 | (window >> symbols.width & 1)) - symbols.short_count;
        source->bit++;
    }
    if (symbol == symbols.escape)
        return bit_source_get(source, 32);
    return (uint32_t)symbol;
}

#endif
