/* rsearch status: whether an index is as its files are. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"
#include "pager.h"
#include "plan.h"
#include "print_hits.h"
#include "terminal.h"

enum {
    NAMES_SHOWN = 10 /* of each kind, on a terminal */
};

typedef struct looking {
    const cli_options *given;
    cli_text           index;
    rls_snapshot      *snapshot;
    cli_inputs         inputs;
    cli_plan           plan;
    uint64_t           fresh, changed;
} looking;

/* A vanished file is named by the index; a path tells people more. */
static void
put_vanished(const looking *work, cli_text *out, const char *name)
{
    const char *rest = NULL;
    size_t      root = cli_roots_of_name(&work->plan.roots, name, &rest);
    cli_text    path = {0};

    if (root == SIZE_MAX) {
        cli_text_put(out, name);
        return;
    }
    cli_text_format(&path, "%s/%s", work->plan.roots.items[root].path, rest);
    cli_roots_show_path(&work->plan.roots, path.data, out);
    cli_text_release(&path);
}

static void
put_path(const looking *work, size_t kind, size_t i, cli_text *out)
{
    if (kind == 2) {
        put_vanished(work, out, work->plan.vanished[i]);
    } else {
        cli_text_put(out, work->plan.files[i].path);
    }
}

static size_t
count_of(const looking *work, size_t kind)
{
    return kind == 2 ? work->plan.vanished_count : work->plan.file_count;
}

static bool
is_of(const looking *work, size_t kind, size_t i)
{
    return kind == 2 || work->plan.files[i].known == (kind == 1);
}

static const char *const kinds[] = {"new", "changed", "vanished"};

static void
put_lines(const looking *work, cli_text *out)
{
    for (size_t kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < count_of(work, kind); i++) {
            cli_text path = {0};
            if (!is_of(work, kind, i))
                continue;
            put_path(work, kind, i, &path);
            cli_text_format(out, "%s\t", kinds[kind]);
            cli_escape(out, path.data, path.size, CLI_ESCAPE_PIPE);
            cli_text_put(out, "\n");
            cli_text_release(&path);
        }
    }
}

static void
put_json(const looking *work, cli_text *out, const rls_snapshot_info *info)
{
    cli_text_put(out, "{\"index\":");
    cli_json_string(out, work->index.data, work->index.size);
    cli_text_format(out,
                    ",\"documents\":%" PRIu64 ",\"generation\":%" PRIu64 ",\"unchanged\":%" PRIu64,
                    info->documents, info->generation, work->plan.unchanged);
    for (size_t kind = 0; kind < 3; kind++) {
        bool first = true;
        cli_text_format(out, ",\"%s\":[", kinds[kind]);
        for (size_t i = 0; i < count_of(work, kind); i++) {
            cli_text path = {0};
            if (!is_of(work, kind, i))
                continue;
            put_path(work, kind, i, &path);
            cli_text_put(out, first ? "" : ",");
            cli_json_string(out, path.data, path.size);
            cli_text_release(&path);
            first = false;
        }
        cli_text_put(out, "]");
    }
    cli_text_put(out, "}\n");
}

static void
put_kind(const looking *work, cli_text *out, size_t kind)
{
    uint64_t found = 0;

    for (size_t i = 0; i < count_of(work, kind); i++)
        found += is_of(work, kind, i);
    if (found == 0)
        return;
    cli_text_put(out, "\n");
    cli_text_counted(out, found, "file ", "files ");
    cli_text_format(out, "%s\n",
                    kind == 0   ? "not in the index yet"
                    : kind == 1 ? "changed since it was indexed"
                                : "vanished");
    found = 0;
    for (size_t i = 0; i < count_of(work, kind); i++) {
        cli_text path = {0};
        if (!is_of(work, kind, i))
            continue;
        if (found++ == NAMES_SHOWN) {
            cli_text_put(out, "  …\n");
            break;
        }
        put_path(work, kind, i, &path);
        cli_text_put(out, "  ");
        cli_escape(out, path.data, path.size, CLI_ESCAPE_LINE);
        cli_text_put(out, "\n");
        cli_text_release(&path);
    }
}

