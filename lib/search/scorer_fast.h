/* Picks, for the plan and the segment at hand, the fast scorers that give what the exhaustive one
 * would: bags, unions and intersections of words, phrases, with or without filters, are pruned;
 * other shapes are evaluated whole, a window at a time. */
#ifndef RLS_SEARCH_SCORER_FAST_H
#define RLS_SEARCH_SCORER_FAST_H

#include "search/scorer.h"

/* Totals are exact when request->count; else they are what happened to be met. */
rls_status rls_scorer_fast(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                           rls_segment_totals *totals);

#endif
