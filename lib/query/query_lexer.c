#include "query/query_lexer.h"

#include "query/query_signs.h"

enum {
    FIELD_NAME_MAX = 255,
    DISTANCE_DIGITS = 6,
    BRACKET_MAX = 128
};

void
rls_lexer_init(rls_lexer *lexer, rls_query *query)
{
    *lexer = (rls_lexer){.query = query};
}

void
rls_lexer_note(rls_lexer *lexer, uint32_t start, uint32_t end, const char *message)
{
    if (!rls_query_note_add(lexer->query, start, end, RLS_NOTE_QUERY, message))
        lexer->failed = true;
}

/* Byte at `at`, or 0 beyond the end: a NUL in the text parts words as the end does. */
static uint8_t
byte_at(const rls_lexer *lexer, uint32_t at)
{
    return at < lexer->query->text.size ? lexer->query->text.data[at] : 0;
}

/* Size of the white space at `at`: control bytes, spaces of ASCII and of Unicode; 0 if none. */
uint32_t
rls_lexer_space_size(const rls_lexer *lexer, uint32_t at)
{
    uint8_t first = byte_at(lexer, at), second, third;

    if (at >= lexer->query->text.size)
        return 0;
    if (first <= 0x20 || first == 0x7f)
        return 1;
    if (first < 0xc2)
        return 0;
    second = byte_at(lexer, at + 1);
    third = byte_at(lexer, at + 2);
    if (first == 0xc2 && (second == 0xa0 || second == 0x85))
        return 2;
    if (first == 0xe2 && second == 0x80 &&
        ((third >= 0x80 && third <= 0x8a) || third == 0xaf || third == 0xa8 || third == 0xa9))
        return 3;
    if ((first == 0xe3 && second == 0x80 && third == 0x80) ||
        (first == 0xe2 && second == 0x81 && third == 0x9f))
        return 3;
    return 0;
}

/* Size of the double quotation mark at `at`, straight or typographic; 0 if there is none. */
static uint32_t
quote_size(const rls_lexer *lexer, uint32_t at)
{
    uint8_t first = byte_at(lexer, at), second, third;

    if (first == '"')
        return 1;
    if (first < 0xc2)
        return 0;
    second = byte_at(lexer, at + 1);
    third = byte_at(lexer, at + 2);
    if (first == 0xc2 && (second == 0xab || second == 0xbb))
        return 2;
    if (first == 0xe2 && second == 0x80 && third >= 0x9c && third <= 0x9f)
        return 3;
    if (first == 0xef && second == 0xbc && third == 0x82)
        return 3;
    return 0;
}

/* Whether nothing that belongs to a word stands at `at`. */
bool
rls_lexer_is_border(const rls_lexer *lexer, uint32_t at)
{
    uint8_t byte = byte_at(lexer, at);

    return at >= lexer->query->text.size || byte == '(' || byte == ')' ||
           rls_lexer_space_size(lexer, at) > 0;
}

uint32_t
rls_lexer_word_end(const rls_lexer *lexer, uint32_t at)
{
    while (!rls_lexer_is_border(lexer, at) && quote_size(lexer, at) == 0)
        at++;
    return at;
}

static rls_bytes
slice(const rls_lexer *lexer, uint32_t from, uint32_t to)
{
    return rls_bytes_of(lexer->query->text.data + from, to - from);
}

/* Reads a quoted text whose opening mark stands at `at`. Once a mark finds no partner none behind
 * it can, so the text is searched to its end but once. */
static bool
read_quoted(rls_lexer *lexer, uint32_t at, rls_bytes *out_text, uint32_t *out_end)
{
    uint32_t from = at + quote_size(lexer, at), to = from, size = 0;

    if (lexer->no_more_quotes)
        return false;
    while (to < lexer->query->text.size && (size = quote_size(lexer, to)) == 0)
        to++;
    if (to >= lexer->query->text.size) {
        lexer->no_more_quotes = true;
        return false;
    }
    *out_text = slice(lexer, from, to);
    *out_end = to + size;
    return true;
}

static bool
is_name_byte(uint8_t byte, bool first)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           byte >= 0x80 || (!first && ((byte >= '0' && byte <= '9') || byte == '.' || byte == '-'));
}

