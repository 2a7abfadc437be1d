/* Segments → fewer segments, each merge a commit of its own that changes no document. */
#include "index/merge_policy.h"
#include "index/transaction.h"

enum {
    BYTES_A_DOCUMENT = 10, /* ranks of keys; lengths; the longest list on its way */
    BYTES_A_SURFACE = 16,  /* of a byte in its section: entries, sorted with scratch */
    BYTES_A_TERM = 2,      /* likewise of the dictionary, grown as it is written */
    MEMORY_DIVISOR = 2     /* share of the memory limit that is a merge's */
};

static bool
cancelled(void *context)
{
    rls_index_writer *writer = context;
    return !writer->options.progress(writer->options.context, writer->documents_done,
                                     writer->bytes_done);
}

static rls_status
merge_range(rls_index_writer *writer, size_t first, size_t count, rls_error *err)
{
    rls_segment_settings settings = writer->settings.segment;
    rls_merge_input     *inputs = rls_alloc(writer->heap, count, sizeof *inputs);
    rls_segment         *merged = NULL;
    rls_status           status = RLS_OK;

    if (inputs == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to merge segments");
    for (size_t i = 0; i < count && status == RLS_OK; i++) {
        rls_writer_part *part = &writer->parts[first + i];
        status = rls_writer_part_open(part, writer->heap, writer->directory, err);
        inputs[i] = (rls_merge_input){part->segment, part->has_live ? &part->live : NULL};
    }
    settings.salt |= (uint64_t)1 << 23; /* apart from the salts of shares */
    if (status == RLS_OK)
        status = rls_segment_merge(writer->heap, writer->directory, &settings, inputs, count,
                                   writer->options.progress == NULL ? NULL : cancelled, writer,
                                   &merged, err);
    rls_free(writer->heap, inputs);
    for (size_t i = 0; i < count; i++)
        rls_writer_part_rest(&writer->parts[first + i]);
    if (status != RLS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        rls_writer_part_release(&writer->parts[first + i], writer->heap);
    rls_writer_part_take(&writer->parts[first], merged);
    rls_writer_part_rest(&writer->parts[first]);
    memmove(&writer->parts[first + 1], &writer->parts[first + count],
            (writer->part_count - first - count) * sizeof *writer->parts);
    writer->part_count -= count - 1;
    return rls_transaction_publish(writer, err);
}

static rls_merge_candidate
candidate(const rls_writer_part *part)
{
    return (rls_merge_candidate){.size = part->size,
                                 .doc_count = part->doc_count,
                                 .deleted_count = part->has_live ? part->live.deleted_count : 0,
                                 .memory = BYTES_A_DOCUMENT * (uint64_t)part->doc_count +
                                           BYTES_A_SURFACE * part->surfaces_size +
                                           BYTES_A_TERM * part->termdict_size};
}

rls_status
rls_transaction_merge(rls_index_writer *writer, rls_error *err)
{
    for (;;) {
        rls_merge_candidate *candidates =
            rls_alloc(writer->heap, writer->part_count, sizeof *candidates);
        size_t     first, count;
        bool       found;
        rls_status status;

        if (candidates == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to merge segments");
        for (size_t i = 0; i < writer->part_count; i++)
            candidates[i] = candidate(&writer->parts[i]);
        found =
            rls_merge_policy_next(candidates, writer->part_count,
                                  writer->options.memory_limit / MEMORY_DIVISOR, &first, &count);
        rls_free(writer->heap, candidates);
        if (!found)
            return RLS_OK;
        rls_pipeline_rest(writer->pipeline);
        status = merge_range(writer, first, count, err);
        if (status != RLS_OK)
            return status;
    }
}

rls_status
rls_transaction_merge_all(rls_index_writer *writer, rls_error *err)
{
    if (writer->part_count == 0 || (writer->part_count == 1 && !writer->parts[0].has_live))
        return RLS_OK;
    rls_pipeline_rest(writer->pipeline);
    return merge_range(writer, 0, writer->part_count, err);
}
