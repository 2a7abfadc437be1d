#include "postings/range_row.h"

rls_status
rls_range_row_init(rls_range_row *row, rls_heap *heap, uint32_t doc_count, rls_error *err)
{
    *row = (rls_range_row){.count = rls_range_count(doc_count), .first = UINT32_MAX};
    row->bounds = rls_alloc_zeroed(heap, row->count, 1);
    if (row->bounds == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %u ranges", (unsigned)row->count);
    return RLS_OK;
}

void
rls_range_row_release(rls_range_row *row, rls_heap *heap)
{
    rls_free(heap, row->bounds);
    row->bounds = NULL;
}

void
rls_range_row_clear(rls_range_row *row)
{
    if (row->first <= row->last)
        memset(row->bounds + row->first, 0, (size_t)row->last - row->first + 1);
    row->first = UINT32_MAX;
    row->last = 0;
}

void
rls_range_row_add(rls_range_row *row, const uint32_t *docs, const uint8_t *bounds, uint32_t count)
{
    if (row->first > row->last)
        row->first = docs[0] / RLS_RANGE_SIZE;
    row->last = docs[count - 1] / RLS_RANGE_SIZE;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *bound = row->bounds + docs[i] / RLS_RANGE_SIZE;
        if (bounds[i] > *bound)
            *bound = bounds[i];
    }
}

void
rls_posting_list_make_range_row(const rls_posting_list *list, uint8_t *row)
{
    uint32_t from;

    if (list->range_row != NULL) {
        memcpy(row, list->range_row, list->range_count);
        return;
    }
    memset(row, 0, list->range_count);
    from = list->first_doc / RLS_RANGE_SIZE;
    for (uint32_t block = 0; block < list->block_count; block++) {
        uint32_t last = rls_posting_list_last_doc(list, block);
        uint32_t to = last / RLS_RANGE_SIZE;
        uint8_t  bound = rls_posting_list_bound(list, block);
        for (uint32_t range = from; range <= to; range++) {
            if (bound > row[range])
                row[range] = bound;
        }
        from = (last + 1) / RLS_RANGE_SIZE;
    }
}
