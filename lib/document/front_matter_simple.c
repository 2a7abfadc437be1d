/* The fast reader: one pass over lines of the plainest kind, which is nearly all front matter there
 * is. It declines at the first byte whose meaning to YAML depends on more than its line, so that
 * libyaml stays the authority: tests hold the two against each other. */
#include "document/escapes.h"
#include "document/front_matter.h"
#include "document/lines.h"

enum {
    MAX_ENTRIES = 160,
    MAX_KEY = 120
};

typedef struct entry {
    rls_bytes text;
    enum {
        KEY,
        ITEM,
        VALUE
    } what;
    enum {
        PLAIN,
        SINGLE,
        DOUBLE
    } style;
    uint32_t line;
} entry;

typedef struct simple_reader {
    rls_bytes block;
    size_t    at;
    uint32_t  line;
    entry     entries[MAX_ENTRIES];
    uint32_t  count;
    bool      list_may_follow; /* the last key had no value */
    size_t    list_indent;     /* of the items so far; SIZE_MAX: none yet */
} simple_reader;

/* Control bytes, and characters that YAML takes for line breaks or refuses: U+0080 to U+009F,
 * U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF. Whether the byte at `at` starts one. */
static bool
is_odd(const uint8_t *at, const uint8_t *end)
{
    if (*at < 0x20 || *at == 0x7F)
        return true;
    if (*at == 0xC2)
        return end - at < 2 || at[1] < 0xA0;
    if (*at == 0xE2)
        return end - at < 3 || (at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9));
    if (*at == 0xEF)
        return end - at < 3 || (at[1] == 0xBB && at[2] == 0xBF) || (at[1] == 0xBF && at[2] > 0xBD);
    return false;
}

/* May stand anywhere in a plain scalar; of all others, a closer look is needed. */
static bool
is_calm(uint8_t byte)
{
    return (byte > '#' && byte != ':' && byte != 0x7F && byte != 0xC2 && byte != 0xE2 &&
            byte != 0xEF) ||
           (byte >= ' ' && byte < '#');
}

/* A plain scalar from `at` to the end of its line. */
static bool
read_plain(const uint8_t *at, const uint8_t *end, rls_bytes *out)
{
    const uint8_t *from = at;
    uint8_t        first = *at;

    if (!rls_is_word_byte(first) && first < 0x80 && strchr("(/$.+", first) == NULL)
        return false;
    if (first == '-')
        return false;
    for (; at < end; at++) {
        if (is_calm(*at))
            continue;
        if (*at == ':') {
            if (at + 1 == end || at[1] == ' ')
                return false;
        } else if (*at == '#') {
            if (at[-1] == ' ')
                return false;
        } else if (is_odd(at, end)) {
            return false;
        }
    }
    while (end[-1] == ' ')
        end--;
    *out = rls_bytes_of(from, (size_t)(end - from));
    return true;
}

/* A quoted scalar that ends its line. */
static bool
read_quoted(const uint8_t *at, const uint8_t *end, rls_bytes *out)
{
    uint8_t        quote = *at++;
    const uint8_t *from = at;

    for (; at < end; at++) {
        if (*at == quote) {
            if (quote == '"' || at + 1 == end || at[1] != '\'')
                break;
            at++;
        } else if (*at == '\\' && quote == '"') {
            if (end - at < 2)
                return false;
            if (at[1] == 'u') {
                /* Surrogates and controls are left to libyaml, as is everything rare. */
                if (end - at < 6 || at[2] == 'd' || at[2] == 'D')
                    return false;
                for (int i = 2; i < 6; i++) {
                    if (!((at[i] >= '0' && at[i] <= '9') ||
                          ((at[i] | 32) >= 'a' && (at[i] | 32) <= 'f')))
                        return false;
                }
                at += 5;
            } else if (strchr("\"\\/", at[1]) != NULL && at[1] != 0) {
                at++;
            } else {
                return false;
            }
        } else if (is_odd(at, end)) {
            return false;
        }
    }
    if (at >= end)
        return false;
    *out = rls_bytes_of(from, (size_t)(at - from));
    for (at++; at < end; at++) {
        if (*at != ' ')
            return false;
    }
    return true;
}

static bool
add_entry(simple_reader *reader, int what, int style, rls_bytes text)
{
    if (reader->count == MAX_ENTRIES)
        return false;
    reader->entries[reader->count++] =
        (entry){.text = text, .what = what, .style = style, .line = reader->line};
    return true;
}

