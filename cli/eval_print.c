#include "eval_print.h"

#include <inttypes.h>
#include <string.h>

#include "message.h"
#include "print_hits.h"
#include "terminal.h"
#include "wrap.h"

static cli_comparison
compare(const cli_eval_report *report, int metric)
{
    return cli_significance_compare(report->values + metric, report->base + metric,
                                    report->eval->judged.count, CLI_METRIC_COUNT);
}

static double
value_of(const double *values, size_t topic, int metric)
{
    return values[topic * CLI_METRIC_COUNT + (size_t)metric];
}

/* --- for people --- */

static void
put_queries(const cli_eval_report *report, cli_text *out)
{
    const cli_judged *judged = &report->eval->judged;

    cli_text_format(out, "%-16s", "query");
    for (int metric = 0; metric < CLI_METRIC_COUNT; metric++)
        cli_text_format(out, "  %7s", cli_metric_names[metric]);
    cli_text_put(out, report->base != NULL ? "  baseline\n" : "\n");
    for (size_t i = 0; i < judged->count; i++) {
        cli_put_columns(out, judged->topics[i].id, strlen(judged->topics[i].id), 16, true);
        for (int metric = 0; metric < CLI_METRIC_COUNT; metric++)
            cli_text_format(out, "  %7.4f", value_of(report->values, i, metric));
        if (report->base != NULL)
            cli_text_format(out, "  %+.4f %s",
                            value_of(report->values, i, CLI_NDCG_10) -
                                value_of(report->base, i, CLI_NDCG_10),
                            cli_metric_names[CLI_NDCG_10]);
        cli_text_put(out, "\n");
    }
    cli_text_put(out, "\n");
}

static void
put_means(const cli_eval_report *report, cli_text *out)
{
    if (report->base != NULL)
        cli_text_format(out, "%-8s  %7s  %8s  %8s  %6s  %6s  %7s\n", "", "mean", "baseline",
                        "change", "better", "worse", "p");
    for (int metric = 0; metric < CLI_METRIC_COUNT; metric++) {
        cli_text_format(out, "%-8s  %7.4f", cli_metric_names[metric],
                        cli_eval_mean(report->eval, report->values, metric));
        if (report->base != NULL) {
            cli_comparison found = compare(report, metric);
            cli_text_format(out, "  %8.4f", found.base_mean);
            if (found.base_mean > 0)
                cli_text_format(out, "  %+7.2f%%",
                                100 * (found.mean - found.base_mean) / found.base_mean);
            else
                cli_text_format(out, "  %8s", "");
            cli_text_format(out, "  %6zu  %6zu  %7.5f", found.better, found.worse, found.p);
        }
        cli_text_put(out, "\n");
    }
    cli_text_counted(out, report->eval->judged.count, "judged query", "judged queries");
    cli_text_put(out, "\n");
}

static void
put_tuning(const cli_tuning *tuning, cli_text *out)
{
    const char *metric = cli_metric_names[tuning->metric];

    for (size_t i = 0; i < tuning->fold_count; i++) {
        const cli_fold *fold = &tuning->folds[i];
        cli_text_format(out, "fold %zu: ", i + 1);
        cli_tuning_put(tuning, &fold->chosen, out);
        cli_text_format(out, "\n  %s %.4f on the others; ", metric, fold->trained);
        cli_text_counted(out, fold->queries, "query", "queries");
        cli_text_format(out, " held out: %.4f, before %.4f\n", fold->held_out,
                        fold->held_out_start);
    }
    cli_text_format(out,
                    "all held out: %s %.4f, before %.4f; better %zu, worse %zu, p %.5f\n"
                    "best on all queries: ",
                    metric, tuning->held_out.mean, tuning->held_out.base_mean,
                    tuning->held_out.better, tuning->held_out.worse, tuning->held_out.p);
    cli_tuning_put(tuning, &tuning->chosen, out);
    cli_text_format(out, "\n  %s %.4f, before %.4f; ", metric, tuning->chosen_mean,
                    tuning->start_mean);
    cli_text_counted(out, tuning->tried, "setting", "settings");
    cli_text_put(out, " tried\n");
}

/* --- for programs --- */

static void
put_query_lines(const cli_eval_report *report, cli_text *out)
{
    for (size_t i = 0; i < report->eval->judged.count; i++) {
        const char *id = report->eval->judged.topics[i].id;
        for (int metric = 0; metric < CLI_METRIC_COUNT; metric++) {
            cli_text_format(out, "%s\t", cli_metric_names[metric]);
            cli_escape(out, id, strlen(id), CLI_ESCAPE_PIPE);
            cli_text_format(out, "\t%.4f", value_of(report->values, i, metric));
            if (report->base != NULL)
                cli_text_format(out, "\t%.4f", value_of(report->base, i, metric));
            cli_text_put(out, "\n");
        }
    }
}

