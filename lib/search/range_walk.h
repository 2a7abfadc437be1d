/* The order in which a scorer visits a segment: ranges of RLS_RANGE_SIZE documents with the highest
 * bounds first, so that the floor of the topk is high, then the others that can still reach it in
 * document order, neighbours joined into windows. Priming followed by document order beats visiting
 * strictly by bound (BMP; Mallia, Suel, Tonellotto 2024), because feeds then move forwards. */
#ifndef RLS_SEARCH_RANGE_WALK_H
#define RLS_SEARCH_RANGE_WALK_H

#include "search/clauses.h"

enum {
    RLS_WINDOW_RANGES = 16,
    RLS_WINDOW_SIZE = RLS_WINDOW_RANGES * RLS_RANGE_SIZE
};

typedef struct rls_range_walk {
    rls_clauses *clauses;
    rls_topk    *topk;
    bool         all;    /* documents offered have all words */
    uint32_t    *bounds; /* of a score, by range, and one more; 0: the range is not looked at */
    uint32_t     range_count;
    uint32_t    *left; /* ranges to be scored */
    /* Scores documents [from, to), at most RLS_WINDOW_SIZE of them. */
    rls_status (*window)(void *context, uint32_t from, uint32_t to);
    void (*rewind)(void *context);
    void *context;
} rls_range_walk;

/* All bounds are those of score 0; `window`, `rewind`, `context` and `all` are the caller's to set.
 */
rls_status rls_range_walk_init(rls_range_walk *walk, rls_clauses *clauses, rls_topk *topk);
rls_status rls_range_walk_run(rls_range_walk *walk);

#endif
