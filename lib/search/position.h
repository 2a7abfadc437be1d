/* A place in the order of hits, which outlives the search and the snapshot: the values and the key
 * of a hit. What comes strictly behind it is the next page, whatever happened to the index.
 *
 *   place  := 'p' version signature now tier value* key checksum, in base 64 (RFC 4648 for URLs)
 *   value  := 0 (none) | 1 score as f64 | 2 date as i64 | 3 number as f64 | 4 size bytes
 *
 * Numbers are little-endian; signature and checksum are u32, now i64, tier a byte, size a varint.
 */
#ifndef RLS_SEARCH_POSITION_H
#define RLS_SEARCH_POSITION_H

#include "search/order.h"

typedef enum rls_place_kind {
    RLS_PLACE_NONE,
    RLS_PLACE_SCORE,
    RLS_PLACE_DATE,
    RLS_PLACE_NUMBER,
    RLS_PLACE_KEYWORD
} rls_place_kind;

typedef struct rls_place_value {
    rls_place_kind kind;
    double         number; /* the score, too */
    int64_t        date;
    rls_bytes      keyword;
} rls_place_value;

typedef struct rls_place {
    uint32_t        signature, tier;
    int64_t         now;
    rls_place_value values[RLS_ORDER_KEY_MAX];
    rls_bytes       key;
} rls_place;

/* What a part of a document of the segment stands for. */
rls_place_value rls_place_value_of(const rls_order *order, uint32_t key, uint32_t segment,
                                   uint32_t part);
/* Twice the part that the value has in a segment, odd when it lies between two. */
uint64_t rls_place_value_bound(const rls_place_value *value, const rls_order *order, uint32_t key,
                               uint32_t segment);

/* Of the last hit that `order` tells. */
rls_status rls_place_write(const rls_order *order, const rls_snapshot *snapshot, rls_heap *heap,
                           rls_buffer *out, rls_error *err);
/* Made in `arena`. RLS_BAD_ARGUMENT when `text` is no place in an order of so many keys. */
rls_status rls_place_read(rls_place *place, rls_arena *arena, rls_bytes text, uint32_t key_count,
                          rls_error *err);
/* RLS_BAD_ARGUMENT when the place is one of another order. */
rls_status rls_place_check(const rls_place *place, const rls_order *order, rls_error *err);

/* The place in a segment: twice the parts of a document that stands there, odd between two of them;
 * documents that are equal come behind it when their rank is at least `rank`. */
typedef struct rls_place_bound {
    uint32_t tier, rank;
    uint64_t parts[RLS_ORDER_KEY_MAX];
} rls_place_bound;

rls_status rls_place_in_segment(const rls_place *place, const rls_order *order, rls_heap *heap,
                                const rls_segment *segment, uint32_t number,
                                rls_place_bound *out_bound, rls_error *err);

/* Whether the place comes before such a document. */
static inline bool
rls_place_precedes(const rls_place_bound *bound, uint32_t key_count, uint32_t tier,
                   const uint32_t *parts, uint32_t rank)
{
    if (tier != bound->tier)
        return tier < bound->tier;
    for (uint32_t i = 0; i < key_count; i++)
        if (2 * (uint64_t)parts[i] != bound->parts[i])
            return 2 * (uint64_t)parts[i] < bound->parts[i];
    return rank >= bound->rank;
}

/* The same for the order by score, as the greatest key of a topk that comes behind it. */
uint64_t rls_place_topk_key(const rls_place_bound *bound);

#endif
