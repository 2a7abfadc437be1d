/* Rows of a table: pages of hits, one after another. */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

enum {
    PAGE_FIRST = 64,
    PAGE_MAX = 4096, /* documents that are read stay in memory until their page ends */
    VALUE_MAX = 256, /* bytes of a value that is sure to be a keyword where keywords are */
    NUMBER_SIZE = 40
};

/* A condition that narrows the search. Its texts are the cursor's. */
typedef struct condition {
    char *field, *from, *to;
} condition;

typedef struct cursor {
    sqlite3_vtab_cursor base;
    commit             *seen;
    rls_query          *query;
    rls_hits           *hits;
    condition           conditions[PLAN_VALUES_MAX];
    uint32_t            condition_count;
    uint32_t            at, count, page_size;
    sqlite3_int64       place; /* of the first hit of the page */
    bool                matching, lookup, ended;
} cursor;

static rsearch_table *
table_of(const cursor *self)
{
    return (rsearch_table *)self->base.pVtab;
}

/* --- the commit that is seen --- */

void
commit_let_go(commit *one)
{
    if (one == NULL || --one->users > 0)
        return;
    rls_snapshot_close(one->snapshot);
    sqlite3_free(one);
}

/* With no statement under way the table goes to the newest commit. */
static int
follow(rsearch_table *table)
{
    rls_snapshot *newer;
    commit       *fresh;
    rls_error     err;

    if (table->cursors > 0)
        return SQLITE_OK;
    /* What was removed may have been made anew. */
    if (rls_snapshot_refresh(table->now->snapshot, &newer, NULL) != RLS_OK &&
        rls_snapshot_open(table->path, NULL, &newer, &err) != RLS_OK)
        return table_fail(table, &err);
    if (newer == table->now->snapshot) {
        rls_snapshot_close(newer);
        return SQLITE_OK;
    }
    fresh = sqlite3_malloc64(sizeof *fresh);
    if (fresh == NULL) {
        rls_snapshot_close(newer);
        return SQLITE_NOMEM;
    }
    *fresh = (commit){newer, 1};
    commit_let_go(table->now);
    table->now = fresh;
    return SQLITE_OK;
}

int
cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out_cursor)
{
    rsearch_table *table = (rsearch_table *)base;
    cursor        *self;
    int            result = follow(table);

    if (result != SQLITE_OK)
        return result;
    self = sqlite3_malloc64(sizeof *self);
    if (self == NULL)
        return SQLITE_NOMEM;
    *self = (cursor){.seen = table->now, .ended = true};
    self->seen->users++;
    table->cursors++;
    *out_cursor = &self->base;
    return SQLITE_OK;
}

static void
forget(cursor *self)
{
    for (uint32_t i = 0; i < self->condition_count; i++) {
        sqlite3_free(self->conditions[i].field);
        sqlite3_free(self->conditions[i].from);
        sqlite3_free(self->conditions[i].to);
    }
    rls_hits_close(self->hits);
    rls_query_close(self->query);
    self->hits = NULL;
    self->query = NULL;
    self->condition_count = self->at = self->count = 0;
    self->place = 1;
    self->matching = self->lookup = false;
    self->ended = true;
}

int
cursor_close(sqlite3_vtab_cursor *base)
{
    cursor *self = (cursor *)base;

    forget(self);
    table_of(self)->cursors--;
    commit_let_go(self->seen);
    sqlite3_free(self);
    return SQLITE_OK;
}

/* --- conditions --- */

typedef struct field_kinds {
    const char *name;
    uint32_t    kinds;
} field_kinds;

static bool
find_kinds(void *context, const rls_field_info *field)
{
    field_kinds *found = context;

    if (strcmp(field->name, found->name) != 0)
        return true;
    found->kinds = field->kinds;
    return false;
}

/* Beginnings of YYYY-MM-DDTHH:MM:SS that are whole in their last part: as texts they are in the
 * order of the dates. */
static bool
is_iso(const char *text, size_t size)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    int64_t           from, to;

    if (size != 4 && size != 7 && size != 10 && size != sizeof form - 1)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    }
    return rls_value_date(text, size, &from, &to);
}

/* The text of a number for the library, with a point in any locale. */
static bool
write_number(double number, char text[NUMBER_SIZE])
{
    if (!isfinite(number))
        return false;
    snprintf(text, NUMBER_SIZE, "%.17g", number);
    for (char *at = text; *at != 0; at++) {
        if (strchr("0123456789+-e", *at) == NULL)
            *at = '.';
    }
    return true;
}

