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

/* What a length byte means to positions: truncated binary of the symbols 0..escape for a single
 * one, a spread over `length` for more. */
typedef struct rls_position_model {
    uint32_t length;      /* the least of the byte's class */
    uint32_t escape;      /* the greatest (2^32 - 2 for byte 255): no position reaches it, but for
                             gaps between the values of a list */
    uint32_t width;       /* floor(log2(symbols)) */
    uint32_t short_count; /* symbols that take only `width` bits */
} rls_position_model;

extern const rls_position_model rls_position_models[256]; /* by length byte */

/* For tf of 2 and more: floor(log2((length - tf) / (tf + 1))), from the mean gap of positions
 * spread evenly, and 0 when that is below 1. */
static inline uint32_t
rls_position_rice(uint32_t tf, uint32_t length)
{
    uint32_t spread = length > tf ? length - tf : 0, k;

    if (spread <= tf)
        return 0;
    k = (uint32_t)__builtin_clz(tf + 1) - (uint32_t)__builtin_clz(spread);
    return k - (((uint64_t)tf + 1) << k > spread);
}

static inline void
rls_position_put_single(bit_sink *sink, uint32_t position, const rls_position_model *model)
{
    uint64_t symbol = position < model->escape ? position : model->escape;
    uint64_t shifted = symbol + model->short_count;
    bool     is_short = symbol < model->short_count;

    bit_sink_put(sink, is_short ? symbol : shifted >> 1 | (shifted & 1) << model->width,
                 model->width + !is_short);
    if (symbol == model->escape)
        bit_sink_put(sink, position, 32);
}

static inline uint32_t
rls_position_get_single(bit_source *source, const rls_position_model *model)
{
    uint64_t window;
    uint32_t symbol, is_long;

    if (bit_source_failed(source))
        return 0;
    window = bit_source_peek(source);
    symbol = (uint32_t)(window & ((UINT64_C(1) << model->width) - 1));
    is_long = symbol >= model->short_count;
    symbol += is_long * (symbol + (uint32_t)(window >> model->width & 1) - model->short_count);
    source->bit += model->width + is_long;
    return symbol == model->escape ? bit_source_get(source, 32) : symbol;
}

#endif
