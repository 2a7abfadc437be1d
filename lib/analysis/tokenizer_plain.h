/* The tokenizer without its fast way over ASCII: the oracle of the tests. */
#ifndef RLS_ANALYSIS_TOKENIZER_PLAIN_H
#define RLS_ANALYSIS_TOKENIZER_PLAIN_H

#include "analysis/tokenizer.h"

/* The same tokens as rls_tokenizer_fill gives, only later. */
size_t rls_tokenizer_fill_plain(rls_tokenizer *tokenizer, rls_token *tokens, size_t capacity);

#endif
