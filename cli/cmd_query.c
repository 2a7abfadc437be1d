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
#include "links.h"
#include "live.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "screen_mode.h"
#include "terminal.h"

typedef struct query_run {
    const cli_options *options;
    rls_search_options search;
    rls_field_weight  *weights;
    char             **weight_names;
    bool              *weight_known; /* one a weight: there is such a field */
    rls_snapshot      *snapshot;
    cli_roots          roots;
    cli_printer        printer;
    bool               shows_foot, met_hits;
    uint64_t           textless;
} query_run;

/* --- options --- */

static int
take_weights(query_run *run)
{
    const cli_texts *given = &run->options->weights;

    run->weights = cli_allocate(given->count, sizeof *run->weights);
    run->weight_names = cli_allocate(given->count, sizeof *run->weight_names);
    run->weight_known = cli_allocate(given->count, sizeof *run->weight_known);
    if (given->count > 0)
        memset(run->weight_known, 0, given->count * sizeof *run->weight_known);
    for (size_t i = 0; i < given->count; i++) {
        const char *equals = strrchr(given->items[i], '=');
        char       *end = NULL;
        double      weight = equals == NULL ? 0 : strtod(equals + 1, &end);
        if (equals == NULL || equals == given->items[i] || end == equals + 1 || *end != '\0' ||
            !(weight >= 0 && weight <= 1e6)) {
            cli_error("--weight %s: wrong value (give FIELD=W with W from 0 to 1000000)",
                      given->items[i]);
            return CLI_FAILED;
        }
        run->weight_names[i] = strndup(given->items[i], (size_t)(equals - given->items[i]));
        run->weights[i] = (rls_field_weight){run->weight_names[i], (float)weight};
        run->search.weight_count = (uint32_t)i + 1;
    }
    run->search.weights = run->weights;
    return CLI_DONE;
}

static int
take_form(query_run *run)
{
    const cli_options *given = run->options;
    cli_printer       *printer = &run->printer;
    unsigned           forms = (unsigned)given->json + given->ndjson + given->csv + given->paths +
                     given->count + given->quiet + (given->tag != NULL);

    if (forms > 1) {
        cli_error("--json, --ndjson, --csv, --trec, -l, -c, -q: more than one form of output "
                  "(choose one)");
        return CLI_FAILED;
    }
    if (given->by_nul && (given->json || given->ndjson || given->csv || given->tag != NULL)) {
        cli_error("-0: only for lines and with -l (leave it out)");
        return CLI_FAILED;
    }
    printer->form = given->json          ? CLI_FORM_JSON
                    : given->ndjson      ? CLI_FORM_NDJSON
                    : given->csv         ? CLI_FORM_CSV
                    : given->paths       ? CLI_FORM_PATHS
                    : given->tag != NULL ? CLI_FORM_TREC
                    : !given->by_nul && given->batch == NULL &&
                            (given->color == CLI_COLOR_ALWAYS || cli_is_terminal(STDOUT_FILENO))
                        ? CLI_FORM_BLOCKS
                        : CLI_FORM_LINES;
    if (printer->form == CLI_FORM_BLOCKS) {
        printer->color = cli_use_color((cli_color)given->color);
        printer->width = cli_terminal_width();
        printer->links = cli_use_links((cli_color)given->links);
    }
    run->shows_foot = printer->form == CLI_FORM_BLOCKS && !given->count && !given->quiet &&
                      cli_is_terminal(STDERR_FILENO);
    printer->to_terminal = cli_is_terminal(STDOUT_FILENO);
    printer->by_nul = given->by_nul;
    printer->snippets = !given->no_snippet;
    printer->tag = given->tag;
    printer->limit = (uint32_t)given->limit;
    printer->skip = (uint32_t)given->skip;
    printer->roots = &run->roots;
    printer->textless = &run->textless;
    return CLI_DONE;
}

