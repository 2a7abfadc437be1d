/* The best documents over all segments: the sorted rest of each segment's topk merged into one
 * list, ties between segments decided by the bytes of the keys. */
#ifndef RLS_SEARCH_BEST_LIST_H
#define RLS_SEARCH_BEST_LIST_H

#include "search/scorer.h"

typedef struct rls_best_entry {
    uint64_t key; /* rls_topk_key of its segment */
    uint32_t segment, doc;
    bool     refined; /* the key has what the refinement added */
} rls_best_entry;

typedef struct rls_best_list {
    rls_search_state *state;
    uint32_t          limit, count;
    rls_best_entry   *entries, *merged; /* `limit` of each, at most all live documents */
    rls_buffer        left, right;      /* keys to compare */
} rls_best_list;

rls_status rls_best_list_init(rls_best_list *list, rls_search_state *state, uint32_t limit);
void       rls_best_list_release(rls_best_list *list); /* takes a zeroed one */

/* What a topk of a further segment may refuse from the start. */
uint64_t rls_best_list_floor(const rls_best_list *list);

/* Below 0 when the left one comes first. */
rls_status rls_best_list_compare(rls_best_list *list, const rls_best_entry *left,
                                 const rls_best_entry *right, int *out_order);

/* `topk` is finished. */
rls_status rls_best_list_merge(rls_best_list *list, const rls_segment_view *view,
                               const rls_topk *topk);

#endif
