/* rsearch index: brings an index up to date with files and folders. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "index_path.h"
#include "index_report.h"
#include "index_schema.h"
#include "message.h"
#include "plan.h"
#include "signals.h"
#include "standard_input.h"
#include "watch.h"

enum {
    BUSY_MS = 500 /* between tries while another writer holds the index */
};

/* --- the run --- */

typedef struct index_run {
    const cli_options *options;
    cli_text           index;
    cli_inputs         inputs;
    bool               reads_standard_input;
    cli_schema_file    schema;
    cli_plan           plan;
    rls_snapshot      *snapshot; /* what the plan was made against; NULL: no index yet */
    rls_writer        *writer;   /* opened when there is something to write */
    cli_index_report   report;
    size_t             missing;         /* of what was given */
    cli_watch         *watch;           /* NULL: nobody watches */
    bool               is_kept_current; /* the first run is over */
    bool               is_busy;         /* another writer holds the index */
    rls_error          error;
} index_run;

static void
hear_note(void *context, const char *path, const char *message, bool skipped)
{
    index_run *run = context;

    cli_index_report_remark(&run->report, path, message, skipped);
}

static bool
hear_progress(void *context, uint64_t documents, uint64_t bytes)
{
    index_run *run = context;

    run->report.done_files = documents;
    run->report.done_bytes = bytes;
    cli_index_report_progress(&run->report);
    return !cli_signals_stop();
}

static void
hear_trouble(void *context, const char *path, const char *reason)
{
    hear_note(context, path, reason, true);
}

/* Tells the run's error. */
static int
fail(index_run *run)
{
    cli_index_report_release(&run->report);
    if (run->error.status == RLS_NO_MEMORY)
        cli_error("%s (allow more: --memory SIZE)", run->error.message);
    else
        cli_library_error(&run->error);
    return CLI_FAILED;
}

static int
open_snapshot(index_run *run)
{
    rls_snapshot_close(run->snapshot);
    run->snapshot = NULL;
    if (cli_open_snapshot_at(run->options, run->index.data, &run->snapshot, &run->error) !=
            RLS_OK &&
        run->error.status != RLS_NOT_FOUND)
        return fail(run);
    if (stat(run->index.data, &run->plan.index) != 0)
        memset(&run->plan.index, 0, sizeof run->plan.index);
    if (!cli_plan_start(&run->plan, run->snapshot, &run->inputs))
        return CLI_FAILED;
    for (size_t i = 0; run->watch != NULL && run->plan.changes == NULL && i < run->inputs.count;
         i++) {
        const cli_input *input = &run->inputs.items[i];
        if (!input->left_out && (input->error != 0 || !S_ISDIR(input->stat.st_mode)))
            cli_watch_file(run->watch, input->typed);
    }
    return CLI_DONE;
}

static int
open_writer(index_run *run)
{
    const cli_options *given = run->options;
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;

    options.memory_limit = (size_t)given->memory;
    options.threads = (uint32_t)given->threads;
    options.store = given->store != 1;
    options.language = given->language;
    options.schema = run->schema.schema;
    options.max_file_size = given->max_file_size;
    options.lock_wait_ms = (uint32_t)(given->wait * 1000);
    options.io = (rls_io_mode)given->io;
    options.note = hear_note;
    options.progress = hear_progress;
    options.context = run;
    if (rls_writer_open(run->index.data, &options, &run->writer, &run->error) != RLS_OK) {
        if (!run->is_kept_current || run->error.status != RLS_BUSY)
            return fail(run);
        if (!run->is_busy)
            cli_note(run->error.message);
        run->is_busy = true;
        return CLI_FAILED;
    }
    run->is_busy = false;
    cli_signals_catch(run->index.data);
    return CLI_DONE;
}

static uint64_t
generation_of(const rls_snapshot *snapshot)
{
    rls_snapshot_info info = {.struct_size = sizeof info};

    return snapshot != NULL && rls_snapshot_get_info(snapshot, &info, NULL) == RLS_OK
               ? info.generation
               : 0;
}

/* Records new roots; without a writer, opens one and starts over. */
static int
add_roots(index_run *run)
{
    const char *path;

    run->missing = cli_plan_check(&run->plan, &run->inputs);
    if (run->missing > 0 && run->missing == run->inputs.count && !run->reads_standard_input)
        return CLI_FAILED;
    while ((path = cli_plan_new_root(&run->plan, &run->inputs)) != NULL) {
        char label[4096];
        if (run->writer == NULL) {
            int status = open_writer(run);
            if (status == CLI_DONE)
                status = open_snapshot(run);
            if (status != CLI_DONE)
                return status;
            continue;
        }
        if (rls_writer_root(run->writer, path, label, sizeof label, &run->error) != RLS_OK)
            return fail(run);
        if (!cli_plan_add_root(&run->plan, label, path))
            return CLI_FAILED;
    }
    return CLI_DONE;
}

