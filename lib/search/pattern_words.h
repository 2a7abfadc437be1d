/* A pattern → the words of an index that it matches, with how often they are met in documents that
 * live. What a command that lists words asks for. */
#ifndef RLS_SEARCH_PATTERN_WORDS_H
#define RLS_SEARCH_PATTERN_WORDS_H

#include "search/pattern_terms.h"

typedef struct rls_pattern_word {
    rls_bytes word, form, term;
    uint64_t  form_count; /* occurrences of the form */
    uint64_t  documents, occurrences;
    uint32_t  edits;
} rls_pattern_word;

/* Words in ascending order, made in `arena`. `poll` as in rls_pattern_terms_find. */
rls_status rls_pattern_words_find(rls_heap *heap, rls_arena *arena, const rls_snapshot *snapshot,
                                  const rls_pattern *pattern, rls_status (*poll)(void *context),
                                  void *context, rls_pattern_word **out_words, uint32_t *out_count,
                                  rls_error *err);

#endif
