#include "codec/bitpack.h"

#include "codec/bitpack_kernels.h"

enum {
    LANES = 4,
    ROWS = RLS_BLOCK_SIZE / LANES
};

uint32_t
rls_bitpack_width(uint32_t all_values_ored)
{
    uint32_t width = 0;

    while (all_values_ored != 0) {
        width++;
        all_values_ored >>= 1;
    }
    return width;
}

void
rls_bitpack_pack(const uint32_t in[RLS_BLOCK_SIZE], uint32_t width, uint8_t *out)
{
    const uint64_t mask = (UINT64_C(1) << width) - 1;

    for (uint32_t lane = 0; lane < LANES; lane++) {
        uint8_t *at = out + 4 * lane;
        uint64_t pending = 0;
        uint32_t pending_count = 0;

        for (uint32_t row = 0; row < ROWS; row++) {
            pending |= (in[LANES * row + lane] & mask) << pending_count;
            pending_count += width;
            if (pending_count >= 32) {
                rls_set_u32(at, (uint32_t)pending);
                at += 16;
                pending >>= 32;
                pending_count -= 32;
            }
        }
    }
}

/* The four values of row `row`, the place of whose bits is the same in every lane. */
static inline void
unpack_row(const uint8_t *in, uint32_t width, uint32_t row, uint32_t out[LANES])
{
    const uint32_t mask = (uint32_t)((UINT64_C(1) << width) - 1);
    const uint32_t bit = row * width, shift = bit % 32;
    const uint8_t *word = in + 16 * (bit / 32);

    for (uint32_t lane = 0; lane < LANES; lane++) {
        uint64_t bits = rls_get_u32(word + 4 * lane);
        if (shift + width > 32)
            bits |= (uint64_t)rls_get_u32(word + 16 + 4 * lane) << 32;
        out[lane] = (uint32_t)(bits >> shift) & mask;
    }
}

static void
unpack(const uint8_t *in, uint32_t width, uint32_t out[RLS_BLOCK_SIZE])
{
    if (width == 0) {
        memset(out, 0, RLS_BLOCK_SIZE * sizeof out[0]);
        return;
    }
    for (uint32_t row = 0; row < ROWS; row++)
        unpack_row(in, width, row, out + LANES * row);
}

static void
unpack_ascending(const uint8_t *in, uint32_t width, uint32_t base, uint32_t out[RLS_BLOCK_SIZE])
{
    unpack(in, width, out);
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        out[i] = base += out[i] + 1;
}

const rls_bitpack_kernels rls_bitpack_plain = {"plain", unpack, unpack_ascending};

const rls_bitpack_kernels *
rls_bitpack_kernels_for(rls_cpu_level level)
{
    switch (level) {
#ifdef RLS_BITPACK_AVX2
    case RLS_CPU_AVX2:
        return &rls_bitpack_avx2;
#endif
#ifdef RLS_BITPACK_SSE41
#ifndef RLS_BITPACK_AVX2
    case RLS_CPU_AVX2:
#endif
    case RLS_CPU_SSE41:
        return &rls_bitpack_sse41;
#endif
#ifdef RLS_BITPACK_NEON
    case RLS_CPU_NEON:
        return &rls_bitpack_neon;
#endif
    default:
        return &rls_bitpack_plain;
    }
}
