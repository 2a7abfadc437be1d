#include "snippet/highlighter.h"

#include "base/random.h"
#include "leaves.h"
#include "support/heap_faulty.h"

static const char *const no_more = NULL;

/* The spans as "leaf:text|leaf:text"; NULL ends the query. The text is an exact copy. */
static const char *
spans_in(const char *language, const char *field, const char *text, const char *const *query)
{
    static char all[8192];
    test_leaves leaves;
    rls_buffer  spans;
    size_t      size = strlen(text), at = 0;
    uint8_t    *exact = malloc(size + 1);

    leaves_init(&leaves, language);
    for (; *query != NULL; query++)
        leaves_add(&leaves, *query, 1.0f);
    memcpy(exact + 1, text, size);
    rls_buffer_init(&spans, &leaves.heap);
    CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                  rls_bytes_of(field, strlen(field)), rls_bytes_of(exact + 1, size),
                                  &spans, NULL));
    all[0] = '\0';
    for (size_t i = 0; i < spans.size / sizeof(rls_mark_span); i++) {
        const rls_mark_span *span = (const rls_mark_span *)(void *)spans.data + i;
        CHECK(span->start < span->end && span->end <= size);
        at +=
            (size_t)snprintf(all + at, sizeof all - at, "%s%u:%.*s", i == 0 ? "" : "|", span->leaf,
                             (int)(span->end - span->start), (const char *)exact + 1 + span->start);
        CHECK(at < sizeof all);
    }
    rls_buffer_release(&spans);
    free(exact);
    leaves_release(&leaves);
    return all;
}

#define SPANS(text, ...)                                                                           \
    spans_in("english", "body", text, (const char *const[]){__VA_ARGS__, no_more})

TEST(a_word_is_marked_in_any_inflection_without_the_punctuation_around_it)
{
    CHECK_EQ_STR(SPANS("Munitions. (munition), \"MUNITIONS\"; ammunition", "munition"),
                 "0:Munitions|0:munition|0:MUNITIONS");
}

TEST(folded_words_are_marked_with_their_marks)
{
    CHECK_EQ_STR(SPANS("Māori, Maori and MĀORI; Ma\xcc\x84ori too", "maori"),
                 "0:Māori|0:Maori|0:MĀORI|0:Ma\xcc\x84ori");
    CHECK_EQ_STR(SPANS("Māori, Maori", "Māori"), "0:Māori|0:Maori");
}

TEST(an_exact_word_marks_its_form_alone)
{
    CHECK_EQ_STR(SPANS("Māori, Maori, māori, Ma\xcc\x84ori", "=Māori"), "0:Māori|0:Ma\xcc\x84ori");
    CHECK_EQ_STR(SPANS("expense expenses Expenses", "=expenses"), "0:expenses");
    CHECK_EQ_STR(SPANS("multi-agent multi agent Multi-Agent", "=multi-agent"), "0:multi-agent");
}

TEST(a_quoted_word_folds_case_and_marks_unless_a_mark_is_typed)
{
    CHECK_EQ_STR(SPANS("Expenses expense EXPENSES", "\"expenses"), "0:Expenses|0:EXPENSES");
    CHECK_EQ_STR(SPANS("Māori Maori MĀORI", "\"māori"), "0:Māori|0:MĀORI");
    CHECK_EQ_STR(SPANS("Māori Maori MĀORI", "\"maori"), "0:Māori|0:Maori|0:MĀORI");
}

TEST(a_phrase_is_one_span)
{
    CHECK_EQ_STR(
        SPANS("a ban on Cluster  Munitions, not clusters of munitions", "\"cluster munitions"),
        "0:Cluster  Munitions");
    CHECK_EQ_STR(SPANS("cluster munition", "\"cluster munitions"), "");
    CHECK_EQ_STR(SPANS("cluster munition", "\"cluster munitions\"~"), "0:cluster munition");
    CHECK_EQ_STR(SPANS("a b a b a", "\"a b a"), "0:a b a|0:a b a");
    CHECK_EQ_STR(SPANS("a a a a", "\"a a a"), "0:a a a|0:a a a");
    CHECK_EQ_STR(SPANS("x a", "\"a x"), "");
}

TEST(a_phrase_ends_where_another_word_stands_between)
{
    CHECK_EQ_STR(SPANS("one two one three two three", "\"one two three"), "");
    CHECK_EQ_STR(SPANS("one one two three", "\"one two three"), "0:one two three");
}

