/* XXH64 as its specification describes it (Yann Collet, "xxHash fast digest algorithm"). */
#include "base/hash.h"

#include "base/bytes.h"

#define PRIME_1 UINT64_C(0x9e3779b185ebca87)
#define PRIME_2 UINT64_C(0xc2b2ae3d27d4eb4f)
#define PRIME_3 UINT64_C(0x165667b19e3779f9)
#define PRIME_4 UINT64_C(0x85ebca77c2b2ae63)
#define PRIME_5 UINT64_C(0x27d4eb2f165667c5)

static uint64_t
rotate(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

static uint64_t
mix_lane(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * PRIME_2, 31) * PRIME_1;
}

static uint64_t
merge_lane(uint64_t hash, uint64_t lane)
{
    return (hash ^ mix_lane(0, lane)) * PRIME_1 + PRIME_4;
}

uint64_t
rls_hash64(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t         left = size;
    uint64_t       hash = PRIME_5;

    if (left >= 32) {
        uint64_t a = PRIME_1 + PRIME_2, b = PRIME_2, c = 0, d = 0 - PRIME_1;

        for (; left >= 32; at += 32, left -= 32) {
            a = mix_lane(a, rls_get_u64(at));
            b = mix_lane(b, rls_get_u64(at + 8));
            c = mix_lane(c, rls_get_u64(at + 16));
            d = mix_lane(d, rls_get_u64(at + 24));
        }
        hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
        hash = merge_lane(hash, a);
        hash = merge_lane(hash, b);
        hash = merge_lane(hash, c);
        hash = merge_lane(hash, d);
    }
    hash += size;
    for (; left >= 8; at += 8, left -= 8)
        hash = rotate(hash ^ mix_lane(0, rls_get_u64(at)), 27) * PRIME_1 + PRIME_4;
    for (; left >= 4; at += 4, left -= 4)
        hash = rotate(hash ^ rls_get_u32(at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    for (; left > 0; at++, left--)
        hash = rotate(hash ^ *at * PRIME_5, 11) * PRIME_1;
    hash = (hash ^ hash >> 33) * PRIME_2;
    hash = (hash ^ hash >> 29) * PRIME_3;
    return hash ^ hash >> 32;
}
