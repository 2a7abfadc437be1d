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

/* The first segments of a tier, as many as there should be and fit; all of them fit alone, twice.
 */
static size_t
fitting(const rls_merge_candidate *candidates, uint64_t memory)
{
    uint64_t sum = 0;
    size_t   count = 0;

    while (count < RLS_MERGE_FACTOR && sum + candidates[count].memory <= memory)
        sum += candidates[count++].memory;
    return count;
}

/* Looks among neighbours that may all be merged. */
static bool
find_tier(const rls_merge_candidate *candidates, size_t count, uint64_t memory, size_t *out_first,
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
            *out_count = fitting(candidates + first, memory);
            return true;
        }
        first = end;
    }
    return false;
}

bool
rls_merge_policy_next(const rls_merge_candidate *candidates, size_t count, uint64_t memory,
                      size_t *out_first, size_t *out_count)
{
    for (size_t first = 0, end; first < count; first = end + 1) {
        for (end = first; end < count && candidates[end].memory <= memory / 2;)
            end++;
        if (find_tier(candidates + first, end - first, memory, out_first, out_count)) {
            *out_first += first;
            return true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].deleted_count > candidates[i].doc_count / 2 &&
            candidates[i].memory <= memory) {
            *out_first = i;
            *out_count = 1;
            return true;
        }
    }
    return false;
}
