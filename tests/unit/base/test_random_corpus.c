/* Tests of other layers rely on the corpus being the same everywhere and odd enough. */
#include "support/random_corpus.h"

#include <stdlib.h>

#include "base/hash.h"
#include "support/runner.h"

static uint64_t
corpus_hash(uint64_t seed, size_t count)
{
    rls_corpus *corpus = rls_corpus_new(seed, count, 40);
    uint64_t    hash = 0;

    for (size_t i = 0; i < corpus->count; i++) {
        char *markdown = rls_corpus_markdown(&corpus->documents[i]);

        hash = hash * 31 + rls_hash64(markdown, strlen(markdown));
        hash = hash * 31 + rls_hash64(corpus->documents[i].key, strlen(corpus->documents[i].key));
        free(markdown);
    }
    rls_corpus_free(corpus);
    return hash;
}

TEST(a_seed_gives_the_same_documents_each_time)
{
    CHECK_EQ_U64(corpus_hash(1, 50), corpus_hash(1, 50));
    CHECK(corpus_hash(1, 50) != corpus_hash(2, 50));
    CHECK(corpus_hash(1, 50) != corpus_hash(1, 49));
    rls_corpus_free(NULL);
}

TEST(documents_are_of_all_sorts)
{
    rls_corpus *corpus = rls_corpus_new(rls_test_seed(), 500, 40);
    size_t      empty = 0, undated = 0, untitled = 0, long_ones = 0, lists = 0, marks = 0;

    for (size_t i = 0; i < corpus->count; i++) {
        const rls_corpus_document *document = &corpus->documents[i];

        empty += document->body[0] == '\0';
        undated += document->date[0] == '\0';
        untitled += document->title[0] == '\0';
        long_ones += strlen(document->body) > 600;
        lists += document->ministers[1] != NULL && document->portfolios[0] != NULL;
        marks += strstr(document->body, "Māori") != NULL;
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(corpus->documents[j].key, document->key) != 0);
    }
    CHECK(empty > 0 && undated > 10 && untitled > 10 && long_ones > 10);
    CHECK(lists > 50 && marks > 50 && marks < 450);
    rls_corpus_free(corpus);
}

TEST(words_follow_zipf)
{
    rls_random random = {rls_test_seed()};
    size_t     first = 0, second = 0, tenth = 0;

    for (int i = 0; i < 100000; i++) {
        const char *word = rls_corpus_word(&random);

        first += word == rls_corpus_word_at(0);
        second += word == rls_corpus_word_at(1);
        tenth += word == rls_corpus_word_at(9);
    }
    CHECK(first > second * 18 / 10 && first < second * 22 / 10);
    CHECK(first > tenth * 8 && first < tenth * 12);
    CHECK(rls_corpus_word_at(100000) == NULL);
}
