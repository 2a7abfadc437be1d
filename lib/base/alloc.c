#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Stands before every block; as large as the alignment we promise. */
enum {
    HEADER_SIZE = 16
};

static void *
system_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *
system_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void
system_release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

void
rls_heap_init(rls_heap *heap, const rls_allocator *allocator, size_t limit)
{
    if (allocator != NULL)
        heap->allocator = *allocator;
    else
        heap->allocator = (rls_allocator){system_allocate, system_reallocate, system_release, NULL};
    atomic_init(&heap->used, 0);
    atomic_init(&heap->peak, 0);
    heap->limit = limit;
}

/* Size with header, or 0 when it overflows. */
static size_t
full_size(size_t count, size_t size)
{
    size_t product;

    if (__builtin_mul_overflow(count, size, &product) || product > PTRDIFF_MAX - HEADER_SIZE)
        return 0;
    return product + HEADER_SIZE;
}

/* Counts `more` bytes before they are asked for, so that the limit holds among threads. */
static bool
reserve(rls_heap *heap, size_t more)
{
    size_t used = atomic_load_explicit(&heap->used, memory_order_relaxed);
    size_t peak;

    do {
        if (more > heap->limit || used > heap->limit - more)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&heap->used, &used, used + more,
                                                    memory_order_relaxed, memory_order_relaxed));
    used += more;
    peak = atomic_load_explicit(&heap->peak, memory_order_relaxed);
    while (peak < used &&
           !atomic_compare_exchange_weak_explicit(&heap->peak, &peak, used, memory_order_relaxed,
                                                  memory_order_relaxed)) {
    }
    return true;
}

static void
give_back(rls_heap *heap, size_t size)
{
    atomic_fetch_sub_explicit(&heap->used, size, memory_order_relaxed);
}

static size_t
stored_size(const void *memory)
{
    size_t size;

    memcpy(&size, (const char *)memory - HEADER_SIZE, sizeof size);
    return size;
}

static void *
after_header(void *block, size_t size)
{
    memcpy(block, &size, sizeof size);
    return (char *)block + HEADER_SIZE;
}

void *
rls_alloc(rls_heap *heap, size_t count, size_t size)
{
    size_t full = full_size(count, size);
    void  *block;

    if (full == 0 || !reserve(heap, full))
        return NULL;
    block = heap->allocator.allocate(heap->allocator.context, full);
    if (block == NULL) {
        give_back(heap, full);
        return NULL;
    }
    return after_header(block, full);
}

void *
rls_alloc_zeroed(rls_heap *heap, size_t count, size_t size)
{
    void *memory = rls_alloc(heap, count, size);

    if (memory != NULL)
        memset(memory, 0, count * size);
    return memory;
}

void *
rls_resize(rls_heap *heap, void *memory, size_t count, size_t size)
{
    size_t full = full_size(count, size), old;
    void  *block;

    if (memory == NULL)
        return rls_alloc(heap, count, size);
    old = stored_size(memory);
    if (full == 0 || (full > old && !reserve(heap, full - old)))
        return NULL;
    block = heap->allocator.reallocate(heap->allocator.context, (char *)memory - HEADER_SIZE, full);
    if (block == NULL) {
        if (full > old)
            give_back(heap, full - old);
        return NULL;
    }
    if (full < old)
        give_back(heap, old - full);
    return after_header(block, full);
}

void
rls_free(rls_heap *heap, void *memory)
{
    if (memory == NULL)
        return;
    give_back(heap, stored_size(memory));
    heap->allocator.release(heap->allocator.context, (char *)memory - HEADER_SIZE);
}

/* Whether the limit leaves room for a block to grow to `count` elements. */
static bool
within_limit(const rls_heap *heap, const void *memory, size_t count, size_t size)
{
    size_t used = atomic_load_explicit(&heap->used, memory_order_relaxed);
    size_t old = memory == NULL ? 0 : stored_size(memory);
    size_t full = full_size(count, size);

    return full != 0 && used <= heap->limit && full - old <= heap->limit - used;
}

bool
rls_grow(rls_heap *heap, void **memory, size_t *capacity, size_t needed, size_t element_size)
{
    size_t wanted = *capacity;
    void  *grown;

    if (needed <= *capacity)
        return true;
    if (__builtin_add_overflow(wanted, wanted / 2, &wanted) || wanted < needed)
        wanted = needed;
    if (wanted < 8)
        wanted = 8;
    /* Close to the limit, room to spare must not be what fails. */
    while (wanted > needed && !within_limit(heap, *memory, wanted, element_size))
        wanted = needed + (wanted - needed) / 2;
    grown = rls_resize(heap, *memory, wanted, element_size);
    if (grown == NULL)
        return false;
    *memory = grown;
    *capacity = wanted;
    return true;
}

char *
rls_copy_string(rls_heap *heap, const char *bytes, size_t size)
{
    char *copy = size == SIZE_MAX ? NULL : rls_alloc(heap, size + 1, 1);

    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

rls_heap *
rls_heap_new(const rls_allocator *allocator, size_t limit)
{
    rls_heap  outside;
    rls_heap *heap;

    rls_heap_init(&outside, allocator, SIZE_MAX);
    heap = rls_alloc(&outside, 1, sizeof *heap);
    if (heap != NULL)
        rls_heap_init(heap, allocator, limit);
    return heap;
}

void
rls_heap_free(rls_heap *heap)
{
    rls_heap outside;

    if (heap == NULL)
        return;
    rls_heap_init(&outside, &heap->allocator, SIZE_MAX);
    rls_free(&outside, heap);
}
