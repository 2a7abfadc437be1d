/* Facets for people and for programs. */
#ifndef CLI_FACETS_H
#define CLI_FACETS_H

#include <releasesearch/hits.h>

#include "text.h"

typedef struct cli_bars {
    unsigned width; /* of the terminal */
    bool     color; /* also: the terminal shows blocks in eighths */
} cli_bars;

/* Facet `i`: its name, then a line a value with a bar as long as its count, and what is not shown.
 */
void cli_put_facet_bars(cli_text *out, const rls_hits *hits, uint32_t i, const cli_bars *bars);
/* One line of a bar. `most`: the count that fills the line. */
void cli_put_bar(cli_text *out, rls_text value, uint64_t count, uint64_t most, unsigned columns,
                 const cli_bars *bars);
/* What the values shown leave out: other values, documents without one. */
void cli_put_facet_rest(cli_text *out, const rls_facet *facet);

/* The two fields whose values say most about the hits: "portfolios: Health 15 · Housing 9". Facets
 * from number `first`. At most two texts; returns how many. */
unsigned cli_put_telling_facets(cli_text out[2], const rls_hits *hits, uint32_t first,
                                uint32_t count);

/* ,"facets":[{"field":…,"by":…,"values":[{"value":…,"count":…}],…}] of the first `count` facets;
 * nothing for none. */
void cli_put_facets_json(cli_text *out, const rls_hits *hits, uint32_t count);
/* Note that the form of output has no room for facets. */
void cli_note_facets_unshown(void);
/* What stands in front of the values of one, a comma first, and what stands behind them. */
void cli_put_facet_head_json(cli_text *out, const rls_facet *facet);
void cli_put_facet_tail_json(cli_text *out, const rls_facet *facet);

#endif
