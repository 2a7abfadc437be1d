/* Which words stand beside others: told by a sample of the documents that have the rarest of these,
 * spread evenly, in bounded time. */
#ifndef RLS_SUGGEST_BESIDE_H
#define RLS_SUGGEST_BESIDE_H

#include "index/snapshot.h"

enum {
    RLS_BESIDE_SAMPLE = 48
};

typedef struct rls_beside {
    uint32_t segment; /* the documents are all of the segment that has most */
    uint32_t doc_count, docs[RLS_BESIDE_SAMPLE];
} rls_beside;

/* Samples documents of the rarest of the terms that any document has; all of them when they are
 * few, none when there is no such term. */
rls_status rls_beside_sample(const rls_snapshot *snapshot, const rls_bytes *terms,
                             uint32_t term_count, rls_beside *out_beside, rls_error *err);
/* How many documents of the sample have the term. */
rls_status rls_beside_count(const rls_snapshot *snapshot, const rls_beside *beside, rls_bytes term,
                            uint32_t *out_count, rls_error *err);

#endif