TEST(a_phrase_of_parts_finds_the_compound_and_the_other_way_round)
{
    CHECK_EQ_STR(SPANS("a multi-agent system, a multi agent system", "\"multi agent"),
                 "0:multi-agent|0:multi agent");
    CHECK_EQ_STR(SPANS("a multi-agent system, a multi agent system", "\"multi-agent system"),
                 "0:multi-agent system|0:multi agent system");
    CHECK_EQ_STR(SPANS("C++ code and C code", "\"c++ code"), "0:C++ code");
    CHECK_EQ_STR(SPANS("C++ code and C code", "\"c code"), "0:C++ code|0:C code");
}

TEST(wholes_and_parts_of_compounds_are_marked_as_they_match)
{
    CHECK_EQ_STR(SPANS("multi-agent", "multi-agent"), "0:multi-agent");
    CHECK_EQ_STR(SPANS("multi-agent", "agent"), "0:agent");
    CHECK_EQ_STR(SPANS("C++ and C#, .NET, #tag", "c++", "c#", ".net", "tag"),
                 "0:C++|1:C#|2:.NET|3:tag");
    CHECK_EQ_STR(SPANS("write to info@example.govt.nz now", "=info@example.govt.nz", "example"),
                 "0:info@example.govt.nz|1:example");
}

TEST(a_prefix_marks_the_largest_token_that_begins_so)
{
    CHECK_EQ_STR(SPANS("disarm, Disarmament; arm multi-agent Dísarmed", "disarm*", "multi*"),
                 "0:disarm|0:Disarmament|1:multi-agent|0:Dísarmed");
}

TEST(several_leaves_may_mark_the_same_bytes)
{
    CHECK_EQ_STR(
        SPANS("cluster munitions", "cluster", "munitions", "\"cluster munitions", "clust*"),
        "2:cluster munitions|0:cluster|3:cluster|1:munitions");
}

TEST(a_leaf_of_a_field_marks_that_field_alone)
{
    const char *const query[] = {"title:oslo", "oslo", no_more};

    CHECK_EQ_STR(spans_in("english", "title", "Oslo", query), "0:Oslo|1:Oslo");
    CHECK_EQ_STR(spans_in("english", "body", "Oslo", query), "1:Oslo");
}

TEST(the_language_of_the_text_decides_its_stems)
{
    const char *const query[] = {"Häuser", no_more};

    CHECK_EQ_STR(spans_in("german", "body", "Das Haus, die Häuser", query), "0:Haus|0:Häuser");
    CHECK_EQ_STR(spans_in("none", "body", "Das Haus, die Häuser", query), "0:Häuser");
}

TEST(pairs_of_characters_mark_text_without_spaces)
{
    CHECK_EQ_STR(SPANS("日本語の文書", "\"日本語"), "0:日本語");
    CHECK_EQ_STR(SPANS("日本語の文書", "本語"), "0:本語");
}

TEST(nothing_wanted_and_nothing_given_mark_nothing)
{
    CHECK_EQ_STR(spans_in("english", "body", "text", (const char *const[]){no_more}), "");
    CHECK_EQ_STR(SPANS("", "word"), "");
    CHECK_EQ_STR(SPANS("\xff\xfe word \xc3", "word"), "0:word");
}

/* The plain truth: every token against every word, every start of a phrase tried. */
static void
find_plainly(test_leaves *leaves, rls_bytes text, rls_buffer *out)
{
    static rls_token tokens[4096];
    rls_tokenizer    tokenizer;
    size_t           count;

    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, 4096);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t leaf = 0; leaf < leaves->count; leaf++) {
            uint32_t word = 0, end = 0;
            for (size_t j = i; j < count && word < leaves->items[leaf].word_count; j++) {
                const rls_match_word *wanted = &leaves->items[leaf].words[word];
                rls_bytes             result;
                if (tokens[j].position != tokens[i].position + word || (j != i && word == 0))
                    continue;
                CHECK_OK(rls_analyzer_term(
                    leaves->analyzer,
                    rls_bytes_of(text.data + tokens[j].start, tokens[j].end - tokens[j].start),
                    &result, NULL));
                if (rls_bytes_compare(result, wanted->terms[0]) == 0) {
                    word++;
                    end = tokens[j].end;
                }
            }
            if (word == leaves->items[leaf].word_count) {
                rls_mark_span span = {tokens[i].start, end, leaf};
                rls_buffer_append(out, &span, sizeof span);
            }
        }
    }
}

