#include "segment/norms_writer.h"

#include <assert.h>
#include <inttypes.h>

enum {
    BYTES_CHUNK = 64 * 1024
};

rls_status
rls_norms_writer_init(rls_norms_writer *writer, rls_heap *heap, rls_sink *sink, uint32_t doc_count,
                      uint32_t field_count, rls_error *err)
{
    *writer = (rls_norms_writer){.heap = heap, .sink = sink, .field_limit = field_count};
    rls_arena_init(&writer->bytes, heap, BYTES_CHUNK);
    rls_frames_writer_init(&writer->residues, heap);
    rls_buffer_init(&writer->directory, heap);
    writer->fields = rls_alloc_zeroed(heap, field_count, sizeof *writer->fields);
    if (writer->fields == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " fields", field_count);
    writer->norms.doc_count = doc_count;
    writer->norms.fields = writer->fields;
    return RLS_OK;
}

void
rls_norms_writer_release(rls_norms_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_arena_release(&writer->bytes);
    rls_frames_writer_release(&writer->residues);
    rls_buffer_release(&writer->directory);
    rls_free(writer->heap, writer->fields);
    *writer = (rls_norms_writer){0};
}

rls_status
rls_norms_writer_begin(rls_norms_writer *writer, uint32_t present, rls_error *err)
{
    rls_field_norms *field = &writer->fields[writer->norms.field_count];
    uint32_t         doc_count = writer->norms.doc_count;
    bool sparse = writer->norms.field_count > 0 && present < doc_count / RLS_NORMS_SPARSE_FACTOR;
    uint8_t *docs = NULL;

    assert(writer->norms.field_count < writer->field_limit);
    writer->field_bytes = rls_arena_alloc_zeroed(&writer->bytes, sparse ? present : doc_count, 1);
    if (sparse)
        docs = rls_arena_alloc(&writer->bytes, 4 * (size_t)present);
    if (writer->field_bytes == NULL || (sparse && docs == NULL))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the lengths of %" PRIu32 " documents",
                        present);
    *field = (rls_field_norms){.dense = sparse ? NULL : writer->field_bytes,
                               .sparse_docs = docs,
                               .sparse_bytes = sparse ? writer->field_bytes : NULL,
                               .sparse_count = sparse ? present : 0};
    writer->field_docs = docs;
    writer->present = present;
    writer->written = writer->next_doc = writer->zeros = 0;
    writer->any_residue = false;
    return RLS_OK;
}

/* Residues are not there when all are 0, so nothing is kept of zeros before the first other. */
static void
put_residue(rls_norms_writer *writer, uint32_t residue)
{
    if (residue == 0) {
        writer->zeros++;
        return;
    }
    for (; writer->zeros > 0; writer->zeros--)
        rls_frames_writer_put(&writer->residues, 0);
    rls_frames_writer_put(&writer->residues, residue);
    writer->any_residue = true;
}

void
rls_norms_writer_put(rls_norms_writer *writer, uint32_t doc, uint32_t length)
{
    uint8_t  byte = rls_length_to_byte(length);
    uint32_t residue = length - rls_length_from_byte(byte);

    assert(length > 0 && writer->written < writer->present);
    assert(doc >= writer->next_doc && doc < writer->norms.doc_count);
    if (writer->field_docs != NULL) {
        writer->field_bytes[writer->written] = byte;
        rls_set_u32(writer->field_docs + 4 * (size_t)writer->written, doc);
    } else {
        writer->field_bytes[doc] = byte;
        writer->zeros += doc - writer->next_doc;
    }
    put_residue(writer, residue);
    writer->next_doc = doc + 1;
    writer->written++;
}

rls_status
rls_norms_writer_end(rls_norms_writer *writer, rls_error *err)
{
    uint64_t   offset = writer->sink->size;
    uint32_t   flags = 0;
    bool       sparse = writer->field_docs != NULL;
    rls_status status = RLS_OK;

    assert(writer->written == writer->present);
    rls_sink_write(writer->sink, writer->field_bytes,
                   sparse ? writer->present : writer->norms.doc_count);
    if (sparse) {
        flags |= RLS_NORMS_SPARSE;
        rls_sink_write(writer->sink, writer->field_docs, 4 * (size_t)writer->present);
    }
    if (writer->any_residue) {
        flags |= RLS_NORMS_RESIDUES;
        if (!sparse)
            writer->zeros += writer->norms.doc_count - writer->next_doc;
        for (; writer->zeros > 0; writer->zeros--)
            rls_frames_writer_put(&writer->residues, 0);
        status = rls_frames_writer_finish(&writer->residues, writer->sink, err);
    }
    rls_buffer_put_u64(&writer->directory, offset);
    rls_buffer_put_u32(&writer->directory, writer->present);
    rls_buffer_put_u32(&writer->directory, flags);
    writer->norms.field_count++;
    return status == RLS_OK ? rls_sink_status(writer->sink, err) : status;
}

rls_status
rls_norms_writer_finish(rls_norms_writer *writer, rls_error *err)
{
    if (writer->directory.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " fields",
                        writer->field_limit);
    rls_sink_write(writer->sink, writer->directory.data, writer->directory.size);
    rls_sink_put_u32(writer->sink, writer->norms.field_count);
    rls_sink_put_u32(writer->sink, writer->norms.doc_count);
    return rls_sink_status(writer->sink, err);
}
