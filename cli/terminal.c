#include "terminal.h"

#include <releasesearch/common.h>
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

/* Characters that change the order or the place of others on a screen. */
static bool
reorders(uint32_t character)
{
    return (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0x200e ||
           character == 0x200f || character == 0x2028 || character == 0x2029;
}

bool
cli_is_plain(uint32_t character)
{
    return (character >= 0x20 && character < 0x7f) || (character >= 0xa0 && !reorders(character));
}

unsigned
cli_character_width(uint32_t character)
{
    return rls_character_width(character);
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
