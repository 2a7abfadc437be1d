/* The best passages of a text for the spans found in it, and how they are written out.
 *
 * A passage is a run of whole words around matches. Runs of spans are chosen greedily: a run is
 * worth the weights of the leaves in it, a leaf counting fully the first time and little again, so
 * that a run with all words beats one that repeats a single word; leaves of runs chosen before
 * count little. Several passages are taken when together they have more leaves than one of the
 * whole size. What room is left grows the passages to the beginnings and ends of sentences near by,
 * else of words. Linear in text and spans. */
#ifndef RLS_SNIPPET_PASSAGES_H
#define RLS_SNIPPET_PASSAGES_H

#include "snippet/highlighter.h"

/* A text and what was indexed of it: equal in size, and equal where there is no markup. */
typedef struct rls_passage_text {
    rls_bytes prose, original;
} rls_passage_text;

typedef struct rls_passage {
    uint32_t start, end; /* bytes of the text */
} rls_passage;

enum {
    RLS_PASSAGE_LIMIT = 16
};

/* Chooses at most `limit` passages that together have at most `size` bytes (at least 40), in order
 * of the text, not overlapping. Without spans it is the beginning of the text; a text without words
 * has none. `spans` by start. Returns how many. */
uint32_t rls_passages_choose(rls_passage_text text, const rls_match_leaf *leaves,
                             uint32_t leaf_count, const rls_mark_span *spans, size_t span_count,
                             uint32_t size, uint32_t limit, rls_passage *out_passages);

typedef struct rls_passage_marks {
    const char *start, *end; /* around matches; NUL-terminated, as is the ellipsis */
    const char *ellipsis;    /* between passages and where text is left out; its outer white space
                                is left off at both ends of a snippet */
    bool        html;        /* text is escaped; marks and ellipsis are not */
    bool        paragraphs;  /* lines and paragraphs are kept apart */
    rls_buffer *places; /* NULL, or where marks would be, as rls_passage: there are none then */
} rls_passage_marks;

/* Appends the passages: white space runs become one space, markup none where it leaves no word
 * apart, control and invisible formatting characters go. Marks stand around spans; spans that
 * overlap or touch, parts of a compound, and leaves that follow each other in text and query share
 * one mark. Places count from the begin of `out`. */
void rls_passages_write(rls_passage_text text, const rls_passage *passages, uint32_t passage_count,
                        const rls_mark_span *spans, size_t span_count,
                        const rls_passage_marks *marks, rls_buffer *out);

#endif
