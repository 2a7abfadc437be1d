/* rsearch check: reads all of an index and tells what is wrong with it. */
#include <string.h>

#include "commands.h"
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
    cli_error("the index is damaged: %s (make it again from the files: they are the truth)",
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
                   "for each problem. Exit status: 0 when all is well, 2 when not.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch check", "reads every byte of the index"},
                 {"rsearch check -i archive.index", "that of another folder"}},
    .run = check_command,
};