/* Makes the plan, and opens the writer when it asks for work. What another writer committed
 * meanwhile makes it void: with the writer in hand, it is made again. */
static int
prepare(index_run *run)
{
    int status = open_snapshot(run);

    while (status == CLI_DONE) {
        uint64_t generation;
        status = add_roots(run);
        if (status != CLI_DONE || !cli_plan_make(&run->plan, &run->inputs))
            break;
        if (run->writer != NULL ||
            (run->snapshot != NULL && run->plan.file_count == 0 && run->plan.vanished_count == 0 &&
             !run->reads_standard_input && !run->schema.changed))
            break;
        generation = generation_of(run->snapshot);
        status = open_writer(run);
        if (status != CLI_DONE)
            break;
        rls_snapshot_close(run->snapshot);
        run->snapshot = NULL;
        cli_open_snapshot_at(run->options, run->index.data, &run->snapshot, NULL);
        if (generation_of(run->snapshot) == generation)
            break;
        status = open_snapshot(run);
    }
    return status;
}

static void
name_file(const index_run *run, const char *what, const char *path)
{
    if (run->options->verbose)
        cli_remark(path, what);
}

static rls_status
give_files(index_run *run)
{
    for (size_t i = 0; i < run->plan.file_count; i++) {
        const cli_plan_file *planned = &run->plan.files[i];
        rls_file             file = RLS_FILE_INIT;
        rls_status           status;
        if (cli_signals_stop())
            return RLS_CANCELLED;
        file.path = planned->path;
        file.name = planned->name;
        file.format = (rls_file_format)run->options->format;
        file.size = planned->size;
        file.mtime_ns = planned->mtime_ns;
        file.inode = planned->inode;
        file.compare_hash = planned->known && !run->plan.again;
        file.known_hash = planned->known_hash;
        name_file(run, planned->known ? "read again" : "read", planned->path);
        status = rls_writer_add_file(run->writer, &file, &run->error);
        if (status != RLS_OK)
            return status;
        cli_index_report_progress(&run->report);
    }
    for (size_t i = 0; i < run->plan.vanished_count; i++) {
        rls_status status = rls_writer_delete_file(run->writer, run->plan.vanished[i], &run->error);
        if (status != RLS_OK)
            return status;
        name_file(run, "removed", run->plan.vanished[i]);
    }
    return RLS_OK;
}

static rls_status
give_standard_input(index_run *run)
{
    cli_standard_input input = {.writer = run->writer,
                                .format = (rls_file_format)run->options->format,
                                .key = run->options->key,
                                .limit = run->options->max_file_size,
                                .stop = cli_signals_stop,
                                .trouble = hear_trouble,
                                .context = run};

    if (!run->reads_standard_input)
        return RLS_OK;
    run->report.files = run->report.bytes = 0; /* how much comes is not known */
    return cli_feed_standard_input(&input, &run->error);
}

static int
end_interrupted(index_run *run, bool committed)
{
    rls_writer_close(run->writer);
    run->writer = NULL;
    cli_index_report_release(&run->report);
    cli_error(committed ? "interrupted: the new documents are in the index, merging was left for "
                          "the next run"
                        : "interrupted: the index is as it was");
    return cli_signals_stop() ? cli_signals_status() : CLI_FAILED;
}

/* Gives the plan to the writer and commits. */
static int
work(index_run *run, cli_index_result *result)
{
    rls_status status;

    run->report.files = run->plan.file_count;
    run->report.bytes = run->plan.bytes;
    status = give_files(run);
    if (status == RLS_OK)
        status = give_standard_input(run);
    if (status == RLS_OK)
        status = rls_writer_commit(run->writer, &result->commit, &run->error);
    if (status == RLS_CANCELLED || (status != RLS_OK && cli_signals_stop()))
        return end_interrupted(run, result->commit.generation > 0);
    if (status != RLS_OK)
        return fail(run);
    rls_writer_close(run->writer);
    run->writer = NULL;
    cli_schema_remember(&run->schema, run->index.data);
    return CLI_DONE;
}

/* Tells what the plan met, and does what it asks for. */
static int
carry_out(index_run *run, cli_index_result *result)
{
    for (size_t i = 0; i < run->plan.trouble_count; i++)
        hear_trouble(run, run->plan.troubles[i].path, run->plan.troubles[i].reason);
    if (run->watch != NULL && cli_watch_has_failed(run->watch))
        return CLI_FAILED;
    return run->writer != NULL ? work(run, result) : CLI_DONE;
}

/* --- keeping it current --- */

