#include "search/scorer_wide.h"

#include "search/filter.h"
#include "search/leaf_scorer.h"

enum {
    POLL_INTERVAL = 1024,
    LEAF_CHUNK = 16 * 1024
};

/* What is known of a node: the documents that match and, of those, the scores. */
typedef struct outcome {
    rls_bitset match;
    uint32_t  *scores;
} outcome;

/* What a depth of the tree works in. */
typedef struct level {
    outcome    child;
    rls_bitset any; /* of a bag */
} level;

typedef struct wide {
    rls_search_state       *state;
    const rls_segment_view *view;
    level                  *levels;
    uint32_t                level_count;
    bool                    is_partial; /* the root is a bag with wishes */
    rls_bitset              all;        /* documents with all words of it */
} wide;

static void
clear_bits(rls_bitset *bits)
{
    memset(bits->words, 0, rls_bitset_word_count(bits->size) * sizeof(uint64_t));
}

static rls_status
new_bits(wide *w, rls_bitset *bits)
{
    return rls_bitset_init(bits, w->state->heap, w->view->doc_count) == RLS_OK
               ? RLS_OK
               : rls_search_no_memory(w->state);
}

static rls_status
new_outcome(wide *w, outcome *made)
{
    made->scores =
        rls_alloc_zeroed(w->state->heap, w->view->doc_count + (size_t)1, sizeof(*made->scores));
    return made->scores == NULL ? rls_search_no_memory(w->state) : new_bits(w, &made->match);
}

static void
release_outcome(wide *w, outcome *made)
{
    rls_free(w->state->heap, made->scores);
    rls_bitset_release(&made->match, w->state->heap);
}

