/* What must be met in a document's text to mark its matches: filled in by the rewriting of a query,
 * used by the snippets. */
#ifndef RLS_QUERY_MATCH_LEAF_H
#define RLS_QUERY_MATCH_LEAF_H

#include <stdbool.h>

#include "base/bytes.h"
#include "query/near.h"
#include "query/pattern.h"

/* A word as it must be met in text. */
typedef struct rls_match_word {
    uint32_t         term_count; /* one for each language of the index */
    const rls_bytes *terms;      /* analysed; a token matches when its term is one of them */
    rls_bytes        form;       /* when not empty: fold(token, level) must equal it */
    uint32_t         level;      /* rls_fold_level */
    const rls_pattern
        *pattern; /* when not NULL: RLS_FOLD_ALL of the token matches, whatever its terms */
} rls_match_word;

/* A word or a phrase; words of a phrase follow each other in position. */
typedef struct rls_match_leaf {
    rls_bytes             field; /* empty: all text fields */
    uint32_t              word_count;
    const rls_match_word *words;
    float                 weight; /* idf × boost, to choose passages */
    const rls_near       *near;   /* NULL: the words follow each other */
} rls_match_leaf;

#endif
