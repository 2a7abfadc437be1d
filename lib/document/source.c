#include "document/source.h"

#include "codec/deflate.h"
#include "document/source_readers.h"

#include <strings.h>

enum {
    MAX_SHOWN_NAME = 300
};

/* For messages: names come from the file system and may be long. */
static int
shown_size(rls_bytes name)
{
    return name.size > MAX_SHOWN_NAME ? MAX_SHOWN_NAME : (int)name.size;
}

static bool
ends_with(rls_bytes name, const char *extension)
{
    size_t size = strlen(extension);

    return name.size > size && rls_same_letters(name.data + name.size - size, extension, size);
}

static rls_format
format_of_name(rls_bytes name)
{
    static const struct {
        const char *extension;
        rls_format  format;
    } known[] = {{".md", RLS_FORMAT_MARKDOWN},    {".markdown", RLS_FORMAT_MARKDOWN},
                 {".mdown", RLS_FORMAT_MARKDOWN}, {".mkd", RLS_FORMAT_MARKDOWN},
                 {".mkdn", RLS_FORMAT_MARKDOWN},  {".mdx", RLS_FORMAT_MARKDOWN},
                 {".rmd", RLS_FORMAT_MARKDOWN},   {".qmd", RLS_FORMAT_MARKDOWN},
                 {".html", RLS_FORMAT_MARKDOWN},  {".htm", RLS_FORMAT_MARKDOWN},
                 {".txt", RLS_FORMAT_TEXT},       {".text", RLS_FORMAT_TEXT},
                 {".jsonl", RLS_FORMAT_JSONL},    {".ndjson", RLS_FORMAT_JSONL},
                 {".jsonlines", RLS_FORMAT_JSONL}};

    if (ends_with(name, ".gz"))
        name.size -= 3;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ends_with(name, known[i].extension))
            return known[i].format;
    }
    return RLS_FORMAT_AUTO;
}

/* A first line that is one JSON object makes JSON Lines; fences make Markdown; the rest is text. */
static rls_format
format_of_bytes(rls_bytes bytes)
{
    size_t         at = 0, end;
    const uint8_t *newline;

    if (bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    while (at < bytes.size && strchr(" \t\r\n", bytes.data[at]) != NULL && bytes.data[at] != 0)
        at++;
    if (bytes.size - at >= 4 &&
        (memcmp(bytes.data + at, "---", 3) == 0 || memcmp(bytes.data + at, "+++", 3) == 0) &&
        strchr(" \t\r\n", bytes.data[at + 3]) != NULL)
        return RLS_FORMAT_MARKDOWN;
    if (at == bytes.size || bytes.data[at] != '{')
        return RLS_FORMAT_TEXT;
    newline = memchr(bytes.data + at, '\n', bytes.size - at);
    end = newline == NULL ? bytes.size : (size_t)(newline - bytes.data);
    while (end > at && strchr(" \t\r\n", bytes.data[end - 1]) != NULL && bytes.data[end - 1] != 0)
        end--;
    return end - at >= 2 && bytes.data[end - 1] == '}' &&
                   memchr(bytes.data + at, '"', end - at) != NULL
               ? RLS_FORMAT_JSONL
               : RLS_FORMAT_TEXT;
}

rls_status
rls_source_open(rls_source *source, rls_heap *heap, rls_bytes name, rls_bytes bytes,
                rls_format format, size_t size_limit, rls_error *err)
{
    const char *kind;
    rls_status  status;

    memset(source, 0, sizeof *source);
    source->heap = heap;
    source->name = name;
    source->bytes = bytes.size == 0 ? rls_bytes_of("", 0) : bytes;
    rls_buffer_init(&source->unzipped, heap);

    if (rls_is_gzip(source->bytes)) {
        status = rls_gunzip(source->bytes, size_limit, &source->unzipped, err);
        if (status == RLS_NO_MEMORY)
            return status;
        if (status != RLS_OK) {
            rls_error why = {0};

            if (err != NULL)
                why = *err;
            return rls_fail(err, RLS_BAD_DOCUMENT, "%.*s: %s", shown_size(name), name.data,
                            why.message);
        }
        source->bytes =
            source->unzipped.size == 0 ? rls_bytes_of("", 0) : rls_buffer_bytes(&source->unzipped);
    }
    if (source->bytes.size > size_limit)
        return rls_fail(err, RLS_BAD_DOCUMENT, "%.*s: %zu bytes, over the limit of %zu",
                        shown_size(name), name.data, source->bytes.size, size_limit);
    kind = rls_binary_kind(source->bytes);
    if (kind != NULL)
        return rls_fail(err, RLS_BAD_DOCUMENT, "%.*s: binary, %s", shown_size(name), name.data,
                        kind);

    source->format = format;
    if (source->format == RLS_FORMAT_AUTO)
        source->format = format_of_name(name);
    if (source->format == RLS_FORMAT_AUTO)
        source->format = format_of_bytes(source->bytes);
    return RLS_OK;
}

void
rls_source_close(rls_source *source)
{
    if (source->heap != NULL)
        rls_buffer_release(&source->unzipped);
    memset(source, 0, sizeof *source);
}

rls_status
rls_source_next(rls_source *source, rls_document *document, rls_error *err)
{
    rls_status status = source->format == RLS_FORMAT_JSONL
                            ? rls_source_jsonl_next(source, document, err)
                            : rls_source_text_next(source, document, err);

    if (status == RLS_OK)
        rls_document_take_language(document);
    return status;
}
