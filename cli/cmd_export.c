/* rsearch export: documents of an index for other programs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "message.h"
#include "print_hits.h"
#include "search.h"
#include "terminal.h"

enum {
    PAGE = 2000 /* documents that are held at a time */
};

typedef struct exporting {
    const cli_options *given;
    cli_search         search;
    rls_snapshot      *snapshot;
    cli_roots          roots;
    cli_texts          columns; /* fields of comma-separated values */
    cli_arena          strings;
    size_t             strangers; /* at the end of the columns: they have none */
    uint64_t           done, textless;
    bool               to_terminal, has_body;
    bool              *met; /* fields asked for that a document had */
} exporting;

/* --- JSON Lines that `rsearch index` reads --- */

static bool
is_name(rls_text name, const char *wanted)
{
    return name.size == strlen(wanted) && memcmp(name.data, wanted, name.size) == 0;
}

/* Whether the field was asked for; keeps in mind that there is one. */
static bool
is_wanted(exporting *work, rls_text name)
{
    const cli_texts *wanted = &work->given->fields;

    for (size_t i = 0; i < wanted->count; i++) {
        if (is_name(name, wanted->items[i])) {
            work->met[i] = true;
            return true;
        }
    }
    return wanted->count == 0;
}

static void
note_unmet(const exporting *work)
{
    for (size_t i = 0; i < work->given->fields.count && work->done > 0; i++) {
        if (!work->met[i])
            cli_search_note_unmet(work->snapshot, "--field", work->given->fields.items[i]);
    }
}

static rls_status
put_object(exporting *work, cli_text *out, rls_hits *hits, uint32_t i, const rls_hit *hit,
           rls_error *err)
{
    cli_text_put(out, "{\"_id\":");
    cli_json_string(out, hit->key.data, hit->key.size);
    for (uint32_t j = 0; j < hit->field_count; j++) {
        rls_hit_field field;
        rls_status    status = rls_hits_field(hits, i, j, &field, err);
        if (status != RLS_OK)
            return status;
        /* Names with a meaning of their own in JSON Lines. */
        if (!is_wanted(work, field.name) || is_name(field.name, "_id") ||
            is_name(field.name, "text"))
            continue;
        cli_text_put(out, ",");
        cli_put_json_field(out, &field);
    }
    if (work->has_body) {
        cli_text_put(out, ",\"text\":");
        cli_json_string(out, hit->body.data, hit->body.size);
    }
    cli_text_put(out, "}\n");
    return RLS_OK;
}

/* --- comma-separated values --- */

static bool
has_column(const exporting *work, rls_text name)
{
    for (size_t i = 0; i < work->columns.count; i++) {
        if (is_name(name, work->columns.items[i]))
            return true;
    }
    return false;
}

static void
add_column(exporting *work, rls_text name)
{
    if (has_column(work, name))
        return;
    work->columns.items =
        cli_reallocate(work->columns.items, work->columns.count + 1, sizeof *work->columns.items);
    work->columns.items[work->columns.count++] =
        cli_arena_copy(&work->strings, name.data, name.size);
}

static bool
add_field(void *context, const rls_field_info *field)
{
    rls_text name = {field->name, strlen(field->name)};

    if (!is_name(name, "body"))
        add_column(context, name);
    return true;
}

/* The fields that were asked for; else those of the first documents, in their order, and what the
 * index knows besides: it does not list fields that are only stored. */
static void
choose_columns(exporting *work, rls_hits *hits)
{
    const cli_texts *wanted = &work->given->fields;

    for (size_t i = 0; i < wanted->count; i++) {
        if (strcmp(wanted->items[i], "body") != 0)
            add_column(work, (rls_text){wanted->items[i], strlen(wanted->items[i])});
    }
    if (wanted->count > 0)
        return;
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_hit       hit;
        rls_hit_field field;
        if (rls_hits_get(hits, i, &hit, NULL) != RLS_OK)
            continue;
        for (uint32_t j = 0; j < hit.field_count; j++) {
            if (rls_hits_field(hits, i, j, &field, NULL) == RLS_OK)
                add_column(work, field.name);
        }
    }
    rls_snapshot_fields(work->snapshot, add_field, work, NULL);
}

