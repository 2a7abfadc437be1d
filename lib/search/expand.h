/* A pattern → the documents that have a word it matches, in each segment. The words score like one
 * term whose frequency in a field is the sum over all of them, and whose document frequency is the
 * number of documents with any of them. Of words under edits those with the fewest count alone in a
 * document, and each edit halves what they are worth. */
#ifndef RLS_SEARCH_EXPAND_H
#define RLS_SEARCH_EXPAND_H

#include "search/similarity_bm25.h"

typedef struct rls_search_state rls_search_state;

/* Documents of a segment that have such a word, ascending, deleted ones left out, and T of each; of
 * words under edits also how many. T has room up to the next multiple of four. */
typedef struct rls_prefix_matches {
    uint32_t  count;
    uint32_t *docs;
    float    *t;
    uint8_t  *edits; /* NULL: not under edits */
} rls_prefix_matches;

/* What match `at` is worth, from 0 to 1: exact matches of a word under edits 1/2 to 1, those with
 * an edit half of that, and so on. */
static inline float
rls_prefix_match_s(const rls_prefix_matches *matches, uint32_t at, float k1)
{
    float s = rls_saturation(matches->t[at], k1);

    return matches->edits == NULL ? s : ldexpf(1.0f + s, -1 - (int)matches->edits[at]);
}

/* What matches are worth as contributions; `out` has room up to the next multiple of four. */
void rls_prefix_contributions(const rls_prefix_matches *matches, float scaled_weight, float k1,
                              uint32_t *out);

/* `leaf` is a RLS_LEAF_PATTERN; the matches are made in the search's arena. */
rls_status rls_prefix_expand(rls_search_state *state, const rls_segment_view *view,
                             const rls_plan_leaf *leaf, rls_prefix_matches *out_matches);

#endif
