/* rsearch eval: how good the ranking is, by queries that people judged. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "eval_print.h"
#include "message.h"
#include "pager.h"
#include "run_file.h"
#include "terminal.h"

static void
print(const cli_eval_report *report)
{
    const cli_options *given = report->eval->given;
    cli_text           out = {0};

    if (given->json)
        cli_eval_put_json(report, &out);
    else
        cli_eval_put(report, cli_is_terminal(STDOUT_FILENO), &out);
    if (!given->json)
        cli_pager_begin(given);
    cli_write(out.data, out.size);
    cli_text_release(&out);
}

/* Searches, writing the run when it is wanted. */
static int
run(const cli_eval *eval, double *values, uint64_t *took)
{
    const char *path = eval->given->run;
    FILE       *file = path == NULL ? NULL : fopen(path, "we");
    int         status;

    if (path != NULL && file == NULL) {
        cli_error("--run %s: %s", path, strerror(errno));
        return CLI_FAILED;
    }
    status = cli_eval_run(eval, values, took, file);
    if (file != NULL && (ferror(file) | fclose(file)) != 0) {
        cli_error("--run %s: %s", path, strerror(errno));
        status = CLI_FAILED;
    }
    return status;
}

static int
measure(const cli_eval *eval)
{
    const char     *path = eval->given->baseline;
    size_t          count = eval->judged.count;
    double         *values = cli_allocate(count, CLI_METRIC_COUNT * sizeof *values), *base = NULL;
    uint64_t       *took = cli_allocate(count, sizeof *took);
    cli_eval_report report = {.eval = eval, .values = values, .took = took};
    int             status = CLI_DONE;

    if (path != NULL) {
        base = cli_allocate(count, CLI_METRIC_COUNT * sizeof *base);
        status = cli_run_measure(&eval->judged, path, base, &report.base_missing);
        report.base = base;
    }
    if (status == CLI_DONE)
        status = run(eval, values, took);
    if (status == CLI_DONE) {
        cli_eval_note_left_out(&report);
        print(&report);
    }
    free(values);
    free(base);
    free(took);
    return status;
}

static int
tune(cli_eval *eval)
{
    cli_tuning      tuning;
    cli_eval_report report = {.eval = eval, .tuning = &tuning};
    int             status;

    status =
        cli_tuning_run(&tuning, eval, (size_t)eval->given->folds, (cli_metric)eval->given->metric);
    if (status == CLI_DONE) {
        cli_eval_note_left_out(&report);
        print(&report);
    }
    cli_tuning_release(&tuning);
    return status;
}

static int
check(const cli_options *options, int count)
{
    if (count != 2) {
        cli_error("eval: %s (rsearch eval QRELS QUERIES)",
                  count < 2 ? "judgements and queries are needed" : "two files and no more");
        return CLI_FAILED;
    }
    if (options->tune &&
        (options->run != NULL || options->baseline != NULL || options->per_query)) {
        cli_error("--tune: neither --run nor --baseline nor --per-query goes with it (leave them "
                  "out)");
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static int
eval_command(const cli_options *options, int count, char **arguments)
{
    cli_eval eval = {.given = options};
    int      status = check(options, count);

    if (status != CLI_DONE)
        return status;
    status = cli_search_take(&eval.search, options);
    eval.search.options.exact_total = false;
    if (status == CLI_DONE)
        status = cli_judged_read(&eval.judged, arguments[0], arguments[1]);
    if (status == CLI_DONE) {
        eval.snapshot = cli_open_snapshot(options);
        status = eval.snapshot == NULL ? CLI_FAILED : CLI_DONE;
    }
    if (status == CLI_DONE) {
        cli_search_check(&eval.search, eval.snapshot);
        status = cli_judged_find(&eval.judged, eval.snapshot);
    }
    if (status == CLI_DONE && eval.judged.unknown == eval.judged.documents.count) {
        cli_error("%s: the index has none of the documents that are judged there (the first is "
                  "%s; rsearch export shows the keys)",
                  arguments[0], eval.judged.documents.items[0].name);
        status = CLI_FAILED;
    }
    if (status == CLI_DONE)
        status = options->tune ? tune(&eval) : measure(&eval);
    cli_judged_release(&eval.judged);
    cli_search_release(&eval.search);
    rls_snapshot_close(eval.snapshot);
    return status;
}

const cli_command cli_command_eval = {
    .bit = CLI_EVAL,
    .name = "eval",
    .arguments = "QRELS QUERIES",
    .summary = "Measures the ranking by judged queries",
    .description =
        "QRELS has a judgement a line: query, 0, document, relevance; above 0 is relevant. QUERIES "
        "has a query a line: its id, a tab, its text. Documents are named by key (the path of the "
        "file, or _id), by file name, or by file name without extension. nDCG@10, MAP, P@10, "
        "R@100, R@1000 and MRR are those of trec_eval -c over the queries that are both judged and "
        "asked; equal scores are ordered as trec_eval does. What is left out is told.\n\n"
        "With --baseline each metric comes with the mean of the baseline, how many queries are "
        "better and worse, and the p of a two-sided paired randomisation test with a fixed seed. "
        "--tune searches k1, b and the weights of fields: a coordinate at a time, once for each "
        "fold without its queries, which then tell what to expect, and once with all.\n\n"
        "Otherwise than on a terminal, a figure a line: metric, query or all, value, with a "
        "baseline its value, and for all queries better, worse, p; with --tune metric, fold or "
        "all, value held out, value before, flags. Exit status 2 after an error.",
    .complete = CLI_COMPLETE_FILE,
    .examples = {{"rsearch eval qrels.txt queries.tsv", "the means"},
                 {"rsearch eval --k1 0.9 --b 0.4 --run other.run qrels.txt queries.tsv",
                  "with other parameters, and what was found"},
                 {"rsearch eval --baseline other.run qrels.txt queries.tsv",
                  "whether the difference is more than chance"},
                 {"rsearch eval --tune qrels.txt queries.tsv",
                  "parameters that suit, and what they are worth"}},
    .run = eval_command,
};
