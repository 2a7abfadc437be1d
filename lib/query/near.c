#include "query/near.h"

#include "base/sort.h"

void
rls_near_work_release(rls_near_work *work)
{
    rls_free(work->heap, work->numbers);
    rls_free(work->heap, work->starts);
    rls_free(work->heap, work->spare);
}

/* What is found, with the last window held back until it is known to be a smallest one: the next
 * with the same end begins later. */
typedef struct finder {
    void (*found)(void *context, const rls_near_window *window);
    void           *context;
    rls_near_window last;
    bool            has_last;
} finder;

static void
add_window(finder *f, rls_near_window window)
{
    if (f->has_last && f->last.end != window.end)
        f->found(f->context, &f->last);
    f->last = window;
    f->has_last = true;
}

static void
end_windows(finder *f)
{
    if (f->has_last)
        f->found(f->context, &f->last);
}

static bool
grow_numbers(rls_near_work *work, size_t count)
{
    void *memory = work->numbers;
    bool  grown =
        rls_grow(work->heap, &memory, &work->number_capacity, count, sizeof *work->numbers);

    work->numbers = memory;
    return grown;
}

/* --- phrases whose words may be moved --- */

/* A word's position less its place in the phrase: the same for all words of an unmoved phrase. */
static int64_t
shifted(const rls_near *near, const rls_near_place *place, uint32_t word)
{
    return (int64_t)place->start - near->offsets[word];
}

/* Chooses for each word the first place from `least` on, for a word that is there before a place
 * behind that one's. False: some word has none. */
static bool
choose_places(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
              int64_t least, uint32_t *cursors, uint32_t *chosen, int64_t *out_min,
              int64_t *out_max, rls_near_window *out_window)
{
    *out_window = (rls_near_window){UINT32_MAX, 0, 0};
    *out_min = INT64_MAX;
    *out_max = INT64_MIN;
    for (uint32_t i = 0; i < near->operand_count; i++) {
        uint32_t at = cursors[i];
        int64_t  value;
        while (at < counts[i] && shifted(near, &places[i][at], i) < least)
            at++;
        cursors[i] = at;
        if (near->same[i] != i) {
            uint32_t before = chosen[near->same[i]];
            while (at < counts[i] && places[i][at].start <= before)
                at++;
        }
        if (at == counts[i])
            return false;
        chosen[i] = places[i][at].start;
        value = shifted(near, &places[i][at], i);
        *out_min = value < *out_min ? value : *out_min;
        *out_max = value > *out_max ? value : *out_max;
        if (chosen[i] < out_window->start)
            out_window->start = chosen[i];
        if (chosen[i] + 1 > out_window->end)
            out_window->end = chosen[i] + 1;
    }
    return true;
}

static bool
find_moved(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
           rls_near_work *work, finder *f)
{
    int64_t         least = INT64_MIN, first, last;
    uint32_t       *cursors, *chosen;
    rls_near_window window;

    if (!grow_numbers(work, 2 * (size_t)near->operand_count))
        return false;
    cursors = work->numbers;
    chosen = cursors + near->operand_count;
    memset(cursors, 0, near->operand_count * sizeof *cursors);
    while (choose_places(near, places, counts, least, cursors, chosen, &first, &last, &window)) {
        if (last - first <= (int64_t)near->distance) {
            window.gap = (uint32_t)(last - first);
            add_window(f, window);
            least = first + 1;
        } else {
            least = last - (int64_t)near->distance;
            least = least > first + 1 ? least : first + 1;
        }
    }
    return true;
}

/* --- operands in any order, or in one --- */

/* All begins of places, ascending. */
static bool
gather_starts(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
              rls_near_work *work, size_t *out_count)
{
    size_t total = 0, at = 0;
    void  *starts = work->starts, *spare = work->spare;
    bool   grown;

    for (uint32_t i = 0; i < near->operand_count; i++)
        total += counts[i];
    grown = rls_grow(work->heap, &starts, &work->start_capacity, total, sizeof *work->starts);
    work->starts = starts;
    grown =
        grown && rls_grow(work->heap, &spare, &work->spare_capacity, total, sizeof *work->spare);
    work->spare = spare;
    if (!grown)
        return false;
    for (uint32_t i = 0; i < near->operand_count; i++) {
        if (near->kind == RLS_NEAR_ORDERED && i > 0)
            break;
        for (uint32_t j = 0; j < counts[i]; j++)
            work->starts[at++] = places[i][j].start;
    }
    rls_sort_u64(work->starts, work->spare, at);
    *out_count = at;
    return true;
}

