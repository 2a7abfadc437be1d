#include "support/heap_faulty.h"

#include <stdlib.h>
#include <string.h>

/* Holds the size of the block, and keeps the alignment of malloc. */
enum {
    HEADER_SIZE = 16,
    JUNK = 0xa5
};

static bool
must_fail(rls_heap_faulty *faulty)
{
    uint64_t number = ++faulty->requests;

    if (faulty->fail_at == 0 || number < faulty->fail_at ||
        (number > faulty->fail_at && !faulty->for_good))
        return false;
    faulty->failed = true;
    return true;
}

static void *
allocate(void *context, size_t size)
{
    rls_heap_faulty *faulty = context;
    char            *block;

    if (must_fail(faulty))
        return NULL;
    block = malloc(HEADER_SIZE + size);
    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof size);
    memset(block + HEADER_SIZE, JUNK, size);
    faulty->live++;
    return block + HEADER_SIZE;
}

static void
release(void *context, void *memory)
{
    rls_heap_faulty *faulty = context;

    if (memory == NULL)
        return;
    faulty->live--;
    free((char *)memory - HEADER_SIZE);
}

static void *
reallocate(void *context, void *memory, size_t size)
{
    rls_heap_faulty *faulty = context;
    size_t           old;
    void            *moved;

    if (memory == NULL)
        return allocate(context, size);
    memcpy(&old, (char *)memory - HEADER_SIZE, sizeof old);
    moved = allocate(context, size);
    if (moved == NULL) {
        faulty->kept = size <= old;
        return NULL;
    }
    memcpy(moved, memory, old < size ? old : size);
    release(context, memory);
    return moved;
}

void
rls_heap_faulty_init(rls_heap_faulty *faulty, uint64_t fail_at, bool for_good)
{
    *faulty = (rls_heap_faulty){
        .allocator = {allocate, reallocate, release, faulty},
        .fail_at = fail_at,
        .for_good = for_good,
    };
}
