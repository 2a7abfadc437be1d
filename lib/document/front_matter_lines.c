/* The forgiving reader: front matter that YAML refuses, taken line by line by its indentation. A
 * line decides only about itself, so that one bad line costs one field at most. */
#include "document/escapes.h"
#include "document/front_matter.h"
#include "document/lines.h"

#include <inttypes.h>

enum {
    MAX_LEVELS = 64,
    MAX_KEY = 200,
    TAB = 4,
    MAX_JOINED = 1000
};

typedef struct level {
    size_t indent;
    size_t name_size; /* to go back to when the level ends */
    bool   is_item;   /* an item of a list; else a key */
    bool   in_list;
} level;

typedef struct source_line {
    rls_bytes text; /* without indentation and trailing white space */
    size_t    indent;
    size_t    next; /* where the following line starts */
} source_line;

typedef struct line_reader {
    rls_field_writer *writer;
    rls_bytes         block;
    size_t            at;
    uint64_t          line; /* number of the line at `at` */
    level             levels[MAX_LEVELS];
    uint32_t          depth;
    uint64_t          lost_line; /* first that could not be read, and how many */
    uint64_t          lost_count;
} line_reader;

static source_line
look(const line_reader *reader)
{
    size_t      end = rls_line_end(reader->block, reader->at), at = reader->at;
    source_line line = {.next = end < reader->block.size ? end + 1 : end};

    for (; at < end && rls_is_blank(reader->block.data[at]); at++)
        line.indent += reader->block.data[at] == '\t' ? TAB - line.indent % TAB : 1;
    line.text = rls_trim(rls_bytes_of(reader->block.data + at, end - at));
    return line;
}

static void
go_on(line_reader *reader, const source_line *line)
{
    reader->at = line->next;
    reader->line++;
}

static bool
at_end(const line_reader *reader)
{
    return reader->at >= reader->block.size;
}

static bool
is_dash(rls_bytes text)
{
    return text.size > 0 && text.data[0] == '-' && (text.size == 1 || rls_is_blank(text.data[1]));
}

/* Size of the key that starts the line, quotes included, up to its colon; 0 when there is none. */
static size_t
key_size(rls_bytes text)
{
    size_t at = 0;

    if (text.size > 0 && (*text.data == '"' || *text.data == '\'')) {
        const uint8_t *quote = memchr(text.data + 1, *text.data, text.size - 1);

        if (quote == NULL)
            return 0;
        at = (size_t)(quote - text.data) + 1;
        return at < text.size && text.data[at] == ':' ? at : 0;
    }
    if (text.size > 0 && strchr("[]{}#&*!|>%@`,?", *text.data) != NULL)
        return 0;
    for (; at < text.size && at <= MAX_KEY; at++) {
        if (text.data[at] == ':' && (at + 1 == text.size || rls_is_blank(text.data[at + 1])))
            return at;
    }
    return 0;
}

/* In a list, only what is written like the name of a field is a key: `- name: x`. */
static bool
is_field_name(rls_bytes key)
{
    if (key.size == 0 || (key.data[0] >= 'A' && key.data[0] <= 'Z'))
        return false;
    for (size_t i = 0; i < key.size; i++) {
        if (!rls_is_word_byte(key.data[i]))
            return false;
    }
    return true;
}

static rls_bytes
without_quotes(rls_bytes text)
{
    if (text.size >= 2 && (*text.data == '"' || *text.data == '\'') &&
        text.data[text.size - 1] == *text.data)
        return rls_bytes_of(text.data + 1, text.size - 2);
    return text;
}

static rls_bytes
without_comment(rls_bytes text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == '#' && rls_is_blank(text.data[i - 1]))
            return rls_trim(rls_bytes_of(text.data, i));
    }
    return text;
}

static void
pop_level(line_reader *reader)
{
    rls_field_writer_pop(reader->writer, reader->levels[--reader->depth].name_size);
}

