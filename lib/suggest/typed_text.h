/* What is being typed, taken apart where it is completed: at its end. Knows only as much of the
 * query language as tells where a word begins. */
#ifndef RLS_SUGGEST_TYPED_TEXT_H
#define RLS_SUGGEST_TYPED_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"

enum {
    RLS_TYPED_LOOK_BACK = 1024, /* bytes at the end that are looked at */
    RLS_TYPED_WORDS = 4         /* words that are kept */
};

typedef struct rls_typed_text {
    rls_bytes text;
    uint32_t  word_start;  /* of the last word, which goes to the end; empty behind a space */
    uint32_t  scope_start; /* where what a whole value stands in place of begins, when it does not
                              begin with an earlier word: its field, its quotation mark */
    rls_bytes field;       /* of `field:` in front; empty when there is none */
    /* Where the words begin that stand side by side at the end, the last word among them unless it
     * is empty, ascending. */
    uint32_t word_count;
    uint32_t words[RLS_TYPED_WORDS];
} rls_typed_text;

/* Size of the quotation mark at `at`, straight or typographic; 0 if there is none. */
uint32_t rls_quote_size(rls_bytes text, size_t at);

rls_typed_text rls_typed_text_of(rls_bytes text);

#endif