/* The end of the field name at `at` when a colon and something to look for follow; else `at`. */
static uint32_t
field_name_end(const rls_lexer *lexer, uint32_t at)
{
    uint32_t end = at;

    while (end - at <= FIELD_NAME_MAX && is_name_byte(byte_at(lexer, end), end == at) &&
           quote_size(lexer, end) == 0 && rls_lexer_space_size(lexer, end) == 0)
        end++;
    if (end == at || byte_at(lexer, end) != ':' || byte_at(lexer, end + 1) == ':')
        return at;
    if (byte_at(lexer, end + 1) != '(' && rls_lexer_is_border(lexer, end + 1))
        return at;
    return end;
}

/* Position of the ".." of a range within [from, to), `to` if there is none; not of an ellipsis. */
static uint32_t
find_dots(const rls_lexer *lexer, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at + 1 < to; at++) {
        uint32_t run = at;
        while (run < to && byte_at(lexer, run) == '.')
            run++;
        if (run - at == 2)
            return at;
        if (run > at)
            at = run - 1;
    }
    return to;
}

/* Reads an end of a range or the value of a comparison at `at`: quoted, or up to a border. */
static bool
read_value(rls_lexer *lexer, uint32_t at, rls_bytes *out_text, uint32_t *out_end)
{
    if (quote_size(lexer, at) > 0)
        return read_quoted(lexer, at, out_text, out_end);
    *out_end = rls_lexer_word_end(lexer, at);
    *out_text = slice(lexer, at, *out_end);
    while (out_text->size > 0 &&
           (out_text->data[out_text->size - 1] == ',' || out_text->data[out_text->size - 1] == ';'))
        out_text->size--;
    return true;
}

/* [a TO b], where a star leaves an end open. */
static bool
read_bracket(rls_lexer *lexer, uint32_t at, rls_lexeme *lexeme)
{
    uint32_t  size = (uint32_t)lexer->query->text.size, end = at + 1, to;
    rls_bytes from;

    while (end < size && end - at < BRACKET_MAX && byte_at(lexer, end) != ']')
        end++;
    if (byte_at(lexer, end) != ']' || !rls_lexer_is_border(lexer, end + 1))
        return false;
    for (to = at + 1; to + 4 < end; to++)
        if (memcmp(lexer->query->text.data + to, " TO ", 4) == 0)
            break;
    if (to + 4 >= end || to == at + 1)
        return false;
    from = slice(lexer, at + 1, to);
    lexeme->text_to = slice(lexer, to + 4, end);
    lexeme->text = from.size == 1 && *from.data == '*' ? slice(lexer, at, at) : from;
    if (lexeme->text_to.size == 1 && *lexeme->text_to.data == '*')
        lexeme->text_to.size = 0;
    if (lexeme->text.size == 0 && lexeme->text_to.size == 0)
        return false;
    lexeme->op = RLS_COMPARE_RANGE;
    lexeme->end = end + 1;
    return true;
}

/* What follows the colon of a field; false when it is no comparison after all. */
static bool
read_field_value(rls_lexer *lexer, uint32_t at, rls_lexeme *lexeme)
{
    uint8_t  first = byte_at(lexer, at), second = byte_at(lexer, at + 1);
    uint32_t end, value_end, dots;
    bool     compares = true;

    lexeme->leaf = RLS_NODE_COMPARE;
    if (first == '>' || first == '<') {
        bool equal = second == '=';
        lexeme->op = first == '>' ? (equal ? RLS_COMPARE_GREATER_EQUAL : RLS_COMPARE_GREATER)
                                  : (equal ? RLS_COMPARE_LESS_EQUAL : RLS_COMPARE_LESS);
        at += equal ? 2 : 1;
    } else {
        compares = false;
        if (first == '=' && !rls_lexer_is_border(lexer, at + 1)) {
            lexeme->exact = true;
            at++;
        }
    }
    if (!compares && !lexeme->exact && first == '[' && read_bracket(lexer, at, lexeme))
        return true;
    if (!compares && !lexeme->exact && first == '/' && rls_signs_read_regex(lexer, lexeme, at) > at)
        return true;
    if (quote_size(lexer, at) > 0) {
        if (!read_quoted(lexer, at, &lexeme->text, &end))
            return false;
        lexeme->quoted = true;
        if (!compares && byte_at(lexer, end) == '.' && byte_at(lexer, end + 1) == '.') {
            lexeme->op = RLS_COMPARE_RANGE;
            if (!read_value(lexer, end + 2, &lexeme->text_to, &end))
                return false;
        } else if (!compares) {
            end = rls_signs_read_suffix(lexer, lexeme, end);
        }
        lexeme->end = end;
        return lexeme->text.size > 0 || lexeme->text_to.size > 0;
    }
    if (!read_value(lexer, at, &lexeme->text, &end) || lexeme->text.size == 0)
        return false;
    lexeme->end = end;
    if (compares || lexeme->exact)
        return true;
    value_end = at + (uint32_t)lexeme->text.size;
    dots = find_dots(lexer, at, value_end);
    if (dots < value_end) {
        bool ends_in_dots = dots + 2 == end;
        if (ends_in_dots && quote_size(lexer, end) > 0) {
            if (!read_value(lexer, end, &lexeme->text_to, &end))
                return false;
            lexeme->end = end;
        } else {
            lexeme->text_to = slice(lexer, dots + 2, value_end);
        }
        lexeme->text = slice(lexer, at, dots);
        lexeme->op = RLS_COMPARE_RANGE;
        return lexeme->text.size > 0 || lexeme->text_to.size > 0;
    }
    rls_signs_read_word(lexer, lexeme, at, value_end, true);
    return true;
}

