/* What the scorers of one search share: the plan, the memory, the clock. Belongs to one thread. */
#ifndef RLS_SEARCH_SEARCH_STATE_H
#define RLS_SEARCH_SEARCH_STATE_H

#include "analysis/analyzer.h"
#include "search/expand.h"
#include "search/workspace.h"

/* Matches of all prefixes of a query together, eight bytes each; prefixes beyond are cut, and the
 * results say so. */
enum {
    RLS_PREFIX_MATCH_MAX = 1 << 24
};

typedef struct rls_search_state {
    rls_heap                 *heap;
    rls_arena                *arena;   /* for the whole search */
    rls_arena                 scratch; /* for the segment at hand; the workspace's meanwhile */
    rls_workspace            *workspace;
    const rls_snapshot       *snapshot;
    const rls_search_request *request;
    rls_plan                  plan;
    float                     k1, b;          /* settled; those of the request until then */
    int                       scale_exponent; /* scores are sums / 2^this */
    rls_segment_view         *views;
    rls_prefix_matches       *prefixes; /* [leaf * segment_count + segment] */
    uint64_t                  prefix_match_count;
    bool                      prefixes_cut; /* some prefix was left without matches */
    rls_scratch               positions, forms, keys, more_keys, sort_keys, union_scorer;
    uint32_t                  polls;
    rls_error                *err;
} rls_search_state;

rls_status rls_search_no_memory(const rls_search_state *state);
/* What a cursor that failed means. */
rls_status rls_search_corrupt(const rls_search_state *state, const rls_segment_view *view);

/* Asked now and then by every loop: RLS_OK to go on, RLS_TIMEOUT (err untouched) when the deadline
 * passed, RLS_CANCELLED. */
rls_status rls_search_poll(rls_search_state *state);

/* Folds a form; the result is good until the next call. */
rls_status rls_search_fold(rls_search_state *state, rls_bytes form, rls_fold_level level,
                           rls_bytes *out_folded);

/* Room for `count` elements; false when there is no memory. */
bool rls_scratch_reserve(rls_search_state *state, rls_scratch *scratch, size_t count,
                         size_t element_size);

rls_status rls_search_state_init(rls_search_state *state, rls_heap *heap, rls_arena *arena,
                                 const rls_snapshot *snapshot, const rls_search_request *request,
                                 rls_error *err);
/* Sets state->views, once the parameters are settled. */
rls_status rls_search_open_views(rls_search_state *state);
void       rls_search_state_release(rls_search_state *state);

/* Looks up the statistics of every scored leaf, expands prefixes and sets the weights and the
 * scale: the last step before scoring. */
rls_status rls_search_weigh(rls_search_state *state);

#endif
