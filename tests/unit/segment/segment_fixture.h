/* Documents from the random corpus, batches and segments made of them: shared by the tests of this
 * folder. */
#ifndef RLS_TESTS_SEGMENT_FIXTURE_H
#define RLS_TESTS_SEGMENT_FIXTURE_H

#include <stdlib.h>

#include "document/document.h"
#include "segment/segment_writer.h"
#include "support/directory_files.h"
#include "support/random_corpus.h"
#include "support/runner.h"

enum {
    FIXTURE_BYTES = 1000 /* what each document counts as read */
};

typedef struct fixture {
    rls_heap             heap;
    rls_directory       *directory;
    rls_schema          *schema;
    rls_segment_settings settings;
    rls_corpus          *corpus;
} fixture;

static inline rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static inline void
fixture_init(fixture *f, uint64_t seed, size_t doc_count, size_t mean_words)
{
    memset(f, 0, sizeof *f);
    rls_heap_init(&f->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&f->heap, &f->directory, NULL));
    CHECK_OK(rls_schema_new(&f->heap, &f->schema, NULL));
    f->settings = (rls_segment_settings){.language = bytes_of("english"),
                                         .store = true,
                                         .schema = f->schema,
                                         .k1 = 1.2f,
                                         .b = 0.75f,
                                         .salt = 7};
    f->corpus = rls_corpus_new(seed, doc_count, mean_words);
}

static inline void
fixture_release(fixture *f)
{
    rls_corpus_free(f->corpus);
    rls_schema_free(f->schema);
    rls_directory_close(f->directory);
    CHECK_EQ_U64(f->heap.used, 0);
}

static inline rls_status
fixture_add_value(rls_document *document, const char *name, const char *value, bool plain)
{
    rls_field *field;

    if (value == NULL || value[0] == '\0')
        return RLS_OK;
    field = rls_document_field(document, bytes_of(name));
    if (field == NULL || rls_field_add(document, field, bytes_of(value), plain) == NULL)
        return RLS_NO_MEMORY;
    return RLS_OK;
}

/* Document i of the corpus; some have fields that few others have. */
static inline rls_status
fixture_document(const fixture *f, size_t i, rls_document *document, rls_arena *arena)
{
    const rls_corpus_document *from = &f->corpus->documents[i];
    char                       number[16];
    rls_status                 status;

    rls_document_init(document, arena);
    document->key = bytes_of(from->key);
    document->body = document->prose = bytes_of(from->body);
    document->markdown = i % 2 == 0;
    status = fixture_add_value(document, "title", from->title, false);
    if (status == RLS_OK)
        status = fixture_add_value(document, "date", from->date, true);
    for (int j = 0; j < RLS_CORPUS_LIST_MAX && status == RLS_OK; j++) {
        status = fixture_add_value(document, "ministers", from->ministers[j], false);
        if (status == RLS_OK)
            status = fixture_add_value(document, "portfolios", from->portfolios[j], false);
    }
    snprintf(number, sizeof number, "%d.5", (int)(i * 7 % 23) - 5);
    if (status == RLS_OK && i % 3 != 0)
        status = fixture_add_value(document, "pages", number, true);
    if (status == RLS_OK && i % 19 == 4)
        status = fixture_add_value(document, "rare", "cluster munitions seldom", false);
    if (status == RLS_OK && i % 29 == 5)
        status = fixture_add_value(document, "lang", "french", true);
    rls_document_take_language(document);
    return status == RLS_OK ? rls_schema_apply(f->schema, document, NULL) : status;
}

/* Sources: most documents are their own file, some come from a file of many, some from none. */
static inline rls_status
fixture_source(const fixture *f, size_t i, rls_segment_batch *batch, rls_error *err)
{
    rls_segment_source source = {.name = bytes_of(f->corpus->documents[i].key),
                                 .size = 100 + i,
                                 .inode = 5000 + i * 3,
                                 .hash = i * UINT64_C(0x9e3779b97f4a7c15),
                                 .mtime_ns = INT64_C(1180310400) * 1000000000 + (int64_t)i * 77,
                                 .format = 1};

    if (i % 16 >= 14)
        return rls_segment_batch_source(batch, NULL, err);
    if (i % 16 >= 10) {
        source = (rls_segment_source){.name = bytes_of("2007/many.jsonl"),
                                      .size = 12345,
                                      .inode = 99,
                                      .hash = 17,
                                      .mtime_ns = -5,
                                      .format = 3};
        if (i % 32 < 16)
            source.name = bytes_of("zz/more.jsonl");
    }
    return rls_segment_batch_source(batch, &source, err);
}

