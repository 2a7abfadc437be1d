#include "segment/merge_heap.h"

#include <assert.h>

rls_status
rls_merge_heap_init(rls_merge_heap *merge, rls_heap *heap, uint32_t input_count)
{
    *merge = (rls_merge_heap){.heap = heap, .capacity = input_count};
    merge->heads = rls_alloc(heap, input_count, sizeof *merge->heads);
    merge->items = rls_alloc(heap, input_count, sizeof *merge->items);
    if (merge->heads != NULL && merge->items != NULL)
        return RLS_OK;
    rls_merge_heap_release(merge);
    return RLS_NO_MEMORY;
}

void
rls_merge_heap_release(rls_merge_heap *merge)
{
    if (merge->heap == NULL)
        return;
    rls_free(merge->heap, merge->heads);
    rls_free(merge->heap, merge->items);
    *merge = (rls_merge_heap){0};
}

static uint64_t
prefix_of(rls_bytes string)
{
    uint64_t prefix = 0;
    size_t   size = string.size < 8 ? string.size : 8;

    for (size_t i = 0; i < size; i++)
        prefix |= (uint64_t)string.data[i] << (56 - 8 * i);
    return prefix;
}

static bool
is_less(const rls_merge_heap *merge, uint32_t a, uint32_t b)
{
    const rls_merge_head *head_a = &merge->heads[a], *head_b = &merge->heads[b];
    int                   order;

    if (head_a->prefix != head_b->prefix)
        return head_a->prefix < head_b->prefix;
    order = rls_bytes_compare(head_a->string, head_b->string);
    return order != 0 ? order < 0 : a < b;
}

static void
sift_down(rls_merge_heap *merge)
{
    uint32_t item = merge->items[0], at = 0;

    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= merge->count)
            break;
        if (child + 1 < merge->count &&
            is_less(merge, merge->items[child + 1], merge->items[child]))
            child++;
        if (!is_less(merge, merge->items[child], item))
            break;
        merge->items[at] = merge->items[child];
        at = child;
    }
    merge->items[at] = item;
}

void
rls_merge_heap_push(rls_merge_heap *merge, uint32_t input, rls_bytes string)
{
    uint32_t at = merge->count++;

    assert(input < merge->capacity && at < merge->capacity);
    merge->heads[input] = (rls_merge_head){prefix_of(string), string};
    while (at > 0 && is_less(merge, input, merge->items[(at - 1) / 2])) {
        merge->items[at] = merge->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    merge->items[at] = input;
}

void
rls_merge_heap_pop(rls_merge_heap *merge)
{
    merge->items[0] = merge->items[--merge->count];
    if (merge->count > 0)
        sift_down(merge);
}

bool
rls_merge_heap_is(const rls_merge_heap *merge, rls_bytes string)
{
    return merge->count > 0 && rls_bytes_compare(rls_merge_heap_string(merge), string) == 0;
}
