#include "search/search_state.h"

#include "base/clock.h"
#include "search/near_expand.h"
#include "search/refine.h"

enum {
    SAME_WITHIN = 256, /* leaves before a pattern that are looked at for the same */
    KEPT_LISTS = 2048, /* a few hundred bytes each */
    POLLS_A_CLOCK = 16 /* reading the clock costs more than a window of work may */
};

rls_status
rls_search_no_memory(const rls_search_state *state)
{
    return rls_fail(state->err, RLS_NO_MEMORY, "no memory for a search");
}

rls_status
rls_search_corrupt(const rls_search_state *state, const rls_segment_view *view)
{
    return rls_fail(state->err, RLS_CORRUPT, "%s: postings are damaged",
                    rls_segment_get_info(view->segment)->name);
}

rls_status
rls_search_poll(rls_search_state *state)
{
    const rls_search_request *request = state->request;

    if (request->cancel != NULL && request->cancel(request->cancel_context))
        return rls_fail(state->err, RLS_CANCELLED, "the search was cancelled");
    if (request->deadline_ns != 0 && state->polls++ % POLLS_A_CLOCK == 0) {
        if (rls_clock_ns() >= request->deadline_ns) {
            state->polls = 0; /* the next poll looks again */
            return RLS_TIMEOUT;
        }
    }
    return RLS_OK;
}

rls_status
rls_search_fold(rls_search_state *state, rls_bytes form, rls_fold_level level,
                rls_bytes *out_folded)
{
    rls_analyzer **folder = &state->workspace->folder;

    if (*folder == NULL) {
        /* Folding is the same in every language. */
        rls_status status =
            rls_analyzer_new(state->heap, rls_bytes_of("none", 4), folder, state->err);
        if (status != RLS_OK)
            return status;
    }
    return rls_analyzer_fold(*folder, form, level, out_folded, state->err);
}

bool
rls_scratch_reserve(rls_search_state *state, rls_scratch *scratch, size_t count,
                    size_t element_size)
{
    return rls_grow(state->heap, &scratch->memory, &scratch->capacity, count + 1, element_size);
}

static bool
is_number(float value)
{
    return value >= 0.0f && isfinite(value);
}

/* The blocks of scratch memory are the workspace's; the state has them while it searches. */
static void
swap_blocks(rls_search_state *state)
{
    rls_scratch *own[RLS_SCRATCH_COUNT] = {&state->positions, &state->forms,
                                           &state->keys,      &state->more_keys,
                                           &state->sort_keys, &state->union_scorer};
    rls_arena    arena = state->scratch;

    for (int i = 0; i < RLS_SCRATCH_COUNT; i++) {
        rls_scratch block = *own[i];
        *own[i] = state->workspace->blocks[i];
        state->workspace->blocks[i] = block;
    }
    state->scratch = state->workspace->scratch;
    state->workspace->scratch = arena;
}

