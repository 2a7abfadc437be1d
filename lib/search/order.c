#include "search/order.h"

#include <stdio.h>
#include <time.h>

#include "base/hash.h"
#include "search/scorer.h"

enum {
    NAME_SHOWN = 100
};

/* A field that is not there: the search goes on without. */
static void
note_missing(rls_query_note *notes, uint32_t *count, rls_arena *arena, rls_note_kind kind,
             rls_bytes name, const char *what)
{
    char  message[NAME_SHOWN + 100];
    char *copy;
    int   size = name.size < NAME_SHOWN ? (int)name.size : NAME_SHOWN;

    if (*count == RLS_QUERY_NOTE_MAX)
        return;
    snprintf(message, sizeof(message), "no document has a %s in \"%.*s\"", what, size,
             (const char *)name.data);
    copy = rls_arena_copy(arena, message, strlen(message));
    if (copy != NULL)
        notes[(*count)++] = (rls_query_note){0, 0, copy, kind};
}

/* Columns of a kind by segment; NULL when no segment has one. */
static rls_status
find_columns(rls_search_state *state, rls_arena *arena, rls_bytes field, rls_column_kind kind,
             const rls_column ***out_columns)
{
    const rls_snapshot *snapshot = state->snapshot;
    const rls_column  **columns = NULL;

    *out_columns = NULL;
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        const rls_column *column = rls_segment_column(snapshot->segments[s].segment, field, kind);
        if (column == NULL)
            continue;
        if (columns == NULL) {
            columns = rls_arena_alloc_zeroed(arena, snapshot->segment_count, sizeof(*columns));
            if (columns == NULL)
                return rls_search_no_memory(state);
        }
        columns[s] = column;
    }
    *out_columns = columns;
    return RLS_OK;
}

static rls_status
read_key(rls_search_state *state, rls_arena *arena, const rls_sort_field *from, rls_order_key *key,
         bool *out_known)
{
    static const rls_column_kind kinds[] = {RLS_COLUMN_DATE, RLS_COLUMN_NUMBER, RLS_COLUMN_KEYWORD};
    rls_status                   status = RLS_OK;

    *key = (rls_order_key){.is_score = from->field.size == 0, .descending = from->descending};
    *out_known = true;
    if (key->is_score)
        return RLS_OK;
    key->field.data = rls_arena_alloc(arena, from->field.size);
    if (key->field.data == NULL)
        return rls_search_no_memory(state);
    memcpy((void *)(uintptr_t)key->field.data, from->field.data, from->field.size);
    key->field.size = from->field.size;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && status == RLS_OK; i++) {
        key->kind = kinds[i];
        status = find_columns(state, arena, from->field, key->kind, &key->columns);
        if (key->columns != NULL)
            return status;
    }
    *out_known = false;
    return status;
}

/* What a place in the order must fit. */
static uint32_t
sign(const rls_order *order, const rls_search_request *request, rls_heap *heap, bool *out_failed)
{
    rls_buffer all;
    uint32_t   signature;

    rls_buffer_init(&all, heap);
    rls_buffer_put_u8(&all, (uint8_t)request->mode);
    rls_buffer_put_u8(&all, (uint8_t)request->ranking);
    for (uint32_t i = 0; i < order->key_count; i++) {
        rls_buffer_put_u8(&all, order->keys[i].descending);
        rls_buffer_put_varint(&all, order->keys[i].field.size);
        rls_buffer_append(&all, order->keys[i].field.data, order->keys[i].field.size);
    }
    rls_buffer_put_u8(&all, (uint8_t)request->collapse);
    rls_buffer_put_u64(&all, (uint64_t)order->recency.half_life);
    rls_buffer_append(&all, order->recency.field.data, order->recency.field.size);
    if (order->years.count > 0)
        rls_buffer_put_u64(&all, order->years.others);
    *out_failed = all.failed;
    signature = all.failed ? 0 : (uint32_t)rls_hash64(all.data, all.size);
    rls_buffer_release(&all);
    return signature;
}

static rls_status
read_dates(rls_search_state *state, rls_arena *arena, rls_order *order, rls_query_note *notes,
           uint32_t *note_count)
{
    const rls_search_request *request = state->request;
    rls_bytes                 field = request->recency_field;
    rls_status                status;

    if (request->year_boost > 1.0)
        rls_named_years_find(&order->years, &state->plan, request->year_boost);
    if (request->half_life <= 0 && order->years.count == 0)
        return RLS_OK;
    order->recency = (rls_recency){request->half_life, request->now, field};
    if (order->recency.now == RLS_NOW) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        order->recency.now = (int64_t)now.tv_sec;
    }
    status = find_columns(state, arena, field, RLS_COLUMN_DATE, &order->dates);
    if (status != RLS_OK)
        return status;
    if (order->dates == NULL) {
        note_missing(notes, note_count, arena, RLS_NOTE_RECENCY, field,
                     "date to make scores go by");
        order->recency.half_life = 0;
        order->years.count = 0;
    }
    return RLS_OK;
}

