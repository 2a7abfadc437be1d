/* Parts of a plan as bit sets over the documents of a segment, without scores: filters, exclusions,
 * counts. */
#ifndef RLS_SEARCH_FILTER_H
#define RLS_SEARCH_FILTER_H

#include "search/search_state.h"

/* All bits clear, in state->scratch. */
rls_status rls_filter_new_bits(rls_search_state *state, uint32_t doc_count, rls_bitset *out_bits);

/* Sets the bits of a list's documents. */
rls_status rls_filter_list(rls_search_state *state, const rls_segment_view *view,
                           const rls_posting_list *list, rls_bitset *bits);

/* Whether the lists of a WORD leaf are the answer: any field, any form. */
static inline bool
rls_filter_is_lists(const rls_plan_leaf *leaf)
{
    return leaf->field.size == 0 && leaf->words[0].form.size == 0;
}

/* Sets the bits of documents that have the keyword of a KEYWORD or KEYWORD_PREFIX leaf. */
rls_status rls_filter_keywords(rls_search_state *state, const rls_segment_view *view,
                               const rls_plan_leaf *leaf, rls_bitset *bits);

/* Ordinals [from, to) of the column that a DATE or NUMBER leaf asks for. */
void rls_filter_ordinals(const rls_plan_leaf *leaf, const rls_column *column, uint32_t *out_from,
                         uint32_t *out_to);

/* Sets the bits of documents that match the node, deleted ones too. */
rls_status rls_filter_node(rls_search_state *state, const rls_segment_view *view,
                           const rls_plan_node *node, rls_bitset *bits);

#endif
