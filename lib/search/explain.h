/* A hit → the numbers its score is made of, by the same arithmetic: leaf scorers as the exhaustive
 * scorer has them, each contribution taken apart. */
#ifndef RLS_SEARCH_EXPLAIN_H
#define RLS_SEARCH_EXPLAIN_H

#include "search/searcher.h"

/* Explains the score of one of the results. Everything is made in `arena`. One thread at a time. */
rls_status rls_explain(rls_results *results, const rls_snapshot *snapshot, const rls_result *result,
                       rls_arena *arena, const rls_factor **out_factor, rls_error *err);

#endif
