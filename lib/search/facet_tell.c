/* The end of a facet: counts of segments merged by value, the values asked for chosen and put into
 * words. */
#include <stdio.h>

#include "document/date.h"
#include "document/numbers.h"
#include "search/facet_tally.h"
#include "search/topk.h"

static int
compare(const rls_facet_tally *tally, const rls_tally_entry *a, const rls_tally_entry *b)
{
    if (tally->kind == RLS_COLUMN_DATE)
        return (a->date > b->date) - (a->date < b->date);
    if (tally->kind == RLS_COLUMN_NUMBER) {
        double left = rls_column_number(tally->columns[a->segment], a->ordinal);
        double right = rls_column_number(tally->columns[b->segment], b->ordinal);
        return (left > right) - (left < right);
    }
    return rls_bytes_compare(rls_column_keyword(tally->columns[a->segment], a->ordinal),
                             rls_column_keyword(tally->columns[b->segment], b->ordinal));
}

/* Two neighbouring runs of ascending values into `out`; equal values become one. */
static size_t
merge_runs(const rls_facet_tally *tally, const rls_tally_entry *a, size_t a_count,
           const rls_tally_entry *b, size_t b_count, rls_tally_entry *out)
{
    size_t left = 0, right = 0, count = 0;

    while (left < a_count || right < b_count) {
        int order = left == a_count ? 1 : right == b_count ? -1 : 0;
        if (order == 0)
            order = compare(tally, &a[left], &b[right]);
        out[count] = order <= 0 ? a[left++] : b[right++];
        if (order == 0)
            out[count].count += b[right++].count;
        count++;
    }
    return count;
}

/* Pairs of runs become one until one is left. */
static rls_status
merge_all(rls_facet_tally *tally)
{
    if (tally->count == 0) {
        tally->run_count = 0;
        return RLS_OK;
    }
    if (tally->run_count > 1 && tally->merged == NULL) {
        tally->merged = rls_alloc(tally->state->heap, tally->count + 1, sizeof(*tally->merged));
        if (tally->merged == NULL)
            return rls_search_no_memory(tally->state);
    }
    while (tally->run_count > 1) {
        rls_tally_entry *kept = tally->entries;
        size_t           made = 0, begin = 0;
        uint32_t         runs = 0;
        for (uint32_t r = 0; r < tally->run_count; r += 2) {
            size_t middle = tally->ends[r];
            size_t end = r + 1 < tally->run_count ? tally->ends[r + 1] : middle;
            made += merge_runs(tally, kept + begin, middle - begin, kept + middle, end - middle,
                               tally->merged + made);
            begin = end;
            tally->ends[runs++] = made;
        }
        tally->entries = tally->merged;
        tally->merged = kept;
        tally->count = made;
        tally->run_count = runs;
    }
    return RLS_OK;
}

static int
write_date(rls_facet_kind kind, int64_t date, char *out, size_t size)
{
    int64_t  year, second = date % 86400;
    unsigned month, day;

    rls_date_to_civil(date, &year, &month, &day);
    second += second < 0 ? 86400 : 0;
    if (kind == RLS_FACET_YEAR)
        return snprintf(out, size, "%04lld", (long long)year);
    if (kind == RLS_FACET_MONTH)
        return snprintf(out, size, "%04lld-%02u", (long long)year, month);
    if (kind == RLS_FACET_DAY || second == 0)
        return snprintf(out, size, "%04lld-%02u-%02u", (long long)year, month, day);
    return snprintf(out, size, "%04lld-%02u-%02uT%02d:%02d:%02d", (long long)year, month, day,
                    (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

static rls_status
put_into_words(const rls_facet_tally *tally, const rls_tally_entry *entry, rls_arena *arena,
               rls_facet_count *out)
{
    char      text[64];
    rls_bytes value = rls_bytes_of(text, 0);
    int       size;

    *out = (rls_facet_count){.count = entry->count};
    if (tally->kind == RLS_COLUMN_DATE) {
        rls_facet_span(tally->wish->kind, entry->date, &out->from, &out->to);
        size = write_date(tally->wish->kind, out->from, text, sizeof(text));
        value.size = size < 0 ? 0 : (size_t)size;
    } else if (tally->kind == RLS_COLUMN_NUMBER) {
        value.size = rls_number_text(
            rls_column_number(tally->columns[entry->segment], entry->ordinal), text);
    } else {
        value = rls_column_keyword(tally->columns[entry->segment], entry->ordinal);
    }
    out->value = rls_bytes_of(rls_arena_copy(arena, value.data, value.size), value.size);
    return out->value.data == NULL ? rls_search_no_memory(tally->state) : RLS_OK;
}

/* Places of the most frequent values among the entries, equal ones by value. */
static rls_status
choose_frequent(rls_facet_tally *tally, uint32_t limit, rls_topk *topk)
{
    rls_status status = rls_topk_init(topk, tally->state->heap, limit, (uint32_t)tally->count, 0,
                                      tally->state->err);

    for (size_t i = 0; status == RLS_OK && i < tally->count; i++) {
        uint64_t count = tally->entries[i].count;
        count = count < UINT32_MAX ? count : UINT32_MAX;
        rls_topk_offer(topk, count << 32 | (UINT32_MAX - (uint32_t)i), (uint32_t)i);
    }
    if (status == RLS_OK)
        rls_topk_finish(topk);
    return status;
}

rls_status
rls_facet_tally_tell(rls_facet_tally *tally, rls_arena *arena, rls_facet_result *out)
{
    bool       by_count = tally->wish->order == RLS_FACET_BY_COUNT;
    rls_topk   topk = {0};
    rls_status status = merge_all(tally);

    out->documents = tally->documents;
    out->missing = tally->missing;
    if (status != RLS_OK)
        return status;
    if (tally->count >= UINT32_MAX)
        return rls_fail(tally->state->err, RLS_NO_MEMORY, "too many values for a facet");
    out->distinct = tally->count;
    out->value_count = (uint32_t)tally->count;
    if (out->value_count > tally->wish->limit)
        out->value_count = tally->wish->limit;
    out->values = rls_arena_alloc(arena, (out->value_count + (size_t)1) * sizeof(*out->values));
    if (out->values == NULL)
        return rls_search_no_memory(tally->state);
    if (by_count && out->value_count > 0)
        status = choose_frequent(tally, out->value_count, &topk);
    for (uint32_t i = 0; i < out->value_count && status == RLS_OK; i++)
        status = put_into_words(tally, &tally->entries[by_count ? topk.entries[i].doc : i], arena,
                                &out->values[i]);
    rls_topk_release(&topk);
    return status;
}
