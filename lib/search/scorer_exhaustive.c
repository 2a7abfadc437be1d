#include "search/leaf_scorer.h"
#include "search/scorer_wide.h"

enum {
    POLL_INTERVAL = 1024,
    RANKED_WISHES_MAX = 3 /* the more words, the longer the documents that have them all */
};

typedef struct evaluator {
    rls_search_state       *state;
    const rls_segment_view *view;
    rls_leaf_scorer        *leaves; /* in step with the plan's */
    uint32_t                leaf_count;
    rls_status              status; /* the first failure */
} evaluator;

typedef struct verdict {
    bool     match, all;
    uint32_t score;
} verdict;

bool
rls_scorer_ranks_all(const rls_search_state *state)
{
    const rls_plan_node *root = state->plan.root;
    uint32_t             wishes = 0;

    if (state->request->mode != RLS_MATCH_AUTO || root->kind != RLS_PLAN_BAG)
        return false;
    for (uint32_t i = 0; i < root->child_count; i++)
        wishes += root->children[i]->occur == RLS_OCCUR_PLAIN;
    if (state->request->ranking == RLS_RANKING_DEFAULT && wishes > RANKED_WISHES_MAX)
        return false;
    return wishes > 0;
}

static verdict evaluate(evaluator *e, const rls_plan_node *node, uint32_t doc);

static verdict
evaluate_bag(evaluator *e, const rls_plan_node *node, uint32_t doc)
{
    verdict sum = {.match = true, .all = true};
    bool    has_wish = false, has_word = false, any = false;

    for (uint32_t i = 0; i < node->child_count; i++) {
        const rls_plan_node *child = node->children[i];
        verdict              one = evaluate(e, child, doc);
        if (child->occur == RLS_OCCUR_MUST_NOT) {
            sum.match = sum.match && !one.match;
            continue;
        }
        if (child->occur == RLS_OCCUR_MUST) {
            has_word = has_word || !rls_plan_is_filter(child);
            sum.match = sum.match && one.match;
        } else {
            has_wish = true;
            any = any || one.match;
            sum.all = sum.all && one.match;
        }
        if (one.match)
            sum.score += one.score;
    }
    if (has_wish && !has_word)
        sum.match = sum.match && any;
    return sum;
}

static verdict
evaluate(evaluator *e, const rls_plan_node *node, uint32_t doc)
{
    verdict sum = {.match = node->kind == RLS_PLAN_AND || node->kind == RLS_PLAN_ALL, .all = true};

    switch (node->kind) {
    case RLS_PLAN_LEAF:
        if (e->status == RLS_OK)
            e->status = rls_leaf_scorer_match(&e->leaves[node->leaf], doc, &sum.match, &sum.score);
        return sum;
    case RLS_PLAN_ALL:
    case RLS_PLAN_NONE:
        return sum;
    case RLS_PLAN_BAG:
        return evaluate_bag(e, node, doc);
    case RLS_PLAN_NOT:
        sum.match = !evaluate(e, node->children[0], doc).match;
        return sum;
    case RLS_PLAN_AND:
    case RLS_PLAN_OR:
        break;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        verdict one = evaluate(e, node->children[i], doc);
        if (node->kind == RLS_PLAN_AND)
            sum.match = sum.match && one.match;
        else
            sum.match = sum.match || one.match;
        if (one.match)
            sum.score += one.score;
    }
    return sum;
}

/* What a node may say of a document in which no cursor stands: leaves that read columns may say
 * either. */
enum {
    MAY_MATCH = 1,
    MAY_FAIL = 2
};

static uint32_t
without_postings(const evaluator *e, const rls_plan_node *node)
{
    uint32_t match = 0, fail = 0; /* counts of children that may */
    uint32_t count = node->child_count, wishes = 0, matching_wishes = 0, blocked = 0;
    bool     has_word = false;

    for (uint32_t i = 0; i < count; i++) {
        const rls_plan_node *child = node->children[i];
        uint32_t             may = without_postings(e, child);
        match += (may & MAY_MATCH) != 0;
        fail += (may & MAY_FAIL) != 0;
        if (child->occur == RLS_OCCUR_PLAIN) {
            wishes++;
            matching_wishes += (may & MAY_MATCH) != 0;
        } else if (child->occur == RLS_OCCUR_MUST) {
            has_word = has_word || !rls_plan_is_filter(child);
            blocked += (may & MAY_MATCH) == 0;
        } else {
            blocked += (may & MAY_FAIL) == 0;
        }
    }
    switch (node->kind) {
    case RLS_PLAN_LEAF:
        return e->leaves[node->leaf].reads_column ? MAY_MATCH | MAY_FAIL : MAY_FAIL;
    case RLS_PLAN_ALL:
        return MAY_MATCH;
    case RLS_PLAN_NONE:
        return MAY_FAIL;
    case RLS_PLAN_NOT:
        return (match > 0 ? MAY_FAIL : 0u) | (fail > 0 ? MAY_MATCH : 0u);
    case RLS_PLAN_AND:
        return (match == count ? MAY_MATCH : 0u) | (fail > 0 ? MAY_FAIL : 0u);
    case RLS_PLAN_OR:
        return (match > 0 ? MAY_MATCH : 0u) | (fail == count ? MAY_FAIL : 0u);
    case RLS_PLAN_BAG:
        break;
    }
    if (blocked > 0 || (wishes > 0 && !has_word && matching_wishes == 0))
        return MAY_FAIL;
    return MAY_MATCH | MAY_FAIL;
}

