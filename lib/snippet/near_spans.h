/* Words met in a text → the spans of a leaf whose operands stand near each other, found as the
 * search found them (query/near.h). */
#ifndef RLS_SNIPPET_NEAR_SPANS_H
#define RLS_SNIPPET_NEAR_SPANS_H

#include "base/buffer.h"
#include "base/status.h"
#include "query/match_leaf.h"

/* A word of the leaf at a token. */
typedef struct rls_near_hit {
    uint32_t word, position, start, end; /* bytes [start, end) */
} rls_near_hit;

/* Calls `found` with the bytes of every window, by start. `hits` is sorted. False: no memory. */
bool rls_near_spans_find(rls_heap *heap, const rls_match_leaf *leaf, rls_near_hit *hits,
                         size_t hit_count,
                         void (*found)(void *context, uint32_t start, uint32_t end), void *context);

#endif
