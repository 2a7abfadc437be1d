#include "api/handles.h"

#include <math.h>

#include "document/date.h"
#include "document/markdown.h"
#include "document/numbers.h"
#include "document/utf8.h"

enum {
    KEY_MAX = 32767,
    NAME_MAX_SIZE = 1024,
    BODY_MAX = INT32_MAX /* bytes; offsets of words are 32 bits */
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory for a document");
}

rls_status
rls_document_create(const char *key, rls_document **out_document, rls_error *err)
{
    rls_made_document *made;
    rls_heap          *heap;
    size_t             size = key == NULL ? 0 : strlen(key);

    RLS_REQUIRE(out_document, err);
    *out_document = NULL;
    if (size == 0 || size > KEY_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a document needs a key of 1 to 32,767 bytes");
    heap = rls_heap_new(NULL, SIZE_MAX);
    made = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *made);
    if (made == NULL) {
        rls_heap_free(heap);
        return no_memory(err);
    }
    made->heap = heap;
    rls_arena_init(&made->arena, heap, 4096);
    rls_document_init(&made->document, &made->arena);
    made->document.key = rls_bytes_of(rls_arena_copy(&made->arena, key, size), size);
    if (made->document.key.data == NULL) {
        rls_document_close(&made->document);
        return no_memory(err);
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
    rls_bytes body, prose;

    RLS_REQUIRE(document, err);
    if (text == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a body needs its text");
    if (size > BODY_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a body of %zu bytes, more than %d", size, BODY_MAX);
    if (!mend(document->arena, text, size, &body))
        return no_memory(err);
    prose = body;
    if (markdown) {
        uint8_t *masked = rls_arena_alloc(document->arena, body.size + 1);
        if (masked == NULL)
            return no_memory(err);
        rls_markdown_mask(body, masked);
        prose.data = masked;
    }
    document->body = body;
    document->prose = prose;
    document->markdown = markdown;
    return RLS_OK;
}

/* The name of a field that a program may give. */
static rls_status
check_name(const char *name, rls_error *err)
{
    rls_bytes bytes = rls_bytes_of(name, name == NULL ? 0 : strlen(name));

    if (bytes.size == 0 || bytes.size > NAME_MAX_SIZE || strcmp(name, "body") == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "a field needs a name of 1 to 1,024 bytes other than \"body\"");
    if (rls_utf8_valid_size(bytes) != bytes.size)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the name of a field must be UTF-8");
    return RLS_OK;
}

static rls_status
add_value(rls_document *document, const char *name, rls_bytes text, bool plain, rls_error *err)
{
    rls_field *field = rls_document_field(document, rls_bytes_of(name, strlen(name)));

    if (field == NULL || rls_field_add(document, field, text, plain) == NULL)
        return no_memory(err);
    field->is_list = field->value_count > 1;
    /* As for files, whichever of the two names came first. */
    if (strcmp(name, "lang") == 0 || strcmp(name, "language") == 0) {
        document->language = rls_bytes_of(NULL, 0);
        rls_document_take_language(document);
    }
    return RLS_OK;
}

rls_status
rls_document_add(rls_document *document, const char *name, const char *text, size_t size,
                 rls_error *err)
{
    rls_bytes  mended;
    rls_status status;

    RLS_REQUIRE(document, err);
    status = check_name(name, err);
    if (status != RLS_OK)
        return status;
    if (text == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a value needs its text");
    if (!mend(document->arena, text, size, &mended))
        return no_memory(err);
    return add_value(document, name, mended, false, err);
}

rls_status
rls_document_add_number(rls_document *document, const char *name, double number, rls_error *err)
{
    char       text[RLS_NUMBER_SIZE];
    size_t     size;
    rls_status status;

    RLS_REQUIRE(document, err);
    status = check_name(name, err);
    if (status != RLS_OK)
        return status;
    if (!isfinite(number))
        return rls_fail(err, RLS_BAD_ARGUMENT, "a number must be finite");
    size = rls_number_text(number, text);
    return add_value(document, name, rls_bytes_of(text, size), true, err);
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

bool
rls_value_date(const char *text, size_t size, int64_t *out_from, int64_t *out_to)
{
    rls_bytes     bytes = rls_bytes_of(text, text == NULL ? 0 : size);
    rls_date_span span;

    if (out_from == NULL || out_to == NULL || bytes.size == 0 || rls_date_is_unknown(bytes) ||
        !rls_date_parse(bytes, &span))
        return false;
    *out_from = span.from;
    *out_to = span.to;
    return true;
}

bool
rls_value_number(const char *text, size_t size, double *out_number)
{
    return out_number != NULL && text != NULL &&
           rls_number_parse(rls_bytes_of(text, size), out_number);
}
