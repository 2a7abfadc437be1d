/* A segment on disk: an immutable set of documents, inverted. Written by segment_writer.c (from
 * batches) or segment_merger.c (from segments), opened here. One file, `<id in hex>.seg`; its
 * sections and their order are described in docs/format.md. Beside it `<id in hex>.stm`, with
 * stamps of the files that documents came from (stamps.h). */
#ifndef RLS_SEGMENT_SEGMENT_H
#define RLS_SEGMENT_SEGMENT_H

#include "codec/envelope.h"
#include "document/document.h"
#include "postings/postings_cursor.h"
#include "segment/columns.h"
#include "segment/live_docs.h"
#include "termdict/termdict.h"

typedef enum rls_section {
    RLS_SECTION_INFO,    /* counts, fields, reference parameters, languages */
    RLS_SECTION_KEYS,    /* keys sorted, ranks */
    RLS_SECTION_SOURCES, /* files the documents came from */
    RLS_SECTION_NORMS,   /* length bytes and exact lengths */
    RLS_SECTION_COLUMNS,
    RLS_SECTION_STORED,
    RLS_SECTION_POSTINGS,
    RLS_SECTION_TERMDICT,
    RLS_SECTION_SURFACES, /* words as written that are not terms themselves */
    RLS_SECTION_BODIES,   /* signatures of bodies, to tell equal ones */
    RLS_SECTION_COUNT
} rls_section;

const char *rls_section_name(rls_section section);

/* A text field of the segment; number 0 is "body", the others are sorted by name. */
typedef struct rls_segment_field {
    rls_bytes            name;
    uint64_t             total_length; /* tokens in all documents */
    uint32_t             doc_count;    /* documents with at least one token */
    uint32_t             kinds;        /* rls_field_kind it was seen with, united */
    rls_field_parameters reference;    /* what bounds were made with */
} rls_segment_field;

typedef struct rls_segment_info {
    uint8_t                  id[RLS_ID_SIZE];
    char                     name[2 * RLS_ID_SIZE + 5]; /* file name */
    uint64_t                 size;                      /* of the file */
    uint32_t                 doc_count;
    uint64_t                 source_bytes; /* bytes of the documents as read */
    uint32_t                 field_count;  /* text fields */
    const rls_segment_field *fields;
    float                    reference_k1;
    uint32_t                 language_count; /* used beside the index's language */
    const rls_bytes         *languages;
    bool                     stored; /* text of bodies is kept */
    uint64_t                 section_sizes[RLS_SECTION_COUNT];
} rls_segment_info;

/* A file that documents came from. */
typedef struct rls_segment_source {
    rls_bytes name; /* label/relative path; equal to the key of its only document, or not */
    uint64_t  size, inode, hash; /* hash of the bytes: rls_hash64 */
    int64_t   mtime_ns;          /* mtime and inode are a hint: 0 when not known */
    uint32_t  format;            /* rls_format it was read as */
} rls_segment_source;

#define RLS_NO_SOURCE UINT32_MAX

/* A stored document, owned by the arena it was read into. */
typedef struct rls_stored_value {
    rls_bytes text;
} rls_stored_value;

typedef struct rls_stored_field {
    rls_bytes         name;
    uint32_t          kinds; /* rls_field_kind */
    bool              is_list;
    uint32_t          value_count;
    rls_stored_value *values;
} rls_stored_field;

typedef struct rls_stored_document {
    rls_bytes         key;
    uint32_t          field_count; /* in order of the source, body not among them */
    rls_stored_field *fields;
    rls_bytes         body; /* empty when not kept (see has_body) */
    bool              has_body, markdown;
} rls_stored_document;

/* Shared by threads; all reads are from the mapping. */
typedef struct rls_segment rls_segment;

/* `verify` checks every checksum first. */
rls_status rls_segment_open(rls_heap *heap, rls_directory *directory, const char *name, bool verify,
                            rls_segment **out_segment, rls_error *err);
void       rls_segment_close(rls_segment *segment); /* takes NULL */
/* For a writer, which looks up keys and sources, and merges: postings and stored text are not
 * mapped, but seen through windows, so that however large a segment is, it takes little address
 * space (or memory, with RLS_IO_MODE_READ). One thread at a time, and nothing that searches. */
