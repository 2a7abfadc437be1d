#include "search/ranking.h"

#include "search/admission.h"
#include "search/scorer_fast.h"
#include "search/sort_matches.h"

/* One segment after the other, each told what the ones before found. */
static rls_status
score_segments(rls_search_state *state, const rls_order *order, const rls_place *place,
               rls_best_list *best, rls_segment_totals *totals)
{
    bool       fast = state->request->evaluation == RLS_EVALUATE_FAST;
    rls_status status = RLS_OK;

    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        rls_segment_view *view = &state->views[s];
        rls_admission     admission;
        rls_topk          topk;
        rls_status        merged;
        status = rls_topk_init(&topk, state->heap, best->limit, view->doc_count,
                               rls_best_list_floor(best), state->err);
        if (status != RLS_OK)
            return status;
        status = rls_admission_init(&admission, state, order, place, view, NULL, &topk);
        if (status == RLS_OK && fast)
            status = rls_scorer_fast(state, view, &topk, totals);
        else if (status == RLS_OK)
            status = rls_scorer_exhaustive(state, view, &topk, totals);
        if (status == RLS_OK || status == RLS_TIMEOUT) {
            rls_topk_finish(&topk);
            merged = rls_best_list_merge(best, view, &topk);
            if (merged != RLS_OK)
                status = merged;
        }
        rls_topk_release(&topk);
        rls_arena_reset(&state->scratch);
    }
    return status;
}

rls_status
rls_ranking_make(rls_ranking *ranking, rls_search_state *state, const rls_order *order,
                 const rls_place *place, uint32_t limit, rls_segment_totals *totals)
{
    bool       fast = state->request->evaluation == RLS_EVALUATE_FAST;
    rls_status status = RLS_OK;

    *ranking = (rls_ranking){.by_score = order->by_score || limit == 0};
    for (uint32_t s = 0; status == RLS_OK && s < state->snapshot->segment_count; s++)
        if (fast && (ranking->by_score || order->needs_score))
            status =
                rls_segment_view_bounds(&state->views[s], &state->workspace->tables, state->err);
    if (status != RLS_OK)
        return status;
    if (ranking->by_score) {
        status = rls_best_list_init(&ranking->best, state, limit);
        if (status == RLS_OK)
            status = score_segments(state, order, place, &ranking->best, totals);
        ranking->count = ranking->best.count;
    } else {
        rls_sorter_init(&ranking->sorter, state, order, place, limit);
        status = rls_sort_matches(&ranking->sorter, totals);
        ranking->count = ranking->sorter.best_count;
    }
    return status;
}

void
rls_ranking_release(rls_ranking *ranking)
{
    rls_best_list_release(&ranking->best);
    rls_sorter_release(&ranking->sorter);
}
