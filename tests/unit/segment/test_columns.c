#include "segment/columns_reader.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "segment/batch_columns.h"
#include "support/runner.h"

enum {
    DOC_COUNT = 1100,
    VALUE_MAX = 4
};

/* Values of documents by field, made at random; the oracle looks at them all. */
typedef struct oracle {
    uint32_t counts[DOC_COUNT];
    int      values[DOC_COUNT][VALUE_MAX]; /* numbers that stand for values; may repeat */
} oracle;

typedef struct kind_of_field {
    const char     *name;
    uint32_t        field_kind;
    rls_column_kind kind;
    uint32_t        odds;        /* one document in so many has it */
    uint32_t        most;        /* values a document */
    int             value_count; /* distinct, about */
} kind_of_field;

static const kind_of_field fields[] = {
    {"dates", RLS_FIELD_DATE, RLS_COLUMN_DATE, 1, 1, 400},
    {"many", RLS_FIELD_KEYWORD, RLS_COLUMN_KEYWORD, 2, 4, 60},
    {"numbers", RLS_FIELD_NUMBER, RLS_COLUMN_NUMBER, 3, 3, 1000},
    {"one", RLS_FIELD_KEYWORD, RLS_COLUMN_KEYWORD, 1, 1, 1},
    {"sparse", RLS_FIELD_KEYWORD, RLS_COLUMN_KEYWORD, 40, 1, 9},
    {"sparse many", RLS_FIELD_DATE, RLS_COLUMN_DATE, 30, 4, 9},
};
enum {
    FIELD_COUNT = sizeof fields / sizeof fields[0]
};

static int64_t
date_of(int value)
{
    return ((int64_t)value - 200) * 86400 * 100;
}

static double
number_of(int value)
{
    return value == 0 ? -INFINITY : ((double)value - 500) * 1e-3;
}

static void
keyword_of(int value, char *out)
{
    sprintf(out, "%c%.*s value %d", "Zz\xc3"[value % 3], value % 20, "abcdefghijklmnopqrstuv",
            value * 37 % 101);
}

static void
add_values(rls_document *document, const kind_of_field *kind, const oracle *values, uint32_t doc)
{
    rls_field *field;
    char       keyword[64];

    if (values->counts[doc] == 0)
        return;
    field = rls_document_field(document, rls_bytes_of(kind->name, strlen(kind->name)));
    field->kinds = kind->field_kind;
    for (uint32_t i = 0; i < values->counts[doc]; i++) {
        rls_value *value;

        keyword_of(values->values[doc][i], keyword);
        value = rls_field_add(document, field, rls_bytes_of(keyword, strlen(keyword)), true);
        value->has_date = kind->kind == RLS_COLUMN_DATE;
        value->has_number = kind->kind == RLS_COLUMN_NUMBER;
        value->date = date_of(values->values[doc][i]);
        value->number = number_of(values->values[doc][i]);
    }
}

/* Order of two values as their column should have them. */
static int
compare(const kind_of_field *kind, int a, int b)
{
    char text[2][64];

    if (kind->kind == RLS_COLUMN_DATE)
        return (date_of(a) > date_of(b)) - (date_of(a) < date_of(b));
    if (kind->kind == RLS_COLUMN_NUMBER)
        return (number_of(a) > number_of(b)) - (number_of(a) < number_of(b));
    keyword_of(a, text[0]);
    keyword_of(b, text[1]);
    return strcmp(text[0], text[1]);
}

/* How the value of an ordinal compares with an oracle's value. */
static int
compare_ordinal(const rls_column *column, const kind_of_field *kind, uint32_t ordinal, int value)
{
    char text[64];

    if (kind->kind == RLS_COLUMN_DATE) {
        int64_t date = rls_column_date(column, ordinal);

        return (date > date_of(value)) - (date < date_of(value));
    }
    if (kind->kind == RLS_COLUMN_NUMBER) {
        double number = rls_column_number(column, ordinal);

        return (number > number_of(value)) - (number < number_of(value));
    }
    keyword_of(value, text);
    return rls_bytes_compare(rls_column_keyword(column, ordinal), rls_bytes_of(text, strlen(text)));
}

