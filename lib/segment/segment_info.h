/* INFO, a section of a segment: counts, text fields, reference parameters, languages.
 *
 *   offset  size  what
 *   0       4     document count
 *   4       4     flags: bit 0 bodies are kept; others 0
 *   8       8     bytes of the documents as read
 *   16      4     k1 of the reference parameters, float
 *   20      4     text field count, at least 1
 *   24      4     language count
 *   28      4     0
 *   32      …     of each text field: name-size varint, name, total length u64, documents that have
 *                 it u32, kinds (rls_field_kind combined) u32, weight, b and average length of the
 *                 reference parameters, float each; field 0 is "body", the others are sorted by
 * name …       …     of each language beside the index's own, sorted: size varint, name */
#ifndef RLS_SEGMENT_SEGMENT_INFO_H
#define RLS_SEGMENT_SEGMENT_INFO_H

#include "segment/segment.h"
#include "segment/sink.h"

enum {
    RLS_INFO_HEAD = 32,
    RLS_INFO_BODIES = 1
};

rls_status rls_segment_info_write(const rls_segment_info *info, rls_heap *heap, rls_sink *sink,
                                  rls_error *err);
/* Fills in what the section tells; names are borrowed from it, arrays are on `heap`. */
rls_status rls_segment_info_read(rls_segment_info *info, rls_heap *heap, rls_bytes section,
                                 const char *name, rls_error *err);
void rls_segment_info_release(rls_segment_info *info, rls_heap *heap); /* takes a zeroed one */

#endif
