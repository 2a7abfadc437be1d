#include "scenes.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "scene_calls.h"
#include "scene_searching.h"
#include "scene_writing.h"
#include "support/runner.h"
#include "support/temp_folder.h"

/* --- reading --- */

static bool
see_field(void *context, const rls_field_info *field)
{
    digest_string(context, field->name);
    digest_number(context, field->documents);
    return true;
}

static bool
see_file(void *context, const rls_file_info *file)
{
    digest_string(context, file->name);
    return true;
}

static bool
see_term(void *context, const rls_term_entry *entry)
{
    digest_string(context, entry->form);
    digest_number(context, entry->documents);
    return true;
}

static rls_status
look_around(scene *s, rls_snapshot *snapshot)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_snapshot     *again = NULL;
    const char       *label, *path;
    char              nearest[32];
    rls_status        status = CALL(rls_snapshot_refresh)(snapshot, &again, &s->err);

    CALL(rls_snapshot_close)(again);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_get_info)(snapshot, &info, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_fields)(snapshot, see_field, s, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_files)(snapshot, see_file, s, &s->err);
    if (status == RLS_OK)
        status =
            CALL(rls_snapshot_nearest_field)(snapshot, "titel", nearest, sizeof nearest, &s->err);
    if (status != RLS_OK)
        return status;
    digest_string(s, nearest);
    digest_number(s, info.generation);
    digest_number(s, CALL(rls_snapshot_root_count)(snapshot));
    CALL(rls_snapshot_root)(snapshot, 0, &label, &path);
    digest_string(s, path);
    return CALL(rls_snapshot_check)(snapshot, NULL, NULL, &s->err);
}

static rls_status
see_words(scene *s, rls_snapshot *snapshot)
{
    static const char *const patterns[] = {"mu", "m?nition*", "c.*r", "munitons"};
    rls_status               status = RLS_OK;

    for (int match = RLS_TERMS_PREFIX; match <= RLS_TERMS_FUZZY && status == RLS_OK; match++) {
        rls_terms_options options = RLS_TERMS_OPTIONS_INIT;
        const char       *pattern = patterns[match];

        options.match = (rls_terms_match)match;
        status = CALL(rls_snapshot_terms)(snapshot, pattern, strlen(pattern), &options, see_term, s,
                                          &s->err);
    }
    return status;
}

static rls_status
complete(scene *s, rls_snapshot *snapshot)
{
    static const char *const typed[] = {"clus", "cluster mun", "ministers:ph", "oslo t"};
    rls_status               status = RLS_OK;

    for (size_t i = 0; i < sizeof typed / sizeof *typed && status == RLS_OK; i++) {
        const rls_suggestion *one;
        rls_suggestions      *found;

        status =
            CALL(rls_snapshot_suggest)(snapshot, typed[i], strlen(typed[i]), NULL, &found, &s->err);
        if (status != RLS_OK)
            break;
        digest_number(s, CALL(rls_suggestions_count)(found));
        for (uint32_t j = 0; (one = CALL(rls_suggestions_get)(found, j)) != NULL; j++)
            digest_text(s, one->query);
        CALL(rls_suggestions_close)(found);
    }
    return status;
}

static rls_status
read_index(scene *s, rls_io_mode io, rls_status (*use)(scene *s, rls_snapshot *snapshot))
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_snapshot        *snapshot;
    rls_status           status;

    options.io = io;
    options.verify = true;
    status = CALL(rls_snapshot_open)(s->folder, &options, &snapshot, &s->err);
    if (status != RLS_OK)
        return status;
    status = use(s, snapshot);
    CALL(rls_snapshot_close)(snapshot);
    return status;
}

static rls_status
scene_look(scene *s)
{
    rls_status status = read_index(s, RLS_IO_MODE_READ, look_around);

    return status == RLS_OK ? read_index(s, RLS_IO_MODE_MAP, see_words) : status;
}

static rls_status
scene_complete(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, complete);
}

