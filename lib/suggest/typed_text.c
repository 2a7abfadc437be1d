#include "suggest/typed_text.h"

#include "analysis/utf8.h"

typedef struct typed_scan {
    rls_typed_text typed;
    bool           in_quotes, in_word;
} typed_scan;

static bool
is_space(uint32_t point)
{
    return point <= 0x20 || point == 0x7f || point == 0x85 || point == 0xa0 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 ||
           point == 0x202f || point == 0x205f || point == 0x3000;
}

static bool
is_quote(uint32_t point)
{
    return point == '"' || point == 0xab || point == 0xbb || (point >= 0x201c && point <= 0x201f) ||
           point == 0xff02;
}

uint32_t
rls_quote_size(rls_bytes text, size_t at)
{
    uint32_t point, size = rls_utf8_next(text.data + at, text.data + text.size, &point);

    return is_quote(point) ? size : 0;
}

static bool
is_name(rls_bytes text, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end; i++) {
        uint8_t byte = text.data[i];
        if (!((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') && !(byte >= '0' && byte <= '9') &&
            byte != '_' && byte != '-' && byte != '.' && byte < 0x80)
            return false;
    }
    return end > start;
}

/* Nothing before this place is beside what comes. */
static void
begin_anew(typed_scan *scan, uint32_t at)
{
    scan->typed.word_count = 0;
    scan->typed.field = rls_bytes_of(NULL, 0);
    scan->typed.scope_start = at;
    scan->in_word = false;
}

static void
begin_word(typed_scan *scan, uint32_t at)
{
    rls_typed_text *typed = &scan->typed;

    if (typed->word_count == RLS_TYPED_WORDS) {
        memmove(typed->words, typed->words + 1, (RLS_TYPED_WORDS - 1) * sizeof *typed->words);
        typed->word_count--;
    }
    typed->words[typed->word_count++] = at;
    typed->word_start = at;
    scan->in_word = true;
}

/* A field's name ends with the colon at `at`. */
static void
take_field(typed_scan *scan, uint32_t at)
{
    uint32_t start = scan->typed.word_start;

    begin_anew(scan, start);
    scan->typed.field = rls_bytes_of(scan->typed.text.data + start, at - start);
}

static void
take_point(typed_scan *scan, uint32_t at, uint32_t point)
{
    rls_typed_text *typed = &scan->typed;

    if (is_quote(point)) {
        bool      opens = !scan->in_quotes;
        rls_bytes field = typed->field;
        uint32_t  start = typed->scope_start;
        bool      has_field = opens && field.size > 0 && typed->word_count == 0;
        begin_anew(scan, at);
        if (has_field) {
            typed->field = field;
            typed->scope_start = start;
        }
        scan->in_quotes = opens;
    } else if (is_space(point)) {
        /* A field in front of a word is that word's. */
        if (!scan->in_quotes && typed->field.size > 0 && scan->in_word)
            begin_anew(scan, at);
        scan->in_word = false;
    } else if (!scan->in_quotes && (point == '(' || point == ')')) {
        begin_anew(scan, at);
    } else if (!scan->in_quotes && point == ':' && scan->in_word && typed->field.size == 0 &&
               is_name(typed->text, typed->word_start, at)) {
        take_field(scan, at);
    } else if (!scan->in_word && !scan->in_quotes &&
               (point == '+' || point == '-' || point == '=')) {
        uint32_t  start = typed->scope_start;
        rls_bytes field = typed->field;
        begin_anew(scan, at);
        if (field.size > 0) {
            typed->field = field;
            typed->scope_start = start;
        }
    } else if (!scan->in_word) {
        begin_word(scan, at);
    }
}

rls_typed_text
rls_typed_text_of(rls_bytes text)
{
    typed_scan scan = {.typed = {.text = text}};
    uint32_t   size = (uint32_t)text.size, at = 0;

    if (size > RLS_TYPED_LOOK_BACK) {
        at = size - RLS_TYPED_LOOK_BACK;
        while (at < size && (text.data[at] & 0xc0) == 0x80)
            at++;
    }
    scan.typed.scope_start = at;
    while (at < size) {
        uint32_t point;
        uint32_t step = rls_utf8_next(text.data + at, text.data + size, &point);
        take_point(&scan, at, point);
        at += step;
    }
    if (!scan.in_word)
        scan.typed.word_start = size;
    return scan.typed;
}
