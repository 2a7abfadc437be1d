/* A document as read from a file or built by a program: fields with values, owned by an arena.
 * Source (document/source.h) and the API make it; the inverter and the store take it. */
#ifndef RLS_DOCUMENT_DOCUMENT_H
#define RLS_DOCUMENT_DOCUMENT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"
#include "releasesearch/document.h"
#include "releasesearch/schema.h" /* rls_field_kind */

/* A date stands for the civil time its author wrote, zone ignored, in seconds since 1970-01-01
 * 00:00 of the proleptic Gregorian calendar; `date:2018-07-16` must find what says so. */
typedef struct rls_value {
    rls_bytes text;     /* as its author meant it: unquoted, unescaped, valid UTF-8 */
    bool      plain;    /* written without quotes, so that it may be a number, date or boolean */
    bool      has_date; /* set by rls_schema_apply */
    bool      has_number;
    int64_t   date; /* civil seconds since 1970-01-01 */
    double    number;
} rls_value;

typedef struct rls_field {
    rls_bytes  name; /* nested maps give dotted names */
    rls_value *values;
    uint32_t   value_count, value_capacity;
    bool       is_list;
    uint32_t   kinds;    /* rls_field_kind, set by rls_schema_apply */
    rls_bytes  language; /* empty: the document's */
} rls_field;

struct rls_document {
    rls_arena *arena;
    rls_bytes  key;    /* identity: relative path, or `_id` */
    rls_field *fields; /* in order of appearance; never one named "body" */
    uint32_t   field_count, field_capacity;
    rls_bytes  body;     /* original bytes after the front matter, valid UTF-8, stored as is */
    rls_bytes  prose;    /* same size as body: markup bytes replaced by spaces (or other filler), so
                            that offsets of tokens are offsets in body; may be == body */
    bool      has_kinds; /* fields have theirs already: they come from an index */
    bool      markdown;  /* prose was made from body by rls_markdown_mask */
    rls_bytes language;  /* as its `lang` or `language` field says, unchecked; else empty */
    char    **notes;     /* one-line remarks for the user, such as "line 3: tab in front matter" */
    uint32_t  note_count, note_capacity;
};

void rls_document_init(rls_document *document, rls_arena *arena);

/* Finds or adds; good until the next field is added. Bytes are copied to the arena. NULL when there
 * is no memory. */
rls_field *rls_document_field(rls_document *document, rls_bytes name);
rls_field *rls_document_find_field(const rls_document *document, const char *name);
rls_value *rls_field_add(rls_document *document, rls_field *field, rls_bytes text, bool plain);
/* At most 32 notes are kept, control bytes become '?'. */
void rls_document_note(rls_document *document, const char *format, ...) RLS_PRINTF(2, 3);
/* Sets `language` from the first value of `lang` or `language`, unless it is set. */
void rls_document_take_language(rls_document *document);

#endif