/* Both ends are included and numbers are the nearest: what is found is never less. */
static int
add_condition(cursor *self, const field_column *column, plan_letter letter, sqlite3_value *value)
{
    field_kinds found = {column->name, 0};
    uint32_t    kind = column->class == FIELD_DATE ? RLS_FIELD_DATE : RLS_FIELD_NUMBER;
    int         type = sqlite3_value_type(value);
    char        number[NUMBER_SIZE];
    const char *text;
    condition  *added;
    rls_error   err;

    if (column->class == FIELD_DATE) {
        text = type == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
        if (text == NULL || !is_iso(text, (size_t)sqlite3_value_bytes(value)))
            return SQLITE_OK;
    } else {
        if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) ||
            !write_number(sqlite3_value_double(value), number))
            return SQLITE_OK;
        text = number;
    }
    if (rls_snapshot_fields(self->seen->snapshot, find_kinds, &found, &err) != RLS_OK)
        return table_fail(table_of(self), &err);
    if ((found.kinds & kind) == 0)
        return SQLITE_OK;
    added = &self->conditions[self->condition_count++];
    *added = (condition){.field = sqlite3_mprintf("%s", column->name)};
    if (letter != PLAN_TO)
        added->from = sqlite3_mprintf("%s", text);
    if (letter != PLAN_FROM)
        added->to = sqlite3_mprintf("%s", text);
    return added->field == NULL || (letter != PLAN_TO && added->from == NULL) ||
                   (letter != PLAN_FROM && added->to == NULL)
               ? SQLITE_NOMEM
               : SQLITE_OK;
}

/* Documents whose field may have just this value: those with the keyword, in any case; those where
 * the field is text alone, by its words; and those where the index knows nothing of the field. */
static int
add_value(cursor *self, const field_column *column, sqlite3_value *value)
{
    field_kinds found = {column->name, 0};
    const char *text;
    rls_error   err;
    rls_status  status;

    if (sqlite3_value_type(value) != SQLITE_TEXT)
        return SQLITE_OK;
    text = (const char *)sqlite3_value_text(value);
    /* Lists are JSON. */
    if (text == NULL || text[0] == '[' || sqlite3_value_bytes(value) > VALUE_MAX ||
        strlen(text) != (size_t)sqlite3_value_bytes(value))
        return SQLITE_OK;
    status = rls_snapshot_fields(self->seen->snapshot, find_kinds, &found, &err);
    if (status == RLS_OK && ((found.kinds & RLS_FIELD_KEYWORD) == 0 ||
                             (found.kinds & (RLS_FIELD_DATE | RLS_FIELD_NUMBER)) != 0))
        return SQLITE_OK;
    if (status == RLS_OK)
        status = rls_query_open_group(self->query, RLS_GROUP_OR, RLS_ROLE_PLAIN, &err);
    if (status == RLS_OK)
        status = rls_query_value(self->query, column->name, text, RLS_ROLE_PLAIN, &err);
    if (status == RLS_OK && (found.kinds & RLS_FIELD_TEXT) != 0)
        status = rls_query_phrase(self->query, column->name, text, 1.0f, RLS_ROLE_PLAIN, &err);
    if (status == RLS_OK)
        status = rls_query_exists(self->query, column->name, RLS_ROLE_MUST_NOT, &err);
    if (status == RLS_OK)
        status = rls_query_close_group(self->query, &err);
    return status == RLS_OK ? SQLITE_OK : table_fail(table_of(self), &err);
}

/* --- pages --- */

static rls_status
search(cursor *self, uint32_t limit, bool narrowed, const char *after, rls_hits **out_hits,
       rls_error *err)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_filter         filters[PLAN_VALUES_MAX];

    for (uint32_t i = 0; i < self->condition_count; i++)
        filters[i] = (rls_filter){.field = self->conditions[i].field,
                                  .from = self->conditions[i].from,
                                  .to = self->conditions[i].to};
    options.limit = limit;
    options.after = after;
    options.exact_total = false;
    options.filters = filters;
    options.filter_count = narrowed ? self->condition_count : 0;
    if (!self->matching) {
        options.ranking = RLS_RANKING_BM25F;
        options.match = RLS_MATCH_ANY;
    }
    return rls_snapshot_search(self->seen->snapshot, self->query, &options, out_hits, err);
}

