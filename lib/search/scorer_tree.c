#include "search/scorer_tree.h"

#include "search/filter.h"

enum {
    WINDOW = 2048 /* documents; an array stays in the first cache */
};

/* What a depth of the tree works in. */
typedef struct level {
    int32_t sums[WINDOW]; /* of a child */
    int32_t total[WINDOW];
    uint8_t ok[WINDOW], any[WINDOW], all[WINDOW]; /* of a bag */
} level;

typedef struct tree {
    rls_search_state       *state;
    const rls_segment_view *view;
    rls_clauses             clauses;
    rls_clause            **by_leaf; /* NULL where the leaf is not scored */
    uint32_t                node_count;
    rls_bitset             *bits; /* of nodes without a scored leaf, by their place in a walk */
    level                 **levels;
    uint32_t                from, count; /* the window */
    uint32_t                walked;
    rls_status              status;
} tree;

static void evaluate(tree *t, const rls_plan_node *node, int32_t *out, uint32_t depth);

static uint32_t
count_nodes(const rls_plan_node *node, uint32_t depth, uint32_t *deepest)
{
    uint32_t count = 1;

    if (depth > *deepest)
        *deepest = depth;
    for (uint32_t i = 0; i < node->child_count; i++)
        count += count_nodes(node->children[i], depth + 1, deepest);
    return count;
}

/* Bit sets of the largest parts that score nothing. The walk is that of evaluate. */
static rls_status
make_bits(tree *t, const rls_plan_node *node)
{
    uint32_t   place = t->walked++;
    rls_status status = RLS_OK;

    /* Of a bag at the root each wish is asked for. */
    if ((place > 0 || node->kind != RLS_PLAN_BAG) && !rls_clauses_has_scored(t->state, node)) {
        status = rls_filter_new_bits(t->state, t->view->doc_count, &t->bits[place]);
        return status == RLS_OK ? rls_filter_node(t->state, t->view, node, &t->bits[place])
                                : status;
    }
    for (uint32_t i = 0; i < node->child_count && status == RLS_OK; i++)
        status = make_bits(t, node->children[i]);
    return status;
}

static void
spread_bits(const tree *t, const rls_bitset *bits, int32_t *out)
{
    for (uint32_t i = 0; i < t->count; i++)
        out[i] = rls_bitset_get(bits, t->from + i) ? 0 : RLS_NOT_MET;
}

static void
evaluate_leaf(tree *t, const rls_plan_node *node, int32_t *out)
{
    const rls_clause *clause = t->by_leaf[node->leaf];

    for (uint32_t i = 0; i < t->count; i++)
        out[i] = RLS_NOT_MET;
    for (uint32_t f = 0; f < clause->feed_count; f++)
        if (!rls_feed_add(clause->feeds[f], t->from, t->from + t->count, out) &&
            t->status == RLS_OK)
            t->status = rls_search_corrupt(t->state, t->view);
}

static void
evaluate_bag(tree *t, const rls_plan_node *node, int32_t *out, uint32_t depth)
{
    level *l = t->levels[depth];
    bool   has_wish = false, has_word = false;

    memset(l->total, 0, t->count * sizeof(*l->total));
    memset(l->ok, 1, t->count);
    memset(l->any, 0, t->count);
    memset(l->all, 1, t->count);
    for (uint32_t c = 0; c < node->child_count; c++) {
        const rls_plan_node *child = node->children[c];
        evaluate(t, child, l->sums, depth + 1);
        if (child->occur == RLS_OCCUR_MUST_NOT) {
            for (uint32_t i = 0; i < t->count; i++)
                l->ok[i] &= l->sums[i] < 0;
            continue;
        }
        for (uint32_t i = 0; i < t->count; i++)
            l->total[i] += l->sums[i] < 0 ? 0 : l->sums[i];
        if (child->occur == RLS_OCCUR_MUST) {
            has_word = has_word || !rls_plan_is_filter(child);
            for (uint32_t i = 0; i < t->count; i++)
                l->ok[i] &= l->sums[i] >= 0;
        } else {
            has_wish = true;
            for (uint32_t i = 0; i < t->count; i++) {
                l->any[i] |= l->sums[i] >= 0;
                l->all[i] &= l->sums[i] >= 0;
            }
        }
    }
    if (has_wish && !has_word)
        for (uint32_t i = 0; i < t->count; i++)
            l->ok[i] &= l->any[i];
    for (uint32_t i = 0; i < t->count; i++)
        out[i] = l->ok[i] ? l->total[i] : RLS_NOT_MET;
}

