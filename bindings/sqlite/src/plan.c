/* What of a statement is handed to the search. Of conditions besides MATCH none is taken from
 * SQLite: it compares the rows that come back again. */
#include "table.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

typedef struct plan {
    rsearch_table      *table;
    sqlite3_index_info *info;
    sqlite3_str        *text;
    int                 count; /* of values handed over */
    bool                matching;
} plan;

static void
hand_over(plan *self, int i, plan_letter letter)
{
    if (self->count >= PLAN_VALUES_MAX)
        return;
    self->info->aConstraintUsage[i].argvIndex = ++self->count;
    sqlite3_str_appendf(self->text, "%c%d", letter, self->info->aConstraint[i].iColumn);
}

static bool
is_on_table(const rsearch_table *table, const struct sqlite3_index_constraint *one)
{
    return one->iColumn == 1 + table->field_count + TAIL_TABLE &&
           (one->op == SQLITE_INDEX_CONSTRAINT_MATCH || one->op == SQLITE_INDEX_CONSTRAINT_EQ);
}

/* A list of IN is walked by SQLite with one search for each value: that is right for lookups, but
 * not for a search whose places would begin again with each of them. */
static bool
is_list(const plan *self, int i)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    return sqlite3_libversion_number() >= 3038000 && sqlite3_vtab_in(self->info, i, -1) != 0;
#else
    (void)self;
    (void)i;
    return false;
#endif
}

static bool
is_binary(const plan *self, int i)
{
    return strcmp(sqlite3_vtab_collation(self->info, i), "BINARY") == 0;
}

/* 0: not for the library. */
static int
letter_of(const plan *self, int i)
{
    const struct sqlite3_index_constraint *one = &self->info->aConstraint[i];
    const rsearch_table                   *table = self->table;
    field_class class;

    switch (one->op) {
#if SQLITE_VERSION_NUMBER >= 3038000
    case SQLITE_INDEX_CONSTRAINT_LIMIT:
        return one->usable ? PLAN_LIMIT : 0;
    case SQLITE_INDEX_CONSTRAINT_OFFSET:
        return one->usable ? PLAN_OFFSET : 0;
#endif
    case SQLITE_INDEX_CONSTRAINT_EQ:
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
        break;
    default:
        return 0;
    }
    if (!one->usable || one->iColumn < 0 || one->iColumn > table->field_count ||
        !is_binary(self, i) || (self->matching && is_list(self, i)))
        return 0;
    if (one->iColumn == 0)
        return one->op == SQLITE_INDEX_CONSTRAINT_EQ && !self->matching ? PLAN_KEY : 0;
    class = table->fields[one->iColumn - 1].class;
    if (one->op == SQLITE_INDEX_CONSTRAINT_EQ)
        return class != FIELD_PLAIN || !self->matching ? PLAN_IS : 0;
    if (class == FIELD_PLAIN)
        return 0;
    return one->op == SQLITE_INDEX_CONSTRAINT_GT || one->op == SQLITE_INDEX_CONSTRAINT_GE
               ? PLAN_FROM
               : PLAN_TO;
}

static int
take_match(plan *self)
{
    const sqlite3_index_info *info = self->info;

    for (int i = 0; i < info->nConstraint; i++) {
        if (!is_on_table(self->table, &info->aConstraint[i]))
            continue;
        /* The query comes from a table that is not yet at hand: another order of tables will do. */
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        if (self->matching) {
            sqlite3_free(self->table->base.zErrMsg);
            self->table->base.zErrMsg = sqlite3_mprintf(
                "rsearch: one MATCH at a time; 'a AND b' in one query asks for both");
            return SQLITE_ERROR;
        }
        self->matching = true;
        hand_over(self, i, PLAN_MATCH);
        self->info->aConstraintUsage[i].omit = 1;
    }
    return SQLITE_OK;
}

/* Rough numbers are enough: a lookup is nearly nothing, a search little, and reading all documents
 * the worst by far: SQLite would choose it for alternatives of MATCH, which it cannot compare
 * itself. */
static void
estimate(const plan *self, bool lookup, int conditions)
{
    rls_snapshot_info about = {.struct_size = sizeof about};
    double            rows = 1e6;

    if (rls_snapshot_get_info(self->table->now->snapshot, &about, NULL) == RLS_OK)
        rows = (double)about.documents + 1.0;
    if (self->matching)
        rows /= 16.0;
    for (int i = 0; i < conditions; i++)
        rows /= 4.0;
    if (lookup || rows < 1.0)
        rows = 1.0;
    self->info->estimatedRows = (sqlite3_int64)rows;
    self->info->estimatedCost = lookup ? 20.0 : self->matching ? 100.0 + rows : 1e6 + 100.0 * rows;
}

int
plan_choose(sqlite3_vtab *base, sqlite3_index_info *info)
{
    plan self = {.table = (rsearch_table *)base, .info = info, .text = sqlite3_str_new(NULL)};
    bool lookup = false;
    int  conditions = 0, result = take_match(&self);

    if (result != SQLITE_OK) {
        sqlite3_free(sqlite3_str_finish(self.text));
        return result;
    }
    for (int i = 0; i < info->nConstraint && !lookup; i++) {
        int letter = letter_of(&self, i);
        if (letter != PLAN_KEY)
            continue;
        hand_over(&self, i, PLAN_KEY);
        lookup = true;
    }
    for (int i = 0; i < info->nConstraint && !lookup; i++) {
        int letter = letter_of(&self, i);
        if (letter == 0 || letter == PLAN_KEY)
            continue;
        hand_over(&self, i, (plan_letter)letter);
        conditions += letter != PLAN_LIMIT && letter != PLAN_OFFSET;
    }
    /* Hits come in the order of their places. */
    info->orderByConsumed = self.matching && info->nOrderBy == 1 && !info->aOrderBy[0].desc &&
                            info->aOrderBy[0].iColumn == 1 + self.table->field_count + TAIL_RANK;
    estimate(&self, lookup, conditions);
    result = sqlite3_str_errcode(self.text);
    info->idxStr = sqlite3_str_finish(self.text);
    info->needToFreeIdxStr = 1;
    return result;
}
