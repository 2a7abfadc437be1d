#include "search/ranking.h"

#include "search/admission.h"
#include "search/refine.h"
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

/* Puts entries 0..count-1 in order, which nearly are. */
static rls_status
sort_entries(rls_best_list *best, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        rls_best_entry moving = best->entries[i];
        uint32_t       at = i;
        for (; at > 0; at--) {
            int        order;
            rls_status status =
                rls_best_list_compare(best, &best->entries[at - 1], &moving, &order);
            if (status != RLS_OK)
                return status;
            if (order <= 0)
                break;
            best->entries[at] = best->entries[at - 1];
        }
        best->entries[at] = moving;
    }
    return RLS_OK;
}

/* What the refinement adds to those of the entries that lie in a segment. */
static rls_status
refine_segment(rls_search_state *state, const rls_order *order, const rls_best_list *best,
               uint32_t count, uint32_t segment, uint32_t *added)
{
    rls_refiner *refiner = NULL;
    rls_status   status = RLS_OK;

    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        uint32_t doc = best->entries[i].doc;
        if (best->entries[i].segment != segment)
            continue;
        status = rls_search_poll(state);
        if (status == RLS_OK && refiner == NULL)
            status = rls_refiner_open(state, &state->views[segment], &refiner);
        if (status == RLS_OK)
            status = rls_refiner_score(refiner, doc, &added[i]);
        if (status == RLS_OK && order->dates != NULL)
            added[i] = rls_order_dated(order, order->dates[segment], doc, added[i]);
    }
    rls_arena_reset(&state->scratch);
    return status;
}

/* Adds to the first entries what the refinement says, or leaves all as they are. */
static rls_status
refine(rls_search_state *state, const rls_order *order, rls_best_list *best)
{
    uint32_t   added[RLS_REFINED], count = best->count < RLS_REFINED ? best->count : RLS_REFINED;
    rls_status status = RLS_OK;

    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++)
        status = refine_segment(state, order, best, count, s, added);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        best->entries[i].key += (uint64_t)added[i] << 32;
        best->entries[i].refined = true;
    }
    return sort_entries(best, count);
}

static rls_status
rank_by_score(rls_best_list *best, rls_search_state *state, const rls_order *order,
              const rls_place *place, uint32_t limit, rls_segment_totals *totals)
{
    rls_status status = rls_best_list_init(best, state, limit);

    return status == RLS_OK ? score_segments(state, order, place, best, totals) : status;
}

/* Leaves entries that come behind the place. */
static rls_status
drop_before(rls_search_state *state, const rls_order *order, const rls_place *place,
            rls_best_list *best)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < best->count; i++) {
        rls_best_entry     entry = best->entries[i];
        rls_place_bound    bound;
        uint32_t           score = (uint32_t)(entry.key >> 32) & INT32_MAX;
        const rls_segment *segment = state->views[entry.segment].segment;
        rls_status status = rls_place_in_segment(place, order, state->heap, segment, entry.segment,
                                                 &bound, state->err);
        if (status != RLS_OK)
            return status;
        if (rls_place_precedes(&bound, 1, entry.key >> 63 != 0, &score,
                               rls_segment_key_rank(segment, entry.doc)))
            best->entries[kept++] = entry;
    }
    best->count = kept;
    return RLS_OK;
}

static bool
has_entry(const rls_best_entry *entries, uint32_t count, const rls_best_entry *entry)
{
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].segment == entry->segment && entries[i].doc == entry->doc)
            return true;
    return false;
}

/* What comes behind a place: of the first documents those that do under their refined scores, then
 * of all others those that do under theirs. */
static rls_status
rank_behind(rls_best_list *best, rls_search_state *state, const rls_order *order,
            const rls_place *place, uint32_t limit, rls_segment_totals *totals)
{
    const rls_search_request *request = state->request;
    rls_search_request        uncounted = *request;
    rls_segment_totals        unused = {0, 0};
    rls_best_list             first = {0};
    rls_best_entry            all[RLS_REFINED];
    uint32_t                  count = 0, kept = 0;
    rls_status                status;

    uncounted.count = false;
    state->request = &uncounted;
    status = rank_by_score(&first, state, order, NULL, RLS_REFINED, &unused);
    state->request = request;
    if (status == RLS_OK)
        status = refine(state, order, &first);
    if (status == RLS_OK) {
        count = first.count;
        memcpy(all, first.entries, count * sizeof(*all));
        status = drop_before(state, order, place, &first);
    }
    if (status == RLS_OK)
        status = rank_by_score(best, state, order, place, limit + RLS_REFINED, totals);
    /* Out of time before the others were looked at, the first have no place to go to: which of
     * them come behind the place is not known yet. */
    if (best->entries != NULL && (status == RLS_OK || status == RLS_TIMEOUT)) {
        if (first.count > limit)
            first.count = limit;
        for (uint32_t i = 0; i < best->count; i++)
            if (!has_entry(all, count, &best->entries[i]))
                best->entries[kept++] = best->entries[i];
        if (kept > limit - first.count)
            kept = limit - first.count;
        memmove(best->entries + first.count, best->entries, kept * sizeof(*best->entries));
        memcpy(best->entries, first.entries, first.count * sizeof(*best->entries));
        best->count = first.count + kept;
    }
    rls_best_list_release(&first);
    return status;
}

static rls_status
rank_refined(rls_best_list *best, rls_search_state *state, const rls_order *order,
             const rls_place *place, uint32_t limit, rls_segment_totals *totals)
{
    rls_status status;

    if (place != NULL)
        return rank_behind(best, state, order, place, limit, totals);
    status =
        rank_by_score(best, state, order, NULL, limit < RLS_REFINED ? RLS_REFINED : limit, totals);
    if (status == RLS_OK)
        status = refine(state, order, best);
    if (best->count > limit)
        best->count = limit;
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
        status = state->plan.refinement != NULL && limit > 0
                     ? rank_refined(&ranking->best, state, order, place, limit, totals)
                     : rank_by_score(&ranking->best, state, order, place, limit, totals);
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
