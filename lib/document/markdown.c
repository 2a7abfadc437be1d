/* The mask reads Markdown the way its authors write it, not to the letter of a specification: one
 * pass, forwards, in which every construct is judged by itself. CommonMark 0.30 is the guide, with
 * footnotes, attribute lists ({: …}) and template tags ({{…}}, {%…%}) from what sites add to it. */
#include "document/markdown.h"

#include "document/entities.h"
#include "document/lines.h"
#include "document/markdown_masker.h"
#include "document/utf8.h"

/* Bytes at which markup may start within a line. */
static const uint8_t special[256] = {
    ['\n'] = 1, ['\\'] = 1, ['`'] = 1, ['*'] = 1, ['~'] = 1, ['_'] = 1,
    ['['] = 1,  [']'] = 1,  ['<'] = 1, ['&'] = 1, ['{'] = 1};

void
rls_markdown_blank(rls_markdown_masker *masker, size_t from, size_t to)
{
    for (; from < to; from++) {
        if (masker->in[from] != '\n')
            masker->out[from] = ' ';
    }
}

static size_t
find_paragraph_end(const rls_markdown_masker *masker, size_t from)
{
    for (;;) {
        const uint8_t *newline = memchr(masker->in + from, '\n', masker->size - from);

        if (newline == NULL)
            return masker->size;
        from = (size_t)(newline - masker->in) + 1;
        if (from == masker->size || masker->in[from] == '\n' || masker->in[from] == '\r')
            return from;
    }
}

size_t
rls_markdown_paragraph_end(rls_markdown_masker *masker, size_t from)
{
    if (masker->paragraph_end <= from)
        masker->paragraph_end = find_paragraph_end(masker, from);
    return masker->paragraph_end;
}

size_t
rls_markdown_line_end(rls_markdown_masker *masker, size_t from)
{
    if (masker->line_end <= from)
        masker->line_end = rls_line_end(rls_bytes_of(masker->in, masker->size), from);
    return masker->line_end;
}

size_t
rls_markdown_find(const rls_markdown_masker *masker, const char *mark, size_t from, size_t to)
{
    const uint8_t *found;

    if (from >= to)
        return SIZE_MAX;
    found = memmem(masker->in + from, to - from, mark, strlen(mark));
    return found == NULL ? SIZE_MAX : (size_t)(found - masker->in);
}

static size_t
run_size(const rls_markdown_masker *masker, size_t at)
{
    size_t end = at;

    while (end < masker->size && masker->in[end] == masker->in[at])
        end++;
    return end - at;
}

static bool
is_punctuation(uint8_t byte)
{
    return (byte > 0x20 && byte < '0') || (byte > '9' && byte < 'A') ||
           (byte > 'Z' && byte < 'a') || (byte > 'z' && byte < 0x7F);
}

/* A letter or digit ends just before `at`. Beyond ASCII, dashes and quotes (U+2000 to U+203F) and
 * the marks of Latin-1 are no letters. */
static bool
word_before(const rls_markdown_masker *masker, size_t at)
{
    uint8_t last = at > 0 ? masker->in[at - 1] : ' ';

    if (last < 0x80)
        return rls_is_word_byte(last) && last != '-';
    if (at >= 3 && masker->in[at - 3] == 0xE2 && masker->in[at - 2] == 0x80)
        return false;
    return at < 2 || masker->in[at - 2] != 0xC2;
}

static bool
word_after(const rls_markdown_masker *masker, size_t at)
{
    uint8_t first = at < masker->size ? masker->in[at] : ' ';

    if (first < 0x80)
        return rls_is_word_byte(first) && first != '-';
    if (first == 0xE2 && at + 1 < masker->size && masker->in[at + 1] == 0x80)
        return false;
    return first != 0xC2;
}

/* Underscores inside of a word belong to it, those at its edge are emphasis. */
static void
mask_underscores(rls_markdown_masker *masker)
{
    size_t at = masker->at, size = run_size(masker, at);

    if (!word_before(masker, at) || !word_after(masker, at + size))
        rls_markdown_blank(masker, at, at + size);
    masker->at = at + size;
}

