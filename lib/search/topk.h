/* The best k documents of a segment so far: step 9 of the walk. Scorers offer, the searcher takes
 * the sorted rest. A heap for small k; above, a buffer of 2k cut back by selection. */
#ifndef RLS_SEARCH_TOPK_H
#define RLS_SEARCH_TOPK_H

#include "base/alloc.h"
#include "base/status.h"

/* What decides the order, greatest first: bit 63 says that all words match, bits 62..32 are the
 * score, bits 31..0 the complement of the rank of the document's key. Never 0. */
static inline uint64_t
rls_topk_key(bool all, uint32_t score, uint32_t rank)
{
    return (uint64_t)all << 63 | (uint64_t)score << 32 | (UINT32_MAX - rank);
}

typedef struct rls_topk_entry {
    uint64_t key;
    uint32_t doc;
} rls_topk_entry;

typedef struct rls_topk {
    rls_heap       *heap;
    rls_topk_entry *entries;
    uint32_t        k, count, capacity;
    uint64_t        floor; /* keys up to it cannot be among the best any more */
    /* When not NULL, asked about keys above the floor: the key, at most the one offered, that the
     * document goes in with, or 0 to refuse it. Set after the init. */
    uint64_t (*admit)(void *context, uint64_t key, uint32_t doc);
    void *admit_context;
} rls_topk;

/* `floor`: keys up to it are refused from the start. `most` documents are offered at most. */
rls_status rls_topk_init(rls_topk *topk, rls_heap *heap, uint32_t k, uint32_t most, uint64_t floor,
                         rls_error *err);
void       rls_topk_release(rls_topk *topk); /* takes a zeroed one */

/* Takes a key above the floor. */
void rls_topk_insert(rls_topk *topk, uint64_t key, uint32_t doc);

static inline void
rls_topk_offer(rls_topk *topk, uint64_t key, uint32_t doc)
{
    if (key > topk->floor)
        rls_topk_insert(topk, key, doc);
}

/* The least score with which a document can still get in; UINT32_MAX when none can. */
static inline uint32_t
rls_topk_least_score(const rls_topk *topk, bool all)
{
    uint64_t least = topk->floor + 1;

    if (all)
        return least >> 63 != 0 ? (uint32_t)(least >> 32) & INT32_MAX : 0;
    return least >> 63 != 0 ? UINT32_MAX : (uint32_t)(least >> 32);
}

/* Raises the floor to admit scores from `score` on only: k documents are known to have it. */
void rls_topk_raise(rls_topk *topk, bool all, uint32_t score);

/* Leaves the best k entries, greatest first. */
void rls_topk_finish(rls_topk *topk);

/* Greatest key first. */
void rls_topk_sort(rls_topk_entry *entries, size_t count);

#endif
