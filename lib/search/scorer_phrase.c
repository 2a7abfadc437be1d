#include "search/scorer_phrase.h"

#include "search/leaf_scorer.h"

enum {
    POLL_INTERVAL = 256
};

/* The first document >= from in a range whose bound reaches `least`, by the stored row of the
 * rarest word; `from` itself when there is none. A phrase cannot be more frequent than its words.
 */
static uint32_t
skip_ranges(const rls_leaf_scorer *scorer, const uint32_t *bounds, uint32_t from, uint32_t least)
{
    const rls_leaf_word *word = &scorer->words[0];
    const uint8_t       *row = word->terms[0].list.range_row;
    uint32_t             range = from / RLS_RANGE_SIZE;

    if (word->term_count != 1 || row == NULL || least == 0 || from >= scorer->view->doc_count)
        return from;
    if (bounds[row[range]] >= least)
        return from;
    while (range < word->terms[0].list.range_count && bounds[row[range]] < least)
        range++;
    return range < word->terms[0].list.range_count ? range * RLS_RANGE_SIZE : RLS_DOC_END;
}

rls_status
rls_scorer_phrase(rls_clauses *clauses, rls_topk *topk)
{
    rls_search_state *state = clauses->state;
    rls_leaf_scorer  *scorer = rls_arena_alloc(&state->scratch, sizeof(*scorer));
    uint32_t          bounds[256], asked = 0, from = 0;
    bool              marked = rls_scorer_ranks_all(state); /* the only word is all words */
    rls_status        status;

    if (scorer == NULL)
        return rls_search_no_memory(state);
    status = rls_leaf_scorer_open(state, clauses->view, clauses->clauses[0].leaf, scorer);
    if (status != RLS_OK || scorer->never)
        return status;
    rls_contributions(scorer->leaf->scaled_weights[0], clauses->view->up, bounds, 256);
    for (;;) {
        uint32_t least = rls_topk_least_score(topk, marked), doc, score;
        bool     match;
        if (least > INT32_MAX)
            break;
        from = skip_ranges(scorer, bounds, from, least);
        doc = rls_leaf_scorer_candidate(scorer, from);
        if (doc >= clauses->view->doc_count)
            break;
        from = doc + 1;
        if (asked++ % POLL_INTERVAL == 0 && (status = rls_search_poll(state)) != RLS_OK)
            return status;
        if (!rls_clauses_accept(clauses, doc) ||
            (least > 0 && rls_leaf_scorer_bound(scorer, doc) < least))
            continue;
        status = rls_leaf_scorer_match(scorer, doc, &match, &score);
        if (status != RLS_OK)
            return status;
        if (match && score >= least)
            rls_topk_offer(
                topk,
                rls_topk_key(marked, score, rls_segment_key_rank(clauses->view->segment, doc)),
                doc);
    }
    return rls_leaf_scorer_check(scorer);
}
