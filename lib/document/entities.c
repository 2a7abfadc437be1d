#include "document/entities.h"

#include "document/utf8.h"

typedef struct entity {
    char     name[8];
    uint32_t code_point;
} entity;

/* The names of HTML 4 that occur in prose, and the vowels with macrons; in the order of strcmp. */
static const entity entities[] = {
    {"AElig", 0xC6},    {"Aacute", 0xC1},   {"Acirc", 0xC2},    {"Agrave", 0xC0},
    {"Amacr", 0x100},   {"Aring", 0xC5},    {"Atilde", 0xC3},   {"Auml", 0xC4},
    {"Ccedil", 0xC7},   {"Dagger", 0x2021}, {"ETH", 0xD0},      {"Eacute", 0xC9},
    {"Ecirc", 0xCA},    {"Egrave", 0xC8},   {"Emacr", 0x112},   {"Euml", 0xCB},
    {"Iacute", 0xCD},   {"Icirc", 0xCE},    {"Igrave", 0xCC},   {"Imacr", 0x12A},
    {"Iuml", 0xCF},     {"Ntilde", 0xD1},   {"OElig", 0x152},   {"Oacute", 0xD3},
    {"Ocirc", 0xD4},    {"Ograve", 0xD2},   {"Omacr", 0x14C},   {"Oslash", 0xD8},
    {"Otilde", 0xD5},   {"Ouml", 0xD6},     {"Prime", 0x2033},  {"Scaron", 0x160},
    {"THORN", 0xDE},    {"Uacute", 0xDA},   {"Ucirc", 0xDB},    {"Ugrave", 0xD9},
    {"Umacr", 0x16A},   {"Uuml", 0xDC},     {"Yacute", 0xDD},   {"Yuml", 0x178},
    {"aacute", 0xE1},   {"acirc", 0xE2},    {"acute", 0xB4},    {"aelig", 0xE6},
    {"agrave", 0xE0},   {"amacr", 0x101},   {"amp", 0x26},      {"apos", 0x27},
    {"aring", 0xE5},    {"atilde", 0xE3},   {"auml", 0xE4},     {"bdquo", 0x201E},
    {"brvbar", 0xA6},   {"bull", 0x2022},   {"ccedil", 0xE7},   {"cedil", 0xB8},
    {"cent", 0xA2},     {"circ", 0x2C6},    {"copy", 0xA9},     {"curren", 0xA4},
    {"dagger", 0x2020}, {"darr", 0x2193},   {"deg", 0xB0},      {"divide", 0xF7},
    {"eacute", 0xE9},   {"ecirc", 0xEA},    {"egrave", 0xE8},   {"emacr", 0x113},
    {"emsp", 0x2003},   {"ensp", 0x2002},   {"eth", 0xF0},      {"euml", 0xEB},
    {"euro", 0x20AC},   {"frac12", 0xBD},   {"frac14", 0xBC},   {"frac34", 0xBE},
    {"ge", 0x2265},     {"gt", 0x3E},       {"hellip", 0x2026}, {"iacute", 0xED},
    {"icirc", 0xEE},    {"iexcl", 0xA1},    {"igrave", 0xEC},   {"imacr", 0x12B},
    {"iquest", 0xBF},   {"iuml", 0xEF},     {"laquo", 0xAB},    {"larr", 0x2190},
    {"ldquo", 0x201C},  {"le", 0x2264},     {"lrm", 0x200E},    {"lsaquo", 0x2039},
    {"lsquo", 0x2018},  {"lt", 0x3C},       {"macr", 0xAF},     {"mdash", 0x2014},
    {"micro", 0xB5},    {"middot", 0xB7},   {"minus", 0x2212},  {"nbsp", 0xA0},
    {"ndash", 0x2013},  {"ne", 0x2260},     {"not", 0xAC},      {"ntilde", 0xF1},
    {"oacute", 0xF3},   {"ocirc", 0xF4},    {"oelig", 0x153},   {"ograve", 0xF2},
    {"omacr", 0x14D},   {"ordf", 0xAA},     {"ordm", 0xBA},     {"oslash", 0xF8},
    {"otilde", 0xF5},   {"ouml", 0xF6},     {"para", 0xB6},     {"permil", 0x2030},
    {"plusmn", 0xB1},   {"pound", 0xA3},    {"prime", 0x2032},  {"quot", 0x22},
    {"raquo", 0xBB},    {"rarr", 0x2192},   {"rdquo", 0x201D},  {"reg", 0xAE},
    {"rlm", 0x200F},    {"rsaquo", 0x203A}, {"rsquo", 0x2019},  {"sbquo", 0x201A},
    {"scaron", 0x161},  {"sect", 0xA7},     {"shy", 0xAD},      {"sup1", 0xB9},
    {"sup2", 0xB2},     {"sup3", 0xB3},     {"szlig", 0xDF},    {"thinsp", 0x2009},
    {"thorn", 0xFE},    {"tilde", 0x2DC},   {"times", 0xD7},    {"trade", 0x2122},
    {"uacute", 0xFA},   {"uarr", 0x2191},   {"ucirc", 0xFB},    {"ugrave", 0xF9},
    {"umacr", 0x16B},   {"uml", 0xA8},      {"uuml", 0xFC},     {"yacute", 0xFD},
    {"yen", 0xA5},      {"yuml", 0xFF},     {"zwj", 0x200D},    {"zwnj", 0x200C},
};

