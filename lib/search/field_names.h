/* Names of fields that somebody mistyped. Serves query_compare.c, which tells in a note what was
 * meant, and the callers of the library, who ask about fields to order by and to count. */
#ifndef RLS_SEARCH_FIELD_NAMES_H
#define RLS_SEARCH_FIELD_NAMES_H

#include "analysis/analyzer.h"
#include "index/snapshot.h"

/* The field of the snapshot whose name differs least from `name`: not at all but for case and
 * marks, or in one edit for every three characters, two at most; from three bytes on a beginning
 * will do. Of equal ones the first in order of bytes; empty when none is near. Good as long as the
 * snapshot. */
rls_status rls_field_nearest(rls_heap *heap, const rls_snapshot *snapshot, rls_analyzer *folder,
                             rls_bytes name, rls_bytes *out_nearest, rls_error *err);

#endif
