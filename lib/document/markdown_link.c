/* Square brackets in Markdown: links and images keep their text and lose their target. */
#include "document/markdown_masker.h"

#include <strings.h>

enum {
    MAX_LABEL = 1000,
    MAX_FOOTNOTE = 60,
    MAX_PARENTHESES = 32
};

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static size_t
skip_space(const rls_markdown_masker *masker, size_t at, size_t end)
{
    while (at < end && is_space(masker->in[at]))
        at++;
    return at;
}

/* Behind the target that starts at `at`; it may have balanced parentheses but no white space. */
static size_t
target_end(const rls_markdown_masker *masker, size_t at, size_t end)
{
    unsigned depth = 0;

    if (at < end && masker->in[at] == '<') {
        for (at++; at < end && masker->in[at] != '\n'; at++) {
            if (masker->in[at] == '>')
                return at + 1;
        }
        return SIZE_MAX;
    }
    for (; at < end && !is_space(masker->in[at]); at++) {
        uint8_t byte = masker->in[at];

        if (byte == '\\' && at + 1 < end && !is_space(masker->in[at + 1])) {
            at++;
        } else if (byte == '(') {
            if (++depth > MAX_PARENTHESES)
                return SIZE_MAX;
        } else if (byte == ')') {
            if (depth == 0)
                break;
            depth--;
        }
    }
    return depth == 0 ? at : SIZE_MAX;
}

/* Behind a title in quotes or parentheses at `at`; `at` itself when there is none there. */
static size_t
title_end(const rls_markdown_masker *masker, size_t at, size_t end)
{
    uint8_t close;

    if (at == end || (masker->in[at] != '"' && masker->in[at] != '\'' && masker->in[at] != '('))
        return at;
    close = masker->in[at] == '(' ? ')' : masker->in[at];
    for (size_t i = at + 1; i < end; i++) {
        if (masker->in[i] == '\\')
            i++;
        else if (masker->in[i] == close)
            return i + 1;
    }
    return at;
}

/* What a link may lead to although there is white space in it. */
static bool
starts_like_target(const uint8_t *at, size_t left)
{
    static const char *const starts[] = {"http:", "https:", "mailto:", "www.", "/",
                                         "#",     "../",    "./",      "{{",   "{%"};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t size = strlen(starts[i]);
        if (left >= size && rls_same_letters(at, starts[i], size))
            return true;
    }
    return false;
}

/* Behind the closing parenthesis of a link whose opening one is at `at`; SIZE_MAX: no link. */
static size_t
link_end(rls_markdown_masker *masker, size_t at)
{
    size_t end = rls_markdown_paragraph_end(masker, at), from, to;

    from = skip_space(masker, at + 1, end);
    to = target_end(masker, from, end);
    if (to != SIZE_MAX) {
        to = skip_space(masker, to, end);
        to = skip_space(masker, title_end(masker, to, end), end);
        if (to < end && masker->in[to] == ')')
            return to + 1;
    }
    if (starts_like_target(masker->in + from, end - from)) {
        for (to = from; to < end && masker->in[to] != '\n'; to++) {
            if (masker->in[to] == ')')
                return to + 1;
        }
    }
    /* Looking for the end of the paragraph is the longest of the scans that were in vain. */
    masker->budget -= masker->budget < 4 * (end - at) ? masker->budget : 4 * (end - at);
    return SIZE_MAX;
}

/* The closing bracket of a label that starts at `at`, in the same line; SIZE_MAX when none. */
static size_t
label_end(const rls_markdown_masker *masker, size_t at, size_t most)
{
    for (size_t i = at; i < masker->size && i - at < most; i++) {
        uint8_t byte = masker->in[i];

        if (byte == ']')
            return i;
        if (byte == '[' || byte == '\n')
            return SIZE_MAX;
        if (byte == '\\')
            i++;
    }
    return SIZE_MAX;
}

bool
rls_markdown_definition(const rls_markdown_masker *masker, size_t at, size_t *out_end)
{
    size_t         label = label_end(masker, at + 1, MAX_LABEL), end, to;
    const uint8_t *newline;

    if (label == SIZE_MAX || label == at + 1 || masker->size - label < 2 ||
        masker->in[label + 1] != ':' || masker->in[at + 1] == '^')
        return false;
    newline = memchr(masker->in + label, '\n', masker->size - label);
    end = newline == NULL ? masker->size : (size_t)(newline - masker->in);
    to = skip_space(masker, label + 2, end);
    if (to == end)
        return false;
    to = target_end(masker, to, end);
    if (to == SIZE_MAX)
        return false;
    to = skip_space(masker, to, end);
    to = skip_space(masker, title_end(masker, to, end), end);
    *out_end = end;
    return to == end;
}

/* Whether any line defines a label; without, `[2007][1]` is no link but a citation. */
static bool
has_definitions(rls_markdown_masker *masker)
{
    if (masker->definitions_known)
        return masker->has_definitions;
    masker->definitions_known = true;
    for (size_t at = 0; at < masker->size && !masker->has_definitions;) {
        const uint8_t *newline;
        size_t         end;

        while (at < masker->size && masker->in[at] == ' ')
            at++;
        if (at < masker->size && masker->in[at] == '[')
            masker->has_definitions = rls_markdown_definition(masker, at, &end);
        newline = at < masker->size ? memchr(masker->in + at, '\n', masker->size - at) : NULL;
        at = newline == NULL ? masker->size : (size_t)(newline - masker->in) + 1;
    }
    return masker->has_definitions;
}

void
rls_markdown_bracket(rls_markdown_masker *masker)
{
    size_t at = masker->at, end;

    masker->at++;
    if (masker->size - at > 2 && masker->in[at + 1] == '^') {
        end = label_end(masker, at + 2, MAX_FOOTNOTE);
        if (end != SIZE_MAX && end > at + 2 && memchr(masker->in + at, ' ', end - at) == NULL) {
            rls_markdown_blank(masker, at, end + 1);
            masker->at = end + 1;
            return;
        }
    }
    masker->open_brackets++;
}

void
rls_markdown_bracket_close(rls_markdown_masker *masker)
{
    size_t at = masker->at, end = SIZE_MAX;

    masker->at++;
    if (masker->open_brackets == 0)
        return;
    masker->open_brackets--;
    if (masker->size - at < 2)
        return;
    if (masker->in[at + 1] == '(' && masker->budget > 0) {
        end = link_end(masker, at + 1);
    } else if (masker->in[at + 1] == '[' && has_definitions(masker)) {
        end = label_end(masker, at + 2, MAX_LABEL);
        end += end != SIZE_MAX;
    }
    if (end == SIZE_MAX)
        return;
    rls_markdown_blank(masker, at, end);
    masker->at = end;
}
