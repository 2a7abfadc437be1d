/* How one field's positions of one posting are coded, given its tf and the document's length byte:
 * shared by writer and cursor. */
#ifndef RLS_POSTINGS_POSITION_CODES_H
#define RLS_POSTINGS_POSITION_CODES_H

#include "postings/bit_stream.h"
#include "postings/norms.h"

enum {
    RLS_RUN_LEAST = 4, /* postings from one stored size to the next, at least, and at most */
    RLS_RUN_MOST = 32,
    RLS_RUN_MAX = RLS_BLOCK_SIZE / RLS_RUN_LEAST
};

/* Of `count` postings with `freq` positions together: how many, a power of two, make a run, whose
 * size is stored; so many that their positions are about 100. */
static inline uint32_t
rls_position_run(uint64_t freq, uint32_t count)
{
    uint32_t run = RLS_RUN_LEAST;

    while (run < RLS_RUN_MOST && 2 * run * freq <= UINT64_C(128) * count)
        run *= 2;
    return run;
}

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

/* Positions of one field, two at least, as one part of low bits and one of quotients, each q zeros
 * and a one: bits of a Rice code, put in another order, so that a part can be passed over by
 * counting ones, and low bits do not wait for quotients. Quotients are below RLS_RICE_ESCAPE. False
 * when one is not; then what was put means nothing. */
static inline bool
rls_positions_put(bit_sink *sink, const uint32_t *positions, uint32_t freq, uint32_t k,
                  uint32_t least_gap)
{
    uint32_t mask = (UINT32_C(1) << k) - 1, before = 0 - least_gap, used = 0, any = 0;
    uint64_t bits = 0;

    for (uint32_t i = 0; i < freq; i++) {
        uint32_t value = positions[i] - before - least_gap;

        before = positions[i];
        if (used + k > 56) {
            bit_sink_put(sink, bits, used);
            bits = used = 0;
        }
        bits |= (uint64_t)(value & mask) << used;
        used += k;
        any |= value >> k;
    }
    if (any >= RLS_RICE_ESCAPE) {
        /* Or'ed together they may seem more than they are. */
        before = 0 - least_gap;
        for (uint32_t i = 0; i < freq; i++) {
            if ((positions[i] - before - least_gap) >> k >= RLS_RICE_ESCAPE)
                return false;
            before = positions[i];
        }
    }
    before = 0 - least_gap;
    for (uint32_t i = 0; i < freq; i++) {
        uint32_t quotient = (positions[i] - before - least_gap) >> k;

        before = positions[i];
        if (used + quotient > 55) {
            bit_sink_put(sink, bits, used);
            bits = used = 0;
        }
        bits |= UINT64_C(1) << (used + quotient);
        used += quotient + 1;
    }
    bit_sink_put(sink, bits, used);
    return true;
}

enum {
    RLS_WINDOW_BITS = 57 /* that bit_source_peek gives at least */
};

static inline uint64_t
rls_position_window(const bit_source *source, uint64_t bit)
{
    return rls_get_u64(source->data + bit / 8) >> bit % 8 & ((UINT64_C(1) << RLS_WINDOW_BITS) - 1);
}

/* Reads what rls_positions_put wrote. */
static inline void
rls_positions_get(bit_source *source, uint32_t freq, uint32_t k, uint32_t least_gap,
                  uint32_t *positions)
{
    uint64_t low_bit = source->bit, bit, window, mask = (UINT64_C(1) << k) - 1;
    uint32_t base = 0, low = 0 - least_gap, i = 0;

    if (bit_source_failed(source) || source->end - source->bit < (uint64_t)freq * k) {
        bit_source_fail(source);
        return;
    }
    bit = low_bit + (uint64_t)freq * k;
    for (;; bit += RLS_WINDOW_BITS, base += RLS_WINDOW_BITS) {
        if (bit > source->end) {
            bit_source_fail(source);
            return;
        }
        for (window = rls_position_window(source, bit); window != 0; window &= window - 1) {
            uint32_t one = (uint32_t)__builtin_ctzll(window);

            low += (uint32_t)(rls_position_window(source, low_bit) & mask) + least_gap;
            low_bit += k;
            positions[i] = ((base + one - i) << k) + low;
            if (++i == freq) {
                source->bit = bit + one + 1;
                return;
            }
        }
    }
}

/* Few ones are passed over faster one by one than by counting. */
enum {
    RLS_FEW_ONES = 12
};

static inline void
rls_positions_skip(bit_source *source, uint32_t freq, uint32_t k)
{
    uint64_t bit, window;

    if (bit_source_failed(source) || source->end - source->bit < (uint64_t)freq * k) {
        bit_source_fail(source);
        return;
    }
    for (bit = source->bit + (uint64_t)freq * k;; bit += RLS_WINDOW_BITS) {
        uint32_t ones;

        if (bit > source->end) {
            bit_source_fail(source);
            return;
        }
        window = rls_position_window(source, bit);
        if (freq <= RLS_FEW_ONES) {
            for (; freq > 1 && window != 0; freq--)
                window &= window - 1;
            if (window != 0)
                break;
            continue;
        }
        ones = (uint32_t)__builtin_popcountll(window);
        if (ones >= freq) {
            while (--freq > 0)
                window &= window - 1;
            break;
        }
        freq -= ones;
    }
    source->bit = bit + (uint32_t)__builtin_ctzll(window) + 1;
}

#endif
