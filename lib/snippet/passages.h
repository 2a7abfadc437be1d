/* The best passages of a text for the spans found in it, and how they are written out.
 *
 * A passage is a run of whole words of about the wanted size around matches. Passages are chosen
 * greedily: each window of text is worth the weights of the leaves that occur in it, a leaf
 * counting fully the first time and little again, so that a passage with all words beats one that
 * repeats a single word; leaves covered by earlier passages count little. Windows begin at
 * sentences where that costs no match. */
#ifndef RLS_SNIPPET_PASSAGES_H
#define RLS_SNIPPET_PASSAGES_H

#include "snippet/highlighter.h"

typedef struct rls_passage {
    uint32_t start, end; /* bytes of the text */
} rls_passage;

enum {
    RLS_PASSAGE_LIMIT = 16
};

/* Chooses at most `limit` passages that together have about `size` bytes, in order of the text, not
 * overlapping. Without spans it is the beginning of the text. Returns how many. */
uint32_t rls_passages_choose(rls_bytes prose, const rls_match_leaf *leaves, uint32_t leaf_count,
                             const rls_mark_span *spans, size_t span_count, uint32_t size,
                             uint32_t limit, rls_passage *out_passages);

/* Appends the passages: white space runs become one space, control and zero-width formatting bytes
 * go, marks stand around spans (overlapping ones become one), `ellipsis` between passages and where
 * text is left out. All strings NUL-terminated. */
void rls_passages_write(rls_bytes prose, const rls_passage *passages, uint32_t passage_count,
                        const rls_mark_span *spans, size_t span_count, const char *mark_start,
                        const char *mark_end, const char *ellipsis, rls_buffer *out);

#endif
