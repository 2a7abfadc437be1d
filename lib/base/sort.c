#include "base/sort.h"

#include <string.h>

enum {
    SHORT_RUN = 8,
    SHORT_ARRAY = 64,
    DIGITS = 8,
    RADIX = 256
};

typedef struct sorting {
    size_t      element_size;
    rls_compare compare;
    void       *context;
} sorting;

/* `spare` holds one element. */
static void
sort_short_run(const sorting *by, char *run, size_t count, char *spare)
{
    size_t size = by->element_size;

    for (size_t i = 1; i < count; i++) {
        size_t at = i;

        while (at > 0 && by->compare(run + (at - 1) * size, run + i * size, by->context) > 0)
            at--;
        if (at == i)
            continue;
        memcpy(spare, run + i * size, size);
        memmove(run + (at + 1) * size, run + at * size, (i - at) * size);
        memcpy(run + at * size, spare, size);
    }
}

/* Elements [0, middle) and [middle, count) of `from`, each in order, into `to`. */
static void
merge_runs(const sorting *by, const char *from, size_t middle, size_t count, char *to)
{
    size_t      size = by->element_size;
    const char *left = from, *left_end = from + middle * size;
    const char *right = left_end, *right_end = from + count * size;

    while (left < left_end && right < right_end) {
        const char **taken = by->compare(left, right, by->context) <= 0 ? &left : &right;

        memcpy(to, *taken, size);
        *taken += size;
        to += size;
    }
    memcpy(to, left, (size_t)(left_end - left));
    to += left_end - left;
    memcpy(to, right, (size_t)(right_end - right));
}

rls_status
rls_sort(rls_heap *heap, void *elements, size_t count, size_t element_size, rls_compare compare,
         void *context)
{
    sorting by = {element_size, compare, context};
    char   *from = elements, *to, *scratch;

    if (count < 2 || element_size == 0)
        return RLS_OK;
    scratch = rls_alloc(heap, count, element_size);
    if (scratch == NULL)
        return RLS_NO_MEMORY;
    for (size_t start = 0; start < count; start += SHORT_RUN) {
        size_t length = count - start < SHORT_RUN ? count - start : SHORT_RUN;

        sort_short_run(&by, from + start * element_size, length, scratch);
    }
    to = scratch;
    for (size_t run = SHORT_RUN; run < count; run *= 2) {
        char *swap = from;

        for (size_t start = 0; start < count;) {
            size_t left = count - start;
            size_t length = left / 2 < run ? left : run * 2;

            merge_runs(&by, from + start * element_size, length < run ? length : run, length,
                       to + start * element_size);
            start += length;
        }
        from = to;
        to = swap;
        if (run > count / 2)
            break;
    }
    if (from != elements)
        memcpy(elements, from, count * element_size);
    rls_free(heap, scratch);
    return RLS_OK;
}

static void
sort_short_array(uint64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        size_t   at = i;

        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

/* Radix sort from the lowest byte up; bytes that are the same in all values cost no pass. */
static void
sort_long_array(uint64_t *values, uint64_t *scratch, size_t count)
{
    size_t    counts[DIGITS][RADIX] = {{0}};
    uint64_t *from = values, *to = scratch;

    for (size_t i = 0; i < count; i++) {
        for (int digit = 0; digit < DIGITS; digit++)
            counts[digit][values[i] >> 8 * digit & 0xff]++;
    }
    for (int digit = 0; digit < DIGITS; digit++) {
        size_t   *starts = counts[digit], sum = 0;
        uint64_t *swap = from;

        if (starts[from[0] >> 8 * digit & 0xff] == count)
            continue;
        for (int value = 0; value < RADIX; value++) {
            size_t here = starts[value];

            starts[value] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[from[i] >> 8 * digit & 0xff]++] = from[i];
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, count * sizeof *values);
}

void
rls_sort_u64(uint64_t *values, uint64_t *scratch, size_t count)
{
    if (count <= SHORT_ARRAY)
        sort_short_array(values, count);
    else
        sort_long_array(values, scratch, count);
}

static void
swap_u64(uint64_t *a, uint64_t *b)
{
    uint64_t kept = *a;

    *a = *b;
    *b = kept;
}

/* Values above the median of three to the front of those below it; returns the border, between 1
 * and count - 1. */
static size_t
partition_u64(uint64_t *values, size_t count)
{
    uint64_t a = values[0], b = values[count / 2], c = values[count - 1];
    uint64_t pivot = a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b));
    size_t   left = 0, right = count - 1;

    for (;;) {
        while (values[left] > pivot)
            left++;
        while (values[right] < pivot)
            right--;
        if (left >= right)
            return left > 0 ? left : 1;
        swap_u64(&values[left++], &values[right--]);
    }
}

void
rls_select_u64(uint64_t *values, size_t count, size_t wanted)
{
    while (wanted > 0 && wanted < count) {
        size_t border = partition_u64(values, count);

        if (border >= wanted) {
            count = border;
        } else {
            values += border;
            count -= border;
            wanted -= border;
        }
    }
}
