/* Signs glued to an operand: stars and question marks, edits and distances behind a tilde, weights
 * behind a caret, regular expressions between slashes. Serves query_lexer.c. */
#ifndef RLS_QUERY_QUERY_SIGNS_H
#define RLS_QUERY_QUERY_SIGNS_H

#include "query/query_lexer.h"

/* Reads the unquoted text [from, to), which is not empty, into the lexeme: what kind of leaf it is,
 * its text without signs, its weight. `field`: it is the value of a field. */
void rls_signs_read_word(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t from, uint32_t to,
                         bool field);

/* The end of a regular expression whose first slash stands at `at`: behind its weight, at a border;
 * `at` when there is none. Reads it into the lexeme. */
uint32_t rls_signs_read_regex(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t at);

/* Reads a tilde with or without a distance, and a weight, behind a quoted text that ends at `at`;
 * returns where they end. */
uint32_t rls_signs_read_suffix(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t at);

/* Reads a weight at `at` that ends at a border; returns where it ends, or `at`. */
uint32_t rls_signs_read_boost(rls_lexer *lexer, uint32_t at, float *out_boost);

#endif
