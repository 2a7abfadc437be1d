/* rsearch delete: takes documents out of an index; files are never touched. */
#include <releasesearch/writer.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "commands.h"
#include "index_path.h"
#include "message.h"
#include "signals.h"

enum {
    PAGE = 1000000
};

typedef struct deleting {
    const cli_options *options;
    rls_snapshot      *snapshot;
    rls_writer        *writer;
    uint64_t           count, missing;
    uint64_t           files; /* of folders */
} deleting;

static rls_status
delete_hits(deleting *work, rls_hits *hits, rls_error *err)
{
    rls_status status = RLS_OK;
    cli_text   key = {0};

    for (uint32_t i = 0; status == RLS_OK && i < rls_hits_count(hits); i++) {
        rls_text found;
        if (cli_signals_stop())
            status = RLS_CANCELLED;
        if (status != RLS_OK)
            break;
        status = rls_hits_key(hits, i, &found, NULL, err);
        if (status != RLS_OK)
            break;
        cli_text_clear(&key);
        cli_text_add(&key, found.data, found.size);
        if (work->writer != NULL)
            status = rls_writer_delete(work->writer, key.data, err);
    }
    work->count += rls_hits_count(hits);
    cli_text_release(&key);
    return status;
}

/* All that match, a page at a time: what a page deleted is gone from the next search. */
static rls_status
delete_by_query(deleting *work, rls_error *err)
{
    rls_search_options search = RLS_SEARCH_OPTIONS_INIT;
    rls_status         status;
    uint64_t           total;

    search.limit = PAGE;
    search.match = work->options->any ? RLS_MATCH_ANY : RLS_MATCH_ALL;
    search.exact_total = true;
    do {
        rls_hits     *hits = NULL;
        rls_snapshot *next = NULL;
        const char   *note;
        status = rls_snapshot_search_text(work->snapshot, work->options->query,
                                          strlen(work->options->query), &search, &hits, err);
        if (status != RLS_OK)
            return status;
        for (uint32_t i = 0; (note = rls_hits_note(hits, i)) != NULL; i++)
            cli_note(note);
        total = rls_hits_total(hits);
        if (work->writer == NULL) {
            work->count = total;
            rls_hits_close(hits);
            return RLS_OK;
        }
        status = delete_hits(work, hits, err);
        rls_hits_close(hits);
        if (status != RLS_OK || total <= PAGE)
            return status;
        status = rls_writer_commit(work->writer, NULL, err);
        if (status == RLS_OK)
            status = rls_snapshot_refresh(work->snapshot, &next, err);
        if (status == RLS_OK) {
            rls_snapshot_close(work->snapshot);
            work->snapshot = next;
        }
    } while (status == RLS_OK);
    return status;
}

static rls_status
delete_by_name(deleting *work, const char *typed, rls_error *err)
{
    cli_roots  roots;
    rls_hits  *hits = NULL;
    rls_status status;

    cli_roots_read(&roots, work->snapshot);
    status = cli_find_document(work->snapshot, &roots, typed, &hits, err);
    cli_roots_release(&roots);
    if (status == RLS_NOT_FOUND) {
        cli_error("%s: no such document in the index (see rsearch query -l)", typed);
        work->missing++;
        return RLS_OK;
    }
    if (status == RLS_OK)
        status = delete_hits(work, hits, err);
    rls_hits_close(hits);
    return status;
}

/* The files of a folder. */
typedef struct folder_files {
    cli_arena        arena;
    const cli_roots *roots;
    const char      *folder; /* absolute */
    const char     **names;
    size_t           count;
} folder_files;

static bool
meet_file(void *context, const rls_file_info *file)
{
    folder_files *files = context;
    const char   *rest = NULL;
    size_t        root = cli_roots_of_name(files->roots, file->name, &rest);
    size_t        size = strlen(files->folder);
    cli_text      path = {0};

    if (root == SIZE_MAX)
        return true;
    cli_text_put(&path, files->roots->items[root].path);
    if (path.size > 0 && path.data[path.size - 1] != '/')
        cli_text_put(&path, "/");
    cli_text_put(&path, rest);
    if (strncmp(path.data, files->folder, size) == 0 &&
        (path.data[size] == '/' || files->folder[size - 1] == '/')) {
        files->names = cli_reallocate(files->names, files->count + 1, sizeof *files->names);
        files->names[files->count++] =
            cli_arena_copy(&files->arena, file->name, strlen(file->name));
    }
    cli_text_release(&path);
    return true;
}

