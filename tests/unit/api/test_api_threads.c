/* Threads share a snapshot, each with hits of its own, while a writer commits and merges; run under
 * ThreadSanitizer as well. */
#include <pthread.h>
#include <stdatomic.h>

#include "sample.h"

enum {
    THREADS = 4,
    ROUNDS = 25,
    BASE_DOCUMENTS = 60
};

typedef struct shared_state {
    const char    *folder;
    rls_snapshot  *snapshot;
    rls_query     *query;
    _Atomic bool   done;
    _Atomic size_t failures, searches;
} shared_state;

static void
fail_unless(shared_state *shared, bool holds)
{
    if (!holds)
        atomic_fetch_add(&shared->failures, 1);
}

/* Searches once and reads all that hits have; tells how many documents match. */
static uint64_t
search_once(shared_state *shared, rls_snapshot *snapshot)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    uint64_t           total = 0;
    rls_hits          *hits;

    options.limit = 5;
    if (rls_snapshot_search(snapshot, shared->query, &options, &hits, NULL) != RLS_OK) {
        fail_unless(shared, false);
        return 0;
    }
    total = rls_hits_total(hits);
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_hit         hit;
        rls_text        snippet;
        const rls_span *spans;
        uint32_t        count;
        fail_unless(shared, rls_hits_get(hits, i, &hit, NULL) == RLS_OK && hit.has_body);
        fail_unless(shared, rls_hits_snippet(hits, i, NULL, &snippet, NULL) == RLS_OK &&
                                memchr(snippet.data, '[', snippet.size) != NULL);
        fail_unless(shared, rls_hits_spans(hits, i, &spans, &count, NULL) == RLS_OK && count > 0);
    }
    rls_hits_close(hits);
    atomic_fetch_add(&shared->searches, 1);
    return total;
}

/* The shared snapshot never changes; refreshed ones only move forward. */
static void *
read_repeatedly(void *context)
{
    shared_state *shared = context;
    rls_snapshot *own;

    if (rls_snapshot_refresh(shared->snapshot, &own, NULL) != RLS_OK) {
        fail_unless(shared, false);
        return NULL;
    }
    for (size_t round = 0; round < ROUNDS || !atomic_load(&shared->done); round++) {
        rls_snapshot_info info = {.struct_size = sizeof info};
        uint64_t          generation = 0;
        rls_snapshot     *newer;
        rls_hits         *hits;
        fail_unless(shared, search_once(shared, shared->snapshot) == BASE_DOCUMENTS);
        fail_unless(shared, search_once(shared, own) >= BASE_DOCUMENTS);
        fail_unless(shared, rls_snapshot_get_info(own, &info, NULL) == RLS_OK);
        generation = info.generation;
        if (rls_snapshot_refresh(own, &newer, NULL) != RLS_OK) {
            fail_unless(shared, false);
            continue;
        }
        rls_snapshot_close(own);
        own = newer;
        fail_unless(shared, rls_snapshot_get_info(own, &info, NULL) == RLS_OK &&
                                info.generation >= generation);
        if (rls_snapshot_get(own, "base 7", &hits, NULL) == RLS_OK)
            rls_hits_close(hits);
        else
            fail_unless(shared, false);
        if (round > 100000)
            break;
    }
    rls_snapshot_close(own);
    return NULL;
}

static void
add_base(rls_writer *writer)
{
    for (int i = 0; i < BASE_DOCUMENTS; i++) {
        char key[16];
        snprintf(key, sizeof key, "base %d", i);
        sample_add(writer, key, "Common title", "Common words of a document, in all of them.",
                   true);
    }
}

TEST(threads_search_one_snapshot_while_a_writer_commits)
{
    shared_state       shared = {.folder = rls_test_temp_folder()};
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;
    pthread_t          threads[THREADS];

    options.threads = 2;
    writer = sample_writer(shared.folder, &options);
    add_base(writer);
    sample_commit(writer);
    shared.snapshot = sample_open(shared.folder);
    CHECK_OK(rls_query_parse("common words", 12, true, &shared.query, NULL));
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, read_repeatedly, &shared) == 0);
    for (int i = 0; i < 12; i++) {
        char key[16];
        snprintf(key, sizeof key, "later %d", i);
        sample_add(writer, key, "Later", "Common words of a later document.", false);
        if (i % 3 == 2) /* replaced, not lost */
            sample_add(writer, "base 3", "Again", "Common words, replaced.", false);
        sample_commit(writer);
        if (i % 5 == 4)
            CHECK_OK(rls_writer_optimize(writer, NULL));
    }
    atomic_store(&shared.done, true);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_EQ_U64(shared.failures, 0);
    CHECK(shared.searches >= THREADS * ROUNDS);
    rls_query_close(shared.query);
    rls_snapshot_close(shared.snapshot);
    rls_writer_close(writer);
}

static void *
close_hits(void *context)
{
    rls_hits_close(context);
    return NULL;
}

TEST(the_last_reference_may_go_in_any_thread)
{
    const sample_document one = {"a", NULL, "words"};

    for (int round = 0; round < 20; round++) {
        static const char *folder;
        rls_snapshot      *snapshot;
        pthread_t          threads[THREADS];
        if (folder == NULL)
            folder = sample_index(&one, 1);
        snapshot = sample_open(folder);
        for (int i = 0; i < THREADS; i++) {
            rls_hits *hits = sample_search(snapshot, "words", NULL);
            CHECK(pthread_create(&threads[i], NULL, close_hits, hits) == 0);
        }
        rls_snapshot_close(snapshot);
        for (int i = 0; i < THREADS; i++)
            CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

typedef struct own_writer {
    pthread_t   thread;
    const char *folder;
    bool        failed;
} own_writer;

static void *
write_own(void *context)
{
    own_writer *own = context;
    rls_writer *writer;

    own->failed = true;
    if (rls_writer_open(own->folder, NULL, &writer, NULL) != RLS_OK)
        return NULL;
    for (int i = 0; i < 5; i++) {
        rls_document *document;
        if (rls_document_create("a", &document, NULL) != RLS_OK)
            break;
        own->failed = rls_document_body(document, "some words", 10, true, NULL) != RLS_OK ||
                      rls_writer_add(writer, document, NULL) != RLS_OK ||
                      rls_writer_commit(writer, NULL, NULL) != RLS_OK;
        rls_document_close(document);
    }
    rls_writer_close(writer);
    return NULL;
}

TEST(writers_of_different_indexes_share_nothing)
{
    own_writer writers[THREADS];

    for (int i = 0; i < THREADS; i++) {
        writers[i].folder = rls_test_temp_folder();
        CHECK(pthread_create(&writers[i].thread, NULL, write_own, &writers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(writers[i].thread, NULL) == 0);
        CHECK(!writers[i].failed);
    }
}
