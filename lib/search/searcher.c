#include "search/searcher.h"

#include "base/sort.h"
#include "search/admission.h"
#include "search/best_list.h"
#include "search/facets.h"
#include "search/match_set.h"
#include "search/scorer.h"
#include "search/scorer_fast.h"
#include "search/search_kept.h"
#include "search/sort_matches.h"

enum {
    RESULTS_CHUNK = 8 * 1024,
    PAGE_MAX = 1000000 /* skip + limit */
};

static rls_status
new_results(rls_heap *heap, rls_results **out_results, rls_error *err)
{
    rls_results *results = rls_alloc_zeroed(heap, 1, sizeof(*results));

    *out_results = results;
    if (results == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    results->heap = heap;
    rls_arena_init(&results->arena, heap, RESULTS_CHUNK);
    return RLS_OK;
}

void
rls_results_free(rls_results *results)
{
    if (results == NULL)
        return;
    rls_arena_release(&results->arena);
    rls_free(results->heap, results);
}

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

/* Asks for what ranking did not tell of the hits: whether all words are there, and with `scored`
 * the score. */
static rls_status
ask_again(rls_search_state *state, const rls_order *order, bool scored, rls_results *results)
{
    size_t     room = results->count + (size_t)1;
    uint64_t  *places = rls_arena_alloc(state->arena, 2 * room * sizeof(*places));
    uint32_t  *docs = rls_arena_alloc(state->arena, 2 * room * sizeof(*docs));
    bool      *all = rls_arena_alloc(state->arena, room * sizeof(*all));
    rls_status status = RLS_OK;

    if (docs == NULL || places == NULL || all == NULL)
        return rls_search_no_memory(state);
    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        uint32_t *scores = docs + room, count = 0;
        for (uint32_t i = 0; i < results->count; i++)
            if (results->items[i].segment == s)
                places[count++] = (uint64_t)results->items[i].doc << 32 | i;
        rls_sort_u64(places, places + room, count);
        for (uint32_t i = 0; i < count; i++)
            docs[i] = (uint32_t)(places[i] >> 32);
        if (count > 0)
            status =
                rls_scorer_ask(state, &state->views[s], docs, count, all, scored ? scores : NULL);
        for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
            rls_result *item = &results->items[(uint32_t)places[i]];
            item->matches_all = all[i];
            if (scored && order->dates != NULL)
                scores[i] = rls_recency_score(&order->recency, order->dates[s], docs[i], scores[i]);
            if (scored)
                item->score = ldexp((double)scores[i], -state->scale_exponent);
        }
        rls_arena_reset(&state->scratch);
    }
    return status;
}

static rls_status
new_items(rls_search_state *state, uint32_t found, rls_results *results)
{
    uint32_t skip = state->request->skip;

    results->count = found > skip ? found - skip : 0;
    results->items =
        rls_arena_alloc(&results->arena, (results->count + (size_t)1) * sizeof(*results->items));
    results->kept = rls_arena_alloc(&results->arena, sizeof(*results->kept));
    if (results->items == NULL || results->kept == NULL)
        return rls_search_no_memory(state);
    *results->kept = (rls_search_kept){.plan = state->plan,
                                       .request = *state->request,
                                       .prefixes = state->prefixes,
                                       .scale_exponent = state->scale_exponent};
    results->kept->request.query = NULL;
    results->kept->request.cancel = NULL;
    results->kept->request.deadline_ns = 0;
    return RLS_OK;
}

static rls_status
fill_results(rls_search_state *state, rls_order *order, const rls_best_list *best,
             rls_results *results)
{
    uint32_t   skip = state->request->skip;
    bool       ranks_all = rls_scorer_ranks_all(state);
    rls_status status = new_items(state, best->count, results);

    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < results->count; i++) {
        const rls_best_entry *entry = &best->entries[skip + i];
        uint32_t              score = (uint32_t)(entry->key >> 32) & INT32_MAX;
        results->items[i] = (rls_result){.segment = entry->segment,
                                         .doc = entry->doc,
                                         .score = ldexp((double)score, -state->scale_exponent),
                                         .matches_all = ranks_all ? entry->key >> 63 != 0 : true};
        order->last_tier = entry->key >> 63 != 0;
        order->last_parts[0] = score;
        order->last_segment = entry->segment;
        order->last_doc = entry->doc;
    }
    results->marked = ranks_all || !rls_match_is_partial(state->plan.root);
    return RLS_OK;
}

