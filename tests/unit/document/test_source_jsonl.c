#include "unit/document/reading.h"

#include "base/random.h"
#include "document/json_reader.h"

static void
open_lines(reading *r, const char *text)
{
    CHECK_OK(reading_open(r, "c.jsonl", text, strlen(text), RLS_FORMAT_AUTO));
}

#define CHECK_KEY(r, text) CHECK_EQ_BYTES((r)->document.key.data, (r)->document.key.size, text)
#define CHECK_BODY(r, text) CHECK_EQ_BYTES((r)->document.body.data, (r)->document.body.size, text)

TEST(each_line_is_a_document)
{
    reading r;

    open_lines(&r, "{\"_id\": \"a\", \"title\": \"One\", \"text\": \"Body [x](y)\"}\n"
                   "\n"
                   "  {\"id\": 7, \"contents\": \"C\"}\r\n"
                   "{\"title\": null, \"body\": \"B\"}");
    CHECK_OK(reading_next(&r));
    CHECK_NO_NOTES(&r);
    CHECK_KEY(&r, "a");
    CHECK_VALUE(&r, "title", 0, "One");
    CHECK_BODY(&r, "Body [x](y)");
    CHECK(r.document.prose.data == r.document.body.data && !r.document.markdown);
    CHECK_EQ_U64(r.document.field_count, 1);
    CHECK_OK(reading_next(&r));
    CHECK_KEY(&r, "7");
    CHECK_BODY(&r, "C");
    CHECK_OK(reading_next(&r));
    CHECK_KEY(&r, "c.jsonl:4");
    CHECK_BODY(&r, "B");
    CHECK_EQ_U64(count_of(&r, "title"), 0);
    CHECK(reading_next(&r) == RLS_NOT_FOUND);
    reading_close(&r);
}

TEST(a_body_without_escapes_is_borrowed_from_the_input)
{
    reading r;

    open_lines(&r, "{\"text\": \"M\xC4\x81ori\"}");
    CHECK_OK(reading_next(&r));
    CHECK_BODY(&r, "M\xC4\x81ori");
    CHECK(r.document.body.data > r.bytes && r.document.body.data < r.bytes + 20);
    reading_close(&r);
}

TEST(other_keys_are_fields_like_those_of_front_matter)
{
    reading r;

    open_lines(&r, "{\"date\":\"2007-05-28\",\"n\":12.5,\"t\":true,\"tags\":[\"a\",\"b\",null],"
                   "\"m\":{\"x\":{\"y\":\"z\"},\"e\":{}},\"l\":[{\"k\":1},{\"k\":2}],\"empty\":[],"
                   "\"mix\":[\"a\",{\"q\":1},\"b\",[\"c\"]],\"s\":\"12\",\"nan\":NaN}");
    CHECK_OK(reading_next(&r));
    CHECK_NO_NOTES(&r);
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 5, 28));
    CHECK_EQ_U64(kinds_of(&r, "n"), RLS_FIELD_NUMBER | RLS_FIELD_STORED);
    CHECK(rls_document_find_field(&r.document, "n")->values[0].number == 12.5);
    CHECK_EQ_U64(kinds_of(&r, "t"), RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK_EQ_U64(count_of(&r, "tags"), 2);
    CHECK(rls_document_find_field(&r.document, "tags")->is_list);
    CHECK_VALUE(&r, "m.x.y", 0, "z");
    CHECK_EQ_U64(count_of(&r, "l.k"), 2);
    CHECK_EQ_U64(count_of(&r, "empty"), 0);
    CHECK_EQ_U64(count_of(&r, "mix"), 3);
    CHECK_VALUE(&r, "mix", 2, "c");
    CHECK_VALUE(&r, "mix.q", 0, "1");
    CHECK_EQ_U64(kinds_of(&r, "s"), RLS_FIELD_KEYWORD | RLS_FIELD_TEXT | RLS_FIELD_STORED);
    CHECK_EQ_U64(count_of(&r, "nan"), 0);
    reading_close(&r);
}

