/* Operands near each other → the documents that have them so, in each segment. They score like one
 * word: a window counts 1 when its operands stand side by side, and 1 / (1 + gap) otherwise. */
#ifndef RLS_SEARCH_NEAR_EXPAND_H
#define RLS_SEARCH_NEAR_EXPAND_H

#include "search/expand.h"

/* `leaf` is a RLS_LEAF_NEAR; the matches are made in the search's arena. */
rls_status rls_near_expand(rls_search_state *state, const rls_segment_view *view,
                           const rls_plan_leaf *leaf, rls_prefix_matches *out_matches);

#endif
