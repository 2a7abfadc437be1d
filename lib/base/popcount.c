#include "base/popcount.h"

#include "base/cpu.h"

enum {
    FEW = 4 /* words for which asking the processor costs more than it saves */
};

/* Bits of eight words, by sums in ever wider fields: a loop of a known count that becomes vectors,
 * where a library call a word would stand without a popcount instruction. */
static uint32_t
count_eight(const uint64_t *words)
{
    const uint64_t ones = UINT64_C(0x5555555555555555), twos = UINT64_C(0x3333333333333333);
    const uint64_t fours = UINT64_C(0x0f0f0f0f0f0f0f0f), eights = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t       sum = 0; /* a byte holds at most 8 * 8 */

    for (int i = 0; i < 8; i++) {
        uint64_t bits = words[i];
        bits = bits - (bits >> 1 & ones);
        bits = (bits & twos) + (bits >> 2 & twos);
        sum += (bits + (bits >> 4)) & fours;
    }
    sum = (sum & eights) + (sum >> 8 & eights);
    return (uint32_t)(sum * UINT64_C(0x0001000100010001) >> 48);
}

uint64_t
rls_popcount_words_plain(const uint64_t *words, size_t count)
{
    uint64_t sum = 0;
    size_t   i = 0;

    for (; i + 8 <= count; i += 8)
        sum += count_eight(words + i);
    for (; i < count; i++)
        sum += (uint64_t)__builtin_popcountll(words[i]);
    return sum;
}

uint64_t
rls_popcount_words(const uint64_t *words, size_t count)
{
#if defined(RLS_POPCOUNT_X86)
    /* Every processor with AVX2 has it. */
    if (count > FEW && rls_cpu_detect() == RLS_CPU_AVX2)
        return rls_popcount_words_x86(words, count);
#endif
    return rls_popcount_words_plain(words, count);
}
