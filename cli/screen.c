#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

enum {
    REPLACEMENT = 0xfffd,
    CONTROL_PICTURES = 0x2400
};

static const cli_cell blank = {' ', {0, 0, 0}, CLI_STYLE_PLAIN};

void
cli_screen_release(cli_screen *screen)
{
    free(screen->cells);
    free(screen->shown);
    cli_text_release(&screen->out);
    screen->cells = screen->shown = NULL;
}

void
cli_screen_resize(cli_screen *screen, unsigned columns, unsigned rows)
{
    size_t count = (size_t)columns * rows;

    screen->cells = cli_reallocate(screen->cells, count, sizeof *screen->cells);
    screen->shown = cli_reallocate(screen->shown, count, sizeof *screen->shown);
    screen->columns = columns;
    screen->rows = rows;
    screen->is_lost = true;
    cli_screen_clear(screen);
}

void
cli_screen_clear(cli_screen *screen)
{
    size_t count = (size_t)screen->columns * screen->rows;

    for (size_t i = 0; i < count; i++)
        screen->cells[i] = blank;
    screen->cursor_column = screen->cursor_row = 0;
}

/* --- putting --- */

/* The character as it may be seen. */
static uint32_t
visible(uint32_t character)
{
    if (character == '\n' || character == '\r' || character == '\t')
        return ' ';
    if (character < 0x20)
        return CONTROL_PICTURES + character;
    if (character == 0x7f)
        return CONTROL_PICTURES + 0x21;
    if (character >= 0x80 && character < 0xa0)
        return REPLACEMENT;
    /* What reorders text, breaks lines or takes no place of its own. */
    if (character == 0x00ad || (character >= 0x200b && character <= 0x200f) ||
        (character >= 0x2028 && character <= 0x202e) ||
        (character >= 0x2060 && character <= 0x206f) || character == 0xfeff ||
        (character >= 0xfff9 && character <= 0xfffb) ||
        (character >= 0xe0000 && character <= 0xe0fff))
        return 0;
    return character;
}

/* The next character as it may be seen, 0: not at all. Returns its size in bytes. */
static size_t
read_character(const char *bytes, size_t size, uint32_t *out_character)
{
    uint32_t character;
    size_t   length = cli_decode(bytes, size, &character);

    *out_character = length == 0 ? REPLACEMENT : visible(character);
    return length == 0 ? 1 : length;
}

unsigned
cli_screen_character(const char *bytes, size_t size, size_t *out_size)
{
    uint32_t character;

    *out_size = read_character(bytes, size, &character);
    return character == 0 ? 0 : cli_character_width(character);
}

/* Half a wide character is none. */
static void
break_wide(cli_cell *row, unsigned columns, unsigned column)
{
    if (column < columns && row[column].character == 0) {
        row[column].character = ' ';
        if (column > 0)
            row[column - 1] = blank;
    }
}

static void
add_mark(cli_cell *row, unsigned column, uint32_t mark)
{
    while (column > 0 && row[column].character == 0)
        column--;
    for (unsigned i = 0; i < CLI_CELL_MARKS; i++) {
        if (row[column].marks[i] == 0) {
            row[column].marks[i] = mark;
            return;
        }
    }
}

bool
cli_screen_put(cli_pen *pen, unsigned style, const char *bytes, size_t size)
{
    cli_screen *screen = pen->screen;
    unsigned    end = pen->end < screen->columns ? pen->end : screen->columns;
    unsigned    first = pen->column;
    cli_cell   *row;

    if (pen->row >= screen->rows || pen->column >= end)
        return size == 0;
    row = screen->cells + (size_t)pen->row * screen->columns;
    for (size_t i = 0; i < size;) {
        uint32_t character;
        unsigned width;
        size_t   length = read_character(bytes + i, size - i, &character);
        i += length;
        if (character == 0)
            continue;
        width = cli_character_width(character);
        if (width == 0) {
            if (pen->column > first)
                add_mark(row, pen->column - 1, character);
            continue;
        }
        if (pen->column + width > end) {
            pen->column = end;
            return false;
        }
        break_wide(row, screen->columns, pen->column);
        break_wide(row, screen->columns, pen->column + width);
        for (unsigned j = 0; j < width; j++)
            row[pen->column++] = (cli_cell){j == 0 ? character : 0, {0, 0, 0}, style};
    }
    return true;
}

void
cli_screen_shade(const cli_pen *pen, unsigned style)
{
    const cli_screen *screen = pen->screen;
    unsigned          end = pen->end < screen->columns ? pen->end : screen->columns;

    if (pen->row >= screen->rows)
        return;
    for (unsigned column = pen->column; column < end; column++)
        screen->cells[(size_t)pen->row * screen->columns + column].style |= style;
}

/* --- showing --- */

void
cli_screen_encode(cli_text *out, uint32_t character)
{
    char bytes[4];

    if (character < 0x80) {
        bytes[0] = (char)character;
        cli_text_add(out, bytes, 1);
    } else if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        cli_text_add(out, bytes, 2);
    } else if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        cli_text_add(out, bytes, 3);
    } else {
        bytes[0] = (char)(0xf0 | character >> 18);
        bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (character & 0x3f));
        cli_text_add(out, bytes, 4);
    }
}

