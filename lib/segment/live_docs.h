/* Which documents of a segment are not deleted: `<segment id>-<generation>.liv`, format in
 * docs/format.md. */
#ifndef RLS_SEGMENT_LIVE_DOCS_H
#define RLS_SEGMENT_LIVE_DOCS_H

#include "base/bitset.h"
#include "directory/directory.h"

typedef struct rls_live_docs {
    rls_bitset live;
    uint32_t   deleted_count;
} rls_live_docs;

/* All live. */
rls_status rls_live_docs_init(rls_live_docs *live, rls_heap *heap, uint32_t doc_count);
void       rls_live_docs_release(rls_live_docs *live, rls_heap *heap); /* takes a zeroed one */
/* False when it was deleted already. */
bool rls_live_docs_delete(rls_live_docs *live, uint32_t doc);

rls_status rls_live_docs_write(const rls_live_docs *live, rls_directory *directory,
                               const uint8_t *segment_id, const char *name, rls_error *err);
rls_status rls_live_docs_read(rls_live_docs *live, rls_heap *heap, rls_directory *directory,
                              const uint8_t *segment_id, const char *name, uint32_t doc_count,
                              rls_error *err);

#endif
