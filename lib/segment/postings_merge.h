/* Terms of several sources → the postings section and the dictionary: the one loop that flushing
 * and merging share. */
#ifndef RLS_SEGMENT_POSTINGS_MERGE_H
#define RLS_SEGMENT_POSTINGS_MERGE_H

#include "postings/postings_writer.h"
#include "segment/segment_part.h"
#include "segment/surfaces_writer.h"

/* What a merge makes beside the postings: the dictionary's entries, kept in memory. Several of
 * them, made of terms in a row, become one. */
typedef struct rls_terms_log {
    rls_buffer bytes;
} rls_terms_log;

rls_status rls_terms_log_add(rls_terms_log *log, rls_bytes term, const rls_term_info *info,
                             rls_error *err);
/* Gives them to the dictionary; their postings begin at `offset` of the section. */
rls_status rls_terms_log_write(const rls_terms_log *log, uint64_t offset,
                               rls_termdict_writer *dictionary, rls_error *err);

typedef struct rls_postings_merge_output {
    rls_postings_writer *postings;
    rls_termdict_writer *dictionary; /* or NULL: `log` */
    rls_terms_log       *log;
    rls_surfaces_writer *surfaces;
} rls_postings_merge_output;

/* Documents come out in the order of the parts. Forms of a term are united and coded by descending
 * count (ties by bytes); where documents are left out their counts are taken from the postings that
 * stay, in a pass of its own. Terms that no document is left of are left out. `cancel` may be NULL:
 * RLS_CANCELLED when it returns true. */
rls_status rls_postings_merge(rls_heap *heap, const rls_segment_part *parts,
                              const rls_segment_terms *inputs, uint32_t input_count,
                              const rls_postings_merge_output *output,
                              bool (*cancel)(void *context), void *context, rls_error *err);

#endif
