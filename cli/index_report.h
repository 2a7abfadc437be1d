/* What an `index` run tells: progress, remarks, the summary. */
#ifndef CLI_INDEX_REPORT_H
#define CLI_INDEX_REPORT_H

#include <releasesearch/hits.h>
#include <releasesearch/writer.h>

#include "options.h"
#include "text.h"

typedef struct cli_index_report {
    bool     quiet, shows_progress;
    uint64_t start, shown; /* cli_clock() */
    uint64_t files, bytes; /* to read; 0: not known beforehand */
    uint64_t done_files, done_bytes;
    uint64_t skipped, remarks; /* inputs */
    cli_text last_path;        /* of the last remark, so that an input counts once */
} cli_index_report;

void cli_index_report_start(cli_index_report *report, bool quiet);
void cli_index_report_release(cli_index_report *report);

/* One line about an input; `message` may begin with the end of `path`, as the library's do. */
void cli_index_report_remark(cli_index_report *report, const char *path, const char *message,
                             bool skipped);
/* Shows how far the work is: on a terminal, after a second, ten times a second. */
void cli_index_report_progress(cli_index_report *report);

typedef struct cli_index_result {
    rls_commit_report  commit;
    uint64_t           unchanged; /* files */
    bool               first;     /* the index was empty before */
    const cli_options *options;
    const char        *index; /* its folder */
} cli_index_result;

/* A line about one of many commits. */
void cli_index_report_commit(cli_index_report *report, const rls_commit_report *commit);
void cli_index_report_summary(cli_index_report *report, const cli_index_result *result);

#endif
