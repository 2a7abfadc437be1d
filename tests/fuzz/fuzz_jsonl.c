/* JSON Lines → documents, one after another. */
#include "fuzz_document.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_heap     heap;
    rls_arena    arena;
    rls_source   source;
    rls_document document;
    rls_schema  *schema;
    rls_status   status;
    size_t       turns = 0, lines = 1;
    uint64_t     line = 0;

    fuzz_heap_begin(&heap);
    rls_arena_init(&arena, &heap, 4096);
    FUZZ_CHECK(rls_schema_new(&heap, &schema, NULL) == RLS_OK);
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    status = rls_source_open(&source, &heap, rls_bytes_of("many.jsonl", 10),
                             rls_bytes_of(data, size), RLS_FORMAT_JSONL, 1 << 20, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_BAD_DOCUMENT);
    if (rls_buffer_bytes(&source.unzipped).size > 0) {
        for (size_t i = 0; i < source.unzipped.size; i++)
            lines += source.unzipped.data[i] == '\n';
    }
    while (status == RLS_OK || (status == RLS_BAD_DOCUMENT && turns > 0)) {
        rls_error err = {0};

        rls_arena_reset(&arena);
        rls_document_init(&document, &arena);
        status = rls_source_next(&source, &document, &err);
        turns++;
        FUZZ_CHECK(turns <= lines + 1);
        if (status == RLS_OK) {
            FUZZ_CHECK(rls_schema_apply(schema, &document, &err) == RLS_OK);
            fuzz_check_document(&document);
            FUZZ_CHECK(source.line > line);
            line = source.line;
        } else {
            FUZZ_CHECK(status == RLS_NOT_FOUND || status == RLS_BAD_DOCUMENT);
            FUZZ_CHECK(status == RLS_NOT_FOUND || err.message[0] != '\0');
        }
    }
    fuzz_check_memory(&heap, size + source.unzipped.size);
    rls_source_close(&source);
    rls_schema_free(schema);
    rls_arena_release(&arena);
    fuzz_heap_end(&heap);
    return 0;
}