static void
put_mean_lines(const cli_eval_report *report, cli_text *out)
{
    for (int metric = 0; metric < CLI_METRIC_COUNT; metric++) {
        cli_text_format(out, "%s\tall\t%.4f", cli_metric_names[metric],
                        cli_eval_mean(report->eval, report->values, metric));
        if (report->base != NULL) {
            cli_comparison found = compare(report, metric);
            cli_text_format(out, "\t%.4f\t%zu\t%zu\t%.5f", found.base_mean, found.better,
                            found.worse, found.p);
        }
        cli_text_put(out, "\n");
    }
}

static void
put_tuning_line(const cli_tuning *tuning, const char *name, const cli_tuned *chosen, double value,
                double before, cli_text *out)
{
    cli_text_format(out, "%s\t%s\t%.4f\t%.4f\t", cli_metric_names[tuning->metric], name, value,
                    before);
    cli_tuning_put(tuning, chosen, out);
    cli_text_put(out, "\n");
}

static void
put_tuning_lines(const cli_tuning *tuning, cli_text *out)
{
    for (size_t i = 0; i < tuning->fold_count; i++) {
        const cli_fold *fold = &tuning->folds[i];
        char            name[32];
        snprintf(name, sizeof name, "fold %zu", i + 1);
        put_tuning_line(tuning, name, &fold->chosen, fold->held_out, fold->held_out_start, out);
    }
    put_tuning_line(tuning, "all", &tuning->chosen, tuning->chosen_mean, tuning->start_mean, out);
}

void
cli_eval_put(const cli_eval_report *report, bool terminal, cli_text *out)
{
    bool queries = report->eval->given->per_query;

    if (report->tuning != NULL) {
        (terminal ? put_tuning : put_tuning_lines)(report->tuning, out);
        return;
    }
    if (queries)
        (terminal ? put_queries : put_query_lines)(report, out);
    (terminal ? put_means : put_mean_lines)(report, out);
}

/* --- JSON --- */

static void
put_member(cli_text *out, const char *name, double value)
{
    cli_text_format(out, "\"%s\":", name);
    cli_text_number(out, value);
}

static void
put_values_json(const double *values, cli_text *out)
{
    cli_text_put(out, "{");
    for (int metric = 0; metric < CLI_METRIC_COUNT; metric++) {
        cli_text_put(out, metric == 0 ? "" : ",");
        put_member(out, cli_metric_names[metric], values[metric]);
    }
    cli_text_put(out, "}");
}

static void
put_means_json(const cli_eval_report *report, const double *values, cli_text *out)
{
    double means[CLI_METRIC_COUNT];

    for (int metric = 0; metric < CLI_METRIC_COUNT; metric++)
        means[metric] = cli_eval_mean(report->eval, values, metric);
    put_values_json(means, out);
}

static void
put_comparison_json(const cli_comparison *found, cli_text *out)
{
    cli_text_put(out, "{");
    put_member(out, "difference", found->mean - found->base_mean);
    cli_text_format(out, ",\"better\":%zu,\"worse\":%zu,", found->better, found->worse);
    put_member(out, "p", found->p);
    cli_text_put(out, "}");
}

static void
put_measured_json(const cli_eval_report *report, cli_text *out)
{
    const cli_judged *judged = &report->eval->judged;

    cli_text_put(out, ",\"mean\":");
    put_means_json(report, report->values, out);
    if (report->base != NULL) {
        cli_text_put(out, ",\"baseline\":{\"mean\":");
        put_means_json(report, report->base, out);
        cli_text_format(out, ",\"queries_not_in_run\":%zu,\"comparison\":{", report->base_missing);
        for (int metric = 0; metric < CLI_METRIC_COUNT; metric++) {
            cli_comparison found = compare(report, metric);
            cli_text_format(out, "%s\"%s\":", metric == 0 ? "" : ",", cli_metric_names[metric]);
            put_comparison_json(&found, out);
        }
        cli_text_put(out, "}}");
    }
    if (!report->eval->given->per_query)
        return;
    cli_text_put(out, ",\"per_query\":[");
    for (size_t i = 0; i < judged->count; i++) {
        cli_text_put(out, i == 0 ? "{\"id\":" : ",{\"id\":");
        cli_json_string(out, judged->topics[i].id, strlen(judged->topics[i].id));
        cli_text_put(out, ",\"values\":");
        put_values_json(report->values + i * CLI_METRIC_COUNT, out);
        cli_text_format(out, ",\"took_us\":%" PRIu64, report->took[i] / 1000);
        if (report->base != NULL) {
            cli_text_put(out, ",\"baseline\":");
            put_values_json(report->base + i * CLI_METRIC_COUNT, out);
        }
        cli_text_put(out, "}");
    }
    cli_text_put(out, "]");
}

