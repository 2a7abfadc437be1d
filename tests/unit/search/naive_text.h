/* A text as naive models keep it: an array of tokens, each with its words in full, that knows no
 * vocabulary, no forms by code and no postings. */
#ifndef RLS_TESTS_UNIT_SEARCH_NAIVE_TEXT_H
#define RLS_TESTS_UNIT_SEARCH_NAIVE_TEXT_H

#include "analysis/analyzer.h"
#include "support/runner.h"

enum {
    NAIVE_WORD_SIZE = 64,
    NAIVE_TOKEN_MAX = 200
};

typedef struct naive_token {
    uint32_t field, position;
    char     term[NAIVE_WORD_SIZE], form[NAIVE_WORD_SIZE], lower[NAIVE_WORD_SIZE],
        folded[NAIVE_WORD_SIZE];
} naive_token;

typedef struct naive_text {
    naive_token tokens[NAIVE_TOKEN_MAX];
    uint32_t    count;
} naive_text;

static inline void
naive_keep(char out[NAIVE_WORD_SIZE], rls_bytes bytes)
{
    CHECK(bytes.size < NAIVE_WORD_SIZE);
    memcpy(out, bytes.data, bytes.size);
    out[bytes.size] = 0;
}

static inline void
naive_analyze(rls_analyzer *analyzer, rls_bytes surface, naive_token *out)
{
    rls_bytes bytes;

    CHECK_OK(rls_analyzer_term(analyzer, surface, &bytes, NULL));
    naive_keep(out->term, bytes);
    CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_FORM, &bytes, NULL));
    naive_keep(out->form, bytes);
    CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_CASE, &bytes, NULL));
    naive_keep(out->lower, bytes);
    CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_ALL, &bytes, NULL));
    naive_keep(out->folded, bytes);
}

/* Appends the tokens of more text; returns the position behind the last. */
static inline uint32_t
naive_text_add(naive_text *text, rls_analyzer *analyzer, uint32_t field, rls_bytes bytes,
               uint32_t first)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[64];
    size_t        count;

    rls_tokenizer_init(&tokenizer, bytes, first);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, 64)) > 0) {
        for (size_t i = 0; i < count; i++) {
            naive_token *t = &text->tokens[text->count++];
            CHECK(text->count < NAIVE_TOKEN_MAX);
            t->field = field;
            t->position = tokens[i].position;
            naive_analyze(
                analyzer,
                rls_bytes_of(bytes.data + tokens[i].start, tokens[i].end - tokens[i].start), t);
        }
    }
    return tokenizer.position;
}

/* Whether a token is the quoted word: with marks, only the word with the same marks. */
static inline bool
naive_is_written(const naive_token *wanted, const naive_token *t)
{
    if (strcmp(wanted->lower, wanted->folded) != 0)
        return strcmp(t->lower, wanted->lower) == 0;
    return strcmp(t->folded, wanted->folded) == 0;
}

#endif
