/* Counts of the values of one field over what a query finds: bars on a terminal, value and count in
 * a pipe, JSON, comma-separated values. */
#ifndef CLI_COUNTS_H
#define CLI_COUNTS_H

#include <releasesearch/hits.h>

#include "search.h"

typedef struct cli_counts {
    const cli_options *given;
    cli_search         search;
    rls_snapshot      *snapshot;
    rls_hits          *hits;
    cli_text           query;
} cli_counts;

/* Searches for the words (for everything when there are none) and counts each of the facets that
 * `search` asks for. CLI_FAILED after an error that was told. */
int  cli_counts_find(cli_counts *counts, int count, char **words);
void cli_counts_release(cli_counts *counts);

/* A value and its count. */
typedef struct cli_count {
    rls_text value;
    uint64_t count;
} cli_count;
/* Shows counts of facet `facet`. Returns CLI_DONE or, when there are none, CLI_NONE. */
int cli_counts_show(const cli_counts *counts, uint32_t facet, const cli_count *items,
                    size_t item_count);

#endif