static int
take_search(query_run *run)
{
    const cli_options *given = run->options;
    rls_search_options search = RLS_SEARCH_OPTIONS_INIT;

    if (given->all && given->any) {
        cli_error("--all and --any: one contradicts the other (choose one)");
        return CLI_FAILED;
    }
    search.limit = (uint32_t)given->limit;
    search.skip = (uint32_t)given->skip;
    search.k1 = (float)given->k1;
    search.b = (float)given->b;
    search.match = given->all ? RLS_MATCH_ALL : given->any ? RLS_MATCH_ANY : RLS_MATCH_AUTO;
    search.exhaustive = given->exhaustive;
    search.deadline_ms = (uint32_t)given->timeout;
    /* Counting on where pruning could stop is only for those who are told. */
    search.exact_total =
        given->count || run->printer.form == CLI_FORM_JSON || run->printer.form == CLI_FORM_BLOCKS;
    if (given->count)
        search.limit = search.skip = 0;
    if (given->quiet) {
        search.limit = 1;
        search.skip = 0;
        search.exact_total = false;
    }
    run->search = search;
    return take_weights(run);
}

/* --- one query --- */

static rls_status
search(query_run *run, const char *text, size_t size, rls_hits **out_hits, rls_error *err)
{
    rls_query *query;
    rls_status status;

    if (!run->options->strict)
        return rls_snapshot_search_text(run->snapshot, text, size, &run->search, out_hits, err);
    status = rls_query_parse(text, size, true, &query, err);
    if (status != RLS_OK)
        return status;
    status = rls_snapshot_search(run->snapshot, query, &run->search, out_hits, err);
    rls_query_close(query);
    return status;
}

static int
tell_failure(const char *query_id, const rls_error *err)
{
    const char *before = query_id == NULL ? "" : query_id, *between = query_id == NULL ? "" : ": ";

    if (err->status == RLS_BAD_QUERY)
        cli_error("%s%squery: at byte %" PRIu64 ": %s", before, between, err->offset, err->message);
    else
        cli_error("%s%s%s", before, between,
                  err->message[0] != '\0' ? err->message : rls_status_name(err->status));
    return CLI_FAILED;
}

/* Under --strict a note is an error. */
static int
tell_notes(const query_run *run, const rls_hits *hits)
{
    const char *note;
    uint32_t    start, end;

    for (uint32_t i = 0; (note = rls_hits_get_note(hits, i, &start, &end)) != NULL; i++) {
        cli_text line = {0};
        if (run->options->strict) {
            rls_error error = {.status = RLS_BAD_QUERY, .offset = start};
            snprintf(error.message, sizeof error.message, "%s", note);
            return tell_failure(run->printer.query_id, &error);
        }
        if (run->printer.query_id != NULL)
            cli_text_format(&line, "%s: ", run->printer.query_id);
        cli_text_put(&line, note);
        cli_note(line.data);
        cli_text_release(&line);
    }
    if (rls_hits_timed_out(hits))
        cli_note("the time was over: this is what was found until then");
    return CLI_DONE;
}

static bool
strike_weight(void *context, const rls_field_info *field)
{
    query_run *run = context;

    for (uint32_t i = 0; i < run->search.weight_count; i++) {
        if (strcmp(run->weight_names[i], field->name) == 0)
            run->weight_known[i] = true;
    }
    return true;
}

/* Tells weights of fields that the index does not have. */
static void
tell_weights(query_run *run)
{
    if (run->search.weight_count == 0 ||
        rls_snapshot_fields(run->snapshot, strike_weight, run, NULL) != RLS_OK)
        return;
    for (uint32_t i = 0; i < run->search.weight_count; i++) {
        cli_text line = {0};
        if (!run->weight_known[i]) {
            cli_text_format(&line, "--weight %s: the index has no such field",
                            run->weight_names[i]);
            cli_note(line.data);
        }
        cli_text_release(&line);
    }
}

static void
tell_textless(const query_run *run)
{
    cli_text line = {0};

    if (run->textless == 0)
        return;
    if (run->printer.query_id != NULL)
        cli_text_format(&line, "%s: ", run->printer.query_id);
    cli_textless_warning(&line, run->textless);
    cli_note(line.data);
    cli_text_release(&line);
}

