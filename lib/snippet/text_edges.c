#include "snippet/text_edges.h"

#include "analysis/word_break.h"

enum {
    WORD_NEAR = 64 /* bytes to look for white space before a word is cut otherwise */
};

#define NOWHERE UINT32_MAX

static bool
is_wide_space(uint32_t point)
{
    return point == 0x85 || point == 0xa0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 ||
           point == 0x202f || point == 0x205f || point == 0x3000;
}

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static uint32_t
point_at(rls_bytes text, uint32_t at, uint32_t *size)
{
    uint32_t point;

    *size = rls_utf8_next(text.data + at, text.data + text.size, &point);
    return point;
}

uint32_t
rls_space_at(rls_bytes text, uint32_t at)
{
    uint32_t size;

    if (at >= text.size)
        return 0;
    if (text.data[at] < 0x80)
        return is_space(text.data[at]);
    return is_wide_space(point_at(text, at, &size)) ? size : 0;
}

uint32_t
rls_space_before(rls_bytes text, uint32_t at)
{
    uint32_t size, point;

    if (at == 0)
        return 0;
    if (text.data[at - 1] < 0x80)
        return is_space(text.data[at - 1]);
    size = rls_utf8_previous(text.data, text.data + at, &point);
    return is_wide_space(point) ? size : 0;
}

