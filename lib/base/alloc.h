/* Checked, counted allocation. Every handle of the library carries a pointer to the heap it was
 * made with, so there is no global allocator, and a test can fail the n-th request. */
#ifndef RLS_BASE_ALLOC_H
#define RLS_BASE_ALLOC_H

#include <stdatomic.h>

#include "releasesearch/common.h"

/* Shared by all objects of one writer or one snapshot; safe from any thread. */
typedef struct rls_heap {
    rls_allocator  allocator;
    _Atomic size_t used; /* bytes handed out now, with bookkeeping */
    _Atomic size_t peak;
    size_t         limit; /* requests beyond it fail; SIZE_MAX for none */
} rls_heap;

/* `allocator` may be NULL: malloc, realloc, free. */
void rls_heap_init(rls_heap *heap, const rls_allocator *allocator, size_t limit);

/* A heap that lives in memory of its own, for what a program holds on to. NULL when there is none.
 */
rls_heap *rls_heap_new(const rls_allocator *allocator, size_t limit);
/* Everything allocated from it has been freed before. Takes NULL. */
void rls_heap_free(rls_heap *heap);

/* NULL when count * size overflows, passes the limit, or memory ran out. A zero-size request gives
 * a distinct pointer. Memory is aligned to 16 bytes. */
void *rls_alloc(rls_heap *heap, size_t count, size_t size);
void *rls_alloc_zeroed(rls_heap *heap, size_t count, size_t size);

/* On failure returns NULL and `memory` stays as it was. `memory` may be NULL. */
void *rls_resize(rls_heap *heap, void *memory, size_t count, size_t size);

/* Takes NULL. */
void rls_free(rls_heap *heap, void *memory);

/* Makes room for one more element: when *capacity <= needed-1, grows by half at least.
 * Returns false and leaves all as it was when there is no memory. */
bool rls_grow(rls_heap *heap, void **memory, size_t *capacity, size_t needed, size_t element_size);

/* A NUL-terminated copy of `size` bytes. */
char *rls_copy_string(rls_heap *heap, const char *bytes, size_t size);

#endif
