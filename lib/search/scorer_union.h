/* Documents that any feed has, by summed contributions: MaxScore (Turtle & Flood 1995) over windows
 * of documents with bounds by range, accumulators in place of a merge. */
#ifndef RLS_SEARCH_SCORER_UNION_H
#define RLS_SEARCH_SCORER_UNION_H

#include "search/clauses.h"

/* Offers them without the mark of all words; documents in `taken`, ascending, are left out. */
rls_status rls_scorer_union(rls_clauses *clauses, rls_topk *topk, const uint32_t *taken,
                            uint32_t taken_count);

#endif
