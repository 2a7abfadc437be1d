/* A screen of cells. What shall be seen is put into it from scratch; flushing sends the terminal
 * what differs from what it shows, in one write. No byte of a document reaches the terminal but as
 * a visible character: control characters become their pictures, bytes that are not UTF-8 become
 * U+FFFD. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "text.h"

typedef enum cli_style {
    CLI_STYLE_PLAIN = 0,
    CLI_STYLE_BOLD = 1,
    CLI_STYLE_DIM = 2,
    CLI_STYLE_UNDERLINE = 4,
    CLI_STYLE_REVERSE = 8,
    CLI_STYLE_RED = 16,
    CLI_STYLE_GREEN = 32,
    CLI_STYLE_MARK = CLI_STYLE_BOLD | CLI_STYLE_RED /* what the query matched */
} cli_style;

enum {
    CLI_CELL_MARKS = 3 /* combining marks a cell can hold; more are left out */
};

typedef struct cli_cell {
    uint32_t character; /* 0: the right half of the wide one before it */
    uint32_t marks[CLI_CELL_MARKS];
    unsigned style;
} cli_cell;

typedef struct cli_screen {
    unsigned  columns, rows;
    bool      colored; /* else marks are underlined */
    cli_cell *cells;   /* what shall be seen, by rows */
    cli_cell *shown;   /* what the terminal shows */
    bool      is_lost; /* what the terminal shows is not known */
    unsigned  cursor_column, cursor_row;
    unsigned  shown_column, shown_row; /* where the terminal has it */
    cli_text  out;
} cli_screen;

void cli_screen_release(cli_screen *screen);
/* A new size; nothing is known of what is shown. */
void cli_screen_resize(cli_screen *screen, unsigned columns, unsigned rows);

/* Blanks everything. */
void cli_screen_clear(cli_screen *screen);
/* A part of a row that text is put into. */
typedef struct cli_pen {
    cli_screen *screen;
    unsigned    row, column, end; /* the column after the last */
} cli_pen;
/* Puts text from the pen's column on, which moves; what does not fit before its end is left out.
 * False once something was. Line ends and tabs are blanks. */
bool cli_screen_put(cli_pen *pen, unsigned style, const char *bytes, size_t size);
/* Adds a style to all cells from the pen's column to its end. */
void cli_screen_shade(const cli_pen *pen, unsigned style);

/* Columns that the first character of `bytes` takes on a screen, and its size in bytes, which is
 * never 0: marks that combine take none. */
unsigned cli_screen_character(const char *bytes, size_t size, size_t *out_size);

/* Appends the character as UTF-8. */
void cli_screen_encode(cli_text *out, uint32_t character);

void cli_screen_flush(cli_screen *screen);

#endif
