/* Two rows of a block in one vector of eight. The rows may begin at different bits, which is what
 * the shifts by lane of AVX2 are for. Compiled with AVX2 allowed; run only where the processor has
 * it. */
#include <immintrin.h>
#include <stdbool.h>

#include "codec/bitpack_kernels.h"

enum {
    ROWS = 2,
    PAIR = ROWS * RLS_BITPACK_LANES
};

/* The four words at `word` in the low half, those at `next` in the high half. */
RLS_BITPACK_INLINE __m256i
load_pair(const uint8_t *in, uint32_t word, uint32_t next)
{
    const void *low = in + 16 * word, *high = in + 16 * next;

    if (next == word + 1)
        return _mm256_loadu_si256((const __m256i *)low);
    if (next == word)
        return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)low));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                                   _mm_loadu_si128((const __m128i *)high), 1);
}

RLS_BITPACK_INLINE __m256i
by_row(uint32_t low, uint32_t high)
{
    return _mm256_setr_epi32((int)low, (int)low, (int)low, (int)low, (int)high, (int)high,
                             (int)high, (int)high);
}

/* Rows 2 * pair and 2 * pair + 1. */
RLS_BITPACK_INLINE __m256i
unpack_pair(const uint8_t *in, uint32_t width, uint32_t pair)
{
    const uint32_t bit = ROWS * pair * width, next_bit = bit + width;
    const uint32_t word = bit / 32, next = next_bit / 32;
    const uint32_t shift = bit % 32, next_shift = next_bit % 32;
    const bool     goes_on = shift + width > 32, next_goes_on = next_shift + width > 32;
    __m256i        bits;

    if (width == 0)
        return _mm256_setzero_si256();
    bits = _mm256_srlv_epi32(load_pair(in, word, next), by_row(shift, next_shift));
    if (goes_on || next_goes_on) {
        /* A row that does not go on takes any word of the block: its bits end above the width. */
        __m256i more =
            load_pair(in, goes_on ? word + 1 : next + 1, next_goes_on ? next + 1 : word + 1);
        more = _mm256_sllv_epi32(more, by_row(32 - shift, 32 - next_shift));
        bits = _mm256_or_si256(bits, more);
    }
    if (width == 32)
        return bits;
    return _mm256_and_si256(bits, _mm256_set1_epi32((int)(uint32_t)((UINT64_C(1) << width) - 1)));
}

RLS_BITPACK_INLINE void
store(uint32_t *out, __m256i values)
{
    _mm256_storeu_si256((__m256i *)(void *)out, values);
}

/* Lane i becomes the sum of lanes 0..i. */
RLS_BITPACK_INLINE __m256i
running_sum(__m256i values)
{
    __m256i low_half;

    values = _mm256_add_epi32(values, _mm256_slli_si256(values, 4));
    values = _mm256_add_epi32(values, _mm256_slli_si256(values, 8));
    /* So far in each half; the high one lacks the sum of the low one. */
    low_half = _mm256_permute2x128_si256(values, values, 0x08);
    return _mm256_add_epi32(values, _mm256_shuffle_epi32(low_half, 0xff));
}

static inline void
add_up(uint32_t base, uint32_t out[RLS_BLOCK_SIZE])
{
    __m256i last = _mm256_set1_epi32((int)base);

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i += PAIR) {
        __m256i gaps = _mm256_loadu_si256((const __m256i *)(const void *)(out + i));
        __m256i sums = running_sum(_mm256_add_epi32(gaps, _mm256_set1_epi32(1)));

        store(out + i, _mm256_add_epi32(sums, last));
        last = _mm256_add_epi32(last, _mm256_permutevar8x32_epi32(sums, _mm256_set1_epi32(7)));
    }
}

#define UNPACK_PAIR(pair) store(out + PAIR * (pair), unpack_pair(in, width, pair));

RLS_BITPACK_INLINE void
unpack_width(const uint8_t *restrict in, uint32_t width, uint32_t *restrict out)
{
    RLS_BITPACK_EACH_OF_16(UNPACK_PAIR);
}

#include "codec/bitpack_widths.h"

const rls_bitpack_kernels rls_bitpack_avx2 = {"avx2", unpack, unpack_ascending};
