/* What a search leaves in its results, so that questions about a hit (does it have all words, how
 * does its score come about) are answered when somebody asks, without the query. */
#ifndef RLS_SEARCH_SEARCH_KEPT_H
#define RLS_SEARCH_SEARCH_KEPT_H

#include "search/search_state.h"

struct rls_search_kept {
    rls_plan            plan;
    rls_search_request  request; /* query, deadline and cancel are gone */
    rls_prefix_matches *prefixes;
    int                 scale_exponent;
};

/* The state of the search again, for leaf scorers; results->kept must be there. The caller releases
 * the state, also after a failure. */
rls_status rls_search_resume(rls_search_state *state, rls_results *results,
                             const rls_snapshot *snapshot, rls_error *err);

#endif
