/* Good segments, the same on every run, for targets to damage: a few documents like releases, and
 * many short ones, whose frequent terms have long and dense lists. */
#ifndef RLS_TESTS_FUZZ_BASE_H
#define RLS_TESTS_FUZZ_BASE_H

#include "fuzz.h"
#include "segment/segment_handle.h"
#include "segment/segment_writer.h"
#include "support/random_corpus.h"

enum {
    FUZZ_BASE_FEW,
    FUZZ_BASE_MANY,
    FUZZ_BASE_COUNT
};

typedef struct fuzz_base {
    rls_heap             heap;
    rls_directory       *directory;
    rls_schema          *schema;
    rls_segment_settings settings;
    rls_segment         *segment;
} fuzz_base;

static inline rls_bytes
fuzz_string(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static inline void
fuzz_base_value(rls_document *document, const char *name, const char *value, bool plain)
{
    rls_field *field;

    if (value == NULL || value[0] == '\0')
        return;
    field = rls_document_field(document, fuzz_string(name));
    FUZZ_CHECK(field != NULL && rls_field_add(document, field, fuzz_string(value), plain) != NULL);
}

static inline void
fuzz_base_add(fuzz_base *base, rls_segment_batch *batch, const rls_corpus_document *from, size_t i)
{
    rls_segment_source source = {fuzz_string(from->key), 100 + i, 5000 + 3 * i,
                                 (uint64_t)i << 40,      77,      1};
    rls_arena          arena;
    rls_document       document;
    char               number[16];

    rls_arena_init(&arena, &base->heap, 4096);
    rls_document_init(&document, &arena);
    document.key = fuzz_string(from->key);
    document.body = document.prose = fuzz_string(from->body);
    fuzz_base_value(&document, "title", from->title, false);
    fuzz_base_value(&document, "date", from->date, true);
    for (int j = 0; j < RLS_CORPUS_LIST_MAX; j++)
        fuzz_base_value(&document, "ministers", from->ministers[j], false);
    snprintf(number, sizeof number, "%d.5", (int)(i % 7));
    if (i % 3 != 0)
        fuzz_base_value(&document, "pages", number, true);
    FUZZ_CHECK(rls_schema_apply(base->schema, &document, NULL) == RLS_OK);
    if (i % 8 == 5)
        source.name = fuzz_string("many.jsonl");
    FUZZ_CHECK(rls_segment_batch_source(batch, i % 8 == 7 ? NULL : &source, NULL) == RLS_OK);
    FUZZ_CHECK(rls_segment_batch_add(batch, &document, 1000, NULL) == RLS_OK);
    rls_arena_release(&arena);
}

static inline void
fuzz_base_open(fuzz_base *base, int kind)
{
    rls_corpus *corpus =
        kind == FUZZ_BASE_FEW ? rls_corpus_new(11, 10, 24) : rls_corpus_new(12, 520, 3);
    rls_segment_batch *batch;
    rls_live_docs      live;

    memset(base, 0, sizeof *base);
    fuzz_heap_begin(&base->heap);
    FUZZ_CHECK(rls_directory_open_ram(&base->heap, &base->directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_schema_new(&base->heap, &base->schema, NULL) == RLS_OK);
    base->settings = (rls_segment_settings){.language = fuzz_string("english"),
                                            .store = true,
                                            .schema = base->schema,
                                            .k1 = 1.2f,
                                            .b = 0.75f,
                                            .salt = 7};
    FUZZ_CHECK(rls_segment_batch_new(&base->heap, &base->settings, &batch, NULL) == RLS_OK);
    for (size_t i = 0; i < corpus->count; i++)
        fuzz_base_add(base, batch, &corpus->documents[i], i);
    FUZZ_CHECK(rls_segment_batch_finish(batch, NULL) == RLS_OK);
    FUZZ_CHECK(rls_segment_write(&base->heap, base->directory, &base->settings, &batch, 1,
                                 &base->segment, &live, NULL) == RLS_OK);
    FUZZ_CHECK(rls_segment_check(base->segment, NULL, NULL, NULL, NULL) == RLS_OK);
    rls_live_docs_release(&live, &base->heap);
    rls_segment_batch_free(batch);
    rls_corpus_free(corpus);
}

static inline void
fuzz_base_close(fuzz_base *base)
{
    rls_segment_close(base->segment);
    rls_schema_free(base->schema);
    rls_directory_close(base->directory);
    fuzz_heap_end(&base->heap);
}

static fuzz_base fuzz_bases[FUZZ_BASE_COUNT];

static inline void
fuzz_bases_close(void)
{
    for (int i = 0; i < FUZZ_BASE_COUNT; i++) {
        if (fuzz_bases[i].segment != NULL)
            fuzz_base_close(&fuzz_bases[i]);
    }
}

/* Made once and kept until the program ends: what a target damages is a copy. */
static inline const rls_segment *
fuzz_base_segment(int kind)
{
    static bool closing;

    if (!closing)
        closing = atexit(fuzz_bases_close) == 0;
    if (fuzz_bases[kind].segment == NULL)
        fuzz_base_open(&fuzz_bases[kind], kind);
    return fuzz_bases[kind].segment;
}

/* Writes a segment of these sections with every checksum as it should be, in the order of a real
 * one, turned by `turn` sections; `name` gets room for the file's name. */
static inline void
fuzz_write_sections(rls_directory *directory, const rls_bytes sections[RLS_SECTION_COUNT],
                    uint32_t turn, char name[2 * RLS_ID_SIZE + 5])
{
    static const rls_section order[RLS_SECTION_COUNT] = {
        RLS_SECTION_STORED, RLS_SECTION_KEYS,     RLS_SECTION_SOURCES,  RLS_SECTION_COLUMNS,
        RLS_SECTION_NORMS,  RLS_SECTION_POSTINGS, RLS_SECTION_TERMDICT, RLS_SECTION_SURFACES,
        RLS_SECTION_BODIES, RLS_SECTION_INFO};
    rls_output              output;
    rls_segment_file_writer writer;
    uint8_t                 id[RLS_ID_SIZE];

    FUZZ_CHECK(rls_output_open(&output, directory, "new", NULL) == RLS_OK);
    rls_segment_file_begin(&writer, &output);
    for (uint32_t i = 0; i < RLS_SECTION_COUNT; i++) {
        rls_section section = order[(i + turn) % RLS_SECTION_COUNT];

        rls_segment_file_begin_section(&writer, section);
        if (sections[section].size > 0)
            rls_output_write(&output, sections[section].data, sections[section].size);
        rls_segment_file_end_section(&writer);
    }
    rls_segment_file_end(&writer, 7, id);
    FUZZ_CHECK(rls_output_finish(&output, true, NULL) == RLS_OK);
    rls_segment_name(id, name);
    FUZZ_CHECK(directory->ops->rename(directory, "new", name, NULL) == RLS_OK);
}

/* Writes a copy of a good segment in which section `damaged` (RLS_SECTION_COUNT: none) is `bytes`.
 */
static inline void
fuzz_write_damaged(rls_directory *directory, int kind, uint32_t damaged, rls_bytes bytes,
                   uint32_t turn, char name[2 * RLS_ID_SIZE + 5])
{
    rls_bytes sections[RLS_SECTION_COUNT];

    for (int i = 0; i < RLS_SECTION_COUNT; i++)
        sections[i] = rls_segment_section(fuzz_base_segment(kind), (rls_section)i);
    if (damaged < RLS_SECTION_COUNT)
        sections[damaged] = bytes;
    fuzz_write_sections(directory, sections, turn, name);
}

static inline rls_status
fuzz_open_damaged(rls_heap *heap, rls_directory *directory, int kind, uint32_t damaged,
                  rls_bytes bytes, bool check_sums, rls_segment **out_segment)
{
    char name[2 * RLS_ID_SIZE + 5];

    fuzz_write_damaged(directory, kind, damaged, bytes, 0, name);
    return rls_segment_open(heap, directory, name, check_sums, out_segment, NULL);
}

#endif
