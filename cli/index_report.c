#include "index_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "message.h"
#include "terminal.h"

enum {
    PROGRESS_AFTER = 1000000000,
    PROGRESS_EVERY = 100000000
};

void
cli_index_report_start(cli_index_report *report, bool quiet)
{
    memset(report, 0, sizeof *report);
    report->quiet = quiet;
    report->shows_progress = !quiet && cli_is_terminal(STDERR_FILENO);
    report->start = cli_clock();
}

void
cli_index_report_release(cli_index_report *report)
{
    cli_progress_clear();
    cli_text_release(&report->last_path);
}

/* How much of the message's beginning repeats the end of the path. */
static size_t
repeated_size(const char *path, const char *message)
{
    size_t path_size = strlen(path);

    for (const char *colon = strchr(message, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        size_t size = (size_t)(colon - message);
        if (size > 0 && size <= path_size && memcmp(path + path_size - size, message, size) == 0 &&
            (size == path_size || path[path_size - size - 1] == '/'))
            return size;
    }
    return 0;
}

/* Size of "line " in front of a number and a colon; 0 when the message begins otherwise. */
static size_t
line_prefix_size(const char *message)
{
    size_t digits;

    if (strncmp(message, "line ", 5) != 0)
        return 0;
    digits = strspn(message + 5, "0123456789");
    return digits > 0 && message[5 + digits] == ':' ? 5 : 0;
}

void
cli_index_report_remark(cli_index_report *report, const char *path, const char *message,
                        bool skipped)
{
    bool   again;
    size_t repeated;

    if (path == NULL)
        path = "standard input";
    again = report->last_path.size > 0 && strcmp(report->last_path.data, path) == 0;
    if (skipped)
        report->skipped++;
    else if (!again)
        report->remarks++;
    cli_text_clear(&report->last_path);
    cli_text_put(&report->last_path, path);
    if (report->quiet)
        return;
    repeated = repeated_size(path, message);
    if (repeated > 0) {
        /* "name:LINE: reason" keeps its line number. */
        cli_text line = {0};
        cli_text_format(&line, "%s:%s", path, message + repeated + 1);
        if (message[repeated + 1] == ' ')
            cli_remark(path, message + repeated + 2);
        else
            cli_remark_line(line.data);
        cli_text_release(&line);
    } else if (line_prefix_size(message) > 0) {
        /* "line LINE: reason" becomes "path:LINE: reason", too. */
        cli_text line = {0};
        cli_text_format(&line, "%s:%s", path, message + line_prefix_size(message));
        cli_remark_line(line.data);
        cli_text_release(&line);
    } else if (strncmp(message, "stdin:", 6) == 0) {
        cli_remark(path, message + 6 + strspn(message + 6, " "));
    } else {
        cli_remark(path, message);
    }
}

void
cli_index_report_progress(cli_index_report *report)
{
    uint64_t now, spent;
    cli_text line = {0};

    if (!report->shows_progress)
        return;
    now = cli_clock();
    spent = now - report->start;
    if (spent < PROGRESS_AFTER || now - report->shown < PROGRESS_EVERY)
        return;
    report->shown = now;
    if (report->files > 0) {
        cli_text_count(&line,
                       report->done_files < report->files ? report->done_files : report->files);
        cli_text_put(&line, " of ");
        cli_text_counted(&line, report->files, "file", "files");
        cli_text_put(&line, " · ");
    }
    cli_text_bytes(&line, report->done_bytes);
    cli_text_put(&line, " · ");
    cli_text_bytes(&line, (uint64_t)((double)report->done_bytes * 1e9 / (double)spent));
    cli_text_put(&line, "/s");
    if (report->bytes > report->done_bytes && report->done_bytes > 0) {
        double left = (double)spent / (double)report->done_bytes *
                      (double)(report->bytes - report->done_bytes);
        cli_text_format(&line, " · %.0f s left", left / 1e9 + 0.5);
    } else if (report->bytes > 0 && report->done_bytes >= report->bytes) {
        cli_text_put(&line, " · writing the index");
    }
    cli_progress_show(line.data);
    cli_text_release(&line);
}

/* --- summary --- */

enum {
    SAMPLE_SIZE = 100,
    FIELDS_SHOWN = 20
};

/* The names of fields; lists are told from the first documents, which also give the order. */
typedef struct field_line {
    rls_snapshot *snapshot;
    cli_text      text, seen; /* seen: names with a NUL before and after each */
    unsigned      count, documents;
} field_line;

static void
add_field(field_line *line, const char *name, size_t size, bool is_list)
{
    cli_text mark = {0};

    cli_text_add(&mark, "", 1);
    cli_text_add(&mark, name, size);
    cli_text_add(&mark, "", 1);
    if (line->count < FIELDS_SHOWN &&
        (line->seen.size == 0 ||
         memmem(line->seen.data, line->seen.size, mark.data, mark.size) == NULL)) {
        cli_text_put(&line->text, line->count++ == 0 ? "" : " · ");
        cli_escape(&line->text, name, size, CLI_ESCAPE_LINE);
        cli_text_put(&line->text, is_list ? "[]" : "");
        cli_text_add(&line->seen, mark.data, mark.size);
    }
    cli_text_release(&mark);
}

static bool
look_at_file(void *context, const rls_file_info *file)
{
    field_line   *line = context;
    rls_hits     *hits;
    rls_hit       hit;
    rls_hit_field field;

    if (rls_snapshot_get(line->snapshot, file->name, &hits, NULL) == RLS_OK) {
        if (rls_hits_get(hits, 0, &hit, NULL) == RLS_OK) {
            for (uint32_t i = 0; i < hit.field_count; i++) {
                if (rls_hits_field(hits, 0, i, &field, NULL) == RLS_OK)
                    add_field(line, field.name.data, field.name.size, field.is_list);
            }
        }
        rls_hits_close(hits);
    }
    return ++line->documents < SAMPLE_SIZE;
}

static bool
look_at_field(void *context, const rls_field_info *field)
{
    if (strcmp(field->name, "body") != 0)
        add_field(context, field->name, strlen(field->name), false);
    return true;
}

static void
put_fields(cli_text *out, rls_snapshot *snapshot)
{
    field_line line = {.snapshot = snapshot};

    if (rls_snapshot_files(snapshot, look_at_file, &line, NULL) == RLS_OK &&
        rls_snapshot_fields(snapshot, look_at_field, &line, NULL) == RLS_OK && line.count > 0)
        cli_text_format(out, "  fields: %s\n", line.text.data);
    cli_text_release(&line.text);
    cli_text_release(&line.seen);
}

static void
add_sizes(cli_text *line, const rls_snapshot_info *info)
{
    cli_text_put(line, " · index ");
    cli_text_bytes(line, info->index_bytes);
    if (info->source_bytes > 0)
        cli_text_format(line, " (%.0f %%%s)",
                        100.0 * (double)info->index_bytes / (double)info->source_bytes,
                        info->stored ? ", with stored text" : "");
}

void
cli_index_report_commit(cli_index_report *report, const rls_commit_report *commit)
{
    cli_text line = {0};

    cli_progress_clear();
    if (report->quiet || commit->added + commit->replaced + commit->deleted == 0)
        return;
    cli_text_count(&line, commit->added);
    cli_text_put(&line, " added, ");
    cli_text_count(&line, commit->replaced);
    cli_text_put(&line, " replaced, ");
    cli_text_count(&line, commit->deleted);
    cli_text_put(&line, " removed in ");
    cli_text_duration(&line, cli_clock() - report->start);
    cli_text_put(&line, " · ");
    cli_text_counted(&line, commit->documents, "document", "documents");
    cli_text_put(&line, "\n");
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

void
cli_index_report_summary(cli_index_report *report, const cli_index_result *result)
{
    const rls_commit_report *commit = &result->commit;
    rls_snapshot_info        info = {.struct_size = sizeof info};
    rls_snapshot            *snapshot = NULL;
    cli_text                 line = {0};

    cli_progress_clear();
    if (report->quiet)
        return;
    if (cli_open_snapshot_at(result->options, result->index, &snapshot, NULL) == RLS_OK) {
        rls_snapshot_get_info(snapshot, &info, NULL);
    } else { /* in too little address space to open it, the commit tells most of it */
        info.documents = commit->documents;
        info.index_bytes = commit->index_bytes;
    }
    if (result->first) {
        cli_text_put(&line, "Indexed ");
        cli_text_counted(&line, commit->added + commit->replaced, "document", "documents");
        cli_text_put(&line, " (");
        cli_text_bytes(&line, commit->source_bytes);
        cli_text_put(&line, ")");
    } else {
        cli_text_count(&line, commit->added);
        cli_text_put(&line, " added, ");
        cli_text_count(&line, commit->replaced);
        cli_text_put(&line, " replaced, ");
        cli_text_count(&line, commit->deleted);
        cli_text_put(&line, " removed, ");
        cli_text_count(&line, result->unchanged);
        cli_text_put(&line, " unchanged");
    }
    cli_text_put(&line, " in ");
    cli_text_duration(&line, cli_clock() - report->start);
    if (!result->first) {
        cli_text_put(&line, " · ");
        cli_text_counted(&line, info.documents, "document", "documents");
    }
    add_sizes(&line, &info);
    if (report->skipped > 0 || report->remarks > 0) {
        cli_text_put(&line, " · ");
        cli_text_count(&line, report->skipped);
        cli_text_put(&line, " skipped, ");
        cli_text_count(&line, report->remarks);
        cli_text_put(&line, " with remarks");
    }
    cli_text_put(&line, "\n");
    if (result->first && snapshot != NULL && cli_is_terminal(STDOUT_FILENO)) {
        put_fields(&line, snapshot);
        cli_text_put(&line, "Next: rsearch query \"words to look for\"\n");
    }
    cli_write(line.data, line.size);
    cli_text_release(&line);
    rls_snapshot_close(snapshot);
}
