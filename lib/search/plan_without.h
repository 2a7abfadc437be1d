/* A plan as it would be without the conditions on one field: what a facet counts under when it
 * leaves out its own filter. */
#ifndef RLS_SEARCH_PLAN_WITHOUT_H
#define RLS_SEARCH_PLAN_WITHOUT_H

#include "search/search_state.h"

/* The root itself when it has no such condition; new nodes lie in state->arena and share leaves
 * with the plan. Exclusions and alternatives are no conditions and stay. */
rls_status rls_plan_without(rls_search_state *state, rls_bytes field,
                            const rls_plan_node **out_root);

#endif
