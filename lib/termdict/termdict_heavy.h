/* The terms of a beginning that have most postings, in bounded time: completion of short beginnings
 * must not walk half a dictionary. Blocks know where the postings of their first term begin, so the
 * postings of a block are weighed without reading its terms, and the heaviest blocks are walked. */
#ifndef RLS_TERMDICT_TERMDICT_HEAVY_H
#define RLS_TERMDICT_TERMDICT_HEAVY_H

#include "termdict/termdict.h"

/* Calls `visit` for the terms that begin with `prefix` (not empty): all of them, in order, when
 * they lie in at most `block_limit` (at least 1) blocks, else those of the heaviest `block_limit`
 * blocks, ascending. `visit` ends the walk with what is not RLS_OK, which is returned. RLS_CORRUPT,
 * RLS_NO_MEMORY. */
rls_status rls_termdict_walk_heavy(const rls_termdict *dict, rls_heap *heap, rls_bytes prefix,
                                   uint32_t block_limit,
                                   rls_status (*visit)(void *context, rls_bytes term,
                                                       const rls_term_info *info),
                                   void *context, rls_error *err);

#endif