/* Fields of a later document that have no column. */
static void
note_strangers(exporting *work, rls_hits *hits, uint32_t i, const rls_hit *hit)
{
    rls_hit_field field;

    for (uint32_t j = 0; j < hit->field_count && work->given->fields.count == 0; j++) {
        cli_text line = {0};
        if (rls_hits_field(hits, i, j, &field, NULL) != RLS_OK || has_column(work, field.name))
            continue;
        add_column(work, field.name);
        work->strangers++;
        cli_text_put(&line, "the field ");
        cli_text_add(&line, field.name.data, field.name.size);
        cli_text_put(&line, " comes too late for a column of its own (name all: --field)");
        cli_note(line.data);
        cli_text_release(&line);
    }
}

static void
put_cell(const exporting *work, cli_text *out, const char *bytes, size_t size)
{
    if (work->to_terminal) {
        cli_put_csv(out, bytes, size, true);
        cli_text_put(out, ",");
        return;
    }
    /* Line ends may stand in quotes. */
    cli_text_put(out, "\"");
    for (size_t i = 0; i < size; i++)
        cli_text_add(out, bytes[i] == '"' ? "\"\"" : &bytes[i], bytes[i] == '"' ? 2 : 1);
    cli_text_put(out, "\",");
}

static void
end_row(cli_text *out)
{
    cli_text_cut(out, out->size - 1);
    cli_text_put(out, "\r\n");
}

static void
put_columns(const exporting *work, cli_text *out)
{
    put_cell(work, out, "key", 3);
    put_cell(work, out, "path", 4);
    for (size_t i = 0; i < work->columns.count; i++)
        put_cell(work, out, work->columns.items[i], strlen(work->columns.items[i]));
    if (work->has_body)
        put_cell(work, out, "body", 4);
    end_row(out);
}

static rls_status
put_row(exporting *work, cli_text *out, rls_hits *hits, uint32_t i, const rls_hit *hit)
{
    cli_text path = {0}, cell = {0};

    put_cell(work, out, hit->key.data, hit->key.size);
    cli_text_put(&path, "");
    cli_hit_path(&work->roots, hits, i, &path);
    put_cell(work, out, path.data, path.size);
    note_strangers(work, hits, i, hit);
    for (size_t j = 0; j < work->columns.count - work->strangers; j++) {
        rls_hit_field field;
        cli_text_put(&cell, "");
        if (rls_hits_find_field(hits, i, work->columns.items[j], &field, NULL) == RLS_OK) {
            is_wanted(work, field.name);
            for (uint32_t k = 0; k < field.value_count; k++) {
                cli_text_put(&cell, k == 0 ? "" : "; ");
                cli_text_add(&cell, field.values[k].data, field.values[k].size);
            }
        }
        put_cell(work, out, cell.data, cell.size);
        cli_text_clear(&cell);
    }
    if (work->has_body)
        put_cell(work, out, hit->body.data, hit->body.size);
    end_row(out);
    cli_text_release(&path);
    cli_text_release(&cell);
    return RLS_OK;
}

/* --- pages --- */

static rls_status
put_page(exporting *work, cli_text *out, rls_hits *hits, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < rls_hits_count(hits) && status == RLS_OK; i++) {
        rls_hit hit;
        if (cli_output_is_closed())
            break;
        status = rls_hits_get(hits, i, &hit, err);
        if (status != RLS_OK)
            break;
        cli_text_clear(out);
        cli_text_put(out, "");
        status = work->given->csv ? put_row(work, out, hits, i, &hit)
                                  : put_object(work, out, hits, i, &hit, err);
        if (status != RLS_OK)
            break;
        work->textless += work->has_body && !hit.has_body;
        cli_write(out->data, out->size);
        work->done++;
    }
    return status;
}

