/* Block by block: what the occurrences that count add, for terms of which some forms count, or one
 * field. Asking posting by posting costs several times as much. */
#ifndef RLS_SEARCH_LEAF_BLOCKS_H
#define RLS_SEARCH_LEAF_BLOCKS_H

#include "search/leaf_terms.h"

typedef struct rls_leaf_block {
    uint32_t body[RLS_BLOCK_SIZE + 16]; /* occurrences that count; of the others 0 */
    uint64_t
        others[2]; /* bit by posting: it has fields besides the body and is to be asked itself */
} rls_leaf_block;

/* Of the block that the term's cursor has loaded. `field` as for rls_leaf_term_freqs. */
rls_status rls_leaf_block_freqs(rls_search_state *state, const rls_segment_view *view,
                                rls_leaf_term *term, uint32_t field, rls_leaf_block *out);

/* Puts the cursor on posting i of the block. */
static inline void
rls_leaf_block_go(rls_leaf_term *term, uint32_t i)
{
    term->cursor.at = i;
    term->cursor.doc = term->cursor.block.docs[i];
}

static inline bool
rls_leaf_block_is_other(const rls_leaf_block *block, uint32_t i)
{
    return (block->others[i / 64] >> i % 64 & 1) != 0;
}

/* The documents of the block that match, and T of each, as rls_leaf_term_t tells it. Both arrays
 * have room for RLS_BLOCK_SIZE + 16. */
rls_status rls_leaf_block_t(rls_search_state *state, const rls_segment_view *view,
                            rls_leaf_term *term, uint32_t field, uint32_t *docs, float *t,
                            uint32_t *out_count);

#endif