static rls_status
scene_texts(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, scene_search_texts);
}

static rls_status
scene_like(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, scene_search_like);
}

static rls_status
scene_filters(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, scene_search_filtered);
}

static rls_status
scene_queries(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, scene_search_queries);
}

/* An index without bodies, which are read back from their files. */
static rls_status
scene_files(scene *s)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;
    char               label[64];
    rls_status         status;

    options.store = false;
    status = CALL(rls_writer_open)(s->folder, &options, &writer, &s->err);
    if (status != RLS_OK)
        return status;
    status = CALL(rls_writer_root)(writer, s->root, label, sizeof label, &s->err);
    if (status == RLS_OK)
        status = scene_add_path(s, writer);
    if (status == RLS_OK)
        status = scene_add_document(s, writer, "b", "Another document.");
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, NULL, &s->err);
    CALL(rls_writer_close)(writer);
    return status == RLS_OK ? read_index(s, RLS_IO_MODE_MAP, scene_search_texts) : status;
}

static void
see_problem(void *context, const char *file, const char *section, const char *message)
{
    (void)file;
    (void)message;
    digest_string(context, section);
}

static rls_status
scene_repair(scene *s)
{
    rls_repair_report report;
    rls_status status = CALL(rls_index_repair)(s->folder, NULL, see_problem, s, &report, &s->err);

    if (status != RLS_OK)
        return status;
    digest_number(s, report.documents);
    digest_number(s, report.saved);
    digest_number(s, report.lost);
    return RLS_OK;
}

/* These answer from constants: nothing can fail. */
static rls_status
scene_constants(scene *s)
{
    int64_t from, to;
    double  number;

    digest_string(s, CALL(rls_version)());
    digest_number(s, CALL(rls_index_format)());
    digest_string(s, CALL(rls_status_name)(RLS_OK));
    digest_number(s, CALL(rls_character_width)('a'));
    digest_number(s, CALL(rls_value_date)("May 2007", 8, &from, &to));
    digest_number(s, (uint64_t)(to - from));
    digest_number(s, CALL(rls_value_number)("2.5", 3, &number));
    return RLS_OK;
}

/* --- what they find --- */

static void
empty_folder(const scene *s)
{
    DIR                 *stream = opendir(s->folder);
    const struct dirent *entry;

    CHECK(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        if (entry->d_name[0] != '.')
            remove(rls_test_path(s->folder, entry->d_name));
    }
    closedir(stream);
}

static void
write_whole(const scene *s)
{
    scene writing = *s;

    empty_folder(s);
    CHECK_OK(scene_write_index(&writing));
}

/* The middle byte of each segment is another. */
static void
write_damaged(const scene *s)
{
    const struct dirent *entry;
    DIR                 *stream;

    write_whole(s);
    stream = opendir(s->folder);
    CHECK(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        FILE *file;
        long  middle;
        int   byte;

        if (strstr(entry->d_name, ".seg") == NULL)
            continue;
        file = fopen(rls_test_path(s->folder, entry->d_name), "r+b");
        CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
        middle = ftell(file) / 2;
        CHECK(fseek(file, middle, SEEK_SET) == 0 && (byte = fgetc(file)) != EOF);
        CHECK(fseek(file, middle, SEEK_SET) == 0 && fputc(byte ^ 0xff, file) != EOF);
        CHECK(fclose(file) == 0);
    }
    closedir(stream);
}

const scene_kind scene_kinds[] = {
    {"files", empty_folder, scene_files},
    {"write", empty_folder, scene_write_index},
    {"repair", write_damaged, scene_repair},
    {"look", NULL, scene_look},
    {"complete", NULL, scene_complete},
    {"search texts", NULL, scene_texts},
    {"like", NULL, scene_like},
    {"filters", NULL, scene_filters},
    {"search queries", NULL, scene_queries},
    {"constants", NULL, scene_constants},
};
const size_t scene_count = sizeof scene_kinds / sizeof *scene_kinds;
