/* Angle brackets in Markdown: tags and comments are blanked, what <https://…> shows is kept. */
#include "document/markdown_masker.h"

#include <strings.h>

static bool
is_letter(uint8_t byte)
{
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Behind the closing bracket of a tag whose attributes start at `at`; SIZE_MAX when it has none. A
 * quote that runs into the next tag was never closed, and then the first bracket counts. */
static size_t
tag_end(const rls_markdown_masker *masker, size_t at)
{
    size_t  first = SIZE_MAX;
    uint8_t quote = 0;

    for (; at < masker->size; at++) {
        uint8_t byte = masker->in[at];

        if (byte == '<')
            break;
        if (byte == '\n' && at + 1 < masker->size && masker->in[at + 1] == '\n')
            break;
        if (byte == '>') {
            if (quote == 0)
                return at + 1;
            if (first == SIZE_MAX)
                first = at + 1;
        } else if (quote != 0 ? byte == quote
                              : (byte == '"' || byte == '\'') && masker->in[at - 1] == '=') {
            quote = quote != 0 ? 0 : byte;
        }
    }
    return first;
}

/* Behind `</script>` and the like; SIZE_MAX when there is none, which is remembered. */
static size_t
raw_end(const rls_markdown_masker *masker, size_t at, const char *end_tag, bool *none)
{
    size_t size = strlen(end_tag);

    if (*none)
        return SIZE_MAX;
    for (;;) {
        at = rls_markdown_find(masker, "</", at, masker->size);
        if (at == SIZE_MAX || masker->size - at < size) {
            *none = true;
            return SIZE_MAX;
        }
        if (rls_same_letters(masker->in + at, end_tag, size))
            return at + size;
        at += 2;
    }
}

static bool
is_named(const uint8_t *name, size_t size, const char *wanted)
{
    return size == strlen(wanted) && rls_same_letters(name, wanted, size);
}

/* <https://example.org/a_b>, <name@example.org>: no white space up to the closing bracket. */
static bool
skip_autolink(rls_markdown_masker *masker)
{
    size_t at = masker->at + 1;

    while (at < masker->size && masker->in[at] != '>') {
        if (is_space(masker->in[at]) || masker->in[at] == '<')
            return false;
        at++;
    }
    if (at == masker->size)
        return false;
    rls_markdown_blank(masker, masker->at, masker->at + 1);
    rls_markdown_blank(masker, at, at + 1);
    masker->at = at + 1;
    return true;
}

static size_t
declaration_end(rls_markdown_masker *masker)
{
    size_t at = masker->at, end;

    if (masker->size - at < 4 || memcmp(masker->in + at, "<!--", 4) != 0)
        return tag_end(masker, at + 2);
    if (masker->no_comment_end)
        return SIZE_MAX;
    end = rls_markdown_find(masker, "-->", at + 4, masker->size);
    masker->no_comment_end = end == SIZE_MAX;
    return end == SIZE_MAX ? end : end + 3;
}

void
rls_markdown_angle(rls_markdown_masker *masker)
{
    size_t         at = masker->at, end, name_size = 0;
    bool           closing;
    const uint8_t *name;
    uint8_t        next;

    masker->at++;
    if (masker->size - at < 3)
        return;
    next = masker->in[at + 1];
    if (next == '!' || next == '?') {
        masker->at = at;
        end = declaration_end(masker);
        rls_markdown_blank(masker, at, end == SIZE_MAX ? at : end);
        masker->at = end == SIZE_MAX ? at + 1 : end;
        return;
    }
    closing = next == '/';
    name = masker->in + at + 1 + closing;
    if (!is_letter(*name))
        return;
    end = at + 1 + closing;
    while (end < masker->size && (is_letter(masker->in[end]) || masker->in[end] == '-' ||
                                  (masker->in[end] >= '0' && masker->in[end] <= '9'))) {
        name_size++;
        end++;
    }
    if (end == masker->size)
        return;
    if (masker->in[end] != '>' && masker->in[end] != '/' && !is_space(masker->in[end])) {
        masker->at = at;
        if (!skip_autolink(masker))
            masker->at = at + 1;
        return;
    }
    end = tag_end(masker, end);
    if (end == SIZE_MAX)
        return;
    if (!closing && (is_named(name, name_size, "script") || is_named(name, name_size, "style"))) {
        bool   script = (*name | 32) == 's' && (name[1] | 32) == 'c';
        size_t raw = raw_end(masker, end, script ? "</script>" : "</style>",
                             script ? &masker->no_script_end : &masker->no_style_end);

        if (raw != SIZE_MAX)
            end = raw;
    }
    rls_markdown_blank(masker, at, end);
    masker->at = end;
}
