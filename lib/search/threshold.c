#include "search/threshold.h"

void
rls_threshold_raise(const rls_clauses *clauses, rls_topk *topk)
{
    static const uint32_t depths[RLS_KTH_COUNT] = {10, 100, 1000};
    uint32_t              which = 0, greatest = 0;

    while (which < RLS_KTH_COUNT && depths[which] < topk->k)
        which++;
    if (which == RLS_KTH_COUNT)
        return;
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        for (uint32_t f = 0; f < clauses->clauses[c].feed_count; f++) {
            const rls_feed *feed = clauses->clauses[c].feeds[f];
            uint32_t        score;
            if (feed->is_table || feed->list.doc_freq < depths[which])
                continue;
            score =
                rls_contribution(feed->scaled_weight, clauses->view->down[feed->list.kth[which]]);
            if (score > greatest)
                greatest = score;
        }
    }
    rls_topk_raise(topk, false, greatest);
}
