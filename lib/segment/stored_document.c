#include "segment/stored_document.h"

#include <inttypes.h>

#include "segment/segment_handle.h"
#include "segment/stored_writer.h"

enum {
    FIELDS_GUESS = 1024 /* bytes of a record in which the fields mostly are */
};

static rls_status
damaged(const char *name, uint32_t doc, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: stored: the record of document %" PRIu32 " is damaged",
                    name, doc);
}

static rls_status
no_memory(const char *name, uint32_t doc, rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for document %" PRIu32, name, doc);
}

static rls_bytes
take_bytes(rls_input *input)
{
    return rls_input_bytes(input, rls_input_varint(input));
}

/* A count is believed only when as many bytes are left: each thing counted takes one. */
static rls_status
take_field(const char *name, uint32_t doc, rls_input *input, rls_arena *arena,
           rls_stored_field *field, rls_error *err)
{
    uint64_t count;

    field->name = take_bytes(input);
    field->kinds = rls_input_varint32(input);
    count = rls_input_varint(input);
    field->is_list = count & 1;
    count >>= 1;
    if (input->failed || count > rls_input_left(input) || count > UINT32_MAX)
        return damaged(name, doc, err);
    field->value_count = (uint32_t)count;
    field->values = rls_arena_alloc_zeroed(arena, count, sizeof *field->values);
    if (field->values == NULL)
        return no_memory(name, doc, err);
    for (uint32_t i = 0; i < field->value_count; i++)
        field->values[i].text = take_bytes(input);
    return input->failed ? damaged(name, doc, err) : RLS_OK;
}

/* The key must not stay in the buffer it is read into. */
static rls_status
take_key(const rls_segment *segment, uint32_t doc, rls_arena *arena, rls_bytes *out_key,
         rls_error *err)
{
    rls_buffer key;
    char      *copy;
    rls_status status;

    rls_buffer_init(&key, segment->heap);
    status = rls_segment_key(segment, doc, &key, err);
    if (status == RLS_OK) {
        copy = rls_arena_copy(arena, key.data, key.size);
        if (copy == NULL)
            status = no_memory(segment->info.name, doc, err);
        else
            *out_key = rls_bytes_of(copy, key.size);
    }
    rls_buffer_release(&key);
    return status;
}

/* All but the body, at which *out_rest (unless NULL) is left. */
static rls_status
parse_fields(const char *name, uint32_t doc, rls_bytes record, rls_arena *arena,
             rls_stored_document *document, rls_input *out_rest, rls_error *err)
{
    rls_input input;
    uint32_t  flags, count;

    rls_input_init(&input, record);
    flags = rls_input_varint32(&input);
    count = rls_input_varint32(&input);
    if (input.failed || flags > (RLS_STORED_BODY | RLS_STORED_MARKDOWN) ||
        count > rls_input_left(&input))
        return damaged(name, doc, err);
    document->has_body = (flags & RLS_STORED_BODY) != 0;
    document->markdown = (flags & RLS_STORED_MARKDOWN) != 0;
    document->fields = rls_arena_alloc_zeroed(arena, count, sizeof *document->fields);
    if (document->fields == NULL)
        return no_memory(name, doc, err);
    document->field_count = count;
    for (uint32_t i = 0; i < count; i++) {
        rls_status status = take_field(name, doc, &input, arena, &document->fields[i], err);

        if (status != RLS_OK)
            return status;
    }
    if (out_rest != NULL)
        *out_rest = input;
    return RLS_OK;
}

rls_status
rls_stored_document_parse_first(const char *name, uint32_t doc, rls_bytes records, rls_arena *arena,
                                rls_stored_document *document, size_t *out_size, rls_error *err)
{
    rls_input  rest;
    rls_status status = parse_fields(name, doc, records, arena, document, &rest, err);

    if (status != RLS_OK)
        return status;
    if (document->has_body)
        document->body = take_bytes(&rest);
    *out_size = records.size - rls_input_left(&rest);
    return rest.failed ? damaged(name, doc, err) : RLS_OK;
}

rls_status
rls_stored_document_parse(const char *name, uint32_t doc, rls_bytes record, rls_arena *arena,
                          rls_stored_document *document, rls_error *err)
{
    size_t     size;
    rls_status status =
        rls_stored_document_parse_first(name, doc, record, arena, document, &size, err);

    if (status != RLS_OK)
        return status;
    return size == record.size ? RLS_OK : damaged(name, doc, err);
}

rls_status
rls_segment_stored_fields(const rls_segment *segment, uint32_t doc, rls_arena *arena,
                          rls_stored_document *out_document, rls_error *err)
{
    const char *name = segment->info.name;
    rls_bytes   record;
    bool        whole;
    rls_status  status;

    *out_document = (rls_stored_document){0};
    if (doc >= segment->info.doc_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%s: no document %" PRIu32, name, doc);
    status =
        rls_stored_read_begin(&segment->stored, doc, FIELDS_GUESS, arena, &record, &whole, err);
    if (status == RLS_OK && !whole) {
        status = parse_fields(name, doc, record, arena, out_document, NULL, NULL);
        if (status != RLS_CORRUPT)
            return status == RLS_OK ? RLS_OK : no_memory(name, doc, err);
        /* The fields go on, most likely. */
        *out_document = (rls_stored_document){0};
        status = rls_stored_read(&segment->stored, doc, arena, &record, err);
    }
    if (status == RLS_OK)
        status = parse_fields(name, doc, record, arena, out_document, NULL, err);
    if (status != RLS_OK)
        *out_document = (rls_stored_document){0};
    return status;
}

rls_status
rls_segment_stored(const rls_segment *segment, uint32_t doc, rls_arena *arena,
                   rls_stored_document *out_document, rls_error *err)
{
    rls_bytes  record;
    rls_status status;

    *out_document = (rls_stored_document){0};
    if (doc >= segment->info.doc_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%s: no document %" PRIu32, segment->info.name, doc);
    status = rls_stored_read(&segment->stored, doc, arena, &record, err);
    if (status == RLS_OK)
        status = take_key(segment, doc, arena, &out_document->key, err);
    if (status == RLS_OK)
        status =
            rls_stored_document_parse(segment->info.name, doc, record, arena, out_document, err);
    if (status != RLS_OK)
        *out_document = (rls_stored_document){0};
    return status;
}
