/* What `rsearch eval` tells: means, a comparison, single queries, tuning. */
#ifndef CLI_EVAL_PRINT_H
#define CLI_EVAL_PRINT_H

#include "eval_tune.h"

typedef struct cli_eval_report {
    const cli_eval   *eval;
    const double     *values; /* CLI_METRIC_COUNT a topic */
    const uint64_t   *took;   /* nanoseconds of each */
    const double     *base;   /* the same of the baseline; NULL: none */
    size_t            base_missing;
    const cli_tuning *tuning; /* NULL: none; then there are no values */
} cli_eval_report;

/* For a terminal in columns; else a figure a line: metric, query or "all", value, behind it with a
 * baseline its value, and for all queries how many are better, how many worse, and p. */
void cli_eval_put(const cli_eval_report *report, bool terminal, cli_text *out);
void cli_eval_put_json(const cli_eval_report *report, cli_text *out);

/* Notes of what was left out. */
void cli_eval_note_left_out(const cli_eval_report *report);

#endif
