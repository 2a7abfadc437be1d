#include <locale.h>
#include <math.h>

#include "document/document.h"
#include "sample.h"

TEST(a_document_needs_a_key)
{
    rls_document *document = (rls_document *)(void *)1;
    char         *long_key = malloc(40000);

    memset(long_key, 'k', 40000);
    long_key[39999] = '\0';
    SAMPLE_REFUSED(rls_document_create(NULL, &document, &err), RLS_BAD_ARGUMENT);
    CHECK(document == NULL);
    SAMPLE_REFUSED(rls_document_create("", &document, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_create(long_key, &document, &err), RLS_BAD_ARGUMENT);
    CHECK(document == NULL);
    SAMPLE_REFUSED(rls_document_create("a", NULL, &err), RLS_BAD_ARGUMENT);
    long_key[32767] = '\0';
    CHECK_OK(rls_document_create(long_key, &document, NULL));
    rls_document_close(document);
    rls_document_close(NULL);
    free(long_key);
}

TEST(a_field_needs_a_name_and_text)
{
    rls_document *document;
    char          name[1026];

    memset(name, 'n', sizeof name);
    name[1025] = '\0';
    CHECK_OK(rls_document_create("a", &document, NULL));
    SAMPLE_REFUSED(rls_document_add(document, NULL, "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(document, "", "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(document, "body", "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(document, "\xff", "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(document, name, "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(document, "a", NULL, 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add(NULL, "a", "x", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add_number(document, "a", NAN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add_number(document, "a", -INFINITY, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add_number(document, "", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_add_number(NULL, "a", 1, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_body(document, NULL, 1, false, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_document_body(NULL, "x", 1, false, &err), RLS_BAD_ARGUMENT);
    CHECK_EQ_U64(document->field_count, 0);
    CHECK_OK(rls_document_add(document, "a", NULL, 0, NULL));
    CHECK_OK(rls_document_body(document, NULL, 0, true, NULL));
    rls_document_close(document);
}

TEST(values_of_one_name_make_a_list_in_the_order_given)
{
    rls_document *document;
    rls_field    *field;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "ministers", "Phil Goff", 9, NULL));
    field = rls_document_find_field(document, "ministers");
    CHECK(field != NULL && !field->is_list);
    CHECK_OK(rls_document_add(document, "ministers", "Pete Hodgson", 12, NULL));
    field = rls_document_find_field(document, "ministers");
    CHECK(field->is_list && field->value_count == 2);
    CHECK_EQ_BYTES(field->values[0].text.data, field->values[0].text.size, "Phil Goff");
    CHECK_EQ_BYTES(field->values[1].text.data, field->values[1].text.size, "Pete Hodgson");
    CHECK_EQ_U64(document->field_count, 1);
    rls_document_close(document);
}

TEST(text_is_copied_and_mended)
{
    rls_document *document;
    char          text[] = "bad \xff text\xc3";
    rls_field    *field;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_body(document, text, sizeof text - 1, false, NULL));
    CHECK_OK(rls_document_add(document, "f", text, sizeof text - 1, NULL));
    memset(text, 'x', sizeof text - 1);
    CHECK_EQ_BYTES(document->body.data, document->body.size, "bad \xef\xbf\xbd text\xef\xbf\xbd");
    field = rls_document_find_field(document, "f");
    CHECK_EQ_BYTES(field->values[0].text.data, field->values[0].text.size,
                   "bad \xef\xbf\xbd text\xef\xbf\xbd");
    rls_document_close(document);
}

TEST(a_later_body_replaces_the_earlier_one)
{
    rls_document *document;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_body(document, "**one**", 7, true, NULL));
    CHECK(document->markdown && document->prose.data != document->body.data);
    CHECK_EQ_BYTES(document->prose.data, document->prose.size, "  one  ");
    CHECK_OK(rls_document_body(document, "**two**", 7, false, NULL));
    CHECK(!document->markdown);
    CHECK_EQ_BYTES(document->prose.data, document->prose.size, "**two**");
    rls_document_close(document);
}

TEST(numbers_are_the_shortest_text_that_reads_back)
{
    static const struct {
        double      number;
        const char *text;
    } cases[] = {{0.1, "0.1"}, {1e300, "1e+300"},       {-3, "-3"}, {1.0 / 3, "0.3333333333333333"},
                 {0, "0"},     {123456789, "123456789"}};
    rls_document *document;
    rls_field    *field;

    setlocale(LC_ALL, "de_DE.UTF-8"); /* when there is one, its decimal comma must not show */
    CHECK_OK(rls_document_create("a", &document, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_OK(rls_document_add_number(document, "n", cases[i].number, NULL));
    setlocale(LC_ALL, "C");
    field = rls_document_find_field(document, "n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(field->values[i].plain);
        CHECK_EQ_U64(field->values[i].text.size, strlen(cases[i].text));
        CHECK(memcmp(field->values[i].text.data, cases[i].text, strlen(cases[i].text)) == 0);
    }
    rls_document_close(document);
}

TEST(the_language_is_what_lang_says_then_what_language_says)
{
    rls_document *document;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "language", "fr", 2, NULL));
    CHECK_EQ_BYTES(document->language.data, document->language.size, "fr");
    CHECK_OK(rls_document_add(document, "lang", "de", 2, NULL));
    CHECK_EQ_BYTES(document->language.data, document->language.size, "de");
    rls_document_close(document);
}

TEST(one_document_may_be_added_to_several_indexes)
{
    rls_document *document;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_body(document, "some words", 10, false, NULL));
    CHECK_OK(rls_document_add(document, "date", "2007-05-28", 10, NULL));
    for (int i = 0; i < 2; i++) {
        const char   *folder = rls_test_temp_folder();
        rls_writer   *writer = sample_writer(folder, NULL);
        rls_snapshot *snapshot;
        CHECK_OK(rls_writer_add(writer, document, NULL));
        sample_commit(writer);
        rls_writer_close(writer);
        snapshot = sample_open(folder);
        CHECK_EQ_STR(sample_found(snapshot, "words date:2007"), "a ");
        rls_snapshot_close(snapshot);
    }
    rls_document_close(document);
}

static bool
is_date(const char *text, int64_t from, int64_t to)
{
    int64_t found_from = -1, found_to = -1;

    return rls_value_date(text, strlen(text), &found_from, &found_to) && found_from == from &&
           found_to == to;
}

TEST(values_are_read_as_an_index_reads_them)
{
    enum {
        DAY = 86400
    };
    int64_t from = 7, to = 7;
    double  number = 7;

    CHECK(is_date("1970-01-02", DAY, 2 * DAY));
    CHECK(is_date("January 1970", 0, 31 * DAY));
    CHECK(is_date("1969", -365 * DAY, 0));
    CHECK(is_date("1970-01-01 00:00:01 -0400", 1, 2));
    CHECK(!rls_value_date("0001-01-01T00:00:00Z", 20, &from, &to));
    CHECK(!rls_value_date("someday", 7, &from, &to));
    CHECK(!rls_value_date(NULL, 3, &from, &to) && !rls_value_date("2007", 0, &from, &to));
    CHECK(!rls_value_date("2007", 4, NULL, &to) && !rls_value_date("2007", 4, &from, NULL));
    CHECK(from == 7 && to == 7);
    CHECK(rls_value_number("-4.5e1", 6, &number));
    CHECK(!(number < -45.0) && !(number > -45.0));
    CHECK(!rls_value_number("042", 3, &number) && !rls_value_number("1e999", 5, &number));
    CHECK(!rls_value_number(NULL, 3, &number) && !rls_value_number("1", 1, NULL));
}
