/* Where a query's words and phrases stand in a text: step 10 of the walk. The text is analysed
 * again by the same tokenizer and analyzer that indexed it, so a mark is where the index says the
 * match is, also for stemmed, folded and phrased words. */
#ifndef RLS_SNIPPET_HIGHLIGHTER_H
#define RLS_SNIPPET_HIGHLIGHTER_H

#include "analysis/analyzer.h"
#include "base/buffer.h"
#include "query/match_leaf.h"

/* Bytes [start, end) of the text; a phrase is one span. */
typedef struct rls_mark_span {
    uint32_t start, end, leaf;
} rls_mark_span;

/* Looks for the same leaves in one text after another: what it learns of a surface serves all of
 * them. One thread at a time. */
typedef struct rls_highlighter rls_highlighter;

/* For texts of one field, with the analyzer they were indexed with. Analyzer, leaves and `field`
 * must outlive it. */
rls_status rls_highlighter_new(rls_heap *heap, rls_analyzer *analyzer, const rls_match_leaf *leaves,
                               uint32_t leaf_count, rls_bytes field,
                               rls_highlighter **out_highlighter, rls_error *err);
void       rls_highlighter_free(rls_highlighter *highlighter); /* takes NULL */

/* Appends the spans (rls_mark_span, by start) of all leaves that apply to the field. `prose`:
 * markup blanked, as it was indexed. */
rls_status rls_highlighter_run(rls_highlighter *highlighter, rls_bytes prose, rls_buffer *spans,
                               rls_error *err);

/* The same for one text. */
rls_status rls_highlighter_find(rls_heap *heap, rls_analyzer *analyzer,
                                const rls_match_leaf *leaves, uint32_t leaf_count, rls_bytes field,
                                rls_bytes prose, rls_buffer *spans, rls_error *err);

#endif
