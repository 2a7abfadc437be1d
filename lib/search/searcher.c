#include "search/searcher.h"

#include "base/sort.h"
#include "search/collapse.h"
#include "search/facets.h"
#include "search/match_set.h"
#include "search/query_synonyms.h"
#include "search/search_kept.h"

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
                scores[i] = rls_order_dated(order, order->dates[s], docs[i], scores[i]);
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
    results->kept->request.k1 = state->k1;
    results->kept->request.b = state->b;
    results->kept->request.query = NULL;
    results->kept->request.synonyms = NULL;
    results->kept->request.cancel = NULL;
    results->kept->request.deadline_ns = 0;
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

/* The items of the page, from the ranking or, with `chosen`, from places in it. */
static rls_status
fill_results(rls_search_state *state, rls_order *order, const rls_ranking *ranking,
             const uint32_t *chosen, uint32_t found, rls_results *results)
{
    uint32_t   skip = state->request->skip;
    double     step = ldexp(1.0, -state->scale_exponent);
    bool       ranks_all = rls_scorer_ranks_all(state);
    rls_status status = new_items(state, found, results);

    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < results->count; i++) {
        rls_ranked ranked = rls_ranking_get(ranking, chosen == NULL ? skip + i : chosen[skip + i]);
        results->items[i] = (rls_result){.segment = ranked.segment,
                                         .doc = ranked.doc,
                                         .refined = ranked.refined,
                                         .score = (double)ranked.score * step,
                                         .matches_all = ranks_all ? ranked.tier != 0 : true};
        if (i + 1 < results->count)
            continue;
        order->last_tier = ranked.tier;
        memcpy(order->last_parts, ranked.parts, sizeof(order->last_parts));
        order->last_segment = ranked.segment;
        order->last_doc = ranked.doc;
    }
    results->marked = ranks_all || !rls_match_is_partial(state->plan.root);
    if (ranking->by_score)
        return RLS_OK;
    status = ask_again(state, order, true, results);
    /* Marks that the deadline leaves unasked for are asked for when they are wanted. */
    results->marked = status == RLS_OK || !rls_match_is_partial(state->plan.root);
    return in_time(status, results);
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
            leaves[results->leaf_count++] = (rls_match_leaf){leaf->field, leaf->word_count,
                                                             leaf->words, leaf->weight, leaf->near};
    }
    return RLS_OK;
}

static void
fill_totals(const rls_search_state *state, const rls_segment_totals *totals, bool counted,
            rls_results *results)
{
    bool ranks_all = rls_scorer_ranks_all(state);
    bool has_all = ranks_all ? totals->all > 0 : !rls_match_is_partial(state->plan.root);

    results->total_is_exact = counted && !results->timed_out && !state->prefixes_cut;
    results->total = ranks_all && has_all ? totals->all : totals->any;
    results->total_has_all_words = results->total > 0 && has_all;
}

/* What came back is known to be there. */
static void
raise_total(const rls_search_state *state, const rls_ranking *ranking, rls_results *results)
{
    bool     ranks_all = rls_scorer_ranks_all(state);
    uint32_t all = 0;

    if (results->total_is_exact || results->total >= ranking->count || !ranking->by_score)
        return;
    while (all < ranking->count && rls_ranking_get(ranking, all).tier != 0)
        all++;
    if (ranks_all && all == 0 && state->request->after.size > 0)
        return; /* those with all words may be on the pages before */
    if (ranks_all)
        results->total_has_all_words = all > 0;
    else
        results->total_has_all_words = !rls_match_is_partial(state->plan.root);
    results->total = all > 0 ? all : ranking->count;
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
        notes[(*count)++] = (rls_query_note){note->start, note->end, message, note->kind};
    }
    return RLS_OK;
}

static uint32_t
wanted(const rls_search_request *request)
{
    return request->limit == 0 ? 0 : request->skip + request->limit;
}

static rls_status
rank(rls_search_state *state, rls_order *order, const rls_place *place, rls_results *results)
{
    const rls_search_request *request = state->request;
    rls_segment_totals        totals = {0, 0};
    rls_ranking               ranking = {0};
    rls_status                status;

    status =
        in_time(rls_ranking_make(&ranking, state, order, place, wanted(request), &totals), results);
    if (status == RLS_OK)
        status = fill_results(state, order, &ranking, NULL, ranking.count, results);
    if (status == RLS_OK) {
        fill_totals(
            state, &totals,
            (ranking.by_score ? request->count || wanted(request) == 0 : ranking.sorter.all_seen) ||
                request->evaluation == RLS_EVALUATE_EXHAUSTIVE,
            results);
        raise_total(state, &ranking, results);
    }
    rls_ranking_release(&ranking);
    return status;
}