static bool
push_level(line_reader *reader, size_t indent, size_t name_size, bool is_item, bool in_list)
{
    if (reader->depth == MAX_LEVELS)
        return false;
    reader->levels[reader->depth++] =
        (level){.indent = indent, .name_size = name_size, .is_item = is_item, .in_list = in_list};
    return true;
}

/* Whether the line after a value goes on with it: deeper than its key, and nothing of its own. */
static bool
continues(const source_line *line, size_t indent)
{
    return line->text.size > 0 && line->indent > indent && !is_dash(line->text) &&
           key_size(line->text) == 0 && *line->text.data != '#';
}

/* `first` and the lines that go on with it, joined by spaces, in arena memory. */
static bool
join_lines(line_reader *reader, rls_bytes first, size_t indent, rls_bytes *out)
{
    rls_arena  *arena = reader->writer->document->arena;
    line_reader ahead = *reader;
    size_t      size = first.size, put = first.size;
    uint8_t    *copy;
    unsigned    count = 0;

    *out = first;
    while (!at_end(&ahead) && count < MAX_JOINED) {
        source_line line = look(&ahead);

        if (!continues(&line, indent))
            break;
        size += 1 + line.text.size;
        count++;
        go_on(&ahead, &line);
    }
    if (count == 0)
        return true;
    copy = rls_arena_alloc(arena, size);
    if (copy == NULL)
        return false;
    memcpy(copy, first.data, first.size);
    while (count-- > 0) {
        source_line line = look(reader);

        copy[put++] = ' ';
        memcpy(copy + put, line.text.data, line.text.size);
        put += line.text.size;
        go_on(reader, &line);
    }
    *out = rls_bytes_of(copy, put);
    return true;
}

/* A block scalar, `|` or `>`, whose first line has been passed: all deeper lines. */
static bool
read_block(line_reader *reader, bool folded, size_t indent, rls_bytes *out)
{
    size_t      size = 0, put = 0, first = SIZE_MAX, end = reader->at;
    uint64_t    line_count = 0;
    uint8_t    *copy;
    line_reader ahead = *reader;

    while (!at_end(&ahead)) {
        source_line line = look(&ahead);

        if (line.text.size > 0) {
            if (line.indent <= indent)
                break;
            if (first == SIZE_MAX)
                first = line.indent;
            end = line.next;
        }
        size += line.text.size + line.indent + 1;
        line_count++;
        go_on(&ahead, &line);
    }
    copy = rls_arena_alloc(reader->writer->document->arena, size + 1);
    if (copy == NULL)
        return false;
    while (reader->at < end) {
        source_line line = look(reader);

        if (put > 0 && (!folded || line.text.size == 0))
            copy[put++] = '\n';
        else if (put > 0 && copy[put - 1] != '\n')
            copy[put++] = ' ';
        if (!folded && line.text.size > 0) {
            for (size_t i = first; i < line.indent; i++)
                copy[put++] = ' ';
        }
        memcpy(copy + put, line.text.data, line.text.size);
        put += line.text.size;
        go_on(reader, &line);
    }
    *out = rls_bytes_of(copy, put);
    return true;
}

/* The closing quote of a quoted scalar; 0 when it has none. */
static size_t
closing_quote(rls_bytes text)
{
    uint8_t quote = *text.data;

    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == '\\' && quote == '"')
            i++;
        else if (text.data[i] == quote && quote == '\'' && i + 1 < text.size &&
                 text.data[i + 1] == quote)
            i++;
        else if (text.data[i] == quote)
            return i;
    }
    return 0;
}

static bool
add_single_quoted(rls_field_writer *writer, rls_bytes text)
{
    uint8_t *copy = rls_arena_alloc(writer->document->arena, text.size + 1);
    size_t   put = 0;

    if (copy == NULL)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        copy[put++] = text.data[i];
        i += text.data[i] == '\'' && i + 1 < text.size && text.data[i + 1] == '\'';
    }
    rls_field_writer_add(writer, rls_bytes_of(copy, put), false);
    return true;
}