/* Adds documents [from, to) but those that `skip` has; not finished. */
static inline rls_status
fixture_fill(const fixture *f, rls_segment_batch *batch, size_t from, size_t to,
             const rls_bitset *skip, rls_error *err)
{
    rls_status status = RLS_OK;

    for (size_t i = from; i < to && status == RLS_OK; i++) {
        rls_heap     heap; /* documents are not what is tested */
        rls_arena    arena;
        rls_document document;

        if (skip != NULL && rls_bitset_get(skip, (uint32_t)i))
            continue;
        rls_heap_init(&heap, NULL, SIZE_MAX);
        rls_arena_init(&arena, &heap, 16 * 1024);
        CHECK_OK(fixture_document(f, i, &document, &arena));
        status = fixture_source(f, i, batch, err);
        if (status == RLS_OK)
            status = rls_segment_batch_add(batch, &document, FIXTURE_BYTES, err);
        rls_arena_release(&arena);
    }
    return status;
}

/* Documents [from, to) but those that `skip` has, in `batch_count` batches, as a segment. */
static inline rls_segment *
fixture_write(fixture *f, size_t from, size_t to, const rls_bitset *skip, size_t batch_count)
{
    rls_segment_batch *batches[16] = {0};
    rls_segment       *segment;
    rls_live_docs      live;
    rls_error          error = {0};
    rls_status         status;

    for (size_t i = 0; i < batch_count; i++) {
        size_t begin = from + (to - from) * i / batch_count;
        size_t end = from + (to - from) * (i + 1) / batch_count;

        CHECK_OK(rls_segment_batch_new(&f->heap, &f->settings, &batches[i], NULL));
        CHECK_OK(fixture_fill(f, batches[i], begin, end, skip, &error));
        CHECK_OK(rls_segment_batch_finish(batches[i], &error));
    }
    status = rls_segment_write(&f->heap, f->directory, &f->settings, batches, batch_count, &segment,
                               &live, &error);
    if (status != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "writing: %d %s", status, error.message);
    rls_live_docs_release(&live, &f->heap);
    for (size_t i = 0; i < batch_count; i++)
        rls_segment_batch_free(batches[i]);
    return segment;
}

static inline void
fixture_problem(void *context, const char *section, const char *message)
{
    if (context != NULL)
        printf("# problem in %s: %s\n", section, message);
}

static inline void
fixture_check(const rls_segment *segment)
{
    rls_error error = {0};

    if (rls_segment_check(segment, NULL, fixture_problem, (void *)"", &error) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "check: %s", error.message);
}

/* The two files hold the same bytes; says in which section they differ. */
static inline void
fixture_same_bytes(fixture *f, const rls_segment *a, const rls_segment *b)
{
    const rls_segment_info *info_a = rls_segment_get_info(a), *info_b = rls_segment_get_info(b);
    uint8_t                *bytes_a, *bytes_b;
    size_t                  size_a, size_b;

    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        if (info_a->section_sizes[i] != info_b->section_sizes[i])
            rls_test_fail(__FILE__, __LINE__, "section %s: %zu and %zu bytes",
                          rls_section_name((rls_section)i), (size_t)info_a->section_sizes[i],
                          (size_t)info_b->section_sizes[i]);
    }
    bytes_a = rls_test_read_file(f->directory, info_a->name, &size_a);
    bytes_b = rls_test_read_file(f->directory, info_b->name, &size_b);
    CHECK(bytes_a != NULL && bytes_b != NULL);
    CHECK_EQ_U64(size_a, size_b);
    for (size_t i = 0; i < size_a; i++) {
        if (bytes_a[i] != bytes_b[i])
            rls_test_fail(__FILE__, __LINE__, "byte %zu of %zu differs", i, size_a);
    }
    free(bytes_a);
    free(bytes_b);
    CHECK_EQ_STR(info_a->name, info_b->name);
}

#endif
