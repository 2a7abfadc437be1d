/* Lengths of fields, one byte a document, as postings and scorers see them. A length byte is
 * Lucene's SmallFloat.intToByte4: exact below 40, four significant bits above. */
#ifndef RLS_POSTINGS_NORMS_H
#define RLS_POSTINGS_NORMS_H

#include <stdbool.h>

#include "base/bytes.h"

uint8_t  rls_length_to_byte(uint32_t length);
uint32_t rls_length_from_byte(uint8_t byte); /* the least length that gives this byte */

/* Of one field of one segment: dense, or sparse when few documents have the field. */
typedef struct rls_field_norms {
    const uint8_t *dense;        /* a byte for each document, or NULL */
    const uint8_t *sparse_docs;  /* ascending u32 little-endian, unaligned */
    const uint8_t *sparse_bytes; /* in step with sparse_docs */
    uint32_t       sparse_count;
} rls_field_norms;

/* 0 for a document without the field. */
uint8_t rls_field_norms_sparse(const rls_field_norms *norms, uint32_t doc);

static inline uint8_t
rls_field_norms_get(const rls_field_norms *norms, uint32_t doc)
{
    return norms->dense != NULL ? norms->dense[doc] : rls_field_norms_sparse(norms, doc);
}

/* All text fields of a segment, by field number; field 0 is the body and always dense. */
typedef struct rls_norms {
    uint32_t               doc_count, field_count;
    const rls_field_norms *fields;
} rls_norms;

#endif