static uint32_t
find(const rls_column *column, const kind_of_field *kind, int value)
{
    char text[64];

    if (kind->kind == RLS_COLUMN_DATE)
        return rls_column_find_date(column, date_of(value));
    if (kind->kind == RLS_COLUMN_NUMBER)
        return rls_column_find_number(column, number_of(value));
    keyword_of(value, text);
    return rls_column_find_keyword(column, rls_bytes_of(text, strlen(text)));
}

/* Ordinals of one document: those of its distinct values, in order. */
static void
check_document(const rls_column *column, const kind_of_field *kind, const oracle *values,
               uint32_t doc, uint32_t *least, uint32_t *greatest, uint64_t *entries)
{
    uint32_t ordinals[VALUE_MAX + 1], count, distinct = 0;

    count = rls_column_ordinals(column, doc, ordinals, VALUE_MAX + 1);
    for (uint32_t i = 0; i < values->counts[doc]; i++) {
        bool     repeated = false;
        uint32_t at = 0;

        for (uint32_t j = 0; j < i; j++)
            repeated =
                repeated || compare(kind, values->values[doc][i], values->values[doc][j]) == 0;
        distinct += !repeated;
        while (at < count &&
               compare_ordinal(column, kind, ordinals[at], values->values[doc][i]) != 0)
            at++;
        CHECK(at < count);
        CHECK_EQ_U64(find(column, kind, values->values[doc][i]), ordinals[at]);
    }
    CHECK_EQ_U64(count, distinct);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(i == 0 || ordinals[i] > ordinals[i - 1]);
        *least = ordinals[i] < *least ? ordinals[i] : *least;
        *greatest = ordinals[i] > *greatest ? ordinals[i] : *greatest;
    }
    *entries += count;
    if (count > 1) {
        uint32_t one[1] = {UINT32_MAX};

        CHECK_EQ_U64(rls_column_ordinals(column, doc, one, 1), count);
        CHECK_EQ_U64(one[0], ordinals[0]);
    }
}

static void
check_whole(const rls_column *column, uint32_t range)
{
    bool whole = true;

    for (uint32_t doc = range * RLS_COLUMN_ZONE;
         doc < DOC_COUNT && doc < (range + 1) * RLS_COLUMN_ZONE; doc++)
        whole = whole && rls_column_ordinals(column, doc, NULL, 0) > 0;
    CHECK(rls_column_zone_is_whole(column, range) == (whole && !column->sparse));
}

/* Ranges of ordinals as filters over words that are empty, full or anything between. */
static void
check_keep(const rls_column *column, uint32_t from)
{
    rls_random random = {rls_test_seed() + from};

    for (int turn = 0; turn < 40; turn++) {
        uint64_t words[8], kept[8];
        uint32_t least = rls_random_below(&random, column->value_count + 1);
        uint32_t end = least + rls_random_below(&random, column->value_count + 1 - least);
        uint32_t count = 1 + rls_random_below(&random, 8);
        if (turn % 8 == 0)
            least = 0, end = column->value_count;
        for (uint32_t i = 0; i < count; i++) {
            words[i] = rls_random_next(&random);
            words[i] = turn % 4 == 0
                           ? UINT64_MAX
                           : words[i] & (turn % 2 ? UINT64_MAX : words[i] << 3 & words[i] >> 5);
        }
        memcpy(kept, words, sizeof words);
        rls_column_keep(column, least, end, from, count, kept);
        for (uint32_t i = 0; i < 64 * count && from + i < DOC_COUNT; i++) {
            uint32_t ordinals[VALUE_MAX + 1];
            uint32_t found = rls_column_ordinals(column, from + i, ordinals, VALUE_MAX + 1);
            bool     expected = false;
            for (uint32_t o = 0; o < found; o++)
                expected = expected || (ordinals[o] >= least && ordinals[o] < end);
            expected = expected && (words[i / 64] >> i % 64 & 1) != 0;
            CHECK((kept[i / 64] >> i % 64 & 1) == expected);
        }
    }
}

