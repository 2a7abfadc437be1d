/* The columns of a table and their values. */
#include "table.h"

#include <inttypes.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

enum {
    FIELDS_MAX = 1900, /* SQLite has 2,000 columns at most unless it was built otherwise */
    DAY_SECONDS = 86400
};

static const char *const tail_names[TAIL_COUNT] = {"body",  NULL,      "rank",
                                                   "score", "snippet", "fields"};

/* --- what there is --- */

typedef struct gathering {
    rsearch_table *table;
    const char    *table_name;
    bool           failed;
} gathering;

/* Names of columns are the same whatever their case. */
static bool
is_taken(const gathering *work, const char *name)
{
    if (sqlite3_stricmp(name, "key") == 0 || sqlite3_stricmp(name, work->table_name) == 0)
        return true;
    for (int i = 0; i < TAIL_COUNT; i++) {
        if (tail_names[i] != NULL && sqlite3_stricmp(name, tail_names[i]) == 0)
            return true;
    }
    for (int i = 0; i < work->table->field_count; i++) {
        if (sqlite3_stricmp(name, work->table->fields[i].name) == 0)
            return true;
    }
    return false;
}

static field_class
class_of(uint32_t kinds)
{
    kinds &= RLS_FIELD_TEXT | RLS_FIELD_KEYWORD | RLS_FIELD_DATE | RLS_FIELD_NUMBER;
    return kinds == RLS_FIELD_DATE     ? FIELD_DATE
           : kinds == RLS_FIELD_NUMBER ? FIELD_NUMBER
                                       : FIELD_PLAIN;
}

static void
add_column(gathering *work, const char *name, uint32_t kinds)
{
    rsearch_table *table = work->table;
    field_column  *grown;

    if (table->field_count >= FIELDS_MAX || is_taken(work, name))
        return;
    grown =
        sqlite3_realloc64(table->fields, ((sqlite3_uint64)table->field_count + 1) * sizeof *grown);
    if (grown == NULL) {
        work->failed = true;
        return;
    }
    table->fields = grown;
    grown[table->field_count] = (field_column){sqlite3_mprintf("%s", name), class_of(kinds)};
    work->failed = grown[table->field_count].name == NULL;
    table->field_count += !work->failed;
}

static bool
visit_field(void *context, const rls_field_info *field)
{
    gathering *work = context;

    add_column(work, field->name, field->kinds);
    return !work->failed;
}

int
columns_gather(rsearch_table *table, const char *table_name, const char *const *named,
               int named_count, char **out_message)
{
    gathering  work = {table, table_name, false};
    rls_error  err;
    rls_status status = rls_snapshot_fields(table->now->snapshot, visit_field, &work, &err);

    if (status != RLS_OK) {
        *out_message = sqlite3_mprintf("rsearch: %s", err.message);
        return SQLITE_ERROR;
    }
    /* Fields that are stored only are not among those that the index tells. */
    for (int i = 0; i < named_count && !work.failed; i++)
        add_column(&work, named[i], 0);
    return work.failed ? SQLITE_NOMEM : SQLITE_OK;
}

char *
columns_declaration(const rsearch_table *table, const char *table_name)
{
    static const char *const types[] = {
        [FIELD_PLAIN] = "TEXT", [FIELD_DATE] = "TEXT", [FIELD_NUMBER] = "REAL"};
    sqlite3_str *text = sqlite3_str_new(NULL);

    sqlite3_str_appendall(text, "CREATE TABLE x(key TEXT");
    for (int i = 0; i < table->field_count; i++)
        sqlite3_str_appendf(text, ", \"%w\" %s", table->fields[i].name,
                            types[table->fields[i].class]);
    sqlite3_str_appendf(text,
                        ", body TEXT, \"%w\" HIDDEN, rank INTEGER HIDDEN, score REAL HIDDEN, "
                        "snippet TEXT HIDDEN, fields TEXT HIDDEN)",
                        table_name);
    return sqlite3_str_finish(text);
}

void
columns_free(rsearch_table *table)
{
    for (int i = 0; i < table->field_count; i++)
        sqlite3_free(table->fields[i].name);
    sqlite3_free(table->fields);
    table->fields = NULL;
    table->field_count = 0;
}

/* --- values --- */

/* Days since 1970-01-01 as a date of the proleptic Gregorian calendar, years counted from March. */
static void
date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t from_march = days + 719468;
    int64_t era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
    int     of_era = (int)(from_march - era * 146097);
    int     year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int     of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int     march_month = (5 * of_year + 2) / 153;

    *day = of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* Text whose order is that of the dates. */