TEST(of_several_keys_and_bodies_one_counts_and_all_are_kept)
{
    reading r;

    open_lines(&r, "{\"contents\":\"c\",\"id\":\"i\",\"text\":\"t\",\"_id\":\"k\",\"body\":\"b\"}\n"
                   "{\"_id\":\"\",\"id\":\"i\",\"text\":[\"x\"],\"body\":\"b\"}\n"
                   "{\"m\":{\"text\":\"inner\",\"_id\":\"inner\"},\"text\":\"outer\"}");
    CHECK_OK(reading_next(&r));
    CHECK_KEY(&r, "k");
    CHECK_BODY(&r, "t");
    CHECK_VALUE(&r, "id", 0, "i");
    CHECK_VALUE(&r, "contents", 0, "c");
    CHECK_VALUE(&r, "_body", 0, "b");
    CHECK_OK(reading_next(&r));
    CHECK_KEY(&r, "i");
    CHECK_BODY(&r, "b");
    CHECK_VALUE(&r, "text", 0, "x");
    CHECK_OK(reading_next(&r));
    CHECK_KEY(&r, "c.jsonl:3");
    CHECK_BODY(&r, "outer");
    CHECK_VALUE(&r, "m.text", 0, "inner");
    reading_close(&r);
}

TEST(escapes_are_decoded_and_odd_ones_told)
{
    reading r;

    open_lines(&r, "{\"text\":\"a\\n\\\"b\\\" \\u0101 \\ud83d\\ude00\",\"ti\\u0074le\":\"T\\\\\"}\n"
                   "{\"text\":\"C:\\d \\ud800 \\u0000\"}");
    CHECK_OK(reading_next(&r));
    CHECK_NO_NOTES(&r);
    CHECK_BODY(&r, "a\n\"b\" \xC4\x81 \xF0\x9F\x98\x80");
    CHECK_VALUE(&r, "title", 0, "T\\");
    CHECK_OK(reading_next(&r));
    CHECK_BODY(&r, "C:\\d \xEF\xBF\xBD \xEF\xBF\xBD");
    CHECK_NOTE(&r, "line 2: 2 escapes that JSON does not have");
    reading_close(&r);
}

TEST(a_bad_line_is_told_with_its_number_and_the_next_is_read)
{
    static const struct {
        const char *line, *problem;
    } bad[] = {{"not json", "no JSON object"},
               {"[1]", "no JSON object"},
               {"{\"a\":1", "does not end"},
               {"{\"a\":", "a value is missing"},
               {"{\"a\"}", "a colon is missing"},
               {"{\"a", "a string does not end"},
               {"{\"a\\\"", "a string does not end"},
               {"{\"a\": \"b\\", "a string does not end"},
               {"{a:1}", "a key is missing"},
               {"{\"a\":1} x", "something follows"},
               {"{\"a\":1 \"b\":2}", "a comma is missing"},
               {"{\"a\":01x}", "a word that is no value"},
               {"{\"a\":tru}", "a word that is no value"},
               {"{\"a\":-}", "a word that is no value"},
               {"{\"a\":1.}", "a word that is no value"},
               {"{\"a\":[1,2}", "a comma is missing"},
               {"{\"_id\":x}", "a word that is no value"},
               {"{", "does not end"}};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        reading r;
        char    text[200];

        snprintf(text, sizeof text, "{\"_id\":\"1\"}\n%s\n{\"_id\":\"3\"}\n", bad[i].line);
        open_lines(&r, text);
        CHECK_OK(reading_next(&r));
        CHECK(reading_next(&r) == RLS_BAD_DOCUMENT);
        if (strncmp(r.err.message, "c.jsonl:2: ", 11) != 0 ||
            strstr(r.err.message, bad[i].problem) == NULL)
            rls_test_fail(__FILE__, __LINE__, "of %s it says: %s", bad[i].line, r.err.message);
        CHECK_OK(reading_next(&r));
        CHECK_KEY(&r, "3");
        CHECK(reading_next(&r) == RLS_NOT_FOUND);
        reading_close(&r);
    }
}

TEST(a_comma_before_the_end_is_let_pass)
{
    reading r;

    open_lines(&r, "{\"a\":[1,2,],\"b\":{\"c\":3,},}");
    CHECK_OK(reading_next(&r));
    CHECK_EQ_U64(count_of(&r, "a"), 2);
    CHECK_VALUE(&r, "b.c", 0, "3");
    reading_close(&r);
}