/* A value from `at`, which is no space, to the end of its line. */
static bool
read_value(simple_reader *reader, const uint8_t *at, const uint8_t *end, int what)
{
    int       style = *at == '"' ? DOUBLE : *at == '\'' ? SINGLE : PLAIN;
    rls_bytes text;

    if (style == PLAIN ? !read_plain(at, end, &text) : !read_quoted(at, end, &text))
        return false;
    return add_entry(reader, what, style, text);
}

static bool
read_item(simple_reader *reader, const uint8_t *line, const uint8_t *at, const uint8_t *end)
{
    size_t indent = (size_t)(at - line);

    if (!reader->list_may_follow)
        return false;
    if (reader->list_indent == SIZE_MAX)
        reader->list_indent = indent;
    if (reader->list_indent != indent)
        return false;
    at++;
    if (at == end || *at != ' ')
        return false;
    while (at < end && *at == ' ')
        at++;
    return at < end && read_value(reader, at, end, ITEM);
}

static bool
read_key(simple_reader *reader, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *from = at;

    if (!rls_is_word_byte(*at) || *at == '-')
        return false;
    while (at < end && rls_is_word_byte(*at))
        at++;
    if (at == end || *at != ':' || at - from > MAX_KEY ||
        !add_entry(reader, KEY, PLAIN, rls_bytes_of(from, (size_t)(at - from))))
        return false;
    at++;
    reader->list_may_follow = false;
    reader->list_indent = SIZE_MAX;
    if (at < end && *at != ' ')
        return false;
    while (at < end && *at == ' ')
        at++;
    if (at == end) {
        reader->list_may_follow = true;
        return true;
    }
    return read_value(reader, at, end, VALUE);
}

static bool
read_line(simple_reader *reader, const uint8_t *line, const uint8_t *end)
{
    const uint8_t *at = line;

    while (at < end && *at == ' ')
        at++;
    if (at == end)
        return true;
    if (*at == '-')
        return read_item(reader, line, at, end);
    if (at > line)
        return false;
    if (*at == '#') {
        for (; at < end; at++) {
            if (is_odd(at, end))
                return false;
        }
        return true;
    }
    return read_key(reader, at, end);
}

/* '' → ' */
static bool
unquote_single(rls_arena *arena, rls_bytes text, rls_bytes *out)
{
    uint8_t *copy;
    size_t   put = 0;

    *out = text;
    if (text.size == 0 || memchr(text.data, '\'', text.size) == NULL)
        return true;
    copy = rls_arena_alloc(arena, text.size);
    if (copy == NULL)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        copy[put++] = text.data[i];
        i += text.data[i] == '\'';
    }
    *out = rls_bytes_of(copy, put);
    return true;
}

static void
write_entries(const simple_reader *reader, rls_field_writer *writer)
{
    rls_arena *arena = writer->document->arena;

    for (uint32_t i = 0; i < reader->count && !writer->no_memory; i++) {
        const entry *next = &reader->entries[i];
        rls_bytes    text = next->text;
        uint64_t     bad = 0;

        if (next->what == KEY) {
            bool list = i + 1 < reader->count && reader->entries[i + 1].what == ITEM;

            rls_field_writer_pop(writer, 0);
            rls_field_writer_push(writer, text);
            rls_field_writer_open(writer, list, false, next->line);
            continue;
        }
        if ((next->style == DOUBLE && !rls_unescape(arena, text, RLS_ESCAPES_YAML, &text, &bad)) ||
            (next->style == SINGLE && !unquote_single(arena, text, &text))) {
            writer->no_memory = true;
            return;
        }
        rls_field_writer_add(writer, text, next->style == PLAIN);
    }
    rls_field_writer_pop(writer, 0);
}

bool
rls_front_matter_simple(rls_field_writer *writer, rls_bytes block, uint32_t line)
{
    simple_reader reader;

    reader.block = block;
    reader.at = 0;
    reader.line = line;
    reader.count = 0;
    reader.list_may_follow = false;
    reader.list_indent = SIZE_MAX;
    while (reader.at < block.size) {
        size_t end = rls_line_end(block, reader.at), next = end + 1;

        if (end > reader.at && block.data[end - 1] == '\r' && end < block.size)
            end--;
        if (!read_line(&reader, block.data + reader.at, block.data + end))
            return false;
        reader.at = next;
        reader.line++;
    }
    write_entries(&reader, writer);
    return true;
}
