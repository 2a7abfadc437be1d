#include "support/runner.h"

#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "document/markdown.h"
#include "document/utf8.h"

/* The mask of exact-size copies, to be freed. */
static uint8_t *
mask(const void *body, size_t size)
{
    uint8_t *in = malloc(size == 0 ? 1 : size), *out = malloc(size == 0 ? 1 : size);

    memcpy(in, body, size);
    rls_markdown_mask(rls_bytes_of(in, size), out);
    free(in);
    return out;
}

/* Words that are left, one space between: what the tokenizer is given. */
static void
check_words(const char *file, int line, const char *body, const char *wanted)
{
    size_t   size = strlen(body), put = 0;
    uint8_t *out = mask(body, size);
    char    *words = malloc(size + 1);

    for (size_t i = 0; i < size; i++) {
        bool space = out[i] == ' ' || out[i] == '\n' || out[i] == '\t';

        if (!space)
            words[put++] = (char)out[i];
        else if (put > 0 && words[put - 1] != ' ')
            words[put++] = ' ';
        /* A byte that was kept stands where it stood. */
        if (!space && out[i] != (uint8_t)body[i] && body[i] != '&' &&
            memchr(body, '&', size) == NULL)
            rls_test_fail(file, line, "byte %zu of %s moved", i, body);
    }
    if (put > 0 && words[put - 1] == ' ')
        put--;
    words[put] = 0;
    free(out);
    if (strcmp(words, wanted) != 0)
        rls_test_fail(file, line, "of %s\nis left: %s\nwanted: %s", body, words, wanted);
    free(words);
}

#define CHECK_WORDS(body, wanted) check_words(__FILE__, __LINE__, body, wanted)

TEST(offsets_stay_what_they_were)
{
    uint8_t *out = mask("A [link](u) *b*\n", 16);

    CHECK_EQ_BYTES(out, 16, "A [link      b \n");
    free(out);
}

TEST(links_keep_their_text_and_lose_their_target)
{
    CHECK_WORDS("See [the report](https://example.org/a_b?c=d) now.", "See [the report now.");
    CHECK_WORDS("[a](<b c> \"title\") z", "[a z");
    CHECK_WORDS("[a](b 'title') z", "[a z");
    CHECK_WORDS("[a](b (title)) z", "[a z");
    CHECK_WORDS("[a](b_(c)_d) z", "[a z");
    CHECK_WORDS("[a](\nb\n) z", "[a z");
    CHECK_WORDS("[a]() z", "[a z");
    CHECK_WORDS("![alt text](/img/x.png) z", "![alt text z");
    CHECK_WORDS("[![alt](img.png)](https://example.org) z", "[![alt z");
    CHECK_WORDS("[**\\[From a speech\\]**](http://x.nz/a_b.html) z", "[ [From a speech ] z");
    CHECK_WORDS("[a](https://example.org/My file.pdf) z", "[a z");
    CHECK_WORDS("[a]({{< ref \"/topics/x\" >}}) z", "[a z");
    CHECK_WORDS("[Download the report](/files/a(1).pdf), page 2", "[Download the report , page 2");
}

TEST(brackets_that_make_no_link_are_kept)
{
    CHECK_WORDS("f](x) and [y] (z)", "f](x) and [y] (z)");
    CHECK_WORDS("[a](not a link", "[a](not a link");
    CHECK_WORDS("[a](not a link) z", "[a](not a link) z");
    CHECK_WORDS("[a](\n\nb) z", "[a]( b) z");
    CHECK_WORDS("[2007][1] z", "[2007][1] z");
    CHECK_WORDS("a]\n\n[b", "a] [b");
}

TEST(reference_links_and_their_definitions_lose_targets)
{
    CHECK_WORDS("You can [get `rustup`][rustup] here, or [cargo].\n\n"
                "[rustup]: https://www.rust-lang.org/install.html\n"
                "[cargo]: <https://x.org> \"Title words\"\nEnd",
                "You can [get rustup here, or [cargo]. End");
    CHECK_WORDS("[Note]: This is prose.", "[Note]: This is prose.");
    CHECK_WORDS("word[^1] z\n\n[^1]: The note.", "word z : The note.");
}

TEST(escapes_lose_their_backslash)
{
    CHECK_WORDS("\\[a\\] 1\\. \\*b\\* \\_c\\_ \\\\ \\# \\`d\\`", "[a ] 1 . *b * _c _ \\ # `d `");
    CHECK_WORDS("C:\\docs and \\n", "C:\\docs and \\n");
    CHECK_WORDS("hard\\\nbreak\\", "hard break\\");
}

