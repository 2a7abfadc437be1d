#include "base/crc32.h"
#include "base/hash.h"
#include "segment/segment_file.h"
#include "segment/segment_handle.h"
#include "segment_fixture.h"
#include "support/directory_faulty.h"

/* A small segment's file in memory, to be damaged. */
typedef struct specimen {
    fixture  f;
    char     name[2 * RLS_ID_SIZE + 5];
    uint8_t *bytes;
    size_t   size;
} specimen;

static void
specimen_init(specimen *s, size_t doc_count, size_t mean_words)
{
    fixture_init(&s->f, rls_test_seed() + 50, doc_count, mean_words);
    rls_segment *segment = fixture_write(&s->f, 0, doc_count, NULL, 1);
    strcpy(s->name, rls_segment_get_info(segment)->name);
    rls_segment_close(segment);
    s->bytes = rls_test_read_file(s->f.directory, s->name, &s->size);
    CHECK(s->bytes != NULL);
}

static void
specimen_release(specimen *s)
{
    free(s->bytes);
    fixture_release(&s->f);
}

static rls_status
open_bytes(specimen *s, const uint8_t *bytes, size_t size, bool verify, rls_segment **out_segment)
{
    rls_error  error = {0};
    rls_status status;

    CHECK_OK(rls_test_write_file(s->f.directory, s->name, bytes, size));
    status = rls_segment_open(&s->f.heap, s->f.directory, s->name, verify, out_segment, &error);
    if (status != RLS_OK && (error.status != status || error.message[0] == '\0'))
        rls_test_fail(__FILE__, __LINE__, "status %d without a message", status);
    return status;
}

static rls_status
visit_key(void *context, rls_bytes key, uint32_t doc)
{
    (void)key;
    return doc < *(uint32_t *)context ? RLS_OK : RLS_NOT_FOUND;
}

static void
read_columns(const rls_segment *segment)
{
    uint32_t ordinals[4], least, greatest;

    for (uint32_t i = 0; i < rls_segment_column_count(segment); i++) {
        const rls_column *column = rls_segment_column_at(segment, i);

        rls_segment_column(segment, column->name, column->kind);
        for (uint32_t doc = 0; doc < column->doc_count; doc++) {
            uint32_t count = rls_column_ordinals(column, doc, ordinals, 4);

            for (uint32_t j = 0; j < count && j < 4; j++) {
                CHECK(ordinals[j] < column->value_count);
                rls_hash64(rls_column_keyword(column, ordinals[j]).data,
                           rls_column_keyword(column, ordinals[j]).size);
                rls_column_date(column, ordinals[j]);
                rls_column_number(column, ordinals[j]);
            }
            if (rls_column_zone(column, doc / RLS_COLUMN_ZONE, &least, &greatest))
                CHECK(least < column->value_count && greatest < column->value_count);
        }
        rls_column_find_date(column, 0);
        rls_column_find_number(column, 3);
        rls_column_find_keyword(column, bytes_of("Health"));
    }
}

static void
read_documents(rls_heap *heap, const rls_segment *segment)
{
    const rls_segment_info *info = rls_segment_get_info(segment);
    rls_buffer              name;
    rls_arena               arena;

    rls_buffer_init(&name, heap);
    rls_arena_init(&arena, heap, 1024);
    for (uint32_t doc = 0; doc < info->doc_count; doc++) {
        rls_stored_document document;
        rls_segment_source  source;
        uint32_t            found;

        rls_arena_reset(&arena);
        if (rls_segment_stored(segment, doc, &arena, &document, NULL) == RLS_OK) {
            rls_hash64(document.body.data, document.body.size);
            for (uint32_t i = 0; i < document.field_count; i++)
                rls_hash64(document.fields[i].name.data, document.fields[i].name.size);
        }
        if (rls_segment_stored_fields(segment, doc, &arena, &document, NULL) == RLS_OK) {
            for (uint32_t i = 0; i < document.field_count; i++)
                rls_hash64(document.fields[i].name.data, document.fields[i].name.size);
        }
        CHECK(rls_segment_key_rank(segment, doc) < info->doc_count);
        if (rls_segment_key(segment, doc, &name, NULL) == RLS_OK &&
            rls_segment_find_key(segment, rls_buffer_bytes(&name), &found, NULL) == RLS_OK)
            CHECK(found < info->doc_count);
        found = rls_segment_doc_source(segment, doc);
        CHECK(found == RLS_NO_SOURCE || found < rls_segment_source_count(segment));
        if (found != RLS_NO_SOURCE)
            rls_segment_get_source(segment, found, &name, &source, NULL);
        for (uint32_t field = 0; field < info->field_count; field++)
            rls_segment_length(segment, field, doc);
    }
    for (uint32_t i = 0; i < rls_segment_source_count(segment) && i < 1000; i++) {
        rls_segment_source source;
        uint32_t           found;

        if (rls_segment_get_source(segment, i, &name, &source, NULL) == RLS_OK)
            rls_segment_find_source(segment, source.name, &found, NULL);
    }
    rls_arena_release(&arena);
    rls_buffer_release(&name);
}