/* Counts of random sets of documents, by value and by the first of four neighbouring values. */
static void
check_count(const rls_column *column)
{
    static uint64_t words[(DOC_COUNT + 63) / 64 + 1];
    rls_random      random = {rls_test_seed()};
    uint32_t       *counts = malloc(2 * (size_t)column->value_count * sizeof *counts);
    uint32_t       *firsts = malloc(column->value_count * sizeof *firsts);
    uint32_t       *expected = counts + column->value_count;

    for (uint32_t i = 0; i < column->value_count; i++)
        firsts[i] = i - i % 4;
    for (int turn = 0; turn < 12; turn++) {
        bool     grouped = turn % 2 == 1 && !column->single;
        uint64_t with = 0;
        memset(counts, 0, 2 * (size_t)column->value_count * sizeof *counts);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            words[i] = turn % 3 == 0 ? UINT64_MAX : rls_random_next(&random);
            if (turn % 3 == 2)
                words[i] &= rls_random_next(&random) & rls_random_next(&random);
        }
        for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
            uint32_t ordinals[VALUE_MAX + 1];
            uint32_t found = rls_column_ordinals(column, doc, ordinals, VALUE_MAX + 1);
            if ((words[doc / 64] >> doc % 64 & 1) == 0)
                continue;
            with += found > 0;
            for (uint32_t i = 0; i < found; i++) {
                if (!grouped)
                    expected[ordinals[i]]++;
                else if (i == 0 || firsts[ordinals[i]] != firsts[ordinals[i - 1]])
                    expected[firsts[ordinals[i]]]++;
            }
        }
        CHECK_EQ_U64(rls_column_count(column, grouped ? firsts : NULL, 0,
                                      (uint32_t)(sizeof words / sizeof *words), words, counts),
                     with);
        CHECK(memcmp(counts, expected, column->value_count * sizeof *counts) == 0);
    }
    free(counts);
    free(firsts);
}

static void
check_all(const rls_column *column, const kind_of_field *kind, const oracle *values)
{
    uint64_t entries = 0, position = 0, walked = 0;
    uint32_t doc, count;

    CHECK_EQ_U64(column->kind, kind->kind);
    CHECK(column->single == (kind->most == 1));
    for (uint32_t i = 1; i < column->value_count; i++) {
        if (kind->kind == RLS_COLUMN_KEYWORD)
            CHECK(rls_bytes_compare(rls_column_keyword(column, i - 1),
                                    rls_column_keyword(column, i)) < 0);
        else if (kind->kind == RLS_COLUMN_DATE)
            CHECK(rls_column_date(column, i - 1) < rls_column_date(column, i));
        else
            CHECK(rls_column_number(column, i - 1) < rls_column_number(column, i));
    }
    for (uint32_t range = 0; range * RLS_COLUMN_ZONE < DOC_COUNT; range++) {
        uint32_t least = UINT32_MAX, greatest = 0, zone_least, zone_greatest;

        for (doc = range * RLS_COLUMN_ZONE; doc < DOC_COUNT && doc < (range + 1) * RLS_COLUMN_ZONE;
             doc++)
            check_document(column, kind, values, doc, &least, &greatest, &entries);
        if (rls_column_zone(column, range, &zone_least, &zone_greatest)) {
            CHECK_EQ_U64(zone_least, least);
            CHECK_EQ_U64(zone_greatest, greatest);
        } else {
            CHECK_EQ_U64(least, UINT32_MAX);
        }
        check_whole(column, range);
        check_keep(column, range * RLS_COLUMN_ZONE);
    }
    CHECK_EQ_U64(entries, column->entry_count);
    check_count(column);
    while (rls_column_next(column, &position, &doc, NULL, 0, &count)) {
        CHECK_EQ_U64(count, rls_column_ordinals(column, doc, NULL, 0));
        walked++;
    }
    CHECK_EQ_U64(walked, column->docs_with);
    CHECK_EQ_U64(rls_column_ordinals(column, DOC_COUNT, NULL, 0), 0);
    CHECK(!rls_column_zone(column, DOC_COUNT, &doc, &count));
}

