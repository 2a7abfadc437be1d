/* The contract of scorers: step 8 of the walk. A scorer looks through one segment and offers what
 * matches to a topk; it prunes only what is strictly below the topk's floor, so that every scorer
 * gives the same documents in the same order with the same scores. */
#ifndef RLS_SEARCH_SCORER_H
#define RLS_SEARCH_SCORER_H

#include "search/search_state.h"
#include "search/topk.h"

typedef struct rls_segment_totals {
    uint64_t any; /* documents that match */
    uint64_t all; /* of them with all words of the outermost bag */
} rls_segment_totals;

/* Whether documents with all words come before the others: the root is a bag with wishes, and the
 * mode is AUTO. */
bool rls_scorer_ranks_all(const rls_search_state *state);

/* Document at a time over every posting, the tree evaluated for each: the truth. Totals are exact.
 */
rls_status rls_scorer_exhaustive(rls_search_state *state, const rls_segment_view *view,
                                 rls_topk *topk, rls_segment_totals *totals);

/* Of `count` ascending documents: whether each has all words of the outermost bag and, unless
 * `out_scores` is NULL, its score. */
rls_status rls_scorer_ask(rls_search_state *state, const rls_segment_view *view,
                          const uint32_t *docs, uint32_t count, bool *out_all,
                          uint32_t *out_scores);

#endif