TEST(a_line_that_is_not_utf8_is_repaired)
{
    reading r;

    open_lines(&r, "{\"text\":\"M\xE4ori\"}");
    CHECK_OK(reading_next(&r));
    CHECK_BODY(&r, "M\xEF\xBF\xBDori");
    CHECK_NOTE(&r, "line 1: 1 invalid bytes replaced");
    reading_close(&r);
}

TEST(depth_is_left_out_and_told)
{
    reading r;
    size_t  depth = 500 * 1000, size;
    char   *text = malloc(2 * depth + 200);

    size = (size_t)sprintf(text, "{\"_id\":\"d\",\"a\":");
    memset(text + size, '[', depth);
    size += depth;
    memset(text + size, ']', depth);
    size += depth;
    size += (size_t)sprintf(text + size, ",\"text\":\"after\"}");
    CHECK_OK(reading_open(&r, "c.jsonl", text, size, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_BODY(&r, "after");
    CHECK_NOTE(&r, "line 1: nested deeper than 64, left out");
    reading_close(&r);

    /* Never closed. */
    CHECK_OK(reading_open(&r, "c.jsonl", text, depth, RLS_FORMAT_AUTO));
    CHECK(reading_next(&r) == RLS_BAD_DOCUMENT);
    reading_close(&r);
    free(text);
}

TEST(very_many_fields_are_cut_and_told)
{
    reading r;
    size_t  size = 1, room = 4 << 20;
    char   *text = malloc(room);

    text[0] = '{';
    for (int i = 0; i < 100 * 1000; i++)
        size += (size_t)sprintf(text + size, "\"field%d\":%d,", i, i);
    size += (size_t)sprintf(text + size, "\"text\":\"after\"}");
    CHECK_OK(reading_open(&r, "c.jsonl", text, size, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_BODY(&r, "after");
    CHECK_EQ_U64(r.document.field_count, 1000);
    CHECK_NOTE(&r, "more than 1000 fields");
    reading_close(&r);
    free(text);
}

TEST(an_endless_id_is_refused)
{
    reading r;
    char   *text = malloc(20000);

    memset(text, 'x', 20000);
    memcpy(text, "{\"_id\":\"", 8);
    strcpy(text + 19990, "\"}");
    open_lines(&r, text);
    CHECK(reading_next(&r) == RLS_BAD_DOCUMENT);
    CHECK(strstr(r.err.message, "an _id of") != NULL);
    reading_close(&r);
    free(text);
}

/* A random value is written and must be read as it was. */
TEST(random_strings_come_back)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 3000; round++) {
        char     meant[64], line[1000];
        size_t   meant_size = 0, size;
        reading  r;
        uint32_t count = rls_random_below(&random, 12);

        size = (size_t)sprintf(line, "{\"text\":\"");
        for (uint32_t i = 0; i < count; i++) {
            static const char *const plain[] = {"a",  "word", "\xC4\x81", "\"",
                                                "\\", "\n",   "/",        "\xF0\x9F\x98\x80"};
            static const char *const written[][3] = {
                {"a", "\\u0061", "a"},
                {"word", "word", "\\u0077ord"},
                {"\xC4\x81", "\\u0101", "\xC4\x81"},
                {"\\\"", "\\u0022", "\\\""},
                {"\\\\", "\\u005c", "\\\\"},
                {"\\n", "\\u000A", "\\n"},
                {"/", "\\/", "/"},
                {"\xF0\x9F\x98\x80", "\\ud83D\\uDE00", "\\uD83d\\ude00"}};
            uint32_t which = rls_random_below(&random, 8);

            memcpy(meant + meant_size, plain[which], strlen(plain[which]));
            meant_size += strlen(plain[which]);
            size +=
                (size_t)sprintf(line + size, "%s", written[which][rls_random_below(&random, 3)]);
        }
        sprintf(line + size, "\"}");
        open_lines(&r, line);
        CHECK_OK(reading_next(&r));
        CHECK_NO_NOTES(&r);
        CHECK_EQ_U64(r.document.body.size, meant_size);
        CHECK(memcmp(r.document.body.data, meant, meant_size) == 0);
        reading_close(&r);
    }
}
