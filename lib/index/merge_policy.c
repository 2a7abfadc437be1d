#include "index/merge_policy.h"

/* Below this size segments count as equal: merging them costs next to nothing. */
static const uint64_t floor_size = 1 << 20;

/* Size without deleted documents, and not below the floor. */
static uint64_t
live_size(const rls_merge_candidate *candidate)
{
    uint64_t live = candidate->doc_count - candidate->deleted_count;
    uint64_t size =
        candidate->doc_count == 0
            ? 0
            : (uint64_t)((double)candidate->size * ((double)live / candidate->doc_count));

    return size < floor_size ? floor_size : size;
}

bool
rls_merge_policy_next(const rls_merge_candidate *candidates, size_t count, size_t *out_first,
                      size_t *out_count)
{
    for (size_t first = 0; first < count;) {
        uint64_t greatest = 0;
        size_t   end = first;

        for (size_t i = first; i < count; i++) {
            if (live_size(&candidates[i]) > greatest)
                greatest = live_size(&candidates[i]);
        }
        /* The window reaches to the last segment of the greatest one's tier. */
        for (size_t i = first; i < count; i++) {
            if (live_size(&candidates[i]) * RLS_MERGE_FACTOR > greatest)
                end = i + 1;
        }
        if (end - first >= RLS_MERGE_FACTOR) {
            *out_first = first;
            *out_count = RLS_MERGE_FACTOR;
            return true;
        }
        first = end;
    }
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].deleted_count > candidates[i].doc_count / 2) {
            *out_first = i;
            *out_count = 1;
            return true;
        }
    }
    return false;
}
