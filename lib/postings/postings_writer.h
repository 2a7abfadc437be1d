/* Postings of one term after another → the postings section. Step 4 of the walk: the segment writer
 * and the merger give postings in ascending document order; memory stays within one term's encoded
 * documents, whatever its length. The format is described at the end of this comment. */
#ifndef RLS_POSTINGS_POSTINGS_WRITER_H
#define RLS_POSTINGS_POSTINGS_WRITER_H

#include "codec/bitpack.h"
#include "directory/output.h"
#include "postings/impacts.h"
#include "termdict/termdict.h"

typedef struct rls_field_freq {
    uint32_t field;
    uint32_t freq; /* at least 1 */
} rls_field_freq;

/* One surface form of a term, and how often it occurs in the segment. */
typedef struct rls_form {
    rls_bytes bytes;
    uint64_t  count;
} rls_form;

typedef struct rls_postings_writer rls_postings_writer;

/* `norms` (all documents' lengths) and `reference` stay the caller's and must outlive the writer. */
rls_status rls_postings_writer_new(rls_heap *heap, rls_output *output, const rls_norms *norms,
                                   const rls_similarity *reference,
                                   rls_postings_writer **out_writer, rls_error *err);
void       rls_postings_writer_free(rls_postings_writer *writer); /* takes NULL */

/* Begins a term. `forms` by descending count (ties by bytes); form_count 0 means a keyword term:
 * no positions, no forms, freq 1. */
rls_status rls_postings_writer_begin(rls_postings_writer *writer, const rls_form *forms,
                                     uint32_t form_count, rls_error *err);
/* `fields` ascend; `positions` and `forms` have the sum of the freqs, field after field, positions
 * ascending (repeats allowed) within a field; both NULL for a keyword term. */
rls_status rls_postings_writer_add(rls_postings_writer *writer, uint32_t doc,
                                   const rls_field_freq *fields, uint32_t field_count,
                                   const uint32_t *positions, const uint32_t *forms,
                                   rls_error *err);
/* Ends it; at least one posting was added. */
rls_status rls_postings_writer_end(rls_postings_writer *writer, rls_term_info *out_info,
                                   rls_error *err);

#endif
