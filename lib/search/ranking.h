/* The best documents of all segments in the order of a search, whichever way they are found. */
#ifndef RLS_SEARCH_RANKING_H
#define RLS_SEARCH_RANKING_H

#include "search/best_list.h"
#include "search/sorter.h"

typedef struct rls_ranking {
    bool          by_score; /* `best` has the documents, else `sorter` */
    rls_best_list best;
    rls_sorter    sorter;
    uint32_t      count;
} rls_ranking;

/* A place in it. */
typedef struct rls_ranked {
    uint32_t segment, doc;
    bool     has_score, refined;
    uint32_t score, tier, parts[RLS_ORDER_KEY_MAX];
} rls_ranked;

/* At most `limit` documents behind `place` (NULL: from the start). RLS_TIMEOUT: what was found is
 * there. To be released whatever the status. */
rls_status rls_ranking_make(rls_ranking *ranking, rls_search_state *state, const rls_order *order,
                            const rls_place *place, uint32_t limit, rls_segment_totals *totals);
void       rls_ranking_release(rls_ranking *ranking); /* takes a zeroed one */

static inline rls_ranked
rls_ranking_get(const rls_ranking *ranking, uint32_t i)
{
    rls_ranked made = {.has_score = ranking->by_score};

    if (ranking->by_score) {
        const rls_best_entry *entry = &ranking->best.entries[i];
        made.segment = entry->segment;
        made.doc = entry->doc;
        made.refined = entry->refined;
        made.tier = entry->key >> 63 != 0;
        made.score = made.parts[0] = (uint32_t)(entry->key >> 32) & INT32_MAX;
    } else {
        const rls_sorted *entry = &ranking->sorter.best[i];
        made.segment = entry->segment;
        made.doc = entry->doc;
        made.tier = ranking->sorter.order->is_tiered ? entry->tier : 0;
        memcpy(made.parts, entry->parts, sizeof(made.parts));
    }
    return made;
}

#endif