/* `out` holds sums of what came before: both must be met, or either. */
static void
combine(rls_plan_kind kind, int32_t *restrict out, const int32_t *restrict sums, uint32_t count)
{
    if (kind == RLS_PLAN_AND) {
        for (uint32_t i = 0; i < count; i++)
            out[i] = (out[i] | sums[i]) < 0 ? RLS_NOT_MET : out[i] + sums[i];
    } else {
        for (uint32_t i = 0; i < count; i++) {
            int32_t left = out[i] < 0 ? 0 : out[i], right = sums[i] < 0 ? 0 : sums[i];
            out[i] = (out[i] & sums[i]) < 0 ? RLS_NOT_MET : left + right;
        }
    }
}

/* Sums of the window's documents that match the node; RLS_NOT_MET for the others. */
static void
evaluate(tree *t, const rls_plan_node *node, int32_t *out, uint32_t depth)
{
    uint32_t place = t->walked++;

    if (t->bits[place].words != NULL) {
        spread_bits(t, &t->bits[place], out);
        return;
    }
    switch (node->kind) {
    case RLS_PLAN_LEAF:
        evaluate_leaf(t, node, out);
        return;
    case RLS_PLAN_BAG:
        evaluate_bag(t, node, out, depth);
        return;
    case RLS_PLAN_NOT:
        evaluate(t, node->children[0], out, depth + 1);
        for (uint32_t i = 0; i < t->count; i++)
            out[i] = out[i] < 0 ? 0 : RLS_NOT_MET;
        return;
    default:
        break;
    }
    evaluate(t, node->children[0], out, depth + 1);
    for (uint32_t c = 1; c < node->child_count; c++) {
        evaluate(t, node->children[c], t->levels[depth]->sums, depth + 1);
        combine(node->kind, out, t->levels[depth]->sums, t->count);
    }
}

static void
offer_window(tree *t, const int32_t *sums, rls_topk *topk, bool ranks_all,
             rls_segment_totals *totals)
{
    const uint8_t *all = t->state->plan.root->kind == RLS_PLAN_BAG ? t->levels[0]->all : NULL;

    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t doc = t->from + i;
        bool     has_all = all == NULL || all[i] != 0;
        if (sums[i] < 0 || !rls_clauses_accept(&t->clauses, doc))
            continue;
        totals->any++;
        totals->all += has_all;
        if (topk->k == 0 || (uint32_t)sums[i] < rls_topk_least_score(topk, ranks_all && has_all))
            continue;
        rls_topk_offer(topk,
                       rls_topk_key(ranks_all && has_all, (uint32_t)sums[i],
                                    rls_segment_key_rank(t->view->segment, doc)),
                       doc);
    }
}

static rls_status
open_tree(tree *t, rls_search_state *state, const rls_segment_view *view)
{
    uint32_t   deepest = 0;
    rls_status status;

    *t = (tree){.state = state, .view = view};
    t->node_count = count_nodes(state->plan.root, 0, &deepest);
    t->by_leaf = rls_arena_alloc_zeroed(&state->scratch, state->plan.leaf_count + (size_t)1,
                                        sizeof(rls_clause *));
    t->bits = rls_arena_alloc_zeroed(&state->scratch, t->node_count, sizeof(*t->bits));
    t->levels = rls_arena_alloc(&state->scratch, (deepest + (size_t)1) * sizeof(level *));
    if (t->by_leaf == NULL || t->bits == NULL || t->levels == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i <= deepest; i++) {
        t->levels[i] = rls_arena_alloc(&state->scratch, sizeof(level));
        if (t->levels[i] == NULL)
            return rls_search_no_memory(state);
    }
    status = rls_clauses_open_leaves(&t->clauses, state, view);
    for (uint32_t c = 0; c < t->clauses.clause_count; c++)
        t->by_leaf[t->clauses.clauses[c].leaf] = &t->clauses.clauses[c];
    return status == RLS_OK ? make_bits(t, state->plan.root) : status;
}

rls_status
rls_scorer_tree(rls_search_state *state, const rls_segment_view *view, rls_topk *topk,
                rls_segment_totals *totals)
{
    tree      *t = rls_arena_alloc(&state->scratch, sizeof(*t));
    int32_t   *sums = rls_arena_alloc(&state->scratch, WINDOW * sizeof(*sums));
    bool       ranks_all = rls_scorer_ranks_all(state);
    rls_status status;

    if (t == NULL || sums == NULL)
        return rls_search_no_memory(state);
    status = open_tree(t, state, view);
    while (status == RLS_OK && t->from < view->doc_count) {
        t->count = view->doc_count - t->from < WINDOW ? view->doc_count - t->from : WINDOW;
        t->walked = 0;
        evaluate(t, state->plan.root, sums, 0);
        if (t->status != RLS_OK)
            return t->status;
        offer_window(t, sums, topk, ranks_all, totals);
        t->from += t->count;
        status = rls_search_poll(state);
    }
    return status;
}
