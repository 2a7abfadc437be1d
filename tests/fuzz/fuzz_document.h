/* What holds for every document that a source hands out, whatever the bytes were. */
#ifndef RLS_TESTS_FUZZ_DOCUMENT_H
#define RLS_TESTS_FUZZ_DOCUMENT_H

#include <math.h>

#include "document/field_writer.h"
#include "document/schema.h"
#include "document/source.h"
#include "fuzz.h"

static inline void
fuzz_check_value(const rls_field *field, const rls_value *value)
{
    FUZZ_CHECK(fuzz_is_text(value->text));
    FUZZ_CHECK(!value->has_date || (field->kinds & RLS_FIELD_DATE) != 0);
    FUZZ_CHECK(!value->has_number || (field->kinds & RLS_FIELD_NUMBER) != 0);
    FUZZ_CHECK(!value->has_number || isfinite(value->number));
}

static inline void
fuzz_check_field(const rls_document *document, uint32_t number)
{
    const rls_field *field = &document->fields[number];

    FUZZ_CHECK(field->name.size <= RLS_MAX_NAME_SIZE && fuzz_is_text(field->name));
    FUZZ_CHECK(!fuzz_equal(field->name, rls_bytes_of("body", 4)));
    FUZZ_CHECK(field->kinds != 0 && field->kinds != RLS_KINDS_GUESSED);
    for (uint32_t i = 0; i < number && number < 64; i++)
        FUZZ_CHECK(!fuzz_equal(field->name, document->fields[i].name));
    for (uint32_t i = 0; i < field->value_count; i++)
        fuzz_check_value(field, &field->values[i]);
}

/* After rls_schema_apply. */
static inline void
fuzz_check_document(const rls_document *document)
{
    FUZZ_CHECK(fuzz_is_text(document->key));
    FUZZ_CHECK(fuzz_is_text(document->body));
    FUZZ_CHECK(fuzz_is_text(document->prose));
    FUZZ_CHECK(document->prose.size == document->body.size);
    FUZZ_CHECK(document->markdown || document->prose.data == document->body.data);
    FUZZ_CHECK(fuzz_is_text(document->language));
    FUZZ_CHECK(document->field_count <= RLS_MAX_FIELDS + 1);
    for (uint32_t i = 0; i < document->field_count; i++)
        fuzz_check_field(document, i);
    FUZZ_CHECK(document->note_count <= 32);
    for (uint32_t i = 0; i < document->note_count; i++) {
        for (const char *at = document->notes[i]; *at != '\0'; at++)
            FUZZ_CHECK((uint8_t)*at >= 0x20 && *at != 0x7F);
        FUZZ_CHECK(fuzz_is_utf8(rls_bytes_of(document->notes[i], strlen(document->notes[i]))));
    }
}

/* What memory a document may take, by the bytes it came from: some for each byte, as in a list of
 * empty strings, where a value has more bytes than its text. */
static inline void
fuzz_check_memory(const rls_heap *heap, size_t size)
{
    FUZZ_CHECK(heap->peak <= 256 * size + (1 << 20));
}

#endif