uint32_t
rls_order_dated(const rls_order *order, const rls_column *column, uint32_t doc, uint32_t score)
{
    if (order->recency.half_life > 0)
        score = rls_recency_score(&order->recency, column, doc, score);
    if (order->years.count > 0)
        score = rls_named_years_score(&order->years, column, doc, score);
    return score;
}

rls_status
rls_order_new(rls_search_state *state, rls_arena *arena, rls_query_note *notes,
              uint32_t *note_count, rls_order **out_order)
{
    static const rls_sort_field best = {{NULL, 0}, true};
    const rls_search_request   *request = state->request;
    const rls_sort_field       *fields = request->sort_count == 0 ? &best : request->sort;
    rls_order                  *order = rls_arena_alloc_zeroed(arena, 1, sizeof(*order));
    bool                        failed = false;
    rls_status                  status;

    *out_order = order;
    if (order == NULL)
        return rls_search_no_memory(state);
    order->key_count = request->sort_count == 0 ? 1 : request->sort_count;
    if (order->key_count > RLS_ORDER_KEY_MAX)
        return rls_fail(state->err, RLS_BAD_ARGUMENT, "at most %d keys make an order",
                        RLS_ORDER_KEY_MAX);
    for (uint32_t i = 0; i < order->key_count; i++) {
        bool known;
        status = read_key(state, arena, &fields[i], &order->keys[i], &known);
        if (status != RLS_OK)
            return status;
        if (!known)
            note_missing(notes, note_count, arena, RLS_NOTE_SORT, order->keys[i].field,
                         "value to be ordered by");
        order->needs_score = order->needs_score || order->keys[i].is_score;
    }
    order->by_score = order->key_count == 1 && order->keys[0].is_score && order->keys[0].descending;
    order->is_tiered = order->keys[0].is_score && rls_scorer_ranks_all(state);
    order->scale_exponent = state->scale_exponent;
    status = read_dates(state, arena, order, notes, note_count);
    if (status != RLS_OK)
        return status;
    order->signature = sign(order, request, state->heap, &failed);
    return failed ? rls_search_no_memory(state) : RLS_OK;
}

void
rls_order_parts(const rls_order *order, uint32_t segment, uint32_t doc, uint32_t score,
                uint32_t *parts)
{
    for (uint32_t i = 0; i < order->key_count; i++) {
        const rls_order_key *key = &order->keys[i];
        const rls_column    *column;
        uint32_t             ordinal;

        parts[i] = 0;
        if (key->is_score) {
            parts[i] = key->descending ? score : INT32_MAX - score;
            continue;
        }
        column = key->columns == NULL ? NULL : key->columns[segment];
        if (column == NULL)
            continue;
        if (key->descending && rls_column_greatest(column, doc, &ordinal))
            parts[i] = ordinal + 1;
        else if (!key->descending && rls_column_least(column, doc, &ordinal))
            parts[i] = column->value_count - ordinal;
    }
}

uint32_t
rls_order_ordinal(const rls_order_key *key, uint32_t segment, uint32_t part)
{
    return key->descending ? part - 1 : key->columns[segment]->value_count - part;
}

/* Below 0 when the first value is less. */
static int
compare_values(rls_column_kind kind, const rls_column *a, uint32_t a_ordinal, const rls_column *b,
               uint32_t b_ordinal)
{
    if (kind == RLS_COLUMN_DATE) {
        int64_t left = rls_column_date(a, a_ordinal), right = rls_column_date(b, b_ordinal);
        return (left > right) - (left < right);
    }
    if (kind == RLS_COLUMN_NUMBER) {
        double left = rls_column_number(a, a_ordinal), right = rls_column_number(b, b_ordinal);
        return (left > right) - (left < right);
    }
    return rls_bytes_compare(rls_column_keyword(a, a_ordinal), rls_column_keyword(b, b_ordinal));
}

int
rls_order_compare(const rls_order *order, uint32_t number, uint32_t a_segment, uint32_t a_part,
                  uint32_t b_segment, uint32_t b_part)
{
    const rls_order_key *key = &order->keys[number];
    int                  less;

    if (key->is_score || a_segment == b_segment || a_part == 0 || b_part == 0)
        return (a_part < b_part) - (a_part > b_part);
    less = compare_values(key->kind, key->columns[a_segment],
                          rls_order_ordinal(key, a_segment, a_part), key->columns[b_segment],
                          rls_order_ordinal(key, b_segment, b_part));
    return key->descending ? -less : less;
}
