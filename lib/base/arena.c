#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

/* Under AddressSanitizer the free part of a chunk and a gap after each piece are poisoned, so that
 * an access beyond a piece is told as it would be for malloc. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define FORBID(start, size) ASAN_POISON_MEMORY_REGION(start, size)
#define PERMIT(start, size) ASAN_UNPOISON_MEMORY_REGION(start, size)
enum {
    GAP = 8
};
#else
#define FORBID(start, size) ((void)(start), (void)(size))
#define PERMIT(start, size) ((void)(start), (void)(size))
enum {
    GAP = 0
};
#endif

struct rls_arena_chunk {
    rls_arena_chunk *older;
    size_t           size; /* of data */
    alignas(8) uint8_t data[];
};

enum {
    ALIGNMENT = 8
};

static size_t
round_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

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
    if (chunk == NULL)
        return NULL;
    chunk->size = size;
    FORBID(chunk->data, size);
    return chunk;
}

static void
free_chunk(rls_arena *arena, rls_arena_chunk *chunk)
{
    PERMIT(chunk->data, chunk->size);
    rls_free(arena->heap, chunk);
}

/* A request larger than a chunk gets one of its own, put behind the newest so that the free part
 * of that one is still used. */
static uint8_t *
take_own_chunk(rls_arena *arena, size_t size)
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
    return chunk->data;
}

/* `size` bytes of the newest chunk, or of a new one. */
static uint8_t *
take(rls_arena *arena, size_t size)
{
    rls_arena_chunk *chunk;
    uint8_t         *piece;

    if (arena->chunks == NULL || size > (size_t)(arena->end - arena->next)) {
        if (size > arena->chunk_size)
            return take_own_chunk(arena, size);
        chunk = new_chunk(arena, arena->chunk_size);
        if (chunk == NULL)
            return NULL;
        chunk->older = arena->chunks;
        arena->chunks = chunk;
        arena->next = chunk->data;
        arena->end = chunk->data + chunk->size;
    }
    piece = arena->next;
    arena->next += size;
    return piece;
}

void *
rls_arena_alloc(rls_arena *arena, size_t size)
{
    size_t   rounded;
    uint8_t *piece;

    if (size > SIZE_MAX - ALIGNMENT - GAP)
        return NULL;
    rounded = round_up(size == 0 ? 1 : size);
    piece = take(arena, rounded + GAP);
    if (piece == NULL)
        return NULL;
    PERMIT(piece, size);
    arena->used += rounded;
    return piece;
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
            free_chunk(arena, chunk);
    }
    arena->chunks = kept;
    arena->used = 0;
    arena->next = arena->end = NULL;
    if (kept != NULL) {
        kept->older = NULL;
        arena->next = kept->data;
        arena->end = kept->data + kept->size;
        FORBID(kept->data, kept->size);
    }
}

void
rls_arena_release(rls_arena *arena)
{
    rls_arena_chunk *older;

    for (rls_arena_chunk *chunk = arena->chunks; chunk != NULL; chunk = older) {
        older = chunk->older;
        free_chunk(arena, chunk);
    }
    arena->chunks = NULL;
    arena->next = arena->end = NULL;
    arena->used = 0;
}
