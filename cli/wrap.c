#include "wrap.h"

#include <string.h>

#include "terminal.h"

/* A character as it is shown: itself, or what stands for it. */
static size_t
next_character(const char *bytes, size_t size, unsigned *out_columns)
{
    uint32_t character;
    size_t   length = cli_decode(bytes, size, &character);
    cli_text escaped = {0};

    if (length > 0 && cli_is_plain(character)) {
        *out_columns = cli_character_width(character);
        return length;
    }
    length = length == 0 ? 1 : length;
    cli_escape(&escaped, bytes, length, CLI_ESCAPE_LINE);
    *out_columns = (unsigned)escaped.size; /* in ASCII */
    cli_text_release(&escaped);
    return length;
}

unsigned
cli_columns(const char *bytes, size_t size)
{
    unsigned columns = 0;

    for (size_t i = 0; i < size;) {
        unsigned width;
        i += next_character(bytes + i, size - i, &width);
        columns += width;
    }
    return columns;
}

/* Bytes from the beginning that take at most `width` columns, with the marks that combine. */
static size_t
fitting(const char *bytes, size_t size, unsigned width, unsigned *out_columns)
{
    unsigned columns = 0;
    size_t   end = 0;

    while (end < size) {
        unsigned more;
        size_t   length = next_character(bytes + end, size - end, &more);
        if (columns + more > width)
            break;
        columns += more;
        end += length;
    }
    *out_columns = columns;
    return end;
}

void
cli_put_columns(cli_text *out, const char *bytes, size_t size, unsigned width, bool fill)
{
    unsigned columns;
    size_t   end = fitting(bytes, size, width, &columns);

    if (end < size && width > 0) {
        end = fitting(bytes, size, width - 1, &columns);
        cli_escape(out, bytes, end, CLI_ESCAPE_LINE);
        cli_text_put(out, "…");
        columns++;
    } else {
        cli_escape(out, bytes, end, CLI_ESCAPE_LINE);
    }
    if (fill)
        cli_text_format(out, "%*s", (int)(width - columns), "");
}

/* --- words --- */

typedef struct wrapping {
    cli_text       *out;
    const cli_wrap *wrap;
    unsigned        column, line;
    bool            in_mark;
} wrapping;

static void
mark(wrapping *work, bool starts)
{
    cli_text_put(work->out, starts ? work->wrap->start : work->wrap->end);
    work->column += work->wrap->mark_width;
}

/* False when there must be no more lines. */
static bool
break_line(wrapping *work)
{
    if (work->wrap->lines > 0 && work->line == work->wrap->lines) {
        cli_text_put(work->out, " …");
        return false;
    }
    if (work->in_mark)
        mark(work, false);
    cli_text_format(work->out, "\n%*s", (int)work->wrap->indent, "");
    work->column = work->wrap->indent;
    work->line++;
    if (work->in_mark)
        mark(work, true);
    return true;
}

static bool
is_mark(char byte)
{
    return byte == CLI_MARK_START || byte == CLI_MARK_END;
}

/* What stays in one line: up to a blank, or one wide character; with the marks that begin in front
 * of it or end behind it, and the columns of all that. */
static size_t
next_piece(const wrapping *work, const char *bytes, size_t size, unsigned *out_columns)
{
    unsigned columns = 0;
    size_t   end = 0;
    bool     has_text = false, is_wide = false;

    while (end < size && bytes[end] != ' ' && bytes[end] != '\n') {
        unsigned width = work->wrap->mark_width;
        size_t   length = 1;
        if (bytes[end] == CLI_MARK_START && is_wide)
            break;
        if (!is_mark(bytes[end])) {
            length = next_character(bytes + end, size - end, &width);
            if (has_text && (is_wide ? width > 0 : width == 2 && (unsigned char)bytes[end] >= 0x80))
                break;
            is_wide = width == 2 && (unsigned char)bytes[end] >= 0x80;
            has_text = true;
        }
        columns += width;
        end += length;
    }
    *out_columns = columns;
    return end;
}

/* Writes a piece; what is longer than a line is broken where the line ends. */
static bool
put_piece(wrapping *work, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        unsigned width;
        size_t   length;
        if (is_mark(bytes[i])) {
            work->in_mark = bytes[i++] == CLI_MARK_START;
            mark(work, work->in_mark);
            continue;
        }
        length = next_character(bytes + i, size - i, &width);
        if (width > 0 && work->column + width > work->wrap->width &&
            work->column > work->wrap->indent && !break_line(work))
            return false;
        cli_escape(work->out, bytes + i, length, CLI_ESCAPE_LINE);
        work->column += width;
        i += length;
    }
    return true;
}

void
cli_wrap_words(cli_text *out, const char *words, size_t size, const cli_wrap *wrap)
{
    wrapping work = {.out = out, .wrap = wrap, .column = wrap->indent, .line = 1};
    bool     first = true, blank = false;

    for (size_t i = 0; i < size;) {
        unsigned columns;
        size_t   length;
        if (words[i] == ' ' || words[i] == '\n') {
            blank = true;
            i++;
            continue;
        }
        length = next_piece(&work, words + i, size - i, &columns);
        blank = blank && !first;
        if (!first && work.column + blank + columns > wrap->width) {
            if (!break_line(&work))
                break;
        } else if (blank) {
            cli_text_put(out, " ");
            work.column++;
        }
        if (!put_piece(&work, words + i, length))
            break;
        first = blank = false;
        i += length;
    }
    if (work.in_mark)
        mark(&work, false);
}
