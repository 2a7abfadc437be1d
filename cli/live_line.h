/* The line that is being typed, and where in it the cursor stands. */
#ifndef CLI_LIVE_LINE_H
#define CLI_LIVE_LINE_H

#include "keys.h"
#include "screen.h"

typedef struct cli_live_line {
    cli_text text;
    size_t   cursor;  /* a byte, where a character begins */
    size_t   first;   /* the first byte that is seen */
    unsigned changes; /* how often the text was changed */
    bool     is_full; /* something did not fit any more */
} cli_live_line;

/* True when the key is one for the line, whether it changed anything or not. */
bool cli_live_line_key(cli_live_line *line, const cli_key *key);
/* Replaces all of it; the cursor stands at the end. */
void cli_live_line_set(cli_live_line *line, const char *bytes, size_t size);
/* True while the cursor is at the end of a word of some letters, which may go on. */
bool cli_live_line_is_unfinished(const cli_live_line *line);
/* Draws it, with `hint` dimmed behind its end, and puts the cursor there. */
void cli_live_line_draw(cli_live_line *line, cli_pen *pen, const char *hint);

#endif
