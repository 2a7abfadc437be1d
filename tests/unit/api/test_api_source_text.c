/* Bodies that the index does not keep are read back from their files, and from nothing else. */
#include <sys/stat.h>

#include "sample.h"

typedef struct unstored {
    const char *folder, *files;
} unstored;

static void
add_file(rls_writer *writer, const char *files, const char *name, const char *key_prefix)
{
    char        named[256], path[512];
    struct stat info;
    rls_file    file = RLS_FILE_INIT;

    snprintf(path, sizeof path, "%s/%s", files, name);
    snprintf(named, sizeof named, "%s%s", key_prefix, name);
    CHECK(stat(path, &info) == 0);
    file.path = path;
    file.name = named;
    file.size = (uint64_t)info.st_size;
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
}

static unstored
make_unstored(void)
{
    unstored           made = {rls_test_temp_folder(), rls_test_temp_folder()};
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;
    char               label[64];

    sample_write_file(rls_test_path(made.files, "a.md"),
                      "---\ntitle: A\n---\nThe **words** of a.\n");
    sample_write_file(rls_test_path(made.files, "l.jsonl"),
                      "{\"_id\":\"j1\",\"text\":\"first words\"}\n"
                      "{\"_id\":\"j2\",\"text\":\"second words\"}\n");
    options.store = false;
    writer = sample_writer(made.folder, &options);
    CHECK_OK(rls_writer_root(writer, made.files, label, sizeof label, NULL));
    add_file(writer, made.files, "a.md", "");
    add_file(writer, made.files, "l.jsonl", "");
    sample_add(writer, "made", NULL, "words of a program", false);
    sample_commit(writer);
    rls_writer_close(writer);
    return made;
}

/* The snippet of the document with this key, "-" without body. Static storage. */
static const char *
body_of(const char *folder, const char *key)
{
    static char   text[256];
    rls_snapshot *snapshot = sample_open(folder);
    rls_hits     *hits = sample_search(snapshot, "words", NULL);
    bool          found = false;

    strcpy(text, "?");
    for (uint32_t i = 0; i < rls_hits_count(hits) && !found; i++) {
        rls_hit  hit;
        rls_text snippet;
        CHECK_OK(rls_hits_get(hits, i, &hit, NULL));
        found = hit.key.size == strlen(key) && memcmp(hit.key.data, key, hit.key.size) == 0;
        if (!found)
            continue;
        CHECK_OK(rls_hits_snippet(hits, i, NULL, &snippet, NULL));
        CHECK(hit.has_body || (hit.body.size == 0 && snippet.size == 0));
        snprintf(text, sizeof text, "%.*s", (int)snippet.size, snippet.data);
        if (!hit.has_body)
            strcpy(text, "-");
    }
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
    return text;
}

TEST(bodies_are_read_back_from_their_files)
{
    unstored made = make_unstored();

    CHECK_EQ_STR(body_of(made.folder, "a.md"), "The [words] of a.");
    CHECK_EQ_STR(body_of(made.folder, "j1"), "first [words]");
    CHECK_EQ_STR(body_of(made.folder, "j2"), "second [words]");
    CHECK_EQ_STR(body_of(made.folder, "made"), "-");
}

