/* Did you mean: a query whose unknown and rare words are replaced by frequent ones that differ in
 * an edit or two (Damerau: insertion, deletion, substitution, transposition). */
#ifndef RLS_SUGGEST_CORRECTIONS_H
#define RLS_SUGGEST_CORRECTIONS_H

#include "index/snapshot.h"
#include "query/query.h"

/* *out_text, in `arena`, is the text of the query with words replaced; empty when there is nothing
 * better. A query that was built has no text, and no correction. RLS_CORRUPT, RLS_NO_MEMORY. */
rls_status rls_corrections_find(rls_heap *heap, const rls_snapshot *snapshot,
                                const rls_query *query, rls_arena *arena, rls_bytes *out_text,
                                rls_error *err);

#endif
