#include "search/threshold.h"

rls_status
rls_threshold_raise(const rls_clauses *clauses, rls_topk *topk)
{
    static const uint32_t depths[RLS_KTH_COUNT] = {10, 100, 1000};
    rls_search_state     *state = clauses->state;
    rls_segment_view     *view = &state->views[clauses->view->number];
    uint32_t              which = 0, depth = topk->k;

    if (topk->admit != NULL)
        return RLS_OK; /* the best may be refused, or go in with less */
    /* Whichever documents are deleted, so many more of the best hold enough that live. */
    if (view->live != NULL)
        depth += view->live->deleted_count;
    while (which < RLS_KTH_COUNT && depths[which] < depth)
        which++;
    if (which == RLS_KTH_COUNT)
        return RLS_OK;
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        for (uint32_t f = 0; f < clauses->clauses[c].feed_count; f++) {
            const rls_feed *feed = clauses->clauses[c].feeds[f];
            uint8_t         kth;
            rls_status      status;
            if (feed->is_table || feed->list.doc_freq < depths[which])
                continue;
            kth = feed->list.kth[which];
            if (feed->bounds[kth] <= rls_topk_least_score(topk, false))
                continue; /* not even its upper bound would raise the floor */
            status = rls_segment_view_lower_bounds(view, &state->workspace->tables, state->err);
            if (status != RLS_OK)
                return status;
            rls_topk_raise(topk, false, rls_contribution(feed->scaled_weight, view->down[kth]));
        }
    }
    return RLS_OK;
}
