/* Facets: how many of the documents that match have each value of a field. */
#ifndef RLS_SEARCH_FACETS_H
#define RLS_SEARCH_FACETS_H

#include "search/search_state.h"

/* Answers the facets of the request; made in `arena`. RLS_TIMEOUT when the deadline passed: those
 * that are not whole say so. */
rls_status rls_facets_count(rls_search_state *state, rls_arena *arena,
                            rls_facet_result **out_facets);

#endif
