/* The careful way through a text: one word, compound, emoji or run of ideographs at a time. The
 * tokenizer takes it wherever its fast way over plain ASCII words does not reach. */
#ifndef RLS_ANALYSIS_TOKENIZER_COMPOUND_H
#define RLS_ANALYSIS_TOKENIZER_COMPOUND_H

#include "analysis/tokenizer.h"

/* A compound of more parts, or of more than RLS_TOKEN_MAX_SIZE bytes, gives its parts alone. */
enum {
    RLS_COMPOUND_PARTS = 14,
    RLS_COMPOUND_TOKENS = 16
};

/* Moves tokenizer->at (< text.size) over at least a character, writes 0..RLS_COMPOUND_TOKENS
 * tokens and returns their number. */
size_t rls_compound_next(rls_tokenizer *tokenizer, rls_token *tokens);

/* True when the byte may belong, with the word behind it, to one token: .NET, #tag, @name. */
static inline bool
rls_compound_is_prefix(uint8_t byte)
{
    return byte == '.' || byte == '#' || byte == '@';
}

#endif
