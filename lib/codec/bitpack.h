/* 128 integers at a fixed width, in four vertical lanes (SIMD-BP128; Lemire & Boytsov 2015): value
 * i lies in lane i % 4 at bit (i / 4) * width of that lane, and the 32-bit little-endian words of
 * the four lanes alternate. A block takes 16 * width bytes. Value i can be read alone. */
#ifndef RLS_CODEC_BITPACK_H
#define RLS_CODEC_BITPACK_H

#include "base/bytes.h"
#include "base/cpu.h"

enum {
    RLS_BLOCK_SIZE = 128
};

/* One instruction set each (bitpack.c, bitpack_sse41.c, bitpack_avx2.c, bitpack_neon.c); all give
 * the same numbers. `width` is 0..32; input has 16 * width readable bytes. */
typedef struct rls_bitpack_kernels {
    const char *name;
    void (*unpack)(const uint8_t *in, uint32_t width, uint32_t out[RLS_BLOCK_SIZE]);
    /* out[i] = base + sum of (in[0..i] + 1), modulo 2^32: ascending numbers from gaps less one */
    void (*unpack_ascending)(const uint8_t *in, uint32_t width, uint32_t base,
                             uint32_t out[RLS_BLOCK_SIZE]);
} rls_bitpack_kernels;

/* The best kernels for `level`; plain C when this build has none for it. */
const rls_bitpack_kernels *rls_bitpack_kernels_for(rls_cpu_level level);

void     rls_bitpack_pack(const uint32_t in[RLS_BLOCK_SIZE], uint32_t width, uint8_t *out);
uint32_t rls_bitpack_width(uint32_t all_values_ored); /* bits needed, 0 for 0 */

static inline uint32_t
rls_bitpack_get(const uint8_t *in, uint32_t width, uint32_t i)
{
    uint32_t bit = (i / 4) * width, word = bit / 32, shift = bit % 32;
    uint64_t bits;

    if (width == 0)
        return 0;
    bits = rls_get_u32(in + 16 * word + 4 * (i % 4)) >> shift;
    if (shift + width > 32)
        bits |= (uint64_t)rls_get_u32(in + 16 * word + 16 + 4 * (i % 4)) << (32 - shift);
    return (uint32_t)(bits & ((UINT64_C(1) << width) - 1));
}

#endif
