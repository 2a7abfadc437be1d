/* rsearch stats: what is in an index, and what it takes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json_objects.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "terminal.h"

static const struct {
    uint32_t    kind;
    const char *name;
} kinds[] = {{RLS_FIELD_TEXT, "text"},
             {RLS_FIELD_KEYWORD, "keyword"},
             {RLS_FIELD_DATE, "date"},
             {RLS_FIELD_NUMBER, "number"},
             {RLS_FIELD_STORED, "stored"}};

enum {
    KIND_COUNT = sizeof kinds / sizeof kinds[0]
};

/* --- for people --- */

static bool
print_field(void *context, const rls_field_info *field)
{
    cli_text *out = context, name = {0};
    unsigned  shown = 0;

    cli_escape(&name, field->name, strlen(field->name), CLI_ESCAPE_LINE);
    cli_text_format(out, "  %-16s ", name.data);
    cli_text_release(&name);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if ((field->kinds & kinds[i].kind) != 0)
            cli_text_format(out, "%s%s", shown++ == 0 ? "" : " + ", kinds[i].name);
    }
    cli_text_put(out, ", ");
    cli_text_counted(out, field->documents, "document", "documents");
    if (field->distinct_values > 0) {
        cli_text_put(out, ", ");
        cli_text_counted(out, field->distinct_values, "value", "values");
    }
    if ((field->kinds & RLS_FIELD_TEXT) != 0)
        cli_text_format(out, ", %.1f words on average", field->average_length);
    cli_text_put(out, "\n");
    return true;
}

static void
put_share(cli_text *out, uint64_t part, uint64_t whole)
{
    cli_text_bytes(out, part);
    if (whole > 0)
        cli_text_format(out, " (%.1f %%)", 100.0 * (double)part / (double)whole);
    cli_text_put(out, "\n");
}

static void
put_roots(cli_text *out, const rls_snapshot *snapshot)
{
    cli_roots roots;
    cli_text  path = {0};

    cli_roots_read(&roots, snapshot);
    for (size_t i = 0; i < roots.count; i++) {
        cli_text_clear(&path);
        cli_roots_show_path(&roots, roots.items[i].path, &path);
        cli_text_put(out, i == 0 ? "Folders    " : "           ");
        cli_escape(out, path.data, path.size, CLI_ESCAPE_LINE);
        if (roots.items[i].label[0] != '\0') {
            cli_text_put(out, " as ");
            cli_escape(out, roots.items[i].label, strlen(roots.items[i].label), CLI_ESCAPE_LINE);
        }
        cli_text_put(out, "\n");
    }
    cli_text_release(&path);
    cli_roots_release(&roots);
}

static rls_status
put_text(cli_text *out, const rls_snapshot *snapshot, const rls_snapshot_info *info, rls_error *err)
{
    cli_text_put(out, "Documents  ");
    cli_text_count(out, info->documents);
    if (info->deleted > 0) {
        cli_text_put(out, " (");
        cli_text_counted(out, info->deleted, "deleted one", "deleted ones");
        cli_text_put(out, " still take room)");
    }
    cli_text_format(out, "\nLanguage   %s\nSource     ", info->language);
    cli_text_bytes(out, info->source_bytes);
    cli_text_put(out, "\nIndex      ");
    cli_text_bytes(out, info->index_bytes);
    if (info->source_bytes > 0)
        cli_text_format(out, " (%.1f %% of the source%s)",
                        100.0 * (double)info->index_bytes / (double)info->source_bytes,
                        info->stored ? ", with stored text" : "");
    cli_text_put(out, " in ");
    cli_text_counted(out, info->segments, "segment", "segments");
    cli_text_format(out, ", commit %" PRIu64 "\n", info->generation);
    put_roots(out, snapshot);
    cli_text_put(out, "\nParts of the index\n");
    for (uint32_t i = 0; i < info->part_count; i++) {
        cli_text_format(out, "  %-16s ", info->part_names[i]);
        put_share(out, info->part_sizes[i], info->index_bytes);
    }
    cli_text_put(out, "\nFields\n");
    return rls_snapshot_fields(snapshot, print_field, out, err);
}

