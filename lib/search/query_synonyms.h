/* A query × synonyms → a query that looks for synonyms, too, before it is rewritten into a plan.
 *
 * A word becomes (word OR synonym^w OR "synonym of several words"~^w). Words side by side that a
 * rule takes together become, each, (word OR synonym^(w/n)): a document with the synonym then has
 * all of them, and one with some of the words has these, as before. A phrase becomes the phrase OR
 * the same with words replaced, at most RLS_SYNONYM_VARIANTS_MAX of them. Excluded words and exact
 * ones stay as they are. */
#ifndef RLS_SEARCH_QUERY_SYNONYMS_H
#define RLS_SEARCH_QUERY_SYNONYMS_H

#include "query/synonyms.h"
#include "search/query_rewriter.h"

enum {
    RLS_SYNONYM_VARIANTS_MAX = 16
};

/* *out_root is a copy of the tree in the rewriter's arena. Uses arena, snapshot, query, notes and
 * err of the rewriter. */
rls_status rls_query_add_synonyms(rls_rewriter *rewriter, const rls_synonyms *synonyms,
                                  float weight, rls_query_node **out_root);

#endif