/* Random values of all fields, collected as a batch does, written. */
static void
make_section(rls_heap *heap, rls_random *random, oracle *values, rls_buffer *section)
{
    rls_batch_columns columns;
    rls_sink          sink = rls_sink_to_buffer(section);

    rls_buffer_init(section, heap);
    rls_batch_columns_init(&columns, heap);
    for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
        rls_arena    arena;
        rls_document document;

        rls_arena_init(&arena, heap, 4096);
        rls_document_init(&document, &arena);
        for (int f = FIELD_COUNT; f-- > 0;) {
            oracle *of = &values[f];

            of->counts[doc] = 0;
            if (rls_random_below(random, fields[f].odds) != 0)
                continue;
            of->counts[doc] = 1 + rls_random_below(random, fields[f].most);
            for (uint32_t i = 0; i < of->counts[doc]; i++)
                of->values[doc][i] = (int)rls_random_below(random, (uint32_t)fields[f].value_count);
            add_values(&document, &fields[f], of, doc);
        }
        CHECK_OK(rls_batch_columns_add(&columns, doc, &document, NULL));
        rls_arena_release(&arena);
    }
    CHECK_OK(rls_batch_columns_write(&columns, &sink, DOC_COUNT, NULL));
    rls_batch_columns_release(&columns);
}

static uint8_t *
exact_copy(const rls_buffer *buffer)
{
    uint8_t *copy = malloc(buffer->size + RLS_MAP_PADDING);

    memset(copy + buffer->size, 0xa5, RLS_MAP_PADDING);
    memcpy(copy, buffer->data, buffer->size);
    return copy;
}

