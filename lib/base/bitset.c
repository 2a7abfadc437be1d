#include "base/bitset.h"

#include <assert.h>
#include <string.h>

#include "base/popcount.h"

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

uint32_t
rls_bitset_count(const rls_bitset *set)
{
    return (uint32_t)rls_popcount_words(set->words, rls_bitset_word_count(set->size));
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