/* They are floats: six figures are more than anybody gave. */
static void
put_parameter(cli_text *out, const char *name, double value)
{
    if (value < 0)
        cli_text_format(out, "\"%s\":null", name);
    else
        cli_text_format(out, "\"%s\":%g", name, value);
}

static void
put_tuned_json(const cli_tuning *tuning, const cli_tuned *chosen, cli_text *out)
{
    bool first = true;

    cli_text_put(out, "{");
    put_parameter(out, "k1", chosen->k1);
    cli_text_put(out, ",");
    put_parameter(out, "b", chosen->b);
    cli_text_put(out, ",\"weights\":{");
    for (size_t i = 0; i < tuning->field_count; i++) {
        if (chosen->weights[i] < 0)
            continue;
        cli_text_put(out, first ? "" : ",");
        cli_json_string(out, tuning->fields[i], strlen(tuning->fields[i]));
        cli_text_format(out, ":%g", chosen->weights[i]);
        first = false;
    }
    cli_text_put(out, "}}");
}

static void
put_tuning_json(const cli_tuning *tuning, cli_text *out)
{
    cli_text_format(out, ",\"metric\":\"%s\",\"folds\":[", cli_metric_names[tuning->metric]);
    for (size_t i = 0; i < tuning->fold_count; i++) {
        const cli_fold *fold = &tuning->folds[i];
        cli_text_format(out, "%s{\"queries\":%zu,\"chosen\":", i == 0 ? "" : ",", fold->queries);
        put_tuned_json(tuning, &fold->chosen, out);
        cli_text_put(out, ",");
        put_member(out, "others", fold->trained);
        cli_text_put(out, ",");
        put_member(out, "held_out", fold->held_out);
        cli_text_put(out, ",");
        put_member(out, "before", fold->held_out_start);
        cli_text_put(out, "}");
    }
    cli_text_put(out, "],\"held_out\":{");
    put_member(out, "mean", tuning->held_out.mean);
    cli_text_put(out, ",");
    put_member(out, "before", tuning->held_out.base_mean);
    cli_text_put(out, ",\"comparison\":");
    put_comparison_json(&tuning->held_out, out);
    cli_text_put(out, "},\"all\":{\"chosen\":");
    put_tuned_json(tuning, &tuning->chosen, out);
    cli_text_put(out, ",");
    put_member(out, "mean", tuning->chosen_mean);
    cli_text_put(out, ",");
    put_member(out, "before", tuning->start_mean);
    cli_text_format(out, "},\"settings_tried\":%zu", tuning->tried);
}

void
cli_eval_put_json(const cli_eval_report *report, cli_text *out)
{
    const cli_judged *judged = &report->eval->judged;

    cli_text_format(out,
                    "{\"queries\":%zu,\"limit\":%u,\"queries_without_judgements\":%zu,"
                    "\"judged_queries_not_asked\":%zu,\"queries_without_relevant\":%zu,"
                    "\"judged_documents_not_in_index\":%zu",
                    judged->count, report->eval->search.options.limit, judged->unjudged,
                    judged->unasked, judged->irrelevant, judged->unknown);
    if (report->tuning != NULL)
        put_tuning_json(report->tuning, out);
    else
        put_measured_json(report, out);
    cli_text_put(out, "}\n");
}

/* --- what was left out --- */

static void
note_count(size_t count, const char *one, const char *many, const char *what)
{
    cli_text line = {0};

    if (count == 0)
        return;
    cli_text_counted(&line, count, one, many);
    cli_text_put(&line, what);
    cli_note(line.data);
    cli_text_release(&line);
}

void
cli_eval_note_left_out(const cli_eval_report *report)
{
    const cli_judged *judged = &report->eval->judged;

    note_count(judged->unjudged, "query", "queries", " without judgements: left out");
    note_count(judged->unasked, "judged query", "judged queries", " not in QUERIES: left out");
    note_count(judged->irrelevant, "query", "queries",
               " without a relevant document: 0 in every metric");
    note_count(judged->unknown, "judged document", "judged documents",
               " not in the index: not found, as trec_eval counts it");
    note_count(report->base_missing, "query", "queries", " not in the baseline: 0 there");
}
