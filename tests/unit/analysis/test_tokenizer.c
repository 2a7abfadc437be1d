#include "support/runner.h"

#include "analysis/ascii_window.h"
#include "analysis/tokenizer.h"
#include "analysis/tokenizer_plain.h"
#include "base/random.h"

#include <ctype.h>
#include <stdlib.h>

typedef size_t (*fill_function)(rls_tokenizer *, rls_token *, size_t);

/* All tokens of a text; freed by the caller. The text is copied to memory of its exact size. */
static rls_token *
tokens_of(rls_bytes text, fill_function fill, size_t step, size_t *count, uint32_t *next_position)
{
    uint8_t      *exact = malloc(text.size + 1) /* a zero-size malloc may be NULL */;
    uint8_t      *at = exact + 1;
    rls_token    *tokens = malloc((2 * text.size + step + 16) * sizeof *tokens);
    rls_tokenizer tokenizer;
    size_t        got;

    memcpy(at, text.data, text.size);
    *count = 0;
    rls_tokenizer_init(&tokenizer, rls_bytes_of(at, text.size), 0);
    while ((got = fill(&tokenizer, tokens + *count, step)) > 0) {
        CHECK(got <= step);
        *count += got;
        CHECK(*count <= 2 * text.size);
    }
    *next_position = tokenizer.position;
    free(exact);
    return tokens;
}

/* Writes tokens as people read them: position, a star for a whole, surface. */
static void
describe(const char *text, fill_function fill, char *out, size_t out_size)
{
    size_t     count, used = 0;
    uint32_t   next;
    rls_token *tokens = tokens_of(rls_bytes_of(text, strlen(text)), fill, 16, &count, &next);

    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(out + used, out_size - used, "%s%u%s%.*s", i == 0 ? "" : " ",
                                 tokens[i].position, tokens[i].flags & RLS_TOKEN_WHOLE ? "*" : ":",
                                 (int)(tokens[i].end - tokens[i].start), text + tokens[i].start);
    free(tokens);
}

static void
check_table(const char *const (*table)[2], size_t count)
{
    char found[4096];

    for (size_t i = 0; i < count; i++) {
        describe(table[i][0], rls_tokenizer_fill, found, sizeof found);
        CHECK_EQ_STR(found, table[i][1]);
        describe(table[i][0], rls_tokenizer_fill_plain, found, sizeof found);
        CHECK_EQ_STR(found, table[i][1]);
    }
}

#define CHECK_TABLE(table) check_table(table, sizeof(table) / sizeof *(table))

TEST(words_are_parted_by_space_and_punctuation)
{
    static const char *const table[][2] = {
        {"", ""},
        {" \t\n.,;", ""},
        {"one", "0:one"},
        {"Phil Goff welcomed the news.", "0:Phil 1:Goff 2:welcomed 3:the 4:news"},
        {"(one) [two], \"three\"; four: five!", "0:one 1:two 2:three 3:four 4:five"},
        {"one\xe2\x80\x94two \xe2\x80\x9cthree\xe2\x80\x9d", "0:one 1:two 2:three"},
        {"one\xc2\xa0two", "0:one 1:two"},
        {"one--two -three four- ...five", "0:one 1:two 2:three 3:four 4:five"},
        {"M\xc4\x81ori Wh\xc4\x81nau", "0:M\xc4\x81ori 1:Wh\xc4\x81nau"},
        {"10:30am 23\xe2\x80\x93"
         "25 May",
         "0:10 1:30am 2:23 3:25 4:May"},
    };

    CHECK_TABLE(table);
}

TEST(apostrophes_dots_and_commas_inside_words_belong_to_them)
{
    static const char *const table[][2] = {
        {"don't Minister's", "0:don't 1:Minister's"},
        {"don\xe2\x80\x99t Minister\xe2\x80\x99s", "0:don\xe2\x80\x99t 1:Minister\xe2\x80\x99s"},
        {"'tis the ministers' rock'n'roll", "0:tis 1:the 2:ministers 3:rock'n'roll"},
        {"U.S. N.A.T.O. p.m.", "0:U.S 1:N.A.T.O 2:p.m"},
        {"1,250.50 20.04 $1,000km 1,000,000", "0:1,250.50 1:20.04 2:1,000km 3:1,000,000"},
        {"CO\xe2\x82\x82", "0:CO\xe2\x82\x82"},
        {"col\xc2\xb7lecci\xc3\xb3", "0:col\xc2\xb7lecci\xc3\xb3"},
        {"\xd7\xa6\xd7\x94\"\xd7\x9c", "0:\xd7\xa6\xd7\x94\"\xd7\x9c"},
        {"soft\xc2\xad"
         "hyphen",
         "0:soft\xc2\xad"
         "hyphen"},
    };

    CHECK_TABLE(table);
}

