/* Query × snapshot → the best documents: steps 8 and 9 of the walk. */
#ifndef RLS_SEARCH_SEARCHER_H
#define RLS_SEARCH_SEARCHER_H

#include "index/snapshot.h"
#include "query/match_leaf.h"
#include "query/query.h"
#include "query/synonyms.h"
#include "releasesearch/hits.h" /* rls_match, rls_facet_kind */

typedef enum rls_evaluation {
    RLS_EVALUATE_FAST,       /* block-max pruning and bulk scoring */
    RLS_EVALUATE_EXHAUSTIVE, /* the plain truth: every posting, document at a time */
    RLS_EVALUATE_WIDE        /* a leaf at a time, as both do with very many leaves */
} rls_evaluation;

typedef struct rls_search_field {
    rls_bytes name;
    float     weight; /* >= 0 */
} rls_search_field;

/* A part of the order of hits. */
typedef struct rls_sort_field {
    rls_bytes field; /* empty: the score */
    bool      descending;
} rls_sort_field;

typedef struct rls_facet_wish {
    rls_bytes       field;
    rls_facet_kind  kind;
    rls_facet_order order;
    uint32_t        limit;
    bool            leave_out_own_filter;
} rls_facet_wish;

typedef struct rls_search_request {
    const rls_query        *query;
    const rls_synonyms     *synonyms;       /* NULL: none */
    float                   synonym_weight; /* times the boost of what they stand for */
    uint32_t                limit, skip;    /* skip + limit at most 1,000,000 */
    float                   k1, b; /* RLS_BY_LENGTH: by the lengths of documents and query */
    rls_ranking_model       ranking;
    const rls_search_field *weights; /* override the schema's */
    uint32_t                weight_count;
    rls_match               mode;
    rls_evaluation          evaluation;
    bool                    count;       /* total must be exact */
    uint64_t                deadline_ns; /* of CLOCK_MONOTONIC; 0: none */
    bool (*cancel)(void *context);       /* polled now and then; may be NULL */
    void                 *cancel_context;
    const rls_sort_field *sort;
    uint32_t              sort_count; /* 0: by score; at most RLS_ORDER_KEY_MAX */
    rls_bytes             after;      /* from rls_results_next(); size 0: from the start */
    int64_t               half_life;  /* of scores, in seconds; 0: no recency */
    rls_bytes             recency_field;
    double                year_boost; /* 0: off */
    int64_t               now;        /* RLS_NOW: that of `after`, or the clock's */
    const rls_facet_wish *facets;
    uint32_t              facet_count;
    rls_collapse          collapse;
} rls_search_request;

typedef struct rls_result {
    uint32_t segment, doc;
    bool     refined;     /* among the first, which were looked at again */
    double   score;       /* 0: the deadline passed before it was asked for */
    bool     matches_all; /* all words of the outermost BAG; see rls_results_mark */
    uint64_t collapsed;   /* documents behind it that are no hits of their own */
} rls_result;

/* What a search leaves for questions about its results. */
typedef struct rls_search_kept rls_search_kept;

typedef struct rls_facet_count {
    rls_bytes value;
    uint64_t  count;
    int64_t   from, to; /* of dates */
} rls_facet_count;

typedef struct rls_facet_result {
    rls_facet_count *values;
    uint32_t         value_count;
    uint64_t         distinct, documents, missing;
    bool             exact;
} rls_facet_result;

typedef struct rls_order rls_order;

typedef struct rls_results {
    rls_heap   *heap;
    rls_arena   arena;
    rls_result *items; /* best first, after skip */
    uint32_t    count;
    uint64_t    total; /* documents that match (AUTO: with all words if there is one such, else
                          with any) */
    bool                  total_is_exact, total_has_all_words;
    bool                  timed_out; /* the deadline passed: what was found so far */
    const rls_match_leaf *leaves;
    uint32_t              leaf_count;
    bool                  marked; /* matches_all of all items is known */
    rls_search_kept      *kept;
    const rls_query_note *notes; /* of parsing and of search (unknown fields …) */
    uint32_t              note_count;
    rls_facet_result     *facets; /* in step with the request's */
    const rls_order      *order;  /* for rls_results_next */
} rls_results;

rls_status rls_search(rls_heap *heap, const rls_snapshot *snapshot,
                      const rls_search_request *request, rls_results **out_results, rls_error *err);
/* Sets matches_all of every item where the order alone did not tell: few ask, and it takes about as
 * long as a small search. Same snapshot, one thread at a time. */
rls_status rls_results_mark(rls_results *results, const rls_snapshot *snapshot, rls_error *err);
void       rls_results_free(rls_results *results); /* takes NULL */

/* The place of the last item in the order, as text for rls_search_request.after; there is an item.
 */
rls_status rls_results_next(const rls_results *results, const rls_snapshot *snapshot,
                            rls_buffer *out, rls_error *err);

#endif
