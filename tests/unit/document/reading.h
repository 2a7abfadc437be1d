/* Reading one document in a test: bytes are copied to memory of their exact size, so that a read
 * past them shows, and everything is released at the end. */
#ifndef RLS_TESTS_DOCUMENT_READING_H
#define RLS_TESTS_DOCUMENT_READING_H

#include "support/runner.h"

#include <stdlib.h>

#include "document/date.h"
#include "document/schema.h"
#include "document/source.h"

typedef struct reading {
    rls_heap     heap;
    rls_arena    arena;
    rls_source   source;
    rls_document document;
    rls_schema  *schema;
    rls_error    err;
    uint8_t     *bytes;
} reading;

static inline rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

/* Opens; rls_source_open's status. */
static inline rls_status
reading_open(reading *r, const char *name, const void *bytes, size_t size, rls_format format)
{
    memset(r, 0, sizeof *r);
    rls_heap_init(&r->heap, NULL, SIZE_MAX);
    rls_arena_init(&r->arena, &r->heap, 4096);
    CHECK_OK(rls_schema_new(&r->heap, &r->schema, NULL));
    r->bytes = malloc(size == 0 ? 1 : size);
    if (size > 0)
        memcpy(r->bytes, bytes, size);
    return rls_source_open(&r->source, &r->heap, bytes_of(name), rls_bytes_of(r->bytes, size),
                           format, 64 << 20, &r->err);
}

static inline rls_status
reading_next(reading *r)
{
    rls_status status;

    rls_arena_reset(&r->arena);
    rls_document_init(&r->document, &r->arena);
    status = rls_source_next(&r->source, &r->document, &r->err);
    if (status == RLS_OK)
        CHECK_OK(rls_schema_apply(r->schema, &r->document, &r->err));
    return status;
}

static inline void
reading_close(reading *r)
{
    rls_source_close(&r->source);
    rls_schema_free(r->schema);
    rls_arena_release(&r->arena);
    CHECK_EQ_U64(r->heap.used, 0);
    free(r->bytes);
}

/* The only document of a text file. */
static inline void
read_text(reading *r, const char *name, const char *text)
{
    CHECK_OK(reading_open(r, name, text, strlen(text), RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(r));
}

static inline void
read_markdown(reading *r, const char *text)
{
    read_text(r, "a.md", text);
}

/* The only document of a file under tests/data/documents. */
static inline void
read_sample(reading *r, const char *name)
{
    char     path[256];
    FILE    *file;
    uint8_t *bytes = malloc(1 << 16);
    size_t   size;

    snprintf(path, sizeof path, "documents/%s", name);
    file = fopen(rls_test_data(path), "rb");
    CHECK(file != NULL);
    size = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    CHECK_OK(reading_open(r, name, bytes, size, RLS_FORMAT_AUTO));
    free(bytes);
    CHECK_OK(reading_next(r));
}

/* Value number `index` of a field, NUL-terminated; "(none)" when there is none. */
static inline const char *
value_of(const reading *r, const char *field_name, uint32_t index)
{
    const rls_field *field = rls_document_find_field(&r->document, field_name);

    if (field == NULL || index >= field->value_count)
        return "(none)";
    return (const char *)field->values[index].text.data;
}

static inline uint32_t
count_of(const reading *r, const char *field_name)
{
    const rls_field *field = rls_document_find_field(&r->document, field_name);
    return field == NULL ? UINT32_MAX : field->value_count;
}

static inline uint32_t
kinds_of(const reading *r, const char *field_name)
{
    const rls_field *field = rls_document_find_field(&r->document, field_name);
    return field == NULL ? 0 : field->kinds;
}

static inline int64_t
date_of(const reading *r, const char *field_name)
{
    const rls_field *field = rls_document_find_field(&r->document, field_name);

    CHECK(field != NULL && field->value_count > 0 && field->values[0].has_date);
    return field->values[0].date;
}

static inline bool
body_starts(const reading *r, const char *text)
{
    return r->document.body.size >= strlen(text) &&
           memcmp(r->document.body.data, text, strlen(text)) == 0;
}

#define CHECK_VALUE(reading, field, index, text) CHECK_EQ_STR(value_of(reading, field, index), text)

#define CHECK_NO_NOTES(reading)                                                                    \
    do {                                                                                           \
        if ((reading)->document.note_count > 0)                                                    \
            rls_test_fail(__FILE__, __LINE__, "a note: %s", (reading)->document.notes[0]);         \
    } while (0)

/* Exactly one note, which contains the text. */
#define CHECK_NOTE(reading, text)                                                                  \
    do {                                                                                           \
        CHECK_EQ_U64((reading)->document.note_count, 1);                                           \
        if (strstr((reading)->document.notes[0], text) == NULL)                                    \
            rls_test_fail(__FILE__, __LINE__, "the note is: %s", (reading)->document.notes[0]);    \
    } while (0)

#endif
