/* Front matter between `+++`, in TOML: tables and dotted keys give dotted names, arrays give
 * values, inline tables are kept as written. What is not understood costs its line and gives one
 * note. */
#include "document/escapes.h"
#include "document/front_matter.h"
#include "document/lines.h"

#include <inttypes.h>

enum {
    MAX_PARTS = 32,
    MAX_LOST_ARRAYS = 16
};

typedef struct toml_reader {
    rls_field_writer *writer;
    rls_bytes         text;
    size_t            at;
    uint64_t          line;
    bool              in_list;     /* the table is one of an array of tables */
    int               lost_arrays; /* never closed: each costs a look at all that follows */
} toml_reader;

static bool
at_end(const toml_reader *reader)
{
    return reader->at >= reader->text.size;
}

static uint8_t
here(const toml_reader *reader)
{
    return at_end(reader) ? 0 : reader->text.data[reader->at];
}

static bool
starts(const toml_reader *reader, const char *with)
{
    size_t size = strlen(with);

    return reader->text.size - reader->at >= size &&
           memcmp(reader->text.data + reader->at, with, size) == 0;
}

static void
skip_blanks(toml_reader *reader)
{
    while (!at_end(reader) && rls_is_blank(here(reader)))
        reader->at++;
}

/* To the next line, whatever is left of this one. */
static void
skip_line(toml_reader *reader)
{
    reader->at = rls_line_end(reader->text, reader->at);
    if (!at_end(reader)) {
        reader->at++;
        reader->line++;
    }
}

/* White space, line ends and comments, as between the elements of an array. */
static void
skip_space(toml_reader *reader)
{
    for (;;) {
        skip_blanks(reader);
        if (here(reader) == '#' || here(reader) == '\n') {
            if (here(reader) == '#')
                reader->at = rls_line_end(reader->text, reader->at);
            if (at_end(reader))
                return;
            reader->at++;
            reader->line++;
        } else {
            return;
        }
    }
}

/* A string in one to three quotes, at its first; false when it does not end. */
static bool
read_string(toml_reader *reader, rls_bytes *out)
{
    uint8_t  quote = here(reader);
    bool     triple = starts(reader, quote == '"' ? "\"\"\"" : "'''");
    size_t   from = reader->at + (triple ? 3 : 1), at = from;
    uint64_t bad = 0, lines = 0;

    if (triple && at < reader->text.size && reader->text.data[at] == '\n')
        from++;
    for (;; at++) {
        uint8_t byte;

        if (at >= reader->text.size)
            return false;
        byte = reader->text.data[at];
        if (byte == '\n') {
            if (!triple)
                return false;
            lines++;
        } else if (byte == '\\' && quote == '"') {
            at++;
        } else if (byte == quote) {
            if (!triple)
                break;
            if (reader->text.size - at >= 3 && reader->text.data[at + 1] == quote &&
                reader->text.data[at + 2] == quote)
                break;
        }
    }
    *out = rls_bytes_of(reader->text.data + from, at > from ? at - from : 0);
    reader->at = at + (triple ? 3 : 1);
    reader->line += lines;
    if (quote == '"' &&
        !rls_unescape(reader->writer->document->arena, *out, RLS_ESCAPES_YAML, out, &bad))
        reader->writer->no_memory = true;
    return true;
}

/* A dotted key up to `end`, pushed on the name. */
static bool
read_key(toml_reader *reader, uint8_t end)
{
    for (int parts = 0; parts < MAX_PARTS; parts++) {
        rls_bytes part;

        skip_blanks(reader);
        if (here(reader) == '"' || here(reader) == '\'') {
            if (!read_string(reader, &part))
                return false;
        } else {
            size_t from = reader->at;

            while (!at_end(reader) && (rls_is_word_byte(here(reader)) || here(reader) >= 0x80))
                reader->at++;
            part = rls_bytes_of(reader->text.data + from, reader->at - from);
            if (part.size == 0)
                return false;
        }
        rls_field_writer_push(reader->writer, part);
        skip_blanks(reader);
        if (here(reader) == end && !at_end(reader)) {
            reader->at++;
            return true;
        }
        if (here(reader) != '.')
            return false;
        reader->at++;
    }
    return false;
}

/* An inline table as it is written, with its braces; strings in it are not looked into. */
static bool
read_inline_table(toml_reader *reader, rls_bytes *out)
{
    size_t from = reader->at, depth = 0;

    for (; !at_end(reader) && here(reader) != '\n'; reader->at++) {
        if (here(reader) == '{')
            depth++;
        else if (here(reader) == '}' && --depth == 0) {
            reader->at++;
            *out = rls_bytes_of(reader->text.data + from, reader->at - from);
            return true;
        }
    }
    return false;
}

