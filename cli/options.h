/* What was asked for: the value of every flag, whoever gave it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

typedef struct cli_texts {
    const char **items;
    size_t       count;
} cli_texts;

/* Who gave a value; who comes first here goes before the others. */
typedef enum cli_origin_kind {
    CLI_ORIGIN_NOBODY,
    CLI_ORIGIN_FLAG,
    CLI_ORIGIN_ENVIRONMENT,
    CLI_ORIGIN_INDEX_FILE, /* config.yaml in the index */
    CLI_ORIGIN_USER_FILE,  /* rsearch/config.yaml in the folder of XDG */
    CLI_ORIGIN_BUILT_IN
} cli_origin_kind;

typedef struct cli_origin {
    cli_origin_kind kind;
    const char     *file; /* NULL: not a file */
    unsigned        line;
    bool            section; /* said in the section of the command */
} cli_origin;

enum {
    CLI_FLAG_LIMIT = 160 /* rows of the table of flags */
};

/* One variable a flag; flags of several commands with one meaning share theirs. */
typedef struct cli_options {
    const char *index, *files_from, *language, *schema, *key, *tag, *batch, *query, *pager_command,
        *after, *recency_field, *field, *synonyms, *snippet_field, *run, *baseline, *address;
    cli_texts include, exclude, weights, folders, sort, facets, fields, filters;
    uint64_t  limit, skip, timeout, threads, memory, max_file_size, wait, words, edits, passages,
        snippet_size, folds, port, connections;
    double k1, b, recency, year_boost;
    int    color, links, by, order, suggestion_kind, match_kind, terms_order, format, store, shell,
        list, marks, metric, io, ranking;
    bool paths, by_nul, count, quiet, json, ndjson, csv, all, any, strict, exhaustive;
    bool no_snippet, no_pager, keep_missing, watch, verbose, dry_run, show_origin, man, explain;
    bool repair, no_own_filter, no_body, collapse, collapse_same, whole;
    bool expand, as_typed, per_query, tune;
    cli_origin origins[CLI_FLAG_LIMIT]; /* one a row of the table */
    cli_arena  strings;                 /* of files */
} cli_options;

#endif
