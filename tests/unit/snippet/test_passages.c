#include "snippet/passages.h"

#include "base/random.h"
#include "document/markdown.h"
#include "leaves.h"
#include "snippet/text_edges.h"
#include "support/heap_faulty.h"

static const rls_passage_marks brackets = {"[", "]", " … "};

/* The snippet of a text for leaves of equal weight, or falling weights; the text is an exact copy.
 */
static const char *
snippet(const char *text, bool markdown, uint32_t size, uint32_t limit, const char *const *query)
{
    static char      all[1 << 16];
    test_leaves      leaves;
    rls_buffer       spans, out;
    rls_passage      passages[RLS_PASSAGE_LIMIT];
    uint32_t         count, shown = 0;
    size_t           text_size = strlen(text);
    uint8_t         *original = calloc(1, text_size + 1), *prose = calloc(1, text_size + 1);
    rls_passage_text both = {rls_bytes_of(prose + 1, text_size),
                             rls_bytes_of(original + 1, text_size)};

    memcpy(original + 1, text, text_size);
    memcpy(prose + 1, text, text_size);
    if (markdown)
        rls_markdown_mask(both.original, prose + 1);
    leaves_init(&leaves, "english");
    for (; *query != NULL; query++)
        leaves_add(&leaves, *query, 1.0f);
    rls_buffer_init(&spans, &leaves.heap);
    rls_buffer_init(&out, &leaves.heap);
    CHECK_OK(rls_highlighter_find(&leaves.heap, leaves.analyzer, leaves.items, leaves.count,
                                  rls_bytes_of("body", 4), both.prose, &spans, NULL));
    count = rls_passages_choose(both, leaves.items, leaves.count,
                                (const rls_mark_span *)(void *)spans.data,
                                spans.size / sizeof(rls_mark_span), size, limit, passages);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(passages[i].start < passages[i].end && passages[i].end <= text_size);
        CHECK(i == 0 || passages[i - 1].end <= passages[i].start);
        shown += passages[i].end - passages[i].start;
    }
    CHECK(shown <= size);
    rls_passages_write(both, passages, count, (const rls_mark_span *)(void *)spans.data,
                       spans.size / sizeof(rls_mark_span), &brackets, &out);
    CHECK(out.size < sizeof all);
    if (out.size > 0)
        memcpy(all, out.data, out.size);
    all[out.size] = '\0';
    rls_buffer_release(&out);
    rls_buffer_release(&spans);
    free(original);
    free(prose);
    leaves_release(&leaves);
    return all;
}

#define QUERY(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(a_short_text_is_shown_whole_with_its_matches_marked)
{
    CHECK_EQ_STR(snippet("Oslo met. They agreed.", false, 240, 2, QUERY("agree", "oslo")),
                 "[Oslo] met. They [agreed].");
}

TEST(without_a_match_the_text_is_shown_from_its_beginning)
{
    CHECK_EQ_STR(snippet("  First sentence here. Second sentence follows now.", false, 40, 2,
                         QUERY("nothing")),
                 "First sentence here. …");
    CHECK_EQ_STR(snippet("", false, 240, 2, QUERY("nothing")), "");
    CHECK_EQ_STR(snippet(" \n\t\xe2\x80\x8b\x01", false, 240, 2, QUERY("nothing")), "");
}

TEST(a_passage_begins_at_the_sentence_and_ends_at_one_when_they_are_near)
{
    CHECK_EQ_STR(snippet("It rained all day and nobody came. The minister said that the ban on "
                         "munitions was good. Then it rained again, and so it went on and on and "
                         "on until the evening came.",
                         false, 66, 1, QUERY("munitions")),
                 "… The minister said that the ban on [munitions] was good. …");
}

TEST(a_passage_begins_at_a_word_when_the_sentence_is_far)
{
    CHECK_EQ_STR(snippet("One two three four five six seven eight nine ten eleven twelve thirteen "
                         "fourteen fifteen sixteen needle seventeen eighteen nineteen twenty",
                         false, 60, 1, QUERY("needle")),
                 "… sixteen [needle] seventeen eighteen nineteen twenty");
}

TEST(a_match_at_the_end_is_shown_with_more_of_what_stands_before)
{
    CHECK_EQ_STR(snippet("One two three four five six seven eight nine ten eleven twelve thirteen "
                         "fourteen fifteen sixteen needle",
                         false, 60, 1, QUERY("needle")),
                 "… ten eleven twelve thirteen fourteen fifteen sixteen [needle]");
}