/* A value that starts with a quote. What stands behind the closing quote, or the lack of one, shows
 * that the quotes belong to the text. */
static bool
add_quoted(line_reader *reader, rls_bytes value, size_t indent)
{
    rls_field_writer *writer = reader->writer;
    rls_bytes         joined = value, rest;
    line_reader       before = *reader;
    size_t            close = closing_quote(value);
    uint64_t          bad = 0;

    if (close == 0) {
        if (!join_lines(reader, value, indent, &joined))
            return false;
        close = closing_quote(joined);
        if (close == 0) {
            /* Opened and never closed: most likely a slip. */
            *reader = before;
            if (!join_lines(reader, rls_tail(value, 1), indent, &joined))
                return false;
            rls_field_writer_add(writer, joined, false);
            return true;
        }
    }
    rest = rls_trim(rls_tail(joined, close + 1));
    if (rest.size > 0 && *rest.data != '#') {
        rls_field_writer_add(writer, joined, false);
        return true;
    }
    rest = rls_bytes_of(joined.data + 1, close - 1);
    if (*joined.data == '\'')
        return add_single_quoted(writer, rest);
    if (!rls_unescape(writer->document->arena, rest, RLS_ESCAPES_YAML, &rest, &bad))
        return false;
    rls_field_writer_add(writer, rest, false);
    return true;
}

/* `[a, "b, c"]`, already known to end in a bracket. */
static bool
add_flow_list(line_reader *reader, rls_bytes list)
{
    rls_bytes rest = rls_bytes_of(list.data + 1, list.size - 2);

    for (;;) {
        size_t size = 0;

        rest = rls_trim(rest);
        if (rest.size == 0)
            return true;
        if (*rest.data == '"' || *rest.data == '\'')
            size = closing_quote(rest);
        while (size < rest.size && rest.data[size] != ',')
            size++;
        if (*rest.data == '"' || *rest.data == '\'') {
            line_reader alone = *reader;

            alone.at = alone.block.size;
            if (!add_quoted(&alone, rls_trim(rls_bytes_of(rest.data, size)), 0))
                return false;
        } else {
            rls_field_writer_add(reader->writer, rls_trim(rls_bytes_of(rest.data, size)), true);
        }
        rest = rls_tail(rest, size + 1);
    }
}

static bool
is_block_mark(rls_bytes value)
{
    if (*value.data != '|' && *value.data != '>')
        return false;
    value = without_comment(value);
    for (size_t i = 1; i < value.size; i++) {
        if (strchr("+-0123456789", value.data[i]) == NULL)
            return false;
    }
    return true;
}

/* The value of the open field; lines deeper than `indent` may go on with it. */
static bool
add_value(line_reader *reader, rls_bytes value, size_t indent, bool is_item)
{
    rls_bytes text;

    if (is_block_mark(value)) {
        if (!read_block(reader, *value.data == '>', indent, &text))
            return false;
        rls_field_writer_add(reader->writer, text, false);
        return true;
    }
    if (*value.data == '"' || *value.data == '\'')
        return add_quoted(reader, value, indent);
    if (*value.data == '[' && !is_item) {
        if (!join_lines(reader, value, indent, &text))
            return false;
        text = without_comment(text);
        if (text.size >= 2 && text.data[text.size - 1] == ']')
            return add_flow_list(reader, text);
        rls_field_writer_add(reader->writer, text, false);
        return true;
    }
    if (!join_lines(reader, without_comment(value), indent, &text))
        return false;
    rls_field_writer_add(reader->writer, text, true);
    return true;
}

static bool read_key(line_reader *reader, rls_bytes text, size_t indent, size_t size, bool in_list);

