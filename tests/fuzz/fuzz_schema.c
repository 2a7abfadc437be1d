/* A schema file: what is read, when written, reads as the same and applies to any document. */
#include <math.h>

#include "document/schema.h"
#include "fuzz_document.h"

static void
add(rls_document *document, const char *name, const char *text, bool plain)
{
    rls_field *field = rls_document_field(document, rls_bytes_of(name, strlen(name)));

    FUZZ_CHECK(field != NULL);
    FUZZ_CHECK(rls_field_add(document, field, rls_bytes_of(text, strlen(text)), plain) != NULL);
}

static void
check_rules(const rls_schema *schema)
{
    for (uint32_t i = 0; i < rls_schema_rule_count(schema); i++) {
        const rls_schema_rule *rule = rls_schema_rule_at(schema, i);

        FUZZ_CHECK(i == 0 ||
                   rls_bytes_compare(rls_schema_rule_at(schema, i - 1)->field, rule->field) < 0);
        FUZZ_CHECK(rule->field.size > 0 && fuzz_is_text(rule->field));
        FUZZ_CHECK(fuzz_is_text(rule->language));
        FUZZ_CHECK(isfinite(rule->weight));
        FUZZ_CHECK(rls_schema_weight(schema, rule->field, RLS_FIELD_TEXT) >= 0);
    }
}

static void
check_apply(rls_heap *heap, const rls_schema *schema)
{
    rls_arena    arena;
    rls_document document;

    rls_arena_init(&arena, heap, 4096);
    rls_document_init(&document, &arena);
    document.key = rls_bytes_of("a.md", 4);
    document.body = document.prose = rls_bytes_of("text", 4);
    add(&document, "title", "A title", false);
    add(&document, "date", "0001-01-01", true);
    add(&document, "a", "28 May 2007", true);
    add(&document, "a", "17", true);
    add(&document, "a.b", "", true);
    add(&document, "extra.team", "1.5", true);
    add(&document, "url", "https://example.org/", true);
    FUZZ_CHECK(rls_schema_apply(schema, &document, NULL) == RLS_OK);
    fuzz_check_document(&document);
    for (uint32_t i = 0; i < document.field_count; i++)
        FUZZ_CHECK(
            isfinite(rls_schema_weight(schema, document.fields[i].name, document.fields[i].kinds)));
    rls_arena_release(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_heap    heap;
    rls_schema *schema, *again;
    rls_buffer  first, second;
    rls_error   err = {0};
    rls_status  status;

    fuzz_heap_begin(&heap);
    rls_buffer_init(&first, &heap);
    rls_buffer_init(&second, &heap);
    status = rls_schema_parse(&heap, rls_bytes_of(data, size), "rsearch.yaml", &schema, &err);
    FUZZ_CHECK(status == RLS_OK || status == RLS_BAD_ARGUMENT);
    FUZZ_CHECK((schema != NULL) == (status == RLS_OK));
    if (status == RLS_OK) {
        check_rules(schema);
        check_apply(&heap, schema);
        FUZZ_CHECK(rls_schema_write(schema, &first) == RLS_OK);
        FUZZ_CHECK(rls_schema_parse(&heap, rls_buffer_bytes(&first), "again", &again, &err) ==
                   RLS_OK);
        FUZZ_CHECK(rls_schema_rule_count(again) == rls_schema_rule_count(schema));
        FUZZ_CHECK(rls_schema_write(again, &second) == RLS_OK);
        FUZZ_CHECK(fuzz_equal(rls_buffer_bytes(&first), rls_buffer_bytes(&second)));
        rls_schema_free(again);
    } else {
        FUZZ_CHECK(err.message[0] != '\0');
    }
    rls_schema_free(schema);
    rls_buffer_release(&first);
    rls_buffer_release(&second);
    fuzz_heap_end(&heap);
    return 0;
}
