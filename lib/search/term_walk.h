/* The terms of a dictionary that match a pattern, in order. The automaton runs along the terms and
 * goes on from what a term shares with the one before; where it dies, the walk seeks the next term
 * that may live. */
#ifndef RLS_SEARCH_TERM_WALK_H
#define RLS_SEARCH_TERM_WALK_H

#include "query/pattern.h"
#include "termdict/termdict.h"

typedef struct rls_term_walk {
    rls_termdict_cursor cursor; /* its term and info are those of the match */
    rls_pattern_walker *walker; /* NULL: every term matches */
    size_t              prefix; /* bytes all terms begin with, which the pattern does not see */
    uint32_t            edits;  /* of the match */
    rls_buffer          target; /* no term below it matches; begins with the prefix */
    bool                started, seeks;
    size_t              read;   /* bytes of the last term that the automaton has read */
    uint32_t           *states; /* behind each of them that ends a character, prefix left out */
    size_t              state_capacity;
    uint32_t            age; /* of the walker when they were made */
} rls_term_walk;

/* Terms that begin with `prefix` and go on as the pattern says. The walker is borrowed. */
rls_status rls_term_walk_init(rls_term_walk *walk, rls_heap *heap, const rls_termdict *dict,
                              rls_bytes prefix, rls_pattern_walker *walker, rls_error *err);
void       rls_term_walk_release(rls_term_walk *walk);
/* To the next match; RLS_NOT_FOUND at the end (err untouched), RLS_CORRUPT, RLS_NO_MEMORY. After
 * at most `patience` terms without one RLS_TIMEOUT (err untouched): the walk goes on when asked
 * again. */
rls_status rls_term_walk_next(rls_term_walk *walk, uint32_t patience, rls_error *err);

#endif
