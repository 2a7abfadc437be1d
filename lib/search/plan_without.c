#include "search/plan_without.h"

#include "analysis/keyword_key.h"

static bool
is_about(const rls_plan_leaf *leaf, rls_bytes field)
{
    const uint8_t *key = leaf->key.data;

    switch (leaf->kind) {
    case RLS_LEAF_KEYWORD:
    case RLS_LEAF_KEYWORD_PATTERN:
    case RLS_LEAF_KEYWORD_PREFIX: /* mark, name, mark, value */
        return leaf->key.size >= field.size + 2 && key[0] == RLS_KEYWORD_MARK &&
               key[field.size + 1] == RLS_KEYWORD_MARK &&
               memcmp(key + 1, field.data, field.size) == 0;
    case RLS_LEAF_DATE:
    case RLS_LEAF_NUMBER:
        return rls_bytes_compare(leaf->key, field) == 0;
    default:
        return !leaf->scored && rls_bytes_compare(leaf->field, field) == 0;
    }
}

/* Whether all that the node asks is about the field. */
static bool
is_condition(const rls_search_state *state, const rls_plan_node *node, rls_bytes field)
{
    if (node->kind == RLS_PLAN_LEAF)
        return is_about(&state->plan.leaves[node->leaf], field);
    if (node->kind == RLS_PLAN_NOT || node->child_count == 0)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->occur == RLS_OCCUR_MUST_NOT ||
            !is_condition(state, node->children[i], field))
            return false;
    return true;
}

static rls_plan_node *
everything(rls_search_state *state, rls_occur occur)
{
    rls_plan_node *node = rls_arena_alloc_zeroed(state->arena, 1, sizeof(*node));

    if (node != NULL) {
        node->kind = RLS_PLAN_ALL;
        node->occur = occur;
    }
    return node;
}

/* Sets *out_node to `node`, to a copy without conditions on the field, or to NULL when nothing is
 * left; false when there is no memory. */
static bool
without(rls_search_state *state, rls_plan_node *node, rls_bytes field, rls_plan_node **out_node)
{
    rls_plan_node **children, *copy;
    uint32_t        kept = 0;
    bool            changed = false;

    *out_node = node;
    if (is_condition(state, node, field)) {
        *out_node = NULL;
        return true;
    }
    if (node->kind != RLS_PLAN_AND && node->kind != RLS_PLAN_BAG)
        return true;
    children = rls_arena_alloc(state->arena, (node->child_count + (size_t)1) * sizeof(*children));
    if (children == NULL)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++) {
        rls_plan_node *child = node->children[i];
        if ((node->kind == RLS_PLAN_AND || child->occur == RLS_OCCUR_MUST) &&
            !without(state, child, field, &child))
            return false;
        changed = changed || child != node->children[i];
        if (child != NULL)
            children[kept++] = child;
    }
    if (!changed)
        return true;
    *out_node = NULL;
    if (kept == 0)
        return true;
    copy = rls_arena_alloc(state->arena, sizeof(*copy));
    if (copy == NULL)
        return false;
    *copy = *node;
    copy->children = children;
    copy->child_count = kept;
    *out_node = copy;
    return true;
}

rls_status
rls_plan_without(rls_search_state *state, rls_bytes field, const rls_plan_node **out_root)
{
    rls_plan_node *root = state->plan.root;

    if (!without(state, root, field, &root))
        return rls_search_no_memory(state);
    if (root == NULL)
        root = everything(state, RLS_OCCUR_PLAIN);
    *out_root = root;
    return root == NULL ? rls_search_no_memory(state) : RLS_OK;
}
