/* Small indexes for the tests of search: documents → segments in a RAM directory → a snapshot put
 * together by hand, with any split and any deletions. */
#ifndef RLS_TESTS_UNIT_SEARCH_FIXTURE_H
#define RLS_TESTS_UNIT_SEARCH_FIXTURE_H

#include <stdlib.h>

#include "index/snapshot.h"
#include "search/searcher.h"
#include "segment/segment_writer.h"
#include "support/runner.h"

enum {
    FIXTURE_LIST_MAX = 3,
    FIXTURE_NOTE_MAX = 10
};

typedef struct fixture_document {
    const char *key, *title, *body, *date, *size; /* NULL: does not have it */
    const char *ministers[FIXTURE_LIST_MAX];
    const char *notes[FIXTURE_NOTE_MAX]; /* fields note0, note1 and so on */
    bool        deleted;
    bool        unstemmed; /* in language "none" */
} fixture_document;

typedef struct fixture {
    rls_heap       heap;
    rls_directory *directory;
    rls_snapshot   snapshot;
} fixture;

static inline rls_bytes
fixture_text(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static inline rls_status
fixture_field(rls_document *document, const char *name, const char *text, bool plain, bool is_list)
{
    rls_field *field = rls_document_field(document, fixture_text(name));

    if (field == NULL || rls_field_add(document, field, fixture_text(text), plain) == NULL)
        return RLS_NO_MEMORY;
    rls_document_find_field(document, name)->is_list = is_list;
    return RLS_OK;
}

/* As a reader of files would give it. */
static inline rls_status
fixture_make_document(rls_document *document, rls_arena *arena, const rls_schema *schema,
                      const fixture_document *from)
{
    rls_status status = RLS_OK;

    rls_document_init(document, arena);
    document->key = fixture_text(from->key);
    if (from->unstemmed)
        document->language = rls_bytes_of("none", 4);
    document->body = document->prose = fixture_text(from->body == NULL ? "" : from->body);
    if (from->title != NULL)
        status = fixture_field(document, "title", from->title, false, false);
    if (status == RLS_OK && from->date != NULL)
        status = fixture_field(document, "date", from->date, true, false);
    if (status == RLS_OK && from->size != NULL)
        status = fixture_field(document, "size", from->size, true, false);
    for (int i = 0; i < FIXTURE_LIST_MAX && status == RLS_OK && from->ministers[i] != NULL; i++)
        status = fixture_field(document, "ministers", from->ministers[i], true, true);
    for (int i = 0; i < FIXTURE_NOTE_MAX && status == RLS_OK; i++) {
        const char name[] = {'n', 'o', 't', 'e', (char)('0' + i), 0};
        if (from->notes[i] != NULL)
            status = fixture_field(document, name, from->notes[i], false, false);
    }
    return status == RLS_OK ? rls_schema_apply(schema, document, NULL) : status;
}

static inline rls_status
fixture_write_segment(fixture *f, const rls_schema *schema, const fixture_document *documents,
                      size_t count, rls_snapshot_segment *part)
{
    rls_segment_settings settings = {.language = rls_bytes_of("english", 7),
                                     .schema = schema,
                                     .k1 = 1.2f,
                                     .b = 0.75f,
                                     .store = false};
    rls_segment_batch   *batch = NULL;
    rls_live_docs       *live = rls_alloc_zeroed(&f->heap, 1, sizeof(*live));
    rls_status           status;

    if (live == NULL)
        return RLS_NO_MEMORY;
    part->live = live;
    status = rls_segment_batch_new(&f->heap, &settings, &batch, NULL);
    for (size_t i = 0; i < count && status == RLS_OK; i++) {
        rls_arena    arena;
        rls_document document;
        rls_arena_init(&arena, &f->heap, 4096);
        status = fixture_make_document(&document, &arena, schema, &documents[i]);
        if (status == RLS_OK)
            status = rls_segment_batch_add(batch, &document, 1, NULL);
        rls_arena_release(&arena);
    }
    if (status == RLS_OK)
        status = rls_segment_batch_finish(batch, NULL);
    if (status == RLS_OK)
        status = rls_segment_write(&f->heap, f->directory, &settings, &batch, 1, &part->segment,
                                   live, NULL);
    rls_segment_batch_free(batch);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < count; i++)
        if (documents[i].deleted)
            rls_live_docs_delete(live, i);
    part->live_count = (uint32_t)count - live->deleted_count;
    if (live->deleted_count == 0) {
        rls_live_docs_release(live, &f->heap);
        rls_free(&f->heap, live);
        part->live = NULL;
    }
    return RLS_OK;
}

