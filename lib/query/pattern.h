/* A pattern that whole words are held against: a beginning, wildcards, a regular expression, or a
 * word with so many edits. The pattern is a nondeterministic automaton over characters (Thompson
 * 1968), made once and read by any number of threads; a walker turns it, as far as words need it,
 * into a deterministic one with a bounded number of states. Nothing goes back over a word, and
 * every step takes bounded time. Words are given folded (RLS_FOLD_ALL), patterns fold their own
 * letters. */
#ifndef RLS_QUERY_PATTERN_H
#define RLS_QUERY_PATTERN_H

#include "analysis/analyzer.h"
#include "base/arena.h"

typedef enum rls_pattern_kind {
    RLS_PATTERN_PREFIX,
    RLS_PATTERN_WILDCARD, /* ? one character, * any number */
    RLS_PATTERN_REGEX,    /* literals . [a-z] [^a] \d \w * + ? {m,n} | ( ) */
    RLS_PATTERN_FUZZY     /* so many insertions, deletions, substitutions, transpositions */
} rls_pattern_kind;

enum {
    RLS_PATTERN_EDITS_MAX = 2,
    RLS_PATTERN_NODE_MAX = 4096, /* larger patterns are refused */
    RLS_PATTERN_DEPTH_MAX = 100  /* groups in groups of a regular expression */
};

typedef struct rls_pattern rls_pattern;

/* Makes a pattern in `arena`. RLS_BAD_QUERY, with the byte of `text` in err->offset and a message
 * that begins in lower case, when it is none: an empty text, a group that is not closed, too large;
 * RLS_NO_MEMORY. `edits` counts for RLS_PATTERN_FUZZY. `folder` is used for folding only. */
rls_status rls_pattern_compile(rls_heap *heap, rls_arena *arena, rls_analyzer *folder,
                               rls_pattern_kind kind, rls_bytes text, uint32_t edits,
                               const rls_pattern **out_pattern, rls_error *err);

rls_pattern_kind rls_pattern_get_kind(const rls_pattern *pattern);
/* As it was given. */
rls_bytes rls_pattern_text(const rls_pattern *pattern);
/* Characters of the word of a fuzzy pattern. */
uint32_t rls_pattern_length(const rls_pattern *pattern);
/* Whether both match the same words because they were made from the same text. */
bool rls_pattern_equals(const rls_pattern *a, const rls_pattern *b);

/* The automaton at work; one thread at a time. */
typedef struct rls_pattern_walker rls_pattern_walker;

/* A state that no character leads out of to a match. */
#define RLS_PATTERN_DEAD 0
/* Where every word begins. */
#define RLS_PATTERN_START 1

/* The pattern must outlive it. */
rls_status rls_pattern_walker_new(rls_heap *heap, const rls_pattern *pattern,
                                  rls_pattern_walker **out_walker, rls_error *err);
void       rls_pattern_walker_free(rls_pattern_walker *walker); /* takes NULL */

/* The state behind a character. States are forgotten when there are too many: that raises
 * rls_pattern_walker_age, and only START and the state just given are good then. */
uint32_t rls_pattern_walker_step(rls_pattern_walker *walker, uint32_t state, uint32_t point);
uint32_t rls_pattern_walker_age(const rls_pattern_walker *walker);
/* The states along `text` from *at on, where the automaton is in `state`: states[i] is set to the
 * one behind its first i bytes, or to RLS_PATTERN_NO_STATE within a character. Ends before a
 * character that leads to DEAD, and behind one that raised the age; *at tells where. Returns DEAD
 * or the state there. `states` has room for text.size + 1. */
#define RLS_PATTERN_NO_STATE UINT32_MAX
uint32_t rls_pattern_walker_run(rls_pattern_walker *walker, rls_bytes text, size_t *at,
                                uint32_t state, uint32_t *states);
/* Bytes that every word has that matches, when such words may begin with anything; else none. They
 * are the walker's. */
rls_bytes rls_pattern_walker_needle(const rls_pattern_walker *walker);
/* Whether a word may end here; the fewest edits that lead here. */
bool rls_pattern_walker_accepts(const rls_pattern_walker *walker, uint32_t state,
                                uint32_t *out_edits);
/* The least character above `point` that does not lead to DEAD; UINT32_MAX when there is none. May
 * raise the age. */
uint32_t rls_pattern_walker_next_point(rls_pattern_walker *walker, uint32_t state, uint32_t point);

/* Holds a whole word against the pattern. */
bool rls_pattern_walker_match(rls_pattern_walker *walker, rls_bytes folded, uint32_t *out_edits);

#endif
