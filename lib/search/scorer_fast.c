#include "search/scorer_fast.h"

#include "search/filter.h"
#include "search/scorer_and.h"
#include "search/scorer_best.h"
#include "search/scorer_tree.h"
#include "search/scorer_union.h"
#include "search/scorer_wide.h"

/* What filters leave, by key alone. */
static void
offer_accepted(rls_clauses *clauses, rls_topk *topk)
{
    const rls_segment *segment = clauses->view->segment;
    const rls_bitset  *accept = &clauses->accept->bits;

    rls_accept_fill(clauses->accept, 0, clauses->view->doc_count);
    for (uint32_t doc = rls_bitset_next(accept, 0); doc < clauses->view->doc_count;
         doc = rls_bitset_next(accept, doc + 1))
        rls_topk_offer(topk, rls_topk_key(false, 0, rls_segment_key_rank(segment, doc)), doc);
}

/* Documents of the topk so far, ascending. */
static rls_status
take_docs(rls_clauses *clauses, const rls_topk *topk, uint32_t **out_docs)
{
    rls_search_state *state = clauses->state;
    uint32_t  *docs = rls_arena_alloc(&state->scratch, (topk->count + (size_t)1) * sizeof(*docs));
    rls_bitset bits;
    uint32_t   count = 0;
    rls_status status = rls_filter_new_bits(state, clauses->view->doc_count, &bits);

    *out_docs = docs;
    if (docs == NULL)
        return rls_search_no_memory(state);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < topk->count; i++)
        rls_bitset_set(&bits, topk->entries[i].doc);
    for (uint32_t doc = rls_bitset_next(&bits, 0); doc < bits.size;
         doc = rls_bitset_next(&bits, doc + 1))
        docs[count++] = doc;
    return RLS_OK;
}

static rls_status
score_any(rls_clauses *clauses, rls_topk *topk, const uint32_t *taken, uint32_t taken_count)
{
    rls_status status = rls_clauses_open_tables(clauses);

    return status == RLS_OK ? rls_scorer_union(clauses, topk, taken, taken_count) : status;
}

/* Documents with all words, then, as far as there is room, those with some. */
static rls_status
score_all_first(rls_clauses *clauses, rls_topk *topk)
{
    uint32_t  *taken = NULL, taken_count = 0;
    rls_status status = rls_scorer_and(clauses, topk, true, NULL, 0);

    if (status != RLS_OK || clauses->clause_count == 1 ||
        rls_topk_least_score(topk, false) == UINT32_MAX)
        return status;
    if (topk->count > 0) {
        status = take_docs(clauses, topk, &taken);
        taken_count = topk->count;
    }
    if (status != RLS_OK)
        return status;
    if (clauses->required_count > 0)
        return rls_scorer_and(clauses, topk, false, taken, taken_count);
    return score_any(clauses, topk, taken, taken_count);
}

/* One phrase and nothing else: its matches are those of all clauses. */
static bool
is_lone_phrase(const rls_clauses *clauses)
{
    return clauses->clause_count == 1 && clauses->clauses[0].phrase != NULL;
}

/* Of a lone word the best documents may be known. */
static rls_status
score_clauses(rls_clauses *clauses, rls_topk *topk)
{
    bool       done;
    rls_status status = rls_scorer_best(clauses, topk, &done);

    if (status != RLS_OK || done)
        return status;
    if (rls_scorer_ranks_all(clauses->state))
        return score_all_first(clauses, topk);
    if (clauses->required_count > 0)
        return rls_scorer_and(clauses, topk, false, NULL, 0);
    if (is_lone_phrase(clauses))
        return rls_scorer_and(clauses, topk, true, NULL, 0);
    return score_any(clauses, topk, NULL, 0);
}

static rls_status
count_matches(rls_clauses *clauses, rls_segment_totals *totals)
{
    rls_status status = RLS_OK;

    if (rls_scorer_ranks_all(clauses->state))
        status = rls_clauses_count(clauses, true, &totals->all);
    /* Once some document has all words, those with any are not told. */
    if (status == RLS_OK && totals->all == 0)
        status = rls_clauses_count(clauses, false, &totals->any);
    return status;
}

rls_status
rls_scorer_fast(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                rls_segment_totals *totals)
{
    bool        count = state->request->count || topk->k == 0;
    rls_clauses clauses;
    rls_status  status;

    if (view->doc_count == 0)
        return RLS_OK;
    if (rls_scorer_is_wide(state))
        return rls_scorer_wide(state, view, topk, totals);
    if (!rls_clauses_fit(state))
        return rls_scorer_tree(state, view, topk, totals);
    status = rls_clauses_init(&clauses, state, view);
    if (status != RLS_OK)
        return status;
    status = rls_clauses_open_feeds(&clauses);
    if (status == RLS_OK && topk->k > 0) {
        if (clauses.is_filter)
            offer_accepted(&clauses, topk);
        else
            status = score_clauses(&clauses, topk);
    }
    if (status == RLS_OK && count)
        status = count_matches(&clauses, totals);
    return status == RLS_OK ? rls_clauses_check(&clauses) : status;
}
