/* One hit for a group of documents with the same body: the first of each in the order of hits. */
#ifndef RLS_SEARCH_COLLAPSE_H
#define RLS_SEARCH_COLLAPSE_H

#include "search/ranking.h"

typedef struct rls_collapsing {
    rls_search_state *state;
    const rls_order  *order;
    const rls_place  *place; /* NULL: from the start */
    rls_ranking       ranking;
    uint32_t         *chosen; /* places in the ranking: the first documents of their groups */
    uint32_t          count;
} rls_collapsing;

/* Ranks until `limit` groups behind the place are found, or all. As rls_ranking_make otherwise. */
rls_status rls_collapse_rank(rls_collapsing *collapsing, rls_search_state *state,
                             const rls_order *order, const rls_place *place, uint32_t limit);
void       rls_collapsing_release(rls_collapsing *collapsing); /* takes a zeroed one */

/* Groups among the documents that match, and how many documents stand behind each of the items. */
rls_status rls_collapse_count(rls_search_state *state, const rls_order *order, rls_result *items,
                              uint32_t count, rls_segment_totals *totals);

#endif
