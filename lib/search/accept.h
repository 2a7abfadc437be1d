/* Which documents of a segment filters, exclusions and deletions leave: a bit set that is filled in
 * window by window where scorers look, so that a filter costs what is looked at. Where few
 * documents of a window are asked for, only these are looked at. */
#ifndef RLS_SEARCH_ACCEPT_H
#define RLS_SEARCH_ACCEPT_H

#include "search/doc_filter.h"

typedef struct rls_condition {
    rls_doc_filter *filter;
    bool            excluded; /* documents that match are not accepted */
} rls_condition;

typedef struct rls_accept {
    rls_search_state       *state;
    const rls_segment_view *view;
    rls_bitset              bits;   /* of windows that are filled */
    uint64_t               *filled; /* a bit for each window; NULL: all are */
    rls_condition          *conditions;
    uint32_t                condition_count;
    uint32_t                most;                /* documents at most */
    uint32_t                asked_window, asked; /* so many single documents of it */
    bool                    is_cheap;            /* asking for any window costs next to nothing */
    rls_status              status; /* the first failure: nothing more is accepted then */
} rls_accept;

/* The live documents. `most_conditions` may be added. */
rls_status rls_accept_init(rls_accept *accept, rls_search_state *state,
                           const rls_segment_view *view, uint32_t most_conditions);
rls_status rls_accept_add(rls_accept *accept, const rls_plan_node *node, bool excluded);
/* After the last condition: what few documents pass is filled in at once. */
void rls_accept_ready(rls_accept *accept);

void rls_accept_fill_window(rls_accept *accept, uint32_t window);

static inline bool
rls_accept_is_filled(const rls_accept *accept, uint32_t window)
{
    return accept->filled == NULL || (accept->filled[window / 64] >> window % 64 & 1) != 0;
}

static inline void
rls_accept_fill(rls_accept *accept, uint32_t from, uint32_t to)
{
    if (accept->filled == NULL)
        return;
    for (uint32_t window = from / RLS_FILTER_WINDOW; window <= (to - 1) / RLS_FILTER_WINDOW;
         window++)
        if (!rls_accept_is_filled(accept, window))
            rls_accept_fill_window(accept, window);
}

/* Clears the bits of documents that are not accepted; bit 0 of words[0] is document `from`, where a
 * window begins. */
void rls_accept_keep(rls_accept *accept, uint32_t from, uint32_t word_count, uint64_t *words);

bool rls_accept_ask(rls_accept *accept, uint32_t doc);

static inline bool
rls_accept_has(rls_accept *accept, uint32_t doc)
{
    return rls_accept_is_filled(accept, doc / RLS_FILTER_WINDOW)
               ? rls_bitset_get(&accept->bits, doc)
               : rls_accept_ask(accept, doc);
}

#endif