/* Everything that can be asked of a segment; answers may be anything, accesses may not. */
static void
read_all(specimen *s, const rls_segment *segment)
{
    rls_posting_list list;
    uint32_t         doc_count = rls_segment_get_info(segment)->doc_count;
    rls_merge_input  input = {segment, NULL};
    rls_segment     *merged;

    read_documents(&s->f.heap, segment);
    read_columns(segment);
    rls_segment_walk_keys(segment, visit_key, &doc_count, NULL);
    rls_segment_find_term(segment, bytes_of("minist"), &list, NULL);
    rls_segment_find_term(segment, bytes_of("zzz"), &list, NULL);
    rls_segment_field_number(segment, bytes_of("title"));
    rls_segment_check(segment, NULL, fixture_problem, NULL, NULL);
    if (rls_segment_merge(&s->f.heap, s->f.directory, &s->f.settings, &input, 1, NULL, NULL,
                          &merged, NULL) == RLS_OK) {
        s->f.directory->ops->remove(s->f.directory, rls_segment_get_info(merged)->name, NULL);
        rls_segment_close(merged);
    }
}

static bool
check_finds(const rls_segment *segment)
{
    rls_error  error = {0};
    rls_status status = rls_segment_check(segment, NULL, fixture_problem, NULL, &error);

    CHECK(status == RLS_OK || status == RLS_CORRUPT);
    return status == RLS_CORRUPT;
}

TEST(a_segment_cut_anywhere_does_not_open)
{
    specimen s;

    specimen_init(&s, 6, 8);
    for (size_t size = 0; size < s.size; size++) {
        rls_segment *segment = (void *)1;

        CHECK_EQ_I64(open_bytes(&s, s.bytes, size, false, &segment), RLS_CORRUPT);
        CHECK(segment == NULL);
    }
    specimen_release(&s);
}

TEST(bytes_behind_a_segment_are_refused)
{
    specimen     s;
    rls_segment *segment;

    specimen_init(&s, 3, 5);
    uint8_t *longer = calloc(1, s.size + 64);
    memcpy(longer, s.bytes, s.size);
    CHECK_EQ_I64(open_bytes(&s, longer, s.size + 64, false, &segment), RLS_CORRUPT);
    free(longer);
    specimen_release(&s);
}

TEST(verifying_finds_any_damaged_byte_and_reading_survives_it)
{
    specimen s;

    specimen_init(&s, 3, 4);
    for (size_t at = 0; at < s.size; at++) {
        rls_segment *segment;
        rls_status   status;

        s.bytes[at] ^= (uint8_t)(1 + (at * 7 + at / 3) % 255);
        status = open_bytes(&s, s.bytes, s.size, true, &segment);
        if (status != RLS_CORRUPT && status != RLS_UNSUPPORTED)
            rls_test_fail(__FILE__, __LINE__, "byte %zu: status %d", at, status);
        if (open_bytes(&s, s.bytes, s.size, false, &segment) == RLS_OK) {
            if (!check_finds(segment))
                rls_test_fail(__FILE__, __LINE__, "byte %zu: check finds nothing", at);
            if (at % 3 == 0)
                read_all(&s, segment);
            rls_segment_close(segment);
        }
        s.bytes[at] ^= (uint8_t)(1 + (at * 7 + at / 3) % 255);
    }
    specimen_release(&s);
}

/* Makes checksums and id right again, so that damage reaches what is behind them. */
static void
mend(const specimen *s, uint8_t *bytes)
{
    uint8_t *table = bytes + s->size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE;
    uint8_t  again[RLS_SECTION_TABLE - RLS_ID_SIZE + 8];

    rls_set_u64(table + RLS_SECTION_TABLE - RLS_ID_SIZE,
                rls_hash64(table, RLS_SECTION_TABLE - RLS_ID_SIZE));
    memcpy(again, table, sizeof again);
    rls_set_u64(table + RLS_SECTION_TABLE - 8, rls_hash64(again, sizeof again));
}

static void
rename_to_content(specimen *s, const uint8_t *bytes)
{
    rls_segment_name(bytes + s->size - RLS_ENVELOPE_FOOT - RLS_ID_SIZE, s->name);
}

