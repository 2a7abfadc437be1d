/* The prompt whose hits follow what is typed. */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <releasesearch/hits.h>

#include "options.h"
#include "roots.h"

typedef struct cli_live_start {
    const cli_options        *options;
    const char               *index;    /* its folder */
    rls_snapshot             *snapshot; /* ends with the prompt */
    const rls_search_options *search;   /* how; limits are set by the prompt */
    bool                      colored;
} cli_live_start;

/* Runs until the user leaves. Returns the exit status: CLI_DONE, CLI_INTERRUPTED after Ctrl-C, 128
 * and the number of a signal, CLI_FAILED when the terminal refuses, which is told. */
int cli_live(const cli_live_start *start);

#endif