static int
read_page(cursor *self)
{
    const char *after = self->hits == NULL ? NULL : rls_hits_next(self->hits);
    rls_hits   *page;
    rls_error   err;

    if (self->hits != NULL && after == NULL) {
        self->ended = true;
        return SQLITE_OK;
    }
    if (search(self, self->page_size, true, after, &page, &err) != RLS_OK)
        return table_fail(table_of(self), &err);
    self->place += self->count;
    rls_hits_close(self->hits);
    self->hits = page;
    self->at = 0;
    self->count = rls_hits_count(page);
    self->ended = self->count == 0;
    if (self->page_size < PAGE_MAX)
        self->page_size *= 2;
    if (self->page_size > PAGE_MAX)
        self->page_size = PAGE_MAX;
    return SQLITE_OK;
}

/* A query without a word finds nothing; with conditions beside it, it would find all that meets
 * them. */
static int
check_for_words(cursor *self)
{
    rls_hits *hits;
    rls_error err;

    if (!self->matching || self->condition_count == 0)
        return SQLITE_OK;
    if (search(self, 1, false, NULL, &hits, &err) != RLS_OK)
        return table_fail(table_of(self), &err);
    self->ended = rls_hits_count(hits) == 0;
    rls_hits_close(hits);
    return SQLITE_OK;
}

/* --- beginning --- */

static int
begin_lookup(cursor *self, sqlite3_value *value)
{
    const char *key = (const char *)sqlite3_value_text(value);
    rls_status  status;
    rls_error   err;

    if (key == NULL)
        return SQLITE_NOMEM;
    self->lookup = true;
    if (strlen(key) != (size_t)sqlite3_value_bytes(value))
        return SQLITE_OK;
    status = rls_snapshot_get(self->seen->snapshot, key, &self->hits, &err);
    if (status == RLS_NOT_FOUND || status == RLS_BAD_ARGUMENT)
        return SQLITE_OK;
    if (status != RLS_OK)
        return table_fail(table_of(self), &err);
    self->count = 1;
    self->ended = false;
    return SQLITE_OK;
}

static int
begin_match(cursor *self, sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    rls_error   err;

    if (text == NULL)
        return SQLITE_NOMEM;
    self->matching = true;
    if (rls_query_parse(text, (size_t)sqlite3_value_bytes(value), table_of(self)->strict,
                        &self->query, &err) != RLS_OK)
        return table_fail(table_of(self), &err);
    return SQLITE_OK;
}

static int
begin_all(cursor *self)
{
    rls_error  err;
    rls_status status = rls_query_create(RLS_GROUP_AND, &self->query, &err);

    if (status == RLS_OK)
        status = rls_query_all(self->query, RLS_ROLE_PLAIN, &err);
    return status == RLS_OK ? SQLITE_OK : table_fail(table_of(self), &err);
}

/* How many rows are wanted, as far as that is known. It is a hint: SQLite counts itself. */
static void
hint(cursor *self, sqlite3_value *value)
{
    sqlite3_int64 rows = sqlite3_value_int64(value);

    if (rows > 0 && rows < PAGE_MAX)
        self->page_size += (uint32_t)rows;
}

/* Hands over one value; `*out_null`: nothing is equal to NULL, and nothing matches it. */
static int
take_value(cursor *self, plan_letter letter, int column, sqlite3_value *value, bool *out_null)
{
    const field_column *fields = table_of(self)->fields;
    int                 type = sqlite3_value_type(value);

    if (letter == PLAN_LIMIT || letter == PLAN_OFFSET) {
        hint(self, value);
        return SQLITE_OK;
    }
    *out_null = *out_null || type == SQLITE_NULL;
    if (type == SQLITE_NULL)
        return SQLITE_OK;
    if (letter == PLAN_MATCH)
        return begin_match(self, value);
    /* A key is no number, but SQLite may compare both as numbers. */
    if (letter == PLAN_KEY)
        return type == SQLITE_TEXT ? begin_lookup(self, value) : SQLITE_OK;
    if (fields[column - 1].class != FIELD_PLAIN)
        return add_condition(self, &fields[column - 1], letter, value);
    return add_value(self, &fields[column - 1], value);
}