enum {
    ENTITY_COUNT = sizeof entities / sizeof *entities,
    MAX_NAME = 7,
    MAX_DIGITS = 7
};

static bool
is_name_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

static uint32_t
read_name(rls_bytes text, size_t *out_size)
{
    size_t size = 1, low = 0, high = ENTITY_COUNT;
    char   name[MAX_NAME + 1] = {0};

    while (size < text.size && size <= MAX_NAME && is_name_byte(text.data[size])) {
        name[size - 1] = (char)text.data[size];
        size++;
    }
    if (size >= text.size || text.data[size] != ';')
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order = strcmp(name, entities[middle].name);

        if (order == 0) {
            *out_size = size + 1;
            return entities[middle].code_point;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static uint32_t
read_number(rls_bytes text, size_t *out_size)
{
    size_t   at = 2, first;
    uint32_t number = 0, base = 10;

    if (at < text.size && (text.data[at] | 32) == 'x') {
        base = 16;
        at++;
    }
    first = at;
    while (at < text.size && at - first < MAX_DIGITS) {
        uint32_t digit = text.data[at] >= '0' && text.data[at] <= '9'
                             ? text.data[at] - (uint32_t)'0'
                         : (text.data[at] | 32) >= 'a' && (text.data[at] | 32) <= 'f'
                             ? (text.data[at] | 32) - (uint32_t)'a' + 10
                             : 99;
        if (digit >= base)
            break;
        number = number * base + digit;
        at++;
    }
    if (at == first || at >= text.size || text.data[at] != ';')
        return 0;
    if (number < 0x20 || (number >= 0x7F && number < 0xA0) || number > 0x10FFFF ||
        (number >= 0xD800 && number < 0xE000))
        return 0;
    *out_size = at + 1;
    return number;
}

uint32_t
rls_entity_read(rls_bytes text, size_t *out_size)
{
    if (text.size < 4)
        return 0;
    return text.data[1] == '#' ? read_number(text, out_size) : read_name(text, out_size);
}

bool
rls_entities_decode(rls_arena *arena, rls_bytes text, rls_bytes *out_text)
{
    const uint8_t *first = text.size == 0 ? NULL : memchr(text.data, '&', text.size);
    uint8_t       *copy;
    size_t         at, put;

    *out_text = text;
    if (first == NULL || memchr(first, ';', text.size - (size_t)(first - text.data)) == NULL)
        return true;
    copy = rls_arena_alloc(arena, text.size);
    if (copy == NULL)
        return false;

    at = put = (size_t)(first - text.data);
    memcpy(copy, text.data, at);
    while (at < text.size) {
        size_t   size;
        uint32_t code_point = 0;

        if (text.data[at] == '&')
            code_point = rls_entity_read(rls_bytes_of(text.data + at, text.size - at), &size);
        if (code_point == 0) {
            copy[put++] = text.data[at++];
        } else {
            /* Never longer than the reference, which has four bytes at least. */
            put += rls_utf8_put(copy + put, code_point);
            at += size;
        }
    }
    *out_text = rls_bytes_of(copy, put);
    return true;
}
