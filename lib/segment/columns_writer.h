/* COLUMNS, a section of a segment: values by field and kind, for filters, facets and sorting.
 *
 *   section   := column* directory tail
 *   column    := values ordinals [docs] [starts] [zones]
 *
 *   values    date: i64 each, ascending; number: IEEE double each, ascending, neither NaN nor -0;
 *             keyword: frames(n + 1) of offsets, then the bytes, in bytewise order. All distinct.
 *   ordinals  fixed width (frames.h) of the width of the value count n. One value a document at
 * most and dense: for each document its ordinal plus 1, 0 when it has no value; otherwise all
 *             ordinals of the documents that have one, those of a document ascending
 *   docs      sparse: frames(d) of the documents that have a value
 *   starts    some document has several: frames of the index of each document's first ordinal, with
 *             the number of all behind it: of every document when dense, of `docs` when sparse
 *   zones     dense: for each 256 documents the least ordinal plus 1 and the greatest plus 1, at
 * the same fixed width; 0 and 0 when none has a value; then a bit each (as bytes, least significant
 * first): every document has one
 *
 *   directory := (name-size name kind flags n d entries offset values-size)*    varints; by name,
 *             then kind (rls_column_kind); flags: bit 0 single, bit 1 sparse; entries: pairs of
 *             document and value; offset of the column in the section; values-size: bytes of the
 *             values, for keywords without their offsets
 *   tail      offset  size  what
 *             0       8     bytes of the directory
 *             8       4     column count
 *             12      4     document count
 *
 * A column is sparse when fewer than an eighth of the documents have a value. */
#ifndef RLS_SEGMENT_COLUMNS_WRITER_H
#define RLS_SEGMENT_COLUMNS_WRITER_H

#include "segment/columns.h"

enum {
    RLS_COLUMNS_TAIL = 16,
    RLS_COLUMN_SINGLE = 1,
    RLS_COLUMN_SPARSE = 2,
    RLS_COLUMN_SPARSE_FACTOR = 8
};

/* What a column holds, asked for by the writer in this order: values, then documents. */
typedef struct rls_column_content {
    rls_bytes       name;
    rls_column_kind kind;
    uint32_t        value_count, docs_with;
    uint64_t        entry_count;
    bool            single;
    void           *context;
    /* The value of an ordinal in its sorting form (rls_column_value_form); good until the next
     * call. */
    rls_bytes (*value)(void *context, uint32_t ordinal);
    /* The next document that has a value and its ordinals, ascending; RLS_NOT_FOUND at the end. */
    rls_status (*next)(void *context, uint32_t *out_doc, const uint32_t **out_ordinals,
                       uint32_t *out_count, rls_error *err);
} rls_column_content;

typedef struct rls_columns_writer {
    rls_heap  *heap;
    rls_sink  *sink;
    uint32_t   doc_count, column_count;
    rls_buffer directory;
} rls_columns_writer;

void rls_columns_writer_init(rls_columns_writer *writer, rls_heap *heap, rls_sink *sink,
                             uint32_t doc_count);
void rls_columns_writer_release(rls_columns_writer *writer); /* takes a zeroed one */
/* Columns come by name, then kind; they have at least one value. */
rls_status rls_columns_writer_add(rls_columns_writer *writer, const rls_column_content *content,
                                  rls_error *err);
rls_status rls_columns_writer_finish(rls_columns_writer *writer, rls_error *err);

/* Values as bytes that compare as the values do: keywords as they are, dates and numbers as 8 bytes
 * big-endian with the sign turned (and all bits of negative numbers). */
enum {
    RLS_COLUMN_FORM = 8
};
void      rls_column_date_form(int64_t date, uint8_t *out);
void      rls_column_number_form(double number, uint8_t *out);
rls_bytes rls_column_value_form(const rls_column *column, uint32_t ordinal, uint8_t *scratch);

#endif