/* The schema may have been edited; while it cannot be read, the one before counts. */
static bool
look_at_schema(index_run *run)
{
    cli_schema_file now;

    if (!cli_schema_find(&now, run->options->schema, run->index.data, &run->inputs)) {
        cli_schema_release(&now);
        return false;
    }
    cli_schema_release(&run->schema);
    run->schema = now;
    run->plan.schema = now.stat;
    run->plan.again = now.changed;
    return now.changed;
}

/* Another index than the one that was kept current needs all files, not the changed ones. */
static bool
index_is_another(const index_run *run, uint64_t generation)
{
    rls_snapshot *snapshot = NULL;
    bool          another;

    cli_open_snapshot_at(run->options, run->index.data, &snapshot, NULL);
    another = snapshot == NULL || generation_of(snapshot) < generation;
    rls_snapshot_close(snapshot);
    return another;
}

static int
update(index_run *run, uint64_t *generation)
{
    cli_index_result result = {.options = run->options, .index = run->index.data};
    int              status;

    cli_index_report_release(&run->report);
    cli_index_report_start(&run->report, run->options->quiet);
    memset(&run->error, 0, sizeof run->error);
    if (look_at_schema(run) || index_is_another(run, *generation))
        cli_watch_look_at_all(run->watch);
    run->plan.changes = cli_watch_changes(run->watch);
    status = prepare(run);
    if (status == CLI_DONE && cli_signals_stop())
        return end_interrupted(run, false);
    if (status == CLI_DONE)
        status = carry_out(run, &result);
    if (status == CLI_DONE)
        cli_index_report_commit(&run->report, &result.commit);
    if (result.commit.generation > 0)
        *generation = result.commit.generation;
    /* What is held open keeps files of old commits on the disk. */
    rls_snapshot_close(run->snapshot);
    run->snapshot = NULL;
    return status;
}

static int
keep_current(index_run *run)
{
    uint64_t generation = generation_of(run->snapshot);
    cli_text line = {0};
    int      status;

    rls_snapshot_close(run->snapshot);
    run->snapshot = NULL;
    run->is_kept_current = true;
    cli_watch_done(run->watch);
    cli_signals_catch(run->index.data);
    cli_text_put(&line, "Watching ");
    cli_text_counted(&line, cli_watch_count(run->watch), "folder", "folders");
    cli_text_put(&line, " (Ctrl-C ends)\n");
    if (!run->options->quiet)
        cli_write(line.data, line.size);
    cli_text_release(&line);
    fflush(stdout);
    while (cli_watch_wait(run->watch)) {
        status = update(run, &generation);
        fflush(stdout);
        if (status == CLI_FAILED && run->is_busy)
            cli_watch_pause(BUSY_MS);
        else if (status != CLI_DONE)
            return status;
        else
            cli_watch_done(run->watch);
    }
    if (cli_signals_status() == CLI_INTERRUPTED)
        cli_error("interrupted: the index is as its last commit left it");
    return cli_signals_status();
}

static int
run_index(index_run *run)
{
    cli_index_result  result = {.options = run->options, .index = run->index.data};
    rls_snapshot_info info = {.struct_size = sizeof info};
    int               status = prepare(run);

    if (status != CLI_DONE)
        return status;
    if (cli_signals_stop())
        return end_interrupted(run, false);
    if (run->snapshot != NULL)
        rls_snapshot_get_info(run->snapshot, &info, NULL);
    result.first = info.documents == 0;
    status = carry_out(run, &result);
    if (status != CLI_DONE)
        return status;
    if (run->plan.again && run->plan.outside > 0)
        cli_note("the schema has changed: files of other folders are treated by it once they are "
                 "indexed again");
    result.unchanged = run->plan.unchanged + result.commit.unchanged;
    cli_index_report_summary(&run->report, &result);
    if (run->watch != NULL)
        return keep_current(run);
    cli_flush_output();
    /* Too late to leave anything undone, but whoever asked is told. */
    if (cli_signals_stop()) {
        cli_error("interrupted: the run was done, and its commit is in the index");
        return cli_signals_status();
    }
    if (run->missing > 0)
        return CLI_FAILED;
    return run->options->strict && (run->report.skipped > 0 || run->report.remarks > 0) ? CLI_NONE
                                                                                        : CLI_DONE;
}

/* --- what was asked for --- */

/* Without arguments: all folders that the index knows. */
static int
take_known_roots(index_run *run)
{
    cli_roots     roots;
    rls_snapshot *snapshot = NULL;
    cli_text      shown = {0};

    if (cli_open_snapshot_at(run->options, run->index.data, &snapshot, &run->error) != RLS_OK &&
        run->error.status != RLS_NOT_FOUND)
        return fail(run);
    cli_roots_read(&roots, snapshot);
    for (size_t i = 0; i < roots.count; i++) {
        cli_text_clear(&shown);
        cli_roots_show_path(&roots, roots.items[i].path, &shown);
        cli_inputs_add(&run->inputs, shown.data, false);
        run->inputs.items[run->inputs.count - 1].recorded = true;
    }
    cli_text_release(&shown);
    cli_roots_release(&roots);
    rls_snapshot_close(snapshot);
    if (run->inputs.count > 0)
        return CLI_DONE;
    cli_error("nothing to index (name a folder: rsearch index FOLDER)");
    return CLI_FAILED;
}