/* --- for programs --- */

static bool
put_json_field(void *context, const rls_field_info *field)
{
    cli_text *out = context;
    unsigned  shown = 0;

    cli_text_put(out, out->data[out->size - 1] == '[' ? "{\"name\":" : ",{\"name\":");
    cli_json_string(out, field->name, strlen(field->name));
    cli_text_put(out, ",\"kinds\":[");
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if ((field->kinds & kinds[i].kind) != 0)
            cli_text_format(out, "%s\"%s\"", shown++ == 0 ? "" : ",", kinds[i].name);
    }
    cli_text_format(
        out, "],\"documents\":%" PRIu64 ",\"distinct_values\":%" PRIu64 ",\"average_length\":",
        field->documents, field->distinct_values);
    cli_text_number(out, field->average_length);
    cli_text_put(out, "}");
    return true;
}

rls_status
cli_put_json_stats(cli_text *out, const rls_snapshot *snapshot, const rls_snapshot_info *info,
                   bool with_roots, rls_error *err)
{
    rls_status status;

    cli_text_format(out,
                    "{\"documents\":%" PRIu64 ",\"deleted\":%" PRIu64 ",\"segments\":%" PRIu32
                    ",\"generation\":%" PRIu64 ",\"source_bytes\":%" PRIu64
                    ",\"index_bytes\":%" PRIu64 ",\"stored\":%s,\"language\":",
                    info->documents, info->deleted, info->segments, info->generation,
                    info->source_bytes, info->index_bytes, info->stored ? "true" : "false");
    cli_json_string(out, info->language, strlen(info->language));
    cli_text_put(out, ",\"roots\":[");
    for (uint32_t i = 0; with_roots && i < rls_snapshot_root_count(snapshot); i++) {
        const char *label, *path;
        rls_snapshot_root(snapshot, i, &label, &path);
        cli_text_put(out, i == 0 ? "{\"label\":" : ",{\"label\":");
        cli_json_string(out, label, strlen(label));
        cli_text_put(out, ",\"path\":");
        cli_json_string(out, path, strlen(path));
        cli_text_put(out, "}");
    }
    cli_text_put(out, "],\"parts\":{");
    for (uint32_t i = 0; i < info->part_count; i++) {
        cli_text_put(out, i == 0 ? "" : ",");
        cli_json_string(out, info->part_names[i], strlen(info->part_names[i]));
        cli_text_format(out, ":%" PRIu64, info->part_sizes[i]);
    }
    cli_text_put(out, "},\"fields\":[");
    status = rls_snapshot_fields(snapshot, put_json_field, out, err);
    cli_text_put(out, "]}\n");
    return status;
}

static int
stats_command(const cli_options *options, int count, char **arguments)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_snapshot     *snapshot;
    rls_error         error = {0};
    cli_text          out = {0};
    rls_status        status;

    if (count > 0) {
        cli_error("stats %s: takes no arguments (name the index: --index DIR)", arguments[0]);
        return CLI_FAILED;
    }
    snapshot = cli_open_snapshot(options);
    if (snapshot == NULL)
        return CLI_FAILED;
    status = rls_snapshot_get_info(snapshot, &info, &error);
    if (status == RLS_OK)
        status = options->json ? cli_put_json_stats(&out, snapshot, &info, true, &error)
                               : put_text(&out, snapshot, &info, &error);
    cli_pager_begin(options);
    if (status == RLS_OK)
        cli_write(out.data, out.size);
    cli_text_release(&out);
    rls_snapshot_close(snapshot);
    return status == RLS_OK ? CLI_DONE : cli_library_error(&error);
}

const cli_command cli_command_stats = {
    .bit = CLI_STATS,
    .name = "stats",
    .arguments = "",
    .summary = "Tells what is in an index and how large it is",
    .description = "Documents, size by part, folders and fields of an index.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch stats", "documents, size by part, fields"},
                 {"rsearch stats --json", "for programs"}},
    .run = stats_command,
};
