/* The score to beat before anything is scored: a list that knows the k-th best of its own values
 * gives a lower bound on the k-th best score of a union (Kane & Tompa 2018; Petri et al. 2019). */
#ifndef RLS_SEARCH_THRESHOLD_H
#define RLS_SEARCH_THRESHOLD_H

#include "search/clauses.h"

/* Raises the topk's floor. Only for unions in which every live document of the segment counts: of
 * deleted ones there may be as many among the best as there are. */
rls_status rls_threshold_raise(const rls_clauses *clauses, rls_topk *topk);

#endif
