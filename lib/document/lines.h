/* Small questions about lines of text, asked by the readers of front matter. */
#ifndef RLS_DOCUMENT_LINES_H
#define RLS_DOCUMENT_LINES_H

#include "base/bytes.h"

#include <stdbool.h>

static inline bool
rls_is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static inline bool
rls_is_word_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z') ||
           byte == '_' || byte == '-';
}

/* Where the line at `at` ends: at its newline, or at the end of the text. */
static inline size_t
rls_line_end(rls_bytes text, size_t at)
{
    const uint8_t *newline = at < text.size ? memchr(text.data + at, '\n', text.size - at) : NULL;
    return newline == NULL ? text.size : (size_t)(newline - text.data);
}

static inline rls_bytes
rls_trim(rls_bytes text)
{
    while (text.size > 0 && rls_is_blank(*text.data)) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && rls_is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static inline rls_bytes
rls_tail(rls_bytes text, size_t from)
{
    return from >= text.size ? rls_bytes_of(text.data + text.size, 0)
                             : rls_bytes_of(text.data + from, text.size - from);
}

#endif
