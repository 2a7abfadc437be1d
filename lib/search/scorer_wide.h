/* Plans of very many leaves, a leaf at a time: sums by document, so that no more than one leaf has
 * its cursors open. Both evaluations come here when there are more leaves than can be open
 * together. */
#ifndef RLS_SEARCH_SCORER_WIDE_H
#define RLS_SEARCH_SCORER_WIDE_H

#include "search/scorer.h"

/* Whether this search is evaluated so. */
static inline bool
rls_scorer_is_wide(const rls_search_state *state)
{
    return state->plan.leaf_count > RLS_PLAN_LEAF_TOGETHER ||
           state->request->evaluation == RLS_EVALUATE_WIDE;
}

/* As rls_scorer_exhaustive. */
rls_status rls_scorer_wide(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                           rls_segment_totals *totals);
/* As rls_scorer_ask. */
rls_status rls_scorer_wide_ask(rls_search_state *state, const rls_segment_view *view,
                               const uint32_t *docs, uint32_t count, bool *out_all,
                               uint32_t *out_scores);

#endif
