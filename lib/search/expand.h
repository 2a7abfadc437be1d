/* A pattern → the documents that have a word it matches, in each segment. The words score like one
 * term whose frequency in a field is the sum over all of them, and whose document frequency is the
 * number of documents with any of them. Of words under edits those with the fewest count alone in a
 * document, and each edit halves what they are worth. */
#ifndef RLS_SEARCH_EXPAND_H
#define RLS_SEARCH_EXPAND_H

#include "search/similarity_bm25.h"

typedef struct rls_search_state rls_search_state;

/* Documents of a segment that have such a word, ascending, deleted ones left out, and what each is
 * worth: the saturation of its frequency, or what edits leave of it. */
typedef struct rls_prefix_matches {
    uint32_t  count;
    uint32_t *docs;
    float    *s;
} rls_prefix_matches;

/* `leaf` is a RLS_LEAF_PATTERN; the matches are made in the search's arena. */
rls_status rls_prefix_expand(rls_search_state *state, const rls_segment_view *view,
                             const rls_plan_leaf *leaf, rls_prefix_matches *out_matches);

#endif
