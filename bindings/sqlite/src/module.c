/* The extension: opening a table over an index. */
#include "table.h"

#include <string.h>

SQLITE_EXTENSION_INIT1

int
table_fail(rsearch_table *table, const rls_error *err)
{
    sqlite3_free(table->base.zErrMsg);
    table->base.zErrMsg = sqlite3_mprintf("rsearch: %s", err->message);
    return err->status == RLS_NO_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* --- arguments --- */

typedef struct arguments {
    char        *path;
    const char **columns; /* into the texts below */
    char       **texts;
    int          text_count, column_count;
    bool         strict;
} arguments;

static void
free_arguments(arguments *given)
{
    for (int i = 0; i < given->text_count; i++)
        sqlite3_free(given->texts[i]);
    sqlite3_free(given->texts);
    sqlite3_free(given->columns);
}

static bool
is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* A copy without quotation marks around it. */
static char *
unquoted(const char *text)
{
    size_t size = strlen(text), put = 0;
    char  *copy, quote;

    while (size > 0 && is_space(text[size - 1]))
        size--;
    while (size > 0 && is_space(text[0])) {
        text++;
        size--;
    }
    copy = sqlite3_malloc64(size + 1);
    if (copy == NULL)
        return NULL;
    quote = size >= 2 && (text[0] == '\'' || text[0] == '"') && text[size - 1] == text[0] ? text[0]
                                                                                          : '\0';
    for (size_t i = quote != '\0'; i + (quote != '\0') < size; i++) {
        copy[put++] = text[i];
        if (quote != '\0' && text[i] == quote && i + 2 < size && text[i + 1] == quote)
            i++;
    }
    copy[put] = '\0';
    return copy;
}

static int
read_arguments(arguments *given, int count, const char *const *texts, char **out_message)
{
    static const char column[] = "column=";

    given->texts = sqlite3_malloc64(((sqlite3_uint64)count + 1) * sizeof *given->texts);
    given->columns = sqlite3_malloc64(((sqlite3_uint64)count + 1) * sizeof *given->columns);
    if (given->texts == NULL || given->columns == NULL)
        return SQLITE_NOMEM;
    for (int i = 0; i < count; i++) {
        bool  is_column = i > 0 && strncmp(texts[i], column, sizeof column - 1) == 0;
        char *text = unquoted(is_column ? texts[i] + sizeof column - 1 : texts[i]);

        if (text == NULL)
            return SQLITE_NOMEM;
        given->texts[given->text_count++] = text;
        if (i == 0) {
            given->path = text;
        } else if (is_column) {
            given->columns[given->column_count++] = text;
        } else if (strcmp(text, "strict") == 0) {
            given->strict = true;
        } else {
            *out_message = sqlite3_mprintf(
                "rsearch: '%s' is no option; behind the path stand strict and column=NAME", text);
            return SQLITE_ERROR;
        }
    }
    if (given->path != NULL && given->path[0] != '\0')
        return SQLITE_OK;
    *out_message = sqlite3_mprintf("rsearch: say where the index is: USING rsearch('path')");
    return SQLITE_ERROR;
}

/* --- tables --- */

static int
close_table(sqlite3_vtab *base)
{
    rsearch_table *table = (rsearch_table *)base;

    columns_free(table);
    commit_let_go(table->now);
    sqlite3_free(table->path);
    sqlite3_free(table);
    return SQLITE_OK;
}

static int
open_commit(rsearch_table *table, const char *path, char **out_message)
{
    rls_snapshot *snapshot;
    rls_error     err;

    table->path = sqlite3_mprintf("%s", path);
    table->now = sqlite3_malloc64(sizeof *table->now);
    if (table->now != NULL)
        *table->now = (commit){NULL, 1};
    if (table->now == NULL || table->path == NULL)
        return SQLITE_NOMEM;
    if (rls_snapshot_open(path, NULL, &snapshot, &err) != RLS_OK) {
        *out_message = sqlite3_mprintf("rsearch: %s", err.message);
        return SQLITE_ERROR;
    }
    table->now->snapshot = snapshot;
    return SQLITE_OK;
}

static int
declare(sqlite3 *db, const rsearch_table *table, const char *name, char **out_message)
{
    char *text = columns_declaration(table, name);
    int   result = text == NULL ? SQLITE_NOMEM : sqlite3_declare_vtab(db, text);

    sqlite3_free(text);
    if (result == SQLITE_ERROR)
        *out_message = sqlite3_mprintf("rsearch: %s", sqlite3_errmsg(db));
    return result;
}

static int
open_table(sqlite3 *db, void *context, int count, const char *const *texts,
           sqlite3_vtab **out_table, char **out_message)
{
    arguments      given = {0};
    rsearch_table *table = sqlite3_malloc64(sizeof *table);
    const char    *name = texts[2];
    int            result;

    (void)context;
    if (table == NULL)
        return SQLITE_NOMEM;
    memset(table, 0, sizeof *table);
    result = read_arguments(&given, count - 3, texts + 3, out_message);
    table->strict = given.strict;
    if (result == SQLITE_OK)
        result = open_commit(table, given.path, out_message);
    if (result == SQLITE_OK)
        result = columns_gather(table, name, given.columns, given.column_count, out_message);
    if (result == SQLITE_OK)
        result = declare(db, table, name, out_message);
    free_arguments(&given);
    if (result != SQLITE_OK)
        close_table(&table->base);
    else
        *out_table = &table->base;
    return result;
}

/* Apart from open_table(), or the module could be named in FROM without a table. */
static int
create_table(sqlite3 *db, void *context, int count, const char *const *texts,
             sqlite3_vtab **out_table, char **out_message)
{
    return open_table(db, context, count, texts, out_table, out_message);
}

static int
refuse_change(sqlite3_vtab *base, int count, sqlite3_value **values, sqlite3_int64 *out_rowid)
{
    (void)count;
    (void)values;
    (void)out_rowid;
    sqlite3_free(base->zErrMsg);
    base->zErrMsg = sqlite3_mprintf("rsearch: a table over an index is read only; "
                                    "rsearch index, or a writer of the library, changes the index");
    return SQLITE_READONLY;
}

static const sqlite3_module module = {
    .iVersion = 1,
    .xCreate = create_table,
    .xConnect = open_table,
    .xBestIndex = plan_choose,
    .xDisconnect = close_table,
    .xDestroy = close_table,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
    .xUpdate = refuse_change,
};

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int
sqlite3_rsearch_init(sqlite3 *db, char **out_message, const sqlite3_api_routines *api);

int
sqlite3_rsearch_init(sqlite3 *db, char **out_message, const sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api);
    if (sqlite3_libversion_number() < 3024000) {
        *out_message = sqlite3_mprintf("rsearch: SQLite 3.24 or later is needed, this is %s",
                                       sqlite3_libversion());
        return SQLITE_ERROR;
    }
    return sqlite3_create_module_v2(db, "rsearch", &module, NULL, NULL);
}
