/* Runs as TREC has them, a hit a line: "query Q0 document rank score tag". */
#ifndef CLI_RUN_FILE_H
#define CLI_RUN_FILE_H

#include "judged.h"
#include "metrics.h"
#include "text.h"

/* Columns are separated by blanks: those in a document's name are written as in a URL. */
void cli_run_put_name(cli_text *out, const char *document, size_t size);
void cli_run_put(cli_text *out, const char *query, const char *document, size_t size, uint32_t rank,
                 double score, const char *tag);

/* CLI_METRIC_COUNT values of the hits of one topic, which are put in order. */
void cli_run_measure_topic(const cli_topic *topic, cli_scored *hits, size_t count, double *out);

/* Reads a run and measures each topic: CLI_METRIC_COUNT values a topic, 0 for one without hits; how
 * many those are is in `*out_missing`. CLI_FAILED after an error that was told. */
int cli_run_measure(const cli_judged *judged, const char *path, double *values,
                    size_t *out_missing);

#endif
