/* The initializers are the defaults that the headers document, and NULL options mean them. */
#include "sample.h"

TEST(the_version_is_three_numbers_and_the_format_is_the_first)
{
    int      major, minor, patch;
    char     rest;
    uint32_t format = rls_index_format();

    CHECK(sscanf(rls_version(), "%d.%d.%d%c", &major, &minor, &patch, &rest) == 3);
    CHECK_EQ_U64(format, 1);
}

TEST(every_status_has_a_name_of_its_own)
{
    for (int status = RLS_EXISTS; status <= RLS_OK; status++) {
        const char *name = rls_status_name((rls_status)status);
        CHECK(name != NULL && name[0] != '\0');
        for (int other = status + 1; other <= RLS_OK; other++)
            CHECK(strcmp(name, rls_status_name((rls_status)other)) != 0);
    }
    CHECK(rls_status_name((rls_status)-1000) != NULL);
    CHECK(rls_status_name((rls_status)1) != NULL);
}

TEST(the_writer_options_are_as_documented)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;

    CHECK_EQ_U64(options.struct_size, sizeof options);
    CHECK_EQ_U64(options.memory_limit, 256 << 20);
    CHECK_EQ_U64(options.threads, 1);
    CHECK(options.store && options.create && !options.exclusive);
    CHECK(options.language == NULL && options.schema == NULL);
    CHECK_EQ_U64(options.max_file_size, 64 << 20);
    CHECK_EQ_U64(options.lock_wait_ms, 0);
    CHECK(options.note == NULL && options.progress == NULL && options.context == NULL);
    CHECK(options.allocator == NULL && options.io == RLS_IO_MODE_MAP);
}

TEST(the_options_of_files_and_snapshots_are_as_documented)
{
    rls_file             file = RLS_FILE_INIT;
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;

    CHECK_EQ_U64(file.struct_size, sizeof file);
    CHECK(file.path == NULL && file.name == NULL && file.bytes == NULL && !file.compare_hash);
    CHECK(file.format == RLS_FILE_AUTO);
    CHECK(file.size == 0 && file.mtime_ns == 0 && file.inode == 0 && file.known_hash == 0);
    CHECK_EQ_U64(file.first_line, 1);
    CHECK_EQ_U64(options.struct_size, sizeof options);
    CHECK(!options.verify && options.allocator == NULL && options.io == RLS_IO_MODE_MAP);
}

TEST(the_search_and_snippet_options_are_as_documented)
{
    rls_search_options  search = RLS_SEARCH_OPTIONS_INIT;
    rls_snippet_options snippet = RLS_SNIPPET_OPTIONS_INIT;

    CHECK_EQ_U64(search.struct_size, sizeof search);
    CHECK_EQ_U64(search.limit, 10);
    CHECK_EQ_U64(search.skip, 0);
    CHECK(search.k1 == RLS_BY_LENGTH && search.b == RLS_BY_LENGTH);
    CHECK(search.ranking == RLS_RANKING_DEFAULT && !search.expand);
    CHECK(search.weights == NULL && search.weight_count == 0);
    CHECK(search.match == RLS_MATCH_AUTO && !search.exhaustive && search.exact_total);
    CHECK(search.deadline_ms == 0 && search.cancel == NULL && search.context == NULL);
    CHECK(search.sort == NULL && search.sort_count == 0 && search.after == NULL);
    CHECK(!(search.recency_half_life_days > 0.0) && search.recency_field == NULL);
    CHECK(!(search.year_boost > 0.0));
    CHECK(search.recency_now == RLS_NOW && search.facets == NULL && search.facet_count == 0);
    CHECK(search.collapse == RLS_COLLAPSE_NONE);
    CHECK_EQ_U64(snippet.struct_size, sizeof snippet);
    CHECK_EQ_U64(snippet.size, 240);
    CHECK_EQ_U64(snippet.passages, 2);
    CHECK_EQ_STR(snippet.mark_start, "[");
    CHECK_EQ_STR(snippet.mark_end, "]");
    CHECK_EQ_STR(snippet.ellipsis, " … ");
}

TEST(no_options_are_the_default_options)
{
    rls_search_options  search = RLS_SEARCH_OPTIONS_INIT;
    rls_snippet_options snippet = RLS_SNIPPET_OPTIONS_INIT;
    rls_writer         *writer = sample_writer(rls_test_temp_folder(), NULL);
    const char         *folder = rls_test_temp_folder();
    rls_snapshot       *snapshot;
    rls_hits           *plain, *given;
    rls_text            a, b;

    rls_writer_close(writer);
    writer = sample_writer(folder, NULL);
    for (int i = 0; i < 20; i++) {
        char key[8];
        snprintf(key, sizeof key, "%02d", i);
        sample_add(writer, key, "A title", "Some words. More words, and the last word.", false);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    plain = sample_search(snapshot, "word", NULL);
    given = sample_search(snapshot, "word", &search);
    CHECK_EQ_U64(rls_hits_count(plain), 10);
    CHECK_EQ_U64(rls_hits_count(given), 10);
    CHECK_EQ_U64(rls_hits_total(plain), 20);
    CHECK_OK(rls_hits_snippet(plain, 3, NULL, &a, NULL));
    CHECK_OK(rls_hits_snippet(given, 3, &snippet, &b, NULL));
    CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    rls_hits_close(plain);
    rls_hits_close(given);
    rls_snapshot_close(snapshot);
}
