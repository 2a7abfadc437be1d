#include "live_line.h"

#include <string.h>

#include "terminal.h"

enum {
    /* Any query is answered, but nobody types more than this. */
    SIZE_LIMIT = 65536,
    /* Bytes that a word needs before its end is guessed. */
    UNFINISHED_SIZE = 2
};

static bool
is_word_byte(char byte)
{
    unsigned char value = (unsigned char)byte;

    return value >= 0x80 || (value >= '0' && value <= '9') ||
           ((value | 0x20) >= 'a' && (value | 0x20) <= 'z');
}

/* Where the character after `at` begins, with the marks that combine with it. */
static size_t
next(const cli_live_line *line, size_t at)
{
    size_t size = 0;

    if (at >= line->text.size)
        return line->text.size;
    cli_screen_character(line->text.data + at, line->text.size - at, &size);
    at += size;
    while (at < line->text.size &&
           cli_screen_character(line->text.data + at, line->text.size - at, &size) == 0)
        at += size;
    return at;
}

static size_t
previous(const cli_live_line *line, size_t at)
{
    size_t size;

    while (at > 0) {
        at--;
        if (((unsigned char)line->text.data[at] & 0xc0) != 0x80 &&
            cli_screen_character(line->text.data + at, line->text.size - at, &size) > 0)
            break;
    }
    return at;
}

static size_t
next_word(const cli_live_line *line, size_t at)
{
    while (at < line->text.size && !is_word_byte(line->text.data[at]))
        at++;
    while (at < line->text.size && is_word_byte(line->text.data[at]))
        at++;
    return at;
}

static size_t
previous_word(const cli_live_line *line, size_t at)
{
    while (at > 0 && !is_word_byte(line->text.data[at - 1]))
        at--;
    while (at > 0 && is_word_byte(line->text.data[at - 1]))
        at--;
    return at;
}

/* Back to a blank, as Ctrl-W does in shells. */
static size_t
previous_blank(const cli_live_line *line, size_t at)
{
    while (at > 0 && line->text.data[at - 1] == ' ')
        at--;
    while (at > 0 && line->text.data[at - 1] != ' ')
        at--;
    return at;
}

static void
insert(cli_live_line *line, const char *bytes, size_t size)
{
    cli_text *text = &line->text;

    line->is_full = text->size + size > SIZE_LIMIT;
    if (line->is_full)
        return;
    cli_text_reserve(text, size);
    memmove(text->data + line->cursor + size, text->data + line->cursor, text->size - line->cursor);
    memcpy(text->data + line->cursor, bytes, size);
    text->size += size;
    text->data[text->size] = '\0';
    line->cursor += size;
    line->changes++;
}

static void
cut(cli_live_line *line, size_t from, size_t to)
{
    cli_text *text = &line->text;

    line->is_full = false;
    if (from >= to)
        return;
    memmove(text->data + from, text->data + to, text->size - to);
    cli_text_cut(text, text->size - (to - from));
    line->cursor = from;
    line->changes++;
}

static void
insert_character(cli_live_line *line, uint32_t character)
{
    cli_text bytes = {0};

    cli_screen_encode(&bytes, character);
    insert(line, bytes.data, bytes.size);
    cli_text_release(&bytes);
}

static bool
control_key(cli_live_line *line, uint32_t letter)
{
    switch (letter) {
    case 'a':
        line->cursor = 0;
        return true;
    case 'e':
        line->cursor = line->text.size;
        return true;
    case 'b':
        line->cursor = previous(line, line->cursor);
        return true;
    case 'f':
        line->cursor = next(line, line->cursor);
        return true;
    case 'u':
        cut(line, 0, line->cursor);
        return true;
    case 'k':
        cut(line, line->cursor, line->text.size);
        return true;
    case 'w':
        cut(line, previous_blank(line, line->cursor), line->cursor);
        return true;
    case 'd':
        cut(line, line->cursor, next(line, line->cursor));
        return true;
    default:
        return false;
    }
}

bool
cli_live_line_key(cli_live_line *line, const cli_key *key)
{
    size_t at = line->cursor;

    switch (key->code) {
    case CLI_KEY_CHARACTER:
        insert_character(line, key->character);
        return true;
    case CLI_KEY_CONTROL:
        return control_key(line, key->character);
    case CLI_KEY_LEFT:
        line->cursor = key->modified ? previous_word(line, at) : previous(line, at);
        return true;
    case CLI_KEY_RIGHT:
        line->cursor = key->modified ? next_word(line, at) : next(line, at);
        return true;
    case CLI_KEY_HOME:
        line->cursor = 0;
        return true;
    case CLI_KEY_END:
        line->cursor = line->text.size;
        return true;
    case CLI_KEY_BACKSPACE:
        cut(line, key->modified ? previous_word(line, at) : previous(line, at), at);
        return true;
    case CLI_KEY_DELETE:
        cut(line, at, key->modified ? next_word(line, at) : next(line, at));
        return true;
    default:
        return false;
    }
}

void
cli_live_line_set(cli_live_line *line, const char *bytes, size_t size)
{
    cut(line, 0, line->text.size);
    insert(line, bytes, size);
}

bool
cli_live_line_is_unfinished(const cli_live_line *line)
{
    size_t   size = line->text.size, word = size;
    unsigned quotes = 0;

    if (line->cursor < size)
        return false;
    for (size_t i = 0; i < size; i++)
        quotes += line->text.data[i] == '"';
    while (word > 0 && is_word_byte(line->text.data[word - 1]))
        word--;
    return quotes % 2 == 0 && size - word >= UNFINISHED_SIZE;
}

/* Columns of the bytes between. */
static unsigned
columns_between(const cli_live_line *line, size_t from, size_t to)
{
    unsigned columns = 0;
    size_t   size;

    for (; from < to; from += size)
        columns += cli_screen_character(line->text.data + from, line->text.size - from, &size);
    return columns;
}

/* Moves the part that is seen so far that the cursor is in it. */
static void
scroll(cli_live_line *line, unsigned width)
{
    size_t   first = line->cursor;
    unsigned columns = 0, wanted = width / 2;

    if (line->first > line->text.size)
        line->first = 0;
    /* Far behind, the columns between need not be counted. */
    if ((line->first < line->cursor || line->first == 0) &&
        line->cursor - line->first <= (size_t)width * 16 &&
        columns_between(line, line->first, line->cursor) < width)
        return;
    while (first > 0 && columns < wanted) {
        size_t before = previous(line, first);
        columns += columns_between(line, before, first);
        first = before;
    }
    line->first = first;
}

void
cli_live_line_draw(cli_live_line *line, cli_pen *pen, const char *hint)
{
    unsigned width = pen->end > pen->column ? pen->end - pen->column : 1;
    unsigned start = pen->column;
    cli_pen  at = *pen;

    cli_text_put(&line->text, "");
    scroll(line, width);
    cli_screen_put(&at, CLI_STYLE_PLAIN, line->text.data + line->first,
                   line->text.size - line->first);
    if (line->cursor == line->text.size)
        cli_screen_put(&at, CLI_STYLE_DIM, hint, strlen(hint));
    pen->screen->cursor_row = pen->row;
    pen->screen->cursor_column = start + columns_between(line, line->first, line->cursor);
    if (pen->screen->cursor_column >= pen->screen->columns)
        pen->screen->cursor_column = pen->screen->columns > 0 ? pen->screen->columns - 1 : 0;
}
