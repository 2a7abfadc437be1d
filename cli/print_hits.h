/* Hits as text for people, lines for other programs, JSON. */
#ifndef CLI_PRINT_HITS_H
#define CLI_PRINT_HITS_H

#include <releasesearch/hits.h>
#include <releasesearch/schema.h>

#include "options.h"
#include "roots.h"

typedef enum cli_form {
    CLI_FORM_BLOCKS, /* for people */
    CLI_FORM_LINES,  /* path, date, title */
    CLI_FORM_PATHS,
    CLI_FORM_JSON,
    CLI_FORM_NDJSON,
    CLI_FORM_CSV,
    CLI_FORM_TREC
} cli_form;

/* How matches are told: choices of --marks. */
typedef enum cli_marks {
    CLI_MARKS_AUTO,
    CLI_MARKS_HTML,
    CLI_MARKS_OFFSETS
} cli_marks;

typedef struct cli_printer {
    cli_form    form;
    bool        color, links, by_nul, snippets;
    bool        explain, is_sorted, is_expanded, collapses;
    bool        has_no_words;              /* the query is not what was typed */
    uint32_t    facets_asked, facet_count; /* those behind the asked ones are for the foot */
    bool        to_terminal;               /* then lines are escaped more strictly */
    unsigned    width;                     /* of the terminal */
    uint32_t    limit, skip;
    const char *query, *tag;
    const char *query_id; /* of a batch, else NULL */
    cli_marks   marks;
    rls_snippet_options snippet;      /* as it was asked for */
    bool                snippet_fits; /* on a terminal; else it is as long as was asked for */
    cli_roots          *roots;
    uint64_t           *textless; /* counts hits whose text cannot be had any more */
} cli_printer;

enum {
    CLI_SNIPPET_SPANS = 1,  /* the text without marks, and where they would be */
    CLI_SNIPPET_MARKED = 2, /* the text with marks */
};

typedef struct cli_snippet {
    rls_text                text, marked;
    const rls_snippet_span *spans;
    uint32_t                span_count, value; /* of the field: which one it is of */
} cli_snippet;

/* What the flags say about snippets. */
void cli_snippet_take(cli_printer *printer, const cli_options *given);
/* Whether the command line says anything about snippets. */
bool cli_snippet_is_wished(const cli_options *given);
/* Those parts of the snippet of hit `i` that are asked for, good until the hits are closed. */
rls_status cli_hit_snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *wanted,
                           unsigned parts, cli_snippet *out, rls_error *err);

/* Prints a page of hits. @return RLS_OK, or why a document could not be read */
rls_status cli_print_hits(const cli_printer *printer, rls_hits *hits, rls_error *err);
/* What stands before the first hit of a run, such as the names of columns. */
void cli_print_head(const cli_printer *printer);
/* Total, time and what may be typed next, on standard error. */
void cli_print_foot(const cli_printer *printer, rls_hits *hits);
/* The query as a shell takes it; false when it is too long, or nothing to be typed. */
bool cli_put_shell_words(cli_text *out, const char *query);
/* How the score of hit `i` comes about: a line a factor, its parts indented below it. */
rls_status cli_put_explanation(cli_text *out, rls_hits *hits, uint32_t i, unsigned indent,
                               rls_error *err);
/* The same as nested objects. */
rls_status cli_put_json_explanation(cli_text *out, rls_hits *hits, uint32_t i, rls_error *err);

/* The same of print_json.c. */
rls_status cli_print_json_hits(const cli_printer *printer, rls_hits *hits, rls_error *err);
/* All of CLI_FORM_JSON as one object. */
rls_status cli_put_json_hits(cli_text *out, const cli_printer *printer, rls_hits *hits,
                             rls_error *err);
/* One document with its body, as an object; with what a query matches in it, when there was one. */
rls_status cli_put_json_document(cli_text *out, const cli_roots *roots, rls_hits *hits,
                                 bool with_matches, rls_error *err);
/* A string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void cli_json_string(cli_text *out, const char *bytes, size_t size);

/* A field with its name: "ministers":["Phil Goff"]. */
void cli_put_json_field(cli_text *out, const rls_hit_field *field);
/* A cell of comma-separated values in its quotes. */
void cli_put_csv(cli_text *out, const char *bytes, size_t size, bool to_terminal);

/* Offset of the page after this one, or 0 when there is none. */
uint32_t cli_next_page(const cli_printer *printer, const rls_hits *hits);
/* The path of hit `i` as the user would type it here; nothing when it has no file of its own. */
cli_presence cli_hit_path(const cli_roots *roots, rls_hits *hits, uint32_t i, cli_text *out);
/* Whether there is no text for the snippet that was asked for. */
bool cli_lacks_text(const cli_printer *printer, const rls_hit *hit);
/* Tells that texts of hits cannot be shown. */
void cli_textless_warning(cli_text *out, uint64_t count);
/* The only or first value of a field; empty when there is none. */
rls_text cli_hit_value(rls_hits *hits, uint32_t i, const char *name);
/* The title, else the last part of the key. */
rls_text cli_hit_title(rls_hits *hits, uint32_t i);
/* 2007-05-28 → 28 May 2007; other dates as they are; the day nobody knows (year 1) not at all. */
void cli_put_day(cli_text *out, rls_text day);
/* Whether a field of this name tells what documents are about. */
bool cli_is_subject(rls_text name);
/* Lists of keywords: what the document is about, then the others; after what stands there. */
rls_status cli_put_about(cli_text *out, rls_hits *hits, uint32_t i, uint32_t field_count,
                         rls_error *err);
/* How many documents match `query`: "24 documents with both words". */
void cli_put_total(cli_text *line, const char *query, const rls_hits *hits);
/* The day of a date: its first ten bytes when they are YYYY-MM-DD, else all. */
rls_text cli_hit_day(rls_hits *hits, uint32_t i);

#endif