static uint32_t
depth_of(const rls_plan_node *node)
{
    uint32_t deepest = 0;

    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t depth = depth_of(node->children[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return 1 + deepest;
}

/* Sets the bits of the documents that the leaf matches, and adds what it contributes. */
static rls_status
walk_leaf(wide *w, uint32_t number, rls_bitset *match, uint32_t *scores)
{
    rls_search_state *state = w->state;
    rls_leaf_scorer  *scorer = rls_arena_alloc(&state->scratch, sizeof(*scorer));
    uint32_t          asked = 0;
    rls_status        status;

    if (scorer == NULL)
        return rls_search_no_memory(state);
    status = rls_leaf_scorer_open(state, w->view, number, scorer);
    if (status == RLS_OK)
        status = rls_search_poll(state);
    if (status != RLS_OK)
        return status;
    for (uint32_t doc = rls_leaf_scorer_candidate(scorer, 0); doc < w->view->doc_count;
         doc = rls_leaf_scorer_candidate(scorer, doc + 1)) {
        bool     met;
        uint32_t score;
        status = rls_leaf_scorer_match(scorer, doc, &met, &score);
        if (status == RLS_OK && ++asked % POLL_INTERVAL == 0)
            status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        if (met) {
            rls_bitset_set(match, doc);
            scores[doc] += score;
        }
    }
    return rls_leaf_scorer_check(scorer);
}

/* The leaf's cursors live in memory of their own, which is given back. */
static rls_status
evaluate_leaf(wide *w, const rls_plan_node *node, rls_bitset *match, uint32_t *scores)
{
    rls_search_state *state = w->state;
    rls_arena         outer = state->scratch;
    rls_status        status;

    rls_arena_init(&state->scratch, state->heap, LEAF_CHUNK);
    if (state->plan.leaves[node->leaf].scored)
        status = walk_leaf(w, node->leaf, match, scores);
    else
        status = rls_filter_node(state, w->view, node, match);
    rls_arena_release(&state->scratch);
    state->scratch = outer;
    return status;
}

static rls_status evaluate(wide *w, const rls_plan_node *node, outcome *out, uint32_t depth);

/* Evaluates a child into the level's bits; its scores go to those of the group. */
static rls_status
evaluate_child(wide *w, const rls_plan_node *child, uint32_t *scores, uint32_t depth)
{
    level     *l = &w->levels[depth];
    rls_status status;

    clear_bits(&l->child.match);
    if (child->kind == RLS_PLAN_LEAF)
        return evaluate_leaf(w, child, &l->child.match, scores);
    if (l->child.scores == NULL) {
        l->child.scores = rls_alloc_zeroed(w->state->heap, w->view->doc_count + (size_t)1,
                                           sizeof(*l->child.scores));
        if (l->child.scores == NULL)
            return rls_search_no_memory(w->state);
    }
    memset(l->child.scores, 0, w->view->doc_count * sizeof(*l->child.scores));
    status = evaluate(w, child, &l->child, depth + 1);
    for (uint32_t doc = rls_bitset_next(&l->child.match, 0);
         status == RLS_OK && doc < w->view->doc_count;
         doc = rls_bitset_next(&l->child.match, doc + 1))
        scores[doc] += l->child.scores[doc];
    return status;
}

static rls_status
evaluate_bag(wide *w, const rls_plan_node *node, outcome *out, uint32_t depth)
{
    level     *l = &w->levels[depth];
    bool       has_wish = false, has_word = false, is_root = w->is_partial && depth == 0;
    rls_status status = RLS_OK;

    if (l->any.words == NULL)
        status = new_bits(w, &l->any);
    if (status != RLS_OK)
        return status;
    clear_bits(&l->any);
    rls_bitset_fill(&out->match);
    for (uint32_t i = 0; i < node->child_count && status == RLS_OK; i++) {
        const rls_plan_node *child = node->children[i];
        status = evaluate_child(w, child, out->scores, depth);
        if (child->occur == RLS_OCCUR_MUST_NOT) {
            rls_bitset_and_not(&out->match, &l->child.match);
        } else if (child->occur == RLS_OCCUR_MUST) {
            has_word = has_word || !rls_plan_is_filter(child);
            rls_bitset_and(&out->match, &l->child.match);
        } else {
            has_wish = true;
            rls_bitset_or(&l->any, &l->child.match);
            if (is_root)
                rls_bitset_and(&w->all, &l->child.match);
        }
    }
    if (has_wish && !has_word)
        rls_bitset_and(&out->match, &l->any);
    return status;
}

/* Scores of documents that do not match mean nothing. */
static rls_status
evaluate(wide *w, const rls_plan_node *node, outcome *out, uint32_t depth)
{
    level     *l = &w->levels[depth];
    rls_status status = RLS_OK;

    switch (node->kind) {
    case RLS_PLAN_LEAF:
        return evaluate_leaf(w, node, &out->match, out->scores);
    case RLS_PLAN_ALL:
        rls_bitset_fill(&out->match);
        return RLS_OK;
    case RLS_PLAN_NONE:
        return RLS_OK;
    default:
        break;
    }
    if (l->child.match.words == NULL)
        status = new_bits(w, &l->child.match);
    if (status == RLS_OK && node->kind == RLS_PLAN_BAG)
        return evaluate_bag(w, node, out, depth);
    if (node->kind == RLS_PLAN_AND || node->kind == RLS_PLAN_NOT)
        rls_bitset_fill(&out->match);
    for (uint32_t i = 0; i < node->child_count && status == RLS_OK; i++) {
        status = evaluate_child(w, node->children[i], out->scores, depth);
        if (node->kind == RLS_PLAN_AND)
            rls_bitset_and(&out->match, &l->child.match);
        else if (node->kind == RLS_PLAN_OR)
            rls_bitset_or(&out->match, &l->child.match);
        else
            rls_bitset_and_not(&out->match, &l->child.match);
    }
    if (node->kind == RLS_PLAN_NOT)
        memset(out->scores, 0, w->view->doc_count * sizeof(*out->scores));
    return status;
}

static rls_status
open_wide(wide *w, rls_search_state *state, const rls_segment_view *view, outcome *out)
{
    const rls_plan_node *root = state->plan.root;
    rls_status           status;

    *w = (wide){.state = state, .view = view, .level_count = depth_of(root)};
    *out = (outcome){.scores = NULL};
    for (uint32_t i = 0; root->kind == RLS_PLAN_BAG && i < root->child_count; i++)
        w->is_partial = w->is_partial || root->children[i]->occur == RLS_OCCUR_PLAIN;
    w->levels = rls_alloc_zeroed(state->heap, w->level_count, sizeof(*w->levels));
    if (w->levels == NULL)
        return rls_search_no_memory(state);
    status = new_outcome(w, out);
    if (status == RLS_OK && w->is_partial) {
        status = new_bits(w, &w->all);
        if (status == RLS_OK)
            rls_bitset_fill(&w->all);
    }
    return status == RLS_OK ? evaluate(w, root, out, 0) : status;
}

static void
close_wide(wide *w, outcome *out)
{
    for (uint32_t i = 0; w->levels != NULL && i < w->level_count; i++) {
        release_outcome(w, &w->levels[i].child);
        rls_bitset_release(&w->levels[i].any, w->state->heap);
    }
    rls_free(w->state->heap, w->levels);
    rls_bitset_release(&w->all, w->state->heap);
    release_outcome(w, out);
}

rls_status
rls_scorer_wide(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                rls_segment_totals *totals)
{
    bool       ranks_all = rls_scorer_ranks_all(state);
    wide       w;
    outcome    out;
    rls_status status = open_wide(&w, state, view, &out);

    if (status == RLS_OK && view->live != NULL)
        rls_bitset_and(&out.match, &view->live->live);
    for (uint32_t doc = status == RLS_OK ? rls_bitset_next(&out.match, 0) : view->doc_count;
         doc < view->doc_count; doc = rls_bitset_next(&out.match, doc + 1)) {
        bool all = !w.is_partial || rls_bitset_get(&w.all, doc);
        totals->any++;
        totals->all += all;
        if (topk->k > 0)
            rls_topk_offer(topk,
                           rls_topk_key(ranks_all && all, out.scores[doc],
                                        rls_segment_key_rank(view->segment, doc)),
                           doc);
    }
    close_wide(&w, &out);
    return status;
}

rls_status
rls_scorer_wide_ask(rls_search_state *state, const rls_segment_view *view, const uint32_t *docs,
                    uint32_t count, bool *out_all, uint32_t *out_scores)
{
    wide       w;
    outcome    out;
    rls_status status = open_wide(&w, state, view, &out);

    for (uint32_t i = 0; status == RLS_OK && i < count; i++) {
        out_all[i] = !w.is_partial || rls_bitset_get(&w.all, docs[i]);
        if (out_scores != NULL)
            out_scores[i] = out.scores[docs[i]];
    }
    close_wide(&w, &out);
    return status;
}
