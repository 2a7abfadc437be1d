/* Query × snapshot → the best documents: steps 8 and 9 of the walk. */
#ifndef RLS_SEARCH_SEARCHER_H
#define RLS_SEARCH_SEARCHER_H

#include "index/snapshot.h"
#include "query/query.h"
#include "releasesearch/hits.h" /* rls_match */

typedef enum rls_evaluation {
    RLS_EVALUATE_FAST,      /* block-max pruning and bulk scoring */
    RLS_EVALUATE_EXHAUSTIVE /* the plain truth: every posting, document at a time */
} rls_evaluation;

typedef struct rls_search_field {
    rls_bytes name;
    float     weight; /* >= 0 */
} rls_search_field;

typedef struct rls_search_request {
    const rls_query        *query;
    uint32_t                limit, skip; /* skip + limit at most 1,000,000 */
    float                   k1, b;
    const rls_search_field *weights; /* override the schema's */
    uint32_t                weight_count;
    rls_match               mode;
    rls_evaluation          evaluation;
    bool                    count; /* total must be exact */
    uint64_t                deadline_ns; /* of CLOCK_MONOTONIC; 0: none */
    bool (*cancel)(void *context);       /* polled now and then; may be NULL */
    void *cancel_context;
} rls_search_request;

typedef struct rls_result {
    uint32_t segment, doc;
    double   score;
    bool     matches_all; /* all words of the outermost BAG */
} rls_result;

/* What must be found in a document's text to mark its matches: filled by the rewriting of the query,
 * used by the snippets. */
typedef struct rls_match_leaf rls_match_leaf;

typedef struct rls_results {
    rls_heap   *heap;
    rls_arena   arena;
    rls_result *items; /* best first, after skip */
    uint32_t    count;
    uint64_t    total;    /* documents that match (AUTO: with all words if there is one such, else
                             with any) */
    bool        total_is_exact, total_has_all_words;
    bool        timed_out; /* the deadline passed: what was found so far */
    const rls_match_leaf *leaves;
    uint32_t    leaf_count;
    const rls_query_note *notes; /* of parsing and of search (unknown fields …) */
    uint32_t    note_count;
} rls_results;

rls_status rls_search(rls_heap *heap, const rls_snapshot *snapshot,
                      const rls_search_request *request, rls_results **out_results,
                      rls_error *err);
void       rls_results_free(rls_results *results); /* takes NULL */

/* A leaf that can be seen in text: a word or a phrase. Words of a phrase follow each other in
 * position. */
typedef struct rls_match_word {
    uint32_t         term_count; /* one for each language of the index; prefix: see is_prefix */
    const rls_bytes *terms;      /* analysed; a token matches when its term is one of them */
    rls_bytes        form;       /* when not empty: fold(token, level) must equal it */
    uint32_t         level;      /* rls_fold_level */
    bool             is_prefix;  /* RLS_FOLD_ALL of the token begins with terms[0] */
} rls_match_word;

struct rls_match_leaf {
    rls_bytes             field; /* empty: all text fields */
    uint32_t              word_count;
    const rls_match_word *words;
    float                 weight; /* idf × boost, to choose passages */
};

#endif
