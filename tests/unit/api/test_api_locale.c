/* A program may set any locale: numbers have a comma for a point in German, and in Turkish I is not
 * the capital of i. The library reads, writes and finds the same. Where such locales cannot be made
 * (localedef and its sources: Debian's package locales) nothing is tried. */
#include <locale.h>

#include "sample.h"

/* Whether the locale is in force now. */
static bool
enter(const char *name)
{
    static const char *folder;
    char               full[32], command[600];

    if (folder == NULL)
        folder = rls_test_temp_folder();
    setenv("LOCPATH", folder, 1);
    snprintf(full, sizeof full, "%s.UTF-8", name);
    snprintf(command, sizeof command, "localedef -i %s -f UTF-8 '%s/%s' 2>/dev/null", name, folder,
             full);
    if (system(command) != -1 && setlocale(LC_ALL, full) != NULL)
        return true;
    printf("# no locale %s here\n", name);
    return false;
}

static void
write_text(char *out, size_t size, rls_hits *hits)
{
    size_t used = strlen(out);

    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_text key;
        double   score;
        CHECK_OK(rls_hits_key(hits, i, &key, &score, NULL));
        used += (size_t)snprintf(out + used, size - used, "%.*s %lld, ", (int)key.size, key.data,
                                 (long long)(score * 1e6));
    }
    used += (size_t)snprintf(out + used, size - used, "%.*s\n", (int)rls_hits_query(hits).size,
                             rls_hits_query(hits).data);
    rls_hits_close(hits);
}

/* All that could depend on the locale, as text. */
static const char *
outcome(void)
{
    static char        out[8192];
    static const char *queries[] = {
        "treaty^0.5 oslo", "treaty^2.75 OSLO", "size:1.5..2.5", "size:>1.25",
        "TITLE",           "ISTANBUL",         "title:INDIGO"};
    static const char page[] = "<SCRIPT>hidden INDIGO</script> TITLE oslo [a](HTTP:x y)";
    const char       *folder = rls_test_temp_folder();
    rls_writer       *writer = sample_writer(folder, NULL);
    rls_snapshot     *snapshot;
    rls_like_options  like = RLS_LIKE_OPTIONS_INIT;
    rls_file          file = RLS_FILE_INIT;
    rls_hits         *hits;

    out[0] = '\0';
    for (int i = 0; i < 6; i++) {
        rls_document *document;
        char          key[16];
        const char   *body = i % 2 == 0 ? "treaty of oslo oslo" : "istanbul treaty treaty oslo";
        snprintf(key, sizeof key, "doc %d", i);
        CHECK_OK(rls_document_create(key, &document, NULL));
        CHECK_OK(rls_document_add_number(document, "size", 0.75 + i * 0.5, NULL));
        CHECK_OK(rls_document_add(document, "title", "Indigo", 6, NULL));
        CHECK_OK(rls_document_body(document, body, strlen(body), true, NULL));
        CHECK_OK(rls_writer_add(writer, document, NULL));
        rls_document_close(document);
    }
    file.name = "INDEX.MD";
    file.bytes = page;
    file.size = strlen(page);
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    file.name = "LINES.JSONL";
    file.bytes = "{\"_id\":\"line\",\"size\":1.5,\"body\":\"treaty\"}\n";
    file.size = strlen(file.bytes);
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        write_text(out, sizeof out, sample_search(snapshot, queries[i], NULL));
    like.key = "doc 1";
    CHECK_OK(rls_snapshot_like(snapshot, &like, NULL, &hits, NULL));
    write_text(out, sizeof out, hits);
    rls_snapshot_close(snapshot);
    return out;
}

TEST(the_locale_of_the_program_changes_nothing)
{
    static const char *const names[] = {"de_DE", "tr_TR"};
    char                     plain[8192];

    snprintf(plain, sizeof plain, "%s", outcome());
    for (int i = 0; i < 2; i++) {
        if (enter(names[i]))
            CHECK_EQ_STR(outcome(), plain);
        setlocale(LC_ALL, "C");
    }
    unsetenv("LOCPATH");
}
