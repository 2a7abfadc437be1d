/* Leaves of a query for the tests, from the language's own signs: word, =Form, "as written",
 * "in any inflection"~, begin*, title:word. */
#ifndef RLS_TESTS_LEAVES_H
#define RLS_TESTS_LEAVES_H

#include <stdlib.h>

#include "analysis/analyzer.h"
#include "base/arena.h"
#include "query/match_leaf.h"
#include "support/runner.h"

enum {
    LEAVES_MAX = 80,
    LEAF_WORDS_MAX = 2048
};

typedef struct test_leaves {
    rls_heap       heap;
    rls_arena      arena;
    rls_analyzer  *analyzer;
    rls_match_leaf items[LEAVES_MAX];
    uint32_t       count;
} test_leaves;

static rls_bytes
leaves_copy(test_leaves *leaves, rls_bytes bytes)
{
    return rls_bytes_of(rls_arena_copy(&leaves->arena, bytes.data, bytes.size), bytes.size);
}

static void
leaves_init(test_leaves *leaves, const char *language)
{
    *leaves = (test_leaves){.count = 0};
    rls_heap_init(&leaves->heap, NULL, SIZE_MAX);
    rls_arena_init(&leaves->arena, &leaves->heap, 4096);
    CHECK_OK(rls_analyzer_new(&leaves->heap, rls_bytes_of(language, strlen(language)),
                              &leaves->analyzer, NULL));
}

static void
leaves_release(test_leaves *leaves)
{
    rls_analyzer_free(leaves->analyzer);
    rls_arena_release(&leaves->arena);
    CHECK_EQ_U64(leaves->heap.used, 0);
}

static void
leaves_word(test_leaves *leaves, rls_match_word *word, rls_bytes surface, char sign)
{
    rls_bytes *terms = rls_arena_alloc(&leaves->arena, sizeof *terms), result;

    *word = (rls_match_word){.terms = terms, .term_count = 1};
    if (sign == '*') {
        word->term_count = 0;
        CHECK_OK(rls_pattern_compile(&leaves->heap, &leaves->arena, leaves->analyzer,
                                     RLS_PATTERN_PREFIX, surface, 0, &word->pattern, NULL));
        return;
    }
    CHECK_OK(rls_analyzer_term(leaves->analyzer, surface, &result, NULL));
    *terms = leaves_copy(leaves, result);
    if (sign == '=')
        word->level = RLS_FOLD_FORM;
    else if (sign == '"')
        word->level =
            rls_analyzer_has_marks(leaves->analyzer, surface) ? RLS_FOLD_CASE : RLS_FOLD_ALL;
    else
        return;
    CHECK_OK(
        rls_analyzer_fold(leaves->analyzer, surface, (rls_fold_level)word->level, &result, NULL));
    word->form = leaves_copy(leaves, result);
}

/* The parts of compounds, but c++ and the like whole; an exact word is looked for whole. */
static void
leaves_add(test_leaves *leaves, const char *what, float weight)
{
    static rls_token tokens[LEAF_WORDS_MAX];
    const char      *colon = strchr(what, ':');
    rls_match_leaf  *leaf = &leaves->items[leaves->count++];
    rls_match_word  *words;
    rls_tokenizer    tokenizer;
    rls_bytes        text;
    size_t           count;
    char             sign = 0;

    CHECK(leaves->count <= LEAVES_MAX);
    *leaf = (rls_match_leaf){.weight = weight};
    if (colon != NULL) {
        leaf->field = leaves_copy(leaves, rls_bytes_of(what, (size_t)(colon - what)));
        what = colon + 1;
    }
    text = rls_bytes_of(what, strlen(what));
    if (text.data[0] == '=' || text.data[0] == '"') {
        sign = what[0];
        text = rls_bytes_of(text.data + 1, text.size - 1);
    }
    if (text.data[text.size - 1] == '*')
        sign = '*';
    if (text.data[text.size - 1] == '~')
        sign = 0;
    words = rls_arena_alloc(&leaves->arena, LEAF_WORDS_MAX * sizeof *words);
    leaf->words = words;
    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, LEAF_WORDS_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t parts = 0;
        while ((tokens[i].flags & RLS_TOKEN_WHOLE) != 0 && i + 1 + parts < count &&
               tokens[i + 1 + parts].end <= tokens[i].end)
            parts++;
        if (parts > 1 && sign != '=')
            continue;
        leaves_word(leaves, &words[leaf->word_count++],
                    rls_bytes_of(text.data + tokens[i].start, tokens[i].end - tokens[i].start),
                    sign);
        i += parts;
    }
    CHECK(leaf->word_count > 0);
}

#endif
