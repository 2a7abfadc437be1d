#include "segment/sources_writer.h"

#include <inttypes.h>

void
rls_sources_writer_init(rls_sources_writer *writer, rls_heap *heap, rls_sink *sink)
{
    *writer = (rls_sources_writer){.heap = heap, .sink = sink};
    rls_strings_writer_init(&writer->names, heap, sink);
    rls_frames_writer_init(&writer->numbers, heap);
    rls_frames_writer_init(&writer->ranks, heap);
    rls_frames_writer_init(&writer->sizes, heap);
    rls_frames_writer_init(&writer->hashes, heap);
    rls_frames_writer_init(&writer->formats, heap);
}

void
rls_sources_writer_release(rls_sources_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_strings_writer_release(&writer->names);
    rls_frames_writer_release(&writer->numbers);
    rls_frames_writer_release(&writer->ranks);
    rls_frames_writer_release(&writer->sizes);
    rls_frames_writer_release(&writer->hashes);
    rls_frames_writer_release(&writer->formats);
    rls_free(writer->heap, writer->named);
    *writer = (rls_sources_writer){0};
}

rls_status
rls_sources_writer_add(rls_sources_writer *writer, const rls_segment_source *source, uint32_t rank,
                       rls_error *err)
{
    void    *named = writer->named;
    uint32_t number = writer->source_count;

    if (!rls_grow(writer->heap, &named, &writer->named_capacity, (size_t)number + 1,
                  sizeof *writer->named))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " sources", number + 1);
    writer->named = named;
    writer->source_count = number + 1;
    if (rank != RLS_NO_SOURCE) {
        writer->named[number] = RLS_NO_SOURCE;
        rls_frames_writer_put(&writer->ranks, rank);
    } else {
        rls_status status = rls_strings_writer_add(&writer->names, source->name, err);

        if (status != RLS_OK)
            return status;
        writer->named[number] = writer->named_count++;
        rls_frames_writer_put(&writer->numbers, number);
    }
    rls_frames_writer_put(&writer->sizes, source->size);
    rls_frames_writer_put(&writer->hashes, source->hash);
    rls_frames_writer_put(&writer->formats, source->format);
    return RLS_OK;
}

/* Runs are written last of all, so that they can be counted while they are made. */
static rls_status
write_runs(rls_sources_writer *writer, uint32_t (*next)(void *context), void *context,
           uint32_t doc_count, uint32_t *out_count, rls_error *err)
{
    rls_frames_writer docs, counts, sources;
    rls_status        status;
    uint32_t          run_count = 0, following = doc_count > 0 ? next(context) : RLS_NO_SOURCE;

    rls_frames_writer_init(&docs, writer->heap);
    rls_frames_writer_init(&counts, writer->heap);
    rls_frames_writer_init(&sources, writer->heap);
    for (uint32_t doc = 0; doc < doc_count;) {
        uint32_t source = following, end = doc + 1;

        while (end < doc_count && (following = next(context)) == source)
            end++;
        if (source != RLS_NO_SOURCE && writer->named[source] != RLS_NO_SOURCE) {
            rls_frames_writer_put(&docs, doc);
            rls_frames_writer_put(&counts, end - doc);
            rls_frames_writer_put(&sources, writer->named[source]);
            run_count++;
        }
        doc = end;
    }
    status = rls_frames_writer_finish(&docs, writer->sink, err);
    if (status == RLS_OK)
        status = rls_frames_writer_finish(&counts, writer->sink, err);
    if (status == RLS_OK)
        status = rls_frames_writer_finish(&sources, writer->sink, err);
    rls_frames_writer_release(&docs);
    rls_frames_writer_release(&counts);
    rls_frames_writer_release(&sources);
    *out_count = run_count;
    return status;
}

rls_status
rls_sources_writer_finish(rls_sources_writer *writer, uint32_t (*next)(void *context),
                          void *context, uint32_t doc_count, rls_error *err)
{
    uint32_t           run_count = 0;
    bool               all_keys = writer->source_count - writer->named_count == doc_count;
    rls_frames_writer *columns[] = {&writer->numbers, &writer->ranks, &writer->sizes,
                                    &writer->hashes, &writer->formats};
    rls_status         status = rls_strings_writer_finish(&writer->names, err);

    for (size_t i = 0; status == RLS_OK && i < sizeof columns / sizeof *columns; i++) {
        if (columns[i] != &writer->ranks || !all_keys)
            status = rls_frames_writer_finish(columns[i], writer->sink, err);
    }
    if (status == RLS_OK)
        status = write_runs(writer, next, context, doc_count, &run_count, err);
    if (status != RLS_OK)
        return status;
    rls_sink_put_u64(writer->sink, writer->names.blocks_size);
    rls_sink_put_u32(writer->sink, writer->source_count);
    rls_sink_put_u32(writer->sink, writer->named_count);
    rls_sink_put_u32(writer->sink, run_count);
    rls_sink_put_u32(writer->sink, doc_count);
    rls_sink_put_u32(writer->sink, all_keys ? RLS_SOURCES_ALL_KEYS : 0);
    rls_sink_put_u32(writer->sink, 0);
    return rls_sink_status(writer->sink, err);
}