/* A value that is no array, into the open field. */
static bool
read_scalar(toml_reader *reader)
{
    rls_bytes text;
    size_t    from = reader->at;

    if (here(reader) == '"' || here(reader) == '\'') {
        if (!read_string(reader, &text))
            return false;
        rls_field_writer_add(reader->writer, text, false);
        return true;
    }
    if (here(reader) == '{') {
        if (!read_inline_table(reader, &text))
            return false;
        rls_field_writer_add(reader->writer, text, false);
        return true;
    }
    while (!at_end(reader) && strchr(",]#\n", here(reader)) == NULL)
        reader->at++;
    text = rls_trim(rls_bytes_of(reader->text.data + from, reader->at - from));
    if (text.size == 0)
        return false;
    rls_field_writer_add(reader->writer, text, true);
    return true;
}

/* Whether the array at its bracket is ever closed. */
static bool
array_ends(const toml_reader *reader)
{
    size_t depth = 0;

    for (size_t at = reader->at; at < reader->text.size; at++) {
        uint8_t byte = reader->text.data[at];

        if (byte == '[') {
            depth++;
        } else if (byte == ']') {
            if (--depth == 0)
                return true;
        } else if (byte == '"' || byte == '\'') {
            /* Strings of one line; those of several are not looked for brackets. */
            size_t end = rls_line_end(reader->text, at);
            size_t close = at + 1;

            while (close < end && reader->text.data[close] != byte)
                close += reader->text.data[close] == '\\' && byte == '"' ? 2 : 1;
            at = close < end ? close : at;
        } else if (byte == '#') {
            at = rls_line_end(reader->text, at);
        }
    }
    return false;
}

/* An array, at its bracket; arrays in it are taken as part of it. */
static bool
read_array(toml_reader *reader)
{
    size_t depth = 0;

    if (reader->lost_arrays == MAX_LOST_ARRAYS)
        return false;
    if (!array_ends(reader)) {
        reader->lost_arrays++;
        return false;
    }
    do {
        skip_space(reader);
        if (at_end(reader))
            return false;
        if (here(reader) == '[') {
            depth++;
            reader->at++;
        } else if (here(reader) == ']') {
            depth--;
            reader->at++;
        } else if (here(reader) == ',') {
            reader->at++;
        } else if (!read_scalar(reader)) {
            return false;
        }
    } while (depth > 0);
    return true;
}

static bool
read_table_head(toml_reader *reader)
{
    rls_field_writer *writer = reader->writer;

    reader->in_list = starts(reader, "[[");
    reader->at += reader->in_list ? 2 : 1;
    rls_field_writer_pop(writer, 0);
    if (!read_key(reader, ']'))
        return false;
    if (reader->in_list) {
        if (here(reader) != ']')
            return false;
        reader->at++;
    }
    return true;
}

static bool
read_pair(toml_reader *reader)
{
    rls_field_writer *writer = reader->writer;
    size_t            name_size = writer->name_size;
    bool              ok = read_key(reader, '=');

    if (ok) {
        skip_blanks(reader);
        rls_field_writer_open(writer, here(reader) == '[', reader->in_list, reader->line);
        ok = here(reader) == '[' ? read_array(reader) : read_scalar(reader);
    }
    rls_field_writer_pop(writer, name_size);
    return ok;
}

void
rls_front_matter_toml(rls_field_writer *writer, rls_bytes block, uint32_t line)
{
    toml_reader reader = {.writer = writer, .text = block, .line = line};
    uint64_t    lost_line = 0, lost_count = 0;

    for (;;) {
        uint64_t number;
        size_t   from;
        bool     ok;

        skip_space(&reader);
        if (at_end(&reader) || writer->no_memory)
            break;
        number = reader.line;
        from = reader.at;
        ok = here(&reader) == '[' ? read_table_head(&reader) : read_pair(&reader);
        skip_blanks(&reader);
        ok = ok && (at_end(&reader) || here(&reader) == '\n' || here(&reader) == '#');
        if (!ok) {
            lost_line = lost_line == 0 ? number : lost_line;
            lost_count++;
            reader.at = from;
            reader.line = number;
        }
        skip_line(&reader);
    }
    if (lost_count > 0)
        rls_document_note(writer->document,
                          "line %" PRIu64 ": TOML that is not understood (%" PRIu64 " lines)",
                          lost_line, lost_count);
    rls_field_writer_pop(writer, 0);
}
