/* The greatest bound of a list within each range of 256 documents, while the list is written. */
#ifndef RLS_POSTINGS_RANGE_ROW_H
#define RLS_POSTINGS_RANGE_ROW_H

#include "base/alloc.h"
#include "postings/postings_cursor.h"

/* A row is kept when the list has at least this many postings for each range: below, the bounds of
 * blocks say about as much (a quotient: ranges / RLS_ROW_RANGES_A_POSTING). */
enum {
    RLS_ROW_RANGES_A_POSTING = 2
};

typedef struct rls_range_row {
    uint8_t *bounds;
    uint32_t count;       /* of ranges */
    uint32_t first, last; /* ranges that are not 0 lie between; first > last: none */
} rls_range_row;

static inline uint32_t
rls_range_count(uint32_t doc_count)
{
    return doc_count / RLS_RANGE_SIZE + (doc_count % RLS_RANGE_SIZE != 0);
}

rls_status rls_range_row_init(rls_range_row *row, rls_heap *heap, uint32_t doc_count,
                              rls_error *err);
void       rls_range_row_release(rls_range_row *row, rls_heap *heap);
void       rls_range_row_clear(rls_range_row *row);
/* Documents ascend from call to call. */
void rls_range_row_add(rls_range_row *row, const uint32_t *docs, const uint8_t *bounds,
                       uint32_t count);

#endif