static bool
read_item(line_reader *reader, const source_line *line)
{
    rls_field_writer *writer = reader->writer;
    rls_bytes         text = rls_trim(rls_tail(line->text, 1));
    size_t            size, column = line->indent + (size_t)(text.data - line->text.data);
    uint64_t          number = reader->line;

    /* Its owner is the nearest key that is not deeper. */
    while (reader->depth > 0 && (reader->levels[reader->depth - 1].indent > line->indent ||
                                 (reader->levels[reader->depth - 1].indent == line->indent &&
                                  reader->levels[reader->depth - 1].is_item)))
        pop_level(reader);
    go_on(reader, line);
    if (reader->depth == 0) {
        reader->lost_line = reader->lost_line == 0 ? number : reader->lost_line;
        reader->lost_count++;
        return true;
    }
    if (!push_level(reader, line->indent, writer->name_size, true, true) || text.size == 0)
        return true;
    size = key_size(text);
    if (size > 0 && is_field_name(rls_bytes_of(text.data, size)))
        return read_key(reader, text, column, size, true);
    rls_field_writer_open(writer, true, true, number);
    return add_value(reader, text, line->indent, true);
}

/* `text` starts with a key of `size` bytes. The line has been passed. */
static bool
read_key(line_reader *reader, rls_bytes text, size_t indent, size_t size, bool in_list)
{
    rls_field_writer *writer = reader->writer;
    uint64_t          number = reader->line - 1;
    rls_bytes         key = without_quotes(rls_trim(rls_bytes_of(text.data, size)));
    rls_bytes         value = rls_trim(rls_tail(text, size + 1));
    size_t            name_size;

    while (reader->depth > 0 && reader->levels[reader->depth - 1].indent >= indent)
        pop_level(reader);
    if (reader->depth > 0)
        in_list = in_list || reader->levels[reader->depth - 1].in_list;
    name_size = rls_field_writer_push(writer, key);
    if (!push_level(reader, indent, name_size, false, in_list)) {
        rls_field_writer_pop(writer, name_size);
        return true;
    }
    if (value.size > 0 && *value.data == '#')
        value.size = 0;
    if (value.size == 0) {
        /* A list or a map may follow, which name fields of their own; or nothing at all. */
        line_reader ahead = *reader;
        source_line next = {.indent = 0};

        while (!at_end(&ahead) && next.text.size == 0) {
            next = look(&ahead);
            go_on(&ahead, &next);
        }
        if (continues(&next, indent)) {
            go_on(reader, &(source_line){.next = ahead.at});
            reader->line = ahead.line;
            rls_field_writer_open(writer, false, in_list, number);
            return add_value(reader, next.text, indent, false);
        }
        if (next.text.size == 0 || (next.indent <= indent && !is_dash(next.text)))
            rls_field_writer_open(writer, false, in_list, number);
        return true;
    }
    rls_field_writer_open(writer, *value.data == '[', in_list, number);
    return add_value(reader, value, indent, false);
}

static bool
read_line(line_reader *reader)
{
    source_line line = look(reader);
    size_t      size;

    if (line.text.size == 0 || *line.text.data == '#') {
        go_on(reader, &line);
        return true;
    }
    if (is_dash(line.text))
        return read_item(reader, &line);
    size = key_size(line.text);
    if (size > 0) {
        go_on(reader, &line);
        return read_key(reader, line.text, line.indent, size, false);
    }
    reader->lost_line = reader->lost_line == 0 ? reader->line : reader->lost_line;
    reader->lost_count++;
    go_on(reader, &line);
    return true;
}

void
rls_front_matter_lines(rls_field_writer *writer, rls_bytes block, uint32_t line)
{
    line_reader reader = {.writer = writer, .block = block, .line = line};

    while (!at_end(&reader) && !writer->no_memory) {
        if (!read_line(&reader))
            writer->no_memory = true;
    }
    if (reader.lost_count == 1)
        rls_document_note(writer->document,
                          "line %" PRIu64 " of the front matter is not understood",
                          reader.lost_line);
    else if (reader.lost_count > 1)
        rls_document_note(writer->document,
                          "%" PRIu64 " lines of the front matter are not understood, from line "
                          "%" PRIu64,
                          reader.lost_count, reader.lost_line);
    rls_field_writer_pop(writer, 0);
}
