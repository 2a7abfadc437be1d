#include "segment/stored_writer.h"

#include <assert.h>
#include <inttypes.h>

#include "base/crc32.h"

enum {
    ARENA_CHUNK = 256 * 1024,
    CANCEL_STEP = 64 /* blocks, or documents copied one by one, between two looks at `cancel` */
};

static void
put_bytes(rls_buffer *out, rls_bytes bytes)
{
    rls_buffer_put_varint(out, bytes.size);
    rls_buffer_append(out, bytes.data, bytes.size);
}

void
rls_stored_encode(rls_buffer *out, const rls_document *document, bool keep_body)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < document->field_count; i++)
        count += (document->fields[i].kinds & RLS_FIELD_STORED) != 0;
    rls_buffer_put_varint(out, (keep_body ? RLS_STORED_BODY : 0) |
                                   (document->markdown ? RLS_STORED_MARKDOWN : 0));
    rls_buffer_put_varint(out, count);
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_field *field = &document->fields[i];

        if ((field->kinds & RLS_FIELD_STORED) == 0)
            continue;
        put_bytes(out, field->name);
        rls_buffer_put_varint(out, field->kinds);
        rls_buffer_put_varint(out, 2 * (uint64_t)field->value_count + field->is_list);
        for (uint32_t j = 0; j < field->value_count; j++)
            put_bytes(out, field->values[j].text);
    }
    if (keep_body)
        put_bytes(out, document->body);
}

rls_status
rls_stored_writer_init(rls_stored_writer *writer, rls_heap *heap, rls_sink *sink, rls_error *err)
{
    rls_status status;

    *writer = (rls_stored_writer){.heap = heap, .sink = sink};
    rls_buffer_init(&writer->pending, heap);
    rls_buffer_init(&writer->packed, heap);
    rls_frames_writer_init(&writer->doc_starts, heap);
    rls_frames_writer_init(&writer->raw_starts, heap);
    rls_frames_writer_init(&writer->starts, heap);
    rls_arena_init(&writer->arena, heap, ARENA_CHUNK);
    rls_stored_cache_init(&writer->cache, heap);
    status = rls_deflater_new(heap, RLS_STORED_LEVEL, &writer->deflater, err);
    if (status != RLS_OK)
        rls_stored_writer_release(writer);
    return status;
}

void
rls_stored_writer_release(rls_stored_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_deflater_free(writer->deflater);
    rls_buffer_release(&writer->pending);
    rls_buffer_release(&writer->packed);
    rls_frames_writer_release(&writer->doc_starts);
    rls_frames_writer_release(&writer->raw_starts);
    rls_frames_writer_release(&writer->starts);
    rls_arena_release(&writer->arena);
    rls_free(writer->heap, writer->blocks);
    rls_free(writer->heap, writer->memory_starts);
    rls_stored_cache_release(&writer->cache);
    *writer = (rls_stored_writer){0};
}

void
rls_stored_writer_reset(rls_stored_writer *writer)
{
    rls_buffer_clear(&writer->pending);
    rls_arena_reset(&writer->arena);
    rls_free(writer->heap, writer->blocks);
    rls_free(writer->heap, writer->memory_starts);
    writer->blocks = NULL;
    writer->memory_starts = NULL;
    writer->block_capacity = writer->start_capacity = 0;
    writer->raw_size = writer->size = writer->block_count = 0;
    writer->doc_count = 0;
}

/* Puts a closed block where it belongs. `data` holds `size` bytes that stand for `raw_size`, of
 * document `doc` and those after it; `goes_on`: with what the block before has of it. */
static rls_status
put_block(rls_stored_writer *writer, const uint8_t *data, uint32_t size, uint32_t raw_size,
          uint32_t doc, bool goes_on, rls_error *err)
{
    uint8_t head[RLS_STORED_HEAD];

    if (writer->sink != NULL) {
        rls_set_u32(head, doc);
        rls_set_u16(head + 4, (uint16_t)(raw_size | (goes_on ? RLS_STORED_GOES_ON : 0)));
        rls_set_u16(head + 6, (uint16_t)size);
        rls_set_u32(head + 8, rls_crc32(rls_crc32(0, data, size), head, 8));
        rls_frames_writer_put(&writer->raw_starts, writer->raw_size);
        rls_frames_writer_put(&writer->starts, writer->size);
        rls_sink_write(writer->sink, head, sizeof head);
        rls_sink_write(writer->sink, data, size);
        writer->size += sizeof head;
    } else {
        void  *blocks = writer->blocks;
        char  *copy = rls_arena_alloc(&writer->arena, size);
        size_t needed = writer->block_count + 1;

        if (copy == NULL || !rls_grow(writer->heap, &blocks, &writer->block_capacity, needed,
                                      sizeof *writer->blocks))
            return rls_fail(err, RLS_NO_MEMORY, "no memory for stored documents");
        memcpy(copy, data, size);
        writer->blocks = blocks;
        writer->blocks[writer->block_count] =
            (rls_stored_block){(const uint8_t *)copy, writer->raw_size, size, raw_size};
    }
    writer->block_count++;
    writer->raw_size += raw_size;
    writer->size += size;
    return RLS_OK;
}