static int
take_arguments(index_run *run, int count, char **arguments)
{
    const cli_options *options = run->options;

    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "-") == 0)
            run->reads_standard_input = true;
        else if (arguments[i][0] != '\0')
            cli_inputs_add(&run->inputs, arguments[i], false);
        else
            return cli_error("an argument is empty (name a folder or file)"), CLI_FAILED;
    }
    if (options->files_from != NULL && strcmp(options->files_from, "-") == 0 &&
        run->reads_standard_input) {
        cli_error("--files-from -: standard input is to be indexed already (list files in a file)");
        return CLI_FAILED;
    }
    if (options->key != NULL && !run->reads_standard_input) {
        cli_error("--key: only for a document on standard input (give - as well)");
        return CLI_FAILED;
    }
    if (options->watch && run->reads_standard_input) {
        cli_error("--watch: standard input cannot be watched (name folders or files)");
        return CLI_FAILED;
    }
    if (options->files_from != NULL)
        return cli_inputs_read_list(&run->inputs, options->files_from, options->by_nul)
                   ? CLI_DONE
                   : CLI_FAILED;
    return count == 0 ? take_known_roots(run) : CLI_DONE;
}

static bool
start_watching(index_run *run)
{
    run->watch = cli_watch_open();
    if (run->watch == NULL)
        return false;
    run->plan.meet_folder = cli_watch_folder;
    run->plan.is_held = cli_watch_holds;
    run->plan.watcher = run->watch;
    return true;
}

static int
index_command(const cli_options *options, int count, char **arguments)
{
    index_run run = {.options = options};
    int       status = CLI_DONE;

    cli_index_report_start(&run.report, run.options->quiet);
    if (!cli_index_path(run.options->index, true, &run.index))
        status = CLI_FAILED;
    if (status == CLI_DONE)
        status = take_arguments(&run, count, arguments);
    if (status == CLI_DONE &&
        !cli_schema_find(&run.schema, run.options->schema, run.index.data, &run.inputs))
        status = CLI_FAILED;
    run.plan.include = &run.options->include;
    run.plan.exclude = &run.options->exclude;
    run.plan.keep_missing = run.options->keep_missing;
    run.plan.verbose = run.options->verbose;
    run.plan.stop = cli_signals_stop;
    run.plan.schema = run.schema.stat;
    run.plan.again = run.schema.changed;
    if (status == CLI_DONE && options->watch && !start_watching(&run))
        status = CLI_FAILED;
    if (status == CLI_DONE)
        status = run_index(&run);
    /* Being asked to end is how watching ends well. */
    if (run.watch != NULL && status == 128 + SIGTERM)
        status = CLI_DONE;
    cli_watch_close(run.watch);
    rls_writer_close(run.writer);
    rls_snapshot_close(run.snapshot);
    cli_schema_release(&run.schema);
    cli_plan_release(&run.plan);
    cli_inputs_release(&run.inputs);
    cli_index_report_release(&run.report);
    cli_text_release(&run.index);
    return status;
}

const cli_command cli_command_index = {
    .bit = CLI_INDEX,
    .name = "index",
    .arguments = "[FOLDER | FILE | -]…",
    .summary = "Indexes folders and files, or brings the index up to date",
    .description =
        "Indexes the text files in folders, single files, and with - the documents on "
        "standard input (JSON Lines, or one document with --key). Indexing again is the "
        "update: files that did not change are passed over, changed ones replaced, "
        "vanished ones removed. Without arguments, all folders of the index are brought "
        "up to date. One run is one commit: it is done as a whole or not at all.\n\nWith --watch "
        "it "
        "stays: what is created, changed, moved or deleted in the folders is in the index "
        "a moment later, in one commit for what happens together. A file that is being "
        "written is taken once it is closed, or after three seconds. Ctrl-C ends it "
        "(status 130), and so does SIGTERM (status 0); the index is as the last commit "
        "left it.",
    .complete = CLI_COMPLETE_FILE,
    .examples = {{"rsearch index releases", "index a folder, or bring it up to date"},
                 {"rsearch index", "bring all folders of the index up to date"},
                 {"rsearch index --exclude '*.tmp' docs notes", "two folders, without some files"},
                 {"rsearch index --watch releases", "and keep it current with what changes"},
                 {"zcat all.jsonl.gz | rsearch index -", "JSON Lines from a pipe"}},
    .run = index_command,
};
