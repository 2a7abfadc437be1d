#include "snippet/near_spans.h"

#include "base/sort.h"

typedef struct near_finder {
    rls_heap           *heap;
    const rls_near_hit *by_word; /* sorted by word, then position */
    rls_near_hit       *by_position;
    size_t              count;
    void (*found)(void *context, uint32_t start, uint32_t end);
    void *context;
} near_finder;

static int
compare_words(const void *a, const void *b, void *context)
{
    const rls_near_hit *left = a, *right = b;

    (void)context;
    if (left->word != right->word)
        return left->word < right->word ? -1 : 1;
    return (left->position > right->position) - (left->position < right->position);
}

static int
compare_positions(const void *a, const void *b, void *context)
{
    const rls_near_hit *left = a, *right = b;

    (void)context;
    return (left->position > right->position) - (left->position < right->position);
}

static int
compare_places(const void *a, const void *b, void *context)
{
    const rls_near_place *left = a, *right = b;

    (void)context;
    if (left->end != right->end)
        return left->end < right->end ? -1 : 1;
    return (left->start > right->start) - (left->start < right->start);
}

/* The first hit of the word at or behind the position. */
static size_t
find_hit(const near_finder *f, uint32_t word, uint32_t position)
{
    rls_near_hit wanted = {.word = word, .position = position};
    size_t       low = 0, high = f->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_words(&f->by_word[middle], &wanted, NULL) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
has_hit(const near_finder *f, uint32_t word, uint32_t position)
{
    size_t at = find_hit(f, word, position);

    return at < f->count && f->by_word[at].word == word && f->by_word[at].position == position;
}

/* Appends the places of an operand, ascending. */
static bool
gather_operand(const near_finder *f, const rls_near_operand *operand, rls_buffer *places)
{
    size_t before = places->size;

    for (uint32_t p = 0; p < operand->phrase_count; p++) {
        const rls_near_phrase *phrase = &operand->phrases[p];
        for (size_t at = find_hit(f, phrase->first, 0);
             at < f->count && f->by_word[at].word == phrase->first; at++) {
            uint32_t       position = f->by_word[at].position, w = 1;
            rls_near_place place = {position, position + phrase->count};
            while (w < phrase->count && has_hit(f, phrase->first + w, position + w))
                w++;
            if (w == phrase->count)
                rls_buffer_append(places, &place, sizeof place);
        }
    }
    if (places->failed || places->size == before)
        return !places->failed;
    return rls_sort(f->heap, places->data + before,
                    (places->size - before) / sizeof(rls_near_place), sizeof(rls_near_place),
                    compare_places, NULL) == RLS_OK;
}

/* From the first byte of the first word of the window to the last byte of its last. */
static void
tell_window(void *context, const rls_near_window *window)
{
    near_finder *f = context;
    size_t       low = 0, high = f->count;
    uint32_t     start = UINT32_MAX, end = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->by_position[middle].position < window->start)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < f->count && f->by_position[low].position < window->end; low++) {
        const rls_near_hit *hit = &f->by_position[low];
        if (hit->position == window->start && hit->start < start)
            start = hit->start;
        if (hit->position + 1 == window->end && hit->end > end)
            end = hit->end;
    }
    if (start < end)
        f->found(f->context, start, end);
}

static bool
find_windows(near_finder *f, const rls_near *near, rls_buffer *places, const rls_near_place **lists,
             uint32_t *counts)
{
    rls_near_work work = {.heap = f->heap};
    size_t        at = 0;
    bool          done;

    for (uint32_t o = 0; o < near->operand_count; o++) {
        size_t before = places->size;
        if (!gather_operand(f, &near->operands[o], places))
            return false;
        counts[o] = (uint32_t)((places->size - before) / sizeof(rls_near_place));
        if (counts[o] == 0)
            return true;
    }
    for (uint32_t o = 0; o < near->operand_count; at += counts[o++])
        lists[o] = (const rls_near_place *)(const void *)places->data + at;
    done = rls_near_find(near, lists, counts, &work, tell_window, f);
    rls_near_work_release(&work);
    return done;
}

bool
rls_near_spans_find(rls_heap *heap, const rls_match_leaf *leaf, rls_near_hit *hits,
                    size_t hit_count, void (*found)(void *context, uint32_t start, uint32_t end),
                    void  *context)
{
    near_finder f = {
        .heap = heap, .by_word = hits, .count = hit_count, .found = found, .context = context};
    const rls_near_place **lists = rls_alloc(heap, leaf->near->operand_count, sizeof *lists);
    uint32_t              *counts = rls_alloc(heap, leaf->near->operand_count, sizeof *counts);
    rls_buffer             places;
    bool                   done = false;

    rls_buffer_init(&places, heap);
    f.by_position = rls_alloc(heap, hit_count, sizeof *f.by_position);
    if (lists != NULL && counts != NULL && f.by_position != NULL &&
        rls_sort(heap, hits, hit_count, sizeof *hits, compare_words, NULL) == RLS_OK) {
        memcpy(f.by_position, hits, hit_count * sizeof *hits);
        done = rls_sort(heap, f.by_position, hit_count, sizeof *f.by_position, compare_positions,
                        NULL) == RLS_OK &&
               find_windows(&f, leaf->near, &places, lists, counts);
    }
    rls_buffer_release(&places);
    rls_free(heap, f.by_position);
    rls_free(heap, counts);
    rls_free(heap, lists);
    return done;
}
