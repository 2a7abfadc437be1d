/* Bytes of a file → documents: step 1 of the walk. The bytes are in memory (read or mapped by the
 * caller); a source hands out documents one at a time. */
#ifndef RLS_DOCUMENT_SOURCE_H
#define RLS_DOCUMENT_SOURCE_H

#include "base/buffer.h"
#include "document/document.h"

typedef enum rls_format {
    RLS_FORMAT_AUTO, /* by name (.md .markdown .txt .jsonl .ndjson …, .gz stripped), then bytes */
    RLS_FORMAT_MARKDOWN, /* front matter if there is any; body is Markdown */
    RLS_FORMAT_TEXT,     /* front matter if there is any; body is plain text */
    RLS_FORMAT_JSONL
} rls_format;

typedef struct rls_source {
    rls_heap  *heap;
    rls_bytes  name; /* key of a text document; prefix of nothing */
    rls_bytes  bytes;
    rls_buffer unzipped;
    rls_format format; /* never AUTO after opening */
    size_t     at;     /* next byte */
    uint64_t   line;   /* of JSON Lines: of the document read last, from 1 */
    bool       done;   /* the one document of a text file has been handed out */
} rls_source;

/* `bytes` stay the caller's and must outlive the source and its documents, which borrow from them
 * (or from `unzipped`). `name` must outlive the source. Gzipped bytes are unzipped, at most
 * `size_limit` bytes. RLS_BAD_DOCUMENT when the bytes are binary (NULs early on, or another kind of
 * file by its first bytes) or too large. Close the source whatever this returns. */
rls_status rls_source_open(rls_source *source, rls_heap *heap, rls_bytes name, rls_bytes bytes,
                           rls_format format, size_t size_limit, rls_error *err);
void       rls_source_close(rls_source *source); /* takes a zeroed source */

/* The next document into `document`, which must be initialized with a fresh arena. RLS_NOT_FOUND at
 * the end. RLS_BAD_DOCUMENT: this one is unreadable, the next call goes on behind it. Oddities that
 * do not lose anything are notes of the document. Kinds are not set yet: see rls_schema_apply. */
rls_status rls_source_next(rls_source *source, rls_document *document, rls_error *err);

#endif
