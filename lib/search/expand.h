/* Words that begin so → the documents that have one, in each segment. A prefix scores like one term
 * whose frequency in a field is the sum over all words that begin so, and whose document frequency
 * is the number of documents with any of them. */
#ifndef RLS_SEARCH_EXPAND_H
#define RLS_SEARCH_EXPAND_H

#include "search/similarity_bm25.h"

typedef struct rls_search_state rls_search_state;

/* Documents of a segment that have a word of the prefix, ascending, deleted ones left out, and T of
 * each. */
typedef struct rls_prefix_matches {
    uint32_t  count;
    uint32_t *docs;
    float    *t;
} rls_prefix_matches;

/* `leaf` is a RLS_LEAF_PREFIX; the matches are made in the search's arena. */
rls_status rls_prefix_expand(rls_search_state *state, const rls_segment_view *view,
                             const rls_plan_leaf *leaf, rls_prefix_matches *out_matches);

#endif
