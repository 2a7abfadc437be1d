#include "segment/columns_writer.h"

#include <assert.h>

#define SIGN_BIT (UINT64_C(1) << 63)

static void
set_big_endian(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < RLS_COLUMN_FORM; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t
get_big_endian(const uint8_t *in)
{
    uint64_t value = 0;

    for (int i = 0; i < RLS_COLUMN_FORM; i++)
        value = value << 8 | in[i];
    return value;
}

void
rls_column_date_form(int64_t date, uint8_t *out)
{
    set_big_endian(out, (uint64_t)date ^ SIGN_BIT);
}

void
rls_column_number_form(double number, uint8_t *out)
{
    uint64_t bits;

    number = number == 0 ? 0 : number; /* -0 is 0 */
    memcpy(&bits, &number, sizeof bits);
    set_big_endian(out, bits & SIGN_BIT ? ~bits : bits | SIGN_BIT);
}

rls_bytes
rls_column_value_form(const rls_column *column, uint32_t ordinal, uint8_t *scratch)
{
    if (column->kind == RLS_COLUMN_KEYWORD)
        return rls_column_keyword(column, ordinal);
    if (column->kind == RLS_COLUMN_DATE)
        rls_column_date_form(rls_column_date(column, ordinal), scratch);
    else
        rls_column_number_form(rls_column_number(column, ordinal), scratch);
    return rls_bytes_of(scratch, RLS_COLUMN_FORM);
}

/* The bits on disk of a sorting form. */
static uint64_t
bits_of_form(rls_column_kind kind, rls_bytes form)
{
    uint64_t value = get_big_endian(form.data);

    if (kind == RLS_COLUMN_DATE)
        return value ^ SIGN_BIT;
    return value & SIGN_BIT ? value ^ SIGN_BIT : ~value;
}

void
rls_columns_writer_init(rls_columns_writer *writer, rls_heap *heap, rls_sink *sink,
                        uint32_t doc_count)
{
    *writer = (rls_columns_writer){.heap = heap, .sink = sink, .doc_count = doc_count};
    rls_buffer_init(&writer->directory, heap);
}

void
rls_columns_writer_release(rls_columns_writer *writer)
{
    if (writer->heap != NULL)
        rls_buffer_release(&writer->directory);
    *writer = (rls_columns_writer){0};
}

static rls_status
write_values(rls_columns_writer *writer, const rls_column_content *content, uint64_t *out_size,
             rls_error *err)
{
    rls_frames_writer offsets;
    rls_status        status;
    uint64_t          size = 0;

    *out_size = 8 * (uint64_t)content->value_count;
    if (content->kind != RLS_COLUMN_KEYWORD) {
        for (uint32_t i = 0; i < content->value_count; i++)
            rls_sink_put_u64(writer->sink,
                             bits_of_form(content->kind, content->value(content->context, i)));
        return rls_sink_status(writer->sink, err);
    }
    rls_frames_writer_init(&offsets, writer->heap);
    for (uint32_t i = 0; i < content->value_count; i++) {
        rls_frames_writer_put(&offsets, size);
        size += content->value(content->context, i).size;
    }
    rls_frames_writer_put(&offsets, size);
    status = rls_frames_writer_finish(&offsets, writer->sink, err);
    rls_frames_writer_release(&offsets);
    for (uint32_t i = 0; status == RLS_OK && i < content->value_count; i++) {
        rls_bytes value = content->value(content->context, i);

        rls_sink_write(writer->sink, value.data, value.size);
    }
    *out_size = size;
    return status;
}

/* The parts of a column that grow while its documents go by. */
typedef struct documents_part {
    rls_packed_writer ordinals;
    rls_frames_writer docs, starts;
    uint32_t         *zones; /* of each the least, the greatest, documents; NULL when sparse */
    uint32_t          next_doc;
    uint64_t          entry_count;
} documents_part;

static void
widen_zone(uint32_t *zone, uint32_t first, uint32_t last)
{
    zone[0] = zone[0] == 0 || first + 1 < zone[0] ? first + 1 : zone[0];
    zone[1] = last + 1 > zone[1] ? last + 1 : zone[1];
    zone[2]++;
}

static void
add_document(documents_part *part, const rls_column_content *content, bool sparse, uint32_t doc,
             const uint32_t *ordinals, uint32_t count)
{
    assert(count > 0 && doc >= part->next_doc && (count == 1 || !content->single));
    for (; !sparse && part->next_doc < doc; part->next_doc++) {
        if (content->single)
            rls_packed_writer_put(&part->ordinals, 0);
        else
            rls_frames_writer_put(&part->starts, part->entry_count);
    }
    if (sparse)
        rls_frames_writer_put(&part->docs, doc);
    if (!content->single)
        rls_frames_writer_put(&part->starts, part->entry_count);
    for (uint32_t i = 0; i < count; i++)
        rls_packed_writer_put(&part->ordinals, ordinals[i] + (content->single && !sparse));
    part->entry_count += count;
    if (part->zones != NULL)
        widen_zone(part->zones + 3 * (size_t)(doc / RLS_COLUMN_ZONE), ordinals[0],
                   ordinals[count - 1]);
    part->next_doc = doc + 1;
}

static rls_status
write_zones(rls_columns_writer *writer, const uint32_t *zones, size_t zone_count, uint32_t width,
            rls_error *err)
{
    rls_packed_writer packed;

    rls_packed_writer_init(&packed, writer->sink, width);
    for (size_t i = 0; i < zone_count; i++) {
        rls_packed_writer_put(&packed, zones[3 * i]);
        rls_packed_writer_put(&packed, zones[3 * i + 1]);
    }
    rls_packed_writer_finish(&packed);
    rls_packed_writer_init(&packed, writer->sink, 1);
    for (size_t i = 0; i < zone_count; i++) {
        uint32_t left = writer->doc_count - (uint32_t)i * RLS_COLUMN_ZONE;
        rls_packed_writer_put(&packed, zones[3 * i + 2] ==
                                           (left < RLS_COLUMN_ZONE ? left : RLS_COLUMN_ZONE));
    }
    rls_packed_writer_finish(&packed);
    return rls_sink_status(writer->sink, err);
}

static rls_status
write_documents(rls_columns_writer *writer, const rls_column_content *content, bool sparse,
                rls_error *err)
{
    documents_part part = {0};
    uint32_t       width = rls_packed_width(content->value_count);
    size_t         zone_count = ((size_t)writer->doc_count + RLS_COLUMN_ZONE - 1) / RLS_COLUMN_ZONE;
    rls_status     status;

    rls_packed_writer_init(&part.ordinals, writer->sink, width);
    rls_frames_writer_init(&part.docs, writer->heap);
    rls_frames_writer_init(&part.starts, writer->heap);
    if (!sparse) {
        part.zones = rls_alloc_zeroed(writer->heap, 3 * zone_count, sizeof *part.zones);
        if (part.zones == NULL) {
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for the zones of a column");
            goto end;
        }
    }
    for (;;) {
        const uint32_t *ordinals;
        uint32_t        doc, count;

        status = content->next(content->context, &doc, &ordinals, &count, err);
        if (status != RLS_OK)
            break;
        add_document(&part, content, sparse, doc, ordinals, count);
    }
    if (status != RLS_NOT_FOUND)
        goto end;
    for (; !sparse && part.next_doc < writer->doc_count; part.next_doc++) {
        if (content->single)
            rls_packed_writer_put(&part.ordinals, 0);
        else
            rls_frames_writer_put(&part.starts, part.entry_count);
    }
    rls_packed_writer_finish(&part.ordinals);
    status = rls_sink_status(writer->sink, err);
    if (status == RLS_OK && sparse)
        status = rls_frames_writer_finish(&part.docs, writer->sink, err);
    if (status == RLS_OK && !content->single) {
        rls_frames_writer_put(&part.starts, part.entry_count);
        status = rls_frames_writer_finish(&part.starts, writer->sink, err);
    }
    if (status == RLS_OK && !sparse)
        status = write_zones(writer, part.zones, zone_count, width, err);

end:
    rls_frames_writer_release(&part.docs);
    rls_frames_writer_release(&part.starts);
    rls_free(writer->heap, part.zones);
    return status;
}

rls_status
rls_columns_writer_add(rls_columns_writer *writer, const rls_column_content *content,
                       rls_error *err)
{
    rls_buffer *directory = &writer->directory;
    bool        sparse = content->docs_with < writer->doc_count / RLS_COLUMN_SPARSE_FACTOR;
    uint64_t    offset = writer->sink->size, values_size;
    rls_status  status;

    assert(content->value_count > 0);
    status = write_values(writer, content, &values_size, err);
    if (status == RLS_OK)
        status = write_documents(writer, content, sparse, err);
    if (status != RLS_OK)
        return status;
    rls_buffer_put_varint(directory, content->name.size);
    rls_buffer_append(directory, content->name.data, content->name.size);
    rls_buffer_put_varint(directory, content->kind);
    rls_buffer_put_varint(directory, (content->single ? RLS_COLUMN_SINGLE : 0) |
                                         (sparse ? RLS_COLUMN_SPARSE : 0));
    rls_buffer_put_varint(directory, content->value_count);
    rls_buffer_put_varint(directory, content->docs_with);
    rls_buffer_put_varint(directory, content->entry_count);
    rls_buffer_put_varint(directory, offset);
    rls_buffer_put_varint(directory, values_size);
    writer->column_count++;
    return RLS_OK;
}

rls_status
rls_columns_writer_finish(rls_columns_writer *writer, rls_error *err)
{
    if (writer->directory.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a directory of columns");
    rls_sink_write(writer->sink, writer->directory.data, writer->directory.size);
    rls_sink_put_u64(writer->sink, writer->directory.size);
    rls_sink_put_u32(writer->sink, writer->column_count);
    rls_sink_put_u32(writer->sink, writer->doc_count);
    return rls_sink_status(writer->sink, err);
}
