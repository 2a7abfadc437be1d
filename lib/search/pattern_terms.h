/* A pattern → the terms of a segment that have a word it matches. Words are the folded surfaces: a
 * dictionary of their own holds those that are no terms, and analysing them gives their terms. */
#ifndef RLS_SEARCH_PATTERN_TERMS_H
#define RLS_SEARCH_PATTERN_TERMS_H

#include "index/snapshot.h"
#include "query/pattern.h"

typedef struct rls_pattern_term {
    rls_bytes     term;
    rls_term_info info;
} rls_pattern_term;

/* Terms that may have such a word, ascending, each once; which of its forms match is to be asked.
 * They are made in `arena`. `poll` is called now and then and ends the walk with what is not
 * RLS_OK; it may be NULL. RLS_CORRUPT, RLS_NO_MEMORY. */
rls_status rls_pattern_terms_find(rls_heap *heap, rls_arena *arena, const rls_segment *segment,
                                  const rls_analyzer_set *analyzers, rls_pattern_walker *walker,
                                  rls_status (*poll)(void *context), void               *context,
                                  rls_pattern_term **out_terms, uint32_t *out_count,
                                  rls_error *err);

#endif