TEST(abbreviations_and_initials_end_no_sentence)
{
    const char *text = "Nothing of it is said here at all. Mr. J. Smith of the U.S. Senate and "
                       "Hon. Phil Goff met. Nothing more of it is said here at all.";

    CHECK_EQ_STR(snippet(text, false, 78, 1, QUERY("goff")),
                 "… Mr. J. Smith of the U.S. Senate and Hon. Phil [Goff] met. …");
}

TEST(closing_quotes_belong_to_the_sentence_and_paragraphs_part_them)
{
    CHECK_EQ_STR(snippet("He said: “That is that.” The ban on munitions holds, he said, and it "
                         "will hold for long",
                         false, 80, 1, QUERY("munitions")),
                 "… The ban on [munitions] holds, he said, and it will hold for long");
    CHECK_EQ_STR(snippet("A heading without a stop\n\nA ban on munitions holds, he said today, "
                         "and the other ones too, in the end",
                         false, 60, 1, QUERY("munitions")),
                 "… A ban on [munitions] holds, he said today, and the other ones …");
    CHECK_EQ_STR(snippet("- one thing that is here\n- a ban on munitions\n- another thing that is "
                         "here and is long",
                         true, 50, 1, QUERY("munitions")),
                 "… a ban on [munitions] another thing that is here …");
}

TEST(several_passages_are_shown_when_they_have_more_of_the_words)
{
    char text[1200] = "The oslo talks began. ";

    for (int i = 0; i < 12; i++)
        strcat(text, "Other things were said about the weather. ");
    strcat(text, "The dublin talks ended.");
    CHECK_EQ_STR(snippet(text, false, 140, 2, QUERY("oslo", "dublin")),
                 "The [oslo] talks began. Other things were said about the weather. … Other "
                 "things were said about the weather. The [dublin] talks ended.");
    CHECK_EQ_STR(snippet(text, false, 140, 1, QUERY("oslo", "dublin")),
                 "The [oslo] talks began. Other things were said about the weather. Other things "
                 "were said about the weather. …");
    CHECK_EQ_STR(snippet(text, false, 140, 2, QUERY("talks")),
                 "The oslo [talks] began. Other things were said about the weather. Other things "
                 "were said about the weather. …");
}

TEST(the_passage_with_all_words_is_preferred_to_one_that_repeats_a_word)
{
    char text[1200] = "oslo oslo oslo oslo oslo oslo. ";

    for (int i = 0; i < 12; i++)
        strcat(text, "Other things were said about the weather. ");
    strcat(text, "The oslo and dublin talks ended.");
    CHECK_EQ_STR(snippet(text, false, 60, 1, QUERY("oslo", "dublin")),
                 "… said about the weather. The [oslo] and [dublin] talks ended.");
}

TEST(white_space_runs_become_one_space_and_controls_go)
{
    CHECK_EQ_STR(snippet("a\t\r\n  b\xc2\xa0\xc2\xa0"
                         "c\xe2\x80\xa8"
                         "d\x1b[31me\x7f f\xc2\x9b"
                         "g h\xe2\x80\xae"
                         "i\xef\xbb\xbfj k\xe2\x80\x8bl\xf3\xa0\x80\xa1",
                         false, 240, 1, QUERY("nothing")),
                 "a b c d[31me fg hij kl");
    CHECK_EQ_STR(snippet("clu\xc2\xadster", false, 240, 1, QUERY("cluster")), "[cluster]");
    CHECK_EQ_STR(snippet("bad \xff\xc3 bytes", false, 240, 1, QUERY("nothing")),
                 "bad \xef\xbf\xbd\xef\xbf\xbd bytes");
}

TEST(markup_leaves_no_space_before_punctuation)
{
    CHECK_EQ_STR(snippet("The **ban**, see [the text](https://example.org/x). \"*Yes*\", he said: "
                         "1\\. AT&amp;T, x&nbsp;(y)",
                         true, 240, 1, QUERY("ban", "text")),
                 "The [ban], see the [text]. \"Yes\", he said: 1. AT&T, x (y)");
    CHECK_EQ_STR(snippet("<p>One.</p><p>Two</p>", true, 240, 1, QUERY("two")), "One. [Two]");
}

