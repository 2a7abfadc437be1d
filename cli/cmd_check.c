/* rsearch check: reads all of an index and tells what is wrong with it. */
#include <string.h>

#include <releasesearch/writer.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"
#include "terminal.h"

typedef struct checking {
    bool     quiet;
    uint64_t problems;
} checking;

static void
hear_problem(void *context, const char *file, const char *section, const char *message)
{
    checking *work = context;
    cli_text  plain = {0}, line = {0};

    work->problems++;
    if (work->quiet)
        return;
    cli_text_format(&plain, "%s: %s: %s", file, section, message);
    cli_escape(&line, plain.data, plain.size, CLI_ESCAPE_LINE);
    cli_text_put(&line, "\n");
    cli_write(line.data, line.size);
    cli_text_release(&plain);
    cli_text_release(&line);
}

static void
say_ok(const rls_snapshot *snapshot, uint64_t start)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    cli_text          line = {0};

    rls_snapshot_get_info(snapshot, &info, NULL);
    cli_text_put(&line, "ok: ");
    cli_text_counted(&line, info.documents, "document", "documents");
    cli_text_put(&line, " in ");
    cli_text_counted(&line, info.segments, "segment", "segments");
    cli_text_put(&line, ", ");
    cli_text_bytes(&line, info.index_bytes);
    cli_text_put(&line, ", read in ");
    cli_text_duration(&line, cli_clock() - start);
    cli_text_put(&line, "\n");
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static void
say_repaired(const rls_repair_report *report, uint64_t problems)
{
    cli_text line = {0};

    if (problems == 0) {
        cli_text_put(&line, "nothing to repair: ");
    } else {
        cli_text_put(&line, "repaired: ");
        cli_text_counted(&line, report->saved, "document", "documents");
        cli_text_put(&line, " saved from ");
        cli_text_counted(&line, report->damaged_segments, "damaged segment", "damaged segments");
        cli_text_put(&line, ", ");
        cli_text_count(&line, report->lost);
        cli_text_put(&line, " lost; ");
    }
    cli_text_counted(&line, report->documents, "document", "documents");
    cli_text_put(&line, " in the index\n");
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static int
repair(const cli_options *given)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_repair_report  report = {.documents = 0};
    checking           work = {.quiet = given->quiet};
    cli_text           index = {0};
    rls_error          error = {0};
    rls_status         status;

    if (!cli_index_path(given->index, false, &index))
        return CLI_FAILED;
    options.memory_limit = (size_t)given->memory;
    options.lock_wait_ms = (uint32_t)(given->wait * 1000);
    options.language = given->language;
    options.io = (rls_io_mode)given->io;
    status = rls_index_repair(index.data, &options, hear_problem, &work, &report, &error);
    cli_text_release(&index);
    if (status != RLS_OK) {
        cli_library_error(&error);
        return CLI_FAILED;
    }
    if (!given->quiet)
        say_repaired(&report, work.problems);
    return report.lost > 0 ? CLI_NONE : CLI_DONE;
}

static int
check_command(const cli_options *options, int count, char **arguments)
{
    checking      work = {0};
    uint64_t      start = cli_clock();
    rls_snapshot *snapshot;
    rls_error     error = {0};
    rls_status    status;

    if (count > 0) {
        cli_error("check %s: takes no arguments (name the index: --index DIR)", arguments[0]);
        return CLI_FAILED;
    }
    if (options->repair)
        return repair(options);
    work.quiet = options->quiet;
    snapshot = cli_open_snapshot(options);
    if (snapshot == NULL)
        return CLI_FAILED;
    status = rls_snapshot_check(snapshot, hear_problem, &work, &error);
    if (status == RLS_OK && !options->quiet)
        say_ok(snapshot, start);
    rls_snapshot_close(snapshot);
    if (status == RLS_OK)
        return CLI_DONE;
    if (status != RLS_CORRUPT || work.problems == 0)
        return cli_library_error(&error);
    cli_text counted = {0};
    cli_text_counted(&counted, work.problems, "problem", "problems");
    cli_error(
        "the index is damaged: %s (make it again from the files: they are the truth; or save what "
        "can be read: rsearch check --repair)",
        counted.data);
    cli_text_release(&counted);
    return CLI_FAILED;
}

const cli_command cli_command_check = {
    .bit = CLI_CHECK,
    .name = "check",
    .arguments = "",
    .summary = "Reads all of an index and tells what is wrong with it",
    .description = "Reads every byte of the index, checks sums and structure, and prints a line "
                   "for each problem. Exit status: 0 when all is well, 2 when not.\n"
                   "With --repair the index is mended as well as its files allow, in one commit: "
                   "documents that cannot be saved are told by their keys, after \"lost\". Saved "
                   "documents no longer know the file they came from; index the files again, and "
                   "they are replaced. Exit status: 0 when nothing was lost, 1 when something was.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch check", "reads every byte of the index"},
                 {"rsearch check -i archive.index", "that of another folder"},
                 {"rsearch check --repair", "saves what can be read of a damaged index"}},
    .run = check_command,
};
