/* rsearch like: documents that are like another. */
#include <releasesearch/suggest.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "results.h"

static int
find_key(rls_snapshot *snapshot, const cli_roots *roots, const char *typed, cli_text *out_key)
{
    rls_hits  *hits = NULL;
    rls_error  error = {0};
    rls_text   key;
    rls_status status = cli_find_document(snapshot, roots, typed, &hits, &error);

    if (status == RLS_OK)
        status = rls_hits_key(hits, 0, &key, NULL, &error);
    if (status == RLS_OK)
        cli_text_add(out_key, key.data, key.size);
    rls_hits_close(hits);
    if (status == RLS_NOT_FOUND) {
        cli_error("%s: no such document in the index (see rsearch query -l)", typed);
        return CLI_NONE;
    }
    return status == RLS_OK ? CLI_DONE : cli_library_error(&error);
}

static int
find(cli_results *results, rls_snapshot *snapshot, const rls_like_options *like)
{
    rls_hits *hits = NULL;
    rls_error error = {0};
    cli_text  words = {0};
    int       status;

    results->search.options.match = RLS_MATCH_ANY;
    if (rls_snapshot_like(snapshot, like, &results->search.options, &hits, &error) != RLS_OK)
        return cli_library_error(&error);
    cli_text_add(&words, rls_hits_query(hits).data, rls_hits_query(hits).size);
    results->printer.has_no_words = true;
    status = cli_results_show(results, words.data, NULL, hits);
    cli_text_release(&words);
    rls_hits_close(hits);
    return status;
}

static int
like_command(const cli_options *options, int count, char **arguments)
{
    cli_results      results;
    rls_like_options like = RLS_LIKE_OPTIONS_INIT;
    rls_snapshot    *snapshot = NULL;
    cli_text         key = {0}, text = {0};
    int              status = cli_results_take(&results, options);

    if (status == CLI_DONE && count != 1) {
        cli_error(count == 0 ? "like: no document named (rsearch like KEY)"
                             : "like: one document at a time (rsearch like KEY)");
        status = CLI_FAILED;
    }
    if (status == CLI_DONE) {
        snapshot = cli_open_snapshot(options);
        status = snapshot == NULL ? CLI_FAILED : CLI_DONE;
    }
    if (status == CLI_DONE) {
        cli_results_begin(&results, snapshot);
        if (strcmp(arguments[0], "-") == 0) {
            if (!cli_text_read(&text, stdin)) {
                cli_error("standard input: cannot be read");
                status = CLI_FAILED;
            }
            like.text = text.data;
            like.text_size = text.size;
        } else {
            status = find_key(snapshot, &results.roots, arguments[0], &key);
            like.key = key.data;
        }
        like.words = (uint32_t)options->words;
    }
    if (status == CLI_DONE)
        status = find(&results, snapshot, &like);
    if (status == CLI_DONE && !results.met_hits)
        status = results.is_unknown ? CLI_FAILED : CLI_NONE;
    cli_results_release(&results);
    rls_snapshot_close(snapshot);
    cli_text_release(&key);
    cli_text_release(&text);
    return status;
}

const cli_command cli_command_like = {
    .bit = CLI_LIKE,
    .name = "like",
    .arguments = "KEY | -",
    .summary = "Finds documents that are like another",
    .description =
        "Looks for the words that tell most about a document, named by its key or by the path of "
        "its file, or about the text on standard input. The document itself, and others with the "
        "same text, are left out. Hits are shown as rsearch query shows them. Exit status 1 when "
        "there is "
        "none, or no such document.",
    .complete = CLI_COMPLETE_FILE,
    .examples = {{"rsearch like releases/2007/05/release.md", "what else there is of its kind"},
                 {"rsearch like - < draft.txt", "like a text that is not in the index"},
                 {"rsearch like --json --explain KEY", "the words, in query, and their share"}},
    .run = like_command,
};
