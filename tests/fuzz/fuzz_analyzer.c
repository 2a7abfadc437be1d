/* The analyzer over the tokens of any bytes: folding and terms. */
#include "analysis/analyzer.h"
#include "analysis/normalizer.h"
#include "fuzz.h"

enum {
    CAPACITY = 64
};

static rls_bytes
keep(uint8_t *memory, size_t room, rls_bytes bytes)
{
    FUZZ_CHECK(bytes.size <= room);
    if (bytes.size > 0)
        memcpy(memory, bytes.data, bytes.size);
    return rls_bytes_of(memory, bytes.size);
}

/* Levels on top of each other are the highest; text comes out. */
static void
check_folds(rls_analyzer *analyzer, rls_bytes text)
{
    size_t    room = 32 * text.size + 64;
    uint8_t  *first = malloc(room), *second = malloc(room);
    rls_bytes all, folded = text;

    if (first == NULL || second == NULL)
        abort();
    FUZZ_CHECK(rls_analyzer_fold(analyzer, text, RLS_FOLD_ALL, &all, NULL) == RLS_OK);
    FUZZ_CHECK(fuzz_is_utf8(all));
    FUZZ_CHECK((all.size == 0) == (text.size == 0));
    all = keep(first, room, all);
    for (int level = RLS_FOLD_FORM; level <= RLS_FOLD_ALL; level++) {
        FUZZ_CHECK(rls_analyzer_fold(analyzer, folded, (rls_fold_level)level, &folded, NULL) ==
                   RLS_OK);
        FUZZ_CHECK(fuzz_is_utf8(folded));
        folded = keep(second, room, folded);
    }
    FUZZ_CHECK(fuzz_equal(all, folded));
    free(first);
    free(second);
}

/* Surfaces that fold to the same have one term. */
static void
check_term(rls_analyzer *analyzer, rls_bytes surface)
{
    uint8_t   memory[RLS_TERM_MAX], folded_memory[32 * RLS_TOKEN_MAX_SIZE + 64];
    rls_bytes term, folded, again;

    FUZZ_CHECK(rls_analyzer_term(analyzer, surface, &term, NULL) == RLS_OK);
    FUZZ_CHECK(term.size > 0 && term.size <= RLS_TERM_MAX);
    FUZZ_CHECK(term.data[0] >= 0x20 && fuzz_is_utf8(term));
    term = keep(memory, sizeof memory, term);
    FUZZ_CHECK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_ALL, &folded, NULL) == RLS_OK);
    folded = keep(folded_memory, sizeof folded_memory, folded);
    FUZZ_CHECK(rls_analyzer_term(analyzer, folded, &again, NULL) == RLS_OK);
    FUZZ_CHECK(fuzz_equal(term, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {"english", "none",    "french",  "de",
                                            "turkish", "finnish", "russian", "porter"};
    fuzz_input               input = {data, size};
    const char              *language = languages[fuzz_u8(&input) % 8];
    rls_bytes                text = rls_bytes_of(input.data, input.size);
    rls_heap                 heap;
    rls_analyzer            *analyzer;
    rls_tokenizer            tokenizer;
    rls_token                tokens[CAPACITY];
    size_t                   count;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_analyzer_new(&heap, rls_bytes_of(language, strlen(language)), &analyzer, NULL) ==
               RLS_OK);
    check_folds(analyzer, text);
    rls_tokenizer_init(&tokenizer, text, 0);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, CAPACITY)) > 0) {
        for (size_t i = 0; i < count; i++)
            check_term(analyzer,
                       rls_bytes_of(text.data + tokens[i].start, tokens[i].end - tokens[i].start));
    }
    (void)rls_analyzer_has_marks(analyzer, text);
    (void)rls_normalizer_is_word(text);
    rls_analyzer_free(analyzer);
    fuzz_heap_end(&heap);
    return 0;
}
