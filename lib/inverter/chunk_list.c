#include "inverter/chunk_list.h"

#include <string.h>

#include "base/bytes.h"

enum {
    LINE = 64, /* chunks are aligned within cache lines */
    UNITS_PER_BLOCK = RLS_CHUNK_BLOCK / RLS_CHUNK_UNIT
};

/* References are 32 bits wide. */
static const size_t block_limit = (size_t)(UINT32_MAX / UNITS_PER_BLOCK);

void
rls_chunk_pool_init(rls_chunk_pool *pool, rls_heap *heap)
{
    *pool = (rls_chunk_pool){.heap = heap};
}

void
rls_chunk_pool_reset(rls_chunk_pool *pool)
{
    pool->block_used = 0;
    pool->block_fill = 0;
    pool->used = 0;
}

void
rls_chunk_pool_release(rls_chunk_pool *pool)
{
    if (pool->heap == NULL)
        return;
    for (size_t i = 0; i < pool->block_count; i++)
        rls_free(pool->heap, pool->blocks[i]);
    rls_free(pool->heap, pool->blocks);
    rls_chunk_pool_init(pool, pool->heap);
}

static uint8_t *
block_start(const rls_chunk_pool *pool, size_t block)
{
    uint8_t *memory = pool->blocks[block];

    return memory + (LINE - (uintptr_t)memory % LINE) % LINE;
}

static uint8_t *
chunk_at(const rls_chunk_pool *pool, uint32_t reference)
{
    return block_start(pool, reference / UNITS_PER_BLOCK) +
           (size_t)(reference % UNITS_PER_BLOCK) * RLS_CHUNK_UNIT;
}

/* `size` is a power of two from RLS_CHUNK_UNIT to RLS_CHUNK_MAX. What is left of a block that is
 * too short for it stays unused. */
static bool
take_chunk(rls_chunk_pool *pool, size_t size, uint32_t *out_reference)
{
    if (pool->block_used == 0 || RLS_CHUNK_BLOCK - pool->block_fill < size) {
        if (pool->block_used == pool->block_count) {
            void *block;

            if (pool->block_count == block_limit ||
                !rls_grow(pool->heap, (void **)&pool->blocks, &pool->block_capacity,
                          pool->block_count + 1, sizeof *pool->blocks))
                return false;
            block = rls_alloc(pool->heap, 1, RLS_CHUNK_BLOCK + LINE);
            if (block == NULL)
                return false;
            pool->blocks[pool->block_count++] = block;
        }
        if (pool->block_used > 0)
            pool->used += RLS_CHUNK_BLOCK - pool->block_fill;
        pool->block_used++;
        pool->block_fill = 0;
    }
    *out_reference =
        (uint32_t)((pool->block_used - 1) * UNITS_PER_BLOCK + pool->block_fill / RLS_CHUNK_UNIT);
    pool->block_fill += size;
    pool->used += size;
    return true;
}

bool
rls_chunk_list_append(rls_chunk_pool *pool, rls_chunk_list *list, const uint8_t *entry,
                      size_t entry_size)
{
    if (list->room < entry_size) {
        size_t   size = list->write == NULL ? RLS_CHUNK_UNIT : (size_t)list->size * 2;
        uint32_t reference;

        if (size > RLS_CHUNK_MAX)
            size = RLS_CHUNK_MAX;
        if (!take_chunk(pool, size, &reference))
            return false;
        if (list->write == NULL) {
            list->first = reference;
        } else {
            if (list->room > 0)
                *list->write = 0;
            rls_set_u32(list->write + list->room - list->size, reference);
        }
        list->write = chunk_at(pool, reference) + RLS_CHUNK_LINK;
        list->room = (uint16_t)(size - RLS_CHUNK_LINK);
        list->size = (uint16_t)size;
    }
    memcpy(list->write, entry, entry_size);
    list->write += entry_size;
    list->room = (uint16_t)(list->room - entry_size);
    return true;
}

void
rls_chunk_reader_init(rls_chunk_reader *reader, const rls_chunk_pool *pool,
                      const rls_chunk_list *list)
{
    *reader = (rls_chunk_reader){.pool = pool, .stop = list->write};
    if (list->write != NULL) {
        const uint8_t *chunk = chunk_at(pool, list->first);

        reader->size = RLS_CHUNK_UNIT;
        reader->at = chunk + RLS_CHUNK_LINK;
        reader->end = chunk + RLS_CHUNK_UNIT;
    }
}

void
rls_chunk_reader_follow(rls_chunk_reader *reader)
{
    const uint8_t *chunk = chunk_at(reader->pool, rls_get_u32(reader->end - reader->size));

    if (reader->size < RLS_CHUNK_MAX)
        reader->size *= 2;
    reader->at = chunk + RLS_CHUNK_LINK;
    reader->end = chunk + reader->size;
    /* The last chunk's link is not set. */
    if (reader->stop < chunk || reader->stop > reader->end)
        __builtin_prefetch(chunk_at(reader->pool, rls_get_u32(chunk)));
}

void
rls_chunk_list_prefetch(const rls_chunk_pool *pool, const rls_chunk_list *list)
{
    if (list->write != NULL)
        __builtin_prefetch(chunk_at(pool, list->first));
}