/* Deflates at most RLS_STORED_BLOCK bytes into a block. */
static rls_status
close_block(rls_stored_writer *writer, rls_bytes raw, uint32_t doc, bool goes_on, rls_error *err)
{
    rls_bytes  kept = raw;
    rls_status status;

    rls_buffer_clear(&writer->packed);
    status = rls_deflater_block(writer->deflater, raw, &writer->packed, err);
    if (status != RLS_OK)
        return status;
    if (writer->packed.size < raw.size)
        kept = rls_buffer_bytes(&writer->packed);
    return put_block(writer, kept.data, (uint32_t)kept.size, (uint32_t)raw.size, doc, goes_on, err);
}

static rls_status
close_pending(rls_stored_writer *writer, rls_error *err)
{
    rls_status status = RLS_OK;

    if (writer->pending.size > 0)
        status = close_block(writer, rls_buffer_bytes(&writer->pending), writer->pending_doc, false,
                             err);
    rls_buffer_clear(&writer->pending);
    return status;
}

static rls_status
put_document_start(rls_stored_writer *writer, uint64_t start, rls_error *err)
{
    void *starts = writer->memory_starts;

    if (writer->sink != NULL) {
        rls_frames_writer_put(&writer->doc_starts, start);
    } else {
        /* Room for the end behind the last one as well. */
        if (!rls_grow(writer->heap, &starts, &writer->start_capacity, (size_t)writer->doc_count + 2,
                      sizeof *writer->memory_starts))
            return rls_fail(err, RLS_NO_MEMORY, "no memory for stored documents");
        writer->memory_starts = starts;
        writer->memory_starts[writer->doc_count] = start;
    }
    writer->doc_count++;
    return RLS_OK;
}

static bool
fits(const rls_stored_writer *writer, uint64_t size)
{
    return writer->pending.size + size <= RLS_STORED_BLOCK;
}

rls_status
rls_stored_writer_add(rls_stored_writer *writer, rls_bytes record, rls_error *err)
{
    rls_status status = RLS_OK;

    assert(record.size > 0);
    if (!fits(writer, record.size))
        status = close_pending(writer, err);
    if (status == RLS_OK && writer->pending.size == 0)
        writer->pending_doc = writer->doc_count;
    if (status == RLS_OK)
        status = put_document_start(writer, writer->raw_size + writer->pending.size, err);
    if (status != RLS_OK)
        return status;
    if (record.size <= RLS_STORED_BLOCK) {
        rls_buffer_append(&writer->pending, record.data, record.size);
        if (writer->pending.failed)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for stored documents");
        return RLS_OK;
    }
    for (size_t at = 0; at < record.size && status == RLS_OK; at += RLS_STORED_BLOCK) {
        size_t left = record.size - at;

        status = close_block(
            writer,
            rls_bytes_of(record.data + at, left < RLS_STORED_BLOCK ? left : RLS_STORED_BLOCK),
            writer->pending_doc, at > 0, err);
    }
    return status;
}

static bool
is_live(const rls_bitset *live, uint32_t doc)
{
    return live == NULL || rls_bitset_get(live, doc);
}

static uint32_t
next_live(const rls_stored *from, const rls_bitset *live, uint32_t doc)
{
    while (doc < from->doc_count && !is_live(live, doc))
        doc++;
    return doc;
}

static rls_status
doc_size(const rls_stored *from, uint32_t doc, uint64_t *out_size, rls_error *err)
{
    uint64_t start = rls_stored_start(from, doc), end = rls_stored_start(from, doc + 1);

    if (start >= end)
        return rls_fail(err, RLS_CORRUPT, "%s: stored: document %" PRIu32 " is damaged", from->name,
                        doc);
    *out_size = end - start;
    return RLS_OK;
}

/* A document of more than a block: its blocks are copied as they are. */
static rls_status
copy_large(rls_stored_writer *writer, const rls_stored *from, uint32_t doc, rls_error *err)
{
    uint64_t   start = rls_stored_start(from, doc), end = rls_stored_start(from, doc + 1);
    uint64_t   at = start, number = rls_stored_find_block(from, at);
    rls_status status = put_document_start(writer, writer->raw_size, err);

    for (; status == RLS_OK && at < end; number++) {
        rls_stored_block block = {0};

        if (number < from->block_count)
            status = rls_stored_get_whole_block(from, number, &block, err);
        if (status == RLS_OK &&
            (block.raw_start != at || block.raw_size > end - at || block.raw_size == 0))
            status = rls_fail(err, RLS_CORRUPT, "%s: stored: document %" PRIu32 " is damaged",
                              from->name, doc);
        if (status == RLS_OK)
            status = put_block(writer, block.data, block.size, block.raw_size,
                               writer->doc_count - 1, at > start, err);
        at += block.raw_size;
    }
    return status;
}

/* Whether `doc`, with nothing pending, begins a block that the rule would cut the same way here:
 * all its documents live, and the next one that lives would not fit into it. What follows the last
 * document of `from` is not known here, so that block is never the same. */
