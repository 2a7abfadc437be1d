/* The order of hits: by score, or by columns with or without the score. Within a segment a document
 * has a part for each key, greater before less, so that comparing small numbers is enough; between
 * segments values are compared. Equal documents are ordered by their keys. */
#ifndef RLS_SEARCH_ORDER_H
#define RLS_SEARCH_ORDER_H

#include "search/named_years.h"
#include "search/recency.h"
#include "search/search_state.h"

enum {
    RLS_ORDER_KEY_MAX = 3
};

typedef struct rls_order_key {
    bool               is_score, descending;
    rls_bytes          field;
    rls_column_kind    kind;
    const rls_column **columns; /* by segment: NULL where no document has a value; of a field */
} rls_order_key;

struct rls_order {
    uint32_t           key_count; /* at least one */
    rls_order_key      keys[RLS_ORDER_KEY_MAX];
    bool               by_score;    /* the score alone, descending */
    bool               needs_score; /* some key is the score */
    bool               is_tiered;   /* documents with all words come before the others */
    rls_recency        recency;
    rls_named_years    years;
    const rls_column **dates; /* of both, by segment; NULL when both are off */
    uint32_t           signature;
    /* Of the last hit: where the next page begins. */
    uint32_t last_tier, last_parts[RLS_ORDER_KEY_MAX], last_segment, last_doc;
    int      scale_exponent;
};

/* Reads the request: columns are looked up, unknown fields noted. Made in `arena`, which also
 * serves when the search is over. */
rls_status rls_order_new(rls_search_state *state, rls_arena *arena, rls_query_note *notes,
                         uint32_t *note_count, rls_order **out_order);

/* Places of a document in the order of its segment, key by key; 0 when it has no value. `score` is
 * the final one. */
void rls_order_parts(const rls_order *order, uint32_t segment, uint32_t doc, uint32_t score,
                     uint32_t *parts);

/* Below 0 when `a`'s value of the key comes first. Parts are of the segments told. */
int rls_order_compare(const rls_order *order, uint32_t key, uint32_t a_segment, uint32_t a_part,
                      uint32_t b_segment, uint32_t b_part);

/* What a score becomes by the dates of the document; order->dates is there, `column` may be NULL.
 */
uint32_t rls_order_dated(const rls_order *order, const rls_column *column, uint32_t doc,
                         uint32_t score);

/* The value's ordinal in the column of the segment. */
uint32_t rls_order_ordinal(const rls_order_key *key, uint32_t segment, uint32_t part);

#endif
