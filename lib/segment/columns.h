/* A value (or several) a document, by field: filters, facets, sorting. A column is the sorted
 * distinct values and, for each document, ordinals into them, so that ranges of values are ranges
 * of ordinals and facets count small numbers. Written by columns_writer.c, which has the format. */
#ifndef RLS_SEGMENT_COLUMNS_H
#define RLS_SEGMENT_COLUMNS_H

#include "base/buffer.h"
#include "base/status.h"
#include "document/document.h"
#include "segment/frames.h"

typedef enum rls_column_kind {
    RLS_COLUMN_KEYWORD,
    RLS_COLUMN_DATE,
    RLS_COLUMN_NUMBER
} rls_column_kind;

/* Ordinals told are below value_count, whatever the bytes. */
typedef struct rls_column {
    rls_bytes       name;
    rls_column_kind kind;
    uint32_t        doc_count, value_count; /* distinct values */
    uint32_t        docs_with;              /* documents that have a value */
    uint64_t        entry_count;            /* (document, value) pairs */
    bool            single;                 /* no document has more than one value */
    /* how it lies on disk */
    bool           sparse;
    uint32_t       ordinal_width;
    const uint8_t *values, *ordinals, *zones, *whole;
    size_t         values_size;
    rls_frames     value_offsets, docs, starts;
} rls_column;

/* Ordinals of a document ascending; returns how many there are, writes at most `capacity`. */
uint32_t rls_column_ordinals(const rls_column *column, uint32_t doc, uint32_t *ordinals,
                             uint32_t capacity);
/* The first and the last of them; false when there is none. */
bool      rls_column_least(const rls_column *column, uint32_t doc, uint32_t *out_ordinal);
bool      rls_column_greatest(const rls_column *column, uint32_t doc, uint32_t *out_ordinal);
rls_bytes rls_column_keyword(const rls_column *column, uint32_t ordinal);
int64_t   rls_column_date(const rls_column *column, uint32_t ordinal);
double    rls_column_number(const rls_column *column, uint32_t ordinal);
/* First ordinal whose value is >= the given one; value_count when none. */
uint32_t rls_column_find_date(const rls_column *column, int64_t value);
uint32_t rls_column_find_number(const rls_column *column, double value);
uint32_t rls_column_find_keyword(const rls_column *column, rls_bytes value);

/* Least and greatest ordinal among documents [range * 256, …): false when none has a value. */
enum {
    RLS_COLUMN_ZONE = 256
};
bool rls_column_zone(const rls_column *column, uint32_t range, uint32_t *out_least,
                     uint32_t *out_greatest);
/* Every document of the range has a value; false of sparse columns, which do not know. */
bool rls_column_zone_is_whole(const rls_column *column, uint32_t range);

/* Clears the bits of documents that have no ordinal in [least, end): bit 0 of words[0] is document
 * `from`, a multiple of RLS_COLUMN_ZONE; documents beyond the last are not asked for. */
void rls_column_keep(const rls_column *column, uint32_t least, uint32_t end, uint32_t from,
                     uint32_t word_count, uint64_t *words);

/* Adds to counts[ordinal] for each document set in `words` (bits as above; `from` a multiple of 64)
 * and each of its ordinals; with `firsts` (of columns of several values), for each different
 * firsts[ordinal] of it, which ascend.
 * Returns how many of the documents have a value. */
uint64_t rls_column_count(const rls_column *column, const uint32_t *firsts, uint32_t from,
                          uint32_t word_count, const uint64_t *words, uint32_t *counts);

/* Walks the documents that have a value, in order: *position starts at 0, false at the end.
 * `ordinals` as above. */
bool rls_column_next(const rls_column *column, uint64_t *position, uint32_t *out_doc,
                     uint32_t *ordinals, uint32_t capacity, uint32_t *out_count);

#endif
