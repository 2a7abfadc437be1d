/* Column values of a batch while documents come in. */
#ifndef RLS_SEGMENT_BATCH_COLUMNS_H
#define RLS_SEGMENT_BATCH_COLUMNS_H

#include "base/hash_table.h"
#include "document/document.h"
#include "segment/columns_writer.h"

enum {
    RLS_COLUMN_KEYWORD_MAX = 1024
}; /* longer values are left out */

typedef struct rls_batch_column {
    rls_bytes       name;
    rls_column_kind kind;
    rls_hash_table  numbers; /* sorting form → number by appearance */
    rls_bytes      *values;  /* by that number */
    uint64_t       *entries; /* document << 32 | number */
    size_t          value_capacity, entry_capacity, entry_count;
    uint32_t        value_count;
} rls_batch_column;

typedef struct rls_batch_columns {
    rls_heap         *heap;
    rls_hash_table    numbers; /* kind, then name → index in columns */
    rls_batch_column *columns;
    size_t            capacity;
    uint32_t          count;
    rls_buffer        lookup;
} rls_batch_columns;

void rls_batch_columns_init(rls_batch_columns *columns, rls_heap *heap);
void rls_batch_columns_release(rls_batch_columns *columns); /* takes a zeroed one */
/* The values of a document; documents ascend. */
rls_status rls_batch_columns_add(rls_batch_columns *columns, uint32_t doc,
                                 const rls_document *document, rls_error *err);
/* Writes the section. The columns can then only be released. */
rls_status rls_batch_columns_write(rls_batch_columns *columns, rls_sink *sink, uint32_t doc_count,
                                   rls_error *err);

#endif
