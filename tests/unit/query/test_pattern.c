#include "query/pattern.h"

#include <regex.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/edit_distance.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

typedef struct bench {
    rls_heap            heap;
    rls_arena           arena;
    rls_analyzer       *folder;
    const rls_pattern  *pattern;
    rls_pattern_walker *walker;
} bench;

static void
bench_init(bench *b)
{
    rls_heap_init(&b->heap, NULL, SIZE_MAX);
    rls_arena_init(&b->arena, &b->heap, 4096);
    CHECK(rls_analyzer_new(&b->heap, rls_bytes_of("none", 4), &b->folder, NULL) == RLS_OK);
    b->pattern = NULL;
    b->walker = NULL;
}

static void
bench_release(bench *b)
{
    rls_pattern_walker_free(b->walker);
    rls_analyzer_free(b->folder);
    rls_arena_release(&b->arena);
}

static rls_status
compile(bench *b, rls_pattern_kind kind, const char *text, uint32_t edits, rls_error *err)
{
    rls_status status;

    rls_pattern_walker_free(b->walker);
    b->walker = NULL;
    status = rls_pattern_compile(&b->heap, &b->arena, b->folder, kind,
                                 rls_bytes_of(text, strlen(text)), edits, &b->pattern, err);
    if (status == RLS_OK)
        status = rls_pattern_walker_new(&b->heap, b->pattern, &b->walker, err);
    return status;
}

static bool
matches(bench *b, const char *word)
{
    uint32_t edits;

    return rls_pattern_walker_match(b->walker, rls_bytes_of(word, strlen(word)), &edits);
}