TEST(compounds_are_found_whole_and_by_their_parts)
{
    static const char *const table[][2] = {
        {"a multi-agent plan", "0:a 1*multi-agent 1:multi 2:agent 3:plan"},
        {"multi\xe2\x80\x91"
         "agent",
         "0*multi\xe2\x80\x91"
         "agent 0:multi 1:agent"},
        {"a/b and/or R&D", "0*a/b 0:a 1:b 2*and/or 2:and 3:or 4*R&D 4:R 5:D"},
        {"CVE-2024-1234", "0*CVE-2024-1234 0:CVE 1:2024 2:1234"},
        {"A/RES/60/1", "0*A/RES/60/1 0:A 1:RES 2:60 3:1"},
        {"A/AC.198/3", "0*A/AC.198/3 0:A 1*AC.198 1:AC 2:198 3:3"},
        {"jo.smith@parliament.govt.nz,",
         "0*jo.smith@parliament.govt.nz 0*jo.smith 0:jo 1:smith 2*parliament.govt.nz "
         "2:parliament 3:govt 4:nz"},
        {"snake_case __init__ _it_", "0*snake_case 0:snake 1:case 2:init 3:it"},
        {"note:this the end.Next", "0*note:this 0:note 1:this 2:the 3*end.Next 3:end 4:Next"},
        {"1,2,3 2005;2006", "0*1,2,3 0:1 1:2 2:3 3*2005;2006 3:2005 4:2006"},
        {"2005,200 1,20", "0*2005,200 0:2005 1:200 2*1,20 2:1 3:20"},
        {"U.S.-led Ph.D.", "0*U.S.-led 0:U.S 1:led 2*Ph.D 2:Ph 3:D"},
        {"and/or-not", "0*and/or-not 0:and 1*or-not 1:or 2:not"},
        {"in week.2 more", "0:in 1:week 2:2 3:more"},
    };

    CHECK_TABLE(table);
}

TEST(signs_belong_to_words_such_as_names_of_languages_and_tags)
{
    static const char *const table[][2] = {
        {"C++ C# F#, A+", "0*C++ 0:C 1*C# 1:C 2*F# 2:F 3*A+ 3:A"},
        {".NET (.NET) \xe2\x80\x9c.NET\xe2\x80\x9d", "0*.NET 0:NET 1*.NET 1:NET 2*.NET 2:NET"},
        {".NET/x", "0*.NET/x 0*NET/x 0*.NET 0:NET 1:x"},
        {".NET.198/3", "0*.NET.198/3 0*NET.198/3 0*NET.198 0*.NET 0:NET 1:198 2:3"},
        {"#tag @name", "0*#tag 0:tag 1*@name 1:name"},
        {"...and 0 .5 ##x a.#b", "0:and 1:0 2:5 3:x 4:a 5:b"},
        {"C++/CLI Visual-C++", "0*C++/CLI 0*C++ 0:C 1:CLI 2*Visual-C++ 2:Visual 3*C++ 3:C"},
        {"#COVID-19", "0*#COVID-19 0*COVID-19 0*#COVID 0:COVID 1:19"},
        {"C++11 1+1", "0*C++ 0:C 1:11 2:1 3:1"},
    };

    CHECK_TABLE(table);
}

TEST(scripts_without_spaces_give_overlapping_pairs)
{
    static const char *const table[][2] = {
        {"東京都", "0:東京 1:京都"},    {"日", "0:日"},
        {"日 本", "0:日 1:本"},         {"カタカ iPhone版", "0:カタ 1:タカ 2:iPhone 3:版"},
        {"สวัสดี", "0:สวั 1:วัส 2:สดี"},     {"한국어 뉴스", "0:한국어 1:뉴스"},
        {"中a文字", "0:中 1:a 2:文字"},
    };

    CHECK_TABLE(table);
}

TEST(an_emoji_is_a_token_with_all_that_modifies_it)
{
    static const char *const table[][2] = {
        {"good 👍🏽 👩‍💻", "0:good 1:👍🏽 2:👩‍💻"},
        {"🇳🇿🇦🇺 ❤️ ❤ ™ ©", "0:🇳🇿 1:🇦🇺 2:❤️"},
        {"go👍go", "0:go 1:👍 2:go"},
    };

    CHECK_TABLE(table);
}

