/* Counting and listing the bits of a word. Builds for the x86-64 baseline have no instruction that
 * counts bits, and a call for each word is dear. */
#ifndef RLS_POSTINGS_BIT_NUMBERS_H
#define RLS_POSTINGS_BIT_NUMBERS_H

#include <stdint.h>

static inline uint32_t
rls_popcount(uint64_t word)
{
#if defined(__POPCNT__) || defined(__aarch64__)
    return (uint32_t)__builtin_popcountll(word);
#else
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
#endif
}

/* base + each of the lowest `count` bits set, ascending; up to 7 numbers more are written. Eight at
 * a time without asking whether bits are left (Langdale & Lemire 2019). */
static inline void
rls_bits_to_numbers(uint64_t word, uint32_t count, uint32_t base, uint32_t *out)
{
    for (uint32_t done = 0; done < count; done += 8) {
        for (uint32_t i = 0; i < 8; i++) {
            out[done + i] = base + (uint32_t)__builtin_ctzll(word | UINT64_C(1) << 63);
            word &= word - 1;
        }
    }
}

#endif
