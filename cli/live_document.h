/* A document to read: title, what it is about, path, text, with what the query matched, broken into
 * lines as far as they are asked for. */
#ifndef CLI_LIVE_DOCUMENT_H
#define CLI_LIVE_DOCUMENT_H

#include <releasesearch/hits.h>

#include "roots.h"
#include "screen.h"

typedef struct cli_live_range {
    size_t   start, end; /* bytes */
    unsigned style;
} cli_live_range;

typedef struct cli_live_lines {
    size_t start, end; /* bytes */
} cli_live_lines;

typedef struct cli_live_document {
    cli_text        text;
    cli_live_range *ranges; /* in order, apart from each other */
    size_t          range_count;
    size_t          match_count; /* of the ranges */
    size_t          current;     /* the range of the match that was jumped to; past them: none */
    cli_live_lines *lines;
    size_t          line_count, line_capacity;
    size_t          next;  /* the byte where the next line begins; past the text: there is none */
    unsigned        width; /* of lines */
    size_t          top;   /* the first line that is seen */
} cli_live_document;

/* Reads hit `i`; matches in long texts are looked for only when `in_full`. */
rls_status cli_live_document_load(cli_live_document *document, rls_hits *hits, uint32_t i,
                                  const cli_roots *roots, bool in_full, rls_error *err);
void       cli_live_document_release(cli_live_document *document);

/* Breaks the text anew into lines of `width`; what was on top stays there. */
void cli_live_document_fit(cli_live_document *document, unsigned width);
/* Down by `lines`, up when they are negative, so far that `height` lines are filled. */
void cli_live_document_scroll(cli_live_document *document, long lines, unsigned height);
void cli_live_document_end(cli_live_document *document, unsigned height);
/* To the match after the current one, or before it; false when there is none. */
bool cli_live_document_match(cli_live_document *document, bool forwards, unsigned height);
/* So far down that the first match is seen in `height` lines; `is_current`: it is jumped to. */
void cli_live_document_show_match(cli_live_document *document, bool is_current, unsigned height);
/* Of the current match, from 1; 0: there is none. */
size_t cli_live_document_match_number(const cli_live_document *document);
/* Draws lines into rows from the pen's on. */
void cli_live_document_draw(cli_live_document *document, const cli_pen *pen, unsigned height);

#endif