static uint32_t
next_candidate(evaluator *e, bool needs_all, uint32_t from)
{
    uint32_t least = RLS_DOC_END;

    if (needs_all)
        return from < e->view->doc_count ? from : RLS_DOC_END;
    for (uint32_t i = 0; i < e->leaf_count; i++) {
        if (!e->leaves[i].reads_column) {
            uint32_t doc = rls_leaf_scorer_candidate(&e->leaves[i], from);
            if (doc < least)
                least = doc;
        }
    }
    return least;
}

static rls_status
open_evaluator(evaluator *e, rls_search_state *state, const rls_segment_view *view)
{
    *e = (evaluator){.state = state, .view = view};
    e->leaves = rls_arena_alloc_zeroed(&state->scratch, state->plan.leaf_count + (size_t)1,
                                       sizeof(*e->leaves));
    if (e->leaves == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < state->plan.leaf_count; i++) {
        rls_status status = rls_leaf_scorer_open(state, view, i, &e->leaves[i]);
        if (status != RLS_OK)
            return status;
        e->leaf_count++;
    }
    return RLS_OK;
}

static rls_status
check_cursors(const evaluator *e)
{
    for (uint32_t i = 0; i < e->leaf_count; i++) {
        rls_status status = rls_leaf_scorer_check(&e->leaves[i]);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

rls_status
rls_scorer_exhaustive(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                      rls_segment_totals *totals)
{
    evaluator  e;
    bool       needs_all, ranks_all = rls_scorer_ranks_all(state);
    uint32_t   asked = 0;
    rls_status status;

    if (rls_scorer_is_wide(state))
        return rls_scorer_wide(state, view, topk, totals);
    status = open_evaluator(&e, state, view);
    if (status != RLS_OK)
        return status;
    needs_all = (without_postings(&e, state->plan.root) & MAY_MATCH) != 0;
    for (uint32_t doc = next_candidate(&e, needs_all, 0); doc < view->doc_count;
         doc = next_candidate(&e, needs_all, doc + 1)) {
        verdict what;
        if (asked++ % POLL_INTERVAL == 0) {
            status = rls_search_poll(state);
            if (status != RLS_OK)
                return status;
        }
        if (view->live != NULL && !rls_bitset_get(&view->live->live, doc))
            continue;
        what = evaluate(&e, state->plan.root, doc);
        if (e.status != RLS_OK)
            return e.status;
        if (!what.match)
            continue;
        totals->any++;
        totals->all += what.all;
        if (topk->k > 0)
            rls_topk_offer(topk,
                           rls_topk_key(ranks_all && what.all, what.score,
                                        rls_segment_key_rank(view->segment, doc)),
                           doc);
    }
    return check_cursors(&e);
}

rls_status
rls_scorer_ask(rls_search_state *state, const rls_segment_view *view, const uint32_t *docs,
               uint32_t count, bool *out_all, uint32_t *out_scores)
{
    evaluator  e;
    rls_status status;

    if (rls_scorer_is_wide(state))
        return rls_scorer_wide_ask(state, view, docs, count, out_all, out_scores);
    status = open_evaluator(&e, state, view);
    for (uint32_t i = 0; i < e.leaf_count; i++)
        e.leaves[i].scored = e.leaves[i].scored && out_scores != NULL;
    for (uint32_t i = 0; status == RLS_OK && i < count; i++) {
        verdict what = evaluate(&e, state->plan.root, docs[i]);
        out_all[i] = what.all;
        if (out_scores != NULL)
            out_scores[i] = what.score;
        status = e.status;
    }
    return status == RLS_OK ? check_cursors(&e) : status;
}
