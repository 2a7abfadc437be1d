#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"

enum {
    STATE_GROUND,
    STATE_CHARACTER,    /* inside a character of several bytes */
    STATE_ESCAPE,       /* after ESC */
    STATE_CONTROL,      /* after ESC [ */
    STATE_SINGLE,       /* after ESC O */
    STATE_STRING,       /* after ESC ], P, ^, _ or X: an answer of the terminal, until ST or BEL */
    STATE_STRING_ESCAPE /* after an ESC in it */
};

enum {
    BYTE_ESCAPE = 0x1b,
    BYTE_BELL = 0x07
};

typedef struct hearing {
    cli_keys     *keys;
    cli_key_heard heard;
    void         *context;
} hearing;

static void
tell(const hearing *work, cli_key_code code, uint32_t character, bool modified)
{
    cli_key key = {code, character, modified};

    work->heard(work->context, &key);
}

/* What is pasted is text: line ends and tabs are blanks, other control bytes nothing. */
static void
take_pasted(const hearing *work, unsigned char byte)
{
    bool had_return = work->keys->had_return;

    work->keys->had_return = byte == '\r';
    if (byte == '\n' && had_return)
        return;
    if (byte == '\n' || byte == '\r' || byte == '\t')
        tell(work, CLI_KEY_CHARACTER, ' ', false);
    else if (byte >= 0x20 && byte < 0x7f)
        tell(work, CLI_KEY_CHARACTER, byte, false);
}

static void
take_control_byte(const hearing *work, unsigned char byte)
{
    switch (byte) {
    case '\r':
    case '\n':
        tell(work, CLI_KEY_ENTER, 0, false);
        break;
    case '\t':
        tell(work, CLI_KEY_TAB, 0, false);
        break;
    case 0x08:
    case 0x7f:
        tell(work, CLI_KEY_BACKSPACE, 0, false);
        break;
    default:
        if (byte >= 1 && byte <= 26)
            tell(work, CLI_KEY_CONTROL, 'a' + (uint32_t)byte - 1, false);
        break;
    }
}

static void
begin(cli_keys *keys, int state)
{
    keys->state = state;
    keys->size = 0;
}

static void
take_ground(const hearing *work, unsigned char byte)
{
    cli_keys *keys = work->keys;

    if (byte == BYTE_ESCAPE) {
        begin(keys, STATE_ESCAPE);
    } else if (byte >= 0xc2 && byte <= 0xf4) {
        begin(keys, STATE_CHARACTER);
        keys->bytes[keys->size++] = byte;
    } else if (byte >= 0x80) {
        return;
    } else if (keys->is_pasting) {
        take_pasted(work, byte);
    } else if (byte < 0x20 || byte == 0x7f) {
        take_control_byte(work, byte);
    } else {
        tell(work, CLI_KEY_CHARACTER, byte, false);
    }
}

static void
take_character(const hearing *work, unsigned char byte)
{
    cli_keys *keys = work->keys;
    unsigned  length = keys->bytes[0] >= 0xf0 ? 4 : keys->bytes[0] >= 0xe0 ? 3 : 2;
    uint32_t  character;

    if ((byte & 0xc0) != 0x80) {
        keys->state = STATE_GROUND;
        take_ground(work, byte);
        return;
    }
    keys->bytes[keys->size++] = byte;
    if (keys->size < length)
        return;
    keys->state = STATE_GROUND;
    /* C1 controls are no text. */
    if (cli_decode((const char *)keys->bytes, length, &character) == length && character >= 0xa0)
        tell(work, CLI_KEY_CHARACTER, character, false);
}

static void
take_escape(const hearing *work, unsigned char byte)
{
    cli_keys *keys = work->keys;

    switch (byte) {
    case '[':
        begin(keys, STATE_CONTROL);
        return;
    case 'O':
        begin(keys, STATE_SINGLE);
        return;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        begin(keys, STATE_STRING);
        return;
    case BYTE_ESCAPE:
        if (!keys->is_pasting)
            tell(work, CLI_KEY_ESCAPE, 0, false);
        return;
    default:
        break;
    }
    keys->state = STATE_GROUND;
    if (keys->is_pasting)
        take_ground(work, byte);
    else if (byte == 'b' || byte == 'f') /* Alt: by words, as shells have it */
        tell(work, byte == 'b' ? CLI_KEY_LEFT : CLI_KEY_RIGHT, 0, true);
    else if (byte == 'd')
        tell(work, CLI_KEY_DELETE, 0, true);
    else if (byte == 0x7f || byte == 0x08)
        tell(work, CLI_KEY_BACKSPACE, 0, true);
}

