/* What the parts of the Markdown mask share. Each function looks at the byte it is named for, at
 * `at`, blanks what is markup there and moves `at` behind it, by one byte at least. None of them
 * scans the same bytes more than a fixed number of times, whatever it is given: scans that fail are
 * remembered, or paid from `budget`. */
#ifndef RLS_DOCUMENT_MARKDOWN_MASKER_H
#define RLS_DOCUMENT_MARKDOWN_MASKER_H

#include "base/bytes.h"

#include <stdbool.h>

enum {
    RLS_MAX_CODE_MARKS = 32
};

typedef struct rls_markdown_masker {
    const uint8_t *in;
    uint8_t       *out; /* a copy of `in`, being blanked */
    size_t         size, at;
    size_t         open_brackets;                      /* of this paragraph */
    size_t         budget;                             /* bytes that failed scans may still cost */
    size_t         paragraph_end, line_end;            /* of where they were asked for last */
    bool           definitions_known, has_definitions; /* lines such as `[label]: target` */
    bool           no_comment_end, no_script_end, no_style_end; /* from here on */
    size_t no_code_end[RLS_MAX_CODE_MARKS + 1]; /* by length of the mark: none before that */
} rls_markdown_masker;

/* Bytes [from, to) become spaces; line ends stay. */
void rls_markdown_blank(rls_markdown_masker *masker, size_t from, size_t to);

/* The end of the paragraph that `from` is in: the blank line after it, or the end of the text.
 * Asked for in ascending order, as the end of the line is: newline or end of the text. */
size_t rls_markdown_paragraph_end(rls_markdown_masker *masker, size_t from);
size_t rls_markdown_line_end(rls_markdown_masker *masker, size_t from);

/* Where `mark` starts at or after `from` and before `to`; SIZE_MAX when it does not. */
size_t rls_markdown_find(const rls_markdown_masker *masker, const char *mark, size_t from,
                         size_t to);

void rls_markdown_angle(rls_markdown_masker *masker);         /* <, in markdown_html.c */
void rls_markdown_bracket(rls_markdown_masker *masker);       /* [, in markdown_link.c */
void rls_markdown_bracket_close(rls_markdown_masker *masker); /* ] */
/* Whether a line from `at`, a bracket, defines the target of links; and where it ends. */
bool rls_markdown_definition(const rls_markdown_masker *masker, size_t at, size_t *out_end);

#endif