static rls_status
find_same_block(const rls_stored *from, const rls_bitset *live, uint32_t doc,
                rls_stored_block *out_block, uint32_t *out_end, bool *out_same, rls_error *err)
{
    uint64_t   start = rls_stored_start(from, doc), end, size = 0;
    uint64_t   number = rls_stored_find_block(from, start);
    uint32_t   next = doc;
    rls_status status;

    *out_same = false;
    if (number >= from->block_count)
        return rls_fail(err, RLS_CORRUPT, "%s: stored: document %" PRIu32 " is damaged", from->name,
                        doc);
    status = rls_stored_get_whole_block(from, number, out_block, err);
    if (status != RLS_OK || out_block->raw_start != start)
        return status;
    end = start + out_block->raw_size;
    while (next < from->doc_count && is_live(live, next) && rls_stored_start(from, next) < end)
        next++;
    *out_end = next;
    if (rls_stored_start(from, next) != end)
        return RLS_OK;
    next = next_live(from, live, next);
    if (next == from->doc_count)
        return RLS_OK;
    status = doc_size(from, next, &size, err);
    *out_same = out_block->raw_size + size > RLS_STORED_BLOCK;
    return status;
}

static rls_status
copy_block(rls_stored_writer *writer, const rls_stored *from, uint32_t doc, uint32_t end,
           const rls_stored_block *block, rls_error *err)
{
    uint64_t   raw_size = writer->raw_size;
    uint32_t   first = writer->doc_count;
    rls_status status = RLS_OK;

    for (; doc < end && status == RLS_OK; doc++)
        status = put_document_start(
            writer, raw_size + (rls_stored_start(from, doc) - block->raw_start), err);
    if (status == RLS_OK)
        status = put_block(writer, block->data, block->size, block->raw_size, first, false, err);
    return status;
}

rls_status
rls_stored_writer_add_all(rls_stored_writer *writer, const rls_stored *from, const rls_bitset *live,
                          rls_error *err)
{
    uint32_t doc = next_live(from, live, 0);

    for (uint64_t step = 0; doc < from->doc_count; step++) {
        uint32_t         end = doc + 1;
        uint64_t         size = 0;
        rls_stored_block block;
        rls_bytes        record;
        bool             same = false;
        rls_status       status = doc_size(from, doc, &size, err);

        if (step % CANCEL_STEP == 0 && writer->cancel != NULL && writer->cancel(writer->context))
            return rls_fail(err, RLS_CANCELLED, "copying stored documents was cancelled");
        if (status == RLS_OK && !fits(writer, size))
            status = close_pending(writer, err);
        if (status == RLS_OK && size <= RLS_STORED_BLOCK && writer->pending.size == 0)
            status = find_same_block(from, live, doc, &block, &end, &same, err);
        if (status != RLS_OK)
            return status;

        if (size > RLS_STORED_BLOCK) {
            status = copy_large(writer, from, doc, err);
        } else if (same) {
            status = copy_block(writer, from, doc, end, &block, err);
        } else {
            end = doc + 1;
            status = rls_stored_cache_read(&writer->cache, from, doc, &record, err);
            if (status == RLS_OK)
                status = rls_stored_writer_add(writer, record, err);
        }
        if (status == RLS_OK && writer->sink != NULL)
            status = rls_sink_status(writer->sink, err);
        if (status != RLS_OK)
            return status;
        doc = next_live(from, live, end);
    }
    writer->cache.stored = NULL; /* `from` may go */
    return RLS_OK;
}

rls_status
rls_stored_writer_finish(rls_stored_writer *writer, rls_error *err)
{
    uint64_t   block_count;
    rls_status status = close_pending(writer, err);

    if (status != RLS_OK)
        return status;
    if (writer->sink == NULL) {
        status = put_document_start(writer, writer->raw_size, err);
        writer->doc_count -= status == RLS_OK;
        return status;
    }
    block_count = writer->block_count;
    rls_frames_writer_put(&writer->doc_starts, writer->raw_size);
    rls_frames_writer_put(&writer->raw_starts, writer->raw_size);
    rls_frames_writer_put(&writer->starts, writer->size);
    status = rls_frames_writer_finish(&writer->doc_starts, writer->sink, err);
    if (status == RLS_OK)
        status = rls_frames_writer_finish(&writer->raw_starts, writer->sink, err);
    if (status == RLS_OK)
        status = rls_frames_writer_finish(&writer->starts, writer->sink, err);
    if (status != RLS_OK)
        return status;
    rls_sink_put_u64(writer->sink, writer->size);
    rls_sink_put_u64(writer->sink, block_count);
    rls_sink_put_u32(writer->sink, writer->doc_count);
    rls_sink_put_u32(writer->sink, 0);
    return rls_sink_status(writer->sink, err);
}

void
rls_stored_writer_view(const rls_stored_writer *writer, rls_stored *out_stored)
{
    static const rls_stored_block none;

    *out_stored = (rls_stored){.name = "batch",
                               .doc_count = writer->doc_count,
                               .block_count = writer->block_count,
                               .memory_blocks = writer->blocks == NULL ? &none : writer->blocks,
                               .memory_starts = writer->memory_starts};
}
