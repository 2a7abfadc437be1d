#include "document/field_writer.h"

#include <inttypes.h>

#include "document/entities.h"
#include "document/utf8.h"

void
rls_field_writer_init(rls_field_writer *writer, rls_document *document, bool entities)
{
    memset(writer, 0, sizeof *writer);
    writer->document = document;
    writer->field = UINT32_MAX;
    writer->entities = entities;
}

size_t
rls_field_writer_push(rls_field_writer *writer, rls_bytes part)
{
    size_t before = writer->name_size, room, size;

    if (writer->name_size > 0 && writer->name_size < RLS_MAX_NAME_SIZE)
        writer->name[writer->name_size++] = '.';
    room = RLS_MAX_NAME_SIZE - writer->name_size;
    size = rls_utf8_cut(part, room);
    if (size < part.size && !writer->name_cut) {
        writer->name_cut = true;
        rls_document_note(writer->document, "a field name over %d bytes is cut",
                          (int)RLS_MAX_NAME_SIZE);
    }
    if (part.size == 0 && room > 0) {
        writer->name[writer->name_size++] = '_';
        return before;
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = part.data[i];
        /* Control bytes separate names from values in the dictionary of terms. */
        writer->name[writer->name_size++] = byte < 0x20 || byte == 0x7F ? '_' : byte;
    }
    return before;
}

void
rls_field_writer_pop(rls_field_writer *writer, size_t name_size)
{
    writer->name_size = name_size;
}

static void
fill_up(rls_field_writer *writer)
{
    if (!writer->full)
        rls_document_note(writer->document,
                          "more than %d fields or %d values; the rest is left out",
                          (int)RLS_MAX_FIELDS, (int)RLS_MAX_VALUES);
    writer->full = true;
    writer->field = UINT32_MAX;
}

void
rls_field_writer_open(rls_field_writer *writer, bool is_list, bool again, uint64_t line)
{
    rls_document *document = writer->document;
    rls_bytes     name = rls_bytes_of(writer->name, writer->name_size);
    rls_field    *field;

    /* The body has that name to itself. */
    if (name.size == 4 && memcmp(name.data, "body", 4) == 0)
        name = rls_bytes_of("_body", 5);

    if (document->field_count >= RLS_MAX_FIELDS) {
        fill_up(writer);
        return;
    }
    field = rls_document_field(document, name);
    if (field == NULL) {
        writer->field = UINT32_MAX;
        writer->no_memory = true;
        return;
    }
    writer->field = (uint32_t)(field - document->fields);
    writer->line = line;
    writer->repeated = field->value_count > 0 && !again;
    field->is_list = field->is_list || is_list || again;
}

static bool
is_null(rls_bytes text)
{
    if (text.size == 4)
        return memcmp(text.data, "null", 4) == 0 || memcmp(text.data, "Null", 4) == 0 ||
               memcmp(text.data, "NULL", 4) == 0;
    return text.size == 0 || (text.size == 1 && *text.data == '~');
}

/* NULs can come from escapes alone: files have none left when they get here. */
static bool
without_nuls(rls_field_writer *writer, rls_bytes *text)
{
    rls_utf8_repairs repairs;

    if (text->size == 0 || memchr(text->data, 0, text->size) == NULL)
        return true;
    return rls_utf8_repair(writer->document->arena, *text, text, &repairs);
}

void
rls_field_writer_add(rls_field_writer *writer, rls_bytes text, bool plain)
{
    rls_field *field;

    if (writer->field == UINT32_MAX || (plain && is_null(text)))
        return;
    if (writer->value_count >= RLS_MAX_VALUES) {
        fill_up(writer);
        return;
    }
    if (!without_nuls(writer, &text) ||
        (writer->entities && !rls_entities_decode(writer->document->arena, text, &text))) {
        writer->no_memory = true;
        return;
    }
    field = &writer->document->fields[writer->field];
    if (writer->repeated) {
        /* The same said twice is said once. A cap, as this is quadratic. */
        for (uint32_t i = 0; i < field->value_count && i < 100; i++) {
            if (rls_bytes_compare(field->values[i].text, text) == 0)
                return;
        }
    }
    if (rls_field_add(writer->document, field, text, plain) == NULL) {
        writer->no_memory = true;
        return;
    }
    writer->value_count++;
    if (writer->repeated && !field->is_list)
        rls_document_note(writer->document, "line %" PRIu64 ": \"%.*s\" again; all values are kept",
                          writer->line, (int)field->name.size, (const char *)field->name.data);
    field->is_list = field->is_list || field->value_count > 1;
}