uint32_t
rls_invisible_at(rls_bytes text, uint32_t at)
{
    uint32_t size, point;

    if (text.data[at] < 0x80)
        return (text.data[at] < 0x20 || text.data[at] == 0x7f) && !is_space(text.data[at]);
    point = point_at(text, at, &size);
    if ((point >= 0x80 && point < 0xa0 && point != 0x85) || point == 0xad || point == 0x61c ||
        point == 0x180e || (point >= 0x200b && point <= 0x200f) ||
        (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
        point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
        (point >= 0x1d173 && point <= 0x1d17a) || (point >= 0xe0000 && point <= 0xe007f))
        return size;
    return 0;
}

uint32_t
rls_visible_from(rls_bytes text, uint32_t at)
{
    while (at < text.size) {
        uint32_t skip = rls_space_at(text, at);
        if (skip == 0)
            skip = rls_invisible_at(text, at);
        if (skip == 0)
            break;
        at += skip;
    }
    return at;
}

/* --- sentences --- */

static bool
is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* A full stop after an initial, U.S., e.g., Mr and the like ends no sentence. */
static bool
is_abbreviation(rls_bytes text, uint32_t stop)
{
    static const char known[] =
        " mr mrs ms dr hon prof rt st no vs sen rep gen col lt sgt capt rev "
        "jr sr inc ltd co fig eg ie etc approx dept govt ";
    char     word[12];
    uint32_t start = stop, size = 0;

    while (start > 0 && stop - start < 9 && is_letter(text.data[start - 1]))
        start--;
    size = stop - start;
    if (size == 0 || size > 8 || (start > 0 && text.data[start - 1] >= 0x80))
        return false;
    if (size == 1)
        return true;
    word[0] = ' ';
    for (uint32_t i = 0; i < size; i++)
        word[i + 1] = (char)(text.data[start + i] | 0x20);
    word[size + 1] = ' ';
    return memmem(known, sizeof known - 1, word, size + 2) != NULL;
}

static bool
is_closer(uint32_t point)
{
    return point == '"' || point == '\'' || point == ')' || point == ']' || point == 0x2019 ||
           point == 0x201d || point == 0xbb || point == 0x203a || point == 0x300d ||
           point == 0x300f;
}

/* True when what ends at `end`, closing quotes aside, is the end of a sentence. *out_wide: by a
 * mark after which no white space is needed. */
static bool
is_sentence_closed(rls_bytes text, uint32_t end, bool *out_wide)
{
    uint32_t size, point;

    *out_wide = false;
    for (uint32_t closers = 0;; closers++) {
        if (end == 0)
            return false;
        size = rls_utf8_previous(text.data, text.data + end, &point);
        if (closers == 4 || !is_closer(point))
            break;
        end -= size;
    }
    switch (point) {
    case '!':
    case '?':
    case 0x2026: /* … */
        return true;
    case '.':
        return !is_abbreviation(text, end - 1);
    case 0x3002: /* 。！？ */
    case 0xff01:
    case 0xff1f:
        *out_wide = true;
        return true;
    default:
        return false;
    }
}

bool
rls_paragraph_breaks(rls_passage_text text, uint32_t from, uint32_t to)
{
    uint32_t lines = 0;
    bool     markup = false;

    for (uint32_t i = from; i < to; i++) {
        uint8_t byte = text.original.data[i];
        if (byte == '\n') {
            lines++;
            markup = false;
        } else if (lines > 0 && (byte == '-' || byte == '*' || byte == '+' || byte == '#' ||
                                 byte == '>' || byte == '|')) {
            markup = true;
        }
    }
    return lines >= 2 || markup;
}

/* `at` is at no white space. */
static bool
begins_sentence(rls_passage_text text, uint32_t at)
{
    rls_bytes prose = text.prose;
    uint32_t  last = at, size;
    bool      wide;

    while ((size = rls_space_before(prose, last)) > 0)
        last -= size;
    if (last == 0)
        return true;
    if (rls_paragraph_breaks(text, last, at))
        return true;
    if (!is_sentence_closed(prose, last, &wide))
        return false;
    if (wide)
        return true;
    return last < at && !(prose.data[at] >= 'a' && prose.data[at] <= 'z');
}

static bool
is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* A sentence may begin behind white space and behind the marks that need none. */
static bool
may_begin(rls_bytes prose, uint32_t at)
{
    if (at == 0)
        return true;
    if (at >= prose.size || is_continuation(prose.data[at]) || rls_space_at(prose, at) > 0)
        return false;
    return rls_space_before(prose, at) > 0 || prose.data[at - 1] >= 0x80;
}

uint32_t
rls_sentence_start(rls_passage_text text, uint32_t at, uint32_t least)
{
    for (uint32_t start = at;; start--) {
        if (may_begin(text.prose, start) && begins_sentence(text, start))
            return start;
        if (start == least)
            return NOWHERE;
    }
}

static bool
ends_sentence(rls_passage_text text, uint32_t at)
{
    uint32_t next = at, size;
    bool     wide;

    while ((size = rls_space_at(text.prose, next)) > 0)
        next += size;
    if (rls_paragraph_breaks(text, at, next))
        return true;
    if (!is_sentence_closed(text.prose, at, &wide))
        return false;
    if (wide || next == text.prose.size)
        return true;
    return next > at && !(text.prose.data[next] >= 'a' && text.prose.data[next] <= 'z');
}

uint32_t
rls_sentence_end(rls_passage_text text, uint32_t at, uint32_t least)
{
    rls_bytes prose = text.prose;

    for (uint32_t end = at; end > 0 && end >= least; end--) {
        if ((end < prose.size && is_continuation(prose.data[end])) ||
            rls_space_before(prose, end) > 0)
            continue;
        /* Without white space behind, only behind the marks that need none. */
        if (end < prose.size && rls_space_at(prose, end) == 0 && prose.data[end - 1] < 0x80)
            continue;
        if (ends_sentence(text, end))
            return end;
    }
    return NOWHERE;
}

/* --- words --- */

uint32_t
rls_character_edge(rls_bytes text, uint32_t at)
{
    while (at > 0 && at < text.size && is_continuation(text.data[at]))
        at--;
    return at;
}

/* The latest edge of a word by the Unicode rules in [from, at], where `from` is at most WORD_NEAR
 * bytes before; else of a character. */
static uint32_t
unicode_edge(rls_bytes text, uint32_t at, uint32_t from)
{
    uint32_t edge = from;

    while (at > from && at < text.size && is_continuation(text.data[at]))
        at--;
    if (text.size - at > WORD_NEAR) /* what comes later is not worth looking at */
        text.size = at + WORD_NEAR;
    while (edge < at && is_continuation(text.data[edge]))
        edge++;
    if (edge >= at)
        return at;
    for (;;) {
        uint32_t next = rls_word_break_next(text, edge);
        if (next > at)
            break;
        edge = next;
        if (edge == at)
            break;
    }
    return edge > from ? edge : at;
}

uint32_t
rls_word_start(rls_bytes text, uint32_t at, uint32_t most)
{
    uint32_t near = most - at > WORD_NEAR ? at + WORD_NEAR : most;

    for (uint32_t start = at; start <= near && start < text.size; start++) {
        if ((start == 0 || rls_space_before(text, start) > 0) && rls_space_at(text, start) == 0 &&
            !is_continuation(text.data[start]))
            return start;
    }
    return near == most ? most : unicode_edge(text, near, at);
}

uint32_t
rls_word_begin(rls_bytes text, uint32_t at, uint32_t least)
{
    uint32_t near = at - least > WORD_NEAR ? at - WORD_NEAR : least;

    for (uint32_t start = at; start >= near; start--) {
        if (start == 0 || rls_space_before(text, start) > 0)
            return start;
        if (start == near)
            break;
    }
    return at;
}

uint32_t
rls_word_end(rls_bytes text, uint32_t at, uint32_t least)
{
    uint32_t near = at - least > WORD_NEAR ? at - WORD_NEAR : least;

    if (at >= text.size)
        at = (uint32_t)text.size;
    for (uint32_t end = at; end > 0 && end >= near; end--) {
        if ((end == text.size || rls_space_at(text, end) > 0) && rls_space_before(text, end) == 0)
            return end;
    }
    return unicode_edge(text, at, near);
}
