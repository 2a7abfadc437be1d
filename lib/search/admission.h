/* What a topk asks before it takes a document, where the order is more than the score that scorers
 * work out: dates, the place where an earlier page ended, or columns. */
#ifndef RLS_SEARCH_ADMISSION_H
#define RLS_SEARCH_ADMISSION_H

#include "search/position.h"
#include "search/sorter.h"
#include "search/topk.h"

typedef struct rls_admission {
    const rls_order        *order;
    const rls_segment_view *view;
    const rls_column       *dates; /* that scores go by */
    bool                    has_bound;
    uint64_t                first_key; /* greater ones come before the page */
    /* Documents offered with all words: they are offered again as any documents. */
    bool        marks;
    rls_bitset  marked;
    rls_sorter *sorter;   /* takes the documents in place of the topk; NULL: by score */
    uint64_t    any, all; /* documents asked about, when nothing is below the floor */
} rls_admission;

/* Hangs itself into the topk of a segment when the order needs it; `place` may be NULL, `sorter`
 * too. Memory is in state->scratch. */
rls_status rls_admission_init(rls_admission *admission, rls_search_state *state,
                              const rls_order *order, const rls_place *place,
                              const rls_segment_view *view, rls_sorter *sorter, rls_topk *topk);

#endif
