/* The k-way merge of sorted strings: which input has the least head. A binary heap over input
 * numbers; equal heads come out by input number. The first bytes of each head are kept as a number,
 * so that most comparisons touch nothing else. */
#ifndef RLS_SEGMENT_MERGE_HEAP_H
#define RLS_SEGMENT_MERGE_HEAP_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/bytes.h"

typedef struct rls_merge_head {
    uint64_t  prefix; /* first 8 bytes, big-endian, zeros behind a shorter string */
    rls_bytes string;
} rls_merge_head;

typedef struct rls_merge_heap {
    rls_heap       *heap;
    rls_merge_head *heads; /* by input number */
    uint32_t       *items; /* input numbers, least first */
    uint32_t        count, capacity;
} rls_merge_heap;

rls_status rls_merge_heap_init(rls_merge_heap *merge, rls_heap *heap, uint32_t input_count);
void       rls_merge_heap_release(rls_merge_heap *merge); /* takes a zeroed one */

/* The string stays the caller's, unchanged until the input is popped. */
void rls_merge_heap_push(rls_merge_heap *merge, uint32_t input, rls_bytes string);
void rls_merge_heap_pop(rls_merge_heap *merge);

/* Of the top; count > 0. */
static inline uint32_t
rls_merge_heap_input(const rls_merge_heap *merge)
{
    return merge->items[0];
}

static inline rls_bytes
rls_merge_heap_string(const rls_merge_heap *merge)
{
    return merge->heads[merge->items[0]].string;
}

/* Whether the top's string is `string`. */
bool rls_merge_heap_is(const rls_merge_heap *merge, rls_bytes string);

#endif