static rls_status
fill_sorted(rls_search_state *state, rls_order *order, const rls_sorter *sorter,
            rls_results *results)
{
    uint32_t   skip = state->request->skip;
    rls_status status = new_items(state, sorter->best_count, results);

    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < results->count; i++) {
        const rls_sorted *entry = &sorter->best[skip + i];
        results->items[i] = (rls_result){.segment = entry->segment, .doc = entry->doc};
        order->last_tier = order->is_tiered ? entry->tier : 0;
        memcpy(order->last_parts, entry->parts, sizeof(order->last_parts));
        order->last_segment = entry->segment;
        order->last_doc = entry->doc;
    }
    results->marked = true;
    return ask_again(state, order, true, results);
}

/* What snippets look for: the words that the query asks for, not those it excludes. */
static rls_status
fill_leaves(rls_search_state *state, rls_results *results)
{
    rls_match_leaf *leaves =
        rls_arena_alloc(&results->arena, (state->plan.leaf_count + (size_t)1) * sizeof(*leaves));

    if (leaves == NULL)
        return rls_search_no_memory(state);
    results->leaves = leaves;
    for (uint32_t i = 0; i < state->plan.leaf_count; i++) {
        const rls_plan_leaf *leaf = &state->plan.leaves[i];
        if (leaf->word_count > 0 && !leaf->negated)
            leaves[results->leaf_count++] =
                (rls_match_leaf){leaf->field, leaf->word_count, leaf->words, leaf->weight};
    }
    return RLS_OK;
}

static void
fill_totals(const rls_search_state *state, const rls_best_list *best,
            const rls_segment_totals *totals, rls_results *results)
{
    bool ranks_all = rls_scorer_ranks_all(state);
    bool has_all = ranks_all ? totals->all > 0 : !rls_match_is_partial(state->plan.root);

    results->total_is_exact = !results->timed_out && !state->prefixes_cut &&
                              (state->request->count || best == NULL || best->limit == 0 ||
                               state->request->evaluation == RLS_EVALUATE_EXHAUSTIVE);
    results->total = ranks_all && has_all ? totals->all : totals->any;
    if (best != NULL && !results->total_is_exact && results->total < best->count) {
        /* What came back is known to be there. */
        uint32_t all = 0;
        while (all < best->count && best->entries[all].key >> 63 != 0)
            all++;
        has_all = ranks_all ? all > 0 : has_all;
        results->total = ranks_all && all > 0 ? all : best->count;
    }
    results->total_has_all_words = results->total > 0 && has_all;
}

