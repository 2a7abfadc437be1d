/* rsearch show: a document as it is in the index. */
#include <releasesearch/hits.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "terminal.h"

rls_status
cli_find_document(rls_snapshot *snapshot, const cli_roots *roots, const char *typed,
                  rls_hits **out_hits, rls_error *err)
{
    cli_text   key = {0};
    rls_status status = rls_snapshot_get(snapshot, typed, out_hits, err);

    if (status == RLS_NOT_FOUND && cli_roots_key_of_path(roots, typed, &key))
        status = rls_snapshot_get(snapshot, key.data, out_hits, err);
    cli_text_release(&key);
    return status;
}

/* Whether a value must be quoted to be read back as the same string from YAML. */
static bool
needs_quotes(rls_text value)
{
    if (value.size == 0 || value.data[0] == ' ' || value.data[value.size - 1] == ' ' ||
        value.data[value.size - 1] == ':' || strchr("-?:,[]{}#&*!|>'\"%@`", value.data[0]) != NULL)
        return true;
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if (byte < 0x20 || byte == 0x7f ||
            (i + 1 < value.size && ((byte == ':' && value.data[i + 1] == ' ') ||
                                    (byte == ' ' && value.data[i + 1] == '#'))))
            return true;
    }
    return false;
}

static void
put_value(cli_text *out, rls_text value, bool always_quoted)
{
    /* A string of JSON is one of YAML. */
    if (always_quoted || needs_quotes(value))
        cli_json_string(out, value.data, value.size);
    else
        cli_text_add(out, value.data, value.size);
    cli_text_put(out, "\n");
}

static rls_status
put_front_matter(cli_text *out, rls_hits *hits, uint32_t count, rls_error *err)
{
    if (count == 0)
        return RLS_OK;
    cli_text_put(out, "---\n");
    for (uint32_t i = 0; i < count; i++) {
        rls_hit_field field;
        rls_status    status = rls_hits_field(hits, 0, i, &field, err);
        if (status != RLS_OK)
            return status;
        cli_text_add(out, field.name.data, field.name.size);
        cli_text_put(out, ":");
        if (!field.is_list && field.value_count == 1) {
            cli_text_put(out, " ");
            put_value(out, field.values[0],
                      field.name.size == 5 && memcmp(field.name.data, "title", 5) == 0);
            continue;
        }
        cli_text_put(out, field.is_list && field.value_count == 0 ? " []\n" : "\n");
        for (uint32_t j = 0; j < field.value_count; j++) {
            cli_text_put(out, "  - ");
            put_value(out, field.values[j], false);
        }
    }
    cli_text_put(out, "---\n");
    return RLS_OK;
}

static rls_status
print_document(rls_hits *hits, rls_error *err)
{
    cli_text   text = {0}, shown = {0};
    rls_hit    hit;
    rls_status status = rls_hits_get(hits, 0, &hit, err);

    if (status == RLS_OK)
        status = put_front_matter(&text, hits, hit.field_count, err);
    if (status == RLS_OK) {
        cli_text_add(&text, hit.body.data, hit.body.size);
        if (hit.body.size > 0 && hit.body.data[hit.body.size - 1] != '\n')
            cli_text_put(&text, "\n");
        if (cli_is_terminal(STDOUT_FILENO))
            cli_escape(&shown, text.data, text.size, CLI_ESCAPE_TEXT);
        else
            cli_text_add(&shown, text.data, text.size);
        cli_write(shown.data, shown.size);
        if (!hit.has_body)
            cli_note("the index does not keep the text, and the file has changed or vanished");
    }
    cli_text_release(&text);
    cli_text_release(&shown);
    return status;
}

static rls_status
print_json(const cli_roots *roots, rls_hits *hits, rls_error *err)
{
    cli_text   out = {0};
    rls_status status = cli_put_json_document(&out, roots, hits, false, err);

    if (status == RLS_OK)
        cli_write(out.data, out.size);
    cli_text_release(&out);
    return status;
}

static int
show_command(const cli_options *options, int count, char **arguments)
{
    rls_snapshot *snapshot;
    cli_roots     roots;
    int           status = CLI_DONE;

    if (count == 0) {
        cli_error("show: no document named (rsearch show KEY)");
        return CLI_FAILED;
    }
    snapshot = cli_open_snapshot(options);
    if (snapshot == NULL)
        return CLI_FAILED;
    cli_roots_read(&roots, snapshot);
    cli_pager_begin(options);
    for (int i = 0; i < count && !cli_output_is_closed(); i++) {
        rls_hits  *hits = NULL;
        rls_error  error = {0};
        rls_status found = cli_find_document(snapshot, &roots, arguments[i], &hits, &error);
        if (found == RLS_OK)
            found = options->json ? print_json(&roots, hits, &error) : print_document(hits, &error);
        if (found == RLS_NOT_FOUND) {
            cli_error("%s: no such document in the index (see rsearch query -l)", arguments[i]);
            if (status == CLI_DONE)
                status = CLI_NONE;
        } else if (found != RLS_OK) {
            status = cli_library_error(&error);
        }
        rls_hits_close(hits);
    }
    cli_roots_release(&roots);
    rls_snapshot_close(snapshot);
    return status;
}

const cli_command cli_command_show = {
    .bit = CLI_SHOW,
    .name = "show",
    .arguments = "KEY…",
    .summary = "Prints documents as they are in the index",
    .description = "Prints documents as the index keeps them: fields, then text. A document is "
                   "named by its key, as --json and --trec tell it, or by the path of its file. "
                   "Exit status 1 when one is not in the index.",
    .complete = CLI_COMPLETE_FILE,
    .examples = {{"rsearch show releases/2007/05/release.md",
                  "a document, by the path of its file"},
                 {"rsearch show --json KEY", "as a JSON object"}},
    .run = show_command,
};
