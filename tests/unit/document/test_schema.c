#include "unit/document/reading.h"

#include "document/numbers.h"
#include "support/heap_faulty.h"

static uint32_t
kinds_of_line(const char *line)
{
    reading  r;
    char     text[1000];
    uint32_t kinds;

    snprintf(text, sizeof text, "---\n%s\n---\n", line);
    read_markdown(&r, text);
    CHECK_EQ_U64(r.document.field_count, 1);
    kinds = r.document.fields[0].kinds;
    reading_close(&r);
    return kinds;
}

TEST(kinds_are_guessed_from_name_and_values)
{
    const uint32_t word = RLS_FIELD_KEYWORD | RLS_FIELD_TEXT | RLS_FIELD_STORED;
    const uint32_t date = RLS_FIELD_DATE | RLS_FIELD_STORED;
    const uint32_t number = RLS_FIELD_NUMBER | RLS_FIELD_STORED;
    const uint32_t text = RLS_FIELD_TEXT | RLS_FIELD_STORED;
    char           line[600] = "summary: ";

    CHECK_EQ_U64(kinds_of_line("title: 2007"), text);
    CHECK_EQ_U64(kinds_of_line("title:"), text);
    CHECK_EQ_U64(kinds_of_line("date: 2007"), date);
    CHECK_EQ_U64(kinds_of_line("end_date: May 2007"), date);
    CHECK_EQ_U64(kinds_of_line("updated: 2007-05-28"), date);
    CHECK_EQ_U64(kinds_of_line("meta:\n  lastmod: 2007-05-28"), date);
    CHECK_EQ_U64(kinds_of_line("published: true"), RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("candidate: Ann"), word);
    CHECK_EQ_U64(kinds_of_line("event: \"2007-05-28\""), date);
    CHECK_EQ_U64(kinds_of_line("event: May 2007"), word);
    CHECK_EQ_U64(kinds_of_line("when: [2007-05-28, 2008-01-01]"), date);
    CHECK_EQ_U64(kinds_of_line("when: [2007-05-28, soon]"), word);
    CHECK_EQ_U64(kinds_of_line("url: /a/b"), RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("seo:\n  permalink: /a/b"), RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("source: https://example.org/"), RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("links: [https://example.org/, https://b.org/]"), RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("pages: 12"), number);
    CHECK_EQ_U64(kinds_of_line("pages: \"12\""), word);
    CHECK_EQ_U64(kinds_of_line("pages: -1.5e3"), number);
    CHECK_EQ_U64(kinds_of_line("code: 007"), word);
    CHECK_EQ_U64(kinds_of_line("years: [2007, 2008]"), number | RLS_FIELD_KEYWORD);
    CHECK_EQ_U64(kinds_of_line("draft: false"), RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("draft: \"false\""), word);
    CHECK_EQ_U64(kinds_of_line("ministers: [Phil Goff]"), word);
    CHECK_EQ_U64(kinds_of_line("minister: Phil Goff"), word);
    CHECK_EQ_U64(kinds_of_line("notes: |\n  two\n  lines"), text);
    CHECK_EQ_U64(kinds_of_line("notes: |\n  one line"), word);
    CHECK_EQ_U64(kinds_of_line("image: null"), RLS_FIELD_STORED);
    CHECK_EQ_U64(kinds_of_line("image: \"\""), RLS_FIELD_STORED);
    memset(line + 9, 'x', 256);
    CHECK_EQ_U64(kinds_of_line(line), word);
    line[265] = 'x';
    CHECK_EQ_U64(kinds_of_line(line), text);
}

