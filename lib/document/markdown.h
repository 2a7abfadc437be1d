/* Markdown → prose of the same size: every markup byte becomes filler, every word stays where it
 * was, so that offsets of tokens in the prose are offsets in the original. */
#ifndef RLS_DOCUMENT_MARKDOWN_H
#define RLS_DOCUMENT_MARKDOWN_H

#include "base/bytes.h"

/* `out` has room for body.size bytes. Links keep their text and lose their target, `\[` loses its
 * backslash, code is kept, HTML tags and comments are blanked, character references such as
 * &amp; and &nbsp; become their character, then filler. Filler is a space: markup inside a word
 * (**bold**ed) parts it. Only in the middle of a word (don&#39;t, Espa&ntilde;ol) a reference is
 * filled with invisible characters, which do not part it. Valid UTF-8 stays valid. Linear time, no
 * recursion. */
void rls_markdown_mask(rls_bytes body, uint8_t *out);

#endif