TEST(columns_hold_the_distinct_values_of_every_document)
{
    rls_heap    heap;
    rls_random  random = {rls_test_seed()};
    oracle     *values = calloc(FIELD_COUNT, sizeof *values);
    rls_buffer  section;
    rls_column *columns;
    uint32_t    count;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    make_section(&heap, &random, values, &section);
    uint8_t *copy = exact_copy(&section);
    CHECK_OK(rls_columns_open(&heap, rls_bytes_of(copy, section.size), DOC_COUNT, "test", &columns,
                              &count, NULL));
    CHECK_EQ_U64(count, FIELD_COUNT);
    for (int f = 0; f < FIELD_COUNT; f++)
        check_all(&columns[f], &fields[f], &values[f]);
    CHECK(columns[4].sparse && columns[5].sparse && !columns[1].sparse);
    CHECK_EQ_U64(rls_column_find_keyword(&columns[1], rls_bytes_of("\xff", 1)),
                 columns[1].value_count);
    CHECK_EQ_U64(rls_column_find_number(&columns[2], -INFINITY), 0);
    CHECK_EQ_U64(rls_column_find_number(&columns[2], INFINITY), columns[2].value_count);
    rls_free(&heap, columns);
    free(copy);
    free(values);
    rls_buffer_release(&section);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(damaged_columns_tell_only_ordinals_that_there_are)
{
    rls_heap   heap;
    rls_random random = {rls_test_seed() + 1};
    oracle    *values = calloc(FIELD_COUNT, sizeof *values);
    rls_buffer section;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    make_section(&heap, &random, values, &section);
    for (int round = 0; round < 300; round++) {
        uint8_t    *copy = exact_copy(&section);
        rls_column *columns;
        uint32_t    count, damage = 1 + rls_random_below(&random, 30);

        while (damage-- > 0) {
            size_t back = round % 2 == 0 ? section.size : 120;

            copy[section.size - 1 - rls_random_below(&random, (uint32_t)back)] =
                (uint8_t)rls_random_next(&random);
        }
        if (rls_columns_open(&heap, rls_bytes_of(copy, section.size), DOC_COUNT, "test", &columns,
                             &count, NULL) != RLS_OK) {
            CHECK(columns == NULL);
            free(copy);
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            uint32_t ordinals[8];

            for (uint32_t doc = 0; doc < DOC_COUNT; doc += 1 + round % 5) {
                uint32_t told = rls_column_ordinals(&columns[i], doc, ordinals, 8);

                for (uint32_t j = 0; j < told && j < 8; j++)
                    CHECK(ordinals[j] < columns[i].value_count);
            }
            rls_column_find_keyword(&columns[i], rls_bytes_of("m", 1));
            rls_column_find_number(&columns[i], 0.25);
            rls_column_zone(&columns[i], 1, &ordinals[0], &ordinals[1]);
        }
        rls_free(&heap, columns);
        free(copy);
    }
    for (size_t size = 0; size < section.size; size += 1 + size / 50) {
        rls_column *columns;
        uint32_t    count;
        uint8_t    *copy = malloc(size + RLS_MAP_PADDING);

        memset(copy + size, 0xa5, RLS_MAP_PADDING);
        memcpy(copy, section.data, size);
        CHECK_EQ_I64(rls_columns_open(&heap, rls_bytes_of(copy, size), DOC_COUNT, "test", &columns,
                                      &count, NULL),
                     RLS_CORRUPT);
        free(copy);
    }
    free(values);
    rls_buffer_release(&section);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(values_without_number_too_long_or_empty_are_left_out)
{
    rls_heap          heap;
    rls_arena         arena;
    rls_document      document;
    rls_batch_columns columns;
    rls_buffer        section;
    rls_sink          sink = rls_sink_to_buffer(&section);
    rls_column       *opened;
    rls_field        *field;
    rls_value        *value;
    uint32_t          count;
    char              text[RLS_COLUMN_KEYWORD_MAX + 1];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_document_init(&document, &arena);
    memset(text, 'x', sizeof text);
    field = rls_document_field(&document, rls_bytes_of("f", 1));
    field->kinds = RLS_FIELD_KEYWORD | RLS_FIELD_NUMBER | RLS_FIELD_DATE;
    rls_field_add(&document, field, rls_bytes_of(text, sizeof text), true);
    rls_field_add(&document, field, rls_bytes_of("", 0), true);
    value = rls_field_add(&document, field, rls_bytes_of(text, sizeof text - 1), true);
    value->has_number = true;
    value->number = NAN;
    value = rls_field_add(&document, field, rls_bytes_of("0", 1), true);
    value->has_number = true;
    value->number = -0.0;
    value = rls_field_add(&document, field, rls_bytes_of("0", 1), true);
    value->has_number = true;
    value->number = 0.0;
    rls_batch_columns_init(&columns, &heap);
    rls_buffer_init(&section, &heap);
    CHECK_OK(rls_batch_columns_add(&columns, 0, &document, NULL));
    CHECK_OK(rls_batch_columns_write(&columns, &sink, 1, NULL));
    CHECK(rls_buffer_reserve(&section, RLS_MAP_PADDING));
    CHECK_OK(rls_columns_open(&heap, rls_buffer_bytes(&section), 1, "test", &opened, &count, NULL));
    CHECK_EQ_U64(count, 2);
    CHECK_EQ_U64(opened[0].value_count, 2);
    CHECK_EQ_BYTES(rls_column_keyword(&opened[0], 0).data, rls_column_keyword(&opened[0], 0).size,
                   "0");
    CHECK_EQ_U64(opened[1].value_count, 1);
    CHECK(!signbit(rls_column_number(&opened[1], 0)));
    rls_free(&heap, opened);
    rls_batch_columns_release(&columns);
    rls_buffer_release(&section);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}
