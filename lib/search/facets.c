#include "search/facets.h"

#include "search/facet_tally.h"
#include "search/match_set.h"
#include "search/plan_without.h"
#include "search/scorer.h"

typedef struct facet {
    rls_facet_tally      tally;
    const rls_plan_node *root;
    bool                 counted;
} facet;

/* One pass over the segments for all facets of a root; *out_found: some document matches. */
static rls_status
count_root(rls_search_state *state, facet *facets, const rls_plan_node *root, bool all,
           bool *out_found)
{
    uint32_t   count = state->request->facet_count;
    rls_status status = RLS_OK;

    *out_found = false;
    for (uint32_t i = 0; i < count; i++)
        if (facets[i].root == root)
            rls_facet_tally_clear(&facets[i].tally);
    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        rls_bitset bits;
        status = rls_match_set(state, &state->views[s], root, all, &bits);
        for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
            if (facets[i].root != root)
                continue;
            status = rls_facet_tally_add(&facets[i].tally, &state->views[s], &bits);
            *out_found = *out_found || facets[i].tally.documents > 0;
        }
        rls_arena_reset(&state->scratch);
    }
    return status;
}

static rls_status
count_all(rls_search_state *state, facet *facets)
{
    for (uint32_t i = 0; i < state->request->facet_count; i++) {
        const rls_plan_node *root = facets[i].root;
        bool                 found = false;
        rls_status           status = RLS_OK;

        if (facets[i].counted)
            continue;
        if (state->request->mode == RLS_MATCH_AUTO && rls_match_is_partial(root))
            status = count_root(state, facets, root, true, &found);
        if (status == RLS_OK && !found)
            status = count_root(state, facets, root, false, &found);
        if (status != RLS_OK)
            return status;
        for (uint32_t j = i; j < state->request->facet_count; j++)
            facets[j].counted = facets[j].counted || facets[j].root == root;
    }
    return RLS_OK;
}

/* The root that a facet counts under; facets that leave out the same field share it. */
static rls_status
choose_root(rls_search_state *state, facet *facets, uint32_t number)
{
    const rls_facet_wish *wishes = state->request->facets;

    facets[number].root = state->plan.root;
    if (!wishes[number].leave_out_own_filter)
        return RLS_OK;
    for (uint32_t i = 0; i < number; i++) {
        if (wishes[i].leave_out_own_filter &&
            rls_bytes_compare(wishes[i].field, wishes[number].field) == 0) {
            facets[number].root = facets[i].root;
            return RLS_OK;
        }
    }
    return rls_plan_without(state, wishes[number].field, &facets[number].root);
}

rls_status
rls_facets_count(rls_search_state *state, rls_arena *arena, rls_facet_result **out_facets)
{
    uint32_t          count = state->request->facet_count;
    rls_facet_result *results = rls_arena_alloc_zeroed(arena, count + (size_t)1, sizeof(*results));
    facet     *facets = rls_arena_alloc_zeroed(state->arena, count + (size_t)1, sizeof(*facets));
    rls_status status = RLS_OK, told = RLS_OK;

    *out_facets = results;
    if (results == NULL || facets == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        status =
            rls_facet_tally_init(&facets[i].tally, state, state->arena, &state->request->facets[i]);
        if (status == RLS_OK)
            status = choose_root(state, facets, i);
    }
    if (status == RLS_OK)
        status = count_all(state, facets);
    for (uint32_t i = 0; i < count && (status == RLS_OK || status == RLS_TIMEOUT); i++) {
        results[i].exact = facets[i].counted && !state->prefixes_cut;
        told = rls_facet_tally_tell(&facets[i].tally, arena, &results[i]);
        if (told != RLS_OK)
            status = told;
    }
    for (uint32_t i = 0; i < count; i++)
        rls_facet_tally_release(&facets[i].tally);
    return status;
}
