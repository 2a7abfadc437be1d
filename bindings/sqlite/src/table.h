/* A virtual table of SQLite over an index: what its parts share.
 *
 * The columns are: key, one for each field, body, then the hidden ones. What SQLite asks for is
 * narrowed by the library only to rows that are a superset of those that SQLite's own comparison
 * takes, and SQLite compares each of them again: only MATCH is left to the library. */
#ifndef RSEARCH_SQLITE_TABLE_H
#define RSEARCH_SQLITE_TABLE_H

#include <releasesearch.h>
#include <sqlite3ext.h>

/* Columns behind those of fields, counted from the last of these. */
typedef enum tail_column {
    TAIL_BODY,
    TAIL_TABLE, /* named as the table: what MATCH stands beside */
    TAIL_RANK,
    TAIL_SCORE,
    TAIL_SNIPPET,
    TAIL_FIELDS,
    TAIL_COUNT
} tail_column;

/* What a column of a field holds. It is settled when the table is opened. */
typedef enum field_class {
    FIELD_PLAIN, /* text as written; lists as JSON */
    FIELD_DATE,  /* ISO text of the first value that is a date, else NULL */
    FIELD_NUMBER /* the first value that is a number, else NULL */
} field_class;

typedef struct field_column {
    char *name;
    field_class class;
} field_column;

/* One commit, for the cursors of a statement and the table. */
typedef struct commit {
    rls_snapshot *snapshot;
    uint32_t      users;
} commit;

typedef struct rsearch_table {
    sqlite3_vtab  base;
    char         *path;
    commit       *now;
    field_column *fields;
    int           field_count;
    uint32_t      cursors; /* open ones */
    bool          strict;
} rsearch_table;

/* What a plan hands to the search, one letter and a column for each value. */
typedef enum plan_letter {
    PLAN_MATCH = 'm',
    PLAN_KEY = 'k',
    PLAN_IS = 'e',
    PLAN_FROM = 'f', /* > and >= */
    PLAN_TO = 't',   /* < and <= */
    PLAN_LIMIT = 'l',
    PLAN_OFFSET = 'o'
} plan_letter;

enum {
    PLAN_VALUES_MAX = 32 /* handed over; the others SQLite compares alone */
};

void commit_let_go(commit *one);

/* Tells `message` as the error of the table; returns SQLITE_ERROR, or SQLITE_NOMEM. */
int table_fail(rsearch_table *table, const rls_error *err);

/* columns.c: what the columns are, and their values of a hit. */
int   columns_gather(rsearch_table *table, const char *table_name, const char *const *named,
                     int named_count, char **out_message);
char *columns_declaration(const rsearch_table *table, const char *table_name);
void  columns_free(rsearch_table *table);
int columns_value(sqlite3_context *context, rls_hits *hits, uint32_t i, const field_column *column,
                  rls_error *err);
int columns_all(sqlite3_context *context, rls_hits *hits, uint32_t i, rls_error *err);

/* plan.c */
int plan_choose(sqlite3_vtab *base, sqlite3_index_info *info);

/* cursor.c */
int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out_cursor);
int cursor_close(sqlite3_vtab_cursor *base);
int cursor_filter(sqlite3_vtab_cursor *base, int number, const char *plan, int count,
                  sqlite3_value **values);
int cursor_next(sqlite3_vtab_cursor *base);
int cursor_eof(sqlite3_vtab_cursor *base);
int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column);
int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out_rowid);

#endif
