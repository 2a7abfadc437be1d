/* A phrase alone, perhaps with filters, in two steps: documents that have all its words, then,
 * where the rarest word's frequency can still lift the score to the floor, their positions. */
#ifndef RLS_SEARCH_SCORER_PHRASE_H
#define RLS_SEARCH_SCORER_PHRASE_H

#include "search/clauses.h"

/* `clauses` has one clause, a RLS_LEAF_PHRASE; its feeds are not opened. */
rls_status rls_scorer_phrase(rls_clauses *clauses, rls_topk *topk);

#endif
