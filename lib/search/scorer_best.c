#include "search/scorer_best.h"

#include "postings/best_postings.h"

/* Deletions and exclusions mostly leave enough of the best documents, filters seldom do. */
static bool
has_filter(const rls_accept *accept)
{
    return accept->condition_count > 0 && !accept->conditions[0].excluded;
}

/* The feed of a lone word, when its list keeps its best documents. */
static rls_feed *
lone_feed(const rls_clauses *clauses)
{
    rls_feed *feed;

    if (clauses->clause_count != 1 || clauses->feed_count != 1 || has_filter(clauses->accept))
        return NULL;
    feed = clauses->clauses[0].feeds[0];
    return feed->is_table || feed->list.best_postings == NULL ? NULL : feed;
}

static bool
under_reference(const rls_feed *feed)
{
    return feed->view->now == rls_segment_reference(feed->view->segment);
}

/* No document that is not kept contributes more. */
static uint32_t
others_bound(const rls_feed *feed)
{
    if (under_reference(feed))
        return rls_contribution(feed->scaled_weight, feed->list.best_floor);
    return feed->bounds[rls_impact_up(feed->list.best_floor)];
}

/* What document i of those kept contributes; false on damage. */
static bool
contribution_of(rls_feed *feed, uint32_t i, uint32_t doc, uint32_t *out_contribution)
{
    if (!under_reference(feed))
        return rls_feed_probe(feed, doc, out_contribution);
    *out_contribution = rls_contribution(feed->scaled_weight, rls_best_postings_s(&feed->list, i));
    return true;
}

rls_status
rls_scorer_best(rls_clauses *clauses, rls_topk *topk, bool *out_done)
{
    rls_feed      *feed = lone_feed(clauses);
    bool           all = rls_scorer_ranks_all(clauses->state); /* the word is all words */
    rls_topk_entry found[RLS_BEST_MAX];
    uint32_t       count = 0, kth;

    *out_done = false;
    if (topk->admit != NULL)
        return RLS_OK; /* the best may be refused, or go in with less */
    if (feed == NULL || topk->k > feed->list.best_count)
        return RLS_OK;
    for (uint32_t i = 0; i < feed->list.best_count; i++) {
        uint32_t doc = rls_best_postings_doc(&feed->list, i), contribution, rank;
        if (doc >= feed->list.doc_count)
            return rls_search_corrupt(clauses->state, clauses->view);
        if (!rls_clauses_accept(clauses, doc))
            continue;
        if (!contribution_of(feed, i, doc, &contribution))
            return rls_search_corrupt(clauses->state, clauses->view);
        rank = rls_segment_key_rank(clauses->view->segment, doc);
        found[count++] = (rls_topk_entry){rls_topk_key(all, contribution, rank), doc};
    }
    if (count < topk->k)
        return RLS_OK;
    rls_topk_sort(found, count);
    kth = (uint32_t)(found[topk->k - 1].key >> 32) & INT32_MAX;
    *out_done = others_bound(feed) < kth || others_bound(feed) < rls_topk_least_score(topk, all);
    for (uint32_t i = 0; i < topk->k && *out_done; i++)
        rls_topk_offer(topk, found[i].key, found[i].doc);
    if (!*out_done)
        rls_topk_raise(topk, all, kth);
    return RLS_OK;
}
