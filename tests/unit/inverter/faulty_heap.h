/* A heap that fails its n-th request, and counts what is not given back. */
#ifndef RLS_TESTS_INVERTER_FAULTY_HEAP_H
#define RLS_TESTS_INVERTER_FAULTY_HEAP_H

#include <stdlib.h>

#include "base/alloc.h"

typedef struct faulty_heap {
    rls_heap heap;
    uint64_t until; /* requests that succeed before one fails */
    uint64_t made;
    bool     failed;
} faulty_heap;

static inline bool
faulty_refuses(faulty_heap *faulty)
{
    if (faulty->made++ != faulty->until)
        return false;
    faulty->failed = true;
    return true;
}

static inline void *
faulty_allocate(void *context, size_t size)
{
    return faulty_refuses(context) ? NULL : malloc(size);
}

static inline void *
faulty_reallocate(void *context, void *memory, size_t size)
{
    return faulty_refuses(context) ? NULL : realloc(memory, size);
}

static inline void
faulty_release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static inline void
faulty_heap_init(faulty_heap *faulty, uint64_t until)
{
    rls_allocator allocator = {faulty_allocate, faulty_reallocate, faulty_release, faulty};

    faulty->until = until;
    faulty->made = 0;
    faulty->failed = false;
    rls_heap_init(&faulty->heap, &allocator, SIZE_MAX);
}

#endif