/* The least end of places, one of each operand, none touching another's words, of which the first
 * begins at `start`; 0 when there is none up to `limit`. For any order: least[mask] is the least
 * end of a chain of the operands in the mask; places come by their ends (interval scheduling). */
static uint32_t
end_in_any_order(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
                 uint32_t *cursors, uint32_t start, uint32_t limit)
{
    uint32_t least[1 << RLS_NEAR_OPERAND_MAX], at[RLS_NEAR_OPERAND_MAX];
    uint32_t full = (1u << near->operand_count) - 1;

    memset(least, 0xff, (full + (size_t)1) * sizeof *least);
    for (uint32_t i = 0; i < near->operand_count; i++) {
        while (cursors[i] < counts[i] && places[i][cursors[i]].start < start)
            cursors[i]++;
        at[i] = cursors[i];
    }
    for (;;) {
        uint32_t       next = near->operand_count;
        rls_near_place place;
        for (uint32_t i = 0; i < near->operand_count; i++)
            if (at[i] < counts[i] &&
                (next == near->operand_count || places[i][at[i]].end < places[next][at[next]].end))
                next = i;
        if (next == near->operand_count)
            return 0;
        place = places[next][at[next]++];
        if (place.end > limit)
            return 0;
        if (place.start < start)
            continue;
        if (place.start == start && place.end < least[1u << next])
            least[1u << next] = place.end;
        for (uint32_t mask = 1; mask < full; mask++)
            if (!(mask >> next & 1) && least[mask] <= place.start &&
                place.end < least[mask | 1u << next])
                least[mask | 1u << next] = place.end;
        if (least[full] != UINT32_MAX)
            return least[full];
    }
}

static uint32_t
end_in_order(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
             uint32_t *cursors, uint32_t start, uint32_t limit)
{
    uint32_t end = 0;

    for (uint32_t i = 0; i < near->operand_count; i++) {
        uint32_t at = cursors[i];
        /* Ascending by end, the first that begins late enough ends first. */
        while (at < counts[i] && places[i][at].start < (i == 0 ? start : end))
            at++;
        while (i == 0 && at < counts[i] && places[i][at].start != start)
            at++;
        if (at == counts[i] || places[i][at].end > limit)
            return 0;
        end = places[i][at].end;
        while (cursors[i] < counts[i] && places[i][cursors[i]].start < start)
            cursors[i]++;
    }
    return end;
}

static bool
find_near(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
          rls_near_work *work, finder *f)
{
    uint32_t cursors[RLS_NEAR_OPERAND_MAX] = {0};
    uint64_t width = (uint64_t)near->distance + near->least_length;
    size_t   count;

    if (near->operand_count > RLS_NEAR_OPERAND_MAX)
        return true;
    if (!gather_starts(near, places, counts, work, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t start = (uint32_t)work->starts[i], limit = UINT32_MAX, end;
        if (i > 0 && work->starts[i - 1] == start)
            continue;
        if (start + width < UINT32_MAX)
            limit = (uint32_t)(start + width);
        end = near->kind == RLS_NEAR_ORDERED
                  ? end_in_order(near, places, counts, cursors, start, limit)
                  : end_in_any_order(near, places, counts, cursors, start, limit);
        if (end > 0)
            add_window(f, (rls_near_window){start, end,
                                            end - start > near->least_length
                                                ? end - start - near->least_length
                                                : 0});
    }
    return true;
}

bool
rls_near_find(const rls_near *near, const rls_near_place *const *places, const uint32_t *counts,
              rls_near_work *work, void (*found)(void *context, const rls_near_window *window),
              void          *context)
{
    finder f = {.found = found, .context = context};
    bool   done = near->kind == RLS_NEAR_SLOP ? find_moved(near, places, counts, work, &f)
                                              : find_near(near, places, counts, work, &f);

    end_windows(&f);
    return done;
}
