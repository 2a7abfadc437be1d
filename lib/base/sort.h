/* Sorting without global state: a comparison with a context, and radix sorts of numbers. */
#ifndef RLS_BASE_SORT_H
#define RLS_BASE_SORT_H

#include "base/alloc.h"

typedef int (*rls_compare)(const void *a, const void *b, void *context);

/* Stable merge sort of `count` elements of `element_size` bytes; RLS_NO_MEMORY when there is no
 * room for a copy. */
rls_status rls_sort(rls_heap *heap, void *elements, size_t count, size_t element_size,
                    rls_compare compare, void *context);

/* Ascending, in place of `values`, with `scratch` of the same length. */
void rls_sort_u64(uint64_t *values, uint64_t *scratch, size_t count);

/* Brings the greatest `wanted` to the front, in any order (Hoare 1961). */
void rls_select_u64(uint64_t *values, size_t count, size_t wanted);

#endif
