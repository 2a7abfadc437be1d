/* Compiled with SSE4.1 allowed; run only where the processor has it. */
#include <smmintrin.h>
#include <stdint.h>

typedef uint32_t vector __attribute__((vector_size(16)));

static inline vector
load(const uint8_t *in)
{
    return (vector)_mm_loadu_si128((const __m128i *)(const void *)in);
}

static inline void
store(uint32_t *out, vector values)
{
    _mm_storeu_si128((__m128i *)(void *)out, (__m128i)values);
}

static inline vector
splat(uint32_t value)
{
    return (vector)_mm_set1_epi32((int)value);
}

static inline vector
running_sum(vector values)
{
    values += (vector)_mm_slli_si128((__m128i)values, 4);
    return values + (vector)_mm_slli_si128((__m128i)values, 8);
}

static inline vector
splat_last(vector values)
{
    return (vector)_mm_shuffle_epi32((__m128i)values, 0xff);
}

#include "codec/bitpack_lanes.h"

const rls_bitpack_kernels rls_bitpack_sse41 = {"sse4.1", unpack, unpack_ascending};
