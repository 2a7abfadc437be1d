/* s of the postings of a block, as bounds in a byte (impacts.h). Most postings are of the body
 * alone with a small frequency: theirs are computed once for each length byte. */
#ifndef RLS_POSTINGS_BLOCK_BOUNDS_H
#define RLS_POSTINGS_BLOCK_BOUNDS_H

#include "codec/bitpack.h"
#include "postings/best_postings.h"
#include "postings/postings_writer.h"

enum {
    RLS_BOUND_FREQS = 8 /* frequencies 1..8 are in the tables */
};

typedef struct rls_block_bounds {
    const rls_norms      *norms;
    const rls_similarity *reference;
    bool                  made; /* the tables, with the first whole block */
    float                 s[RLS_BOUND_FREQS][256];
    uint8_t               up[RLS_BOUND_FREQS][256], down[RLS_BOUND_FREQS][256];
} rls_block_bounds;

/* Rounds s of each posting up to `bounds`, counts it rounded down for the k-th best, and tells
 * `best` of it unless that is NULL; returns the greatest bound. `entries` of all postings one after
 * another, those of posting i ending before entry_ends[i]. */
uint8_t rls_block_bounds_put(rls_block_bounds *self, const uint32_t *docs,
                             const rls_field_freq *entries, const uint32_t *entry_ends,
                             uint32_t count, uint8_t *bounds, uint32_t histogram[256],
                             rls_best_gatherer *best);

#endif
