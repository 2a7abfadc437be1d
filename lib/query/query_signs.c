#include "query/query_signs.h"

#include "document/numbers.h"

enum {
    NUMBER_MAX = 20,  /* bytes of a weight */
    REGEX_MAX = 4096, /* bytes that are searched for the slash that ends one */
    DISTANCE_DIGITS = 6
};

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
is_letter(uint8_t byte)
{
    return byte >= 0x80 || is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

static const uint8_t *
text_at(const rls_lexer *lexer, uint32_t at)
{
    return lexer->query->text.data + at;
}

/* Digits with at most one dot among them: [from, to). */
static bool
is_number(const rls_lexer *lexer, uint32_t from, uint32_t to)
{
    bool dot = false, digit = false;

    if (to - from > NUMBER_MAX)
        return false;
    for (; from < to; from++) {
        uint8_t byte = *text_at(lexer, from);
        if (byte == '.' && !dot)
            dot = true;
        else if (is_digit(byte))
            digit = true;
        else
            return false;
    }
    return digit;
}

static void
take_boost(rls_lexer *lexer, uint32_t from, uint32_t to, float *out_boost)
{
    char     number[NUMBER_MAX + 1];
    uint32_t size = 0, at = from;
    double   boost = 0.0;

    /* 007, .5 and 2. are weights, too. */
    while (at + 1 < to && *text_at(lexer, at) == '0')
        at++;
    if (*text_at(lexer, at) == '.')
        number[size++] = '0';
    while (at < to)
        number[size++] = (char)*text_at(lexer, at++);
    size -= number[size - 1] == '.';
    rls_number_parse(rls_bytes_of(number, size), &boost);
    if (boost > 0.0 && boost <= 1e6)
        *out_boost = (float)boost;
    else
        rls_lexer_note(lexer, from - 1, to,
                       "a weight must be above 0 and at most 1,000,000; it is ignored");
}

/* What stands behind a caret at `from` and begins as a number does was meant as a weight: ^-1, but
 * not 2^n. */
static void
note_no_weight(rls_lexer *lexer, uint32_t from, uint32_t to)
{
    uint32_t at = from + 1;

    if (at < to && (*text_at(lexer, at) == '-' || *text_at(lexer, at) == '+'))
        at++;
    if (at < to && (*text_at(lexer, at) == '.' || is_digit(*text_at(lexer, at))))
        rls_lexer_note(lexer, from, to, "a weight is a number such as 2 or 0.5; this one is text");
}

/* Takes a weight off the end of a text; returns where the text ends then. */
static uint32_t
split_boost(rls_lexer *lexer, uint32_t from, uint32_t to, float *out_boost)
{
    uint32_t at = to;

    while (at > from + 1 && to - at <= NUMBER_MAX && *text_at(lexer, at - 1) != '^')
        at--;
    if (at <= from + 1 || *text_at(lexer, at - 1) != '^')
        return to;
    if (!is_number(lexer, at, to)) {
        note_no_weight(lexer, at - 1, to);
        return to;
    }
    take_boost(lexer, at, to, out_boost);
    return at - 1;
}

uint32_t
rls_signs_read_boost(rls_lexer *lexer, uint32_t at, float *out_boost)
{
    uint32_t end = at;

    if (at >= lexer->query->text.size || *text_at(lexer, at) != '^')
        return at;
    end = rls_lexer_word_end(lexer, at);
    if (!rls_lexer_is_border(lexer, end) || !is_number(lexer, at + 1, end)) {
        note_no_weight(lexer, at, end);
        return at;
    }
    take_boost(lexer, at + 1, end, out_boost);
    return end;
}

/* Takes a tilde with at most one digit off the end of a word. */
static uint32_t
split_edits(rls_lexer *lexer, uint32_t from, uint32_t to, uint32_t *out_edits)
{
    uint32_t at = to;
    uint8_t  digit = 0;

    if (at > from && is_digit(*text_at(lexer, at - 1)))
        digit = *text_at(lexer, --at);
    if (at < from + 2 || *text_at(lexer, at - 1) != '~' || !is_letter(*text_at(lexer, at - 2)))
        return to;
    *out_edits = digit == 0 ? 1 : digit - '0';
    if (*out_edits > RLS_PATTERN_EDITS_MAX) {
        *out_edits = RLS_PATTERN_EDITS_MAX;
        rls_lexer_note(lexer, at - 1, to, "words are looked for with at most two edits");
    }
    return at - 1;
}

/* Whether stars and question marks act: not in paths and addresses, and a question mark only where
 * a letter or another sign follows, for otherwise it ends a question. */
static bool
is_wild(const rls_lexer *lexer, uint32_t from, uint32_t to)
{
    bool wild = false;

    for (uint32_t at = from; at < to; at++) {
        uint8_t byte = *text_at(lexer, at);
        if (byte == '/')
            return false;
        wild = wild || byte == '*' ||
               (byte == '?' && at + 1 < to &&
                (is_letter(*text_at(lexer, at + 1)) || *text_at(lexer, at + 1) == '*'));
    }
    return wild;
}

/* *:*, as other engines write every document. */
static bool
is_all_of_all(const rls_lexer *lexer, uint32_t from, uint32_t end)
{
    return end - from == 3 && memcmp(text_at(lexer, from), "*:*", 3) == 0;
}

void
rls_signs_read_word(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t from, uint32_t to, bool field)
{
    uint32_t begin = from, end = split_boost(lexer, from, to, &lexeme->boost), edits = 0;
    uint32_t before = split_edits(lexer, from, end, &edits);

    lexeme->leaf = field ? RLS_NODE_COMPARE : RLS_NODE_WORD;
    lexeme->text = rls_bytes_of(text_at(lexer, from), end - from);
    if (lexeme->exact) {
        if (before < end || is_wild(lexer, from, end))
            rls_lexer_note(lexer, from, end,
                           "behind = a word is as it is written; its signs are text");
        return;
    }
    if (before < end) {
        lexeme->leaf = RLS_NODE_PATTERN;
        lexeme->pattern = RLS_PATTERN_FUZZY;
        lexeme->edits = edits;
        lexeme->text.size = before - from;
        if (is_wild(lexer, from, before))
            rls_lexer_note(lexer, from, before, "in a word with a tilde stars are text");
        return;
    }
    if (!is_wild(lexer, from, end))
        return;
    while (begin < end && *text_at(lexer, begin) != '*' && *text_at(lexer, begin) != '?')
        begin++;
    before = end;
    while (before > from && *text_at(lexer, before - 1) == '*')
        before--;
    if (!field && (before == from || is_all_of_all(lexer, from, end))) {
        lexeme->leaf = RLS_NODE_ALL;
    } else if (before <= begin) {
        lexeme->leaf = RLS_NODE_PREFIX;
        lexeme->text.size = before - from;
    } else {
        lexeme->leaf = RLS_NODE_PATTERN;
        lexeme->pattern = RLS_PATTERN_WILDCARD;
    }
}

/* Whether the text behind a second slash is flags, as other tools have them. */
static bool
are_flags(const rls_lexer *lexer, uint32_t from, uint32_t to)
{
    enum {
        FLAGS_MAX = 3
    };

    for (uint32_t at = from; at < to; at++)
        if (memchr("gimsux", *text_at(lexer, at), 6) == NULL)
            return false;
    return to > from && to - from <= FLAGS_MAX;
}

/* A word that begins with a slash is mostly a path; with signs in it that no path has, or flags
 * behind a second slash at `slash`, somebody meant an expression. */
static uint32_t
refuse_regex(rls_lexer *lexer, uint32_t at, uint32_t slash, uint32_t limit)
{
    bool     meant = slash < limit && are_flags(lexer, slash + 1, rls_lexer_word_end(lexer, slash));
    uint32_t end = at + 1;

    for (; end < limit && rls_lexer_space_size(lexer, end) == 0; end++)
        meant = meant || memchr("[]()|{}*+?\\", *text_at(lexer, end), 11) != NULL;
    if (meant)
        rls_lexer_note(lexer, at, end,
                       "this is no regular expression between two slashes; it is taken as words");
    return at;
}

uint32_t
rls_signs_read_regex(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t at)
{
    uint32_t end = at + 1, size = (uint32_t)lexer->query->text.size, limit = size, after;
    bool     set = false;

    if (size - at > REGEX_MAX)
        limit = at + REGEX_MAX;
    for (;; end++) {
        uint8_t byte;
        if (end >= limit || rls_lexer_space_size(lexer, end) > 0)
            return refuse_regex(lexer, at, limit, limit);
        byte = *text_at(lexer, end);
        if (byte == '\\')
            end++;
        else if (byte == '[')
            set = true;
        else if (byte == ']')
            set = false;
        else if (byte == '/' && !set)
            break;
    }
    if (end == at + 1)
        return at;
    after = rls_signs_read_boost(lexer, end + 1, &lexeme->boost);
    if (!rls_lexer_is_border(lexer, after))
        return refuse_regex(lexer, at, end, limit);
    lexeme->leaf = RLS_NODE_PATTERN;
    lexeme->pattern = RLS_PATTERN_REGEX;
    lexeme->text = rls_bytes_of(text_at(lexer, at + 1), end - at - 1);
    lexeme->end = after;
    return after;
}

uint32_t
rls_signs_read_suffix(rls_lexer *lexer, rls_lexeme *lexeme, uint32_t at)
{
    uint32_t size = (uint32_t)lexer->query->text.size, end = at, word;

    if (end < size && *text_at(lexer, end) == '~') {
        uint32_t digits = 0;
        lexeme->stems = true;
        end++;
        while (end < size && is_digit(*text_at(lexer, end))) {
            if (++digits <= DISTANCE_DIGITS)
                lexeme->distance = lexeme->distance * 10 + (*text_at(lexer, end) - '0');
            end++;
        }
        if (digits > DISTANCE_DIGITS)
            lexeme->distance = UINT32_MAX / 4;
    }
    word = rls_signs_read_boost(lexer, end, &lexeme->boost);
    if (word > end)
        return word;
    /* A star glued to the end of a quoted text is no word of its own. */
    word = rls_lexer_word_end(lexer, end);
    if (word == end + 1 && *text_at(lexer, end) == '*') {
        rls_lexer_note(lexer, end, word, "a star does not act behind quotes; it is ignored");
        return word;
    }
    return end;
}