/* A page goes on where the one before ended, so that no more than one is held. */
static int
put_all(exporting *work, const cli_text *query)
{
    rls_search_options *options = &work->search.options;
    uint64_t            wanted = work->given->limit == 0 ? UINT64_MAX : work->given->limit;
    cli_text            out = {0}, after = {0};
    rls_error           error = {0};
    rls_status          status = RLS_OK;
    bool                more = true, first = true;

    options->exact_total = false;
    while (more && status == RLS_OK && work->done < wanted && !cli_output_is_closed()) {
        rls_hits   *hits = NULL;
        const char *next;
        options->limit = wanted - work->done < PAGE ? (uint32_t)(wanted - work->done) : PAGE;
        status =
            cli_search_run(&work->search, work->snapshot, query->data, query->size, &hits, &error);
        if (status != RLS_OK)
            break;
        if (first && cli_search_tell_notes(&work->search, hits, NULL) != CLI_DONE) {
            rls_hits_close(hits);
            cli_text_release(&out);
            return CLI_FAILED;
        }
        if (work->given->csv && first) {
            choose_columns(work, hits);
            put_columns(work, &out);
            cli_write(out.data, out.size);
        }
        status = put_page(work, &out, hits, &error);
        first = false;
        next = rls_hits_next(hits);
        more = next != NULL;
        if (more) {
            cli_text_clear(&after);
            cli_text_put(&after, next);
            options->after = after.data;
            options->skip = 0;
        }
        rls_hits_close(hits);
    }
    cli_text_release(&out);
    cli_text_release(&after);
    if (status != RLS_OK)
        return cli_search_tell_failure(NULL, &error);
    return work->done > 0 ? CLI_DONE : CLI_NONE;
}

static int
export_command(const cli_options *options, int count, char **arguments)
{
    exporting work = {.given = options, .to_terminal = cli_is_terminal(STDOUT_FILENO)};
    cli_text  query = {0};
    int       status = cli_search_take(&work.search, options);

    work.met = cli_allocate(options->fields.count, sizeof *work.met);
    memset(work.met, 0, options->fields.count * sizeof *work.met);
    work.has_body = !options->no_body && is_wanted(&work, (rls_text){"body", 4});

    if (status == CLI_DONE && options->csv && options->ndjson) {
        cli_error("--csv, --ndjson: more than one form of output (choose one)");
        status = CLI_FAILED;
    }
    if (status == CLI_DONE) {
        work.snapshot = cli_open_snapshot(options);
        status = work.snapshot == NULL ? CLI_FAILED : CLI_DONE;
    }
    if (status == CLI_DONE) {
        cli_search_check(&work.search, work.snapshot);
        cli_roots_read(&work.roots, work.snapshot);
        if (count > 0)
            cli_search_join(&query, count, arguments);
        else
            cli_text_put(&query, "*");
        status = put_all(&work, &query);
        note_unmet(&work);
    }
    if (work.textless > 0) {
        cli_text line = {0};
        cli_textless_warning(&line, work.textless);
        cli_note(line.data);
        cli_text_release(&line);
    }
    cli_roots_release(&work.roots);
    rls_snapshot_close(work.snapshot);
    cli_search_release(&work.search);
    free(work.columns.items);
    free(work.met);
    cli_arena_release(&work.strings);
    cli_text_release(&query);
    return status;
}

const cli_command cli_command_export = {
    .bit = CLI_EXPORT,
    .name = "export",
    .arguments = "[WORD…]",
    .summary = "Prints all documents, or those found, for other programs",
    .description =
        "Documents of the index as JSON Lines that rsearch index reads again, or as "
        "comma-separated values with a line of names, where several values are joined by \"; \". "
        "With a query those that match, in its order; otherwise all. However many there are, only "
        "a few are in memory at a time. Exit status 1 when there is none.",
    .complete = CLI_COMPLETE_WORDS,
    .examples = {{"rsearch export > archive.ndjson", "the whole index"},
                 {"rsearch export --csv --no-body 'date:2007' > 2007.csv", "a table of one year"},
                 {"rsearch export --field title --field date treaty", "only some fields"},
                 {"rsearch export | rsearch index -i copy -", "an index from an index"}},
    .run = export_command,
};
