#include "inverter/surface_cache.h"

enum {
    FIRST_CAPACITY = 1024
};

const uint64_t rls_surface_masks[RLS_SURFACE_INLINE + 1][2] = {
    {0, 0},
    {UINT64_MAX >> 56, 0},
    {UINT64_MAX >> 48, 0},
    {UINT64_MAX >> 40, 0},
    {UINT64_MAX >> 32, 0},
    {UINT64_MAX >> 24, 0},
    {UINT64_MAX >> 16, 0},
    {UINT64_MAX >> 8, 0},
    {UINT64_MAX, 0},
    {UINT64_MAX, UINT64_MAX >> 56},
    {UINT64_MAX, UINT64_MAX >> 48},
    {UINT64_MAX, UINT64_MAX >> 40},
    {UINT64_MAX, UINT64_MAX >> 32},
    {UINT64_MAX, UINT64_MAX >> 24},
    {UINT64_MAX, UINT64_MAX >> 16},
    {UINT64_MAX, UINT64_MAX >> 8},
    {UINT64_MAX, UINT64_MAX},
};

void
rls_surface_cache_init(rls_surface_cache *cache, rls_heap *heap)
{
    *cache = (rls_surface_cache){.heap = heap};
}

void
rls_surface_cache_release(rls_surface_cache *cache)
{
    if (cache->heap == NULL)
        return;
    rls_free(cache->heap, cache->memory);
    rls_surface_cache_init(cache, cache->heap);
}

static rls_surface_slot *
free_slot(const rls_surface_cache *cache, rls_surface_key key)
{
    size_t place = rls_surface_place(cache, key);

    while (cache->slots[place].uses != 0)
        place = (place + 1) & (cache->capacity - 1);
    return &cache->slots[place];
}

bool
rls_surface_cache_reserve(rls_surface_cache *cache, size_t more)
{
    rls_surface_cache larger = *cache;
    uintptr_t         address;

    if (cache->count + more <= cache->capacity / 8 * 5)
        return true;
    if (larger.capacity == 0)
        larger.capacity = FIRST_CAPACITY;
    while (cache->count + more > larger.capacity / 8 * 5) {
        if (larger.capacity > UINT32_MAX / 2 ||
            larger.capacity > SIZE_MAX / 4 / sizeof(rls_surface_slot))
            return false;
        larger.capacity *= 2;
    }
    larger.memory = rls_alloc_zeroed(cache->heap, larger.capacity + 1, sizeof(rls_surface_slot));
    if (larger.memory == NULL)
        return false;
    address = (uintptr_t)larger.memory;
    larger.slots = (void *)((char *)larger.memory +
                            (sizeof(rls_surface_slot) - address % sizeof(rls_surface_slot)) %
                                sizeof(rls_surface_slot));
    larger.shift = 64 - __builtin_ctzll(larger.capacity);
    /* Where slots stand shows in no result, so the seed may differ from run to run: it keeps a
     * document from being made of words that all fall on one slot. */
    larger.seed = (uint64_t)address * UINT64_C(0xc2b2ae3d27d4eb4f) ^ (uintptr_t)cache;
    for (size_t i = 0; i < cache->capacity; i++) {
        const rls_surface_slot *old = &cache->slots[i];
        rls_surface_key         key = {old->head, old->tail};

        if (old->uses == 0)
            continue;
        if ((uint8_t)old->uses > RLS_SURFACE_INLINE)
            key.tail = 0;
        *free_slot(&larger, key) = *old;
    }
    rls_free(cache->heap, cache->memory);
    *cache = larger;
    return true;
}

rls_surface_slot *
rls_surface_cache_insert(rls_surface_cache *cache, rls_arena *arena, rls_surface_key key,
                         rls_bytes surface)
{
    rls_surface_slot *slot = free_slot(cache, key);
    uint64_t          tail = key.tail;

    if (surface.size > RLS_SURFACE_INLINE) {
        const char *copy = rls_arena_copy(arena, surface.data, surface.size);

        if (copy == NULL)
            return NULL;
        tail = (uintptr_t)copy;
    }
    *slot = (rls_surface_slot){key.head, tail, RLS_NO_TERM, RLS_NO_FORM, surface.size};
    cache->count++;
    return slot;
}
