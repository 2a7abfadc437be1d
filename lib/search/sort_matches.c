#include "search/sort_matches.h"

#include "search/admission.h"
#include "search/match_set.h"
#include "search/scorer_fast.h"

enum {
    POLL_INTERVAL = 16 * 1024
};

/* Every match of the segment with its score, from the scorers, which have no floor to prune by. */
static rls_status
sort_scored(rls_sorter *sorter, const rls_segment_view *view, rls_segment_totals *totals)
{
    rls_search_state  *state = sorter->state;
    rls_segment_totals unused = {0, 0};
    rls_admission      admission;
    rls_topk           topk;
    rls_status         status = rls_topk_init(&topk, state->heap, 1, 1, 0, state->err);

    if (status != RLS_OK)
        return status;
    status =
        rls_admission_init(&admission, state, sorter->order, sorter->place, view, sorter, &topk);
    if (status == RLS_OK && state->request->evaluation == RLS_EVALUATE_FAST)
        status = rls_scorer_fast(state, view, &topk, &unused);
    else if (status == RLS_OK)
        status = rls_scorer_exhaustive(state, view, &topk, &unused);
    totals->any += admission.any;
    totals->all += admission.all;
    rls_topk_release(&topk);
    return status;
}

static rls_status
sort_unscored(rls_sorter *sorter, const rls_segment_view *view, bool all, uint64_t *total)
{
    rls_search_state *state = sorter->state;
    rls_bitset        bits;
    rls_status        status = rls_match_set(state, view, state->plan.root, all, &bits);

    if (status != RLS_OK)
        return status;
    for (size_t i = 0, words = rls_bitset_word_count(bits.size); i < words; i++) {
        *total += (uint64_t)__builtin_popcountll(bits.words[i]);
        for (uint64_t word = bits.words[i]; word != 0; word &= word - 1)
            rls_sorter_offer(sorter, all, (uint32_t)(64 * i) + (uint32_t)__builtin_ctzll(word), 0);
        if (i % POLL_INTERVAL == 0 && (status = rls_search_poll(state)) != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
sort_segments(rls_sorter *sorter, bool scored, bool all, rls_segment_totals *totals)
{
    rls_search_state *state = sorter->state;
    rls_status        status = RLS_OK;

    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        const rls_segment_view *view = &state->views[s];
        rls_status              ended;
        status = rls_sorter_begin(sorter, view);
        if (status != RLS_OK)
            return status;
        if (scored)
            status = sort_scored(sorter, view, totals);
        else
            status = sort_unscored(sorter, view, all, all ? &totals->all : &totals->any);
        if (status == RLS_OK || status == RLS_TIMEOUT) {
            ended = rls_sorter_end(sorter);
            status = ended != RLS_OK ? ended : status;
        }
        rls_arena_reset(&state->scratch);
    }
    return status;
}

rls_status
rls_sort_matches(rls_sorter *sorter, rls_segment_totals *totals)
{
    rls_search_state *state = sorter->state;
    bool              ranks_all = rls_scorer_ranks_all(state);
    bool scored = sorter->order->needs_score || state->request->evaluation != RLS_EVALUATE_FAST;
    rls_status status;

    sorter->splits = ranks_all && !sorter->order->is_tiered;
    if (scored) {
        status = sort_segments(sorter, true, false, totals);
    } else {
        status = RLS_OK;
        if (ranks_all)
            status = sort_segments(sorter, false, true, totals);
        if (status == RLS_OK && totals->all == 0)
            status = sort_segments(sorter, false, false, totals);
    }
    /* Only documents that the total counts are hits. */
    while (sorter->splits && totals->all > 0 && sorter->best_count > 0 &&
           sorter->best[sorter->best_count - 1].tier == 0)
        sorter->best_count--;
    return status;
}
