/* Unpacking with one vector of four 32-bit lanes, a row of a block at a time: the body of
 * bitpack_sse41.c and bitpack_neon.c, which define before they include it
 *
 *   vector                        the type, on which the operators of C work lane by lane
 *   load, store, splat            of 16 bytes at any address; one number in all lanes
 *   running_sum                   lane i becomes the sum of lanes 0..i
 *   splat_last                    lane 3 in all lanes */
#ifndef RLS_CODEC_BITPACK_LANES_H
#define RLS_CODEC_BITPACK_LANES_H

#include "codec/bitpack_kernels.h"

RLS_BITPACK_INLINE vector
unpack_row(const uint8_t *in, uint32_t width, uint32_t row)
{
    const uint32_t mask = (uint32_t)((UINT64_C(1) << width) - 1);
    const uint32_t shift = row * width % 32;
    const uint8_t *word = in + 16 * (row * width / 32);
    vector         bits;

    if (width == 0)
        return splat(0);
    bits = load(word) >> shift;
    if (shift + width > 32)
        bits |= load(word + 16) << (32 - shift);
    return shift + width == 32 ? bits : bits & splat(mask);
}

static inline void
add_up(uint32_t base, uint32_t out[RLS_BLOCK_SIZE])
{
    vector last = splat(base);

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i += RLS_BITPACK_LANES) {
        vector sums = running_sum(load((const uint8_t *)(out + i)) + splat(1));

        store(out + i, sums + last);
        last += splat_last(sums);
    }
}

#define UNPACK_ROW(row) store(out + RLS_BITPACK_LANES * (row), unpack_row(in, width, row));

RLS_BITPACK_INLINE void
unpack_width(const uint8_t *restrict in, uint32_t width, uint32_t *restrict out)
{
    RLS_BITPACK_EACH_OF_32(UNPACK_ROW);
}

#include "codec/bitpack_widths.h"

#endif