/* Code between equal runs of backticks is kept as it is. */
static void
mask_code(rls_markdown_masker *masker)
{
    size_t from = masker->at, size = run_size(masker, from), at = from + size, end;

    masker->at = at;
    rls_markdown_blank(masker, from, at);
    if (size > RLS_MAX_CODE_MARKS || masker->no_code_end[size] > at)
        return;
    end = rls_markdown_paragraph_end(masker, at);
    while (at < end) {
        const uint8_t *mark = memchr(masker->in + at, '`', end - at);
        size_t         run;

        if (mark == NULL)
            break;
        at = (size_t)(mark - masker->in);
        run = run_size(masker, at);
        if (run == size) {
            rls_markdown_blank(masker, at, at + run);
            masker->at = at + run;
            return;
        }
        at += run;
    }
    masker->no_code_end[size] = end;
}

static void
mask_escape(rls_markdown_masker *masker)
{
    size_t at = masker->at;

    masker->at++;
    if (at + 1 == masker->size)
        return;
    if (is_punctuation(masker->in[at + 1])) {
        masker->out[at] = ' ';
        masker->at++;
    } else if (masker->in[at + 1] == '\n') {
        masker->out[at] = ' ';
    }
}

static bool
is_letter(uint32_t code_point)
{
    if (code_point < 0x80)
        return rls_is_word_byte((uint8_t)code_point);
    return code_point >= 0xC0 && code_point != 0xD7 && code_point != 0xF7 && code_point < 0x2000;
}

/* Marks that a word may have inside of it. */
static bool
is_word_mark(uint32_t code_point)
{
    return code_point == '\'' || code_point == '.' || code_point == 0x2019;
}

/* Soft hyphens, and a zero width non-joiner where their two bytes do not come out even: words go on
 * over them. */
static void
fill_invisibly(rls_markdown_masker *masker, size_t from, size_t to)
{
    if ((to - from) % 2 == 1 && to - from >= 3) {
        memcpy(masker->out + from, "\xE2\x80\x8C", 3);
        from += 3;
    }
    for (; to - from >= 2; from += 2)
        memcpy(masker->out + from, "\xC2\xAD", 2);
}

static void
mask_entity(rls_markdown_masker *masker)
{
    size_t   at = masker->at, size, put;
    uint32_t code_point = rls_entity_read(rls_bytes_of(masker->in + at, masker->size - at), &size);

    masker->at++;
    if (code_point == 0)
        return;
    rls_markdown_blank(masker, at, at + size);
    masker->at = at + size;
    /* Spaces of all kinds and invisible characters are filler already. */
    if (code_point == 0xA0 || code_point == 0xAD || (code_point >= 0x2000 && code_point <= 0x200F))
        return;
    put = rls_utf8_put(masker->out + at, code_point);
    if ((is_letter(code_point) || (is_word_mark(code_point) && word_before(masker, at))) &&
        word_after(masker, at + size))
        fill_invisibly(masker, at + put, at + size);
}

/* {: .class}, {#anchor}, {{ … }}, {% … %}. */
static void
mask_brace(rls_markdown_masker *masker)
{
    size_t      at = masker->at, limit, end;
    const char *close = "}";
    uint8_t     next = at + 1 < masker->size ? masker->in[at + 1] : 0;

    masker->at++;
    if ((next != ':' && next != '#' && next != '{' && next != '%') || masker->budget == 0)
        return;
    if (next == '{' || next == '%') {
        close = next == '{' ? "}}" : "%}";
        limit = rls_markdown_paragraph_end(masker, at);
    } else {
        limit = rls_markdown_line_end(masker, at);
    }
    end = rls_markdown_find(masker, close, at + 2, limit);
    if (end == SIZE_MAX || (next == '#' && memchr(masker->in + at, ' ', end - at) != NULL)) {
        masker->budget -= masker->budget < 2 * (limit - at) ? masker->budget : 2 * (limit - at);
        return;
    }
    end += strlen(close);
    rls_markdown_blank(masker, at, end);
    masker->at = end;
}

