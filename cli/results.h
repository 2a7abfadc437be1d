/* Hits of a search, in the form that the flags ask for. */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "print_hits.h"
#include "search.h"

typedef struct cli_results {
    const cli_options *given;
    cli_search         search;
    cli_roots          roots;
    cli_printer        printer;
    bool               shows_foot, met_hits;
    bool               is_unknown; /* the time was over before anything was found */
    uint64_t           textless;
} cli_results;

/* Takes form and search from the flags. CLI_FAILED after an error that was told. */
int  cli_results_take(cli_results *results, const cli_options *given);
void cli_results_release(cli_results *results);
/* Learns what hits of this snapshot need; notes of fields that it does not have; column names. */
void cli_results_begin(cli_results *results, const rls_snapshot *snapshot);
/* Shows what was found for `query`. `query_id`: of a batch, or NULL. */
int cli_results_show(cli_results *results, const char *query, const char *query_id, rls_hits *hits);

#endif