static void
check_matches(rls_pattern_kind kind, const char *pattern, const char *yes, const char *no)
{
    bench b;
    char  words[200], *rest, *word;

    bench_init(&b);
    CHECK(compile(&b, kind, pattern, 1, NULL) == RLS_OK);
    for (int wanted = 1; wanted >= 0; wanted--) {
        snprintf(words, sizeof words, "%s", wanted ? yes : no);
        for (word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
            if (matches(&b, word) != (wanted == 1))
                rls_test_fail(__FILE__, __LINE__, "%s and %s", pattern, word);
    }
    bench_release(&b);
}

TEST(a_prefix_matches_words_that_begin_so)
{
    check_matches(RLS_PATTERN_PREFIX, "disarm", "disarm disarmament", "disar disaster");
    check_matches(RLS_PATTERN_PREFIX, "M\xc4\x81o", "maori mao", "ma m\xc4\x81ori");
}

TEST(wildcards_stand_for_characters)
{
    check_matches(RLS_PATTERN_WILDCARD, "m?nister*al", "ministerial monisteral",
                  "minister mnisteral");
    check_matches(RLS_PATTERN_WILDCARD, "*ism", "ism prism", "isms");
    check_matches(RLS_PATTERN_WILDCARD, "?", "a \xc3\xa9 \xe6\xa2\x85", "ab");
    check_matches(RLS_PATTERN_WILDCARD, "a*b*c*d*", "abcd axbxcxdx", "abc bacd");
    check_matches(RLS_PATTERN_WILDCARD, "***", "a abc", "");
    check_matches(RLS_PATTERN_WILDCARD, "STRA\xc3\x9f*", "strasse", "strase");
}

TEST(regular_expressions_match_whole_words)
{
    check_matches(RLS_PATTERN_REGEX, "clust(er|ers)", "cluster clusters",
                  "clust clustered xcluster");
    check_matches(RLS_PATTERN_REGEX, "^[A-C]+\\d{2,3}$", "a12 cab123", "12 a1 a1234 d12");
    check_matches(RLS_PATTERN_REGEX, "(?:ab?)*c", "c ac abac", "abab bc");
    check_matches(RLS_PATTERN_REGEX, "[^a-y]{0,2}", "z zz", "zzz a");
    check_matches(RLS_PATTERN_REGEX, "(a|b|)x", "ax bx x", "cx");
    check_matches(RLS_PATTERN_REGEX, "a{0}b{,2}c{1,}", "c bbcc", "ac bbbc bb");
    check_matches(RLS_PATTERN_REGEX, "a\\.b\\\\?", "a.b a.b\\", "axb");
    check_matches(RLS_PATTERN_REGEX, "M\xc4\x81ori", "maori", "mori");
    check_matches(RLS_PATTERN_REGEX, "[\xc4\x80]x|\\W", "ax -", "a");
    check_matches(RLS_PATTERN_REGEX, "x{a}", "x{a}", "xa");
    check_matches(RLS_PATTERN_REGEX, "(((a+)+)+)+", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                  "aaaaaaaaaaab");
}

TEST(what_is_no_regular_expression_is_told_with_its_byte)
{
    static const struct {
        const char *text;
        uint64_t    offset;
    } bad[] = {{"a(b", 1}, {"a)", 1},     {"[ab", 0},         {"*a", 0},
               {"a|+", 2}, {"a{3,2}", 1}, {"a{2000}", 1},     {"[b-a]", 0},
               {"a\\", 1}, {"", 0},       {"(a{1000}){9}", 0}};
    bench b;

    bench_init(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rls_error error = {0};
        if (compile(&b, RLS_PATTERN_REGEX, bad[i].text, 0, &error) != RLS_BAD_QUERY ||
            error.offset != bad[i].offset)
            rls_test_fail(__FILE__, __LINE__, "%s: byte %" PRIu64 ", %s", bad[i].text, error.offset,
                          error.message);
    }
    bench_release(&b);
}

/* --- oracles --- */

static void
random_word(rls_random *random, const char *letters, uint32_t most, char *out)
{
    uint32_t size = (uint32_t)(rls_random_next(random) % (most + 1));

    for (uint32_t i = 0; i < size; i++)
        out[i] = letters[rls_random_next(random) % strlen(letters)];
    out[size] = '\0';
}

TEST(fuzzy_words_are_those_within_the_distance)
{
    rls_random random;
    bench      b;

    random.state = rls_test_seed();
    bench_init(&b);
    for (int round = 0; round < 300; round++) {
        char     word[32], other[32];
        uint32_t edits = (uint32_t)(rls_random_next(&random) % 3), found, right;
        random_word(&random, "abc", 8, word);
        if (word[0] == '\0')
            continue;
        CHECK(compile(&b, RLS_PATTERN_FUZZY, word, edits, NULL) == RLS_OK);
        for (int i = 0; i < 60; i++) {
            bool near;
            random_word(&random, "abcd", 9, other);
            right = edit_distance(word, other);
            near = rls_pattern_walker_match(b.walker, rls_bytes_of(other, strlen(other)), &found);
            if (near != (right <= edits) || (near && found != right))
                rls_test_fail(__FILE__, __LINE__, "%s~%u %s: %u", word, edits, other, right);
        }
    }
    bench_release(&b);
}

TEST(edits_are_counted_in_characters)
{
    bench b;

    bench_init(&b);
    CHECK(compile(&b, RLS_PATTERN_FUZZY, "\xe6\xa2\x85\xe8\x8a\xb1", 1, NULL) == RLS_OK);
    CHECK(matches(&b, "\xe6\xa2\x85"));
    CHECK(matches(&b, "\xe8\x8a\xb1\xe6\xa2\x85"));
    CHECK(matches(&b, "\xe6\xa2\x85\xe8\x8a\xb2"));
    CHECK(!matches(&b, "\xe6\xa2\x86\xe8\x8a\xb2"));
    bench_release(&b);
}

/* Whether `word` matches, letter by letter. */
static bool
wild(const char *pattern, const char *word)
{
    if (*pattern == '*')
        return wild(pattern + 1, word) || (*word != '\0' && wild(pattern, word + 1));
    if (*pattern == '\0' || *word == '\0')
        return *pattern == *word;
    return (*pattern == '?' || *pattern == *word) && wild(pattern + 1, word + 1);
}

TEST(random_wildcards_match_as_their_definition_says)
{
    rls_random random;
    bench      b;

    random.state = rls_test_seed() + 1;
    bench_init(&b);
    for (int round = 0; round < 400; round++) {
        char pattern[32], word[32];
        random_word(&random, "ab?*", 8, pattern);
        if (pattern[0] == '\0')
            continue;
        CHECK(compile(&b, RLS_PATTERN_WILDCARD, pattern, 0, NULL) == RLS_OK);
        for (int i = 0; i < 40; i++) {
            random_word(&random, "ab", 9, word);
            if (matches(&b, word) != wild(pattern, word))
                rls_test_fail(__FILE__, __LINE__, "%s and %s", pattern, word);
        }
    }
    bench_release(&b);
}

static void
random_regex(rls_random *random, int depth, char *out)
{
    uint32_t parts = 1 + (uint32_t)(rls_random_next(random) % 3);

    for (uint32_t i = 0; i < parts; i++) {
        static const char *const atoms[] = {"a", "b", ".", "[ab]", "[^a]", "[a-c]"};
        static const char *const signs[] = {"",  "",    "",      "*",     "+",
                                            "?", "{2}", "{1,2}", "{0,1}", "{2,}"};
        if (depth > 0 && rls_random_next(random) % 3 == 0) {
            strcat(out, "(");
            random_regex(random, depth - 1, out);
            if (rls_random_next(random) % 2 == 0) {
                strcat(out, "|");
                random_regex(random, depth - 1, out);
            }
            strcat(out, ")");
        } else {
            strcat(out, atoms[rls_random_next(random) % (sizeof atoms / sizeof *atoms)]);
        }
        strcat(out, signs[rls_random_next(random) % (sizeof signs / sizeof *signs)]);
    }
}

TEST(random_regular_expressions_match_what_the_system_matches)
{
    rls_random random;
    bench      b;

    random.state = rls_test_seed() + 2;
    bench_init(&b);
    for (int round = 0; round < 150; round++) {
        char    text[4096] = "", anchored[4200], word[32];
        regex_t system;
        random_regex(&random, 2, text);
        snprintf(anchored, sizeof anchored, "^(%s)$", text);
        if (regcomp(&system, anchored, REG_EXTENDED | REG_NOSUB) != 0)
            continue;
        CHECK(compile(&b, RLS_PATTERN_REGEX, text, 0, NULL) == RLS_OK);
        for (int i = 0; i < 30; i++) {
            random_word(&random, "abcd", 7, word);
#ifdef __GLIBC__ /* musl counts repeats of repeats wrongly */
            if (matches(&b, word) != (regexec(&system, word, 0, NULL, 0) == 0))
                rls_test_fail(__FILE__, __LINE__, "%s and %s", text, word);
#else
            matches(&b, word);
#endif
        }
        regfree(&system);
    }
    bench_release(&b);
}

TEST(more_states_than_fit_are_made_again)
{
    /* The last ten letters decide, so that there are 2^10 states and more. */
    rls_random random;
    bench      b;
    uint32_t   age;

    random.state = rls_test_seed() + 3;
    bench_init(&b);
    CHECK(compile(&b, RLS_PATTERN_REGEX, "[ab]*a[ab]{11}", 0, NULL) == RLS_OK);
    age = rls_pattern_walker_age(b.walker);
    for (int i = 0; i < 3000; i++) {
        char     word[32];
        size_t   size;
        uint32_t edits;
        random_word(&random, "ab", 30, word);
        size = strlen(word);
        if (rls_pattern_walker_match(b.walker, rls_bytes_of(word, size), &edits) !=
            (size >= 12 && word[size - 12] == 'a'))
            rls_test_fail(__FILE__, __LINE__, "%s", word);
    }
    CHECK(rls_pattern_walker_age(b.walker) > age);
    bench_release(&b);
}

TEST(the_next_point_is_the_least_that_leads_on)
{
    bench b;

    bench_init(&b);
    CHECK(compile(&b, RLS_PATTERN_REGEX, "[c-e]x|m", 0, NULL) == RLS_OK);
    CHECK_EQ_U64(rls_pattern_walker_next_point(b.walker, RLS_PATTERN_START, 0), 'c');
    CHECK_EQ_U64(rls_pattern_walker_next_point(b.walker, RLS_PATTERN_START, 'c'), 'd');
    CHECK_EQ_U64(rls_pattern_walker_next_point(b.walker, RLS_PATTERN_START, 'e'), 'm');
    CHECK_EQ_U64(rls_pattern_walker_next_point(b.walker, RLS_PATTERN_START, 'm'), UINT32_MAX);
    bench_release(&b);
}

TEST(making_a_pattern_survives_failing_allocations)
{
    static const struct {
        rls_pattern_kind kind;
        const char      *text;
    } all[] = {{RLS_PATTERN_REGEX, "a(b|[^c-e\xc3\xa9]{2,3})*"},
               {RLS_PATTERN_FUZZY, "munitons"},
               {RLS_PATTERN_WILDCARD, "m?nister*al"}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (uint64_t nth = 1;; nth++) {
            rls_heap_faulty     faulty;
            rls_heap            heap;
            rls_arena           arena;
            rls_analyzer       *folder = NULL;
            const rls_pattern  *pattern;
            rls_pattern_walker *walker = NULL;
            rls_status          status;

            rls_heap_faulty_init(&faulty, nth, false);
            rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
            rls_arena_init(&arena, &heap, 4096);
            status = rls_analyzer_new(&heap, rls_bytes_of("none", 4), &folder, NULL);
            if (status == RLS_OK)
                status = rls_pattern_compile(&heap, &arena, folder, all[i].kind,
                                             rls_bytes_of(all[i].text, strlen(all[i].text)), 2,
                                             &pattern, NULL);
            if (status == RLS_OK)
                status = rls_pattern_walker_new(&heap, pattern, &walker, NULL);
            rls_pattern_walker_free(walker);
            rls_analyzer_free(folder);
            rls_arena_release(&arena);
            CHECK(faulty.live == 0);
            if (status == RLS_OK)
                break;
            CHECK(status == RLS_NO_MEMORY);
        }
    }
}