int
cursor_filter(sqlite3_vtab_cursor *base, int number, const char *plan, int count,
              sqlite3_value **values)
{
    cursor *self = (cursor *)base;
    bool    null = false, limited = false;
    int     result = SQLITE_OK;

    (void)number;
    forget(self);
    self->page_size = 0;
    if (plan == NULL || (plan[0] != PLAN_MATCH && plan[0] != PLAN_KEY))
        result = begin_all(self);
    for (int i = 0; i < count && result == SQLITE_OK && plan != NULL; i++) {
        plan_letter letter = (plan_letter)*plan;
        char       *end;
        int         column = (int)strtol(plan + 1, &end, 10);

        limited = limited || letter == PLAN_LIMIT;
        plan = end;
        result = take_value(self, letter, column, values[i], &null);
    }
    if (result != SQLITE_OK || null || self->lookup)
        return result;
    if (!limited || self->page_size == 0)
        self->page_size = PAGE_FIRST;
    if (self->page_size > PAGE_MAX)
        self->page_size = PAGE_MAX;
    if (self->query == NULL) /* a number in the place of a key */
        result = begin_all(self);
    self->ended = false;
    if (result == SQLITE_OK)
        result = check_for_words(self);
    return result != SQLITE_OK || self->ended ? result : read_page(self);
}

/* --- rows --- */

int
cursor_next(sqlite3_vtab_cursor *base)
{
    cursor *self = (cursor *)base;

    if (++self->at < self->count)
        return SQLITE_OK;
    if (!self->lookup)
        return read_page(self);
    self->ended = true;
    return SQLITE_OK;
}

int
cursor_eof(sqlite3_vtab_cursor *base)
{
    return ((cursor *)base)->ended;
}

static int
result_key(cursor *self, sqlite3_context *context, bool score, rls_error *err)
{
    rls_text key;
    double   number;

    if (rls_hits_key(self->hits, self->at, &key, &number, err) != RLS_OK)
        return SQLITE_ERROR;
    if (score)
        sqlite3_result_double(context, number);
    else
        sqlite3_result_text64(context, key.data, key.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    return SQLITE_OK;
}

static int
result_body(cursor *self, sqlite3_context *context, rls_error *err)
{
    rls_hit hit;

    if (rls_hits_get(self->hits, self->at, &hit, err) != RLS_OK)
        return SQLITE_ERROR;
    if (hit.has_body)
        sqlite3_result_text64(context, hit.body.size == 0 ? "" : hit.body.data, hit.body.size,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    return SQLITE_OK;
}

static int
result_snippet(cursor *self, sqlite3_context *context, rls_error *err)
{
    rls_text snippet;

    if (rls_hits_snippet(self->hits, self->at, NULL, &snippet, err) != RLS_OK)
        return SQLITE_ERROR;
    sqlite3_result_text64(context, snippet.size == 0 ? "" : snippet.data, snippet.size,
                          SQLITE_TRANSIENT, SQLITE_UTF8);
    return SQLITE_OK;
}

static int
result_tail(cursor *self, sqlite3_context *context, int column, rls_error *err)
{
    switch ((tail_column)column) {
    case TAIL_BODY:
        return result_body(self, context, err);
    case TAIL_RANK:
        if (self->matching)
            sqlite3_result_int64(context, self->place + self->at);
        return SQLITE_OK;
    case TAIL_SCORE:
        return self->matching ? result_key(self, context, true, err) : SQLITE_OK;
    case TAIL_SNIPPET:
        return result_snippet(self, context, err);
    case TAIL_FIELDS:
        return columns_all(context, self->hits, self->at, err);
    case TAIL_TABLE:
    case TAIL_COUNT:
        break;
    }
    return SQLITE_OK;
}

int
cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    cursor        *self = (cursor *)base;
    rsearch_table *table = table_of(self);
    rls_error      err = {0};
    int            result;

    if (column == 0)
        result = result_key(self, context, false, &err);
    else if (column <= table->field_count)
        result = columns_value(context, self->hits, self->at, &table->fields[column - 1], &err);
    else
        result = result_tail(self, context, column - 1 - table->field_count, &err);
    if (result == SQLITE_ERROR)
        sqlite3_result_error(context, err.message, -1);
    return result;
}

/* A hash of the key (FNV-1a, its bits then mixed), so that a document keeps its number in every
 * search and every commit. */
int
cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out_rowid)
{
    cursor   *self = (cursor *)base;
    uint64_t  hash = UINT64_C(0xcbf29ce484222325);
    rls_text  key;
    double    score;
    rls_error err;

    if (rls_hits_key(self->hits, self->at, &key, &score, &err) != RLS_OK)
        return table_fail(table_of(self), &err);
    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    *out_rowid = (sqlite3_int64)hash;
    return SQLITE_OK;
}
