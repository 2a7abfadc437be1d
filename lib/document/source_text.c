#include "document/source_readers.h"

#include "document/date.h"
#include "document/front_matter.h"
#include "document/markdown.h"
#include "document/utf8.h"

#include <inttypes.h>

static void
note_repairs(rls_document *document, const rls_utf8_repairs *repairs)
{
    if (repairs->invalid_count > 0)
        rls_document_note(
            document, "line %" PRIu64 ": not UTF-8, %" PRIu64 " sequence%s replaced by U+FFFD",
            repairs->first_line, repairs->invalid_count, repairs->invalid_count == 1 ? "" : "s");
    if (repairs->nul_count > 0)
        rls_document_note(document, "line %" PRIu64 ": %" PRIu64 " NUL byte%s replaced by U+FFFD",
                          repairs->first_line, repairs->nul_count,
                          repairs->nul_count == 1 ? "" : "s");
}

/* The file's bytes as valid UTF-8 without byte order mark. */
static bool
read_text(rls_bytes bytes, rls_document *document, rls_bytes *out_text)
{
    rls_utf8_repairs repairs;

    if (bytes.size >= 2 && ((bytes.data[0] == 0xFF && bytes.data[1] == 0xFE) ||
                            (bytes.data[0] == 0xFE && bytes.data[1] == 0xFF)))
        return rls_utf8_from_utf16(document->arena, bytes, out_text);
    if (bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        bytes = rls_bytes_of(bytes.data + 3, bytes.size - 3);
    if (!rls_utf8_repair(document->arena, bytes, out_text, &repairs))
        return false;
    note_repairs(document, &repairs);
    return true;
}

/* Paths are keys, and keys are text. Bytes of a path that are not UTF-8 become %FF and the like, so
 * that two paths never share a key for their sake. */
static bool
set_key(rls_document *document, rls_bytes name)
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t          *key = rls_arena_alloc(document->arena, 3 * name.size + 1);
    size_t            size = 0;

    if (key == NULL)
        return false;
    for (size_t at = 0; at < name.size;) {
        size_t valid = rls_utf8_valid_size(rls_bytes_of(name.data + at, name.size - at));

        if (valid > 0)
            memcpy(key + size, name.data + at, valid);
        size += valid;
        at += valid;
        if (at < name.size) {
            key[size++] = '%';
            key[size++] = (uint8_t)digits[name.data[at] >> 4];
            key[size++] = (uint8_t)digits[name.data[at] & 15];
            at++;
        }
    }
    key[size] = '\0';
    document->key = rls_bytes_of(key, size);
    return true;
}

/* Many sites keep the date of a post in its file name alone: 2007-05-28-title.md. */
static bool
take_date_of_name(rls_document *document, rls_bytes name)
{
    const uint8_t *slash = name.size == 0 ? NULL : memrchr(name.data, '/', name.size);
    rls_field     *field = rls_document_find_field(document, "date");
    rls_bytes      date;

    if (slash != NULL) {
        size_t directory = (size_t)(slash - name.data) + 1;
        name = rls_bytes_of(name.data + directory, name.size - directory);
    }
    if (name.size < 12 || (field != NULL && field->value_count > 0) ||
        memchr("-_. ", name.data[10], 4) == NULL)
        return true;
    date = rls_bytes_of(name.data, 10);
    if (!rls_date_is_iso(date))
        return true;
    field = rls_document_field(document, rls_bytes_of("date", 4));
    return field != NULL && rls_field_add(document, field, date, true) != NULL;
}

rls_status
rls_source_text_next(rls_source *source, rls_document *document, rls_error *err)
{
    rls_bytes  text;
    size_t     body_at;
    bool       markdown = source->format == RLS_FORMAT_MARKDOWN;
    uint8_t   *prose;
    rls_status status;

    if (source->done)
        return RLS_NOT_FOUND;
    source->done = true;

    if (!set_key(document, source->name) || !read_text(source->bytes, document, &text))
        goto no_memory;
    status = rls_front_matter_read(document, text, true, &body_at, err);
    if (status != RLS_OK)
        return status;
    if (!take_date_of_name(document, document->key))
        goto no_memory;
    document->body = rls_bytes_of(text.data + body_at, text.size - body_at);
    document->prose = document->body;
    if (markdown && document->body.size > 0) {
        prose = rls_arena_alloc(document->arena, document->body.size);
        if (prose == NULL)
            goto no_memory;
        rls_markdown_mask(document->body, prose);
        document->prose = rls_bytes_of(prose, document->body.size);
        document->markdown = true;
    }
    source->at = source->bytes.size;
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory to read a document of %zu bytes",
                    source->bytes.size);
}
