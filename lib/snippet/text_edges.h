/* Where a text may be cut so that it reads well: at sentences, words, characters. Any bytes are
 * accepted; places are bytes of the text. */
#ifndef RLS_SNIPPET_TEXT_EDGES_H
#define RLS_SNIPPET_TEXT_EDGES_H

#include <stdbool.h>

#include "snippet/passages.h"

/* Size of the white space character at `at`, or that ends at `at`; 0 when there is none. */
uint32_t rls_space_at(rls_bytes text, uint32_t at);
uint32_t rls_space_before(rls_bytes text, uint32_t at);

/* Size of the character at `at` (< text.size) when it must not be shown: controls and invisible
 * formatting such as direction marks, which could change what a terminal or page shows; else 0. */
uint32_t rls_invisible_at(rls_bytes text, uint32_t at);

/* The first place >= `at` with something to read, or text.size. */
uint32_t rls_visible_from(rls_bytes text, uint32_t at);

/* Whether the white space [from, to) of the prose parts paragraphs, items of a list or lines of a
 * heading. */
bool rls_paragraph_breaks(rls_passage_text text, uint32_t from, uint32_t to);

/* The latest place in [least, at] where a sentence or paragraph begins; UINT32_MAX when none does.
 */
uint32_t rls_sentence_start(rls_passage_text text, uint32_t at, uint32_t least);
/* The latest place in [least, at] where one ends, punctuation included; UINT32_MAX when none. */
uint32_t rls_sentence_end(rls_passage_text text, uint32_t at, uint32_t least);

/* The first begin of a word in [at, most], else `most`. */
uint32_t rls_word_start(rls_bytes text, uint32_t at, uint32_t most);
/* The begin of the word around `at`, not before `least`. */
uint32_t rls_word_begin(rls_bytes text, uint32_t at, uint32_t least);
/* The latest end of a word in [least, at]; in text without white space near by, of a word by the
 * Unicode rules or a character. */
uint32_t rls_word_end(rls_bytes text, uint32_t at, uint32_t least);

/* The latest edge of a character at or before `at`. */
uint32_t rls_character_edge(rls_bytes text, uint32_t at);

#endif