static bool
has_span(const rls_buffer *spans, const rls_mark_span *wanted)
{
    for (size_t i = 0; i < spans->size / sizeof *wanted; i++) {
        const rls_mark_span *span = (const rls_mark_span *)(void *)spans->data + i;
        if (span->start == wanted->start && span->end == wanted->end && span->leaf == wanted->leaf)
            return true;
    }
    return false;
}

TEST(random_texts_and_queries_give_what_a_plain_search_gives)
{
    static const char *const vocabulary[] = {"a", "b", "c", "a-b", "b-a", "C++", "#a", "abs"};
    rls_random               random = {rls_test_seed()};

    for (int round = 0; round < 300; round++) {
        test_leaves leaves;
        rls_buffer  text, spans, plain;
        leaves_init(&leaves, "english");
        rls_buffer_init(&text, &leaves.heap);
        rls_buffer_init(&spans, &leaves.heap);
        rls_buffer_init(&plain, &leaves.heap);
        for (uint32_t i = rls_random_below(&random, 60); i > 0; i--) {
            const char *word = vocabulary[rls_random_below(&random, 8)];
            rls_buffer_append(&text, word, strlen(word));
            rls_buffer_put_u8(&text, ' ');
        }
        for (uint32_t i = 0; i < 4; i++) {
            char phrase[64] = "\"";
            for (uint32_t j = rls_random_below(&random, 4) + 1; j > 0; j--) {
                strcat(phrase, vocabulary[rls_random_below(&random, 8)]);
                strcat(phrase, " ");
            }
            strcat(phrase, "\"~");
            leaves_add(&leaves, phrase, 1.0f);
        }
        CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                      rls_bytes_of("body", 4), rls_buffer_bytes(&text), &spans,
                                      NULL));
        find_plainly(&leaves, rls_buffer_bytes(&text), &plain);
        for (size_t i = 0; i < spans.size / sizeof(rls_mark_span); i++) {
            const rls_mark_span *span = (const rls_mark_span *)(void *)spans.data + i;
            CHECK(has_span(&plain, span));
            CHECK(i == 0 || span[-1].start <= span->start);
        }
        for (size_t i = 0; i < plain.size / sizeof(rls_mark_span); i++)
            CHECK(has_span(&spans, (const rls_mark_span *)(void *)plain.data + i));
        rls_buffer_release(&text);
        rls_buffer_release(&spans);
        rls_buffer_release(&plain);
        leaves_release(&leaves);
    }
}

TEST(one_highlighter_finds_in_text_after_text_what_a_new_one_finds_in_each)
{
    static const char *const vocabulary[] = {
        "Munitions", "munition", "M\xc4\x81ori", "maori",       "minister", "happy",
        "Happiness", "C++",      "\xc3\x84rzte", "multi-agent", "U.S.",     "zebra"};
    static const char *const languages[] = {"english", "german", "french", "none"};
    static const char *const asked[] = {"munitions", "=Munitions",    "\"multi agent\"~",
                                        "maori",     "\"C++ happy\"", "happ*",
                                        "us",        "\xc3\xa4rzte"};
    rls_random               random = {rls_test_seed()};

    for (int round = 0; round < 120; round++) {
        test_leaves      leaves;
        rls_highlighter *highlighter;
        rls_buffer       text, spans, alone;
        leaves_init(&leaves, languages[round % 4]);
        rls_buffer_init(&text, &leaves.heap);
        rls_buffer_init(&spans, &leaves.heap);
        rls_buffer_init(&alone, &leaves.heap);
        /* Patterns keep every word in sight: with and without them. */
        for (uint32_t i = 1 + rls_random_below(&random, 4); i > 0; i--)
            leaves_add(&leaves, asked[rls_random_below(&random, 8)], 1.0f);
        CHECK_OK(rls_highlighter_new(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                     rls_bytes_of("body", 4), &highlighter, NULL));
        for (int n = 0; n < 6; n++) {
            rls_buffer_clear(&text);
            rls_buffer_clear(&spans);
            rls_buffer_clear(&alone);
            for (uint32_t i = rls_random_below(&random, 40); i > 0; i--) {
                const char *word = vocabulary[rls_random_below(&random, 12)];
                rls_buffer_append(&text, word, strlen(word));
                rls_buffer_put_u8(&text, ' ');
            }
            CHECK_OK(rls_highlighter_run(highlighter, rls_buffer_bytes(&text), &spans, NULL));
            CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                          rls_bytes_of("body", 4), rls_buffer_bytes(&text), &alone,
                                          NULL));
            CHECK(rls_bytes_compare(rls_buffer_bytes(&spans), rls_buffer_bytes(&alone)) == 0);
        }
        rls_highlighter_free(highlighter);
        rls_buffer_release(&text);
        rls_buffer_release(&spans);
        rls_buffer_release(&alone);
        leaves_release(&leaves);
    }
    rls_highlighter_free(NULL);
}

