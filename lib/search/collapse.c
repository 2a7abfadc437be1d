#include "search/collapse.h"

#include "base/sort.h"
#include "search/match_set.h"

/* Groups met so far, each with a number: open addressing over their signatures, none of them 0. */
typedef struct group_table {
    uint64_t *groups;
    uint32_t *numbers;
    size_t    capacity; /* a power of two, at least twice what is in it */
} group_table;

/* What bodies of one group share; 0: the document stands for itself. */
static uint64_t
group_of(const rls_search_state *state, const rls_segment_view *view, uint32_t doc)
{
    return rls_segment_signature(view->segment, doc, state->request->collapse == RLS_COLLAPSE_NEAR);
}

static rls_status
table_init(group_table *table, rls_search_state *state, uint32_t count)
{
    table->capacity = 16;
    while (table->capacity < (size_t)2 * count)
        table->capacity *= 2;
    table->groups = rls_alloc_zeroed(state->heap, table->capacity, sizeof(*table->groups));
    table->numbers = rls_alloc(state->heap, table->capacity, sizeof(*table->numbers));
    return table->groups == NULL || table->numbers == NULL ? rls_search_no_memory(state) : RLS_OK;
}

static void
table_release(group_table *table, rls_search_state *state)
{
    rls_free(state->heap, table->groups);
    rls_free(state->heap, table->numbers);
}