static void
put_style(const cli_screen *screen, cli_text *out, unsigned style)
{
    static const struct {
        unsigned    style;
        const char *code;
    } codes[] = {{CLI_STYLE_BOLD, ";1"},    {CLI_STYLE_DIM, ";2"},  {CLI_STYLE_UNDERLINE, ";4"},
                 {CLI_STYLE_REVERSE, ";7"}, {CLI_STYLE_RED, ";31"}, {CLI_STYLE_GREEN, ";32"}};

    if (!screen->colored) {
        if ((style & CLI_STYLE_RED) != 0)
            style |= CLI_STYLE_UNDERLINE;
        style &= ~(unsigned)(CLI_STYLE_RED | CLI_STYLE_GREEN);
    }
    cli_text_put(out, "\033[0");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if ((style & codes[i].style) != 0)
            cli_text_put(out, codes[i].code);
    }
    cli_text_put(out, "m");
}

static bool
is_same(const cli_cell *a, const cli_cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Where the blanks begin that end the row. */
static unsigned
text_end(const cli_cell *row, unsigned columns)
{
    while (columns > 0 && is_same(&row[columns - 1], &blank))
        columns--;
    return columns;
}

typedef struct showing {
    cli_screen *screen;
    unsigned    style;
    unsigned    column; /* of the cursor, in the row that is being shown; SIZE: elsewhere */
} showing;

static void
show_cell(showing *work, unsigned row, unsigned column, const cli_cell *cell)
{
    cli_text *out = &work->screen->out;

    if (work->column != column)
        cli_text_format(out, "\033[%u;%uH", row + 1, column + 1);
    if (work->style != cell->style) {
        put_style(work->screen, out, cell->style);
        work->style = cell->style;
    }
    cli_screen_encode(out, cell->character);
    for (unsigned i = 0; i < CLI_CELL_MARKS && cell->marks[i] != 0; i++)
        cli_screen_encode(out, cell->marks[i]);
    work->column = column + 1;
}

static void
show_row(showing *work, unsigned row)
{
    cli_screen *screen = work->screen;
    cli_cell   *now = screen->cells + (size_t)row * screen->columns;
    cli_cell   *before = screen->shown + (size_t)row * screen->columns;
    unsigned    end = text_end(now, screen->columns);
    bool        erases = false;

    if (memcmp(now, before, screen->columns * sizeof *now) == 0)
        return;
    work->column = screen->columns;
    for (unsigned column = 0; column < end; column++) {
        if (is_same(&now[column], &before[column]))
            continue;
        /* A wide character is shown as a whole. */
        if (now[column].character == 0)
            continue;
        show_cell(work, row, column, &now[column]);
        if (column + 1 < screen->columns && now[column + 1].character == 0) {
            work->column++;
            column++;
        } else if (column + 1 < end && before[column + 1].character == 0) {
            /* The other half of what was here is gone with this one. */
            before[column + 1] = blank;
            before[column + 1].style = UINT32_MAX;
        }
    }
    for (unsigned column = end; column < screen->columns; column++)
        erases = erases || !is_same(&before[column], &blank);
    if (erases) {
        if (work->column != end)
            cli_text_format(&screen->out, "\033[%u;%uH", row + 1, end + 1);
        cli_text_put(&screen->out, "\033[0m\033[K");
        work->style = CLI_STYLE_PLAIN;
    }
    memcpy(before, now, screen->columns * sizeof *now);
}

/* False when the terminal takes no more: it has hung up, or stands still. */
static bool
send(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t       sent = write(STDOUT_FILENO, bytes, size);
        struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
        if (sent > 0) {
            bytes += sent;
            size -= (size_t)sent;
        } else if (errno == EAGAIN) {
            if (poll(&output, 1, 1000) == 0)
                return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

void
cli_screen_flush(cli_screen *screen)
{
    showing work = {.screen = screen, .style = CLI_STYLE_PLAIN};
    size_t  count = (size_t)screen->columns * screen->rows, head;
    bool    was_lost = screen->is_lost;

    cli_text_clear(&screen->out);
    cli_text_put(&screen->out, "\033[?25l\033[0m");
    if (screen->is_lost) {
        cli_text_put(&screen->out, "\033[H\033[2J");
        for (size_t i = 0; i < count; i++)
            screen->shown[i] = blank;
        screen->is_lost = false;
    }
    head = screen->out.size;
    for (unsigned row = 0; row < screen->rows; row++)
        show_row(&work, row);
    if (screen->out.size > head)
        cli_text_put(&screen->out, "\033[0m");
    else if (!was_lost && screen->shown_column == screen->cursor_column &&
             screen->shown_row == screen->cursor_row)
        return;
    screen->shown_column = screen->cursor_column;
    screen->shown_row = screen->cursor_row;
    cli_text_format(&screen->out, "\033[%u;%uH\033[?25h", screen->cursor_row + 1,
                    screen->cursor_column + 1);
    screen->is_lost = !send(screen->out.data, screen->out.size);
}