TEST(bytes_that_are_not_utf8_part_words)
{
    static const char *const table[][2] = {
        {"ab\xff"
         "cd",
         "0:ab 1:cd"},
        {"ab\xc3", "0:ab"},
        {"\xe2\x80", ""},
        {"ab\x80\x81 cd\xed\xa0\x80"
         "ef",
         "0:ab 1:cd 2:ef"},
    };

    CHECK_TABLE(table);
}

TEST(a_nul_byte_parts_words)
{
    size_t     count;
    uint32_t   next;
    rls_token *tokens = tokens_of(rls_bytes_of("ab\0cd", 5), rls_tokenizer_fill, 16, &count, &next);

    CHECK_EQ_U64(count, 2);
    CHECK_EQ_U64(tokens[1].start, 3);
    free(tokens);
}

TEST(positions_begin_where_the_caller_says)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[16];

    rls_tokenizer_init(&tokenizer, rls_bytes_of("multi-agent plan", 16), 100);
    CHECK_EQ_U64(rls_tokenizer_fill(&tokenizer, tokens, 16), 4);
    CHECK_EQ_U64(tokens[0].position, 100);
    CHECK_EQ_U64(tokens[3].position, 102);
    CHECK_EQ_U64(tokenizer.position, 103);
    CHECK_EQ_U64(rls_tokenizer_fill(&tokenizer, tokens, 16), 0);
}

TEST(a_compound_of_many_parts_gives_the_parts_alone)
{
    char       text[1024] = "";
    size_t     count;
    uint32_t   next;
    rls_token *tokens;

    for (int parts = 1; parts <= 100; parts++) {
        strcat(text, parts == 1 ? "x1" : "-x1");
        tokens = tokens_of(rls_bytes_of(text, strlen(text)), rls_tokenizer_fill, 16, &count, &next);
        CHECK_EQ_U64(next, parts);
        CHECK_EQ_U64(count, parts == 1 || parts > 14 ? parts : parts + 1);
        free(tokens);
    }
}

TEST(a_compound_of_many_bytes_gives_the_parts_alone)
{
    char       text[601];
    size_t     count;
    uint32_t   next;
    rls_token *tokens;

    for (size_t size = 100; size <= 600; size++) {
        memset(text, 'x', size);
        text[size / 2] = '/';
        tokens = tokens_of(rls_bytes_of(text, size), rls_tokenizer_fill, 16, &count, &next);
        CHECK_EQ_U64(next, 2);
        CHECK_EQ_U64(count, size <= 255 ? 3 : size <= 511 ? 2 : size == 512 ? 1 : 0);
        free(tokens);
    }
}

TEST(a_compound_of_many_compounds_gives_the_whole_and_the_parts)
{
    static const char *const table[][2] = {
        /* Whole, 4 inner wholes, 8 parts. */
        {"a-b/c-d/e-f/g-h", "0*a-b/c-d/e-f/g-h 0*a-b 0:a 1:b 2*c-d 2:c 3:d 4*e-f 4:e 5:f 6*g-h 6:g "
                            "7:h"},
        /* 1 + 6 + 12 are more than a call gives at least room for. */
        {"a-b/c-d/e-f/g-h/i-j/k-l", "0*a-b/c-d/e-f/g-h/i-j/k-l 0:a 1:b 2:c 3:d 4:e 5:f 6:g 7:h 8:i "
                                    "9:j 10:k 11:l"},
    };

    CHECK_TABLE(table);
}

TEST(a_sign_that_would_pass_the_limit_is_left_out)
{
    char       text[300];
    size_t     count;
    uint32_t   next;
    rls_token *tokens;

    for (size_t size = 250; size <= 256; size++) {
        memset(text + 1, 'a', size);
        text[0] = '#';
        tokens = tokens_of(rls_bytes_of(text, size + 1), rls_tokenizer_fill, 16, &count, &next);
        CHECK_EQ_U64(count, size <= 254 ? 2 : size == 255 ? 1 : 0);
        CHECK_EQ_U64(next, 1);
        free(tokens);
    }
}

