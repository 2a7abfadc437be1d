#include "search/threshold.h"

#include "postings/best_postings.h"

/* A stored bound, under the reference, that `depth` documents of the list reach; false: not known.
 */
static bool
bound_at(const rls_posting_list *list, uint32_t depth, uint8_t *out_bound)
{
    static const uint32_t depths[RLS_KTH_COUNT] = {10, 100, 1000};
    uint32_t              which = 0;
    rls_best_lot          lot;

    while (which < RLS_KTH_COUNT && depths[which] < depth)
        which++;
    if (which == RLS_KTH_COUNT || list->doc_freq < depths[which])
        return false;
    *out_bound = list->kth[which];
    if (depth < depths[which] && rls_best_postings_find(list, depth, &lot) &&
        rls_impact_down(lot.floor) > *out_bound)
        *out_bound = rls_impact_down(lot.floor);
    return true;
}

rls_status
rls_threshold_raise(const rls_clauses *clauses, rls_topk *topk)
{
    rls_search_state *state = clauses->state;
    rls_segment_view *view = &state->views[clauses->view->number];
    uint32_t          depth = topk->k;

    if (topk->admit != NULL)
        return RLS_OK; /* the best may be refused, or go in with less */
    /* Whichever documents are deleted, so many more of the best hold enough that live. */
    if (view->live != NULL)
        depth += view->live->deleted_count;
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        for (uint32_t f = 0; f < clauses->clauses[c].feed_count; f++) {
            const rls_feed *feed = clauses->clauses[c].feeds[f];
            uint8_t         kth;
            rls_status      status;
            if (feed->is_table || !bound_at(&feed->list, depth, &kth))
                continue;
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
