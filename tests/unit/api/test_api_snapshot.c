#include <glob.h>

#include "sample.h"
#include "support/heap_faulty.h"

static const sample_document documents[] = {
    {"a", "Oslo talks", "Cluster munitions and landmines."},
    {"b", "Dublin talks", "Cluster munitions, disarmament."},
    {"c", NULL, "Other words."},
};

static bool
list_field(void *context, const rls_field_info *field)
{
    char *list = context;

    snprintf(list + strlen(list), 1000 - strlen(list), "%s:%u:%" PRIu64 " ", field->name,
             field->kinds & ~(uint32_t)RLS_FIELD_STORED, field->documents);
    return strcmp(field->name, "stop") != 0;
}

static bool
list_file(void *context, const rls_file_info *file)
{
    char *list = context;

    snprintf(list + strlen(list), 1000 - strlen(list), "%s:%" PRIu64 " ", file->name, file->size);
    return strcmp(file->name, "b.txt") != 0;
}

static void
tell_problem(void *context, const char *file, const char *section, const char *message)
{
    CHECK(file[0] != '\0' && section[0] != '\0' && message[0] != '\0');
    ++*(int *)context;
}

TEST(misuse_of_snapshots_is_told)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_allocator        holey = {NULL, NULL, NULL, NULL};
    const char          *folder = sample_index(documents, 3);
    rls_snapshot        *snapshot = (rls_snapshot *)(void *)1;
    rls_snapshot_info    info = {.struct_size = sizeof info};
    char                 list[1000] = "";

    SAMPLE_REFUSED(rls_snapshot_open(NULL, NULL, &snapshot, &err), RLS_BAD_ARGUMENT);
    CHECK(snapshot == NULL);
    SAMPLE_REFUSED(rls_snapshot_open("", NULL, &snapshot, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_open(folder, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    options.struct_size = 1;
    SAMPLE_REFUSED(rls_snapshot_open(folder, &options, &snapshot, &err), RLS_BAD_ARGUMENT);
    options.struct_size = sizeof options;
    options.allocator = &holey;
    SAMPLE_REFUSED(rls_snapshot_open(folder, &options, &snapshot, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_refresh(NULL, &snapshot, &err), RLS_BAD_ARGUMENT);
    CHECK(snapshot == NULL);
    snapshot = sample_open(folder);
    SAMPLE_REFUSED(rls_snapshot_refresh(snapshot, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_get_info(NULL, &info, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_get_info(snapshot, NULL, &err), RLS_BAD_ARGUMENT);
    info.struct_size = 8;
    SAMPLE_REFUSED(rls_snapshot_get_info(snapshot, &info, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_fields(NULL, list_field, list, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_fields(snapshot, NULL, list, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_nearest_field(NULL, "a", list, 9, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_nearest_field(snapshot, NULL, list, 9, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_nearest_field(snapshot, "a", NULL, 9, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_nearest_field(snapshot, "a", list, 0, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_files(NULL, list_file, list, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_files(snapshot, NULL, list, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_check(NULL, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    CHECK_EQ_U64(rls_snapshot_root_count(NULL), 0);
    rls_snapshot_close(snapshot);
    rls_snapshot_close(NULL);
}

TEST(what_is_no_index_is_not_found)
{
    const char   *folder = rls_test_temp_folder();
    rls_snapshot *snapshot;

    SAMPLE_REFUSED(rls_snapshot_open(folder, NULL, &snapshot, &err), RLS_NOT_FOUND);
    SAMPLE_REFUSED(rls_snapshot_open(rls_test_path(folder, "none"), NULL, &snapshot, &err),
                   RLS_NOT_FOUND);
    CHECK(snapshot == NULL);
}

TEST(the_info_counts_documents_and_bytes)
{
    const char       *folder = sample_index(documents, 3);
    rls_writer       *writer = sample_writer(folder, NULL);
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_snapshot     *snapshot;
    uint64_t          parts = 0;

    CHECK_OK(rls_writer_delete(writer, "c", NULL));
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_OK(rls_snapshot_get_info(snapshot, &info, NULL));
    CHECK_EQ_U64(info.struct_size, sizeof info);
    CHECK_EQ_U64(info.documents, 2);
    CHECK(info.deleted <= 1 && info.segments >= 1 && info.generation >= 2);
    CHECK(info.stored && info.index_bytes > 0 && info.source_bytes > 0);
    CHECK_EQ_STR(info.language, "english");
    CHECK(info.part_count > 0 && info.part_count <= 16);
    for (uint32_t i = 0; i < info.part_count; i++) {
        CHECK(info.part_names[i] != NULL);
        parts += info.part_sizes[i];
    }
    CHECK(parts > 0 && parts <= info.index_bytes);
    rls_snapshot_close(snapshot);
}

static void
check_nearest(const rls_snapshot *snapshot)
{
    static const char *const rows[][2] = {
        {"author", "author"}, {"AUTHOR", "author"}, {"\xc3\xa2uthor", "author"},
        {"auhtor", "author"}, {"autors", "author"}, {"aut", "author"},
        {"au", ""},           {"dat", "date"},      {"bodies", ""},
        {"bodys", "body"},    {"boddy", "body"},    {"tile", "title"},
        {"ttl", ""},          {"xyz", ""},          {"", ""},
        {"page", "pages"}};
    char      name[16];
    rls_error err;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_OK(rls_snapshot_nearest_field(snapshot, rows[i][0], name, sizeof name, &err));
        CHECK_EQ_STR(name, rows[i][1]);
    }
    CHECK_OK(rls_snapshot_nearest_field(snapshot, "AUTHOR", name, 6, &err));
    CHECK_EQ_STR(name, "");
    CHECK_OK(rls_snapshot_nearest_field(snapshot, "AUTHOR", name, 7, &err));
    CHECK_EQ_STR(name, "author");
}

TEST(fields_come_body_first_then_by_name_until_told_to_stop)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_document *document;
    rls_snapshot *snapshot;
    char          list[1000] = "";

    for (int i = 0; i < 2; i++) {
        CHECK_OK(rls_document_create(i == 0 ? "a" : "b", &document, NULL));
        CHECK_OK(rls_document_add(document, "title", "Title", 5, NULL));
        CHECK_OK(rls_document_add(document, "date", "2007-05-28", 10, NULL));
        if (i == 0)
            CHECK_OK(rls_document_add(document, "author", "Somebody", 8, NULL));
        CHECK_OK(rls_document_add_number(document, "pages", 3, NULL));
        CHECK_OK(rls_document_body(document, "words", 5, false, NULL));
        CHECK_OK(rls_writer_add(writer, document, NULL));
        rls_document_close(document);
        sample_commit(writer);
    }
    snapshot = sample_open(folder);
    CHECK_OK(rls_snapshot_fields(snapshot, list_field, list, NULL));
    CHECK_EQ_STR(list, "body:1:2 author:3:1 date:4:2 pages:8:2 title:1:2 ");
    check_nearest(snapshot);
    rls_snapshot_close(snapshot);
    CHECK_OK(rls_document_create("c", &document, NULL));
    CHECK_OK(rls_document_add(document, "stop", "Something", 9, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
    sample_commit(writer);
    snapshot = sample_open(folder);
    list[0] = '\0';
    CHECK_OK(rls_snapshot_fields(snapshot, list_field, list, NULL));
    CHECK_EQ_STR(list, "body:1:2 author:3:1 date:4:2 pages:8:2 stop:3:1 ");
    rls_snapshot_close(snapshot);
    rls_writer_close(writer);
}

TEST(files_are_those_that_live_documents_come_from)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_file      file = RLS_FILE_INIT;
    rls_snapshot *snapshot;
    char          list[1000] = "";

    file.bytes = "words";
    file.size = 5;
    for (int i = 0; i < 3; i++) {
        file.name = i == 0 ? "a.txt" : i == 1 ? "b.txt" : "c.txt";
        CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    }
    CHECK_OK(rls_writer_delete(writer, "a.txt", NULL));
    sample_add(writer, "no file", NULL, "words", false);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_OK(rls_snapshot_files(snapshot, list_file, list, NULL));
    CHECK_EQ_STR(list, "b.txt:5 ");
    rls_snapshot_close(snapshot);
}

TEST(refresh_gives_the_same_snapshot_until_there_is_a_newer_commit)
{
    const char   *folder = sample_index(documents, 1);
    rls_snapshot *snapshot = sample_open(folder), *same, *newer;
    rls_writer   *writer;

    CHECK_OK(rls_snapshot_refresh(snapshot, &same, NULL));
    CHECK(same == snapshot);
    rls_snapshot_close(same);
    writer = sample_writer(folder, NULL);
    sample_add(writer, "z", NULL, "Cluster of new words.", false);
    sample_commit(writer);
    CHECK_OK(rls_writer_optimize(writer, NULL));
    rls_writer_close(writer);
    CHECK_OK(rls_snapshot_refresh(snapshot, &newer, NULL));
    CHECK(newer != snapshot);
    CHECK_EQ_STR(sample_found(snapshot, "cluster"), "a ");
    rls_snapshot_close(snapshot); /* the newer one does not need it */
    CHECK_EQ_STR(sample_found(newer, "cluster munitions"), "a z ");
    rls_snapshot_close(newer);
}

TEST(refresh_sees_that_an_index_was_made_anew_in_its_folder)
{
    const char   *folder = sample_index(documents, 1);
    rls_snapshot *snapshot = sample_open(folder), *newer;
    rls_writer   *writer;
    char          pattern[512];
    glob_t        found;

    snprintf(pattern, sizeof pattern, "%s/*", folder);
    CHECK(glob(pattern, 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        CHECK(unlink(found.gl_pathv[i]) == 0);
    globfree(&found);
    writer = sample_writer(folder, NULL);
    sample_add(writer, "other", NULL, "Cluster of other words.", false);
    sample_commit(writer);
    rls_writer_close(writer);
    CHECK_OK(rls_snapshot_refresh(snapshot, &newer, NULL));
    CHECK_EQ_STR(sample_found(newer, "cluster"), "other ");
    rls_snapshot_close(newer);
    rls_snapshot_close(snapshot);
}

/* Changes the byte at half of the only segment file. */
static void
damage_segment(const char *folder)
{
    char   pattern[512];
    glob_t found;
    FILE  *file;
    long   size;
    int    byte;

    snprintf(pattern, sizeof pattern, "%s/*.seg", folder);
    CHECK(glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1);
    file = fopen(found.gl_pathv[0], "r+b");
    CHECK(file != NULL);
    CHECK(fseek(file, 0, SEEK_END) == 0);
    size = ftell(file);
    CHECK(fseek(file, size / 2, SEEK_SET) == 0);
    byte = fgetc(file);
    CHECK(fseek(file, size / 2, SEEK_SET) == 0);
    CHECK(fputc(byte ^ 0xff, file) != EOF && fclose(file) == 0);
    globfree(&found);
}

TEST(a_whole_index_has_no_problems_and_a_damaged_one_is_told)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    const char          *folder = sample_index(documents, 3);
    rls_snapshot        *snapshot = sample_open(folder), *damaged;
    int                  problems = 0;

    CHECK_OK(rls_snapshot_check(snapshot, tell_problem, &problems, NULL));
    CHECK_OK(rls_snapshot_check(snapshot, NULL, NULL, NULL));
    CHECK(problems == 0);
    damage_segment(folder);
    options.verify = true;
    SAMPLE_REFUSED(rls_snapshot_open(folder, &options, &damaged, &err), RLS_CORRUPT);
    CHECK(damaged == NULL);
    /* The open one sees the same file. */
    SAMPLE_REFUSED(rls_snapshot_check(snapshot, tell_problem, &problems, &err), RLS_CORRUPT);
    CHECK(problems > 0);
    rls_snapshot_close(snapshot);
}

static void
hear_repair(void *context, const char *file, const char *section, const char *message)
{
    char *heard = context;

    CHECK(file[0] != '\0');
    snprintf(heard + strlen(heard), 2000 - strlen(heard), "%s: %s\n", section, message);
}

TEST(a_repair_saves_what_can_be_read_and_keeps_the_damaged_file)
{
    const char       *folder = sample_index(documents, 3);
    rls_repair_report report;
    rls_snapshot     *snapshot;
    char              heard[2000] = "", pattern[512];
    size_t           *small = malloc(sizeof *small);
    glob_t            found;

    SAMPLE_REFUSED(rls_index_repair(NULL, NULL, NULL, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_index_repair("no/such/folder", NULL, NULL, NULL, &report, &err),
                   RLS_NOT_FOUND);
    *small = sizeof *small; /* of a caller that knows no other field */
    SAMPLE_REFUSED(rls_index_repair(folder, (const rls_writer_options *)(const void *)small, NULL,
                                    NULL, NULL, &err),
                   RLS_BAD_ARGUMENT);
    free(small);
    CHECK_OK(rls_index_repair(folder, NULL, hear_repair, heard, &report, NULL));
    CHECK_EQ_STR(heard, ""); /* nothing to repair, nothing written */
    CHECK(report.documents == 3 && report.generation == 1 && report.damaged_segments == 0);
    damage_segment(folder);
    CHECK_OK(rls_index_repair(folder, NULL, hear_repair, heard, &report, NULL));
    CHECK(report.documents == 3 && report.saved == 3 && report.lost == 0 && report.unnamed == 0);
    CHECK(report.generation == 2 && report.damaged_segments == 1);
    CHECK(strstr(heard, "file: is kept aside as ") != NULL);
    snprintf(pattern, sizeof pattern, "%s/*.seg.damaged", folder);
    CHECK(glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1);
    globfree(&found);
    snapshot = sample_open(folder);
    CHECK_OK(rls_snapshot_check(snapshot, NULL, NULL, NULL));
    CHECK_EQ_STR(sample_found(snapshot, "title:talks"), "a b ");
    rls_snapshot_close(snapshot);
}

TEST(a_repair_tells_what_it_cannot_do_without_stored_texts)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_repair_report  report;
    rls_writer        *writer;
    char               heard[2000] = "";

    options.store = false;
    writer = sample_writer(folder, &options);
    for (size_t i = 0; i < 3; i++)
        sample_add(writer, documents[i].key, documents[i].title, documents[i].body, true);
    sample_commit(writer);
    rls_writer_close(writer);
    damage_segment(folder);
    CHECK_OK(rls_index_repair(folder, NULL, hear_repair, heard, &report, NULL));
    CHECK(report.documents == 0 && report.saved == 0 && report.lost == 3);
    CHECK(strstr(heard, "lost: a\n") != NULL && strstr(heard, "lost: c\n") != NULL);
    CHECK(strstr(heard, "stored: the texts of the index are not stored") != NULL);
}

/* Mapped, this would end the process with SIGBUS. */
TEST(an_index_that_was_read_answers_when_its_files_are_cut)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    const char          *folder = sample_index(documents, 3);
    rls_snapshot        *snapshot, *cut;
    rls_hits            *hits;
    rls_text             snippet;
    char                 command[600];

    options.io = (rls_io_mode)7;
    SAMPLE_REFUSED(rls_snapshot_open(folder, &options, &snapshot, &err), RLS_BAD_ARGUMENT);
    options.io = RLS_IO_MODE_READ;
    CHECK_OK(rls_snapshot_open(folder, &options, &snapshot, NULL));
    snprintf(command, sizeof command, "truncate -s 100 %s/*.seg", folder);
    CHECK(system(command) == 0);
    hits = sample_search(snapshot, "cluster title:oslo \"munitions and\" land*", NULL);
    CHECK_EQ_U64(rls_hits_count(hits), 2);
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    CHECK(strstr(snippet.data, "landmines") != NULL);
    rls_hits_close(hits);
    SAMPLE_REFUSED(rls_snapshot_open(folder, &options, &cut, &err), RLS_CORRUPT);
    rls_snapshot_close(snapshot);
}

TEST(all_memory_comes_from_the_given_allocator_and_goes_back)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    const char          *folder = sample_index(documents, 3);
    rls_heap_faulty      counting;
    rls_allocator        allocator;
    rls_snapshot        *snapshot;
    rls_hits            *hits;
    rls_text             snippet;
    char                 list[1000] = "";

    rls_heap_faulty_init(&counting, 0, false);
    allocator = counting.allocator;
    options.allocator = &allocator;
    CHECK_OK(rls_snapshot_open(folder, &options, &snapshot, NULL));
    memset(&allocator, 0, sizeof allocator); /* it was copied */
    hits = sample_search(snapshot, "cluster title:oslo \"munitions and\" land*", NULL);
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &snippet, NULL));
    CHECK_OK(rls_snapshot_fields(snapshot, list_field, list, NULL));
    rls_snapshot_close(snapshot);
    CHECK(counting.live > 0);
    rls_hits_close(hits);
    CHECK_EQ_U64(counting.live, 0);
}
