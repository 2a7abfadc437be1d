/* Which documents a commit takes away: those asked for by key or by file, and older versions of
 * those it adds. Resolved once, at commit, against sorted keys. */
#ifndef RLS_INDEX_DELETES_H
#define RLS_INDEX_DELETES_H

#include "index/share.h"

/* A segment of the writer: committed, or new in this transaction. */
typedef struct rls_writer_part {
    rls_segment  *segment;
    rls_live_docs live; /* when has_live */
    bool          has_live;
    bool          dirty;           /* deletions since live_generation was written */
    uint64_t      live_generation; /* 0: none written */
    rls_share    *share;           /* new in this transaction: tells the order of its inputs */
} rls_writer_part;

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
 * parts may have some marks more; the caller gives the transaction up. */
rls_status rls_deletes_resolve(rls_heap *heap, rls_writer_part *parts, size_t part_count,
                               const rls_delete_request *requests, size_t request_count,
                               rls_delete_counts *out_counts, rls_error *err);

#endif
