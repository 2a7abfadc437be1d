#include "document/document.h"

#include "document/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    FIRST_FIELDS = 8,
    MAX_NOTES = 32,
    MAX_NOTE_SIZE = 400
};

void
rls_document_init(rls_document *document, rls_arena *arena)
{
    memset(document, 0, sizeof *document);
    document->arena = arena;
}

/* Room for one more of `count` elements in arena memory: doubles, leaving the old copy behind. */
static void *
grown(rls_arena *arena, void *elements, uint32_t count, uint32_t *capacity, size_t element_size,
      uint32_t first)
{
    uint32_t wanted = *capacity == 0 ? first : *capacity * 2;
    void    *larger;

    if (count < *capacity)
        return elements;
    if (*capacity > UINT32_MAX / 2 || wanted > SIZE_MAX / element_size)
        return NULL;
    larger = rls_arena_alloc(arena, wanted * element_size);
    if (larger == NULL)
        return NULL;
    if (count > 0)
        memcpy(larger, elements, count * element_size);
    *capacity = wanted;
    return larger;
}

static bool
copy_bytes(rls_arena *arena, rls_bytes bytes, rls_bytes *out)
{
    char *copy = rls_arena_copy(arena, bytes.size == 0 ? "" : (const char *)bytes.data, bytes.size);

    *out = rls_bytes_of(copy, bytes.size);
    return copy != NULL;
}

rls_field *
rls_document_field(rls_document *document, rls_bytes name)
{
    rls_field *fields, *field;

    for (uint32_t i = 0; i < document->field_count; i++) {
        field = &document->fields[i];
        if (field->name.size == name.size &&
            (name.size == 0 || memcmp(field->name.data, name.data, name.size) == 0))
            return field;
    }

    fields = grown(document->arena, document->fields, document->field_count,
                   &document->field_capacity, sizeof *fields, FIRST_FIELDS);
    if (fields == NULL)
        return NULL;
    document->fields = fields;
    field = &fields[document->field_count];
    memset(field, 0, sizeof *field);
    if (!copy_bytes(document->arena, name, &field->name))
        return NULL;
    document->field_count++;
    return field;
}

rls_field *
rls_document_find_field(const rls_document *document, const char *name)
{
    size_t size = strlen(name);

    for (uint32_t i = 0; i < document->field_count; i++) {
        rls_field *field = &document->fields[i];
        if (field->name.size == size && memcmp(field->name.data, name, size) == 0)
            return field;
    }
    return NULL;
}

rls_value *
rls_field_add(rls_document *document, rls_field *field, rls_bytes text, bool plain)
{
    rls_value *values, *value;

    values = grown(document->arena, field->values, field->value_count, &field->value_capacity,
                   sizeof *values, 1);
    if (values == NULL)
        return NULL;
    field->values = values;
    value = &values[field->value_count];
    memset(value, 0, sizeof *value);
    if (!copy_bytes(document->arena, text, &value->text))
        return NULL;
    value->plain = plain;
    field->value_count++;
    return value;
}

/* Control bytes go, and so does what is left of characters where an argument was cut. */
static void
make_readable(char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((uint8_t)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
    }
    for (size_t at = 0; at < size; at++) {
        at += rls_utf8_valid_size(rls_bytes_of(line + at, size - at));
        if (at < size)
            line[at] = '?';
    }
}

void
rls_document_note(rls_document *document, const char *format, ...)
{
    char    line[MAX_NOTE_SIZE];
    char  **notes;
    char   *note;
    va_list arguments;
    int     size;

    if (document->note_count == MAX_NOTES)
        return;
    if (document->note_count == MAX_NOTES - 1) {
        size = snprintf(line, sizeof line, "more remarks left out");
    } else {
        va_start(arguments, format);
        size = vsnprintf(line, sizeof line, format, arguments);
        va_end(arguments);
    }
    if (size < 0)
        return;
    if (size >= MAX_NOTE_SIZE) {
        size = MAX_NOTE_SIZE - 1;
        /* Not in the middle of a character. */
        while (size > 0 && ((uint8_t)line[size - 1] & 0xC0) == 0x80)
            size--;
        if (size > 0 && (uint8_t)line[size - 1] >= 0xC0)
            size--;
    }
    make_readable(line, (size_t)size);

    /* A note that finds no memory is lost; the call that needs memory next says so. */
    notes = grown(document->arena, document->notes, document->note_count, &document->note_capacity,
                  sizeof *notes, 4);
    if (notes == NULL)
        return;
    document->notes = notes;
    note = rls_arena_copy(document->arena, line, (size_t)size);
    if (note != NULL)
        notes[document->note_count++] = note;
}

void
rls_document_take_language(rls_document *document)
{
    static const char *const names[] = {"lang", "language"};

    for (size_t i = 0; i < sizeof names / sizeof *names && document->language.size == 0; i++) {
        const rls_field *field = rls_document_find_field(document, names[i]);
        if (field != NULL && field->value_count > 0)
            document->language = field->values[0].text;
    }
}
