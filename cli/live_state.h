/* What the files of the prompt share. */
#ifndef CLI_LIVE_STATE_H
#define CLI_LIVE_STATE_H

#include <sys/stat.h>

#include "keys.h"
#include "live_document.h"
#include "live_line.h"
#include "live_results.h"
#include "options.h"

typedef struct live {
    /* The index. */
    const cli_options *options;
    const char        *index; /* its folder */
    struct stat        folder;
    rls_snapshot      *snapshot;
    cli_roots          roots;
    rls_search_options search;
    bool               is_by_date; /* the newest first, whatever the flags say */

    const rls_sort_key *given_sort;
    uint32_t            given_sort_count;
    uint64_t            refreshed; /* cli_clock() of the last look */
    bool                is_stale;  /* it cannot be read any more: an old commit is shown */
    /* What is seen. */
    cli_screen        screen;
    cli_keys          keys;
    cli_live_line     line;
    cli_live_results  results;
    cli_text          completion; /* the line with its last word completed; empty: there is none */
    cli_text          hint;       /* what of it is shown behind the cursor */
    cli_live_document document;   /* the chosen one, beside the hits or alone */
    bool              is_reading; /* it has the screen for itself */
    bool              preview_is_ready, preview_is_switched; /* from what the width suggests */
    cli_text          message; /* what the last key came to, if there is something to tell */
    /* What is to be done. */
    bool     must_search, keeps_choice, must_draw;
    uint64_t acted;   /* cli_clock() of the last key or search */
    bool     is_calm; /* what takes longer was done since */
    bool     is_leaving;
    int      status;
    cli_text chosen_path; /* printed at the end */
} live;

/* live.c */
void cli_live_choose(live *state, uint32_t number); /* fetches more hits when it must */
/* live_suggest.c */
void cli_live_suggest(live *state);         /* for what has been typed */
void cli_live_correct(live *state);         /* did you mean, where nothing else is suggested */
bool cli_live_take_suggestion(live *state); /* false when there is none at the cursor */
/* live_keys.c */
void cli_live_key(live *state, const cli_key *key);
/* live_draw.c */
void     cli_live_draw(live *state);
unsigned cli_live_list_height(const live *state);
unsigned cli_live_document_height(const live *state);
bool     cli_live_has_preview(const live *state);

#endif
