#include "suggest/typed_text.h"

#include <stdio.h>

#include "base/random.h"
#include "support/runner.h"

/* "field|scope|words" with the words' starts, "field" "-" when there is none. */
static const char *
taken_apart(const char *text)
{
    static char    told[200];
    rls_typed_text typed = rls_typed_text_of(rls_bytes_of(text, strlen(text)));
    size_t         size;

    size = (size_t)snprintf(
        told, sizeof told, "%.*s|%u|", typed.field.size > 0 ? (int)typed.field.size : 1,
        typed.field.size > 0 ? (const char *)typed.field.data : "-", typed.scope_start);
    for (uint32_t i = 0; i < typed.word_count; i++)
        size += (size_t)snprintf(told + size, sizeof told - size, "%u,", typed.words[i]);
    snprintf(told + size, sizeof told - size, "|%s", text + typed.word_start);
    return told;
}

TEST(the_last_word_goes_to_the_end)
{
    CHECK_EQ_STR(taken_apart(""), "-|0||");
    CHECK_EQ_STR(taken_apart("mun"), "-|0|0,|mun");
    CHECK_EQ_STR(taken_apart("cluster mun"), "-|0|0,8,|mun");
    CHECK_EQ_STR(taken_apart("cluster "), "-|0|0,|");
    CHECK_EQ_STR(taken_apart("a b c d e"), "-|0|2,4,6,8,|e");
}

TEST(signs_brackets_and_quotes_stand_before_a_word)
{
    CHECK_EQ_STR(taken_apart("a -mun"), "-|2|3,|mun");
    CHECK_EQ_STR(taken_apart("a (b mun"), "-|2|3,5,|mun");
    CHECK_EQ_STR(taken_apart("a) mun"), "-|1|3,|mun");
    CHECK_EQ_STR(taken_apart("x \"cluster mun"), "-|2|3,11,|mun");
    CHECK_EQ_STR(taken_apart("\"x y\" mun"), "-|4|6,|mun");
    CHECK_EQ_STR(taken_apart("multi-ag"), "-|0|0,|multi-ag");
}

TEST(a_field_belongs_to_the_word_or_the_quotes_behind_it)
{
    CHECK_EQ_STR(taken_apart("tax ministers:go"), "ministers|4|14,|go");
    CHECK_EQ_STR(taken_apart("tax ministers:\"phil go"), "ministers|4|15,20,|go");
    CHECK_EQ_STR(taken_apart("tax ministers:=go"), "ministers|4|15,|go");
    CHECK_EQ_STR(taken_apart("ministers:goff mun"), "-|14|15,|mun");
    CHECK_EQ_STR(taken_apart("ministers:"), "ministers|0||");
}

TEST(any_bytes_are_taken_apart)
{
    static const char alphabet[] = " \"():+-=ab\xc3\xa9\xff\xe2\x80\x9c\t\0";
    rls_random        random = {rls_test_seed()};

    for (int round = 0; round < 20000; round++) {
        char           text[1200];
        size_t         size = rls_random_below(&random, round % 50 == 0 ? 1200 : 24);
        rls_typed_text typed;
        for (size_t i = 0; i < size; i++)
            text[i] = alphabet[rls_random_below(&random, sizeof alphabet)];
        typed = rls_typed_text_of(rls_bytes_of(text, size));
        CHECK(typed.word_start <= size);
        CHECK(typed.word_count <= RLS_TYPED_WORDS);
        CHECK(typed.scope_start <= size);
        for (uint32_t i = 0; i < typed.word_count; i++) {
            CHECK(typed.words[i] < size && size - typed.words[i] <= RLS_TYPED_LOOK_BACK);
            CHECK(typed.words[i] >= typed.scope_start);
            CHECK(i == 0 || typed.words[i - 1] < typed.words[i]);
        }
        if (typed.word_start < size)
            CHECK(typed.word_count > 0 && typed.words[typed.word_count - 1] == typed.word_start);
    }
}
