/* All documents of a segment that match, as a bit set, without scores: what facets count and what
 * orders by column choose from. */
#ifndef RLS_SEARCH_MATCH_SET_H
#define RLS_SEARCH_MATCH_SET_H

#include "search/search_state.h"

/* Live documents that match the node; with `all` those of them that have all words of it, when it
 * is the outermost bag. The bits lie in state->scratch. */
rls_status rls_match_set(rls_search_state *state, const rls_segment_view *view,
                         const rls_plan_node *root, bool all, rls_bitset *out_bits);

/* Whether documents may match the node with some of its words and not others. */
bool rls_match_is_partial(const rls_plan_node *root);

#endif
