#include "search/match_set.h"

#include "search/doc_filter.h"
#include "search/filter.h"
#include "search/scorer_wide.h"

bool
rls_match_is_partial(const rls_plan_node *root)
{
    if (root->kind == RLS_PLAN_BAG)
        for (uint32_t i = 0; i < root->child_count; i++)
            if (root->children[i]->occur == RLS_OCCUR_PLAIN)
                return true;
    return false;
}

/* Plans of very many leaves, a part of the outermost bag at a time. */
static rls_status
match_wide(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *root,
           bool all, rls_bitset *bits)
{
    rls_bitset own;
    rls_status status = rls_filter_new_bits(state, view->doc_count, &own);

    if (status == RLS_OK && !(all && rls_match_is_partial(root))) {
        status = rls_filter_node(state, view, root, bits);
    } else if (status == RLS_OK) {
        rls_bitset_fill(bits);
        for (uint32_t i = 0; i < root->child_count && status == RLS_OK; i++) {
            memset(own.words, 0, rls_bitset_word_count(own.size) * sizeof(uint64_t));
            status = rls_filter_node(state, view, root->children[i], &own);
            if (root->children[i]->occur == RLS_OCCUR_MUST_NOT)
                rls_bitset_and_not(bits, &own);
            else
                rls_bitset_and(bits, &own);
        }
    }
    if (status == RLS_OK && view->live != NULL)
        rls_bitset_and(bits, &view->live->live);
    return status;
}

rls_status
rls_match_set(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *root,
              bool all, rls_bitset *out_bits)
{
    rls_doc_filter *filter;
    rls_status      status = rls_filter_new_bits(state, view->doc_count, out_bits);

    if (status == RLS_OK && rls_scorer_is_wide(state))
        return match_wide(state, view, root, all, out_bits);
    if (status == RLS_OK && all)
        status = rls_doc_filter_open_all(state, view, root, &filter);
    else if (status == RLS_OK)
        status = rls_doc_filter_open(state, view, root, &filter);
    for (uint32_t from = 0; from < view->doc_count && status == RLS_OK; from += RLS_FILTER_WINDOW) {
        uint64_t *words = out_bits->words + from / 64;
        rls_doc_filter_live(view, from, words);
        status = rls_doc_filter_keep(filter, from, words);
        if (status == RLS_OK && from % (16 * RLS_FILTER_WINDOW) == 0)
            status = rls_search_poll(state);
    }
    return status;
}