/* Hits are groups of documents, and so is the total, which is always exact then. */
static rls_status
rank_groups(rls_search_state *state, rls_order *order, const rls_place *place, rls_results *results)
{
    rls_segment_totals totals = {0, 0};
    rls_collapsing     collapsing = {0};
    rls_status         status;

    status = in_time(rls_collapse_rank(&collapsing, state, order, place, wanted(state->request)),
                     results);
    if (status == RLS_OK)
        status = fill_results(state, order, &collapsing.ranking, collapsing.chosen,
                              collapsing.count, results);
    if (status == RLS_OK)
        status = in_time(rls_collapse_count(state, order, results->items, results->count, &totals),
                         results);
    if (status == RLS_OK)
        fill_totals(state, &totals, true, results);
    rls_collapsing_release(&collapsing);
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
rewrite(rls_search_state *state, rls_results *results, rls_query_note *notes)
{
    const rls_search_request *request = state->request;
    rls_query                 query = *request->query;
    rls_rewriter              rewriter = {.heap = state->heap,
                                          .arena = &results->arena,
                                          .snapshot = state->snapshot,
                                          .query = request->query,
                                          .notes = notes,
                                          .note_count = &results->note_count,
                                          .clock = state,
                                          .err = state->err};
    rls_status                status = RLS_OK;

    if (request->synonyms != NULL)
        status = rls_query_add_synonyms(&rewriter, request->synonyms, request->synonym_weight,
                                        &query.root);
    if (status != RLS_OK)
        return status;
    return rls_query_rewrite(state->heap, &results->arena, state->snapshot, &query, request->mode,
                             request->ranking, request->now, state, &state->plan, notes,
                             &results->note_count, state->err);
}

/* The segments under parameters that go by the query, where nobody gave them. */
static rls_status
open_views(rls_search_state *state)
{
    uint32_t asked = 0;

    for (uint32_t i = 0; i < state->plan.leaf_count; i++)
        asked += state->plan.leaves[i].scored && !state->plan.leaves[i].added;
    rls_settle_parameters(state->snapshot, state->request, asked, &state->k1, &state->b);
    return rls_search_open_views(state);
}

/* When the deadline passes before the query is read and all leaves are weighed, nothing can be
 * scored. */
static rls_status
plan_in_time(rls_search_state *state, rls_results *results, rls_query_note *notes)
{
    static const rls_plan_node none = {.kind = RLS_PLAN_NONE};
    rls_plan_node             *root;
    rls_status                 status = rewrite(state, results, notes), opened = RLS_OK;

    if (status == RLS_OK || status == RLS_TIMEOUT)
        opened = open_views(state);
    if (opened != RLS_OK)
        return opened;
    if (status == RLS_OK)
        status = rls_search_weigh(state);
    if (status != RLS_TIMEOUT)
        return status;
    results->timed_out = true;
    root = rls_arena_alloc(&results->arena, sizeof(*root));
    if (root == NULL)
        return rls_search_no_memory(state);
    *root = none;
    state->plan = (rls_plan){.root = root};
    return RLS_OK;
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
        status = plan_in_time(state, results, notes);
    if (status == RLS_OK)
        status = read_order(state, results, notes, &order, &place);
    if (status == RLS_OK && request->collapse != RLS_COLLAPSE_NONE)
        status = rank_groups(state, order, after, results);
    else if (status == RLS_OK)
        status = rank(state, order, after, results);
    if (status == RLS_OK && request->facet_count > 0)
        status = in_time(rls_facets_count(state, &results->arena, &results->facets), results);
    if (status == RLS_OK)
        status = fill_leaves(state, results);
    results->order = order;
    if (state->prefixes_cut && results->note_count < RLS_QUERY_NOTE_MAX)
        notes[results->note_count++] = (rls_query_note){
            0, 0, "too many documents have words that begin so: some beginnings were left out",
            RLS_NOTE_CUT};
    return status;
}

rls_status
rls_search_resume(rls_search_state *state, rls_results *results, const rls_snapshot *snapshot,
                  rls_error *err)
{
    rls_status status = rls_search_state_init(state, results->heap, &results->arena, snapshot,
                                              &results->kept->request, err);

    if (status == RLS_OK)
        status = rls_search_open_views(state);
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
