/* rsearch query: searches an index. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "index_path.h"
#include "live.h"
#include "message.h"
#include "results.h"
#include "screen_mode.h"
#include "terminal.h"

typedef struct query_run {
    const cli_options *options;
    rls_snapshot      *snapshot;
    cli_results        results;
} query_run;

static int
run_query(query_run *run, const char *query_id, const char *text, size_t size)
{
    rls_hits *hits = NULL;
    rls_error error = {0};
    int       status;

    if (cli_search_run(&run->results.search, run->snapshot, text, size, &hits, &error) != RLS_OK)
        return cli_search_tell_failure(query_id, &error);
    status = cli_results_show(&run->results, text, query_id, hits);
    rls_hits_close(hits);
    return status;
}

/* --- many queries --- */

static int
run_batch_line(query_run *run, char *line, size_t size, uint64_t number)
{
    char  digits[24];
    char *tab;

    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        line[--size] = '\0';
    if (size == 0)
        return CLI_DONE;
    tab = memchr(line, '\t', size);
    if (tab != NULL) {
        *tab = '\0';
        return run_query(run, line, tab + 1, size - (size_t)(tab + 1 - line));
    }
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return run_query(run, digits, line, size);
}

static int
run_batch(query_run *run)
{
    const char *from = run->options->batch;
    bool        from_input = strcmp(from, "-") == 0;
    FILE       *file = from_input ? stdin : fopen(from, "re");
    struct stat stat_now;
    char       *line = NULL;
    size_t      capacity = 0;
    ssize_t     size;
    uint64_t    number = 0;
    int         status = CLI_DONE;
    bool        answers_at_once;

    if (file == NULL) {
        cli_error("%s: %s", from, strerror(errno));
        return CLI_FAILED;
    }
    /* A program may wait for each answer before it asks again. */
    answers_at_once = fstat(fileno(file), &stat_now) == 0 && !S_ISREG(stat_now.st_mode);
    run->results.printer.query_id = "";
    cli_results_begin(&run->results, run->snapshot);
    errno = 0;
    while ((size = getline(&line, &capacity, file)) > 0 && !cli_output_is_closed()) {
        int one = run_batch_line(run, line, (size_t)size, ++number);
        if (one != CLI_DONE)
            status = one;
        if (answers_at_once)
            fflush(stdout);
        errno = 0;
    }
    if (ferror(file)) {
        cli_error("%s: %s", from_input ? "standard input" : from, strerror(errno));
        status = CLI_FAILED;
    }
    free(line);
    if (!from_input)
        fclose(file);
    return status;
}

static int
run_words(query_run *run, int count, char **words)
{
    cli_text query = {0};
    int      status;

    if (count == 0) {
        cli_error("query: no words to look for (rsearch query WORD…)");
        return CLI_FAILED;
    }
    cli_search_join(&query, count, words);
    cli_results_begin(&run->results, run->snapshot);
    status = run_query(run, NULL, query.data, query.size);
    cli_text_release(&query);
    return status;
}

/* --- the prompt --- */

/* Without words and with somebody who can type them. */
static bool
is_live(const query_run *run, int count)
{
    return count == 0 && run->options->batch == NULL &&
           run->results.printer.form == CLI_FORM_BLOCKS && !run->options->count &&
           !run->options->quiet && cli_screen_is_possible();
}

static int
run_live(query_run *run)
{
    cli_text       index = {0};
    cli_live_start start = {.options = run->options,
                            .snapshot = run->snapshot,
                            .search = &run->results.search.options,
                            .colored = run->results.printer.color};
    int            status;

    cli_index_path(run->options->index, false, &index);
    start.index = index.data;
    status = cli_live(&start);
    cli_text_release(&index);
    return status;
}

static int
query_command(const cli_options *options, int count, char **arguments)
{
    query_run run = {.options = options};
    int       status = cli_results_take(&run.results, options);

    if (status == CLI_DONE && options->batch != NULL && count > 0) {
        cli_error("--batch: the words %s… are no part of it (put them into the file)",
                  arguments[0]);
        status = CLI_FAILED;
    }
    if (status == CLI_DONE) {
        run.snapshot = cli_open_snapshot(options);
        status = run.snapshot == NULL ? CLI_FAILED : CLI_DONE;
    }
    if (status == CLI_DONE && is_live(&run, count)) {
        status = run_live(&run);
        run.snapshot = NULL;
        run.results.met_hits = true;
    } else if (status == CLI_DONE) {
        status = options->batch != NULL ? run_batch(&run) : run_words(&run, count, arguments);
    }
    if (status == CLI_DONE && !run.results.met_hits)
        status = run.results.is_unknown ? CLI_FAILED : CLI_NONE;
    cli_results_release(&run.results);
    rls_snapshot_close(run.snapshot);
    return status;
}

const cli_command cli_command_query = {
    .bit = CLI_QUERY,
    .name = "query",
    .arguments = "WORD…",
    .summary = "Searches: the best documents first",
    .description =
        "Words are searched without regard to case, accents and endings; documents with all of "
        "them come first. \"a phrase\" is searched as written, \"a phrase\"~4 with words in "
        "between, =Word exactly; +must -not; AND OR NOT, NEAR/5 and parentheses; disarm*, "
        "m?nister*al, /clust(er|ers)/, munitons~; field:word, ministers:\"Phil Goff\"; date:2007, "
        "date:2007-05..2008-02, date:>=2007-05-28; word^3. Whatever is not well formed is taken as "
        "words. rsearch-queries(7) tells all.\n\n"
        "On a terminal hits are shown with snippets, and without words a prompt shows hits while "
        "they are typed; otherwise one a line: path, date, title, separated by tabs. Exit status: "
        "0 with hits, 1 without, 2 after an error.",
    .complete = CLI_COMPLETE_WORDS,
    .examples = {{"rsearch query cluster munitions", "documents with both words first"},
                 {"rsearch query", "a prompt: hits come while you type"},
                 {"rsearch query '\"cluster munitions\" date:2007..2008'",
                  "a phrase, within two years"},
                 {"rsearch query 'ministers:\"Phil Goff\" treaty -landmines'",
                  "a field, a word, and one not wanted"},
                 {"rsearch query -l0 treaty | xargs -0 wc -w", "the files, for other commands"},
                 {"rsearch query --json -n 100 treaty", "for programs"}},
    .run = query_command,
};