TEST(a_word_beyond_the_limit_takes_a_position_and_gives_no_token)
{
    char       text[400];
    size_t     count;
    uint32_t   next;
    rls_token *tokens;

    for (size_t size = 40; size < 300; size++) {
        memset(text, 'a', size);
        strcpy(text + size, " end");
        tokens = tokens_of(rls_bytes_of(text, size + 4), rls_tokenizer_fill, 16, &count, &next);
        CHECK_EQ_U64(count, size <= RLS_TOKEN_MAX_SIZE ? 2 : 1);
        CHECK_EQ_U64(next, 2);
        CHECK_EQ_U64(tokens[count - 1].position, 1);
        free(tokens);
    }
}

/* Repeats `piece` up to a size at which anything quadratic would take minutes. */
static uint32_t
positions_of_huge(const char *piece)
{
    enum {
        SIZE = 1 << 20
    };
    static rls_token tokens[256];
    char            *text = malloc(SIZE);
    size_t           piece_size = strlen(piece), size = SIZE / piece_size * piece_size;
    rls_tokenizer    tokenizer;

    for (size_t i = 0; i < size; i += piece_size)
        memcpy(text + i, piece, piece_size);
    rls_tokenizer_init(&tokenizer, rls_bytes_of(text, size), 0);
    while (rls_tokenizer_fill(&tokenizer, tokens, 256) > 0)
        ;
    CHECK_EQ_U64(tokenizer.at, size);
    free(text);
    return tokenizer.position;
}

TEST(huge_tokens_of_any_kind_take_linear_time)
{
    uint32_t size = 1 << 20;

    CHECK_EQ_U64(positions_of_huge("a"), 1);
    CHECK_EQ_U64(positions_of_huge("\xc4\x81"), 1);
    CHECK_EQ_U64(positions_of_huge("a-"), size / 2);
    CHECK_EQ_U64(positions_of_huge("a_"), size / 2);
    CHECK_EQ_U64(positions_of_huge("a."), size / 2);
    CHECK_EQ_U64(positions_of_huge("a'"), 1);
    CHECK_EQ_U64(positions_of_huge("1,"), size / 2);
    CHECK_EQ_U64(positions_of_huge("1."), 1);
    CHECK_EQ_U64(positions_of_huge("_"), 0);
    CHECK_EQ_U64(positions_of_huge("."), 0);
    CHECK_EQ_U64(positions_of_huge("\xcc\x81"), 0);
    CHECK_EQ_U64(positions_of_huge("a'\xcc\x81"), 1);
    CHECK_EQ_U64(positions_of_huge("\xff"), 0);
    CHECK_EQ_U64(positions_of_huge("#"), 0);
    CHECK_EQ_U64(positions_of_huge("日"), (size - size % 3) / 3 - 1);
    CHECK_EQ_U64(positions_of_huge("👩\xe2\x80\x8d"), 1);
    CHECK_EQ_U64(positions_of_huge("🇳"), size / 8);
    CHECK_EQ_U64(positions_of_huge("C++/"), size / 4);
}

/* Text made of pieces that meet in every way: words, marks, letters of many classes, broken bytes.
 */
static size_t
random_text(rls_random *random, char *text, size_t size)
{
    static const char *const pieces[] = {
        "word",
        "The",
        "a",
        "U",
        "s",
        "2007",
        "1",
        "250",
        " ",
        " ",
        " ",
        "\n",
        "'",
        "’",
        ".",
        ",",
        ":",
        ";",
        "-",
        "‑",
        "/",
        "@",
        "#",
        "&",
        "+",
        "_",
        "\"",
        "(",
        ")",
        "“",
        "”",
        "ā",
        "é",
        "e\xcc\x81",
        "ß",
        "Ω",
        "日",
        "本",
        "カ",
        "ส",
        "ั",
        "한",
        "ש",
        "👍",
        "🏽",
        "🇳",
        "❤",
        "\xef\xb8\x8f",
        "‍",
        "\xc2\xad",
        "\xc2\xa0",
        "\xe2\x80\xaf",
        "\xff",
        "\xc3",
        "\xe2\x80",
        "\xf0\x9f",
        "·",
        "l·l",
        "₂",
        "Ⓜ",
        "％",
        "．",
        "＿",
        "ー",
        "\xe2\x80\xa8",
        "\r\n",
        "*",
        "longerwordhere",
    };
    size_t used = 0;

    while (used < size) {
        const char *piece = pieces[rls_random_below(random, sizeof pieces / sizeof *pieces)];
        size_t      piece_size = strlen(piece);

        /* Plain prose most of the time, so that the fast way gets its share. */
        if (rls_random_below(random, 3) > 0)
            piece = rls_random_below(random, 2) ? "prose" : " ", piece_size = strlen(piece);
        if (piece_size > size - used)
            break;
        memcpy(text + used, piece, piece_size);
        used += piece_size;
    }
    return used;
}

