/* Parts of a plan as sets of documents, without scores, a window of documents at a time: filters,
 * exclusions, counts, facets. What no window is asked for is not worked out, except of leaves that
 * have neither a list nor a column. */
#ifndef RLS_SEARCH_DOC_FILTER_H
#define RLS_SEARCH_DOC_FILTER_H

#include "search/search_state.h"

enum {
    RLS_FILTER_WINDOW = 4096, /* documents; windows begin at its multiples */
    RLS_FILTER_WORDS = RLS_FILTER_WINDOW / 64
};

typedef struct rls_doc_filter rls_doc_filter;

/* Made in state->scratch. */
rls_status rls_doc_filter_open(rls_search_state *state, const rls_segment_view *view,
                               const rls_plan_node *node, rls_doc_filter **out_filter);

/* What all words of the outermost bag leave, when `node` is it. */
rls_status rls_doc_filter_open_all(rls_search_state *state, const rls_segment_view *view,
                                   const rls_plan_node *node, rls_doc_filter **out_filter);

/* At most so many documents match. */
uint32_t rls_doc_filter_most(const rls_doc_filter *filter);

/* Whether any window costs next to nothing: no list is decoded, no value looked up one by one. */
bool rls_doc_filter_is_cheap(const rls_doc_filter *filter);

/* Clears the bits of documents that do not match (drop: that do); bit 0 of words[0] is document
 * `from`, and the window ends at the next one or with the segment. Bits beyond stay. In any order,
 * best ascending. Deleted documents are not told apart. RLS_OK, RLS_CORRUPT, RLS_NO_MEMORY */
rls_status rls_doc_filter_keep(rls_doc_filter *filter, uint32_t from, uint64_t *words);
rls_status rls_doc_filter_drop(rls_doc_filter *filter, uint32_t from, uint64_t *words);

/* The same for 64 documents, from the multiple `from` on; `excluded`: those that match are cleared.
 */
rls_status rls_doc_filter_ask(rls_doc_filter *filter, bool excluded, uint32_t from, uint64_t *word);

/* The live documents of a window: what to begin with. */
void rls_doc_filter_live(const rls_segment_view *view, uint32_t from, uint64_t *words);

#endif
