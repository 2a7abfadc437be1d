/* Which documents a commit takes away: those asked for by key or by file, and older versions of
 * those it adds. Resolved once, at commit, against sorted keys. */
#ifndef RLS_INDEX_DELETES_H
#define RLS_INDEX_DELETES_H

#include "index/writer_part.h"

/* Asked for by the user before input number `sequence` of the transaction. */
typedef struct rls_delete_request {
    rls_bytes name;
    bool      is_file; /* name of a source; else a key */
    uint64_t  sequence;
} rls_delete_request;

typedef struct rls_delete_counts {
    uint64_t replaced, deleted;
} rls_delete_counts;

/* Marks documents of `parts` (committed ones first, then new ones in order) as deleted. On failure
 * parts may have some marks more; the caller gives the transaction up. Parts are opened as they are
 * needed, two at a time, and rest afterwards. */
rls_status rls_deletes_resolve(rls_heap *heap, rls_directory *directory, rls_writer_part *parts,
                               size_t part_count, const rls_delete_request *requests,
                               size_t request_count, rls_delete_counts *out_counts, rls_error *err);

#endif
