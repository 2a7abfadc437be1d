#include "index/share.h"

rls_share *
rls_share_new(rls_heap *heap, uint64_t number)
{
    rls_share *share = rls_alloc_zeroed(heap, 1, sizeof *share);

    if (share != NULL) {
        share->heap = heap;
        share->number = number;
    }
    return share;
}

static void
end_batches(rls_share *share)
{
    for (size_t i = 0; i < share->batch_count; i++)
        rls_segment_batch_free(share->batches[i]);
    rls_free(share->heap, share->batches);
    share->batches = NULL;
    share->batch_count = share->batch_capacity = 0;
}

void
rls_share_free(rls_share *share)
{
    if (share == NULL)
        return;
    end_batches(share);
    rls_free(share->heap, share->marks);
    rls_free(share->heap, share);
}

rls_status
rls_share_take(rls_share *share, rls_slice *slice, rls_error *err)
{
    void *batches = share->batches, *marks = share->marks;

    if (slice->batch == NULL)
        return RLS_OK;
    if (!rls_grow(share->heap, &batches, &share->batch_capacity, share->batch_count + 1,
                  sizeof(rls_segment_batch *)))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to take another document");
    share->batches = batches;
    if (!rls_grow(share->heap, &marks, &share->mark_capacity, share->mark_count + slice->mark_count,
                  sizeof *share->marks))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to take another document");
    share->marks = marks;
    for (size_t i = 0; i < slice->mark_count; i++)
        share->marks[share->mark_count++] = (rls_share_mark){
            slice->first_sequence + slice->marks[i].item,
            (uint32_t)share->doc_count + slice->marks[i].doc, slice->marks[i].step};
    share->doc_count += rls_segment_batch_doc_count(slice->batch);
    share->batches[share->batch_count++] = slice->batch;
    slice->batch = NULL;
    return RLS_OK;
}

rls_status
rls_share_write(rls_share *share, const rls_slice_settings *settings, rls_segment **out_segment,
                rls_live_docs *out_live, rls_error *err)
{
    rls_segment_settings segment = settings->segment;
    rls_status           status;

    segment.salt += share->number;
    status = rls_segment_write(share->heap, settings->directory, &segment, share->batches,
                               share->batch_count, out_segment, out_live, err);
    end_batches(share);
    return status;
}

uint64_t
rls_share_sequence(const rls_share *share, uint32_t doc)
{
    const rls_share_mark *mark;
    size_t                low = 0, high = share->mark_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (share->marks[middle].doc <= doc)
            low = middle;
        else
            high = middle;
    }
    mark = &share->marks[low];
    return mark->sequence + (uint64_t)(doc - mark->doc) * mark->step;
}