TEST(a_hit_tells_the_file_it_came_from_as_it_was_indexed)
{
    unstored      made = make_unstored();
    rls_snapshot *snapshot = sample_open(made.folder);
    rls_hits     *hits = sample_search(snapshot, "words", NULL);
    rls_file_info file;
    rls_error     error = {0};
    uint32_t      from_files = 0;

    CHECK_EQ_U64(rls_hits_count(hits), 4);
    for (uint32_t i = 0; i < 4; i++) {
        rls_text   key;
        rls_status status;
        CHECK_OK(rls_hits_key(hits, i, &key, NULL, NULL));
        status = rls_hits_file(hits, i, &file, &error);
        if (key.size == 4 && memcmp(key.data, "made", 4) == 0) {
            CHECK(status == RLS_NOT_FOUND && error.status == RLS_NOT_FOUND && file.name == NULL);
            continue;
        }
        CHECK_OK(status);
        CHECK_EQ_STR(file.name, key.data[0] == 'j' ? "l.jsonl" : "a.md");
        CHECK_EQ_U64(file.size, key.data[0] == 'j' ? 69 : 37);
        from_files++;
    }
    CHECK_EQ_U64(from_files, 3);
    CHECK(rls_hits_file(hits, 4, &file, NULL) == RLS_BAD_ARGUMENT);
    CHECK(rls_hits_file(hits, 0, NULL, NULL) == RLS_BAD_ARGUMENT);
    CHECK(rls_hits_file(NULL, 0, &file, NULL) == RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(a_file_that_changed_or_vanished_gives_no_body)
{
    unstored    made = make_unstored();
    const char *path = rls_test_path(made.files, "a.md");

    sample_write_file(path, "---\ntitle: A\n---\nThe **wordz** of a.\n");
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "-");
    sample_write_file(path, "---\ntitle: A\n---\nThe **words** of a. And more.\n");
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "-");
    CHECK(unlink(path) == 0);
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "-");
    CHECK(mkfifo(path, 0600) == 0); /* must not block */
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "-");
    CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "-");
    CHECK(rmdir(path) == 0);
    sample_write_file(path, "---\ntitle: A\n---\nThe **words** of a.\n");
    CHECK_EQ_STR(body_of(made.folder, "a.md"), "The [words] of a.");
}

TEST(a_name_that_leads_out_of_the_folder_gives_no_body)
{
    static const char *const names[] = {"../out.md", "x/../../out.md", "..", "/out.md", "x/.."};
    const char              *folder = rls_test_temp_folder(), *files = rls_test_temp_folder();
    rls_writer_options       options = RLS_WRITER_OPTIONS_INIT;
    rls_writer              *writer;
    char                     label[64];

    sample_write_file(rls_test_path(files, "out.md"), "The words outside.");
    CHECK(mkdir(rls_test_path(files, "in"), 0700) == 0);
    options.store = false;
    writer = sample_writer(folder, &options);
    CHECK_OK(rls_writer_root(writer, rls_test_path(files, "in"), label, sizeof label, NULL));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rls_file file = RLS_FILE_INIT;
        file.path = rls_test_path(files, "out.md");
        file.name = names[i];
        file.size = 18;
        file.format = RLS_FILE_MARKDOWN;
        CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    }
    sample_commit(writer);
    rls_writer_close(writer);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *body = body_of(folder, names[i]);
        CHECK(strcmp(body, "-") == 0 || strcmp(body, "?") == 0);
    }
    CHECK_EQ_STR(body_of(folder, names[0]), "-");
}

TEST(the_file_is_found_in_the_folder_that_its_label_names)
{
    const char        *folder = rls_test_temp_folder(), *files = rls_test_temp_folder();
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;
    char               label[64], other[256], prefix[80];

    CHECK(mkdir(rls_test_path(files, "main"), 0700) == 0);
    CHECK(mkdir(rls_test_path(files, "main/extra"), 0700) == 0);
    CHECK(mkdir(rls_test_path(files, "extra"), 0700) == 0);
    sample_write_file(rls_test_path(files, "extra/b.txt"), "words of the other folder");
    /* The same name could mean this one as well: its hash is another. */
    sample_write_file(rls_test_path(files, "main/extra/b.txt"), "words of the first one..");
    options.store = false;
    writer = sample_writer(folder, &options);
    CHECK_OK(rls_writer_root(writer, rls_test_path(files, "main"), label, sizeof label, NULL));
    CHECK_EQ_STR(label, "");
    snprintf(other, sizeof other, "%s", rls_test_path(files, "extra"));
    CHECK_OK(rls_writer_root(writer, other, label, sizeof label, NULL));
    snprintf(prefix, sizeof prefix, "%s/", label);
    add_file(writer, other, "b.txt", prefix);
    add_file(writer, rls_test_path(files, "main"), "extra/b.txt", "");
    sample_commit(writer);
    rls_writer_close(writer);
    CHECK_EQ_STR(body_of(folder, "extra/b.txt"), "[words] of the first one..");
}

TEST(the_info_says_that_bodies_are_not_kept)
{
    unstored          made = make_unstored();
    rls_snapshot     *snapshot = sample_open(made.folder);
    rls_snapshot_info info = {.struct_size = sizeof info};

    CHECK_OK(rls_snapshot_get_info(snapshot, &info, NULL));
    CHECK(!info.stored);
    rls_snapshot_close(snapshot);
}
