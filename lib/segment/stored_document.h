/* A stored record → a document with its fields; the format is in stored_writer.h. */
#ifndef RLS_SEGMENT_STORED_DOCUMENT_H
#define RLS_SEGMENT_STORED_DOCUMENT_H

#include "segment/segment.h"

/* Fields and body point into `record`; arrays are in `arena`. The key is not in a record. `name`
 * and `doc` are for messages. */
rls_status rls_stored_document_parse(const char *name, uint32_t doc, rls_bytes record,
                                     rls_arena *arena, rls_stored_document *document,
                                     rls_error *err);

/* The same of the record that `records` begins with, which others may follow; tells its size. */
rls_status rls_stored_document_parse_first(const char *name, uint32_t doc, rls_bytes records,
                                           rls_arena *arena, rls_stored_document *document,
                                           size_t *out_size, rls_error *err);

#endif
