#include "scene_writing.h"

#include <string.h>

#include "scene_calls.h"

rls_status
scene_add_document(scene *s, rls_writer *writer, const char *key, const char *body)
{
    rls_document *document;
    rls_status    status = CALL(rls_document_create)(key, &document, &s->err);

    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "title", "Cluster munitions", 17, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "date", "2007-05-28", 10, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "ministers", "Phil Goff", 9, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add_number)(document, "pages", 3, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_body)(document, body, strlen(body), true, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_writer_add)(writer, document, &s->err);
    CALL(rls_document_close)(document);
    return status;
}

static rls_status
add_bytes(scene *s, rls_writer *writer, const char *name, rls_file_format format, const char *bytes)
{
    rls_file file = RLS_FILE_INIT;

    file.name = name;
    file.format = format;
    file.bytes = bytes;
    file.size = strlen(bytes);
    return CALL(rls_writer_add_file)(writer, &file, &s->err);
}

rls_status
scene_add_path(scene *s, rls_writer *writer)
{
    rls_file file = RLS_FILE_INIT;

    file.path = s->file;
    file.name = "file.md";
    return CALL(rls_writer_add_file)(writer, &file, &s->err);
}

/* Everything that a commit takes, with what is read from files in every format. */
static rls_status
first_commit(scene *s, rls_writer *writer)
{
    static const char matter[] =
        "---\ntitle: &t Oslo\nministers:\n- Phil Goff\n- {name: Helen Clark}\nnote: |\n  two\n"
        "  lines\ndate: 2008-02-18\n---\n# Talks\n\nLandmines and [munitions](http://x).\n";
    static const char lines[] = "{\"key\": \"j1\", \"title\": \"One\", \"body\": \"munitions\"}\n"
                                "{\"key\": \"j2\", \"tags\": [\"a\", \"b\"], \"n\": 2.5}\n";
    rls_commit_report report;
    char              label[64];
    rls_status status = scene_add_document(s, writer, "a", "Cluster munitions. Second sentence.");

    if (status == RLS_OK)
        status =
            scene_add_document(s, writer, "b", "Cluster **munitions**, disarmament; kōrero Māori.");
    if (status == RLS_OK)
        status = scene_add_document(s, writer, "c", "Cluster munitions, second sentence!");
    if (status == RLS_OK)
        status = CALL(rls_writer_root)(writer, "/releases", label, sizeof label, &s->err);
    if (status == RLS_OK)
        status = add_bytes(s, writer, "m.md", RLS_FILE_MARKDOWN, matter);
    if (status == RLS_OK)
        status = add_bytes(s, writer, "l.jsonl", RLS_FILE_JSONL, lines);
    if (status == RLS_OK)
        status = scene_add_path(s, writer);
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, &report, &s->err);
    if (status != RLS_OK)
        return status;
    digest_number(s, report.added);
    digest_number(s, report.skipped);
    digest_number(s, report.documents);
    return RLS_OK;
}

static rls_status
more_commits(scene *s, rls_writer *writer)
{
    rls_commit_report report;
    rls_status        status = CALL(rls_writer_delete)(writer, "a", &s->err);

    if (status == RLS_OK)
        status = CALL(rls_writer_delete_file)(writer, "l.jsonl", &s->err);
    if (status == RLS_OK)
        status = scene_add_document(s, writer, "b", "Something else, in German: Häuser.");
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, &report, &s->err);
    if (status != RLS_OK)
        return status;
    digest_number(s, report.replaced);
    digest_number(s, report.deleted);
    digest_number(s, report.documents);
    status = scene_add_document(s, writer, "z", "Forgotten.");
    if (status == RLS_OK)
        status = CALL(rls_writer_rollback)(writer, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_writer_optimize)(writer, &s->err);
    return status;
}

rls_status
scene_write_index(scene *s)
{
    static const char  yaml[] = "fields:\n  tags: keyword\n";
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_schema        *schema = NULL, *made = NULL;
    rls_writer        *writer = NULL;
    rls_status         status;

    status = CALL(rls_schema_read)(yaml, strlen(yaml), "rsearch.yaml", &schema, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_schema_field)(schema, "title", RLS_FIELD_TEXT | RLS_FIELD_STORED, 2,
                                        "english", &s->err);
    if (status == RLS_OK)
        status = CALL(rls_schema_create)(&made, &s->err);
    options.schema = schema;
    if (status == RLS_OK)
        status = CALL(rls_writer_open)(s->folder, &options, &writer, &s->err);
    if (status == RLS_OK)
        status = first_commit(s, writer);
    if (status == RLS_OK)
        status = more_commits(s, writer);
    CALL(rls_writer_close)(writer);
    CALL(rls_schema_close)(schema);
    CALL(rls_schema_close)(made);
    return status;
}
