/* rsearch optimize: merges an index into one segment. */
#include <releasesearch/writer.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"
#include "signals.h"

static bool
go_on(void *context, uint64_t documents, uint64_t bytes)
{
    (void)context;
    (void)documents;
    (void)bytes;
    return !cli_signals_stop();
}

static bool
get_info(const cli_options *given, const char *index, rls_snapshot_info *out_info)
{
    rls_snapshot *snapshot;

    *out_info = (rls_snapshot_info){.struct_size = sizeof *out_info};
    if (cli_open_snapshot_at(given, index, &snapshot, NULL) != RLS_OK)
        return false;
    rls_snapshot_get_info(snapshot, out_info, NULL);
    rls_snapshot_close(snapshot);
    return true;
}

static void
say(const cli_options *given, const char *index, uint64_t size_before, uint64_t start)
{
    rls_snapshot_info info;
    cli_text          line = {0};

    if (!get_info(given, index, &info))
        return;
    cli_text_put(&line, "Optimized ");
    cli_text_counted(&line, info.documents, "document", "documents");
    cli_text_put(&line, " in ");
    cli_text_duration(&line, cli_clock() - start);
    cli_text_put(&line, " · ");
    cli_text_counted(&line, info.segments, "segment", "segments");
    cli_text_put(&line, " · index ");
    cli_text_bytes(&line, info.index_bytes);
    cli_text_put(&line, " (before: ");
    cli_text_bytes(&line, size_before);
    cli_text_put(&line, ")\n");
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static int
optimize(const cli_options *given, const char *index)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_snapshot_info  before;
    rls_writer        *writer = NULL;
    rls_error          error = {0};
    uint64_t           start = cli_clock();
    rls_status         status;

    options.memory_limit = (size_t)given->memory;
    options.create = false;
    options.io = (rls_io_mode)given->io;
    options.lock_wait_ms = (uint32_t)(given->wait * 1000);
    options.progress = go_on;
    if (!get_info(given, index, &before)) {
        cli_error("%s: no index there (make one: rsearch index FOLDER)", index);
        return CLI_FAILED;
    }
    status = rls_writer_open(index, &options, &writer, &error);
    if (status == RLS_OK) {
        cli_signals_catch(index);
        status = rls_writer_optimize(writer, &error);
    }
    rls_writer_close(writer);
    if (status != RLS_OK && cli_signals_stop()) {
        cli_error("interrupted: the index is as it was");
        return cli_signals_status();
    }
    if (status != RLS_OK)
        return cli_library_error(&error);
    if (!given->quiet)
        say(given, index, before.index_bytes, start);
    if (cli_signals_stop())
        cli_note("interrupted too late: the work is done");
    return CLI_DONE;
}

static int
optimize_command(const cli_options *options, int count, char **arguments)
{
    cli_text index = {0};
    int      status;

    if (count > 0) {
        cli_error("optimize %s: takes no arguments (name the index: --index DIR)", arguments[0]);
        return CLI_FAILED;
    }
    if (!cli_index_path(options->index, false, &index))
        return CLI_FAILED;
    status = optimize(options, index.data);
    cli_text_release(&index);
    return status;
}

const cli_command cli_command_optimize = {
    .bit = CLI_OPTIMIZE,
    .name = "optimize",
    .arguments = "",
    .summary = "Merges an index into one segment",
    .description = "Merges all segments into one and frees the room of deleted documents. Searches "
                   "get somewhat faster; it never has to be done.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch optimize", "one segment, without deleted documents"},
                 {"rsearch optimize --memory=64M", "with less memory"}},
    .run = optimize_command,
};
