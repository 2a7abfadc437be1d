/* Which segments to merge next: pure arithmetic over their sizes. Neighbours only, so that
 * documents keep their order; segments of about one size (within a factor of RLS_MERGE_FACTOR) are
 * merged once there are RLS_MERGE_FACTOR of them, so each document is rewritten log(n) times
 * (O'Neil et al. 1996, the log-structured merge tree). A segment that is mostly deleted is
 * rewritten alone. What does not fit into memory together is not merged: a segment that takes more
 * than half of it stays as it is, and a range is cut to what fits. */
#ifndef RLS_INDEX_MERGE_POLICY_H
#define RLS_INDEX_MERGE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RLS_MERGE_FACTOR = 8
};

typedef struct rls_merge_candidate {
    uint64_t size; /* bytes of the segment */
    uint32_t doc_count, deleted_count;
    uint64_t memory; /* bytes that a merge holds for it, about */
} rls_merge_candidate;

/* True when segments [*out_first, *out_first + *out_count) should become one, which takes no more
 * than `memory`. */
bool rls_merge_policy_next(const rls_merge_candidate *candidates, size_t count, uint64_t memory,
                           size_t *out_first, size_t *out_count);

#endif