static rls_status
copy_notes(const rls_query *query, rls_arena *arena, rls_query_note *notes, uint32_t *count,
           rls_error *err)
{
    for (uint32_t i = 0; i < query->note_count; i++) {
        const rls_query_note *note = &query->notes[i];
        char                 *message = rls_arena_copy(arena, note->message, strlen(note->message));
        if (message == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
        notes[(*count)++] = (rls_query_note){note->start, note->end, message};
    }
    return RLS_OK;
}

/* RLS_TIMEOUT is told, not passed on. */
static rls_status
in_time(rls_status status, rls_results *results)
{
    if (status != RLS_TIMEOUT)
        return status;
    results->timed_out = true;
    return RLS_OK;
}

static uint32_t
wanted(const rls_search_request *request)
{
    return request->limit == 0 ? 0 : request->skip + request->limit;
}

static rls_status
rank_by_score(rls_search_state *state, rls_order *order, const rls_place *place,
              rls_results *results)
{
    rls_best_list      best = {0};
    rls_segment_totals totals = {0, 0};
    rls_status         status = RLS_OK;

    for (uint32_t s = 0; status == RLS_OK && s < state->snapshot->segment_count; s++)
        if (state->request->evaluation == RLS_EVALUATE_FAST)
            status =
                rls_segment_view_bounds(&state->views[s], &state->workspace->tables, state->err);
    if (status == RLS_OK)
        status = rls_best_list_init(&best, state, wanted(state->request));
    if (status == RLS_OK)
        status = in_time(score_segments(state, order, place, &best, &totals), results);
    if (status == RLS_OK)
        status = fill_results(state, order, &best, results);
    if (status == RLS_OK)
        fill_totals(state, &best, &totals, results);
    rls_best_list_release(&best);
    return status;
}

static rls_status
rank_by_columns(rls_search_state *state, rls_order *order, const rls_place *place,
                rls_results *results)
{
    rls_segment_totals totals = {0, 0};
    rls_sorter         sorter;
    rls_status         status = RLS_OK;

    rls_sorter_init(&sorter, state, order, place, wanted(state->request));
    for (uint32_t s = 0; status == RLS_OK && s < state->snapshot->segment_count; s++)
        if (order->needs_score)
            status =
                rls_segment_view_bounds(&state->views[s], &state->workspace->tables, state->err);
    if (status == RLS_OK)
        status = in_time(rls_sort_matches(&sorter, &totals), results);
    if (status == RLS_OK)
        status = fill_sorted(state, order, &sorter, results);
    if (status == RLS_OK)
        fill_totals(state, NULL, &totals, results);
    rls_sorter_release(&sorter);
    return status;
}

/* The order, and the place in it to go on from. */
static rls_status
read_order(rls_search_state *state, rls_results *results, rls_query_note *notes,
           rls_order **out_order, rls_place *place)
{
    const rls_search_request *request = state->request;
    rls_status                status = RLS_OK;

    if (request->after.size > 0)
        status = rls_place_read(place, state->arena, request->after,
                                request->sort_count == 0 ? 1 : request->sort_count, state->err);
    if (status == RLS_OK)
        status = rls_order_new(state, &results->arena, notes, &results->note_count, out_order);
    if (status != RLS_OK || request->after.size == 0)
        return status;
    if (request->now == RLS_NOW)
        (*out_order)->recency.now = place->now;
    return rls_place_check(place, *out_order, state->err);
}

static rls_status
run(rls_search_state *state, rls_results *results)
{
    const rls_search_request *request = state->request;
    rls_query_note *notes = rls_arena_alloc(&results->arena, RLS_QUERY_NOTE_MAX * sizeof(*notes));
    rls_order      *order = NULL;
    rls_place       place, *after = request->after.size > 0 ? &place : NULL;
    rls_status      status = RLS_OK;

    if (notes == NULL)
        return rls_search_no_memory(state);
    results->notes = notes;
    status = copy_notes(request->query, &results->arena, notes, &results->note_count, state->err);
    if (status == RLS_OK)
        status =
            rls_query_rewrite(state->heap, &results->arena, state->snapshot, request->query,
                              request->mode, &state->plan, notes, &results->note_count, state->err);
    if (status == RLS_OK)
        status = rls_search_weigh(state);
    if (status == RLS_OK)
        status = read_order(state, results, notes, &order, &place);
    if (status == RLS_OK && (order->by_score || wanted(request) == 0))
        status = rank_by_score(state, order, after, results);
    else if (status == RLS_OK)
        status = rank_by_columns(state, order, after, results);
    if (status == RLS_OK && request->facet_count > 0)
        status = in_time(rls_facets_count(state, &results->arena, &results->facets), results);
    if (status == RLS_OK)
        status = fill_leaves(state, results);
    results->order = order;
    if (state->prefixes_cut && results->note_count < RLS_QUERY_NOTE_MAX)
        notes[results->note_count++] = (rls_query_note){
            0, 0, "too many documents have words that begin so: some beginnings were left out"};
    return status;
}

rls_status
rls_search_resume(rls_search_state *state, rls_results *results, const rls_snapshot *snapshot,
                  rls_error *err)
{
    rls_status status = rls_search_state_init(state, results->heap, &results->arena, snapshot,
                                              &results->kept->request, err);

    state->plan = results->kept->plan;
    state->prefixes = results->kept->prefixes;
    state->scale_exponent = results->kept->scale_exponent;
    return status;
}

rls_status
rls_results_mark(rls_results *results, const rls_snapshot *snapshot, rls_error *err)
{
    rls_search_state state;
    rls_status       status;

    if (results->marked || results->kept == NULL)
        return RLS_OK;
    status = rls_search_resume(&state, results, snapshot, err);
    if (status == RLS_OK)
        status = ask_again(&state, NULL, false, results);
    rls_search_state_release(&state);
    results->marked = status == RLS_OK;
    return status;
}

rls_status
rls_results_next(const rls_results *results, const rls_snapshot *snapshot, rls_buffer *out,
                 rls_error *err)
{
    return rls_place_write(results->order, snapshot, results->heap, out, err);
}

rls_status
rls_search(rls_heap *heap, const rls_snapshot *snapshot, const rls_search_request *request,
           rls_results **out_results, rls_error *err)
{
    rls_search_state state;
    rls_results     *results;
    rls_status       status;

    *out_results = NULL;
    if ((uint64_t)request->skip + request->limit > PAGE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "at most the first %d hits can be asked for",
                        PAGE_MAX);
    status = new_results(heap, &results, err);
    if (status != RLS_OK)
        return status;
    status = rls_search_state_init(&state, heap, &results->arena, snapshot, request, err);
    if (status == RLS_OK)
        status = run(&state, results);
    rls_search_state_release(&state);
    if (status != RLS_OK) {
        rls_results_free(results);
        return status;
    }
    *out_results = results;
    return RLS_OK;
}
