#include "segment/keys_writer.h"

#include <assert.h>
#include <inttypes.h>

rls_status
rls_keys_writer_init(rls_keys_writer *writer, rls_heap *heap, rls_sink *sink, uint32_t doc_count,
                     rls_error *err)
{
    *writer =
        (rls_keys_writer){.heap = heap, .sink = sink, .doc_count = doc_count, .ordered = true};
    rls_strings_writer_init(&writer->strings, heap, sink);
    writer->order = rls_alloc(heap, doc_count, sizeof *writer->order);
    if (writer->order == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " keys", doc_count);
    return RLS_OK;
}

void
rls_keys_writer_release(rls_keys_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_strings_writer_release(&writer->strings);
    rls_free(writer->heap, writer->order);
    *writer = (rls_keys_writer){0};
}

rls_status
rls_keys_writer_add(rls_keys_writer *writer, rls_bytes key, uint32_t doc, rls_error *err)
{
    uint32_t rank = writer->strings.count;

    assert(rank < writer->doc_count);
    if (rank > 0 && rls_bytes_compare(rls_buffer_bytes(&writer->strings.previous), key) == 0)
        writer->repeats = true;
    writer->order[rank] = doc;
    writer->ordered = writer->ordered && rank == doc;
    return rls_strings_writer_add(&writer->strings, key, err);
}

static rls_status
write_order(rls_keys_writer *writer, rls_error *err)
{
    uint32_t          width = rls_packed_width(writer->doc_count - 1);
    uint32_t         *ranks = rls_alloc(writer->heap, writer->doc_count, sizeof *ranks);
    rls_packed_writer packed;

    if (ranks == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " keys", writer->doc_count);
    for (uint32_t rank = 0; rank < writer->doc_count; rank++)
        ranks[writer->order[rank]] = rank;
    rls_packed_writer_init(&packed, writer->sink, width);
    for (uint32_t rank = 0; rank < writer->doc_count; rank++)
        rls_packed_writer_put(&packed, writer->order[rank]);
    rls_packed_writer_finish(&packed);
    rls_packed_writer_init(&packed, writer->sink, width);
    for (uint32_t doc = 0; doc < writer->doc_count; doc++)
        rls_packed_writer_put(&packed, ranks[doc]);
    rls_packed_writer_finish(&packed);
    rls_free(writer->heap, ranks);
    return RLS_OK;
}

rls_status
rls_keys_writer_finish(rls_keys_writer *writer, rls_error *err)
{
    rls_status status;

    assert(writer->strings.count == writer->doc_count);
    status = rls_strings_writer_finish(&writer->strings, err);
    if (status == RLS_OK && !writer->ordered)
        status = write_order(writer, err);
    if (status != RLS_OK)
        return status;
    rls_sink_put_u64(writer->sink, writer->strings.blocks_size);
    rls_sink_put_u32(writer->sink, writer->doc_count);
    rls_sink_put_u32(writer->sink, writer->ordered ? RLS_KEYS_ORDERED : 0);
    return rls_sink_status(writer->sink, err);
}