TEST(emphasis_is_blanked_and_words_kept)
{
    CHECK_WORDS("*a* **b** ***c*** _d_ __e__ ~~f~~", "a b c d e f");
    CHECK_WORDS("**bold**ed", "bold ed");
    CHECK_WORDS("snake_case and __init__ and a_b_", "snake_case and init and a_b");
    CHECK_WORDS("\xE2\x80\x9C_quoted_\xE2\x80\x9D m\xC4\x81_ori",
                "\xE2\x80\x9C quoted \xE2\x80\x9D m\xC4\x81_ori");
    CHECK_WORDS("~5 and ~~~", "~5 and ~~~");
    CHECK_WORDS("2 * 3 _ 4", "2 3 4");
}

TEST(headings_bullets_and_quotes_are_blanked_at_line_starts)
{
    CHECK_WORDS("# One\n## Two\n####### Seven\n#tag\nC# is\n", "One Two ####### Seven #tag C# is");
    CHECK_WORDS("- a\n+ b\n* c\n  - d\n-e\n1. f\n", "a b c d -e 1. f");
    CHECK_WORDS("> quoted\n> > twice\na > b\n", "quoted twice a > b");
    CHECK_WORDS("- [x] done\n- [ ] open\n- [y] other\n", "done open [y] other");
    CHECK_WORDS("### Heading {#anchor}\n", "Heading");
}

TEST(code_is_kept_as_it_is)
{
    CHECK_WORDS("`a_b *c* [d](e)` z", "a_b *c* [d](e) z");
    CHECK_WORDS("``a ` b`` z", "a ` b z");
    CHECK_WORDS("a ` b *c*", "a b c");
    CHECK_WORDS("a ` b\n\n` *c*", "a b c");
    CHECK_WORDS("```rust\nlet _x_ = &y; // *no*\n```\n*z*", "let _x_ = &y; // *no* z");
    CHECK_WORDS("~~~\n_a_\n```\n_b_\n~~~~\n_z_", "_a_ ``` _b_ z");
    CHECK_WORDS("> ```\n> _a_\n> ```\n_z_", "> _a_ z");
    CHECK_WORDS("```\n_a_", "_a_");
    CHECK_WORDS("```a```\n*z*", "a z");
}

TEST(tags_and_comments_are_blanked)
{
    CHECK_WORDS("a<br>b<br />c", "a b c");
    CHECK_WORDS("<p class=\"right side\">Last <b>updated</b></p>", "Last updated");
    CHECK_WORDS("funding<sup><a href=\"#fn1\" id=\"ref1\">1</a></sup> z", "funding 1 z");
    CHECK_WORDS("<a href='x>y' title=\"a > b\">t</a>", "t");
    CHECK_WORDS("<a href=\"x>t</a> z", "t z");
    CHECK_WORDS("a <!-- hidden -- words --> b <!-- open", "a b <!-- open");
    CHECK_WORDS("a <!-- over\n\nlines --> b", "a b");
    CHECK_WORDS("<!DOCTYPE html><?xml version=\"1\"?> z", "z");
    CHECK_WORDS("<script>var x = '<b>';</script> z <style>p {}</STYLE> y", "z y");
    CHECK_WORDS("<div\nclass=\"x\"\n>in</div>", "in");
    CHECK_WORDS("1 < 2 and 3 > 2, a<b, <5%, x <- y", "1 < 2 and 3 > 2, a<b, <5%, x <- y");
    CHECK_WORDS("<unclosed tag\n\nz>", "<unclosed tag z>");
    CHECK_WORDS("<https://example.org/a_b*c*> <me@x.org> z",
                "https://example.org/a_b*c* me@x.org z");
    CHECK_WORDS("<script>never closed", "never closed");
}

TEST(character_references_become_what_they_mean)
{
    CHECK_WORDS("a &amp; b &lt; c&nbsp;d &#39;e&#39; &copy; &mdash; f &unknown; AT&T",
                "a & b < c d ' e' \xC2\xA9 \xE2\x80\x94 f &unknown; AT&T");
}

TEST(a_reference_inside_of_a_word_does_not_part_it)
{
    CHECK_WORDS("don&#39;t Espa&ntilde;ol M&#257;ori F&amp;B caf&eacute; U&#46;S&#46; a&lt;b",
                "don'\xC2\xAD\xC2\xADt Espa\xC3\xB1\xC2\xAD\xC2\xAD\xC2\xADol "
                "M\xC4\x81\xC2\xAD\xC2\xADori F& B caf\xC3\xA9 U.\xC2\xAD\xC2\xADS. a< b");
    CHECK_WORDS("M&#x101;ori", "M\xC4\x81\xE2\x80\x8C\xC2\xADori");
}

