/* The judged queries run on an index: `rsearch eval` and its tuning. */
#ifndef CLI_EVAL_H
#define CLI_EVAL_H

#include <stdio.h>

#include "judged.h"
#include "metrics.h"
#include "search.h"

typedef struct cli_eval {
    const cli_options *given;
    cli_search         search; /* its options are what the next run goes by */
    rls_snapshot      *snapshot;
    cli_judged         judged;
} cli_eval;

/* Searches for each topic and measures what comes back: CLI_METRIC_COUNT values a topic. Queries
 * are bags of words, by score alone, or with --as-typed what `rsearch query` makes of them. Hits
 * are written to `run`, and the nanoseconds of each search to `took`, unless they are NULL.
 * CLI_FAILED after an error that was told, under --strict a note. Else a line tells of notes, where
 * `took` is wanted. */
int cli_eval_run(const cli_eval *eval, double *values, uint64_t *took, FILE *run);

/* The mean of one metric over topics. */
double cli_eval_mean(const cli_eval *eval, const double *values, cli_metric metric);

#endif
