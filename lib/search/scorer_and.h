/* Documents that all required feeds have: the rarest leads, a block at a time, the others are asked
 * for its documents as long as the bounds say that the floor can be reached. Optional feeds add to
 * what is left. */
#ifndef RLS_SEARCH_SCORER_AND_H
#define RLS_SEARCH_SCORER_AND_H

#include "search/clauses.h"

/* With `all` every clause is required and documents are offered with the mark of all words; else
 * the required ones are, there is at least one, and documents in `taken`, ascending, are left out.
 * Each required clause has one feed. */
rls_status rls_scorer_and(rls_clauses *clauses, rls_topk *topk, bool all, const uint32_t *taken,
                          uint32_t taken_count);

#endif
