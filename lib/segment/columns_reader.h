/* Opens the columns section; the format is in columns_writer.h. */
#ifndef RLS_SEGMENT_COLUMNS_READER_H
#define RLS_SEGMENT_COLUMNS_READER_H

#include "segment/columns_writer.h"

/* The columns, by name and kind, in an array on `heap` that the caller frees (never NULL on
 * RLS_OK). `section` has RLS_MAP_PADDING behind it. */
rls_status rls_columns_open(rls_heap *heap, rls_bytes section, uint32_t doc_count, const char *name,
                            rls_column **out_columns, uint32_t *out_count, rls_error *err);

#endif
