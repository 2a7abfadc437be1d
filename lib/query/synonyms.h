/* Synonyms: lines of text → rules, and rules → tables by the terms of a language. The text is
 * described in releasesearch/synonyms.h. */
#ifndef RLS_QUERY_SYNONYMS_H
#define RLS_QUERY_SYNONYMS_H

#include "analysis/analyzer.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "releasesearch/synonyms.h"

enum {
    RLS_SYNONYM_WORDS_MAX = 8, /* of an item */
    RLS_SYNONYM_ITEMS_MAX = 64 /* of a line */
};

/* An item that has synonyms, and these. */
typedef struct rls_synonym_rule {
    uint32_t         word_count;
    const rls_bytes *words; /* as they are written */
    uint32_t         alternative_count;
    const rls_bytes *alternatives; /* as they are written, white space runs made one space */
} rls_synonym_rule;

/* Rules by the terms of their words. Immutable, shared by threads. */
typedef struct rls_synonym_table rls_synonym_table;

/* The table of a language, made on first use. It lives as long as the synonyms. */
rls_status rls_synonyms_table(const rls_synonyms *synonyms, rls_bytes language,
                              const rls_synonym_table **out_table, rls_error *err);
/* Words of the longest rule. */
uint32_t rls_synonym_table_longest(const rls_synonym_table *table);
/* The first rule for these terms, and the next with the same; NULL when there is none, or no memory
 * for `scratch`, which then has failed. */
const rls_synonym_rule *rls_synonym_table_find(const rls_synonym_table *table,
                                               const rls_bytes *terms, uint32_t count,
                                               rls_buffer *scratch);
const rls_synonym_rule *rls_synonym_table_next(const rls_synonym_table *table,
                                               const rls_synonym_rule  *rule);

#endif