/* Stars in quotes do nothing. */
static void
note_quoted_star(rls_lexer *lexer, rls_bytes text)
{
    const uint8_t *star = text.size > 0 ? memchr(text.data, '*', text.size) : NULL;
    uint32_t       at;

    if (star == NULL)
        return;
    at = (uint32_t)(star - lexer->query->text.data);
    rls_lexer_note(lexer, at, at + 1, "a star does not act in quotes");
}

/* NEAR/5, ONEAR/5. */
static bool
read_near(rls_lexer *lexer, uint32_t start, uint32_t end, rls_lexeme *lexeme)
{
    const uint8_t *at = lexer->query->text.data + start, *stop = lexer->query->text.data + end;
    uint32_t       digits = 0, distance = 0;
    bool           ordered = *at == 'O';

    at += ordered;
    if (stop - at < 4 || memcmp(at, "NEAR", 4) != 0 || (stop - at > 4 && at[4] != '/'))
        return false;
    at += stop - at > 4 ? 5 : 4;
    for (; at < stop && *at >= '0' && *at <= '9' && digits < DISTANCE_DIGITS; at++) {
        digits++;
        distance = distance * 10 + (*at - '0');
    }
    if (digits == 0 || at < stop) {
        rls_lexer_note(lexer, start, end,
                       "NEAR needs a distance of at most six digits, as in NEAR/5; it is taken as "
                       "a word");
        return false;
    }
    lexeme->distance = distance;
    lexeme->ordered = ordered;
    return true;
}

/* Operator words stand alone between borders. */
static bool
read_operator(rls_lexer *lexer, uint32_t start, uint32_t end, rls_lexeme *lexeme)
{
    const uint8_t *at = lexer->query->text.data + start;

    if (end - start == 3 && memcmp(at, "AND", 3) == 0)
        lexeme->kind = RLS_LEXEME_AND;
    else if (end - start == 2 && memcmp(at, "OR", 2) == 0)
        lexeme->kind = RLS_LEXEME_OR;
    else if (end - start == 3 && memcmp(at, "NOT", 3) == 0)
        lexeme->kind = RLS_LEXEME_NOT;
    else if (end > start && read_near(lexer, start, end, lexeme))
        lexeme->kind = RLS_LEXEME_NEAR;
    else
        return false;
    lexeme->text = slice(lexer, start, end);
    return true;
}

static void
read_word(rls_lexer *lexer, uint32_t start, rls_lexeme *lexeme)
{
    uint32_t end = rls_lexer_word_end(lexer, start);

    rls_signs_read_word(lexer, lexeme, start, end, false);
    lexeme->end = end;
    /* A quotation mark glued to the end of a word, as in 5" or behind a phrase that was never
     * opened, opens none. */
    if (quote_size(lexer, end) > 0 && rls_lexer_is_border(lexer, end + quote_size(lexer, end))) {
        rls_lexer_note(lexer, end, end + quote_size(lexer, end),
                       "this quotation mark opens no phrase");
        lexeme->end += quote_size(lexer, end);
    }
}

/* The leaf or parenthesis at `start`; false when there was nothing to look for, and lexer->at moved
 * on. */