rls_status rls_segment_open_lean(rls_heap *heap, rls_directory *directory, const char *name,
                                 rls_segment **out_segment, rls_error *err);

const rls_segment_info *rls_segment_get_info(const rls_segment *segment);
const rls_norms        *rls_segment_norms(const rls_segment *segment);
const rls_similarity   *rls_segment_reference(const rls_segment *segment); /* tables made at open */
const rls_termdict     *rls_segment_termdict(const rls_segment *segment);
/* Folded words that are not terms, in a dictionary whose numbers mean nothing. */
const rls_termdict *rls_segment_surfaces(const rls_segment *segment);
/* Number of a text field, or UINT32_MAX. */
uint32_t rls_segment_field_number(const rls_segment *segment, rls_bytes name);
/* Exact length of a field of a document. */
uint32_t rls_segment_length(const rls_segment *segment, uint32_t field, uint32_t doc);

/* RLS_NOT_FOUND (err untouched) when the segment does not have the term. */
rls_status rls_segment_find_term(const rls_segment *segment, rls_bytes term,
                                 rls_posting_list *out_list, rls_error *err);
rls_status rls_segment_open_list(const rls_segment *segment, const rls_term_info *info,
                                 rls_posting_list *out_list, rls_error *err);

/* Keys. The rank of a document is its place among the segment's sorted keys. */
uint32_t   rls_segment_key_rank(const rls_segment *segment, uint32_t doc);
rls_status rls_segment_key(const rls_segment *segment, uint32_t doc, rls_buffer *out,
                           rls_error *err); /* out is cleared first */
rls_status rls_segment_find_key(const rls_segment *segment, rls_bytes key, uint32_t *out_doc,
                                rls_error *err); /* RLS_NOT_FOUND */
/* The key of rank `rank`, and its document. */
rls_status rls_segment_key_at(const rls_segment *segment, uint32_t rank, rls_buffer *out,
                              uint32_t *out_doc, rls_error *err);
/* Calls `visit` for every key in order. */
rls_status rls_segment_walk_keys(const rls_segment *segment,
                                 rls_status (*visit)(void *context, rls_bytes key, uint32_t doc),
                                 void *context, rls_error *err);

/* Sources, sorted by name. */
uint32_t   rls_segment_source_count(const rls_segment *segment);
rls_status rls_segment_get_source(const rls_segment *segment, uint32_t source, rls_buffer *name,
                                  rls_segment_source *out_source, rls_error *err);
rls_status rls_segment_find_source(const rls_segment *segment, rls_bytes name, uint32_t *out_source,
                                   rls_error *err);                          /* RLS_NOT_FOUND */
uint32_t   rls_segment_doc_source(const rls_segment *segment, uint32_t doc); /* or RLS_NO_SOURCE */

/* What bodies with the same words have in common and, with `near`, most that differ in a few words
 * (inverter/body_signature.h); 0: no words. */
uint64_t rls_segment_signature(const rls_segment *segment, uint32_t doc, bool near);

/* Columns: NULL when no document has a value of that kind in that field. */
const rls_column *rls_segment_column(const rls_segment *segment, rls_bytes field,
                                     rls_column_kind kind);
uint32_t          rls_segment_column_count(const rls_segment *segment);
const rls_column *rls_segment_column_at(const rls_segment *segment, uint32_t i);

rls_status rls_segment_stored(const rls_segment *segment, uint32_t doc, rls_arena *arena,
                              rls_stored_document *out_document, rls_error *err);

/* The same without body and key (has_body stays as it was kept), for less work. */
rls_status rls_segment_stored_fields(const rls_segment *segment, uint32_t doc, rls_arena *arena,
                                     rls_stored_document *out_document, rls_error *err);

/* Reads everything and checks everything: checksums, order, ranges, counts against postings.
 * `problem` is called with one line for each thing found, under the name of its section, "file" or
 * "stamps"; RLS_CORRUPT when there was any. */
rls_status rls_segment_check(const rls_segment *segment, const rls_live_docs *live,
                             void (*problem)(void *context, const char *section,
                                             const char *message),
                             void *context, rls_error *err);

#endif
