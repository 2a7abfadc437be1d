#include "document/json_reader.h"

#include "document/lines.h"

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t highs = UINT64_C(0x8080808080808080);

void
rls_json_reader_init(rls_json_reader *reader, rls_bytes text)
{
    reader->start = reader->at = text.data;
    reader->end = text.data + text.size;
    reader->problem = NULL;
}

uint8_t
rls_json_peek(rls_json_reader *reader)
{
    while (reader->at < reader->end && (rls_is_blank(*reader->at) || *reader->at == '\n'))
        reader->at++;
    return reader->at < reader->end ? *reader->at : 0;
}

/* Bytes of the word that equal `byte`, marked in their highest bits; exact for the lowest mark. */
static uint64_t
equal_bytes(uint64_t word, uint8_t byte)
{
    uint64_t difference = word ^ (ones * byte);
    return (difference - ones) & ~difference & highs;
}

/* The first quote or backslash from `at`, eight bytes at a time. */
static const uint8_t *
find_special(const uint8_t *at, const uint8_t *end)
{
    while (end - at >= 8) {
        uint64_t word;

        memcpy(&word, at, sizeof word);
        if ((equal_bytes(word, '"') | equal_bytes(word, '\\')) != 0)
            break;
        at += 8;
    }
    while (at < end && *at != '"' && *at != '\\')
        at++;
    return at;
}

static bool
read_string(rls_json_reader *reader, rls_json_value *out)
{
    const uint8_t *from = reader->at + 1, *at = from;

    out->kind = RLS_JSON_STRING;
    for (;;) {
        at = find_special(at, reader->end);
        if (reader->end - at < 2 && (at == reader->end || *at == '\\')) {
            reader->problem = "a string does not end";
            return false;
        }
        if (*at == '"')
            break;
        out->has_escapes = true;
        at += 2;
    }
    out->text = rls_bytes_of(from, (size_t)(at - from));
    reader->at = at + 1;
    return true;
}

static bool
equals(rls_bytes text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

static bool
is_digit(rls_bytes text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* -?digits(.digits)?([eE][+-]?digits)?; leading zeros are let pass. */
static bool
is_number(rls_bytes text)
{
    size_t at = text.size > 0 && text.data[0] == '-';

    if (!is_digit(text, at))
        return false;
    while (is_digit(text, at))
        at++;
    if (at < text.size && text.data[at] == '.') {
        if (!is_digit(text, ++at))
            return false;
        while (is_digit(text, at))
            at++;
    }
    if (at < text.size && (text.data[at] | 32) == 'e') {
        at++;
        if (at < text.size && (text.data[at] == '+' || text.data[at] == '-'))
            at++;
        if (!is_digit(text, at))
            return false;
        while (is_digit(text, at))
            at++;
    }
    return at == text.size;
}

static bool
read_word(rls_json_reader *reader, rls_json_value *out)
{
    const uint8_t *from = reader->at, *at = from;

    while (at < reader->end && (rls_is_word_byte(*at) || *at == '+' || *at == '.'))
        at++;
    out->text = rls_bytes_of(from, (size_t)(at - from));
    if (equals(out->text, "null") || equals(out->text, "NaN") || equals(out->text, "Infinity") ||
        equals(out->text, "-Infinity")) {
        out->kind = RLS_JSON_NULL;
    } else if (equals(out->text, "true") || equals(out->text, "false") || is_number(out->text)) {
        out->kind = RLS_JSON_WORD;
    } else {
        reader->problem = out->text.size == 0 ? "a value is missing" : "a word that is no value";
        return false;
    }
    reader->at = at;
    return true;
}

rls_json_value
rls_json_read(rls_json_reader *reader)
{
    rls_json_value value = {.kind = RLS_JSON_NONE};
    bool           ok = true;

    switch (rls_json_peek(reader)) {
    case '"':
        ok = read_string(reader, &value);
        break;
    case '{':
        value.kind = RLS_JSON_OBJECT;
        reader->at++;
        break;
    case '[':
        value.kind = RLS_JSON_ARRAY;
        reader->at++;
        break;
    default:
        ok = read_word(reader, &value);
        break;
    }
    if (!ok)
        value.kind = RLS_JSON_NONE;
    return value;
}

bool
rls_json_skip(rls_json_reader *reader, uint64_t depth)
{
    rls_json_value string = {.kind = RLS_JSON_NONE};

    while (depth > 0 && reader->at < reader->end) {
        uint8_t byte = *reader->at;

        if (byte == '"') {
            if (!read_string(reader, &string))
                return false;
            continue;
        }
        if (byte == '{' || byte == '[')
            depth++;
        else if (byte == '}' || byte == ']')
            depth--;
        reader->at++;
    }
    if (depth > 0)
        reader->problem = "an object or array does not end";
    return depth == 0;
}