static bool
read_operand(rls_lexer *lexer, uint32_t start, rls_lexeme *lexeme)
{
    uint32_t at = start, name_end;

    lexeme->kind = RLS_LEXEME_LEAF;
    lexeme->start = start;
    if (byte_at(lexer, at) == '=' && !rls_lexer_is_border(lexer, at + 1) &&
        byte_at(lexer, at + 1) != '=') {
        lexeme->exact = true;
        at++;
    }
    if (byte_at(lexer, at) == '(') {
        lexeme->kind = RLS_LEXEME_OPEN;
        lexeme->end = lexer->at = at + 1;
        return true;
    }
    if (quote_size(lexer, at) > 0) {
        uint32_t size = quote_size(lexer, at);
        if (!read_quoted(lexer, at, &lexeme->text, &lexeme->end)) {
            rls_lexer_note(lexer, at, at + size,
                           "no quotation mark closes this one; it is ignored");
            lexer->at = at + size;
            return false;
        }
        lexeme->leaf = RLS_NODE_PHRASE;
        lexeme->quoted = true;
        note_quoted_star(lexer, lexeme->text);
        lexeme->end = rls_signs_read_suffix(lexer, lexeme, lexeme->end);
        lexer->at = lexeme->end;
        if (lexeme->text.size == 0)
            rls_lexer_note(lexer, at, lexeme->end, "nothing stands between these quotation marks");
        return lexeme->text.size > 0;
    }
    if (byte_at(lexer, at) == '/' && !lexeme->exact &&
        rls_signs_read_regex(lexer, lexeme, at) > at) {
        lexer->at = lexeme->end;
        return true;
    }
    name_end = field_name_end(lexer, at);
    if (name_end > at) {
        rls_lexeme field = *lexeme;
        field.field = slice(lexer, at, name_end);
        if (byte_at(lexer, name_end + 1) == '(') {
            field.kind = RLS_LEXEME_OPEN;
            field.end = lexer->at = name_end + 2;
            *lexeme = field;
            return true;
        }
        if (read_field_value(lexer, name_end + 1, &field)) {
            *lexeme = field;
            if (field.quoted)
                note_quoted_star(lexer, lexeme->text);
            lexer->at = lexeme->end;
            return true;
        }
        rls_lexer_note(lexer, at, name_end + 1, "this field has no value; it is taken as a word");
    }
    read_word(lexer, at, lexeme);
    lexer->at = lexeme->end;
    return true;
}

void
rls_lexer_next(rls_lexer *lexer, rls_lexeme *lexeme)
{
    for (;;) {
        uint32_t start, size;
        uint8_t  byte;

        *lexeme = (rls_lexeme){.kind = RLS_LEXEME_END, .boost = 1.0f};
        while ((size = rls_lexer_space_size(lexer, lexer->at)) > 0)
            lexer->at += size;
        start = lexer->at;
        lexeme->start = lexeme->end = start;
        if (start >= lexer->query->text.size)
            return;
        byte = byte_at(lexer, start);
        if (byte == ')') {
            lexeme->kind = RLS_LEXEME_CLOSE;
            lexeme->end = lexer->at = rls_signs_read_boost(lexer, start + 1, &lexeme->boost);
            return;
        }
        if (byte == '+' || byte == '-') {
            uint8_t next = byte_at(lexer, start + 1);
            if (next == ')' || (next != '(' && rls_lexer_is_border(lexer, start + 1))) {
                rls_lexer_note(lexer, start, start + 1,
                               "this sign stands before nothing; it is ignored");
                lexer->at = start + 1;
                continue;
            }
            if (next == '+' || next == '-') {
                /* --flag, ++i and rules of dashes are text. */
                lexeme->kind = RLS_LEXEME_LEAF;
                read_word(lexer, start, lexeme);
                lexer->at = lexeme->end;
                rls_lexer_note(lexer, start, start + 2, "two signs in a row are text");
                return;
            }
            lexeme->occur = byte == '+' ? RLS_OCCUR_MUST : RLS_OCCUR_MUST_NOT;
            start++;
        } else {
            uint32_t end = rls_lexer_word_end(lexer, start);
            if (rls_lexer_is_border(lexer, end) && read_operator(lexer, start, end, lexeme)) {
                lexeme->end = lexer->at = end;
                return;
            }
        }
        if (read_operand(lexer, start, lexeme))
            return;
    }
}