/* Changes a byte and makes the checksums of its section and of the file fit again. */
static void
change_behind_checksums(const specimen *s, uint8_t *bytes, uint32_t place, size_t at, uint8_t mask)
{
    uint8_t *table = bytes + s->size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE;
    uint8_t *entry = table + RLS_SECTION_ENTRY * (size_t)place;
    uint8_t *section = bytes + rls_get_u64(entry);

    section[at] ^= mask;
    rls_set_u32(entry + 16, rls_crc32(0, section, rls_get_u64(entry + 8)));
    mend(s, bytes);
    rls_set_u32(bytes + s->size - 4, rls_crc32(0, bytes, s->size - 4));
}

/* In a hundred changes. A changed byte may be as good as the one before: in texts, names, stamps,
 * parameters. */
static const uint32_t least_found[RLS_SECTION_COUNT] = {
    [RLS_SECTION_INFO] = 45,     [RLS_SECTION_KEYS] = 20,    [RLS_SECTION_SOURCES] = 35,
    [RLS_SECTION_NORMS] = 95,    [RLS_SECTION_COLUMNS] = 25, [RLS_SECTION_STORED] = 50,
    [RLS_SECTION_POSTINGS] = 30, [RLS_SECTION_TERMDICT] = 30};

TEST(check_finds_damage_behind_checksums_that_fit)
{
    specimen s;
    uint32_t found[RLS_SECTION_COUNT] = {0}, tried[RLS_SECTION_COUNT] = {0};
    size_t   steps[RLS_SECTION_COUNT];

    specimen_init(&s, 12, 12);
    for (uint32_t place = 0; place < RLS_SECTION_COUNT; place++) {
        const uint8_t *entry = s.bytes + s.size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE +
                               RLS_SECTION_ENTRY * (size_t)place;
        uint64_t size = rls_get_u64(entry + 8);
        uint32_t section = rls_get_u32(entry + 20);

        steps[section] = 1 + size / 90;
        for (size_t at = 0; at < size; at += steps[section]) {
            uint8_t     *bytes = malloc(s.size);
            rls_segment *segment;

            memcpy(bytes, s.bytes, s.size);
            change_behind_checksums(&s, bytes, place, at, (uint8_t)(1 << at % 8));
            rename_to_content(&s, bytes);
            tried[section]++;
            if (open_bytes(&s, bytes, s.size, true, &segment) == RLS_OK) {
                found[section] += check_finds(segment);
                if (at % 3 == 0)
                    read_all(&s, segment);
                rls_segment_close(segment);
            } else {
                found[section]++;
            }
            s.f.directory->ops->remove(s.f.directory, s.name, NULL);
            free(bytes);
        }
    }
    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        if (found[i] * 100 < tried[i] * least_found[i])
            rls_test_fail(__FILE__, __LINE__, "%s: %u of %u found",
                          rls_section_name((rls_section)i), found[i], tried[i]);
    }
    specimen_release(&s);
}

TEST(sections_exchanged_in_the_table_harm_nobody)
{
    specimen   s;
    rls_random random = {rls_test_seed()};

    specimen_init(&s, 5, 6);
    for (int round = 0; round < 60; round++) {
        uint8_t     *bytes = malloc(s.size);
        uint8_t     *table = bytes + s.size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE;
        uint32_t     a = rls_random_below(&random, RLS_SECTION_COUNT);
        uint32_t     b = rls_random_below(&random, RLS_SECTION_COUNT);
        rls_segment *segment;

        memcpy(bytes, s.bytes, s.size);
        rls_set_u32(table + RLS_SECTION_ENTRY * (size_t)a + 20,
                    rls_get_u32(s.bytes + (table - bytes) + RLS_SECTION_ENTRY * (size_t)b + 20));
        rls_set_u32(table + RLS_SECTION_ENTRY * (size_t)b + 20,
                    rls_get_u32(s.bytes + (table - bytes) + RLS_SECTION_ENTRY * (size_t)a + 20));
        mend(&s, bytes);
        rename_to_content(&s, bytes);
        if (open_bytes(&s, bytes, s.size, false, &segment) == RLS_OK) {
            read_all(&s, segment);
            rls_segment_close(segment);
        }
        s.f.directory->ops->remove(s.f.directory, s.name, NULL);
        free(bytes);
    }
    specimen_release(&s);
}

TEST(damage_in_many_places_at_once_harms_nobody)
{
    specimen   s;
    rls_random random = {rls_test_seed() + 9};

    specimen_init(&s, 40, 20);
    for (int round = 0; round < 50; round++) {
        uint8_t     *bytes = malloc(s.size);
        uint32_t     count = 1 + rls_random_below(&random, 12);
        rls_segment *segment;

        memcpy(bytes, s.bytes, s.size);
        while (count-- > 0) {
            size_t at =
                RLS_SECTION_ALIGNMENT +
                rls_random_below(&random, (uint32_t)(s.size - RLS_SECTION_ALIGNMENT -
                                                     RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE));

            bytes[at] =
                rls_random_below(&random, 3) == 0 ? 0xff : (uint8_t)rls_random_next(&random);
        }
        if (open_bytes(&s, bytes, s.size, false, &segment) == RLS_OK) {
            read_all(&s, segment);
            rls_segment_close(segment);
        }
        free(bytes);
    }
    specimen_release(&s);
}

