/* Ranks the documents that match in an order that scorers cannot prune by. */
#ifndef RLS_SEARCH_SORT_MATCHES_H
#define RLS_SEARCH_SORT_MATCHES_H

#include "search/scorer.h"
#include "search/sorter.h"

/* Leaves the best of all segments in sorter->best. Totals are exact if sorter->all_seen, as it is
 * when the request wants that. RLS_TIMEOUT: what was found is there. */
rls_status rls_sort_matches(rls_sorter *sorter, rls_segment_totals *totals);

#endif