TEST(a_phrase_has_one_mark_and_so_have_words_that_follow_each_other_as_in_the_query)
{
    CHECK_EQ_STR(
        snippet("a ban on cluster munitions now", false, 240, 1, QUERY("\"cluster munitions")),
        "a ban on [cluster munitions] now");
    CHECK_EQ_STR(
        snippet("a ban on cluster\n munitions now", false, 240, 1, QUERY("cluster", "munitions")),
        "a ban on [cluster munitions] now");
    CHECK_EQ_STR(snippet("munitions cluster; cluster, munitions", false, 240, 1,
                         QUERY("cluster", "munitions")),
                 "[munitions] [cluster]; [cluster], [munitions]");
    CHECK_EQ_STR(snippet("cluster\n\nmunitions", false, 240, 1, QUERY("cluster", "munitions")),
                 "[cluster] [munitions]");
}

TEST(marks_of_parts_of_compounds_and_of_overlapping_spans_are_one)
{
    CHECK_EQ_STR(snippet("a multi-agent system", false, 240, 1, QUERY("multi", "agent")),
                 "a [multi-agent] system");
    CHECK_EQ_STR(snippet("one two three", false, 240, 1, QUERY("\"one two", "\"two three", "two")),
                 "[one two three]");
    CHECK_EQ_STR(snippet("日本語の文書", false, 240, 1, QUERY("日本", "本語", "文書")),
                 "[日本語]の[文書]");
}

TEST(a_long_phrase_is_cut_within_the_size_and_its_mark_closed)
{
    char text[1024] = "", phrase[1024] = "\"";

    for (int i = 0; i < 20; i++)
        strcat(text, "alpha beta gamma ");
    strcat(phrase, text);
    CHECK_EQ_STR(snippet(text, false, 40, 1, QUERY(phrase)),
                 "[alpha beta gamma alpha beta gamma alpha] …");
}

TEST(a_very_long_word_is_cut_between_characters)
{
    char text[2048] = "";

    for (int i = 0; i < 400; i++)
        strcat(text, "ā");
    CHECK_EQ_STR(snippet(text, false, 41, 1, QUERY("nothing")), "āāāāāāāāāāāāāāāāāāāā …");
}

TEST(the_ellipsis_is_bare_at_both_ends)
{
    CHECK_EQ_STR(snippet("One two three four five six seven eight nine needle one two three four "
                         "five six seven eight",
                         false, 40, 1, QUERY("needle")),
                 "… nine [needle] one two three four five six …");
}

/* Marks taken away, a snippet of plain text is pieces of that text with its white space collapsed.
 */
static bool
is_made_of(const char *shown, const char *text)
{
    char        plain[8192], collapsed[8192];
    size_t      size = 0, length = 0;
    bool        open = false;
    const char *piece, *next;

    for (; *shown != '\0'; shown++) {
        if (*shown == '[' || *shown == ']') {
            if (open == (*shown == '['))
                return false;
            open = !open;
        } else {
            plain[size++] = *shown;
        }
    }
    plain[size] = '\0';
    for (const char *at = text; *at != '\0'; at++) {
        char byte = *at == '\n' ? ' ' : *at;
        if (byte != ' ' || length == 0 || collapsed[length - 1] != ' ')
            collapsed[length++] = byte;
    }
    collapsed[length] = '\0';
    for (piece = plain; !open && piece != NULL; piece = next) {
        next = strstr(piece, "…");
        if (next != NULL) {
            *(char *)next = '\0';
            next += strlen("…");
        }
        while (*piece == ' ')
            piece++;
        for (size = strlen(piece); size > 0 && piece[size - 1] == ' '; size--)
            ((char *)piece)[size - 1] = '\0';
        if (strstr(collapsed, piece) == NULL)
            return false;
    }
    return !open;
}

TEST(random_snippets_are_pieces_of_the_text_with_balanced_marks)
{
    static const char *const words[] = {
        "one", "two.",        "three,", "Māori",  "日本語の文書", "\n\n", "e.g.", "Mr.",
        "C++", "multi-agent", "“Yes.”", "ﬁnding", "don't",        "!",    "  ",   "e\xcc\x81t"};
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 1000; round++) {
        char        text[8192] = "";
        const char *query[5] = {NULL};
        const char *shown;
        for (uint32_t i = rls_random_below(&random, 120); i > 0; i--) {
            strcat(text, words[rls_random_below(&random, 16)]);
            if (rls_random_below(&random, 5) > 0)
                strcat(text, " ");
        }
        for (uint32_t i = rls_random_below(&random, 4) + 1; i-- > 0;)
            query[i] =
                ((const char *const[]){"one", "maori", "\"日本語", "\"one two", "agent",
                                       "\"multi-agent one two"})[rls_random_below(&random, 6)];
        shown = snippet(text, false, 40 + rls_random_below(&random, 300),
                        1 + rls_random_below(&random, 16), query);
        if (!is_made_of(shown, text))
            rls_test_fail(__FILE__, __LINE__, "\"%s\" is not out of \"%s\"", shown, text);
    }
}

