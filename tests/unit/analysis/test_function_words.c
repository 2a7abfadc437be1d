#include "analysis/function_words.h"

#include "support/runner.h"

static uint32_t
number(const char *word)
{
    return rls_function_word(rls_bytes_of(word, strlen(word)));
}

TEST(words_of_the_list_have_numbers_that_give_them_back)
{
    static const char *const listed[] = {
        "a",       "the", "of",  "will", "government",       "der",      "della", "\xd1\x8f",
        "zealand", "zu",  "que", "os",   "\xd0\xbd\xd0\xb5", "minister", "with"};

    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        uint8_t key[RLS_PAIR_MAX];
        size_t  size, length = strlen(listed[i]);

        CHECK(number(listed[i]) > 0 && number(listed[i]) <= RLS_FUNCTION_WORD_MAX);
        size = rls_function_words_key(RLS_PAIR_OF_WORDS, number(listed[i]), number(listed[i]), key);
        CHECK_EQ_U64(size, 2 * (length + 1));
        CHECK(key[0] == 2 && memcmp(key + 1, listed[i], length) == 0);
        for (size_t j = 0; j < i; j++)
            CHECK(number(listed[j]) != number(listed[i]));
    }
}

TEST(other_words_have_none)
{
    static const char *const others[] = {"",     "b",   "The",    "the ",        "th",
                                         "thee", "zzz", "\xff",   "governments", "governmental",
                                         "it's", "A",   "zealan", "abcdefghijk", "abcdefghijkl"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_EQ_U64(number(others[i]), 0);
    CHECK_EQ_U64(rls_function_word(rls_bytes_of("a\0", 2)), 0);
}

TEST(words_of_one_language_make_pairs)
{
    uint8_t key[RLS_PAIR_MAX];

    CHECK(rls_function_words_pair(number("of"), number("the")));
    CHECK(rls_function_words_pair(number("the"), number("of")));
    CHECK(rls_function_words_pair(number("the"), number("the")));
    CHECK(rls_function_words_pair(number("der"), number("in")));
    CHECK(rls_function_words_pair(number("in"), number("the")));
    CHECK(!rls_function_words_pair(number("der"), number("the")));
    CHECK(!rls_function_words_pair(0, number("the")));
    CHECK(!rls_function_words_pair(number("the"), 0));
    CHECK_EQ_U64(rls_function_words_key(RLS_PAIR_OF_WORDS, number("of"), number("the"), key), 7);
    CHECK(memcmp(key, "\2of\2the", 7) == 0);
    CHECK(rls_is_pair_key(rls_bytes_of(key, 7)));
    CHECK_EQ_U64(rls_function_words_key(RLS_PAIR_OF_TERMS, number("the"), number("minist"), key),
                 11);
    CHECK(memcmp(key, "\3the\3minist", 11) == 0);
    CHECK(rls_is_pair_key(rls_bytes_of(key, 11)));
    CHECK(!rls_is_pair_key(rls_bytes_of("\1of", 3)));
    CHECK(!rls_is_pair_key(rls_bytes_of("\4of", 3)));
    CHECK(!rls_is_pair_key(rls_bytes_of("of", 2)));
    CHECK(!rls_is_pair_key(rls_bytes_of("", 0)));
}
