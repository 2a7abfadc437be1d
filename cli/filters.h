/* Conditions of --filter. */
#ifndef CLI_FILTERS_H
#define CLI_FILTERS_H

#include <releasesearch/hits.h>

#include "options.h"

typedef struct cli_filters {
    rls_filter *items;
    uint32_t    count;
    cli_arena   strings;
} cli_filters;

/* FIELD=VALUE, those of one field together; FIELD=FROM..TO for dates and numbers. CLI_FAILED after
 * an error that was told. */
int  cli_filters_take(cli_filters *filters, const cli_texts *given);
void cli_filters_release(cli_filters *filters);

#endif
