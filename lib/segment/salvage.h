/* What can still be read of a segment whose file is damaged: documents whose stored records are
 * whole by the checksums of their blocks, found without the table of sections or any offset, and
 * keys that agree with their own checksums. index/repair.c indexes them again. It keeps all keys of
 * the segment in memory, and maps its file. */
#ifndef RLS_SEGMENT_SALVAGE_H
#define RLS_SEGMENT_SALVAGE_H

#include "segment/segment.h"

typedef struct rls_salvage rls_salvage;

/* `doc_count` as the commit says, 0 when it is not known. RLS_NOT_FOUND when there is no file. */
rls_status rls_salvage_open(rls_heap *heap, rls_directory *directory, const char *name,
                            uint32_t doc_count, rls_salvage **out_salvage, rls_error *err);
void       rls_salvage_close(rls_salvage *salvage); /* takes NULL */

/* The next document that is whole, numbers ascending, good until the next call; RLS_NOT_FOUND (err
 * untouched) behind the last. Its key has no data when it cannot be read. */
rls_status rls_salvage_next(rls_salvage *salvage, uint32_t *out_doc,
                            rls_stored_document *out_document, rls_error *err);

/* As given, or as the keys say; 0 when neither is known. */
uint32_t rls_salvage_doc_count(const rls_salvage *salvage);
/* No data when it cannot be read. */
rls_bytes rls_salvage_key(const rls_salvage *salvage, uint32_t doc);
/* The salt, by which segments of a lost commit are put in order; 0 when it cannot be read. */
uint64_t rls_salvage_salt(const rls_salvage *salvage);

#endif
