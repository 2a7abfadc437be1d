/* The best documents of a lone word from those that its list keeps (postings/best_postings.h),
 * beside exclusions and deletions, too: only the kept documents are asked about then. */
#ifndef RLS_SEARCH_SCORER_BEST_H
#define RLS_SEARCH_SCORER_BEST_H

#include "search/clauses.h"

/* Offers the best documents when those kept are enough, and says so; otherwise offers nothing, but
 * raises the floor to what is known to be there. */
rls_status rls_scorer_best(rls_clauses *clauses, rls_topk *topk, bool *out_done);

#endif
