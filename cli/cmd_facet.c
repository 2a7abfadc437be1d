/* rsearch facet: how many of the documents found have each value of a field. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "counts.h"
#include "message.h"

static int
show(const cli_counts *counts)
{
    rls_facet  facet = {0};
    cli_count *items;
    int        status;

    rls_hits_facet(counts->hits, 0, &facet, NULL);
    items = cli_allocate(facet.value_count, sizeof *items);
    for (uint32_t i = 0; i < facet.value_count; i++) {
        rls_facet_value value = {0};
        rls_hits_facet_value(counts->hits, 0, i, &value, NULL);
        items[i] = (cli_count){value.value, value.count};
    }
    status = cli_counts_show(counts, 0, items, facet.value_count);
    free(items);
    return status;
}

static int
facet_command(const cli_options *options, int count, char **arguments)
{
    cli_counts         counts = {.given = options};
    rls_facet_request *request;
    int                status;

    if (count == 0) {
        cli_error("facet: no field named (rsearch facet FIELD [WORD…])");
        return CLI_FAILED;
    }
    status = cli_search_take(&counts.search, options);
    if (status == CLI_DONE && !cli_search_add_facet(&counts.search, arguments[0]))
        status = CLI_FAILED;
    if (status == CLI_DONE) {
        counts.search.facets_asked = 1;
        request = counts.search.facets;
        if (strchr(arguments[0], '=') == NULL)
            request->limit = options->limit == 0 ? UINT32_MAX : (uint32_t)options->limit;
        if (cli_flag_is_given(options, "limit") && options->limit > 0)
            request->order = RLS_FACET_BY_COUNT;
        if (cli_flag_is_given(options, "order"))
            request->order = options->order == 0 ? RLS_FACET_BY_COUNT : RLS_FACET_BY_VALUE;
        status = cli_counts_find(&counts, count - 1, arguments + 1);
    }
    if (status == CLI_DONE)
        status = show(&counts);
    cli_counts_release(&counts);
    return status;
}

const cli_command cli_command_facet = {
    .bit = CLI_FACET,
    .name = "facet",
    .arguments = "FIELD [WORD…]",
    .summary = "Counts the values of a field over the documents found",
    .description =
        "Counts how many of the documents that match the query have each value of FIELD, the most "
        "frequent first; without a query, of all documents. FIELD:year, FIELD:month and FIELD:day "
        "count dates by those. On a terminal as bars; otherwise one value a line, a tab, its "
        "count. "
        "Exit status 1 when there is none.",
    .complete = CLI_COMPLETE_FIELD,
    .examples = {{"rsearch facet ministers cluster munitions", "who speaks of it"},
                 {"rsearch facet portfolios", "of the whole index"},
                 {"rsearch facet date:month 'date:2007 treaty'", "the months of a year"},
                 {"rsearch facet --no-own-filter ministers 'ministers:goff treaty'",
                  "and those that the query leaves out"}},
    .run = facet_command,
};
