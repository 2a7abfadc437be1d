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

/* No document that is not in the lot contributes more. */
static uint32_t
others_bound(const rls_feed *feed, const rls_best_lot *lot)
{
    if (under_reference(feed))
        return rls_contribution(feed->scaled_weight, lot->floor);
    return feed->bounds[rls_impact_up(lot->floor)];
}

/* What a document of a lot contributes, s where the lot tells it; false on damage. */
static bool
contribution_of(rls_feed *feed, const rls_best_lot *lot, uint32_t doc, float s,
                uint32_t *out_contribution)
{
    if (!lot->has_s || !under_reference(feed))
        return rls_feed_probe(feed, doc, out_contribution);
    *out_contribution = rls_contribution(feed->scaled_weight, s);
    return true;
}

/* The accepted documents of a lot, with their keys. */
static rls_status
read_lot(rls_clauses *clauses, rls_feed *feed, const rls_best_lot *lot, rls_topk_entry **out_found,
         uint32_t *out_count)
{
    rls_search_state *state = clauses->state;
    bool              all = rls_scorer_ranks_all(state); /* the word is all words */
    uint32_t         *docs = rls_arena_alloc(&state->scratch, (lot->count + 1) * sizeof(*docs));
    float            *s = rls_arena_alloc(&state->scratch, (lot->count + 1) * sizeof(*s));
    rls_topk_entry   *found = rls_arena_alloc(&state->scratch, (lot->count + 1) * sizeof(*found));

    *out_found = found;
    *out_count = 0;
    if (docs == NULL || s == NULL || found == NULL)
        return rls_search_no_memory(state);
    if (!rls_best_lot_read(&feed->list, lot, docs, s))
        return rls_search_corrupt(state, clauses->view);
    for (uint32_t i = 0; i < lot->count; i++) {
        uint32_t contribution, rank;
        if (!rls_clauses_accept(clauses, docs[i]))
            continue;
        if (!contribution_of(feed, lot, docs[i], s[i], &contribution))
            return rls_search_corrupt(state, clauses->view);
        rank = rls_segment_key_rank(clauses->view->segment, docs[i]);
        found[(*out_count)++] = (rls_topk_entry){rls_topk_key(all, contribution, rank), docs[i]};
    }
    return RLS_OK;
}

static rls_status
offer_lot(rls_clauses *clauses, rls_feed *feed, const rls_best_lot *lot, rls_topk *topk,
          bool *out_done)
{
    bool            all = rls_scorer_ranks_all(clauses->state);
    uint32_t        count, kth, others = others_bound(feed, lot);
    rls_topk_entry *found;
    rls_status      status = read_lot(clauses, feed, lot, &found, &count);

    if (status != RLS_OK || count < topk->k)
        return status;
    rls_topk_sort(found, count);
    kth = (uint32_t)(found[topk->k - 1].key >> 32) & INT32_MAX;
    *out_done = others < kth || others < rls_topk_least_score(topk, all);
    for (uint32_t i = 0; i < topk->k && *out_done; i++)
        rls_topk_offer(topk, found[i].key, found[i].doc);
    if (!*out_done)
        rls_topk_raise(topk, all, kth);
    return RLS_OK;
}

rls_status
rls_scorer_best(rls_clauses *clauses, rls_topk *topk, bool *out_done)
{
    rls_feed    *feed = lone_feed(clauses);
    rls_best_lot lot = {.count = topk->k - 1};
    rls_status   status = RLS_OK;

    *out_done = false;
    if (feed == NULL || topk->admit != NULL)
        return RLS_OK; /* the best may be refused, or go in with less */
    while (status == RLS_OK && !*out_done &&
           rls_best_postings_find(&feed->list, lot.count + 1, &lot))
        status = offer_lot(clauses, feed, &lot, topk, out_done);
    return status;
}
