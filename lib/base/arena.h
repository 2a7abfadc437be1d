/* Bump memory for what lives as long as one document, one batch or one search. */
#ifndef RLS_BASE_ARENA_H
#define RLS_BASE_ARENA_H

#include "base/alloc.h"

typedef struct rls_arena_chunk rls_arena_chunk;

typedef struct rls_arena {
    rls_heap        *heap;
    rls_arena_chunk *chunks;     /* newest first */
    uint8_t         *next, *end; /* free part of the newest chunk */
    size_t           chunk_size;
    size_t used; /* bytes handed out since the last reset: a function of the calls alone */
} rls_arena;

void rls_arena_init(rls_arena *arena, rls_heap *heap, size_t chunk_size);

/* 8-byte aligned, not cleared; NULL when there is no memory. */
void *rls_arena_alloc(rls_arena *arena, size_t size);
void *rls_arena_alloc_zeroed(rls_arena *arena, size_t count, size_t size);

/* A copy of `size` bytes with a NUL after them. */
char *rls_arena_copy(rls_arena *arena, const void *bytes, size_t size);

/* Forgets everything but keeps one chunk for the next round. */
void rls_arena_reset(rls_arena *arena);
void rls_arena_release(rls_arena *arena);

#endif
