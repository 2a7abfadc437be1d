/* SplitMix64 and xoshiro-class random numbers for segment ids and tests: deterministic from a seed.
 */
#ifndef RLS_BASE_RANDOM_H
#define RLS_BASE_RANDOM_H

#include <stdint.h>

typedef struct rls_random {
    uint64_t state;
} rls_random;

static inline uint64_t
rls_random_next(rls_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Uniform enough in [0, bound), bound > 0. */
static inline uint32_t
rls_random_below(rls_random *random, uint32_t bound)
{
    return (uint32_t)((rls_random_next(random) >> 32) * bound >> 32);
}

#endif
