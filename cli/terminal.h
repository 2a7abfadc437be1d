/* The terminal: whether there is one, how wide it is, what may be shown on it. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "text.h"

typedef enum cli_color {
    CLI_COLOR_AUTO,
    CLI_COLOR_ALWAYS,
    CLI_COLOR_NEVER
} cli_color;

bool cli_is_terminal(int descriptor);
/* Columns of the terminal on standard output; 80 when it does not say. */
unsigned cli_terminal_width(void);
/* Auto: on a terminal that is not "dumb", unless NO_COLOR is set. */
bool cli_use_color(cli_color wanted);

typedef enum cli_escape_mode {
    CLI_ESCAPE_LINE, /* everything that is not plain visible text, line ends and tabs too */
    CLI_ESCAPE_TEXT, /* the same, but line ends and tabs stay */
    CLI_ESCAPE_PIPE  /* control bytes only: for another program that reads lines and tabs */
} cli_escape_mode;

/* Appends `bytes` such that they cannot command a terminal: control characters (C0, DEL, C1) and
 * those that reorder text become \n, \t, \xHH or \u{HHHH}; so do, but not for a pipe, bytes that
 * are not UTF-8. */
void cli_escape(cli_text *out, const char *bytes, size_t size, cli_escape_mode mode);

/* Whether the first two modes leave the character as it is. */
bool cli_is_plain(uint32_t character);
/* Columns that a character takes: 0 for marks that combine, 2 for wide ones, else 1. */
unsigned cli_character_width(uint32_t character);

/* Decodes one character of UTF-8. Returns its size, or 0 when the bytes are not UTF-8. */
size_t cli_decode(const char *bytes, size_t size, uint32_t *out_character);
/* A line on standard error that is overwritten by the next one. */
void cli_progress_show(const char *line);
/* Wipes it, if there is one. */
void cli_progress_clear(void);

#endif
