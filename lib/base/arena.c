#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

struct rls_arena_chunk {
    rls_arena_chunk *older;
    size_t           size; /* of data */
    alignas(8) uint8_t data[];
};

enum {
    ALIGNMENT = 8
};

void
rls_arena_init(rls_arena *arena, rls_heap *heap, size_t chunk_size)
{
    *arena = (rls_arena){.heap = heap, .chunk_size = chunk_size & ~(size_t)(ALIGNMENT - 1)};
}

static rls_arena_chunk *
new_chunk(rls_arena *arena, size_t size)
{
    rls_arena_chunk *chunk;

    if (size > SIZE_MAX - sizeof *chunk)
        return NULL;
    chunk = rls_alloc(arena->heap, 1, sizeof *chunk + size);
    if (chunk != NULL)
        chunk->size = size;
    return chunk;
}

/* A request larger than a chunk gets one of its own, put behind the newest so that the free part
 * of that one is still used. */
static void *
alloc_large(rls_arena *arena, size_t size)
{
    rls_arena_chunk *chunk = new_chunk(arena, size);

    if (chunk == NULL)
        return NULL;
    if (arena->chunks == NULL) {
        chunk->older = NULL;
        arena->chunks = chunk;
        arena->next = arena->end = chunk->data + size;
    } else {
        chunk->older = arena->chunks->older;
        arena->chunks->older = chunk;
    }
    arena->used += size;
    return chunk->data;
}

void *
rls_arena_alloc(rls_arena *arena, size_t size)
{
    rls_arena_chunk *chunk;
    void            *memory;

    if (size > SIZE_MAX - ALIGNMENT)
        return NULL;
    size = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (arena->chunks == NULL || size > (size_t)(arena->end - arena->next)) {
        if (size > arena->chunk_size)
            return alloc_large(arena, size);
        chunk = new_chunk(arena, arena->chunk_size);
        if (chunk == NULL)
            return NULL;
        chunk->older = arena->chunks;
        arena->chunks = chunk;
        arena->next = chunk->data;
        arena->end = chunk->data + chunk->size;
    }
    memory = arena->next;
    arena->next += size;
    arena->used += size;
    return memory;
}

void *
rls_arena_alloc_zeroed(rls_arena *arena, size_t count, size_t size)
{
    size_t total;
    void  *memory;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    memory = rls_arena_alloc(arena, total);
    if (memory != NULL)
        memset(memory, 0, total);
    return memory;
}

char *
rls_arena_copy(rls_arena *arena, const void *bytes, size_t size)
{
    char *copy = size == SIZE_MAX ? NULL : rls_arena_alloc(arena, size + 1);

    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

void
rls_arena_reset(rls_arena *arena)
{
    rls_arena_chunk *kept = NULL, *older;

    for (rls_arena_chunk *chunk = arena->chunks; chunk != NULL; chunk = older) {
        older = chunk->older;
        if (kept == NULL && chunk->size == arena->chunk_size)
            kept = chunk;
        else
            rls_free(arena->heap, chunk);
    }
    arena->chunks = kept;
    arena->used = 0;
    arena->next = arena->end = NULL;
    if (kept != NULL) {
        kept->older = NULL;
        arena->next = kept->data;
        arena->end = kept->data + kept->size;
    }
}

void
rls_arena_release(rls_arena *arena)
{
    rls_arena_chunk *older;

    for (rls_arena_chunk *chunk = arena->chunks; chunk != NULL; chunk = older) {
        older = chunk->older;
        rls_free(arena->heap, chunk);
    }
    arena->chunks = NULL;
    arena->next = arena->end = NULL;
    arena->used = 0;
}