static void
result_date(sqlite3_context *context, int64_t seconds)
{
    int64_t days = (seconds >= 0 ? seconds : seconds - (DAY_SECONDS - 1)) / DAY_SECONDS, year;
    int     rest = (int)(seconds - days * DAY_SECONDS), month, day;
    char    text[64];

    date_of_days(days, &year, &month, &day);
    sqlite3_snprintf(sizeof text, text, "%04lld-%02d-%02d", (long long)year, month, day);
    if (rest != 0)
        sqlite3_snprintf(sizeof text, text, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year,
                         month, day, rest / 3600, rest / 60 % 60, rest % 60);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void
result_text(sqlite3_context *context, rls_text text)
{
    sqlite3_result_text64(context, text.size == 0 ? "" : text.data, text.size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

static void
append_string(sqlite3_str *json, rls_text text)
{
    size_t from = 0;

    sqlite3_str_appendchar(json, 1, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        sqlite3_str_append(json, text.data + from, (int)(i - from));
        if (byte < 0x20)
            sqlite3_str_appendf(json, "\\u%04x", byte);
        else
            sqlite3_str_appendf(json, "\\%c", byte);
        from = i + 1;
    }
    sqlite3_str_append(json, text.data + from, (int)(text.size - from));
    sqlite3_str_appendchar(json, 1, '"');
}

/* Numbers as they are written, which JSON takes but for a plus. */
static void
append_value(sqlite3_str *json, const rls_hit_field *field, uint32_t i)
{
    rls_text text = field->values[i];
    double   number;

    if ((field->kinds & RLS_FIELD_NUMBER) != 0 && text.size > 0 && text.data[0] != '+' &&
        rls_value_number(text.data, text.size, &number))
        sqlite3_str_append(json, text.data, (int)text.size);
    else
        append_string(json, text);
}

static void
append_field(sqlite3_str *json, const rls_hit_field *field)
{
    if (!field->is_list && field->value_count == 1) {
        append_value(json, field, 0);
        return;
    }
    sqlite3_str_appendchar(json, 1, '[');
    for (uint32_t i = 0; i < field->value_count; i++) {
        if (i > 0)
            sqlite3_str_appendchar(json, 1, ',');
        append_value(json, field, i);
    }
    sqlite3_str_appendchar(json, 1, ']');
}

static int
result_json(sqlite3_context *context, sqlite3_str *json)
{
    int   result = sqlite3_str_errcode(json);
    char *text = sqlite3_str_finish(json);

    if (result != SQLITE_OK) {
        sqlite3_free(text);
        return result;
    }
    sqlite3_result_text(context, text, -1, sqlite3_free);
    return SQLITE_OK;
}

static void
result_first_date(sqlite3_context *context, const rls_hit_field *field)
{
    int64_t from, to;

    for (uint32_t i = 0; (field->kinds & RLS_FIELD_DATE) != 0 && i < field->value_count; i++) {
        if (!rls_value_date(field->values[i].data, field->values[i].size, &from, &to))
            continue;
        result_date(context, from);
        return;
    }
}

static void
result_first_number(sqlite3_context *context, const rls_hit_field *field)
{
    double number;

    for (uint32_t i = 0; (field->kinds & RLS_FIELD_NUMBER) != 0 && i < field->value_count; i++) {
        if (!rls_value_number(field->values[i].data, field->values[i].size, &number))
            continue;
        sqlite3_result_double(context, number);
        return;
    }
}

int
columns_value(sqlite3_context *context, rls_hits *hits, uint32_t i, const field_column *column,
              rls_error *err)
{
    rls_hit_field field;
    rls_status    status = rls_hits_find_field(hits, i, column->name, &field, err);
    sqlite3_str  *json;

    if (status == RLS_NOT_FOUND)
        return SQLITE_OK;
    if (status != RLS_OK)
        return SQLITE_ERROR;
    if (column->class == FIELD_DATE) {
        result_first_date(context, &field);
    } else if (column->class == FIELD_NUMBER) {
        result_first_number(context, &field);
    } else if (!field.is_list && field.value_count == 1) {
        result_text(context, field.values[0]);
    } else {
        json = sqlite3_str_new(sqlite3_context_db_handle(context));
        append_field(json, &field);
        return result_json(context, json);
    }
    return SQLITE_OK;
}

int
columns_all(sqlite3_context *context, rls_hits *hits, uint32_t i, rls_error *err)
{
    rls_hit      hit;
    sqlite3_str *json;
    rls_status   status = rls_hits_get(hits, i, &hit, err);

    if (status != RLS_OK)
        return SQLITE_ERROR;
    json = sqlite3_str_new(sqlite3_context_db_handle(context));
    sqlite3_str_appendchar(json, 1, '{');
    for (uint32_t number = 0; number < hit.field_count; number++) {
        rls_hit_field field;
        status = rls_hits_field(hits, i, number, &field, err);
        if (status != RLS_OK) {
            sqlite3_free(sqlite3_str_finish(json));
            return SQLITE_ERROR;
        }
        if (number > 0)
            sqlite3_str_appendchar(json, 1, ',');
        append_string(json, field.name);
        sqlite3_str_appendchar(json, 1, ':');
        append_field(json, &field);
    }
    sqlite3_str_appendchar(json, 1, '}');
    return result_json(context, json);
}