/* The key of the byte that ends ESC [ … or ESC O …; false: none. */
static bool
key_of_final(unsigned char byte, cli_key_code *out_code)
{
    static const struct {
        unsigned char byte;
        cli_key_code  code;
    } finals[] = {{'A', CLI_KEY_UP},   {'B', CLI_KEY_DOWN}, {'C', CLI_KEY_RIGHT},
                  {'D', CLI_KEY_LEFT}, {'H', CLI_KEY_HOME}, {'F', CLI_KEY_END},
                  {'M', CLI_KEY_ENTER}};

    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        if (finals[i].byte == byte) {
            *out_code = finals[i].code;
            return true;
        }
    }
    return false;
}

/* ESC [ number ~ */
static bool
key_of_number(unsigned number, cli_key_code *out_code)
{
    static const struct {
        unsigned     number;
        cli_key_code code;
    } numbers[] = {{1, CLI_KEY_HOME}, {7, CLI_KEY_HOME},    {3, CLI_KEY_DELETE},   {4, CLI_KEY_END},
                   {8, CLI_KEY_END},  {5, CLI_KEY_PAGE_UP}, {6, CLI_KEY_PAGE_DOWN}};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].number == number) {
            *out_code = numbers[i].code;
            return true;
        }
    }
    return false;
}

static void
end_control(const hearing *work, unsigned char final)
{
    cli_keys    *keys = work->keys;
    const char  *text = (const char *)keys->bytes, *semicolon;
    unsigned     number, modifier;
    cli_key_code code;

    keys->bytes[keys->size] = '\0';
    number = (unsigned)strtoul(text, NULL, 10);
    semicolon = strchr(text, ';');
    /* xterm: 1 and the sum of Shift 1, Alt 2, Ctrl 4. */
    modifier = semicolon == NULL ? 1 : (unsigned)strtoul(semicolon + 1, NULL, 10);
    if (final == '~' && number == 200) {
        keys->is_pasting = true;
        keys->had_return = false;
    } else if (final == '~' && number == 201) {
        keys->is_pasting = false;
    } else if (keys->is_pasting) {
        return;
    } else if (final == '~' ? key_of_number(number, &code)
                            : final != 'M' && key_of_final(final, &code)) {
        tell(work, code, 0, modifier > 1);
    }
}

static void
take_control(const hearing *work, unsigned char byte)
{
    cli_keys *keys = work->keys;

    if (byte >= 0x40 && byte <= 0x7e) {
        keys->state = STATE_GROUND;
        end_control(work, byte);
    } else if (byte == BYTE_ESCAPE) {
        begin(keys, STATE_ESCAPE);
    } else if (byte < 0x20 || byte >= 0x7f) {
        keys->state = STATE_GROUND;
        take_ground(work, byte);
    } else if (keys->size + 1 < sizeof keys->bytes) {
        keys->bytes[keys->size++] = byte;
    }
}

static void
take_single(const hearing *work, unsigned char byte)
{
    cli_key_code code;

    work->keys->state = STATE_GROUND;
    if (!work->keys->is_pasting && key_of_final(byte, &code))
        tell(work, code, 0, false);
}

static void
take_string(cli_keys *keys, unsigned char byte)
{
    if (byte == BYTE_BELL || (keys->state == STATE_STRING_ESCAPE && byte == '\\'))
        keys->state = STATE_GROUND;
    else
        keys->state = byte == BYTE_ESCAPE ? STATE_STRING_ESCAPE : STATE_STRING;
}

void
cli_keys_feed(cli_keys *keys, const char *bytes, size_t size, cli_key_heard heard, void *context)
{
    hearing work = {keys, heard, context};

    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        switch (keys->state) {
        case STATE_GROUND:
            take_ground(&work, byte);
            break;
        case STATE_CHARACTER:
            take_character(&work, byte);
            break;
        case STATE_ESCAPE:
            take_escape(&work, byte);
            break;
        case STATE_CONTROL:
            take_control(&work, byte);
            break;
        case STATE_SINGLE:
            take_single(&work, byte);
            break;
        default:
            take_string(keys, byte);
            break;
        }
    }
}

bool
cli_keys_are_pending(const cli_keys *keys)
{
    return keys->state != STATE_GROUND;
}

void
cli_keys_expire(cli_keys *keys, cli_key_heard heard, void *context)
{
    hearing work = {keys, heard, context};
    bool    was_escape = keys->state == STATE_ESCAPE;

    keys->state = STATE_GROUND;
    if (was_escape && !keys->is_pasting)
        tell(&work, CLI_KEY_ESCAPE, 0, false);
}
