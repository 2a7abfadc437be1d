#include "query/synonyms.h"

#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

static rls_synonyms *
parse(const char *text)
{
    rls_synonyms *synonyms;

    CHECK_OK(rls_synonyms_parse(text, strlen(text), &synonyms, NULL));
    return synonyms;
}

/* The alternatives of some words, "|" behind each; static storage. */
static const char *
alternatives(const rls_synonyms *synonyms, const char *language, const char *first,
             const char *second)
{
    static char              told[512];
    const rls_synonym_table *table;
    rls_bytes                terms[2] = {rls_bytes_of(first, strlen(first))};
    rls_buffer               scratch;
    rls_heap                 heap;
    size_t                   size = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&scratch, &heap);
    if (second != NULL)
        terms[1] = rls_bytes_of(second, strlen(second));
    CHECK_OK(rls_synonyms_table(synonyms, rls_bytes_of(language, strlen(language)), &table, NULL));
    told[0] = '\0';
    for (const rls_synonym_rule *rule =
             rls_synonym_table_find(table, terms, second == NULL ? 1 : 2, &scratch);
         rule != NULL; rule = rls_synonym_table_next(table, rule))
        for (uint32_t i = 0; i < rule->alternative_count; i++)
            size += (size_t)snprintf(told + size, sizeof told - size, "%.*s|",
                                     (int)rule->alternatives[i].size,
                                     (const char *)rule->alternatives[i].data);
    rls_buffer_release(&scratch);
    return told;
}

TEST(lines_are_rules_and_remarks_are_none)
{
    rls_synonyms *synonyms = parse("# words\n\n car,  automobile , motor \t vehicle # and so on\r\n"
                                   "nz, Aotearoa => new zealand\ncar, auto");

    CHECK_EQ_U64(rls_synonyms_count(synonyms), 7);
    CHECK_EQ_STR(alternatives(synonyms, "none", "car", NULL), "automobile|motor vehicle|auto|");
    CHECK_EQ_STR(alternatives(synonyms, "none", "motor", "vehicle"), "car|automobile|");
    CHECK_EQ_STR(alternatives(synonyms, "none", "aotearoa", NULL), "new zealand|");
    CHECK_EQ_STR(alternatives(synonyms, "none", "new", "zealand"), "");
    CHECK_EQ_STR(alternatives(synonyms, "none", "automobil", NULL), "");
    CHECK_EQ_STR(alternatives(synonyms, "english", "automobil", NULL), "car|motor vehicle|");
    rls_synonyms_close(synonyms);
    rls_synonyms_close(NULL);
    CHECK_EQ_U64(rls_synonyms_count(NULL), 0);
    synonyms = parse("");
    CHECK_EQ_STR(alternatives(synonyms, "english", "car", NULL), "");
    rls_synonyms_close(synonyms);
}

TEST(an_error_names_its_line_and_byte)
{
    static const struct {
        const char *text, *message;
        uint64_t    offset;
    } cases[] = {
        {"a, b\ncar\n", "line 2: one item alone has no synonym", 5},
        {"\n\na, , b", "line 3: an empty item", 2},
        {"a => b => c", "line 1: a second =>", 0},
        {"=> b", "line 1: an empty item", 0},
        {"a =>", "line 1: an empty item", 0},
        {"a, --", "line 1: an item without a word", 0},
        {"a => ?!", "line 1: an item without a word", 0},
        {"a, a b c d e f g h i", "line 1: an item has more than 8 words", 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rls_synonyms *synonyms = (rls_synonyms *)(void *)1;
        rls_error     err = {.message = ""};
        CHECK_EQ_I64(rls_synonyms_parse(cases[i].text, strlen(cases[i].text), &synonyms, &err),
                     RLS_BAD_ARGUMENT);
        CHECK(synonyms == NULL);
        CHECK_EQ_STR(err.message, cases[i].message);
        CHECK_EQ_U64(err.offset, cases[i].offset);
    }
    CHECK_EQ_I64(rls_synonyms_parse(NULL, 1, &(rls_synonyms *){NULL}, NULL), RLS_BAD_ARGUMENT);
    CHECK_EQ_I64(rls_synonyms_parse("", 0, NULL, NULL), RLS_BAD_ARGUMENT);
}

TEST(any_bytes_are_rules_or_an_error)
{
    static const char alphabet[] = "ab,=> #\n\r\t\xc3\xa9\xff-.\0";
    rls_random        random = {rls_test_seed()};

    for (int round = 0; round < 5000; round++) {
        char          text[64];
        size_t        size = rls_random_below(&random, sizeof text);
        rls_synonyms *synonyms;
        rls_error     err = {.message = ""};
        for (size_t i = 0; i < size; i++)
            text[i] = alphabet[rls_random_below(&random, sizeof alphabet)];
        if (rls_synonyms_parse(text, size, &synonyms, &err) == RLS_OK)
            CHECK(synonyms != NULL);
        else
            CHECK(synonyms == NULL && strncmp(err.message, "line ", 5) == 0);
        rls_synonyms_close(synonyms);
    }
}
