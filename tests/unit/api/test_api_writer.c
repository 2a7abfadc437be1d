#include <sys/stat.h>
#include <sys/wait.h>

#include "sample.h"
#include "support/heap_faulty.h"
#include "support/random_corpus.h"

TEST(misuse_of_writers_is_told)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_allocator      holey = {NULL, NULL, NULL, NULL};
    const char        *folder = rls_test_temp_folder();
    rls_writer        *writer = (rls_writer *)(void *)1;
    rls_document      *document;
    rls_file           file = RLS_FILE_INIT;
    char               label[4];

    SAMPLE_REFUSED(rls_writer_open(NULL, NULL, &writer, &err), RLS_BAD_ARGUMENT);
    CHECK(writer == NULL);
    SAMPLE_REFUSED(rls_writer_open("", NULL, &writer, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_open(folder, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    options.struct_size--;
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    options.struct_size = sizeof options;
    options.memory_limit = 1 << 20;
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    options.memory_limit = 64 << 20;
    options.threads = 65;
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    options.threads = 1;
    options.max_file_size = 0;
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    options.max_file_size = 1000;
    options.language = "klingon";
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    options.language = NULL;
    options.allocator = &holey;
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_BAD_ARGUMENT);
    CHECK(writer == NULL);

    writer = sample_writer(folder, NULL);
    CHECK_OK(rls_document_create("a", &document, NULL));
    SAMPLE_REFUSED(rls_writer_add(NULL, document, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_add(writer, NULL, &err), RLS_BAD_ARGUMENT);
    rls_document_close(document);
    SAMPLE_REFUSED(rls_writer_add_file(NULL, &file, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_add_file(writer, NULL, &err), RLS_BAD_ARGUMENT);
    file.struct_size++;
    SAMPLE_REFUSED(rls_writer_add_file(writer, &file, &err), RLS_BAD_ARGUMENT);
    file.struct_size = sizeof file;
    file.size = 1;
    SAMPLE_REFUSED(rls_writer_add_file(writer, &file, &err), RLS_BAD_ARGUMENT);
    file.size = 0;
    file.name = "x";
    file.format = (rls_file_format)17;
    SAMPLE_REFUSED(rls_writer_add_file(writer, &file, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_delete(writer, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_delete(NULL, "a", &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_delete_file(writer, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_delete_file(NULL, "a", &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_root(NULL, "/a", label, sizeof label, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_root(writer, NULL, label, sizeof label, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_root(writer, "", label, sizeof label, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_root(writer, "/a", NULL, sizeof label, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_root(writer, "/a", label, 0, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_commit(NULL, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_rollback(NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_writer_optimize(NULL, &err), RLS_BAD_ARGUMENT);
    rls_writer_close(writer);
    rls_writer_close(NULL);
}

TEST(a_missing_index_is_made_or_not_as_asked)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_writer        *writer;

    options.create = false;
    SAMPLE_REFUSED(rls_writer_open(rls_test_path(folder, "none"), &options, &writer, &err),
                   RLS_NOT_FOUND);
    CHECK(writer == NULL);
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_NOT_FOUND);
    SAMPLE_REFUSED(rls_index_repair(folder, NULL, NULL, NULL, NULL, &err), RLS_NOT_FOUND);
    CHECK(rmdir(folder) == 0); /* nothing was left in it */
    CHECK(mkdir(folder, 0700) == 0);
    SAMPLE_REFUSED(rls_writer_open(rls_test_path(folder, "none/deeper"), NULL, &writer, &err),
                   RLS_NOT_FOUND);
    writer = sample_writer(rls_test_path(folder, "new"), NULL);
    sample_commit(writer);
    rls_writer_close(writer);
}

TEST(documents_are_seen_after_the_commit_and_replaced_by_key)
{
    const char       *folder = rls_test_temp_folder();
    rls_writer       *writer = sample_writer(folder, NULL);
    rls_snapshot     *before, *after;
    rls_commit_report report;

    sample_commit(writer);
    sample_add(writer, "a", NULL, "first version", false);
    sample_add(writer, "b", NULL, "another version", false);
    before = sample_open(folder);
    CHECK_EQ_STR(sample_found(before, "version"), "");
    CHECK_OK(rls_writer_commit(writer, &report, NULL));
    CHECK_EQ_U64(report.added, 2);
    CHECK_EQ_U64(report.replaced, 0);
    CHECK_EQ_U64(report.documents, 2);
    CHECK(report.index_bytes > 0 && report.segments >= 1 && report.source_bytes > 0);
    sample_add(writer, "a", NULL, "second edition", false);
    CHECK_OK(rls_writer_delete(writer, "b", NULL));
    CHECK_OK(rls_writer_delete(writer, "never there", NULL));
    CHECK_OK(rls_writer_commit(writer, &report, NULL));
    CHECK_EQ_U64(report.replaced, 1);
    CHECK_EQ_U64(report.deleted, 1);
    CHECK_EQ_U64(report.documents, 1);
    after = sample_open(folder);
    CHECK_EQ_STR(sample_found(after, "version"), "");
    CHECK_EQ_STR(sample_found(after, "edition"), "a ");
    CHECK_EQ_STR(sample_found(before, "edition"), "");
    rls_snapshot_close(before);
    rls_snapshot_close(after);
    rls_writer_close(writer);
}

TEST(rollback_and_close_forget_what_was_not_committed)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    sample_add(writer, "a", NULL, "kept", false);
    sample_commit(writer);
    sample_add(writer, "b", NULL, "dropped", false);
    CHECK_OK(rls_writer_delete(writer, "a", NULL));
    CHECK_OK(rls_writer_rollback(writer, NULL));
    sample_commit(writer);
    sample_add(writer, "c", NULL, "dropped", false);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "kept dropped"), "a ");
    rls_snapshot_close(snapshot);
}

/* Whether the writer takes a document. */
static rls_status
offer(rls_writer *writer)
{
    rls_document *document;
    rls_status    status;

    CHECK_OK(rls_document_create("c", &document, NULL));
    CHECK_OK(rls_document_body(document, "words", 5, false, NULL));
    status = rls_writer_add(writer, document, NULL);
    rls_document_close(document);
    return status;
}

TEST(a_rollback_that_fails_is_made_again_before_anything_else)
{
    const char *folder = rls_test_temp_folder();
    bool        failed = true;

    for (uint64_t n = 1; failed; n++) {
        rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
        rls_heap_faulty    faulty;
        rls_writer        *writer;
        rls_status         status;

        rls_heap_faulty_init(&faulty, 0, false);
        options.allocator = &faulty.allocator;
        writer = sample_writer(folder, &options);
        sample_add(writer, "a", NULL, "words", false);
        sample_commit(writer);
        sample_add(writer, "b", NULL, "dropped", false);
        faulty.fail_at = faulty.requests + n;
        status = rls_writer_rollback(writer, NULL);
        failed = faulty.failed;
        faulty.fail_at = 0;
        CHECK(status == RLS_OK || failed);
        CHECK((offer(writer) == RLS_OK) == (status == RLS_OK));
        CHECK_OK(rls_writer_rollback(writer, NULL));
        CHECK_OK(offer(writer));
        rls_writer_close(writer);
        CHECK_EQ_U64(faulty.live, 0);
    }
}

TEST(a_commit_without_changes_is_no_commit_and_optimize_leaves_one_segment)
{
    const char       *folder = rls_test_temp_folder();
    rls_writer       *writer = sample_writer(folder, NULL);
    rls_snapshot     *snapshot;
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_commit_report report;
    uint64_t          generation;
    char              key[8];

    for (int i = 0; i < 4; i++) {
        snprintf(key, sizeof key, "%d", i);
        sample_add(writer, key, NULL, "words", false);
        CHECK_OK(rls_writer_commit(writer, &report, NULL));
    }
    generation = report.generation;
    CHECK_OK(rls_writer_commit(writer, &report, NULL));
    CHECK_EQ_U64(report.generation, generation);
    CHECK_EQ_U64(report.added, 0);
    CHECK_OK(rls_writer_delete(writer, "2", NULL));
    CHECK_OK(rls_writer_optimize(writer, NULL));
    snapshot = sample_open(folder);
    CHECK_OK(rls_snapshot_get_info(snapshot, &info, NULL));
    CHECK_EQ_U64(info.segments, 1);
    CHECK_EQ_U64(info.deleted, 0);
    CHECK_EQ_STR(sample_found(snapshot, "words"), "0 1 3 ");
    rls_snapshot_close(snapshot);
    rls_writer_close(writer);
}

TEST(a_second_writer_is_told_who_holds_the_index_until_that_is_closed)
{
    const char *folder = rls_test_temp_folder();
    rls_writer *writer = sample_writer(folder, NULL), *second;
    rls_error   err = {.message = ""};
    char        process[32];

    snprintf(process, sizeof process, "%ld", (long)getpid());
    CHECK(rls_writer_open(folder, NULL, &second, &err) == RLS_BUSY);
    CHECK(second == NULL && strstr(err.message, process) != NULL);
    rls_writer_close(writer);
    second = sample_writer(folder, NULL);
    rls_writer_close(second);
}

static void
remember_note(void *context, const char *path, const char *message, bool skipped)
{
    char *notes = context;

    snprintf(notes + strlen(notes), 1000 - strlen(notes), "%s %s;", path,
             skipped ? "skipped" : "noted");
    CHECK(message[0] != '\0' && strchr(message, '\n') == NULL);
}

TEST(files_are_read_and_bad_ones_are_notes)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder(), *files = rls_test_temp_folder();
    char               notes[1000] = "", lines[] = "{\"_id\":\"j1\",\"text\":\"words\"}\nnot json\n"
                                                   "{\"_id\":\"j2\",\"text\":\"words\"}\n";
    rls_file           file = RLS_FILE_INIT;
    rls_commit_report  report;
    rls_writer        *writer;
    rls_snapshot      *snapshot;

    options.note = remember_note;
    options.context = notes;
    writer = sample_writer(folder, &options);
    sample_write_file(rls_test_path(files, "a.md"), "---\ntitle: A\n---\nwords of a");
    file.path = rls_test_path(files, "a.md");
    file.name = "a.md";
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    file.path = rls_test_path(files, "missing.md");
    file.name = "missing.md";
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    file.path = NULL;
    file.name = "bytes.txt";
    file.bytes = "words in memory";
    file.size = 15;
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    file.name = "lines.jsonl";
    file.bytes = lines;
    file.size = sizeof lines - 1;
    file.format = RLS_FILE_JSONL;
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    memset(lines, 'x', sizeof lines - 1); /* they were copied */
    CHECK_OK(rls_writer_commit(writer, &report, NULL));
    CHECK(strstr(notes, "missing.md skipped;") != NULL);
    CHECK(strstr(notes, ";lines.jsonl skipped;") != NULL);
    CHECK_EQ_U64(report.added, 4);
    CHECK_EQ_U64(report.skipped, 2);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "words"), "j1 j2 a.md bytes.txt ");
    rls_snapshot_close(snapshot);
    CHECK_OK(rls_writer_delete_file(writer, "lines.jsonl", NULL));
    sample_commit(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "words"), "a.md bytes.txt ");
    rls_snapshot_close(snapshot);
    rls_writer_close(writer);
}

TEST(folders_get_labels_that_stay)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;
    const char   *label_of, *path_of;
    char          label[64];

    CHECK_OK(rls_writer_root(writer, "/one/docs", label, sizeof label, NULL));
    CHECK_EQ_STR(label, "");
    CHECK_OK(rls_writer_root(writer, "/two/docs", label, sizeof label, NULL));
    CHECK_EQ_STR(label, "docs");
    SAMPLE_REFUSED(rls_writer_root(writer, "/two/docs", label, 4, &err), RLS_BAD_ARGUMENT);
    sample_add(writer, "a", NULL, "words", false);
    sample_commit(writer);
    CHECK_OK(rls_writer_root(writer, "/one/docs", label, sizeof label, NULL));
    CHECK_EQ_STR(label, "");
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_U64(rls_snapshot_root_count(snapshot), 2);
    rls_snapshot_root(snapshot, 0, &label_of, &path_of);
    CHECK_EQ_STR(label_of, "");
    CHECK_EQ_STR(path_of, "/one/docs");
    rls_snapshot_root(snapshot, 1, &label_of, &path_of);
    CHECK_EQ_STR(label_of, "docs");
    CHECK_EQ_STR(path_of, "/two/docs");
    rls_snapshot_root(snapshot, 2, &label_of, &path_of);
    CHECK_EQ_STR(label_of, "");
    CHECK_EQ_STR(path_of, "");
    rls_snapshot_root(snapshot, 0, NULL, NULL);
    rls_snapshot_close(snapshot);
}

static bool
stop_soon(void *context, uint64_t documents, uint64_t bytes)
{
    int *calls = context;

    (void)documents;
    (void)bytes;
    return ++*calls < 3;
}

TEST(progress_may_cancel_and_nothing_is_committed_then)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_status         status = RLS_OK;
    rls_writer        *writer;
    rls_snapshot      *snapshot;
    rls_document      *document;
    int                calls = 0;
    char              *body = malloc(1 << 20);

    for (size_t i = 0; i < 1 << 20; i++)
        body[i] = i % 8 == 7 ? ' ' : (char)('a' + i * 2654435761u % 26);
    writer = sample_writer(folder, NULL);
    sample_commit(writer);
    rls_writer_close(writer);
    options.memory_limit = 16 << 20;
    options.progress = stop_soon;
    options.context = &calls;
    writer = sample_writer(folder, &options);
    for (int i = 0; i < 100 && status == RLS_OK; i++) {
        char key[8];
        snprintf(key, sizeof key, "%d", i);
        CHECK_OK(rls_document_create(key, &document, NULL));
        CHECK_OK(rls_document_body(document, body, 1 << 20, false, NULL));
        status = rls_writer_add(writer, document, NULL);
        rls_document_close(document);
    }
    if (status == RLS_OK)
        status = rls_writer_commit(writer, NULL, NULL);
    CHECK(status == RLS_CANCELLED);
    CHECK(calls >= 3);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "-nothing"), "");
    rls_snapshot_close(snapshot);
    free(body);
}

TEST(the_least_memory_is_enough_for_any_number_of_threads)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_corpus        *corpus = rls_corpus_new(rls_test_seed() + 5, 3000, 1500);
    rls_writer        *writer;
    rls_error          error = {0};

    options.memory_limit = 16 << 20;
    options.threads = 4;
    writer = sample_writer(folder, &options);
    for (size_t i = 0; i < corpus->count; i++) {
        const rls_corpus_document *from = &corpus->documents[i];
        rls_document              *document;

        CHECK_OK(rls_document_create(from->key, &document, NULL));
        CHECK_OK(rls_document_body(document, from->body, strlen(from->body), false, NULL));
        if (rls_writer_add(writer, document, &error) != RLS_OK)
            rls_test_fail(__FILE__, __LINE__, "%zu: %s", i, error.message);
        rls_document_close(document);
    }
    if (rls_writer_commit(writer, NULL, &error) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s", error.message);
    rls_writer_close(writer);
    rls_corpus_free(corpus);
}

TEST(all_memory_comes_from_the_given_allocator_and_goes_back)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_heap_faulty    counting;
    rls_allocator      allocator;
    rls_writer        *writer;

    rls_heap_faulty_init(&counting, 0, false);
    allocator = counting.allocator;
    options.allocator = &allocator;
    writer = sample_writer(folder, &options);
    memset(&allocator, 0, sizeof allocator); /* it was copied */
    for (int i = 0; i < 3; i++) {
        sample_add(writer, "a", "Title", "words and more words", false);
        sample_add(writer, "b", "Title", "words and more words", false);
        sample_commit(writer);
    }
    CHECK_OK(rls_writer_optimize(writer, NULL));
    sample_add(writer, "c", NULL, "not committed", false);
    CHECK(counting.live > 0 && counting.requests > 10);
    rls_writer_close(writer);
    CHECK_EQ_U64(counting.live, 0);
}

TEST(a_crashed_writer_leaves_its_last_commit_and_no_lock)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer;
    rls_snapshot *snapshot;
    int           state;
    pid_t         child = fork();

    CHECK(child >= 0);
    if (child == 0) {
        writer = sample_writer(folder, NULL);
        sample_add(writer, "a", NULL, "kept words", false);
        sample_commit(writer);
        sample_add(writer, "b", NULL, "lost words", false);
        _exit(7);
    }
    CHECK(waitpid(child, &state, 0) == child);
    CHECK(WIFEXITED(state) && WEXITSTATUS(state) == 7);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "words"), "a ");
    rls_snapshot_close(snapshot);
    writer = sample_writer(folder, NULL);
    rls_writer_close(writer);
}

TEST(an_index_that_must_be_new_is_refused_where_there_is_one)
{
    const char        *folder = rls_test_temp_folder();
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;

    options.exclusive = true;
    writer = sample_writer(folder, &options);
    rls_writer_close(writer);
    /* Nothing was committed, so there is none yet. */
    writer = sample_writer(folder, &options);
    sample_add(writer, "a", NULL, "words", false);
    sample_commit(writer);
    CHECK_OK(rls_writer_rollback(writer, NULL)); /* to what it has made itself */
    sample_commit(writer);
    rls_writer_close(writer);
    SAMPLE_REFUSED(rls_writer_open(folder, &options, &writer, &err), RLS_EXISTS);
    CHECK(writer == NULL);
    options.create = false;
    writer = sample_writer(folder, &options);
    rls_writer_close(writer);
}
