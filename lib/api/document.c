#include "api/handles.h"

#include <math.h>
#include <stdio.h>

#include "document/markdown.h"
#include "document/utf8.h"

rls_status
rls_document_create(const char *key, rls_document **out_document, rls_error *err)
{
    rls_made_document *made;
    rls_heap          *heap;
    size_t             size = key == NULL ? 0 : strlen(key);

    *out_document = NULL;
    if (size == 0 || size > 32767)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a document needs a key of 1 to 32,767 bytes");
    heap = rls_heap_new(NULL, SIZE_MAX);
    made = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *made);
    if (made == NULL) {
        rls_heap_free(heap);
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a document");
    }
    made->heap = heap;
    rls_arena_init(&made->arena, heap, 4096);
    rls_document_init(&made->document, &made->arena);
    made->document.key = rls_bytes_of(rls_arena_copy(&made->arena, key, size), size);
    if (made->document.key.data == NULL) {
        rls_document_close(&made->document);
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a document");
    }
    *out_document = &made->document;
    return RLS_OK;
}

/* A valid copy of what the program gave. */
static bool
mend(rls_arena *arena, const char *text, size_t size, rls_bytes *out_text)
{
    rls_utf8_repairs repairs;
    char            *copy = rls_arena_copy(arena, text, size);

    return copy != NULL && rls_utf8_repair(arena, rls_bytes_of(copy, size), out_text, &repairs);
}

rls_status
rls_document_body(rls_document *document, const char *text, size_t size, bool markdown,
                  rls_error *err)
{
    rls_bytes body;

    if (text == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a body needs its text");
    if (!mend(document->arena, text, size, &body))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a body");
    document->body = document->prose = body;
    document->markdown = markdown;
    if (markdown) {
        uint8_t *prose = rls_arena_alloc(document->arena, body.size + 1);
        if (prose == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a body");
        rls_markdown_mask(body, prose);
        document->prose.data = prose;
    }
    return RLS_OK;
}

static rls_status
add_value(rls_document *document, const char *name, rls_bytes text, bool plain, rls_error *err)
{
    rls_field *field;

    if (name == NULL || name[0] == '\0' || strlen(name) > 1024 || strcmp(name, "body") == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a field needs a name other than \"body\"");
    field = rls_document_field(document, rls_bytes_of(name, strlen(name)));
    if (field == NULL || rls_field_add(document, field, text, plain) == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a field");
    field->is_list = field->value_count > 1;
    if (strcmp(name, "lang") == 0 || strcmp(name, "language") == 0)
        document->language = field->values[0].text;
    return RLS_OK;
}

rls_status
rls_document_add(rls_document *document, const char *name, const char *text, size_t size,
                 rls_error *err)
{
    rls_bytes mended;

    if (text == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a value needs its text");
    if (!mend(document->arena, text, size, &mended))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a field");
    return add_value(document, name, mended, false, err);
}

rls_status
rls_document_add_number(rls_document *document, const char *name, double number, rls_error *err)
{
    char text[32];
    int  size;

    if (!isfinite(number))
        return rls_fail(err, RLS_BAD_ARGUMENT, "a number must be finite");
    size = snprintf(text, sizeof text, "%.17g", number);
    for (int i = 0; i < size; i++) { /* whatever the locale's decimal sign is */
        if (text[i] == ',')
            text[i] = '.';
    }
    return add_value(document, name, rls_bytes_of(text, (size_t)size), true, err);
}

void
rls_document_close(rls_document *document)
{
    rls_made_document *made = (rls_made_document *)(void *)document;
    rls_heap          *heap;

    if (made == NULL)
        return;
    heap = made->heap;
    rls_arena_release(&made->arena);
    rls_free(heap, made);
    rls_heap_free(heap);
}
