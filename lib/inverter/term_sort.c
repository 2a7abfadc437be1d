#include "inverter/term_sort.h"

#include "base/sort.h"

enum {
    WINDOW = 8,
    RADIX = 256,
    FEW = 48 /* sorted by insertion */
};

typedef struct entry {
    uint64_t window; /* bytes [depth, depth + 8) of the term, big-endian, zeros behind */
    uint32_t number;
} entry;

/* Entries [first, first + count) are equal before `depth`, and their windows stand there. */
typedef struct range {
    uint32_t first, count;
    uint32_t depth;
} range;

typedef struct sorter {
    rls_heap                  *heap;
    const rls_vocabulary_term *terms;
    entry                     *entries, *scratch;
    range                     *ranges; /* yet to be sorted */
    size_t                     range_count, range_capacity;
    uint32_t                   counts[WINDOW][RADIX];
} sorter;

static uint64_t
window_at(const rls_vocabulary_term *term, uint32_t depth)
{
    uint8_t padded[WINDOW] = {0};

    if (term->size > depth) {
        uint32_t left = term->size - depth;

        memcpy(padded, term->bytes + depth, left < WINDOW ? left : WINDOW);
    }
    return (uint64_t)padded[0] << 56 | (uint64_t)padded[1] << 48 | (uint64_t)padded[2] << 40 |
           (uint64_t)padded[3] << 32 | (uint64_t)padded[4] << 24 | (uint64_t)padded[5] << 16 |
           (uint64_t)padded[6] << 8 | padded[7];
}

static int
compare_terms(const rls_vocabulary_term *a, const rls_vocabulary_term *b)
{
    return rls_bytes_compare(rls_bytes_of(a->bytes, a->size), rls_bytes_of(b->bytes, b->size));
}

static int
compare_entries(const void *a, const void *b, void *context)
{
    const sorter *self = context;
    const entry  *left = a, *right = b;

    if (left->window != right->window)
        return left->window < right->window ? -1 : 1;
    return compare_terms(&self->terms[left->number], &self->terms[right->number]);
}

static void
sort_few(sorter *self, entry *entries, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        entry    moved = entries[i];
        uint32_t at = i;

        for (; at > 0 && compare_entries(&entries[at - 1], &moved, self) > 0; at--)
            entries[at] = entries[at - 1];
        entries[at] = moved;
    }
}

/* By window, from its last byte to its first; bytes that are the same in all cost no pass. */
static void
sort_windows(sorter *self, entry *entries, uint32_t count)
{
    entry *from = entries, *to = self->scratch, *swap;

    memset(self->counts, 0, sizeof self->counts);
    for (uint32_t i = 0; i < count; i++) {
        for (int digit = 0; digit < WINDOW; digit++)
            self->counts[digit][entries[i].window >> 8 * digit & 0xff]++;
    }
    for (int digit = 0; digit < WINDOW; digit++) {
        uint32_t *starts = self->counts[digit], sum = 0;

        if (starts[from[0].window >> 8 * digit & 0xff] == count)
            continue;
        for (int value = 0; value < RADIX; value++) {
            uint32_t here = starts[value];

            starts[value] = sum;
            sum += here;
        }
        for (uint32_t i = 0; i < count; i++)
            to[starts[from[i].window >> 8 * digit & 0xff]++] = from[i];
        swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, count * sizeof *entries);
}

/* Entries of one window: goes on behind it, unless a term ends in it (they differ in trailing zero
 * bytes then, which a window does not show). */
static rls_status
sort_equal(sorter *self, uint32_t first, uint32_t count, uint32_t depth)
{
    entry *entries = self->entries + first;

    for (uint32_t i = 0; i < count; i++) {
        if (self->terms[entries[i].number].size <= depth + WINDOW)
            return rls_sort(self->heap, entries, count, sizeof *entries, compare_entries, self);
    }
    for (uint32_t i = 0; i < count; i++)
        entries[i].window = window_at(&self->terms[entries[i].number], depth + WINDOW);
    if (!rls_grow(self->heap, (void **)&self->ranges, &self->range_capacity, self->range_count + 1,
                  sizeof *self->ranges))
        return RLS_NO_MEMORY;
    self->ranges[self->range_count++] = (range){first, count, depth + WINDOW};
    return RLS_OK;
}

static rls_status
sort_range(sorter *self, range of)
{
    entry *entries = self->entries + of.first;

    if (of.count <= FEW) {
        sort_few(self, entries, of.count);
        return RLS_OK;
    }
    sort_windows(self, entries, of.count);
    for (uint32_t i = 0, end; i < of.count; i = end) {
        rls_status status = RLS_OK;

        for (end = i + 1; end < of.count && entries[end].window == entries[i].window; end++) {
        }
        if (end - i > FEW)
            status = sort_equal(self, of.first + i, end - i, of.depth);
        else if (end - i > 1)
            sort_few(self, entries + i, end - i);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

rls_status
rls_term_sort(rls_heap *heap, const rls_vocabulary_term *terms, uint32_t count, uint32_t *order)
{
    sorter    *self = rls_alloc_zeroed(heap, 1, sizeof *self);
    rls_status status = RLS_NO_MEMORY;

    if (self == NULL)
        return RLS_NO_MEMORY;
    self->heap = heap;
    self->terms = terms;
    self->entries = rls_alloc(heap, count, sizeof *self->entries);
    self->scratch = rls_alloc(heap, count, sizeof *self->scratch);
    if (self->entries == NULL || self->scratch == NULL)
        goto end;
    for (uint32_t i = 0; i < count; i++)
        self->entries[i] = (entry){window_at(&terms[i], 0), i};
    status = sort_range(self, (range){0, count, 0});
    while (status == RLS_OK && self->range_count > 0)
        status = sort_range(self, self->ranges[--self->range_count]);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++)
        order[i] = self->entries[i].number;

end:
    rls_free(heap, self->ranges);
    rls_free(heap, self->scratch);
    rls_free(heap, self->entries);
    rls_free(heap, self);
    return status;
}
