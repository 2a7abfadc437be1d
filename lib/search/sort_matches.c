#include "search/sort_matches.h"

#include "base/popcount.h"
#include "base/sort.h"
#include "search/admission.h"
#include "search/doc_filter.h"
#include "search/scorer_fast.h"

enum {
    WINDOW_RANGES = RLS_FILTER_WINDOW / RLS_RANGE_SIZE
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

/* The greatest first part in a range of 256 documents. */
static uint32_t
range_bound(const rls_sorter *sorter, uint32_t range)
{
    const rls_order_key *key = &sorter->order->keys[0];
    const rls_column    *column = key->columns == NULL ? NULL : key->columns[sorter->view->number];
    uint32_t             least, greatest;

    if (column == NULL || !rls_column_zone(column, range, &least, &greatest))
        return 0;
    return key->descending ? greatest + 1 : column->value_count - least;
}

/* Windows in the order of their bounds, the greatest first, as ~bound << 32 | window. */
static rls_status
order_windows(const rls_sorter *sorter, uint32_t count, uint64_t **out_windows)
{
    rls_search_state *state = sorter->state;
    uint64_t *windows = rls_arena_alloc(&state->scratch, 2 * (size_t)count * sizeof(*windows));
    uint32_t  doc_count = sorter->view->doc_count;
    bool      ordered = true;

    *out_windows = windows;
    if (windows == NULL)
        return rls_search_no_memory(state);
    for (uint32_t w = 0; w < count; w++) {
        uint32_t bound = 0, first = w * WINDOW_RANGES;
        for (uint32_t r = first; r < first + WINDOW_RANGES && r * RLS_RANGE_SIZE < doc_count; r++) {
            uint32_t one = range_bound(sorter, r);
            bound = one > bound ? one : bound;
        }
        windows[w] = (uint64_t)(UINT32_MAX - bound) << 32 | w;
        ordered = ordered && (w == 0 || windows[w] > windows[w - 1]);
    }
    if (!ordered)
        rls_sort_u64(windows, windows + count, count);
    return RLS_OK;
}

static void
offer_window(rls_sorter *sorter, bool all, uint32_t from, uint32_t word_count,
             const uint64_t *words)
{
    enum {
        RANGE_WORDS = RLS_RANGE_SIZE / 64
    };

    for (uint32_t i = 0; i < word_count; i++) {
        if (i % RANGE_WORDS == 0 &&
            range_bound(sorter, (from + 64 * i) / RLS_RANGE_SIZE) < rls_sorter_least(sorter)) {
            i += RANGE_WORDS - 1;
            continue;
        }
        for (uint64_t word = words[i]; word != 0; word &= word - 1)
            rls_sorter_offer(sorter, all, from + 64 * i + (uint32_t)__builtin_ctzll(word), 0);
    }
}

/* Windows of documents with the best values first, until none is left that can better what was
 * found; when all must be counted the others are looked at, too. */
static rls_status
sort_unscored(rls_sorter *sorter, const rls_segment_view *view, bool all, uint64_t *total)
{
    rls_search_state *state = sorter->state;
    uint32_t          count = (view->doc_count + RLS_FILTER_WINDOW - 1) / RLS_FILTER_WINDOW;
    rls_doc_filter   *filter;
    uint64_t         *windows;
    rls_status        status = order_windows(sorter, count, &windows);

    if (status == RLS_OK && all)
        status = rls_doc_filter_open_all(state, view, state->plan.root, &filter);
    else if (status == RLS_OK)
        status = rls_doc_filter_open(state, view, state->plan.root, &filter);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        uint64_t words[RLS_FILTER_WORDS];
        uint32_t from = (uint32_t)windows[i] * RLS_FILTER_WINDOW, left = view->doc_count - from;
        uint32_t word_count = left < RLS_FILTER_WINDOW ? (left + 63) / 64 : RLS_FILTER_WORDS;
        bool     hopeless = UINT32_MAX - (uint32_t)(windows[i] >> 32) < rls_sorter_least(sorter);
        if (hopeless && !state->request->count) {
            sorter->all_seen = false;
            return RLS_OK;
        }
        rls_doc_filter_live(view, from, words);
        status = rls_doc_filter_keep(filter, from, words);
        if (status == RLS_OK)
            status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        *total += rls_popcount_words(words, word_count);
        if (!hopeless)
            offer_window(sorter, all, from, word_count, words);
    }
    return status;
}

/* Segments with the best values first, so that the others need not be looked at for long. */
static rls_status
order_segments(const rls_sorter *sorter, uint32_t **out_segments)
{
    rls_search_state    *state = sorter->state;
    const rls_order_key *key = &sorter->order->keys[0];
    uint32_t             count = state->snapshot->segment_count;
    uint32_t *segments = rls_arena_alloc(state->arena, (count + (size_t)1) * sizeof(*segments));

    *out_segments = segments;
    if (segments == NULL)
        return rls_search_no_memory(state);
    for (uint32_t s = 0; s < count; s++) {
        const rls_column *column = key->columns == NULL ? NULL : key->columns[s];
        uint32_t          at = s, part = column == NULL ? 0 : column->value_count;
        for (; at > 0; at--) {
            uint32_t          before = segments[at - 1];
            const rls_column *other = key->columns == NULL ? NULL : key->columns[before];
            if (rls_order_compare(sorter->order, 0, before, other == NULL ? 0 : other->value_count,
                                  s, part) <= 0)
                break;
            segments[at] = before;
        }
        segments[at] = s;
    }
    return RLS_OK;
}

static rls_status
sort_segments(rls_sorter *sorter, bool scored, bool all, rls_segment_totals *totals)
{
    rls_search_state *state = sorter->state;
    uint32_t         *segments;
    rls_status        status = order_segments(sorter, &segments);

    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        const rls_segment_view *view = &state->views[segments[s]];
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