/* The slot of the group, or the free one where it belongs. */
static size_t
table_find(const group_table *table, uint64_t group)
{
    size_t at = (size_t)(group * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (table->capacity - 1);

    while (table->groups[at] != 0 && table->groups[at] != group)
        at = (at + 1) & (table->capacity - 1);
    return at;
}

/* Whether the document comes behind the place in its segment. */
static bool
is_behind(const rls_collapsing *c, const rls_place_bound *bounds, const rls_ranked *ranked)
{
    const rls_segment_view *view = &c->state->views[ranked->segment];

    return c->place == NULL ||
           rls_place_precedes(&bounds[ranked->segment], c->order->key_count, ranked->tier,
                              ranked->parts, rls_segment_key_rank(view->segment, ranked->doc));
}

/* The first document of each group. */
static rls_status
choose(rls_collapsing *c, const rls_place_bound *bounds, uint32_t limit)
{
    rls_search_state *state = c->state;
    group_table       table = {0};
    rls_status        status = table_init(&table, state, c->ranking.count);

    rls_free(state->heap, c->chosen);
    c->chosen = rls_alloc(state->heap, (size_t)c->ranking.count + 1, sizeof(*c->chosen));
    c->count = 0;
    if (status == RLS_OK && c->chosen == NULL)
        status = rls_search_no_memory(state);
    for (uint32_t i = 0; status == RLS_OK && i < c->ranking.count && c->count < limit; i++) {
        rls_ranked ranked = rls_ranking_get(&c->ranking, i);
        uint64_t   group = group_of(state, &state->views[ranked.segment], ranked.doc);
        size_t     at = table_find(&table, group);
        if (group != 0 && table.groups[at] == group)
            continue;
        table.groups[at] = group;
        if (is_behind(c, bounds, &ranked))
            c->chosen[c->count++] = i;
    }
    table_release(&table, state);
    return status;
}

rls_status
rls_collapse_rank(rls_collapsing *c, rls_search_state *state, const rls_order *order,
                  const rls_place *place, uint32_t limit)
{
    rls_search_request        counting = *state->request;
    const rls_search_request *request = state->request;
    rls_place_bound          *bounds;
    uint64_t                  ranked = (uint64_t)limit + limit / 2 + 16;
    rls_status                status = RLS_OK, chosen;

    *c = (rls_collapsing){.state = state, .order = order, .place = place};
    bounds = rls_arena_alloc(state->arena,
                             (state->snapshot->segment_count + (size_t)1) * sizeof(*bounds));
    if (bounds == NULL)
        return rls_search_no_memory(state);
    for (uint32_t s = 0; s < state->snapshot->segment_count && place != NULL && status == RLS_OK;
         s++)
        status = rls_place_in_segment(place, order, state->heap, state->views[s].segment, s,
                                      &bounds[s], state->err);
    counting.count = false; /* groups are counted apart */
    for (state->request = &counting; status == RLS_OK && limit > 0; ranked *= 4) {
        rls_segment_totals unused = {0, 0};
        uint32_t           most = ranked < UINT32_MAX ? (uint32_t)ranked : UINT32_MAX;
        rls_ranking_release(&c->ranking);
        status = rls_ranking_make(&c->ranking, state, order, NULL, most, &unused);
        if (status != RLS_OK && status != RLS_TIMEOUT)
            break;
        chosen = choose(c, bounds, limit);
        if (chosen != RLS_OK)
            status = chosen;
        if (c->count == limit || c->ranking.count < most)
            break;
    }
    state->request = request;
    return status;
}

void
rls_collapsing_release(rls_collapsing *c)
{
    if (c->state == NULL)
        return;
    rls_ranking_release(&c->ranking);
    rls_free(c->state->heap, c->chosen);
}

/* --- counting --- */

typedef struct counting {
    rls_search_state *state;
    group_table       table;   /* groups of the items, with the first item of each */
    uint64_t         *members; /* by item: documents of its group */
    uint64_t         *all;     /* groups of documents that have one, of one kind of matches */
    size_t            all_count, capacity;
    uint64_t          alone; /* documents without a group */
} counting;

/* `distinct`: the groups are counted, `members`: their documents. */
static rls_status
count_segment(counting *c, const rls_segment_view *view, bool all, bool distinct, bool members)
{
    rls_search_state *state = c->state;
    rls_bitset        bits;
    void             *memory = c->all;
    rls_status        status = rls_match_set(state, view, state->plan.root, all, &bits);

    if (status != RLS_OK)
        return status;
    if (distinct && !rls_grow(state->heap, &memory, &c->capacity,
                              c->all_count + rls_bitset_count(&bits) + 1, sizeof(*c->all)))
        return rls_search_no_memory(state);
    c->all = memory;
    for (uint32_t doc = rls_bitset_next(&bits, 0); doc < view->doc_count;
         doc = rls_bitset_next(&bits, doc + 1)) {
        uint64_t group = group_of(state, view, doc);
        if (distinct && group == 0)
            c->alone++;
        else if (distinct)
            c->all[c->all_count++] = group;
        if (members && group != 0) {
            size_t at = table_find(&c->table, group);
            if (c->table.groups[at] == group)
                c->members[c->table.numbers[at]]++;
        }
    }
    return rls_search_poll(state);
}

static rls_status
count_segments(counting *c, bool all, bool distinct, bool members, uint64_t *out_total)
{
    rls_search_state *state = c->state;
    uint64_t         *scratch, total;
    rls_status        status = RLS_OK;

    c->all_count = 0;
    c->alone = 0;
    for (uint32_t s = 0; s < state->snapshot->segment_count && status == RLS_OK; s++) {
        status = count_segment(c, &state->views[s], all, distinct, members);
        rls_arena_reset(&state->scratch);
    }
    if (status != RLS_OK || !distinct)
        return status;
    scratch = rls_alloc(state->heap, c->all_count + 1, sizeof(*scratch));
    if (scratch == NULL)
        return rls_search_no_memory(state);
    if (c->all_count > 0)
        rls_sort_u64(c->all, scratch, c->all_count);
    rls_free(state->heap, scratch);
    total = c->alone;
    for (size_t i = 0; i < c->all_count; i++)
        total += i == 0 || c->all[i] != c->all[i - 1];
    *out_total = total;
    return RLS_OK;
}

static rls_status
count_all(counting *c, const rls_order *order, rls_segment_totals *totals)
{
    bool       ranks_all = rls_scorer_ranks_all(c->state);
    rls_status status = RLS_OK;

    /* Hits without all words are among the members, too, where they are hits at all. */
    if (ranks_all)
        status = count_segments(c, true, true, !order->is_tiered, &totals->all);
    if (status == RLS_OK && (!ranks_all || totals->all == 0))
        return count_segments(c, false, true, true, &totals->any);
    if (status == RLS_OK && order->is_tiered)
        status = count_segments(c, false, false, true, &totals->any);
    return status;
}

rls_status
rls_collapse_count(rls_search_state *state, const rls_order *order, rls_result *items,
                   uint32_t count, rls_segment_totals *totals)
{
    counting   c = {.state = state};
    rls_status status = table_init(&c.table, state, count);

    c.members = rls_alloc_zeroed(state->heap, (size_t)count + 1, sizeof(*c.members));
    if (status == RLS_OK && c.members == NULL)
        status = rls_search_no_memory(state);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        uint64_t group = group_of(state, &state->views[items[i].segment], items[i].doc);
        size_t   at = table_find(&c.table, group);
        if (group != 0) {
            c.table.groups[at] = group;
            c.table.numbers[at] = i;
        }
    }
    if (status == RLS_OK)
        status = count_all(&c, order, totals);
    for (uint32_t i = 0; i < count && c.members != NULL; i++)
        items[i].collapsed = c.members[i] > 0 ? c.members[i] - 1 : 0;
    rls_free(state->heap, c.members);
    rls_free(state->heap, c.all);
    table_release(&c.table, state);
    return status;
}
