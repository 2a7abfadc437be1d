/* The text fields of a batch and their lengths. A unit is one field of one document; units are
 * numbered in the order they are inverted, by document, then by field, and postings name units. */
#ifndef RLS_INVERTER_FIELD_TABLE_H
#define RLS_INVERTER_FIELD_TABLE_H

#include "base/hash_table.h"

enum {
    RLS_UNIT_LIMIT = 1 << 30 /* postings tell the steps between them in 30 bits */
};

typedef struct rls_inverted_unit {
    uint32_t doc, field;
} rls_inverted_unit;

/* Lengths are sparse: only documents that have the field. */
typedef struct rls_inverted_field {
    rls_bytes name;
    uint32_t *docs, *lengths; /* in step, documents ascend */
    size_t    count, doc_capacity, length_capacity;
} rls_inverted_field;

typedef struct rls_field_table {
    rls_heap           *heap;
    rls_hash_table      numbers; /* name → number; owns the names */
    rls_inverted_field *fields;
    size_t              field_count, field_capacity;
    rls_inverted_unit  *units;
    size_t              unit_count, unit_capacity;
} rls_field_table;

void rls_field_table_init(rls_field_table *table, rls_heap *heap);
void rls_field_table_reset(rls_field_table *table);
void rls_field_table_release(rls_field_table *table); /* takes a zeroed one */

/* Finds or adds a field; names beyond RLS_FIELD_LIMIT get the last number. */
rls_status rls_field_table_number(rls_field_table *table, rls_bytes name, uint32_t *out_field);

/* Opens the next unit; postings of it carry unit_count - 1. */
rls_status rls_field_table_open_unit(rls_field_table *table, uint32_t doc, uint32_t field);
/* Ends it; one of length 0 is forgotten, since no posting names it. */
rls_status rls_field_table_close_unit(rls_field_table *table, uint32_t length);

uint32_t rls_field_table_length(const rls_field_table *table, uint32_t field, uint32_t doc);

#endif