rls_status
rls_search_state_init(rls_search_state *state, rls_heap *heap, rls_arena *arena,
                      const rls_snapshot *snapshot, const rls_search_request *request,
                      rls_error *err)
{
    rls_status status;

    *state = (rls_search_state){.heap = heap,
                                .arena = arena,
                                .snapshot = snapshot,
                                .request = request,
                                .k1 = request->k1,
                                .b = request->b,
                                .err = err};
    if (request->k1 != RLS_BY_LENGTH && !is_number(request->k1))
        return rls_fail(err, RLS_BAD_ARGUMENT, "k1 must be a number from 0");
    if (request->b != RLS_BY_LENGTH && (!is_number(request->b) || request->b > 1.0f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "b must be a number from 0 to 1");
    for (uint32_t i = 0; i < request->weight_count; i++)
        if (!is_number(request->weights[i].weight))
            return rls_fail(err, RLS_BAD_ARGUMENT, "the weight of a field must be a number from 0");
    status = rls_workspace_take(heap, snapshot, &state->workspace, err);
    if (status != RLS_OK)
        return status;
    swap_blocks(state);
    return RLS_OK;
}

rls_status
rls_search_open_views(rls_search_state *state)
{
    return rls_workspace_views(state->workspace, state->snapshot, state->request, state->k1,
                               state->b, &state->views, state->err);
}

void
rls_search_state_release(rls_search_state *state)
{
    if (state->workspace == NULL)
        return;
    swap_blocks(state);
    rls_workspace_give(state->snapshot, state->workspace);
    state->workspace = NULL;
}

static rls_status
term_idf(rls_search_state *state, rls_bytes term, double *out_idf)
{
    uint64_t   doc_freq;
    rls_status status = rls_snapshot_doc_freq(state->snapshot, term, &doc_freq, state->err);

    if (status == RLS_OK)
        *out_idf = rls_idf(state->snapshot->doc_count, doc_freq);
    return status;
}

/* Looks the term up in every segment and keeps what it found. */
static rls_status
find_lists(rls_search_state *state, rls_bytes term, rls_posting_list *lists, uint64_t *out_doc_freq)
{
    *out_doc_freq = 0;
    for (uint32_t s = 0; s < state->snapshot->segment_count; s++) {
        const rls_segment_view *view = &state->views[s];
        uint32_t                doc_freq = 0;
        rls_status status = rls_segment_find_term(view->segment, term, &lists[s], state->err);
        if (status == RLS_OK)
            status = rls_live_doc_freq(&lists[s], view->live, &doc_freq, state->err);
        else if (status == RLS_NOT_FOUND)
            lists[s].doc_freq = 0;
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            return status;
        *out_doc_freq += doc_freq;
    }
    return RLS_OK;
}

static rls_status
weigh_word(rls_search_state *state, rls_plan_leaf *leaf)
{
    uint32_t          segments = state->snapshot->segment_count;
    uint32_t          terms = leaf->words[0].term_count;
    rls_posting_list *lists = NULL;

    leaf->weight = 0.0f;
    if ((uint64_t)state->plan.leaf_count * segments <= KEPT_LISTS) {
        lists = rls_arena_alloc(state->arena, (size_t)terms * segments * sizeof(*lists) + 1);
        if (lists == NULL)
            return rls_search_no_memory(state);
    }
    for (uint32_t i = 0; i < terms; i++) {
        double     idf;
        uint64_t   doc_freq;
        rls_status status;
        if (lists != NULL) {
            status =
                find_lists(state, leaf->words[0].terms[i], lists + (size_t)i * segments, &doc_freq);
            idf = rls_idf(state->snapshot->doc_count, doc_freq);
        } else {
            status = term_idf(state, leaf->words[0].terms[i], &idf);
        }
        if (status != RLS_OK)
            return status;
        leaf->scaled_weights[i] = (float)((double)leaf->boost * idf);
        leaf->weight += leaf->scaled_weights[i];
    }
    leaf->lists = lists;
    return RLS_OK;
}

/* The weight of a phrase is that of its words; a word with terms of several languages counts as its
 * rarest. */
static rls_status
weigh_phrase(rls_search_state *state, rls_plan_leaf *leaf)
{
    double sum = 0.0;

    for (uint32_t w = 0; w < leaf->word_count; w++) {
        double greatest = 0.0, idf;
        for (uint32_t i = 0; i < leaf->words[w].term_count; i++) {
            rls_status status = term_idf(state, leaf->words[w].terms[i], &idf);
            if (status != RLS_OK)
                return status;
            if (idf > greatest)
                greatest = idf;
        }
        sum += greatest;
    }
    leaf->scaled_weights[0] = leaf->weight = (float)((double)leaf->boost * sum);
    return RLS_OK;
}

static bool
same_bytes(rls_bytes a, rls_bytes b)
{
    return rls_bytes_compare(a, b) == 0;
}

/* An earlier leaf that asks for the same words, whose matches serve again; `number` if none. */
static uint32_t
same_prefix(const rls_search_state *state, uint32_t number)
{
    const rls_plan_leaf *leaf = &state->plan.leaves[number];
    uint32_t             first = number > SAME_WITHIN ? number - SAME_WITHIN : 0;

    for (uint32_t i = first; leaf->kind == RLS_LEAF_PATTERN && i < number; i++) {
        const rls_plan_leaf *other = &state->plan.leaves[i];
        if (other->kind == RLS_LEAF_PATTERN && same_bytes(other->field, leaf->field) &&
            rls_pattern_equals(other->words[0].pattern, leaf->words[0].pattern))
            return i;
    }
    return number;
}

/* Matches of one segment, as long as all matches together stay within their share of memory. */
static rls_status
expand_prefix(rls_search_state *state, uint32_t number, uint32_t segment)
{
    rls_prefix_matches *matches =
        &state->prefixes[(size_t)number * state->snapshot->segment_count + segment];
    rls_status status;

    if (state->prefix_match_count >= RLS_PREFIX_MATCH_MAX) {
        state->prefixes_cut = true;
        return RLS_OK;
    }
    if (state->plan.leaves[number].kind == RLS_LEAF_NEAR)
        status =
            rls_near_expand(state, &state->views[segment], &state->plan.leaves[number], matches);
    else
        status =
            rls_prefix_expand(state, &state->views[segment], &state->plan.leaves[number], matches);
    state->prefix_match_count += matches->count;
    rls_arena_reset(&state->scratch);
    return status;
}

static rls_status
weigh_prefix(rls_search_state *state, uint32_t number)
{
    rls_plan_leaf *leaf = &state->plan.leaves[number];
    uint32_t       segments = state->snapshot->segment_count;
    uint32_t       same = same_prefix(state, number);
    uint64_t       doc_freq = 0;

    if (state->prefixes == NULL) {
        state->prefixes = rls_arena_alloc_zeroed(
            state->arena, (size_t)state->plan.leaf_count * segments + 1, sizeof(*state->prefixes));
        if (state->prefixes == NULL)
            return rls_search_no_memory(state);
    }
    for (uint32_t s = 0; s < segments; s++) {
        rls_prefix_matches *matches = &state->prefixes[(size_t)number * segments + s];
        rls_status          status = RLS_OK;
        if (same != number)
            *matches = state->prefixes[(size_t)same * segments + s];
        else
            status = expand_prefix(state, number, s);
        if (status != RLS_OK)
            return status;
        doc_freq += matches->count;
    }
    leaf->weight = (float)((double)leaf->boost * rls_idf(state->snapshot->doc_count, doc_freq));
    leaf->scaled_weights[0] = leaf->weight;
    return RLS_OK;
}

static rls_status
weigh_leaf(rls_search_state *state, uint32_t number)
{
    rls_plan_leaf *leaf = &state->plan.leaves[number];
    uint32_t       count = leaf->kind == RLS_LEAF_WORD ? leaf->words[0].term_count : 1;
    rls_status     status = RLS_OK;

    leaf->scaled_weights =
        rls_arena_alloc_zeroed(state->arena, count, sizeof(*leaf->scaled_weights));
    if (leaf->scaled_weights == NULL)
        return rls_search_no_memory(state);
    if (leaf->kind == RLS_LEAF_PATTERN || leaf->kind == RLS_LEAF_NEAR)
        status = weigh_prefix(state, number);
    else if (!leaf->scored && !leaf->aside)
        return RLS_OK;
    else if (leaf->kind == RLS_LEAF_WORD)
        status = weigh_word(state, leaf);
    else if (leaf->kind == RLS_LEAF_PHRASE)
        status = weigh_phrase(state, leaf);
    if (!leaf->scored && !leaf->aside)
        leaf->weight = leaf->scaled_weights[0] = 0.0f;
    return status;
}

/* The greatest power of two under which all weights together stay below 2^30: roundings up of
 * bounds then cannot pass 2^31. */
static void
choose_scale(rls_search_state *state, double sum)
{
    const rls_refinement *refinement = state->plan.refinement;
    int                   exponent;

    frexp(sum, &exponent); /* sum < 2^exponent */
    state->scale_exponent = RLS_SCALE_MAX;
    if (sum > 0.0 && 30 - exponent < RLS_SCALE_MAX)
        state->scale_exponent = 30 - exponent;
    for (uint32_t i = 0; i < state->plan.leaf_count; i++) {
        rls_plan_leaf *leaf = &state->plan.leaves[i];
        uint32_t       count = leaf->kind == RLS_LEAF_WORD ? leaf->words[0].term_count : 1;
        for (uint32_t t = 0; t < count; t++)
            leaf->scaled_weights[t] = ldexpf(leaf->scaled_weights[t], state->scale_exponent);
    }
    for (uint32_t i = 0; refinement != NULL && i < refinement->part_count; i++)
        refinement->parts[i].scaled_weight =
            ldexpf(refinement->parts[i].scaled_weight, state->scale_exponent);
}

rls_status
rls_search_weigh(rls_search_state *state)
{
    double     sum = 0.0, refined;
    rls_status status;

    for (uint32_t i = 0; i < state->plan.leaf_count; i++) {
        status = rls_search_poll(state);
        if (status == RLS_OK)
            status = weigh_leaf(state, i);
        if (status != RLS_OK)
            return status;
        if (!state->plan.leaves[i].aside)
            sum += (double)state->plan.leaves[i].weight;
    }
    status = rls_refinement_make(state, &refined);
    if (status != RLS_OK)
        return status;
    if (!(sum + refined < 1e30))
        return rls_fail(state->err, RLS_BAD_ARGUMENT, "the boosts of the query are too large");
    choose_scale(state, sum + refined);
    return RLS_OK;
}
