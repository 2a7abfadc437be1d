/* The best documents in an order of columns: those of each segment in a heap, then merged into one
 * list, as topk.h and best_list.h do for scores. */
#ifndef RLS_SEARCH_SORTER_H
#define RLS_SEARCH_SORTER_H

#include "search/position.h"

typedef struct rls_sorted {
    uint32_t tier; /* 1: has all words, and that comes first */
    uint32_t parts[RLS_ORDER_KEY_MAX];
    uint32_t rank; /* of the key in the segment */
    uint32_t segment, doc, score;
} rls_sorted;

typedef struct rls_sorter {
    rls_search_state       *state;
    const rls_order        *order;
    const rls_place        *place; /* NULL: from the start */
    const rls_segment_view *view;
    rls_place_bound         bound;
    uint32_t                limit;
    bool        splits;  /* documents with all words are kept apart, in no order of hits */
    rls_sorted *entries; /* of the segment at hand: a heap, the last in the order first */
    uint32_t    count;
    size_t      capacity;
    rls_sorted *best, *merged; /* of all segments before */
    uint32_t    best_count;
    size_t      best_capacity, merged_capacity;
    rls_buffer  left, right; /* keys to compare */
    bool        failed;      /* no memory */
    bool        all_seen;    /* no document was passed over unseen: totals are exact */
    uint32_t    floor;       /* what comes behind `best` in the segment at hand is below */
} rls_sorter;

void rls_sorter_init(rls_sorter *sorter, rls_search_state *state, const rls_order *order,
                     const rls_place *place, uint32_t limit);
void rls_sorter_release(rls_sorter *sorter);

/* Documents of one segment are offered between begin and end. */
rls_status rls_sorter_begin(rls_sorter *sorter, const rls_segment_view *view);
void       rls_sorter_offer(rls_sorter *sorter, bool all, uint32_t doc, uint32_t score);
rls_status rls_sorter_end(rls_sorter *sorter);

/* The least first part with which a document of the segment can still get in. */
uint32_t rls_sorter_least(const rls_sorter *sorter);

/* Forgets all documents. */
void rls_sorter_clear(rls_sorter *sorter);

#endif