static void
put_text(const looking *work, cli_text *out, const rls_snapshot_info *info, bool is_current)
{
    cli_text_put(out, "Index ");
    cli_escape(out, work->index.data, work->index.size, CLI_ESCAPE_LINE);
    cli_text_put(out, ": ");
    cli_text_counted(out, info->documents, "document", "documents");
    cli_text_put(out, ", ");
    cli_text_bytes(out, info->index_bytes);
    cli_text_format(out, ", commit %" PRIu64 "\n", info->generation);
    for (uint32_t i = 0; i < work->plan.roots.count; i++) {
        cli_text path = {0};
        cli_roots_show_path(&work->plan.roots, work->plan.roots.items[i].path, &path);
        cli_text_put(out, "Folder ");
        cli_escape(out, path.data, path.size, CLI_ESCAPE_LINE);
        cli_text_put(out, "\n");
        cli_text_release(&path);
    }
    for (size_t kind = 0; kind < 3; kind++)
        put_kind(work, out, kind);
    cli_text_put(out, is_current ? "All files are as the index has them.\n"
                                 : "\nBring it up to date: rsearch index\n");
}

static bool
go_on(void)
{
    return false;
}

static int
look(looking *work)
{
    cli_roots roots;
    cli_text  shown = {0};

    cli_roots_read(&roots, work->snapshot);
    for (size_t i = 0; i < roots.count; i++) {
        cli_text_clear(&shown);
        cli_roots_show_path(&roots, roots.items[i].path, &shown);
        cli_inputs_add(&work->inputs, shown.data, false);
        work->inputs.items[work->inputs.count - 1].recorded = true;
    }
    cli_text_release(&shown);
    cli_roots_release(&roots);
    work->plan.include = &work->given->include;
    work->plan.exclude = &work->given->exclude;
    work->plan.stop = go_on;
    if (stat(work->index.data, &work->plan.index) != 0)
        memset(&work->plan.index, 0, sizeof work->plan.index);
    if (!cli_plan_start(&work->plan, work->snapshot, &work->inputs))
        return CLI_FAILED;
    cli_plan_check(&work->plan, &work->inputs);
    /* Roots are there already; this places the inputs in them. */
    cli_plan_new_root(&work->plan, &work->inputs);
    cli_plan_make(&work->plan, &work->inputs);
    return CLI_DONE;
}

static int
status_command(const cli_options *options, int count, char **arguments)
{
    looking           work = {.given = options};
    rls_snapshot_info info = {.struct_size = sizeof info};
    cli_text          out = {0};
    bool              is_current = false;
    int               status;

    if (count > 0) {
        cli_error("status %s: takes no arguments (name the index: --index DIR)", arguments[0]);
        return CLI_FAILED;
    }
    if (!cli_index_path(options->index, false, &work.index))
        return CLI_FAILED;
    work.snapshot = cli_open_snapshot(options);
    status = work.snapshot == NULL ? CLI_FAILED : look(&work);
    if (status == CLI_DONE) {
        rls_snapshot_get_info(work.snapshot, &info, NULL);
        is_current = work.plan.file_count == 0 && work.plan.vanished_count == 0;
        cli_text_put(&out, "");
        if (options->json)
            put_json(&work, &out, &info);
        else if (cli_is_terminal(STDOUT_FILENO))
            put_text(&work, &out, &info, is_current);
        else
            put_lines(&work, &out);
        cli_pager_begin(options);
        cli_write(out.data, out.size);
        status = is_current ? CLI_DONE : CLI_NONE;
    }
    cli_plan_release(&work.plan);
    cli_inputs_release(&work.inputs);
    rls_snapshot_close(work.snapshot);
    cli_text_release(&work.index);
    cli_text_release(&out);
    return status;
}

const cli_command cli_command_status = {
    .bit = CLI_STATUS,
    .name = "status",
    .arguments = "",
    .summary = "Tells whether the index is as its files are",
    .description =
        "Looks at the folders of the index and tells which files are new, changed by their size or "
        "time, or vanished since they were indexed. Nothing is written. Otherwise than on a "
        "terminal, one a line: new, changed or vanished, a tab, the path. Exit status 0 when all "
        "is as it was indexed, 1 when not.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch status", "what rsearch index would do"},
                 {"rsearch status > /dev/null || rsearch index", "for scripts"}},
    .run = status_command,
};