static void
check_same(rls_bytes text, size_t step)
{
    size_t     fast_count, plain_count;
    uint32_t   fast_next, plain_next;
    rls_token *fast = tokens_of(text, rls_tokenizer_fill, step, &fast_count, &fast_next);
    rls_token *plain = tokens_of(text, rls_tokenizer_fill_plain, 512, &plain_count, &plain_next);

    if (fast_count != plain_count || fast_next != plain_next ||
        memcmp(fast, plain, fast_count * sizeof *fast) != 0)
        rls_test_fail(__FILE__, __LINE__, "the fast way differs on \"%.*s\"", (int)text.size,
                      (const char *)text.data);
    for (size_t i = 0; i < fast_count; i++) {
        rls_token token = fast[i];

        CHECK(token.start < token.end && token.end <= text.size);
        CHECK(token.end - token.start <= RLS_TOKEN_MAX_SIZE);
        CHECK(token.position < fast_next);
        if (i > 0) {
            CHECK(fast[i - 1].position <= token.position);
            /* The part follows its whole. */
            if (fast[i - 1].flags & RLS_TOKEN_WHOLE)
                CHECK_EQ_U64(fast[i - 1].position, token.position);
            else
                CHECK(fast[i - 1].position < token.position);
        }
        if (token.flags & RLS_TOKEN_WHOLE)
            CHECK(i + 1 < fast_count);
    }
    free(fast);
    free(plain);
}

TEST(the_fast_way_gives_the_tokens_of_the_careful_way)
{
    rls_random random = {rls_test_seed()};
    char       text[600];

    for (int round = 0; round < 3000; round++) {
        size_t size = random_text(&random, text, 1 + rls_random_below(&random, sizeof text));
        check_same(rls_bytes_of(text, size), 16 + rls_random_below(&random, 50));
    }
}

TEST(random_bytes_give_sound_tokens)
{
    rls_random random = {rls_test_seed()};
    uint8_t    text[300];

    for (int round = 0; round < 3000; round++) {
        size_t   size = rls_random_below(&random, sizeof text);
        unsigned bound = round % 3 == 0 ? 256 : round % 3 == 1 ? 128 : 0;

        for (size_t i = 0; i < size; i++)
            text[i] = bound > 0
                          ? (uint8_t)rls_random_below(&random, bound)
                          : (uint8_t) "aZ09 .,'-_/@#+&:;\xc4\x81\xe2\x80\x99"[rls_random_below(
                                &random, 22)];
        check_same(rls_bytes_of(text, size), 16);
    }
}

TEST(every_kernel_makes_the_same_bit_maps)
{
    rls_random random = {rls_test_seed()};
    uint8_t    bytes[64];

    for (int round = 0; round < 4000; round++) {
        rls_ascii_window plain, fast;

        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = round < 4 ? (uint8_t)(64 * round + (int)i)
                                 : (uint8_t)rls_random_below(&random, 256);
        plain = rls_ascii_window_plain(bytes);
        fast = rls_ascii_window_of(bytes);
        for (size_t i = 0; i < sizeof bytes; i++) {
            int byte = bytes[i];

            CHECK_EQ_U64(plain.words >> i & 1, byte < 0x80 && isalnum(byte));
            CHECK_EQ_U64(plain.marks >> i & 1,
                         byte >= 0x80 || (byte != 0 && strchr("#$%&'()*+,-./:;@_", byte) != NULL));
            CHECK_EQ_U64(plain.prefixes >> i & 1, byte == '.' || byte == '#' || byte == '@');
            CHECK_EQ_U64(plain.suffixes >> i & 1, byte == '+' || byte == '#');
            CHECK_EQ_U64(plain.beyond >> i & 1, byte >= 0x80);
        }
        CHECK_EQ_U64(plain.words, fast.words);
        CHECK_EQ_U64(plain.marks, fast.marks);
        CHECK_EQ_U64(plain.prefixes, fast.prefixes);
        CHECK_EQ_U64(plain.suffixes, fast.suffixes);
        CHECK_EQ_U64(plain.beyond, fast.beyond);
    }
}
