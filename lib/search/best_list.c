#include "search/best_list.h"

rls_status
rls_best_list_init(rls_best_list *list, rls_search_state *state, uint32_t limit)
{
    if (limit > state->snapshot->doc_count)
        limit = (uint32_t)state->snapshot->doc_count;
    *list = (rls_best_list){.state = state, .limit = limit};
    rls_buffer_init(&list->left, state->heap);
    rls_buffer_init(&list->right, state->heap);
    list->entries = rls_alloc(state->heap, limit + (size_t)1, sizeof(*list->entries));
    list->merged = rls_alloc(state->heap, limit + (size_t)1, sizeof(*list->merged));
    if (list->entries == NULL || list->merged == NULL)
        return rls_search_no_memory(state);
    return RLS_OK;
}

void
rls_best_list_release(rls_best_list *list)
{
    if (list->state == NULL)
        return;
    rls_free(list->state->heap, list->entries);
    rls_free(list->state->heap, list->merged);
    rls_buffer_release(&list->left);
    rls_buffer_release(&list->right);
}

uint64_t
rls_best_list_floor(const rls_best_list *list)
{
    uint64_t worst;

    if (list->count < list->limit || list->count == 0)
        return 0;
    /* Ranks of two segments say nothing about each other: equal scores stay in the race. */
    worst = list->entries[list->count - 1].key >> 32;
    return worst == 0 ? 0 : (worst << 32) - 1;
}

rls_status
rls_best_list_compare(rls_best_list *list, const rls_best_entry *left, const rls_best_entry *right,
                      int *out_order)
{
    const rls_segment_view *views = list->state->views;
    rls_status              status;

    if (left->key >> 32 != right->key >> 32) {
        *out_order = left->key > right->key ? -1 : 1;
        return RLS_OK;
    }
    status =
        rls_segment_key(views[left->segment].segment, left->doc, &list->left, list->state->err);
    if (status == RLS_OK)
        status = rls_segment_key(views[right->segment].segment, right->doc, &list->right,
                                 list->state->err);
    if (status != RLS_OK)
        return status;
    *out_order = rls_bytes_compare(rls_buffer_bytes(&list->left), rls_buffer_bytes(&list->right));
    return RLS_OK;
}

rls_status
rls_best_list_merge(rls_best_list *list, const rls_segment_view *view, const rls_topk *topk)
{
    uint32_t        left = 0, right = 0, count = 0;
    rls_best_entry *kept;

    while (count < list->limit && (left < list->count || right < topk->count)) {
        rls_best_entry incoming = {0};
        int            order = -1;
        if (right < topk->count) {
            incoming = (rls_best_entry){.key = topk->entries[right].key,
                                        .segment = view->number,
                                        .doc = topk->entries[right].doc};
            order = 1;
            if (left < list->count) {
                rls_status status =
                    rls_best_list_compare(list, &list->entries[left], &incoming, &order);
                if (status != RLS_OK)
                    return status;
            }
        }
        if (order <= 0)
            list->merged[count++] = list->entries[left++];
        else {
            list->merged[count++] = incoming;
            right++;
        }
    }
    kept = list->entries;
    list->entries = list->merged;
    list->merged = kept;
    list->count = count;
    return RLS_OK;
}