TEST(a_text_with_more_distinct_words_than_are_remembered_is_marked_whole)
{
    test_leaves leaves;
    rls_buffer  text, spans;
    char        word[16];
    size_t      expected = 0;

    leaves_init(&leaves, "english");
    leaves_add(&leaves, "needle", 1.0f);
    rls_buffer_init(&text, &leaves.heap);
    rls_buffer_init(&spans, &leaves.heap);
    for (int i = 0; i < 70000; i++) {
        int size = snprintf(word, sizeof word, "n%d ", i);
        rls_buffer_append(&text, word, (size_t)size);
        if (i % 1000 == 0) {
            rls_buffer_append(&text, "needles ", 8);
            expected++;
        }
    }
    CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                  rls_bytes_of("body", 4), rls_buffer_bytes(&text), &spans, NULL));
    CHECK_EQ_U64(spans.size / sizeof(rls_mark_span), expected);
    rls_buffer_release(&text);
    rls_buffer_release(&spans);
    leaves_release(&leaves);
}

TEST(a_long_phrase_over_many_repeats_takes_linear_memory)
{
    test_leaves leaves;
    rls_buffer  text, spans;
    char        phrase[2 * 1000 + 2] = "\"";

    leaves_init(&leaves, "english");
    for (size_t i = 0; i < 1000; i++)
        memcpy(phrase + 1 + 2 * i, "a ", 3);
    leaves_add(&leaves, phrase, 1.0f);
    CHECK_EQ_U64(leaves.items[0].word_count, 1000);
    rls_buffer_init(&text, &leaves.heap);
    rls_buffer_init(&spans, &leaves.heap);
    for (int i = 0; i < 5000; i++)
        rls_buffer_append(&text, "a ", 2);
    CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                  rls_bytes_of("body", 4), rls_buffer_bytes(&text), &spans, NULL));
    CHECK_EQ_U64(spans.size / sizeof(rls_mark_span), 5000 - 999);
    CHECK(leaves.heap.peak < 4 << 20);
    rls_buffer_release(&text);
    rls_buffer_release(&spans);
    leaves_release(&leaves);
}

TEST(every_failed_allocation_is_told_and_leaves_the_spans_as_they_were)
{
    static const char text[] = "cluster munitions and Māori multi-agent disarmament, a b c d e f";
    test_leaves       leaves;

    leaves_init(&leaves, "english");
    leaves_add(&leaves, "cluster", 1.0f);
    leaves_add(&leaves, "\"munitions and", 1.0f);
    leaves_add(&leaves, "=Māori", 1.0f);
    leaves_add(&leaves, "dis*", 1.0f);
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_analyzer   *analyzer;
        rls_buffer      spans;
        rls_error       err = {.message = ""};
        rls_status      status;
        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        rls_buffer_init(&spans, &heap);
        status = rls_analyzer_new(&heap, rls_bytes_of("english", 7), &analyzer, &err);
        if (status == RLS_OK) {
            status = rls_highlighter_find(&heap, analyzer, leaves.items, leaves.count,
                                          rls_bytes_of("body", 4),
                                          rls_bytes_of(text, sizeof text - 1), &spans, &err);
            CHECK_EQ_U64(spans.size, status == RLS_OK ? 4 * sizeof(rls_mark_span) : 0);
        }
        CHECK(!faulty.failed || (status == RLS_NO_MEMORY && err.message[0] != '\0'));
        rls_buffer_release(&spans);
        rls_analyzer_free(analyzer);
        CHECK(faulty.live == 0);
        if (!faulty.failed)
            break;
    }
    leaves_release(&leaves);
}
