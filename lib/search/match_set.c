#include "search/match_set.h"

#include "search/filter.h"

bool
rls_match_is_partial(const rls_plan_node *root)
{
    if (root->kind == RLS_PLAN_BAG)
        for (uint32_t i = 0; i < root->child_count; i++)
            if (root->children[i]->occur == RLS_OCCUR_PLAIN)
                return true;
    return false;
}

/* What each part of the outermost bag leaves. */
static rls_status
match_all(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *root,
          rls_bitset *bits)
{
    rls_status status = RLS_OK;

    rls_bitset_fill(bits);
    for (uint32_t i = 0; i < root->child_count && status == RLS_OK; i++) {
        const rls_plan_node *child = root->children[i];
        rls_bitset           own;
        status = rls_filter_new_bits(state, view->doc_count, &own);
        if (status == RLS_OK)
            status = rls_filter_node(state, view, child, &own);
        if (status != RLS_OK)
            break;
        if (child->occur == RLS_OCCUR_MUST_NOT)
            rls_bitset_and_not(bits, &own);
        else
            rls_bitset_and(bits, &own);
    }
    return status;
}

rls_status
rls_match_set(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *root,
              bool all, rls_bitset *out_bits)
{
    rls_status status = rls_filter_new_bits(state, view->doc_count, out_bits);

    if (status != RLS_OK)
        return status;
    if (all && rls_match_is_partial(root))
        status = match_all(state, view, root, out_bits);
    else
        status = rls_filter_node(state, view, root, out_bits);
    if (status == RLS_OK && view->live != NULL)
        rls_bitset_and(out_bits, &view->live->live);
    return status;
}
