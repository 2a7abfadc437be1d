/* Terms of several sources → the postings section and the dictionary: the one loop that flushing
 * and merging share. */
#ifndef RLS_SEGMENT_POSTINGS_MERGE_H
#define RLS_SEGMENT_POSTINGS_MERGE_H

#include "postings/postings_writer.h"
#include "segment/segment_part.h"
#include "segment/surfaces_writer.h"

/* Documents come out in the order of the parts. Forms of a term are united and coded by descending
 * count (ties by bytes); where documents are left out their counts are taken from the postings that
 * stay, in a pass of its own. Terms that no document is left of are left out. `cancel` may be NULL:
 * RLS_CANCELLED when it returns true. */
rls_status rls_postings_merge(rls_heap *heap, const rls_segment_part *parts, uint32_t part_count,
                              rls_postings_writer *postings, rls_termdict_writer *terms,
                              rls_surfaces_writer *surfaces, bool (*cancel)(void *context),
                              void *context, rls_error *err);

#endif
