#include "search/term_walk.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/runner.h"
#include "termdict/termdict_writer.h"

enum {
    TERMS = 1200,
    ROUNDS = 400
};

/* A dictionary of random words, and the words themselves in order. */
typedef struct bench {
    rls_heap       heap;
    rls_arena      arena;
    rls_analyzer  *folder;
    rls_directory *directory;
    rls_mapping    mapping;
    rls_termdict   dict;
    char           words[TERMS][32];
    uint32_t       count;
} bench;

static int
compare_words(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Letters of one, two and three bytes; many words begin alike. */
static void
draw_word(rls_random *random, const char *begin, uint32_t most, char *out)
{
    static const char *const letters[] = {"a", "b", "c", "z", "\xc3\xa9", "\xe2\x82\xac"};

    strcpy(out, begin);
    for (uint32_t i = 1 + rls_random_below(random, most); i > 0; i--)
        strcat(out, letters[rls_random_below(random, 6)]);
}

static void
write_words(bench *b)
{
    rls_termdict_writer *writer;
    rls_output           output;
    rls_term_info        info = {.doc_freq = 1, .total_freq = 1};

    CHECK_OK(rls_directory_open_ram(&b->heap, &b->directory, NULL));
    CHECK_OK(rls_output_open(&output, b->directory, "x", NULL));
    CHECK_OK(rls_termdict_writer_new(&b->heap, &writer, NULL));
    for (uint32_t i = 0; i < b->count; i++) {
        info.doc_freq = info.total_freq = i + 1; /* tells which one it is */
        CHECK_OK(rls_termdict_writer_add(writer, rls_bytes_of(b->words[i], strlen(b->words[i])),
                                         &info, NULL));
    }
    CHECK_OK(rls_termdict_writer_finish(writer, &output, NULL));
    rls_termdict_writer_free(writer);
    CHECK_OK(rls_output_finish(&output, false, NULL));
    CHECK_OK(b->directory->ops->map(b->directory, "x", &b->mapping, NULL));
    CHECK_OK(rls_termdict_open(&b->dict, b->mapping.bytes, "x", NULL));
}

static void
bench_init(bench *b, rls_random *random)
{
    static const char *const begins[] = {"", "", "abcab", "zz\xc3\xa9"};
    uint32_t                 kept = 0;

    rls_heap_init(&b->heap, NULL, SIZE_MAX);
    rls_arena_init(&b->arena, &b->heap, 4096);
    CHECK_OK(rls_analyzer_new(&b->heap, rls_bytes_of("none", 4), &b->folder, NULL));
    for (uint32_t i = 0; i < TERMS; i++)
        draw_word(random, begins[rls_random_below(random, 4)], 6, b->words[i]);
    qsort(b->words, TERMS, sizeof *b->words, compare_words);
    for (uint32_t i = 0; i < TERMS; i++)
        if (kept == 0 || strcmp(b->words[kept - 1], b->words[i]) != 0)
            memmove(b->words[kept++], b->words[i], sizeof *b->words);
    b->count = kept;
    write_words(b);
}

static void
bench_release(bench *b)
{
    b->directory->ops->unmap(b->directory, &b->mapping);
    rls_directory_close(b->directory);
    rls_analyzer_free(b->folder);
    rls_arena_release(&b->arena);
    CHECK_EQ_U64(b->heap.used, 0);
}

/* The walk finds the words that match when each is held against the pattern, in their order. */
static void
check_walk(bench *b, rls_pattern_walker *walker, const char *prefix, uint32_t patience)
{
    rls_bytes     begin = rls_bytes_of(prefix, strlen(prefix));
    rls_term_walk walk;
    uint32_t      at = 0, edits;
    rls_status    status = RLS_OK;

    CHECK_OK(rls_term_walk_init(&walk, &b->heap, &b->dict, begin, walker, NULL));
    for (;;) {
        const char *word;
        bool        leaps = begin.size > 0 || rls_pattern_walker_needle(walker).size == 0;
        uint32_t    before = walk.started ? walk.cursor.ordinal : 0;
        status = rls_term_walk_next(&walk, patience, NULL);
        CHECK(leaps || walk.cursor.ordinal - before <= patience);
        if (status == RLS_TIMEOUT)
            continue;
        for (; at < b->count; at++) {
            word = b->words[at];
            if (strncmp(word, prefix, begin.size) == 0 &&
                rls_pattern_walker_match(
                    walker, rls_bytes_of(word + begin.size, strlen(word) - begin.size), &edits))
                break;
        }
        if (status != RLS_OK || at == b->count)
            break;
        CHECK_EQ_U64(walk.cursor.ordinal, at);
        CHECK_EQ_U64(walk.cursor.info.doc_freq, at + 1);
        CHECK_EQ_U64(walk.edits, edits);
        at++;
    }
    CHECK_EQ_I64(status, RLS_NOT_FOUND);
    CHECK_EQ_U64(at, b->count);
    rls_term_walk_release(&walk);
}

static void
draw_pattern(bench *b, rls_random *random, rls_pattern_kind *out_kind, char *out)
{
    static const char *const regexes[] = {"a.*", ".*b(c|z)+", "(ab|zz).{1,4}", "[^a]+", ".{3}"};
    const char              *word = b->words[rls_random_below(random, b->count)];

    *out_kind = (rls_pattern_kind)rls_random_below(random, 4);
    if (*out_kind == RLS_PATTERN_REGEX) {
        strcpy(out, regexes[rls_random_below(random, 5)]);
    } else if (*out_kind == RLS_PATTERN_WILDCARD) {
        char letters[32];
        out[0] = '\0';
        for (uint32_t i = 1 + rls_random_below(random, 3); i > 0; i--) {
            draw_word(random, "", 2, letters);
            strcat(out, rls_random_below(random, 3) == 0 ? "?" : "*");
            strcat(out, rls_random_below(random, 5) == 0 ? "" : letters);
        }
    } else {
        strcpy(out, word);
        if (*out_kind == RLS_PATTERN_PREFIX)
            out[1 + rls_random_below(random, 3)] = '\0';
    }
}

TEST(a_walk_finds_the_words_that_match)
{
    static const char *const prefixes[] = {"", "", "a", "abcab", "zz", "zz\xc3\xa9"};
    rls_random               random = {rls_test_seed()};
    bench                   *b = malloc(sizeof *b);

    bench_init(b, &random);
    for (int round = 0; round < ROUNDS; round++) {
        rls_pattern_kind    kind;
        const rls_pattern  *pattern;
        rls_pattern_walker *walker;
        char                text[64];
        draw_pattern(b, &random, &kind, text);
        if (rls_pattern_compile(&b->heap, &b->arena, b->folder, kind,
                                rls_bytes_of(text, strlen(text)), 1 + rls_random_below(&random, 2),
                                &pattern, NULL) != RLS_OK)
            continue;
        CHECK_OK(rls_pattern_walker_new(&b->heap, pattern, &walker, NULL));
        check_walk(b, walker, prefixes[rls_random_below(&random, 6)],
                   1 + rls_random_below(&random, 50));
        rls_pattern_walker_free(walker);
    }
    bench_release(b);
    free(b);
}