static inline void
fixture_close(fixture *f)
{
    for (uint32_t i = 0; i < f->snapshot.segment_count; i++)
        rls_snapshot_close_segment(&f->heap, &f->snapshot.segments[i]);
    rls_free(&f->heap, f->snapshot.segments);
    rls_free(&f->heap, f->snapshot.fields);
    rls_manifest_release(&f->snapshot.manifest);
    rls_directory_close(f->directory);
}

/* Documents in order; `splits[i]` of them in segment i. Keys are distinct. */
static inline void
fixture_open(fixture *f, const fixture_document *documents, const uint32_t *splits,
             uint32_t segment_count)
{
    rls_schema            *schema;
    rls_manifest_language *languages;

    memset(f, 0, sizeof(*f));
    rls_heap_init(&f->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&f->heap, &f->directory, NULL));
    CHECK_OK(rls_schema_new(&f->heap, &schema, NULL));
    rls_manifest_init(&f->snapshot.manifest, &f->heap);
    languages = rls_arena_alloc_zeroed(&f->snapshot.manifest.arena, 2, sizeof(*languages));
    languages[0].name = rls_bytes_of("english", 7);
    f->snapshot.manifest.languages = languages;
    languages[1].name = rls_bytes_of("none", 4);
    f->snapshot.manifest.language_count = 1;
    f->snapshot.heap = &f->heap;
    f->snapshot.directory = f->directory;
    f->snapshot.segments =
        rls_alloc_zeroed(&f->heap, segment_count + 1, sizeof(*f->snapshot.segments));
    for (uint32_t s = 0; s < segment_count; s++) {
        CHECK_OK(fixture_write_segment(f, schema, documents, splits[s], &f->snapshot.segments[s]));
        f->snapshot.segment_count++;
        for (uint32_t i = 0; i < splits[s]; i++)
            if (documents[i].unstemmed)
                f->snapshot.manifest.language_count = 2;
        documents += splits[s];
    }
    CHECK_OK(rls_snapshot_count(&f->snapshot, NULL));
    rls_schema_free(schema);
}

#define FIXTURE_REQUEST                                                                            \
    {                                                                                              \
        .limit = 10, .k1 = 1.2f, .b = 0.75f, .count = true                                         \
    }

/* Parses and searches; request->query is set. */
static inline rls_status
fixture_search(rls_heap *heap, const rls_snapshot *snapshot, const char *text,
               rls_search_request *request, rls_results **out_results, rls_error *err)
{
    rls_query *query;
    rls_status status;

    *out_results = NULL;
    status = rls_query_parse_in(heap, fixture_text(text), false, 0, &query, err);
    if (status != RLS_OK)
        return status;
    request->query = query;
    status = rls_search(heap, snapshot, request, out_results, err);
    rls_query_free(query);
    request->query = NULL;
    return status;
}

/* Which of the documents given to fixture_open() a hit is. */
static inline uint32_t
fixture_number(const fixture *f, const rls_result *hit)
{
    uint32_t number = hit->doc;

    CHECK(hit->segment < f->snapshot.segment_count);
    CHECK(hit->doc < rls_segment_get_info(f->snapshot.segments[hit->segment].segment)->doc_count);
    for (uint32_t s = 0; s < hit->segment; s++)
        number += rls_segment_get_info(f->snapshot.segments[s].segment)->doc_count;
    return number;
}

#endif