TEST(template_tags_and_attribute_lists_are_blanked)
{
    CHECK_WORDS("{:start=\"4\"}\n4. Four\n", "4. Four");
    CHECK_WORDS("{{< youtube id=\"x\" title=\"y\" >}} z {% include a.html %} y {{ b }} x", "z y x");
    CHECK_WORDS("{{ open and {a} {5} {b: c}", "{{ open and {a} {5} {b: c}");
}

TEST(nothing_is_lost_from_plain_prose)
{
    static const char text[] =
        "The Minister, Phil Goff (aged 53), said: \"50% of M\xC4\x81ori; yes!\" - "
        "don't.\nNext line: e-mail a@b.nz, $1,250.50 & more.\n";
    uint8_t *out = mask(text, sizeof text - 1);

    CHECK_EQ_BYTES(out, sizeof text - 1,
                   "The Minister, Phil Goff (aged 53), said: \"50% of M\xC4\x81ori; yes!\" - "
                   "don't.\nNext line: e-mail a@b.nz, $1,250.50 & more.\n");
    free(out);
}

TEST(random_markup_keeps_size_lines_and_utf8)
{
    static const char *const pieces[] = {"[",         "]",        "(",
                                         ")",         "](",       "![",
                                         "<",         ">",        "<a ",
                                         "</a>",      "\"",       "'",
                                         "=",         "`",        "``",
                                         "```",       "~~~",      "\n",
                                         "\n\n",      "\\",       "*",
                                         "_",         "&",        "&amp;",
                                         "&#257;",    "{",        "}",
                                         "{{",        "}}",       "{%",
                                         "%}",        "{:",       "# ",
                                         "- ",        "> ",       "word",
                                         " ",         "\xC4\x81", "\xE2\x80\x99",
                                         "<!--",      "-->",      "<script>",
                                         "</script>", "[^",       "]:",
                                         "http://x",  "\r\n",     "\t",
                                         "1.",        "[x]: y\n", "<https://a.b>"};
    rls_random               random = {rls_test_seed()};

    for (int round = 0; round < 20000; round++) {
        char     body[400];
        size_t   size = 0;
        uint32_t count = rls_random_below(&random, 40);
        uint8_t *out;

        for (uint32_t i = 0; i < count; i++) {
            const char *piece = pieces[rls_random_below(&random, sizeof pieces / sizeof *pieces)];

            memcpy(body + size, piece, strlen(piece));
            size += strlen(piece);
        }
        out = mask(body, size);
        CHECK_EQ_U64(rls_utf8_valid_size(rls_bytes_of(out, size)), size);
        for (size_t i = 0; i < size; i++)
            CHECK((out[i] == '\n') == (body[i] == '\n'));
        free(out);
    }
}

/* Pieces repeated for half a megabyte: whatever is quadratic takes minutes. */
TEST(repeated_markup_takes_linear_time)
{
    static const char *const pieces[] = {
        "[",      "![",       "](",       "[a](",     "[a](b",    "[a](b ",    "[a](http:",
        "[a](<",  "[a](b \"", "[a][b",    "[a][",     "<",        "<a ",       "<a b=\"",
        "<a b='", "</",       "<!--",     "<!-- -->", "<script>", "<style></", "`",
        "` `` ",  "a` ``b ",  "{{",       "{%",       "{:",       "{#",        "{{ }}",
        "&",      "&amp",     "&amp;",    "*",        "_",        "a_",        "~",
        "\\",     "\n[a]:",   "\n[a]: b", "\n```",    "\n~~~ a",  "[a](b) ",   "{#a}",
        "[^a",    "[^a]",     "<a@",      "<a:b>",    "[a](((((", "<a>",       "\n> ",
        "\n- [",  "[a](/b ",  "\n\n",     "``` a ",   "[a](b\n",  "[[a]](b) "};
    size_t size = 1 << 19;
    char  *body = malloc(size);

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t  piece = strlen(pieces[i]);
        clock_t start = clock();

        for (size_t k = 0; k < size; k++)
            body[k] = pieces[i][k % piece];
        free(mask(body, size));
        if ((clock() - start) / CLOCKS_PER_SEC > 1)
            rls_test_fail(__FILE__, __LINE__, "\"%s\" takes too long", pieces[i]);
    }
    free(body);
}
