/* The terms of a segment as a term source: what a merge reads from it. */
#ifndef RLS_SEGMENT_SEGMENT_SOURCE_H
#define RLS_SEGMENT_SEGMENT_SOURCE_H

#include "inverter/term_source.h"
#include "segment/segment.h"

typedef struct rls_segment_source_terms rls_segment_source_terms;

rls_status rls_segment_source_terms_new(rls_heap *heap, const rls_segment *segment,
                                        rls_segment_source_terms **out_terms, rls_error *err);
void       rls_segment_source_terms_free(rls_segment_source_terms *terms); /* takes NULL */
/* Before the first term; the source is part of `terms`. */
rls_term_source *rls_segment_source_terms_start(rls_segment_source_terms *terms);

#endif
