/* Front matter and text: a file's bytes → document, as Markdown and as plain text. */
#include "fuzz_document.h"

/* Both readings of the same bytes, in memory of their own. */
typedef struct reading {
    rls_heap     heap;
    rls_arena    arena;
    rls_source   source;
    rls_document document;
    rls_status   status;
} reading;

static void
read_as(reading *r, rls_bytes bytes, rls_format format)
{
    rls_schema *schema;
    rls_error   err = {0};

    fuzz_heap_begin(&r->heap);
    rls_arena_init(&r->arena, &r->heap, 4096);
    rls_document_init(&r->document, &r->arena);
    FUZZ_CHECK(rls_schema_new(&r->heap, &schema, &err) == RLS_OK);
    r->status = rls_source_open(&r->source, &r->heap, rls_bytes_of("a/2007-05-28-b.md", 17), bytes,
                                format, 1 << 20, &err);
    FUZZ_CHECK(r->status == RLS_OK || r->status == RLS_BAD_DOCUMENT);
    if (r->status == RLS_OK) {
        r->status = rls_source_next(&r->source, &r->document, &err);
        FUZZ_CHECK(r->status == RLS_OK);
        FUZZ_CHECK(rls_schema_apply(schema, &r->document, &err) == RLS_OK);
        fuzz_check_document(&r->document);
        fuzz_check_memory(&r->heap, r->source.bytes.size + r->source.unzipped.size);
    } else {
        FUZZ_CHECK(err.status == r->status && err.message[0] != '\0');
    }
    rls_schema_free(schema);
}

static void
release(reading *r)
{
    rls_document another;

    if (r->status == RLS_OK) {
        rls_document_init(&another, &r->arena);
        FUZZ_CHECK(rls_source_next(&r->source, &another, NULL) == RLS_NOT_FOUND);
    }
    rls_source_close(&r->source);
    rls_arena_release(&r->arena);
    fuzz_heap_end(&r->heap);
}

/* The format decides about the body alone. */
static void
check_same_fields(const rls_document *a, const rls_document *b)
{
    FUZZ_CHECK(fuzz_equal(a->body, b->body));
    FUZZ_CHECK(a->field_count == b->field_count);
    FUZZ_CHECK(a->note_count == b->note_count);
    for (uint32_t i = 0; i < a->field_count; i++) {
        FUZZ_CHECK(fuzz_equal(a->fields[i].name, b->fields[i].name));
        FUZZ_CHECK(a->fields[i].kinds == b->fields[i].kinds);
        FUZZ_CHECK(a->fields[i].value_count == b->fields[i].value_count);
        for (uint32_t j = 0; j < a->fields[i].value_count; j++)
            FUZZ_CHECK(fuzz_equal(a->fields[i].values[j].text, b->fields[i].values[j].text));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reading markdown, text;

    read_as(&markdown, rls_bytes_of(data, size), RLS_FORMAT_MARKDOWN);
    read_as(&text, rls_bytes_of(data, size), RLS_FORMAT_TEXT);
    FUZZ_CHECK(markdown.status == text.status);
    if (markdown.status == RLS_OK)
        check_same_fields(&markdown.document, &text.document);
    release(&markdown);
    release(&text);
    return 0;
}
