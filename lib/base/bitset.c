#include "base/bitset.h"

#include <assert.h>
#include <string.h>

rls_status
rls_bitset_init(rls_bitset *set, rls_heap *heap, uint32_t size)
{
    *set = (rls_bitset){0};
    set->words = rls_alloc_zeroed(heap, rls_bitset_word_count(size), sizeof *set->words);
    if (set->words == NULL)
        return RLS_NO_MEMORY;
    set->size = size;
    return RLS_OK;
}

void
rls_bitset_release(rls_bitset *set, rls_heap *heap)
{
    rls_free(heap, set->words);
    *set = (rls_bitset){0};
}

void
rls_bitset_fill(rls_bitset *set)
{
    size_t count = rls_bitset_word_count(set->size);

    if (count == 0)
        return;
    memset(set->words, 0xff, count * sizeof *set->words);
    if (set->size % 64 != 0)
        set->words[count - 1] = (UINT64_C(1) << set->size % 64) - 1;
}

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

uint32_t
rls_bitset_count(const rls_bitset *set)
{
    size_t   words = rls_bitset_word_count(set->size), i = 0;
    uint32_t count = 0;

    for (; i + 8 <= words; i += 8)
        count += count_eight(set->words + i);
    for (; i < words; i++)
        count += (uint32_t)__builtin_popcountll(set->words[i]);
    return count;
}

uint32_t
rls_bitset_next(const rls_bitset *set, uint32_t from)
{
    size_t   words = rls_bitset_word_count(set->size), word = from / 64;
    uint64_t bits;

    if (from >= set->size)
        return UINT32_MAX;
    bits = set->words[word] & ~UINT64_C(0) << from % 64;
    while (bits == 0) {
        if (++word == words)
            return UINT32_MAX;
        bits = set->words[word];
    }
    return (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
}

void
rls_bitset_and(rls_bitset *set, const rls_bitset *other)
{
    size_t words = rls_bitset_word_count(set->size);

    assert(set->size == other->size);
    for (size_t i = 0; i < words; i++)
        set->words[i] &= other->words[i];
}

void
rls_bitset_or(rls_bitset *set, const rls_bitset *other)
{
    size_t words = rls_bitset_word_count(set->size);

    assert(set->size == other->size);
    for (size_t i = 0; i < words; i++)
        set->words[i] |= other->words[i];
}

void
rls_bitset_and_not(rls_bitset *set, const rls_bitset *other)
{
    size_t words = rls_bitset_word_count(set->size);

    assert(set->size == other->size);
    for (size_t i = 0; i < words; i++)
        set->words[i] &= ~other->words[i];
}
