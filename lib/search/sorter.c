#include "search/sorter.h"

void
rls_sorter_init(rls_sorter *sorter, rls_search_state *state, const rls_order *order,
                const rls_place *place, uint32_t limit)
{
    *sorter = (rls_sorter){
        .state = state, .order = order, .place = place, .limit = limit, .all_seen = true};
    rls_buffer_init(&sorter->left, state->heap);
    rls_buffer_init(&sorter->right, state->heap);
}

void
rls_sorter_release(rls_sorter *sorter)
{
    if (sorter->state == NULL)
        return;
    rls_free(sorter->state->heap, sorter->entries);
    rls_free(sorter->state->heap, sorter->best);
    rls_free(sorter->state->heap, sorter->merged);
    rls_buffer_release(&sorter->left);
    rls_buffer_release(&sorter->right);
}

void
rls_sorter_clear(rls_sorter *sorter)
{
    sorter->count = 0;
    sorter->best_count = 0;
}

rls_status
rls_sorter_begin(rls_sorter *sorter, const rls_segment_view *view)
{
    sorter->view = view;
    sorter->count = 0;
    sorter->floor = 0;
    if (sorter->limit > 0 && sorter->best_count == sorter->limit) {
        const rls_sorted *last = &sorter->best[sorter->best_count - 1];
        rls_place_value value = rls_place_value_of(sorter->order, 0, last->segment, last->parts[0]);
        sorter->floor =
            (uint32_t)((rls_place_value_bound(&value, sorter->order, 0, view->number) + 1) / 2);
    }
    if (sorter->place == NULL)
        return RLS_OK;
    return rls_place_in_segment(sorter->place, sorter->order, sorter->state->heap, view->segment,
                                view->number, &sorter->bound, sorter->state->err);
}

/* Whether `a` comes behind `b` in the order of the segment; no two are equal. */
static bool
is_behind(const rls_sorter *sorter, const rls_sorted *a, const rls_sorted *b)
{
    if (a->tier != b->tier)
        return a->tier < b->tier;
    for (uint32_t i = 0; i < sorter->order->key_count; i++)
        if (a->parts[i] != b->parts[i])
            return a->parts[i] < b->parts[i];
    return a->rank > b->rank;
}

static void
sift_down(const rls_sorter *sorter, uint32_t count, uint32_t at)
{
    rls_sorted *entries = sorter->entries, moved = entries[at];

    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && is_behind(sorter, &entries[child + 1], &entries[child]))
            child++;
        if (!is_behind(sorter, &entries[child], &moved))
            break;
        entries[at] = entries[child];
        at = child;
    }
    entries[at] = moved;
}

static void
sift_up(const rls_sorter *sorter, uint32_t at)
{
    rls_sorted *entries = sorter->entries, moved = entries[at];

    while (at > 0 && is_behind(sorter, &moved, &entries[(at - 1) / 2])) {
        entries[at] = entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entries[at] = moved;
}

void
rls_sorter_offer(rls_sorter *sorter, bool all, uint32_t doc, uint32_t score)
{
    const rls_order *order = sorter->order;
    uint32_t         number = sorter->view->number;
    rls_sorted       entry = {.tier = all && (order->is_tiered || sorter->splits)};
    void            *memory = sorter->entries;

    if (sorter->limit == 0)
        return;
    rls_order_parts(order, number, doc, score, entry.parts);
    if (sorter->count == sorter->limit && entry.tier == sorter->entries[0].tier &&
        entry.parts[0] < sorter->entries[0].parts[0])
        return; /* the rank need not be looked up */
    entry.rank = rls_segment_key_rank(sorter->view->segment, doc);
    entry.segment = number;
    entry.doc = doc;
    entry.score = score;
    if (sorter->place != NULL &&
        !rls_place_precedes(&sorter->bound, order->key_count,
                            order->is_tiered ? entry.tier : sorter->bound.tier, entry.parts,
                            entry.rank))
        return;
    if (sorter->count == sorter->limit) {
        if (is_behind(sorter, &sorter->entries[0], &entry)) {
            sorter->entries[0] = entry;
            sift_down(sorter, sorter->count, 0);
        }
        return;
    }
    if (!rls_grow(sorter->state->heap, &memory, &sorter->capacity, (size_t)sorter->count + 1,
                  sizeof(entry))) {
        sorter->failed = true;
        return;
    }
    sorter->entries = memory;
    sorter->entries[sorter->count++] = entry;
    sift_up(sorter, sorter->count - 1);
}

uint32_t
rls_sorter_least(const rls_sorter *sorter)
{
    uint32_t least = sorter->floor;

    if (sorter->count == sorter->limit && sorter->limit > 0 && sorter->entries[0].parts[0] > least)
        least = sorter->entries[0].parts[0];
    return least;
}

/* Below 0 when `a`, of an earlier segment, comes first. */
static rls_status
compare(rls_sorter *sorter, const rls_sorted *a, const rls_sorted *b, int *out_order)
{
    const rls_segment_view *views = sorter->state->views;
    rls_status              status;

    *out_order = (a->tier < b->tier) - (a->tier > b->tier);
    for (uint32_t i = 0; i < sorter->order->key_count && *out_order == 0; i++)
        *out_order =
            rls_order_compare(sorter->order, i, a->segment, a->parts[i], b->segment, b->parts[i]);
    if (*out_order != 0)
        return RLS_OK;
    status = rls_segment_key(views[a->segment].segment, a->doc, &sorter->left, sorter->state->err);
    if (status == RLS_OK)
        status =
            rls_segment_key(views[b->segment].segment, b->doc, &sorter->right, sorter->state->err);
    if (status == RLS_OK)
        *out_order =
            rls_bytes_compare(rls_buffer_bytes(&sorter->left), rls_buffer_bytes(&sorter->right));
    return status;
}

/* Takes the heap apart: the first in the order comes first. */
static void
sort_entries(rls_sorter *sorter)
{
    for (uint32_t left = sorter->count; left > 1; left--) {
        rls_sorted last = sorter->entries[0];
        sorter->entries[0] = sorter->entries[left - 1];
        sorter->entries[left - 1] = last;
        sift_down(sorter, left - 1, 0);
    }
}

static rls_status
merge(rls_sorter *sorter)
{
    uint32_t left = 0, right = 0, count = 0;
    size_t   most = (size_t)sorter->best_count + sorter->count, capacity;
    void    *memory = sorter->merged;

    most = most < sorter->limit ? most : sorter->limit;
    if (!rls_grow(sorter->state->heap, &memory, &sorter->merged_capacity, most + 1,
                  sizeof(rls_sorted)))
        return rls_search_no_memory(sorter->state);
    sorter->merged = memory;
    while (count < most) {
        int order = left < sorter->best_count ? -1 : 1;
        if (left < sorter->best_count && right < sorter->count) {
            rls_status status =
                compare(sorter, &sorter->best[left], &sorter->entries[right], &order);
            if (status != RLS_OK)
                return status;
        }
        sorter->merged[count++] = order <= 0 ? sorter->best[left++] : sorter->entries[right++];
    }
    memory = sorter->best;
    sorter->best = sorter->merged;
    sorter->merged = memory;
    capacity = sorter->best_capacity;
    sorter->best_capacity = sorter->merged_capacity;
    sorter->merged_capacity = capacity;
    sorter->best_count = count;
    return RLS_OK;
}

rls_status
rls_sorter_end(rls_sorter *sorter)
{
    if (sorter->failed)
        return rls_search_no_memory(sorter->state);
    sort_entries(sorter);
    return merge(sorter);
}
