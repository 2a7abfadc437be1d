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

static uint32_t
residue_of(uint32_t length)
{
    return length - rls_length_from_byte(rls_length_to_byte(length));
}

/* Length bytes, in memory and written; docs behind them when sparse. */
static bool
add_bytes(rls_norms_writer *writer, rls_field_norms *field, const uint32_t *docs,
          const uint32_t *lengths, uint32_t count, uint32_t present, bool sparse)
{
    uint32_t size = sparse ? present : writer->norms.doc_count, at = 0;
    uint8_t *bytes = rls_arena_alloc_zeroed(&writer->bytes, size, 1), *sparse_docs = NULL;

    if (sparse)
        sparse_docs = rls_arena_alloc(&writer->bytes, 4 * (size_t)present);
    if (bytes == NULL || (sparse && sparse_docs == NULL))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (lengths[i] == 0)
            continue;
        assert(docs[i] < writer->norms.doc_count);
        bytes[sparse ? at : docs[i]] = rls_length_to_byte(lengths[i]);
        if (sparse)
            rls_set_u32(sparse_docs + 4 * (size_t)at, docs[i]);
        at++;
    }
    rls_sink_write(writer->sink, bytes, size);
    if (sparse) {
        rls_sink_write(writer->sink, sparse_docs, 4 * (size_t)present);
        field->sparse_docs = sparse_docs;
        field->sparse_bytes = bytes;
        field->sparse_count = present;
    } else {
        field->dense = bytes;
    }
    return true;
}

static rls_status
add_residues(rls_norms_writer *writer, const uint32_t *docs, const uint32_t *lengths,
             uint32_t count, bool sparse, rls_error *err)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (lengths[i] == 0)
            continue;
        for (; !sparse && next < docs[i]; next++)
            rls_frames_writer_put(&writer->residues, 0);
        rls_frames_writer_put(&writer->residues, residue_of(lengths[i]));
        next = docs[i] + 1;
    }
    for (; !sparse && next < writer->norms.doc_count; next++)
        rls_frames_writer_put(&writer->residues, 0);
    return rls_frames_writer_finish(&writer->residues, writer->sink, err);
}

rls_status
rls_norms_writer_add(rls_norms_writer *writer, const uint32_t *docs, const uint32_t *lengths,
                     uint32_t count, rls_error *err)
{
    uint32_t number = writer->norms.field_count, present = 0, flags = 0;
    uint64_t offset = writer->sink->size;
    bool     sparse;

    assert(number < writer->field_limit);
    for (uint32_t i = 0; i < count; i++) {
        present += lengths[i] != 0;
        if (residue_of(lengths[i]) != 0)
            flags |= RLS_NORMS_RESIDUES;
    }
    sparse = number > 0 && present < writer->norms.doc_count / RLS_NORMS_SPARSE_FACTOR;
    if (sparse)
        flags |= RLS_NORMS_SPARSE;
    if (!add_bytes(writer, &writer->fields[number], docs, lengths, count, present, sparse))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the lengths of %" PRIu32 " documents",
                        present);
    if (flags & RLS_NORMS_RESIDUES) {
        rls_status status = add_residues(writer, docs, lengths, count, sparse, err);

        if (status != RLS_OK)
            return status;
    }
    rls_buffer_put_u64(&writer->directory, offset);
    rls_buffer_put_u32(&writer->directory, present);
    rls_buffer_put_u32(&writer->directory, flags);
    writer->norms.field_count = number + 1;
    return rls_sink_status(writer->sink, err);
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