/* From a fence of code to behind the fence that closes it, or to the end: the code stays. */
static bool
mask_fence(rls_markdown_masker *masker, size_t line, size_t at)
{
    rls_bytes text = rls_bytes_of(masker->in, masker->size);
    uint8_t   mark = masker->in[at];
    size_t    size = run_size(masker, at), end = rls_line_end(text, at);

    if (size < 3 || (mark == '`' && memchr(masker->in + at + size, '`', end - at - size) != NULL))
        return false;
    rls_markdown_blank(masker, line, end);
    while (end < masker->size) {
        size_t from = line = end + 1;

        end = rls_line_end(text, line);
        while (from < end && (rls_is_blank(masker->in[from]) || masker->in[from] == '>'))
            from++;
        if (from < end && masker->in[from] == mark && run_size(masker, from) >= size &&
            rls_trim(rls_bytes_of(masker->in + from, end - from)).size == run_size(masker, from)) {
            rls_markdown_blank(masker, line, end);
            break;
        }
    }
    masker->at = end;
    return true;
}

/* What only the start of a line can be: quote marks, headings, bullets, fences, definitions. */
static void
mask_line_start(rls_markdown_masker *masker)
{
    size_t line = masker->at, at = line, end;

    while (at < masker->size &&
           (masker->in[at] == ' ' || masker->in[at] == '\t' || masker->in[at] == '>'))
        at++;
    rls_markdown_blank(masker, line, at);
    masker->at = at;
    if (at == masker->size)
        return;

    switch (masker->in[at]) {
    case '\n':
    case '\r':
        masker->open_brackets = 0;
        break;
    case '#':
        end = at + run_size(masker, at);
        if (end - at <= 6 && (end == masker->size || rls_is_blank(masker->in[end]))) {
            rls_markdown_blank(masker, at, end);
            masker->at = end;
        }
        break;
    case '-':
    case '+':
    case '*':
        if (at + 1 < masker->size && masker->in[at + 1] == ' ') {
            masker->out[at] = ' ';
            masker->at = at + 2;
            /* A box of a to-do list. */
            if (masker->size - at > 5 && masker->in[at + 2] == '[' && masker->in[at + 4] == ']' &&
                masker->in[at + 5] == ' ' && strchr("xX ", masker->in[at + 3]) != NULL) {
                rls_markdown_blank(masker, at + 2, at + 5);
                masker->at = at + 5;
            }
        }
        break;
    case '`':
    case '~':
        mask_fence(masker, line, at);
        break;
    case '[':
        if (rls_markdown_definition(masker, at, &end)) {
            rls_markdown_blank(masker, at, end);
            masker->at = end;
        }
        break;
    default:
        break;
    }
}

/* To the next byte at which markup may start. */
static void
skip_prose(rls_markdown_masker *masker)
{
    const uint8_t *at = masker->in + masker->at, *end = masker->in + masker->size;

    while (end - at >= 8 &&
           (special[at[0]] | special[at[1]] | special[at[2]] | special[at[3]] | special[at[4]] |
            special[at[5]] | special[at[6]] | special[at[7]]) == 0)
        at += 8;
    while (at < end && !special[*at])
        at++;
    masker->at = (size_t)(at - masker->in);
}

/* From `at` to the start of the next line. */
static void
mask_line(rls_markdown_masker *masker)
{
    for (;;) {
        skip_prose(masker);
        if (masker->at == masker->size)
            return;
        switch (masker->in[masker->at]) {
        case '\n':
            masker->at++;
            return;
        case '\\':
            mask_escape(masker);
            break;
        case '`':
            mask_code(masker);
            break;
        case '*':
            masker->out[masker->at++] = ' ';
            break;
        case '~': {
            size_t size = run_size(masker, masker->at);

            if (size == 2)
                rls_markdown_blank(masker, masker->at, masker->at + size);
            masker->at += size;
            break;
        }
        case '_':
            mask_underscores(masker);
            break;
        case '[':
            rls_markdown_bracket(masker);
            break;
        case ']':
            rls_markdown_bracket_close(masker);
            break;
        case '<':
            rls_markdown_angle(masker);
            break;
        case '&':
            mask_entity(masker);
            break;
        default:
            mask_brace(masker);
            break;
        }
    }
}

void
rls_markdown_mask(rls_bytes body, uint8_t *out)
{
    rls_markdown_masker masker = {
        .in = body.data,
        .out = out,
        .size = body.size,
        .budget = 4096 + (body.size > SIZE_MAX / 16 ? SIZE_MAX / 2 : 16 * body.size)};

    if (body.size == 0)
        return;
    memcpy(out, body.data, body.size);
    while (masker.at < masker.size) {
        mask_line_start(&masker);
        mask_line(&masker);
    }
}