TEST(a_segment_under_another_name_is_refused)
{
    specimen     s;
    rls_segment *segment;
    rls_error    error = {0};

    specimen_init(&s, 3, 5);
    CHECK_OK(rls_test_write_file(s.f.directory, "00000000000000000000000000000000.seg", s.bytes,
                                 s.size));
    CHECK_EQ_I64(rls_segment_open(&s.f.heap, s.f.directory, "00000000000000000000000000000000.seg",
                                  false, &segment, &error),
                 RLS_CORRUPT);
    CHECK(strstr(error.message, s.name) != NULL);
    specimen_release(&s);
}

TEST(a_newer_format_is_refused_by_name)
{
    specimen     s;
    rls_segment *segment;

    specimen_init(&s, 3, 5);
    s.bytes[4] = RLS_SEGMENT_FORMAT + 1;
    CHECK_EQ_I64(open_bytes(&s, s.bytes, s.size, false, &segment), RLS_CORRUPT);
    rls_set_u32(s.bytes + s.size - 4, rls_crc32(0, s.bytes, s.size - 4));
    CHECK_EQ_I64(open_bytes(&s, s.bytes, s.size, false, &segment), RLS_UNSUPPORTED);
    specimen_release(&s);
}

/* Postings that take no bytes begin where the stored text behind them does, whose tail does not say
 * where its blocks end. */
TEST(postings_of_no_bytes_before_the_stored_text_are_refused_by_the_lean_way_to_open)
{
    uint8_t                 stored[4096];
    rls_directory          *strict; /* maps no byte too many */
    specimen                s;
    rls_segment            *segment;
    rls_segment_file_writer writer;
    rls_output              output;
    uint8_t                 id[RLS_ID_SIZE];

    specimen_init(&s, 3, 5);
    CHECK_OK(open_bytes(&s, s.bytes, s.size, true, &segment));
    CHECK_OK(rls_output_open(&output, s.f.directory, "new", NULL));
    rls_segment_file_begin(&writer, &output);
    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        static const rls_section first[] = {RLS_SECTION_POSTINGS, RLS_SECTION_STORED};
        rls_section              section = i < 2                             ? first[i]
                                           : i < (int)RLS_SECTION_STORED + 2 ? (rls_section)(i - 2)
                                                                             : (rls_section)i;
        rls_bytes                bytes = rls_segment_section(segment, section);

        rls_segment_file_begin_section(&writer, section);
        if (section == RLS_SECTION_STORED)
            bytes = rls_bytes_of(memset(stored, 0xff, sizeof stored), sizeof stored);
        if (section != RLS_SECTION_POSTINGS)
            rls_output_write(&output, bytes.data, bytes.size);
        rls_segment_file_end_section(&writer);
    }
    rls_segment_file_end(&writer, 0, id);
    CHECK_OK(rls_output_finish(&output, false, NULL));
    rls_segment_close(segment);
    rls_segment_name(id, s.name);
    CHECK_OK(s.f.directory->ops->rename(s.f.directory, "new", s.name, NULL));
    strict = &rls_directory_faulty_new(s.f.directory)->base;
    s.f.directory = strict;
    CHECK_EQ_I64(rls_segment_open_lean(&s.f.heap, strict, s.name, &segment, NULL), RLS_CORRUPT);
    specimen_release(&s);
}

TEST(a_length_of_0_is_damage_to_a_merge)
{
    static const uint8_t zeros[4];
    specimen             s;
    rls_segment         *segment, *merged;
    rls_merge_input      input;

    specimen_init(&s, 3, 5);
    CHECK_OK(open_bytes(&s, s.bytes, s.size, true, &segment));
    CHECK(segment->info.field_count > 1);
    segment->norms.fields[1] =
        (rls_field_norms){.sparse_docs = zeros, .sparse_bytes = zeros, .sparse_count = 1};
    segment->norms.residues[1] = (rls_frames){0};
    input = (rls_merge_input){segment, NULL};
    CHECK_EQ_I64(rls_segment_merge(&s.f.heap, s.f.directory, &s.f.settings, &input, 1, NULL, NULL,
                                   &merged, NULL),
                 RLS_CORRUPT);
    rls_segment_close(segment);
    specimen_release(&s);
}