static rls_schema *
parse(rls_heap *heap, const char *yaml)
{
    rls_schema *schema;
    rls_error   err;
    size_t      size = strlen(yaml);
    char       *exact = malloc(size == 0 ? 1 : size);

    memcpy(exact, yaml, size);
    if (rls_schema_parse(heap, rls_bytes_of(exact, size), "rsearch.yaml", &schema, &err) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s", err.message);
    free(exact);
    return schema;
}

TEST(a_schema_file_overrides_kinds_weights_and_languages)
{
    rls_heap    heap;
    rls_schema *schema;
    reading     r;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    schema = parse(&heap, "# comment\nlanguage: english\nfields:\n"
                          "  summary: { type: text, weight: 2, language: french }\n"
                          "  ministers: { type: keyword, weight: 0.3 }\n"
                          "  internal: { type: ignore }\n"
                          "  pages: [number, keyword]\n"
                          "  issued: date\n"
                          "  secret: { type: [text], stored: false }\n"
                          "  topic: { weight: 3 }\n");
    CHECK_EQ_BYTES(rls_schema_language(schema).data, rls_schema_language(schema).size, "english");

    read_markdown(&r, "---\nsummary: s\nministers: [m]\ninternal: x\npages: \"12\"\n"
                      "issued: soon\nsecret: s\ntopic: t\ninternal2: y\n---\n");
    CHECK_OK(rls_schema_apply(schema, &r.document, &r.err));
    CHECK_EQ_U64(kinds_of(&r, "summary"), RLS_FIELD_TEXT | RLS_FIELD_STORED);
    CHECK_EQ_BYTES(r.document.fields[0].language.data, r.document.fields[0].language.size,
                   "french");
    CHECK_EQ_U64(kinds_of(&r, "ministers"), RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK(rls_document_find_field(&r.document, "internal") == NULL);
    CHECK(rls_document_find_field(&r.document, "internal2") != NULL);
    CHECK_EQ_U64(kinds_of(&r, "pages"), RLS_FIELD_NUMBER | RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK(rls_document_find_field(&r.document, "pages")->values[0].number == 12);
    CHECK_EQ_U64(kinds_of(&r, "issued"), RLS_FIELD_DATE | RLS_FIELD_STORED);
    CHECK_NOTE(&r, "issued: \"soon\" is no date");
    CHECK_EQ_U64(kinds_of(&r, "secret"), RLS_FIELD_TEXT);
    CHECK_EQ_U64(kinds_of(&r, "topic"), RLS_FIELD_TEXT | RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    reading_close(&r);

    CHECK(rls_schema_weight(schema, bytes_of("summary"), RLS_FIELD_TEXT) == 2.0f);
    CHECK(rls_schema_weight(schema, bytes_of("ministers"), RLS_FIELD_KEYWORD) == 0.3f);
    CHECK(rls_schema_weight(schema, bytes_of("title"), RLS_FIELD_TEXT) == RLS_WEIGHT_TITLE);
    CHECK(rls_schema_weight(schema, bytes_of("body"), RLS_FIELD_TEXT) == RLS_WEIGHT_TEXT);
    CHECK(rls_schema_weight(schema, bytes_of("x"), RLS_FIELD_TEXT) == RLS_WEIGHT_TEXT);
    CHECK(rls_schema_weight(schema, bytes_of("x"), RLS_FIELD_TEXT | RLS_FIELD_KEYWORD) ==
          RLS_WEIGHT_KEYWORD);
    rls_schema_free(schema);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_rule_of_a_map_holds_for_what_is_in_it)
{
    rls_heap    heap;
    rls_schema *schema;
    reading     r;
    const char *text = "---\nextra:\n  team: a\n  deep:\n    er: b\n  keep: c\nextras: d\n---\n";

    rls_heap_init(&heap, NULL, SIZE_MAX);
    schema = parse(&heap, "fields:\n  extra: ignore\n  extra.keep: stored\n");
    read_markdown(&r, text);
    CHECK_OK(rls_schema_apply(schema, &r.document, &r.err));
    CHECK_EQ_U64(r.document.field_count, 2);
    CHECK_EQ_U64(kinds_of(&r, "extra.keep"), RLS_FIELD_STORED);
    CHECK(rls_document_find_field(&r.document, "extras") != NULL);
    reading_close(&r);
    rls_schema_free(schema);
}

TEST(what_a_schema_does_not_know_is_an_error_with_its_line)
{
    static const struct {
        const char *yaml, *message;
    } wrong[] = {
        {"languag: x\n", "rsearch.yaml:1: unknown key (known are language, fields): \"languag\""},
        {"fields:\n  a: {typ: text}\n", "rsearch.yaml:2: unknown key"},
        {"fields:\n  a: {type: txt}\n", "rsearch.yaml:2: a type is text"},
        {"fields:\n  a:\n    type: []\n", "rsearch.yaml:3: a list of types is empty"},
        {"fields:\n  a:\n    weight: heavy\n", "rsearch.yaml:3: a weight is a number"},
        {"fields:\n  a: {weight: -1}\n", "rsearch.yaml:2: a weight is a number"},
        {"fields:\n  a: {stored: maybe}\n", "stored is true or false"},
        {"fields:\n  a: {stored: false}\n", "stored: false needs a type"},
        {"fields: [a]\n", "fields is a mapping"},
        {"- a\n", "a schema is a mapping"},
        {"language: [a]\n", "a language is a word"},
        {"language: a: b\n", "rsearch.yaml:1: mapping values are not allowed"},
        {"a: [\n", "rsearch.yaml:"},
        {"language: \xFF\n", "rsearch.yaml:"},
        {"fields:\n  ? [a]\n  : text\n", "the name of a field is a word"}};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rls_heap    heap;
        rls_schema *schema;
        rls_error   err;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK(rls_schema_parse(&heap, bytes_of(wrong[i].yaml), "rsearch.yaml", &schema, &err) ==
              RLS_BAD_ARGUMENT);
        CHECK(schema == NULL);
        if (strstr(err.message, wrong[i].message) == NULL)
            rls_test_fail(__FILE__, __LINE__, "of %s it says: %s", wrong[i].yaml, err.message);
        CHECK_EQ_U64(heap.used, 0);
    }
}

static void
check_same_schema(const rls_schema *a, const rls_schema *b)
{
    CHECK(rls_bytes_compare(rls_schema_language(a), rls_schema_language(b)) == 0);
    CHECK_EQ_U64(rls_schema_rule_count(a), rls_schema_rule_count(b));
    for (uint32_t i = 0; i < rls_schema_rule_count(a); i++) {
        const rls_schema_rule *x = rls_schema_rule_at(a, i), *y = rls_schema_rule_at(b, i);

        CHECK(rls_bytes_compare(x->field, y->field) == 0);
        CHECK(rls_bytes_compare(x->language, y->language) == 0);
        CHECK(x->kinds == y->kinds && x->weight == y->weight);
    }
}

TEST(a_written_schema_is_read_as_the_same)
{
    static const char *const names[] = {
        "title", "extra.team", "with \"quotes\" and \\",           "x: y",
        "#no",   "\n\x01\x7F", "\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF", "M\xC4\x81ori",
        "true",  "- a"};
    rls_heap    heap;
    rls_schema *schema, *again;
    rls_buffer  text, text_again;
    uint32_t    kinds = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_schema_new(&heap, &schema, NULL));
    CHECK_OK(rls_schema_set_language(schema, bytes_of("none"), NULL));
    for (int i = 0; i < 10; i++) {
        CHECK_OK(rls_schema_set(schema, bytes_of(names[i]), i == 9 ? RLS_KINDS_GUESSED : kinds % 32,
                                (float)i * 0.3f - 0.3f, bytes_of(i % 3 == 0 ? "german" : ""),
                                NULL));
        kinds += 7;
    }
    rls_buffer_init(&text, &heap);
    rls_buffer_init(&text_again, &heap);
    CHECK_OK(rls_schema_write(schema, &text));
    CHECK_OK(rls_schema_parse(&heap, rls_buffer_bytes(&text), "w", &again, NULL));
    check_same_schema(schema, again);
    CHECK_OK(rls_schema_write(again, &text_again));
    CHECK(rls_bytes_compare(rls_buffer_bytes(&text), rls_buffer_bytes(&text_again)) == 0);
    rls_schema_free(again);
    rls_buffer_release(&text_again);
    rls_buffer_release(&text);

    /* A rule set again replaces the one before. */
    CHECK_OK(rls_schema_set(schema, bytes_of("title"), 0, -1, bytes_of(""), NULL));
    CHECK_EQ_U64(rls_schema_rule_count(schema), 10);
    CHECK(rls_schema_set(schema, bytes_of(""), 0, -1, bytes_of(""), NULL) == RLS_BAD_ARGUMENT);
    CHECK(rls_schema_set(schema, bytes_of("x"), 64, -1, bytes_of(""), NULL) == RLS_BAD_ARGUMENT);
    CHECK(rls_schema_set(schema, bytes_of("\xFF"), 1, -1, bytes_of(""), NULL) == RLS_BAD_ARGUMENT);
    rls_schema_free(schema);
    rls_schema_free(NULL);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_schema_without_memory_is_an_error_without_leaks)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_schema     *schema = NULL;
        rls_error       err;
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = rls_schema_parse(&heap,
                                  bytes_of("language: x\nfields:\n  b: text\n  a: {weight: 2, "
                                           "language: y}\n  c: date\n  a: keyword\n"),
                                  "s", &schema, &err);
        CHECK(status == (faulty.failed ? RLS_NO_MEMORY : RLS_OK));
        rls_schema_free(schema);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
    }
}

TEST(numbers_are_read_exactly_and_nothing_else_is)
{
    static const char *const wrong[] = {
        "",    "-",     ".5",   "5.",
        "1e",  "1e+",   "0x10", "1,5",
        "007", " 1",    "1 ",   "inf",
        "nan", "1e999", "--1",  "12345678901234567890123456789012345678901"};
    double number;

    CHECK(rls_number_parse(bytes_of("0"), &number) && number == 0);
    CHECK(rls_number_parse(bytes_of("-0.5"), &number) && number == -0.5);
    CHECK(rls_number_parse(bytes_of("+12"), &number) && number == 12);
    CHECK(rls_number_parse(bytes_of("0.1"), &number) && number == 0.1);
    CHECK(rls_number_parse(bytes_of("3.141592653589793"), &number) && number == 3.141592653589793);
    CHECK(rls_number_parse(bytes_of("1.5E-3"), &number) && number == 1.5e-3);
    CHECK(rls_number_parse(bytes_of("1e-99999999999"), &number) && number == 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!rls_number_parse(bytes_of(wrong[i]), &number));
}