static void
print_count(const query_run *run, const rls_hits *hits)
{
    cli_text line = {0};

    if (run->printer.query_id != NULL)
        cli_text_format(&line, "%s\t", run->printer.query_id);
    cli_text_format(&line, "%" PRIu64 "\n", rls_hits_total(hits));
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static int
run_query(query_run *run, const char *text, size_t size)
{
    rls_hits  *hits = NULL;
    rls_error  error = {0};
    rls_status status;

    run->printer.query = text;
    run->textless = 0;
    status = search(run, text, size, &hits, &error);
    if (status != RLS_OK)
        return tell_failure(run->printer.query_id, &error);
    if (tell_notes(run, hits) != CLI_DONE) {
        rls_hits_close(hits);
        return CLI_FAILED;
    }
    if (rls_hits_total(hits) > 0 || rls_hits_count(hits) > 0)
        run->met_hits = true;
    if (run->options->count)
        print_count(run, hits);
    else if (!run->options->quiet)
        status = cli_print_hits(&run->printer, hits, &error);
    if (status != RLS_OK)
        tell_failure(run->printer.query_id, &error);
    else if (run->shows_foot)
        cli_print_foot(&run->printer, hits);
    tell_textless(run);
    rls_hits_close(hits);
    return status == RLS_OK ? CLI_DONE : CLI_FAILED;
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
        run->printer.query_id = line;
        return run_query(run, tab + 1, size - (size_t)(tab + 1 - line));
    }
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    run->printer.query_id = digits;
    return run_query(run, line, size);
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
    run->printer.query_id = "";
    cli_print_head(&run->printer);
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
    for (int i = 0; i < count; i++)
        cli_text_format(&query, "%s%s", i == 0 ? "" : " ", words[i]);
    cli_text_put(&query, "");
    cli_print_head(&run->printer);
    status = run_query(run, query.data, query.size);
    cli_text_release(&query);
    return status;
}

/* --- the prompt --- */

/* Without words and with somebody who can type them. */
static bool
is_live(const query_run *run, int count)
{
    return count == 0 && run->options->batch == NULL && run->printer.form == CLI_FORM_BLOCKS &&
           !run->options->count && !run->options->quiet && cli_screen_is_possible();
}

static int
run_live(query_run *run)
{
    cli_text       index = {0};
    cli_live_start start = {
        .snapshot = run->snapshot, .search = &run->search, .colored = run->printer.color};
    int status;

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
    int       status = take_form(&run);

    if (status == CLI_DONE)
        status = take_search(&run);
    if (status == CLI_DONE && run.options->batch != NULL && count > 0) {
        cli_error("--batch: the words %s… are no part of it (put them into the file)",
                  arguments[0]);
        status = CLI_FAILED;
    }
    if (status == CLI_DONE) {
        run.snapshot = cli_open_snapshot(run.options->index);
        status = run.snapshot == NULL ? CLI_FAILED : CLI_DONE;
    }
    if (status == CLI_DONE && is_live(&run, count)) {
        status = run_live(&run);
        run.snapshot = NULL;
        run.met_hits = true;
    } else if (status == CLI_DONE) {
        cli_roots_read(&run.roots, run.snapshot);
        tell_weights(&run);
        if (run.printer.form == CLI_FORM_BLOCKS)
            cli_pager_begin(options);
        status = run.options->batch != NULL ? run_batch(&run) : run_words(&run, count, arguments);
    }
    if (status == CLI_DONE && !run.met_hits)
        status = CLI_NONE;
    cli_roots_release(&run.roots);
    rls_snapshot_close(run.snapshot);
    for (uint32_t i = 0; i < run.search.weight_count; i++)
        free(run.weight_names[i]);
    free(run.weight_names);
    free(run.weight_known);
    free(run.weights);
    return status;
}

const cli_command cli_command_query = {
    .bit = CLI_QUERY,
    .name = "query",
    .arguments = "WORD…",
    .summary = "Searches: the best documents first",
    .description =
        "Words are searched without regard to case, accents and endings; documents with all of "
        "them come first. \"a phrase\" is searched as written, =Word exactly; +must -not; AND OR "
        "NOT and parentheses; field:word, ministers:\"Phil Goff\", portfolios:disarm*; date:2007, "
        "date:2007-05..2008-02, date:>=2007-05-28. Whatever is not well formed is taken as "
        "words.\n\nOn a terminal hits are shown with snippets; otherwise one a line: path, date, "
        "title, separated by tabs. Exit status: 0 with hits, 1 without, 2 after an error.\n\n"
        "Without words, on a terminal, there is a prompt whose hits follow every key. Arrows "
        "choose "
        "one, Enter reads it, Right completes the word, Tab shows a preview, Ctrl-S puts the "
        "newest "
        "first, Ctrl-O opens the file in $VISUAL or $EDITOR, Esc leaves (status 0; 130 after "
        "Ctrl-C).",
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
