/* The hits for what has been typed so far, and the one that is chosen. */
#ifndef CLI_LIVE_RESULTS_H
#define CLI_LIVE_RESULTS_H

#include <releasesearch/hits.h>

#include "roots.h"
#include "screen.h"

typedef struct cli_live_row cli_live_row;

typedef struct cli_live_results {
    rls_hits     *hits; /* NULL: nothing was asked */
    cli_text      query;
    bool          is_beginning; /* the last word was taken as the beginning of one */
    bool          is_whole;     /* neither the time nor the count of matches was cut short */
    uint32_t      count, limit;
    uint32_t      chosen, top; /* numbers of hits */
    bool          is_patient;  /* nobody types: what takes longer may be drawn, too */
    bool          awaits;      /* something was left out that takes longer */
    cli_live_row *rows;        /* what was drawn of hits, one each; NULL: nothing yet */
    rls_error     error;       /* status RLS_OK: none */
} cli_live_results;

void cli_live_results_release(cli_live_results *results);

/* Asks for at most `limit` hits within some milliseconds. A last word that nobody has finished and
 * no document has is taken as the beginning of one. The choice stays where it is, if there is such
 * a hit. */
void cli_live_results_search(cli_live_results *results, rls_snapshot *snapshot,
                             const rls_search_options *how, const char *query, size_t size,
                             bool is_unfinished, uint32_t limit);
/* Asks again without haste, until `cancel` says that there is something else to do. */
void cli_live_results_complete(cli_live_results *results, rls_snapshot *snapshot,
                               const rls_search_options *how, bool (*cancel)(void *context));
/* True when a greater limit would find more. */
bool cli_live_results_have_more(const cli_live_results *results);
/* Chooses hit `number`, or the last one. */
void cli_live_results_choose(cli_live_results *results, uint32_t number);

/* True for a text that takes long to read; then what is drawn of it waits for patience. */
bool cli_live_results_must_wait(cli_live_results *results, uint32_t number);
/* Draws hits into the rows from the pen's on: a row each, or two with a line of text. */
void cli_live_results_draw(cli_live_results *results, const cli_roots *roots, const cli_pen *pen,
                           unsigned height);
/* Hits that fit into so many rows, at least 1. */
uint32_t cli_live_results_fit(unsigned height);
/* Forgets what was drawn: the width has changed. */
void cli_live_results_redraw(cli_live_results *results);

#endif
