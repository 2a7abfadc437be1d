/* Surface bytes → term and form, for one language: what the loop over tokens asks for every token.
 * Surfaces are compared and hashed as they stand in the text; the analyzer is asked only when one
 * is not here yet. A slot is half a cache line and holds all of a surface of at most 16 bytes, so
 * that nearly every look-up touches one line. Open addressing, linear probing. */
#ifndef RLS_INVERTER_SURFACE_CACHE_H
#define RLS_INVERTER_SURFACE_CACHE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"

enum {
    RLS_SURFACE_INLINE = 16,  /* bytes of a surface that fit in a slot */
    RLS_SURFACE_FUNCTION = 8, /* bit of `uses` where the number of a function word begins */
    RLS_SURFACE_TERM = 16,    /* and where that of its term does */
    RLS_SURFACE_USE = 1 << 24 /* what one more occurrence adds to `uses` */
};

#define RLS_NO_TERM UINT32_MAX /* the surface is not indexed */
#define RLS_NO_FORM UINT32_MAX /* no occurrence was kept yet */

typedef struct rls_surface_slot {
    uint64_t head, tail; /* the bytes, zeros behind; longer ones: their hash, address of a copy */
    uint32_t term;
    uint32_t form;
    /* low byte: size of the surface, 0 in a free slot; next bytes: its number among the function
     * words, told with the form, and its term's; above: occurrences kept */
    uint64_t uses;
} rls_surface_slot;

typedef struct rls_surface_cache {
    rls_heap         *heap;
    void             *memory; /* of `slots`, before alignment */
    rls_surface_slot *slots;
    size_t            capacity; /* 0, or a power of two */
    size_t            count;
    int               shift; /* from hash to slot */
    uint64_t          seed;
} rls_surface_cache;

void rls_surface_cache_init(rls_surface_cache *cache, rls_heap *heap);
void
rls_surface_cache_release(rls_surface_cache *cache); /* takes a zeroed one; can be filled again */

/* Makes room for `more` insertions, which leave all slots where they are; at least once before the
 * first look-up. False when there is no memory. */
bool rls_surface_cache_reserve(rls_surface_cache *cache, size_t more);

/* Fills a free slot for `surface` (1..255 bytes; `key` made from it). Long surfaces are copied to
 * `arena`. NULL when there is no memory. The slot is good until the next reserve. */
typedef struct rls_surface_key {
    uint64_t head, tail;
} rls_surface_key;
rls_surface_slot *rls_surface_cache_insert(rls_surface_cache *cache, rls_arena *arena,
                                           rls_surface_key key, rls_bytes surface);

/* By size, the bytes of head and tail that a surface has. */
extern const uint64_t rls_surface_masks[RLS_SURFACE_INLINE + 1][2];

/* Bytes [start, start + size) of `text`, size at least 1. */
static inline rls_surface_key
rls_surface_key_of(rls_bytes text, size_t start, size_t size)
{
    const uint8_t  *at = text.data + start;
    rls_surface_key key;
    uint8_t         padded[RLS_SURFACE_INLINE] = {0};

    if (size > RLS_SURFACE_INLINE)
        return (rls_surface_key){rls_hash64(at, size), 0};
    if (text.size - start < RLS_SURFACE_INLINE) {
        memcpy(padded, at, size);
        at = padded;
    }
    key.head = rls_get_u64(at);
    key.tail = rls_get_u64(at + 8);
    key.head &= rls_surface_masks[size][0];
    key.tail &= rls_surface_masks[size][1];
    return key;
}

static inline uint32_t
rls_surface_place(const rls_surface_cache *cache, rls_surface_key key)
{
    uint64_t mixed = (key.head ^ cache->seed) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)((mixed ^ mixed >> 32 ^ key.tail) * UINT64_C(0xd6e8feb86659fd93) >>
                      cache->shift);
}

/* False for a long surface: the slot has the address of its bytes for a tail. */
static inline bool
rls_surface_is_short(const rls_surface_slot *slot, rls_surface_key key, size_t size)
{
    return ((slot->head ^ key.head) | (slot->tail ^ key.tail) | ((uint8_t)slot->uses ^ size)) == 0;
}

static inline bool
rls_surface_is(const rls_surface_slot *slot, rls_surface_key key, rls_bytes surface)
{
    if (surface.size <= RLS_SURFACE_INLINE)
        return rls_surface_is_short(slot, key, surface.size);
    return slot->head == key.head && (uint8_t)slot->uses == surface.size &&
           memcmp((const void *)(uintptr_t)slot->tail, surface.data, surface.size) == 0;
}

/* The slot of a surface, or NULL; `key` made from it, `place` from that. */
static inline rls_surface_slot *
rls_surface_cache_find(const rls_surface_cache *cache, rls_surface_key key, uint32_t place,
                       rls_bytes surface)
{
    for (;; place = (place + 1) & (uint32_t)(cache->capacity - 1)) {
        rls_surface_slot *slot = &cache->slots[place];

        if (rls_surface_is(slot, key, surface))
            return slot;
        if (slot->uses == 0)
            return NULL;
    }
}

#endif
