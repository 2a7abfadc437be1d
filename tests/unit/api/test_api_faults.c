/* Each scenario again with its n-th allocation failing, until one passes: an error with a message,
 * no leak, and the same hits afterwards. */
#include "sample.h"
#include "support/heap_faulty.h"

static const sample_document documents[] = {
    {"a", "Oslo talks", "Cluster munitions and [landmines](http://x). A second sentence."},
    {"b", "Dublin talks", "Cluster **munitions**, disarmament."},
    {"c", "Māori", "Other words, but munitions too."},
};

static bool
count_field(void *context, const rls_field_info *field)
{
    (void)field;
    ++*(int *)context;
    return true;
}

static bool
count_file(void *context, const rls_file_info *file)
{
    (void)file;
    ++*(int *)context;
    return true;
}

/* Everything a reader does; stops at the first failure. */
static rls_status
read_all(const char *folder, const rls_allocator *allocator, const char *query, rls_error *err)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_search_options   search = RLS_SEARCH_OPTIONS_INIT;
    rls_field_weight     weight = {"title", 2};
    rls_snapshot        *snapshot, *again;
    rls_hits            *hits = NULL;
    rls_status           status;
    int                  count = 0;
    char                 nearest[32];

    options.allocator = allocator;
    search.weights = &weight;
    search.weight_count = 1;
    status = rls_snapshot_open(folder, &options, &snapshot, err);
    if (status != RLS_OK) {
        CHECK(snapshot == NULL);
        return status;
    }
    status = rls_snapshot_refresh(snapshot, &again, err);
    rls_snapshot_close(again);
    if (status == RLS_OK)
        status = rls_snapshot_fields(snapshot, count_field, &count, err);
    if (status == RLS_OK)
        status = rls_snapshot_nearest_field(snapshot, "titel", nearest, sizeof nearest, err);
    if (status == RLS_OK)
        status = rls_snapshot_files(snapshot, count_file, &count, err);
    if (status == RLS_OK)
        status = rls_snapshot_get(snapshot, "b", &hits, err);
    rls_hits_close(hits);
    hits = NULL;
    if (status == RLS_OK)
        status = rls_snapshot_search_text(snapshot, query, strlen(query), &search, &hits, err);
    CHECK((status == RLS_OK) == (hits != NULL));
    for (uint32_t i = 0; status == RLS_OK && i < rls_hits_count(hits); i++) {
        const rls_span *spans;
        rls_hit_field   field;
        rls_hit         hit;
        rls_text        snippet;
        uint32_t        span_count;
        status = rls_hits_get(hits, i, &hit, err);
        if (status == RLS_OK && hit.field_count > 0)
            status = rls_hits_find_field(hits, i, "title", &field, err);
        if (status == RLS_OK)
            status = rls_hits_snippet(hits, i, NULL, &snippet, err);
        if (status == RLS_OK)
            status = rls_hits_spans(hits, i, &spans, &span_count, err);
    }
    rls_hits_close(hits);
    if (status == RLS_OK)
        status = rls_snapshot_check(snapshot, NULL, NULL, err);
    rls_snapshot_close(snapshot);
    return status;
}

static void
sweep_reading(const char *folder, const char *query)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_error       err = {.message = ""};
        rls_status      status;
        rls_heap_faulty_init(&faulty, n, false);
        status = read_all(folder, &faulty.allocator, query, &err);
        if (faulty.live != 0)
            rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing leaks %lu blocks", n,
                          (unsigned long)faulty.live);
        if (!faulty.failed) {
            SAMPLE_OK(status, err);
            break;
        }
        /* A failure may also be survived, such as that of a look whether there is a newer commit.
         */
        if (status != RLS_OK &&
            (status != RLS_NO_MEMORY || err.status != RLS_NO_MEMORY || err.message[0] == '\0'))
            rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing gives %d: %s", n,
                          (int)status, err.message);
        CHECK(n < 5000);
    }
}

TEST(reading_survives_the_failure_of_any_allocation)
{
    static const char *const queries[] = {
        "cluster munitions",
        "\"munitions and\" +land* -nothing",
        "title:oslo OR =Māori",
        "(cluster OR words) AND munitions",
    };
    const char *folder = sample_index(documents, 3);

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        sweep_reading(folder, queries[i]);
}

TEST(reading_bodies_from_their_files_survives_the_failure_of_any_allocation)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder(), *files = rls_test_temp_folder();
    rls_file           file = RLS_FILE_INIT;
    rls_writer        *writer;
    char               label[32];

    sample_write_file(rls_test_path(files, "a.md"), "---\ntitle: A\nlang: de\n---\n**Häuser**");
    options.store = false;
    writer = sample_writer(folder, &options);
    CHECK_OK(rls_writer_root(writer, files, label, sizeof label, NULL));
    file.path = rls_test_path(files, "a.md");
    file.name = "a.md";
    file.size = 40;
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    sample_add(writer, "b", NULL, "another document", true);
    sample_commit(writer);
    rls_writer_close(writer);
    sweep_reading(folder, "Haus document");
}

/* What a writer does; the index is made anew each time. */
static rls_status
write_all(const char *folder, const rls_allocator *allocator, rls_error *err)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_document      *document;
    rls_writer        *writer;
    rls_status         status;

    options.allocator = allocator;
    status = rls_writer_open(folder, &options, &writer, err);
    if (status != RLS_OK)
        return status;
    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "title", "Title", 5, NULL));
    CHECK_OK(rls_document_add(document, "date", "2007-05-28", 10, NULL));
    CHECK_OK(rls_document_body(document, "some words", 10, false, NULL));
    status = rls_writer_add(writer, document, err);
    if (status == RLS_OK)
        status = rls_writer_commit(writer, NULL, err);
    if (status == RLS_OK)
        status = rls_writer_delete(writer, "a", err);
    if (status == RLS_OK)
        status = rls_writer_add(writer, document, err);
    if (status == RLS_OK)
        status = rls_writer_optimize(writer, err);
    rls_document_close(document);
    rls_writer_close(writer);
    return status;
}

TEST(writing_survives_the_failure_of_any_allocation_and_leaves_whole_commits)
{
    const char *folder = rls_test_temp_folder();
    uint64_t    step = 1;

    for (uint64_t n = 1;; n += step) {
        rls_heap_faulty faulty;
        rls_error       err = {.message = ""};
        rls_snapshot   *snapshot;
        rls_status      status;
        rls_heap_faulty_init(&faulty, n, false);
        status = write_all(folder, &faulty.allocator, &err);
        if (faulty.live != 0)
            rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing leaks %lu blocks", n,
                          (unsigned long)faulty.live);
        if (!faulty.failed) {
            SAMPLE_OK(status, err);
            break;
        }
        if (status != RLS_OK && status != RLS_NO_MEMORY)
            rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing gives %d: %s", n,
                          (int)status, err.message);
        if (rls_snapshot_open(folder, NULL, &snapshot, NULL) == RLS_OK) {
            CHECK_OK(rls_snapshot_check(snapshot, NULL, NULL, NULL));
            rls_snapshot_close(snapshot);
        }
        step = n < 60 ? 1 : 13; /* the rest by samples */
        CHECK(n < 20000);
    }
}
