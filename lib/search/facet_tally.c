#include "search/facet_tally.h"

#include "document/date.h"

rls_status
rls_facet_tally_init(rls_facet_tally *tally, rls_search_state *state, rls_arena *arena,
                     const rls_facet_wish *wish)
{
    static const rls_column_kind kinds[] = {RLS_COLUMN_KEYWORD, RLS_COLUMN_NUMBER, RLS_COLUMN_DATE};
    const rls_snapshot          *snapshot = state->snapshot;
    bool                         found = false;

    *tally = (rls_facet_tally){.state = state, .wish = wish};
    tally->columns =
        rls_arena_alloc_zeroed(arena, snapshot->segment_count + (size_t)1, sizeof(*tally->columns));
    tally->ends =
        rls_arena_alloc_zeroed(arena, snapshot->segment_count + (size_t)1, sizeof(*tally->ends));
    if (tally->columns == NULL || tally->ends == NULL)
        return rls_search_no_memory(state);
    for (size_t i = wish->kind == RLS_FACET_VALUE ? 0 : 2; i < 3 && !found; i++) {
        tally->kind = kinds[i];
        for (uint32_t s = 0; s < snapshot->segment_count; s++) {
            tally->columns[s] =
                rls_segment_column(snapshot->segments[s].segment, wish->field, kinds[i]);
            found = found || tally->columns[s] != NULL;
        }
    }
    return RLS_OK;
}

void
rls_facet_tally_release(rls_facet_tally *tally)
{
    if (tally->state == NULL)
        return;
    rls_free(tally->state->heap, tally->entries);
    rls_free(tally->state->heap, tally->merged);
}

void
rls_facet_tally_clear(rls_facet_tally *tally)
{
    tally->count = 0;
    tally->run_count = 0;
    tally->documents = tally->missing = 0;
}

void
rls_facet_span(rls_facet_kind kind, int64_t date, int64_t *out_from, int64_t *out_to)
{
    int64_t  year;
    unsigned month, day;

    if (kind == RLS_FACET_VALUE) {
        *out_from = date;
        *out_to = date < INT64_MAX ? date + 1 : date;
        return;
    }
    rls_date_to_civil(date, &year, &month, &day);
    if (kind == RLS_FACET_YEAR) {
        *out_from = rls_date_from_civil(year, 1, 1);
        *out_to = rls_date_from_civil(year + 1, 1, 1);
    } else if (kind == RLS_FACET_MONTH) {
        *out_from = rls_date_from_civil(year, month, 1);
        *out_to = month == 12 ? rls_date_from_civil(year + 1, 1, 1)
                              : rls_date_from_civil(year, month + 1, 1);
    } else {
        *out_from = rls_date_from_civil(year, month, day);
        *out_to = *out_from + 86400;
    }
}

static bool
append(rls_facet_tally *tally, uint32_t segment, uint32_t ordinal, int64_t date, uint64_t count)
{
    void *memory = tally->entries;

    if (!rls_grow(tally->state->heap, &memory, &tally->capacity, tally->count + 1,
                  sizeof(rls_tally_entry)))
        return false;
    tally->entries = memory;
    tally->entries[tally->count++] = (rls_tally_entry){count, date, segment, ordinal};
    return true;
}

/* The values that were met, dates by what they lie in. */
static rls_status
append_counts(rls_facet_tally *tally, uint32_t segment, const uint32_t *counts)
{
    const rls_column *column = tally->columns[segment];
    int64_t           from = 0, to = 0;
    bool              is_date = tally->kind == RLS_COLUMN_DATE, open = false;

    for (uint32_t ordinal = 0; ordinal < column->value_count; ordinal++) {
        int64_t date = 0;
        if (counts[ordinal] == 0)
            continue;
        if (is_date) {
            date = rls_column_date(column, ordinal);
            if (open && date >= from && date < to) {
                tally->entries[tally->count - 1].count += counts[ordinal];
                continue;
            }
            rls_facet_span(tally->wish->kind, date, &from, &to);
            open = true;
        }
        if (!append(tally, segment, ordinal, from, counts[ordinal]))
            return rls_search_no_memory(tally->state);
    }
    return RLS_OK;
}

/* Of a document only the first of several dates of one year, month or day counts: `first` says of
 * each ordinal which one that is. */
static rls_status
find_firsts(rls_facet_tally *tally, const rls_column *column, uint32_t **out_firsts)
{
    uint32_t *firsts = rls_arena_alloc(&tally->state->scratch,
                                       (column->value_count + (size_t)1) * sizeof(*firsts));
    int64_t   from = 0, to = 0;
    uint32_t  first = 0;

    *out_firsts = firsts;
    if (firsts == NULL)
        return rls_search_no_memory(tally->state);
    for (uint32_t ordinal = 0; ordinal < column->value_count; ordinal++) {
        int64_t date = rls_column_date(column, ordinal);
        if (ordinal == 0 || date < from || date >= to) {
            rls_facet_span(tally->wish->kind, date, &from, &to);
            first = ordinal;
        }
        firsts[ordinal] = first;
    }
    return RLS_OK;
}

rls_status
rls_facet_tally_add(rls_facet_tally *tally, const rls_segment_view *view, const rls_bitset *bits)
{
    enum {
        WORDS_A_POLL = 1024
    };
    rls_search_state *state = tally->state;
    const rls_column *column = tally->columns[view->number];
    uint32_t          documents = rls_bitset_count(bits), *firsts = NULL, *counts;
    size_t            words = rls_bitset_word_count(bits->size);
    uint64_t          with = 0;
    rls_status        status = RLS_OK;

    if (column != NULL && documents > 0) {
        counts = rls_arena_alloc_zeroed(&state->scratch, column->value_count + (size_t)1,
                                        sizeof(*counts));
        if (counts == NULL)
            return rls_search_no_memory(state);
        if (tally->wish->kind != RLS_FACET_VALUE && !column->single)
            status = find_firsts(tally, column, &firsts);
        for (size_t i = 0; i < words && status == RLS_OK; i += WORDS_A_POLL) {
            uint32_t count = (uint32_t)(words - i < WORDS_A_POLL ? words - i : WORDS_A_POLL);
            with += rls_column_count(column, firsts, (uint32_t)(64 * i), count, bits->words + i,
                                     counts);
            status = rls_search_poll(state);
        }
        if (status == RLS_OK)
            status = append_counts(tally, view->number, counts);
    }
    tally->documents += documents;
    tally->missing += documents - with;
    tally->ends[view->number] = tally->count;
    tally->run_count = view->number + 1;
    return status;
}
