/* Lengths of fields in place; the format is in norms_writer.h. */
#ifndef RLS_SEGMENT_NORMS_READER_H
#define RLS_SEGMENT_NORMS_READER_H

#include "segment/norms_writer.h"

typedef struct rls_norms_reader {
    rls_heap        *heap;
    rls_norms        norms;
    rls_field_norms *fields;
    rls_frames      *residues; /* empty ones where all are 0 */
    uint32_t        *counts;   /* documents whose length is not 0 */
} rls_norms_reader;

/* Keeps arrays of one entry a field on `heap`. `section` has RLS_MAP_PADDING behind it. */
rls_status rls_norms_reader_open(rls_norms_reader *reader, rls_heap *heap, rls_bytes section,
                                 uint32_t doc_count, uint32_t field_count, const char *name,
                                 rls_error *err);
void       rls_norms_reader_release(rls_norms_reader *reader); /* takes a zeroed one */

/* Exact; 0 for a document without the field. */
uint32_t rls_norms_reader_length(const rls_norms_reader *reader, uint32_t field, uint32_t doc);

/* Walks the lengths that are not 0, by document; *position starts at 0. False at the end. */
bool rls_norms_reader_next(const rls_norms_reader *reader, uint32_t field, uint32_t *position,
                           uint32_t *out_doc, uint32_t *out_length);

#endif