static rls_status
delete_folder(deleting *work, const char *typed, rls_error *err)
{
    cli_roots    roots;
    cli_text     path = {0};
    folder_files files = {.roots = &roots};
    rls_status   status;

    cli_roots_read(&roots, work->snapshot);
    cli_text_put(&path, "");
    cli_roots_absolute(&roots, typed, &path);
    if (path.size == 0)
        cli_text_put(&path, "/");
    files.folder = path.data;
    status = rls_snapshot_files(work->snapshot, meet_file, &files, err);
    if (status == RLS_OK && files.count == 0) {
        cli_error("%s: no files of this folder are in the index (see rsearch stats)", typed);
        work->missing++;
    }
    work->files += files.count;
    for (size_t i = 0; status == RLS_OK && work->writer != NULL && i < files.count; i++)
        status = rls_writer_delete_file(work->writer, files.names[i], err);
    cli_arena_release(&files.arena);
    free(files.names);
    cli_text_release(&path);
    cli_roots_release(&roots);
    return status;
}

static rls_status
delete_all(deleting *work, int count, char **arguments, rls_error *err)
{
    rls_commit_report report = {0};
    rls_status        status = RLS_OK;

    if (work->options->query != NULL)
        status = delete_by_query(work, err);
    for (size_t i = 0; status == RLS_OK && i < work->options->folders.count; i++)
        status = delete_folder(work, work->options->folders.items[i], err);
    for (int i = 0; status == RLS_OK && i < count; i++)
        status = delete_by_name(work, arguments[i], err);
    if (status == RLS_OK && work->writer != NULL && (work->count > 0 || work->files > 0))
        status = rls_writer_commit(work->writer, &report, err);
    if (work->files > 0) /* how many documents a file had is known now */
        work->count = report.deleted > work->count ? report.deleted : work->count;
    return status;
}

static void
say(const deleting *work)
{
    cli_text line = {0};

    if (work->options->quiet)
        return;
    cli_text_put(&line, work->options->dry_run ? "Would delete " : "Deleted ");
    if (work->count > 0 || work->files == 0)
        cli_text_counted(&line, work->count, "document", "documents");
    if (work->options->dry_run && work->files > 0) {
        cli_text_put(&line, work->count > 0 ? " and those of " : "the documents of ");
        cli_text_counted(&line, work->files, "file", "files");
    }
    cli_text_put(&line, "\n");
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static bool
go_on(void *context, uint64_t documents, uint64_t bytes)
{
    (void)context;
    (void)documents;
    (void)bytes;
    return !cli_signals_stop();
}

static int
delete_command(const cli_options *options, int count, char **arguments)
{
    rls_writer_options writing = RLS_WRITER_OPTIONS_INIT;
    deleting           work = {.options = options};
    rls_error          error = {0};
    cli_text           index = {0};
    rls_status         status = RLS_OK;

    if (count == 0 && options->query == NULL && options->folders.count == 0) {
        cli_error("delete: no document named (rsearch delete KEY, --query QUERY or --folder PATH)");
        return CLI_FAILED;
    }
    if (!cli_index_path(options->index, false, &index))
        return CLI_FAILED;
    writing.create = false;
    writing.io = (rls_io_mode)options->io;
    writing.progress = go_on;
    writing.lock_wait_ms = (uint32_t)(options->wait * 1000);
    /* The writer first: then nothing changes between looking and deleting. */
    if (!options->dry_run)
        status = rls_writer_open(index.data, &writing, &work.writer, &error);
    if (work.writer != NULL)
        cli_signals_catch(index.data);
    if (status == RLS_OK)
        status = cli_open_snapshot_at(options, index.data, &work.snapshot, &error);
    if (status == RLS_NOT_FOUND)
        cli_error("%s: no index there (make one: rsearch index FOLDER)", index.data);
    else if (status == RLS_OK)
        status = delete_all(&work, count, arguments, &error);
    rls_snapshot_close(work.snapshot);
    rls_writer_close(work.writer);
    cli_text_release(&index);
    if (status != RLS_OK && cli_signals_stop()) {
        cli_error("interrupted: the index is as its last commit left it");
        return cli_signals_status();
    }
    if (status == RLS_OK)
        say(&work);
    if (status == RLS_OK && cli_signals_stop())
        cli_note("interrupted too late: the work is done");
    if (status == RLS_NOT_FOUND)
        return CLI_FAILED;
    if (status != RLS_OK)
        return cli_library_error(&error);
    return work.missing > 0 || (work.count == 0 && work.files == 0) ? CLI_NONE : CLI_DONE;
}

const cli_command cli_command_delete = {
    .bit = CLI_DELETE,
    .name = "delete",
    .arguments = "KEY…",
    .summary = "Takes documents out of an index; files are not touched",
    .description =
        "Takes documents out of the index, named by key or path, all that match a query, or all of "
        "a folder. Files are not touched: a file that still exists comes back when its folder is "
        "indexed again. Exit status 1 when one was not in the index, or none matched.",
    .complete = CLI_COMPLETE_FILE,
    .examples = {{"rsearch delete releases/draft.md", "one document"},
                 {"rsearch delete --dry-run --query 'date:..1996'", "how many would go"},
                 {"rsearch delete --folder old-releases", "all of a folder, though it is gone"}},
    .run = delete_command,
};
