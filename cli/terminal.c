#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool
cli_is_terminal(int descriptor)
{
    return isatty(descriptor) == 1;
}

unsigned
cli_terminal_width(void)
{
    struct winsize size;
    const char    *columns = getenv("COLUMNS");
    long           said = columns == NULL ? 0 : strtol(columns, NULL, 10);

    if (said >= 20 && said <= 10000)
        return (unsigned)said;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 80;
}

bool
cli_use_color(cli_color wanted)
{
    const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");

    if (wanted != CLI_COLOR_AUTO)
        return wanted == CLI_COLOR_ALWAYS;
    return cli_is_terminal(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
           kind != NULL && strcmp(kind, "dumb") != 0;
}

size_t
cli_decode(const char *bytes, size_t size, uint32_t *out_character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char  *at = (const unsigned char *)bytes;
    uint32_t              character;
    size_t                length;

    if (size == 0)
        return 0;
    character = at[0];
    if (character < 0x80) {
        *out_character = character;
        return 1;
    }
    length = character >= 0xf0 ? 4 : character >= 0xe0 ? 3 : 2;
    if (character < 0xc2 || character > 0xf4 || size < length)
        return 0;
    character &= 0x7fu >> length;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        character = character << 6 | (at[i] & 0x3f);
    }
    if (character < least[length] || character > 0x10ffff ||
        (character >= 0xd800 && character <= 0xdfff))
        return 0;
    *out_character = character;
    return length;
}

typedef struct range {
    uint32_t first, last;
} range;

static bool
is_in(uint32_t character, const range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

/* The blocks of combining marks and of wide characters as a whole: near enough to break lines. */
unsigned
cli_character_width(uint32_t character)
{
    static const range none[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
        {0x093c, 0x093c}, {0x0941, 0x0948}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
        {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x20d0, 0x20f0}, {0x2060, 0x2060},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
    static const range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
                                 {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
                                 {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                                 {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                                 {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

    if (character < 0x300)
        return 1;
    if (is_in(character, none, sizeof none / sizeof none[0]))
        return 0;
    return is_in(character, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

/* Characters that change the order or the place of others on a screen. */
static bool
reorders(uint32_t character)
{
    return (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0x200e ||
           character == 0x200f || character == 0x2028 || character == 0x2029;
}

void
cli_escape(cli_text *out, const char *bytes, size_t size, cli_escape_mode mode)
{
    size_t plain = 0; /* where bytes not yet copied begin */

    for (size_t i = 0; i < size;) {
        unsigned char byte = (unsigned char)bytes[i];
        uint32_t      character = byte;
        size_t        length = 1;
        bool          valid = true;

        if (byte >= 0x80) {
            length = cli_decode(bytes + i, size - i, &character);
            valid = length > 0;
            length = valid ? length : 1;
        }
        if (valid ? ((character >= 0x20 && character < 0x7f) ||
                     (character >= 0xa0 && (mode == CLI_ESCAPE_PIPE || !reorders(character))) ||
                     (mode == CLI_ESCAPE_TEXT && (byte == '\n' || byte == '\t')))
                  : mode == CLI_ESCAPE_PIPE) {
            i += length;
            continue;
        }
        cli_text_add(out, bytes + plain, i - plain);
        if (byte == '\n')
            cli_text_put(out, "\\n");
        else if (byte == '\t')
            cli_text_put(out, "\\t");
        else if (byte == '\r')
            cli_text_put(out, "\\r");
        else if (!valid || byte < 0x80)
            cli_text_format(out, "\\x%02x", byte);
        else
            cli_text_format(out, "\\u{%04x}", character);
        i += length;
        plain = i;
    }
    cli_text_add(out, bytes + plain, size - plain);
}

/* --- breaking lines --- */

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

static void
break_line(wrapping *work)
{
    if (work->in_mark)
        mark(work, false);
    cli_text_format(work->out, "\n%*s", (int)work->wrap->indent, "");
    work->column = work->wrap->indent;
    work->line++;
    if (work->in_mark)
        mark(work, true);
}

static unsigned
columns_of(const char *word, size_t size, unsigned mark_width)
{
    unsigned columns = 0;

    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t   length = cli_decode(word + i, size - i, &character);
        if (word[i] == CLI_MARK_START || word[i] == CLI_MARK_END)
            columns += mark_width;
        else
            columns += length == 0 ? 4 : cli_character_width(character);
        i += length == 0 ? 1 : length;
    }
    return columns;
}

static void
add_word(wrapping *work, const char *word, size_t size)
{
    size_t plain = 0;

    for (size_t i = 0; i <= size; i++) {
        if (i < size && word[i] != CLI_MARK_START && word[i] != CLI_MARK_END)
            continue;
        cli_escape(work->out, word + plain, i - plain, CLI_ESCAPE_LINE);
        work->column += columns_of(word + plain, i - plain, 0);
        if (i < size) {
            work->in_mark = word[i] == CLI_MARK_START;
            mark(work, work->in_mark);
        }
        plain = i + 1;
    }
}

void
cli_wrap_words(cli_text *out, const char *words, size_t size, const cli_wrap *wrap)
{
    wrapping work = {.out = out, .wrap = wrap, .column = wrap->indent, .line = 1};
    bool     first = true;

    for (size_t i = 0; i < size;) {
        size_t   end = i;
        unsigned columns;
        while (end < size && words[end] != ' ' && words[end] != '\n')
            end++;
        if (end == i) {
            i++;
            continue;
        }
        columns = columns_of(words + i, end - i, wrap->mark_width);
        if (!first && work.column + 1 + columns > wrap->width) {
            if (wrap->lines > 0 && work.line == wrap->lines) {
                cli_text_put(out, " …");
                break;
            }
            break_line(&work);
        } else if (!first) {
            cli_text_put(out, " ");
            work.column++;
        }
        add_word(&work, words + i, end - i);
        first = false;
        i = end;
    }
    if (work.in_mark)
        mark(&work, false);
}

/* --- progress --- */

static bool progress_is_shown;

void
cli_progress_show(const char *line)
{
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    progress_is_shown = true;
}

void
cli_progress_clear(void)
{
    if (!progress_is_shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress_is_shown = false;
}
