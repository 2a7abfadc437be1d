/* For 64-bit ARM, where every processor has NEON, in little-endian mode. */
#include <arm_neon.h>
#include <stdint.h>

typedef uint32x4_t vector;

static inline vector
load(const uint8_t *in)
{
    return vreinterpretq_u32_u8(vld1q_u8(in));
}

static inline void
store(uint32_t *out, vector values)
{
    vst1q_u32(out, values);
}

static inline vector
splat(uint32_t value)
{
    return vdupq_n_u32(value);
}

static inline vector
running_sum(vector values)
{
    values += vextq_u32(vdupq_n_u32(0), values, 3);
    return values + vextq_u32(vdupq_n_u32(0), values, 2);
}

static inline vector
splat_last(vector values)
{
    return vdupq_laneq_u32(values, 3);
}

#include "codec/bitpack_lanes.h"

const rls_bitpack_kernels rls_bitpack_neon = {"neon", unpack, unpack_ascending};
