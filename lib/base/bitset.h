/* Bit sets over document numbers, in 64-bit words. */
#ifndef RLS_BASE_BITSET_H
#define RLS_BASE_BITSET_H

#include "base/alloc.h"

typedef struct rls_bitset {
    uint64_t *words;
    uint32_t  size; /* bits */
} rls_bitset;

static inline size_t
rls_bitset_word_count(uint32_t size)
{
    return size / 64 + (size % 64 != 0); /* size + 63 may not fit */
}

/* All bits clear. */
rls_status rls_bitset_init(rls_bitset *set, rls_heap *heap, uint32_t size);
void       rls_bitset_release(rls_bitset *set, rls_heap *heap);

static inline bool
rls_bitset_get(const rls_bitset *set, uint32_t bit)
{
    return set->words[bit / 64] >> (bit % 64) & 1;
}

static inline void
rls_bitset_set(rls_bitset *set, uint32_t bit)
{
    set->words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static inline void
rls_bitset_clear(rls_bitset *set, uint32_t bit)
{
    set->words[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

void     rls_bitset_fill(rls_bitset *set); /* all 1; spare bits 0 */
uint32_t rls_bitset_count(const rls_bitset *set);
uint32_t rls_bitset_next(const rls_bitset *set, uint32_t from); /* UINT32_MAX when none */
void     rls_bitset_and(rls_bitset *set, const rls_bitset *other);
void     rls_bitset_or(rls_bitset *set, const rls_bitset *other);
void     rls_bitset_and_not(rls_bitset *set, const rls_bitset *other);

#endif
