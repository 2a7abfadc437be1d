/* The readers behind a source, one input format a file. */
#ifndef RLS_DOCUMENT_SOURCE_READERS_H
#define RLS_DOCUMENT_SOURCE_READERS_H

#include "document/source.h"

/* A whole file as one document: front matter, then Markdown or plain text. */
rls_status rls_source_text_next(rls_source *source, rls_document *document, rls_error *err);

/* One line as one document. */
rls_status rls_source_jsonl_next(rls_source *source, rls_document *document, rls_error *err);

/* What kind of file this is by its first bytes, such as "a PDF file"; NULL when it could be text.
 */
const char *rls_binary_kind(rls_bytes bytes);

#endif
