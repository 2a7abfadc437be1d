/* Text of a query → lexemes: parentheses, operators and leaves with their signs. Serves
 * query_parser.c, which decides whether an operator word is well placed. */
#ifndef RLS_QUERY_QUERY_LEXER_H
#define RLS_QUERY_QUERY_LEXER_H

#include "query/query.h"

typedef enum rls_lexeme_kind {
    RLS_LEXEME_END,
    RLS_LEXEME_OPEN, /* ( with its sign and, for field:(…), the field */
    RLS_LEXEME_CLOSE,
    RLS_LEXEME_AND,
    RLS_LEXEME_OR,
    RLS_LEXEME_NOT,
    RLS_LEXEME_NEAR, /* distance, ordered */
    RLS_LEXEME_LEAF
} rls_lexeme_kind;

typedef struct rls_lexeme {
    rls_lexeme_kind  kind;
    uint32_t         start, end; /* without the sign */
    rls_occur        occur;
    rls_node_kind    leaf; /* and its parts, as in rls_query_node */
    rls_compare_op   op;
    bool             exact, quoted, stems;
    rls_pattern_kind pattern;
    uint32_t         edits, distance;
    bool             ordered;
    float            boost; /* 1; of CLOSE that of the group */
    rls_bytes        field, text, text_to;
} rls_lexeme;

typedef struct rls_lexer {
    rls_query *query; /* its text is read; it takes the notes */
    uint32_t   at;
    bool       no_more_quotes; /* none closes what opens from here on */
    bool       failed;         /* no memory for a note */
} rls_lexer;

void rls_lexer_init(rls_lexer *lexer, rls_query *query);
void rls_lexer_next(rls_lexer *lexer, rls_lexeme *out_lexeme);

/* For query_signs.c: a remark; the size of the white space at `at`, 0 if none; whether nothing that
 * belongs to a word stands there; the end of the word there. */
void     rls_lexer_note(rls_lexer *lexer, uint32_t start, uint32_t end, const char *message);
uint32_t rls_lexer_space_size(const rls_lexer *lexer, uint32_t at);
bool     rls_lexer_is_border(const rls_lexer *lexer, uint32_t at);
uint32_t rls_lexer_word_end(const rls_lexer *lexer, uint32_t at);

#endif
