#include "search/topk.h"

enum {
    HEAP_MAX = 128, /* larger k collect in a buffer */
    INSERTION_MAX = 24
};

rls_status
rls_topk_init(rls_topk *topk, rls_heap *heap, uint32_t k, uint32_t most, uint64_t floor,
              rls_error *err)
{
    *topk = (rls_topk){.heap = heap, .k = k, .floor = floor};
    topk->capacity = k <= HEAP_MAX ? k : 2 * k;
    if (topk->capacity > most)
        topk->capacity = most;
    if (topk->capacity == 0)
        topk->capacity = 1;
    topk->entries = rls_alloc(heap, topk->capacity, sizeof(*topk->entries));
    if (topk->entries == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the best %u documents", k);
    return RLS_OK;
}

void
rls_topk_release(rls_topk *topk)
{
    if (topk->heap != NULL)
        rls_free(topk->heap, topk->entries);
    topk->entries = NULL;
}

static void
swap(rls_topk_entry *a, rls_topk_entry *b)
{
    rls_topk_entry kept = *a;
    *a = *b;
    *b = kept;
}

/* Least key at the root. */
static void
sift_down(rls_topk_entry *entries, uint32_t count, uint32_t at)
{
    rls_topk_entry moved = entries[at];

    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && entries[child + 1].key < entries[child].key)
            child++;
        if (entries[child].key >= moved.key)
            break;
        entries[at] = entries[child];
        at = child;
    }
    entries[at] = moved;
}

static void
sift_up(rls_topk_entry *entries, uint32_t at)
{
    rls_topk_entry moved = entries[at];

    while (at > 0 && entries[(at - 1) / 2].key > moved.key) {
        entries[at] = entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entries[at] = moved;
}

/* Puts keys above the pivot in front of those below; returns the border, between 1 and count - 1.
 * The pivot is the median of three, so that sorted input costs no more. */
static size_t
partition(rls_topk_entry *entries, size_t count)
{
    uint64_t a = entries[0].key, b = entries[count / 2].key, c = entries[count - 1].key, pivot;
    size_t   left = 0, right = count - 1;

    pivot = a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b));
    for (;;) {
        while (entries[left].key > pivot)
            left++;
        while (entries[right].key < pivot)
            right--;
        if (left >= right)
            break;
        swap(&entries[left++], &entries[right--]);
    }
    return left > 0 ? left : 1;
}

static void
insertion_sort(rls_topk_entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        rls_topk_entry moved = entries[i];
        size_t         at = i;
        while (at > 0 && entries[at - 1].key < moved.key) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = moved;
    }
}

void
rls_topk_sort(rls_topk_entry *entries, size_t count)
{
    while (count > INSERTION_MAX) {
        size_t border = partition(entries, count);
        /* Recursing into the smaller part keeps the stack logarithmic. */
        if (border < count - border) {
            rls_topk_sort(entries, border);
            entries += border;
            count -= border;
        } else {
            rls_topk_sort(entries + border, count - border);
            count = border;
        }
    }
    insertion_sort(entries, count);
}

/* Brings the greatest k entries to the front, in any order. */
static void
select_best(rls_topk_entry *entries, size_t count, size_t k)
{
    while (count > INSERTION_MAX && k > 0 && k < count) {
        size_t border = partition(entries, count);
        if (border >= k) {
            count = border;
        } else {
            entries += border;
            count -= border;
            k -= border;
        }
    }
    insertion_sort(entries, count);
}

static void
cut_back(rls_topk *topk)
{
    uint64_t least = UINT64_MAX;

    select_best(topk->entries, topk->count, topk->k);
    topk->count = topk->k;
    for (uint32_t i = 0; i < topk->count; i++)
        if (topk->entries[i].key < least)
            least = topk->entries[i].key;
    if (least > topk->floor)
        topk->floor = least;
}

void
rls_topk_insert(rls_topk *topk, uint64_t key, uint32_t doc)
{
    rls_topk_entry *entries = topk->entries;

    if (topk->admit != NULL) {
        key = topk->admit(topk->admit_context, key, doc);
        if (key <= topk->floor)
            return;
    }
    if (topk->k > HEAP_MAX) {
        if (topk->count == topk->capacity)
            return; /* more were offered than was said */
        entries[topk->count++] = (rls_topk_entry){key, doc};
        if (topk->count == topk->capacity && topk->count > topk->k)
            cut_back(topk);
        return;
    }
    if (topk->count < topk->k && topk->count < topk->capacity) {
        entries[topk->count++] = (rls_topk_entry){key, doc};
        sift_up(entries, topk->count - 1);
    } else {
        entries[0] = (rls_topk_entry){key, doc};
        sift_down(entries, topk->count, 0);
    }
    if (topk->count == topk->k && entries[0].key > topk->floor)
        topk->floor = entries[0].key;
}

void
rls_topk_raise(rls_topk *topk, bool all, uint32_t score)
{
    uint64_t floor = ((uint64_t)all << 63 | (uint64_t)score << 32) - 1;

    if (score > 0 && floor > topk->floor)
        topk->floor = floor;
}

void
rls_topk_finish(rls_topk *topk)
{
    if (topk->count > topk->k)
        cut_back(topk);
    rls_topk_sort(topk->entries, topk->count);
}
