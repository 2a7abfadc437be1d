/* A heap whose n-th request fails, for sweeps over all of them. */
#ifndef RLS_TESTS_FAILING_HEAP_H
#define RLS_TESTS_FAILING_HEAP_H

#include "base/alloc.h"

#include <stdlib.h>

typedef struct failing_heap {
    rls_heap heap;
    size_t   left; /* requests that succeed */
} failing_heap;

static void *
failing_allocate(void *context, size_t size)
{
    failing_heap *failing = context;

    return failing->left == 0 ? NULL : (failing->left--, malloc(size));
}

static void *
failing_reallocate(void *context, void *memory, size_t size)
{
    failing_heap *failing = context;

    return failing->left == 0 ? NULL : (failing->left--, realloc(memory, size));
}

static void
failing_release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static void
failing_heap_init(failing_heap *failing, size_t left)
{
    rls_allocator allocator = {failing_allocate, failing_reallocate, failing_release, failing};

    failing->left = left;
    rls_heap_init(&failing->heap, &allocator, SIZE_MAX);
}

#endif
