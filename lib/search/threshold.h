/* The score to beat before anything is scored: a list that knows the k-th best of its own values
 * gives a lower bound on the k-th best score of a union (Kane & Tompa 2018; Petri et al. 2019). */
#ifndef RLS_SEARCH_THRESHOLD_H
#define RLS_SEARCH_THRESHOLD_H

#include "search/clauses.h"

/* Raises the topk's floor. Only for unions in which every document of the segment counts: a k-th
 * value is a bound while its documents live. */
rls_status rls_threshold_raise(const rls_clauses *clauses, rls_topk *topk);

#endif
