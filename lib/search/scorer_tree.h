/* Plans of any shape, a window of documents at a time: every leaf is added in bulk to an array of
 * sums, and the arrays are combined as the tree says. It prunes nothing, but costs a fraction of
 * the exhaustive scorer, a document at a time. */
#ifndef RLS_SEARCH_SCORER_TREE_H
#define RLS_SEARCH_SCORER_TREE_H

#include "search/clauses.h"

/* Totals are exact. */
rls_status rls_scorer_tree(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                           rls_segment_totals *totals);

#endif