TEST(any_bytes_can_be_cut_and_shown)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 1500; round++) {
        char     text[512];
        uint32_t size = rls_random_below(&random, 500);
        for (uint32_t i = 0; i < size; i++) {
            static const uint8_t bytes[] = {' ',  'a',  '.',  '"',  0xc2, 0xa0, 0xe2, 0x80,
                                            0x8b, 0xe3, 0x82, 0xff, 0xcc, 0x81, '\n', 0xf3};
            text[i] = (char)bytes[rls_random_below(&random, 16)];
        }
        text[size] = '\0';
        snippet(text, false, 40 + rls_random_below(&random, 100), 3, QUERY("a", "\"a a"));
    }
}

TEST(ten_megabytes_with_a_hundred_thousand_matches_take_linear_time)
{
    test_leaves      leaves;
    rls_buffer       text, spans, out;
    rls_passage      passages[RLS_PASSAGE_LIMIT];
    rls_passage_text both;
    char             word[8];

    leaves_init(&leaves, "english");
    for (int i = 0; i < 70; i++) {
        snprintf(word, sizeof word, "q%d", i);
        leaves_add(&leaves, word, 1.0f + (float)i);
    }
    rls_buffer_init(&text, &leaves.heap);
    rls_buffer_init(&spans, &leaves.heap);
    rls_buffer_init(&out, &leaves.heap);
    for (uint32_t i = 0; i < 100000; i++) {
        int           size = snprintf(word, sizeof word, "q%u ", i % 70);
        rls_mark_span span = {(uint32_t)text.size, (uint32_t)text.size + (uint32_t)size - 1,
                              i % 70};
        rls_buffer_append(&text, word, (size_t)size);
        rls_buffer_append(&spans, &span, sizeof span);
    }
    while (text.size < 10 << 20)
        rls_buffer_append(&text, "                ", 16);
    both = (rls_passage_text){rls_buffer_bytes(&text), rls_buffer_bytes(&text)};
    /* With all of 100,000 bytes and 16 passages every way to choose is tried. */
    CHECK(rls_passages_choose(both, leaves.items, leaves.count,
                              (const rls_mark_span *)(void *)spans.data,
                              spans.size / sizeof(rls_mark_span), 1000, 16, passages) > 0);
    rls_passages_write(both, passages, 1, (const rls_mark_span *)(void *)spans.data,
                       spans.size / sizeof(rls_mark_span), &brackets, &out);
    CHECK(out.size > 0 && out.size < 4000);
    rls_buffer_release(&out);
    rls_buffer_release(&spans);
    rls_buffer_release(&text);
    leaves_release(&leaves);
}

TEST(the_edges_of_a_text_are_found_at_every_place)
{
    static const char      text[] = "Ab 日本. C。D\n\nx";
    rls_bytes              bytes = rls_bytes_of(text, sizeof text - 1);
    const rls_passage_text both = {bytes, bytes};

    for (uint32_t at = 0; at <= bytes.size; at++) {
        for (uint32_t least = 0; least <= at; least++) {
            uint32_t start = rls_sentence_start(both, at, least);
            uint32_t end = rls_sentence_end(both, at, least);
            uint32_t word = rls_word_end(bytes, at, least);
            CHECK(start == UINT32_MAX || (start >= least && start <= at));
            CHECK(end == UINT32_MAX || (end >= least && end <= at));
            CHECK(word >= least && word <= at);
            CHECK(rls_word_begin(bytes, at, least) <= at);
            CHECK(rls_word_start(bytes, least, at) <= at);
        }
    }
    CHECK_EQ_U64(rls_sentence_start(both, 2, 0), 0);
    CHECK_EQ_U64(rls_sentence_start(both, 12, 0), 11);
    CHECK_EQ_U64(rls_sentence_start(both, 16, 0), 15);
}
