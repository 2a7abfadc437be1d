#include "inverter/surface_cache.h"

#include "base/random.h"
#include "faulty_heap.h"
#include "support/runner.h"

static rls_surface_slot *
find(const rls_surface_cache *cache, rls_bytes surface)
{
    rls_surface_key key = rls_surface_key_of(surface, 0, surface.size);

    return rls_surface_cache_find(cache, key, rls_surface_place(cache, key), surface);
}

static rls_surface_slot *
find_or_insert(rls_surface_cache *cache, rls_arena *arena, rls_bytes text, size_t start,
               size_t size)
{
    rls_surface_key   key = rls_surface_key_of(text, start, size);
    rls_bytes         surface = {text.data + start, size};
    rls_surface_slot *slot;

    CHECK(rls_surface_cache_reserve(cache, 1));
    slot = rls_surface_cache_find(cache, key, rls_surface_place(cache, key), surface);
    return slot != NULL ? slot : rls_surface_cache_insert(cache, arena, key, surface);
}

/* Surface number i: of every size from 1 to 255, some with the same beginning. */
static size_t
make_surface(uint32_t i, uint8_t *bytes)
{
    size_t size = 4 + i % 252;

    memset(bytes, 'a', size);
    for (int digit = 0; digit < 4; digit++)
        bytes[size - 1 - (size_t)digit] = (uint8_t)('a' + (i >> 4 * digit & 15));
    return size;
}

TEST(every_surface_has_a_slot_of_its_own_at_all_sizes)
{
    enum {
        COUNT = 20000
    };
    rls_heap          heap;
    rls_arena         arena;
    rls_surface_cache cache;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_surface_cache_init(&cache, &heap);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            uint8_t           bytes[255];
            size_t            size = make_surface(i, bytes);
            uint8_t          *text = malloc(size); /* nothing behind it may be read */
            rls_surface_slot *slot;

            memcpy(text, bytes, size);
            slot = find_or_insert(&cache, &arena, rls_bytes_of(text, size), 0, size);
            CHECK(slot != NULL);
            CHECK_EQ_U64(slot->term, round == 0 ? RLS_NO_TERM : i);
            CHECK_EQ_U64(slot->uses & 0xff, size);
            slot->term = i;
            free(text);
        }
        CHECK_EQ_U64(cache.count, COUNT);
    }
    rls_surface_cache_release(&cache);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_key_is_the_same_wherever_in_a_text_its_surface_stands)
{
    for (size_t size = 1; size <= 40; size++) {
        uint8_t         surface[40];
        rls_surface_key alone;

        for (size_t i = 0; i < size; i++)
            surface[i] = (uint8_t)(0x80 + 3 * i);
        alone = rls_surface_key_of(rls_bytes_of(surface, size), 0, size);
        for (size_t before = 0; before < 20; before++) {
            for (size_t behind = 0; behind < 20; behind++) {
                size_t          text_size = before + size + behind;
                uint8_t        *text = malloc(text_size);
                rls_surface_key key;

                memset(text, 'x', text_size);
                memcpy(text + before, surface, size);
                key = rls_surface_key_of(rls_bytes_of(text, text_size), before, size);
                CHECK_EQ_U64(key.head, alone.head);
                CHECK_EQ_U64(key.tail, alone.tail);
                free(text);
            }
        }
    }
}

TEST(surfaces_that_differ_in_trailing_zeros_alone_are_different)
{
    static const uint8_t text[32] = {'a', 'b'};
    rls_heap             heap;
    rls_arena            arena;
    rls_surface_cache    cache;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_surface_cache_init(&cache, &heap);
    for (size_t size = 1; size <= 20; size++) {
        rls_surface_slot *slot =
            find_or_insert(&cache, &arena, rls_bytes_of(text, sizeof text), 0, size);

        CHECK_EQ_U64(slot->term, RLS_NO_TERM);
        slot->term = (uint32_t)size;
    }
    rls_surface_cache_release(&cache);
    rls_arena_release(&arena);
}

TEST(reserved_insertions_move_no_slot)
{
    rls_heap          heap;
    rls_arena         arena;
    rls_surface_cache cache;
    rls_surface_slot *slots[5000];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_surface_cache_init(&cache, &heap);
    CHECK(rls_surface_cache_reserve(&cache, 5000));
    for (uint32_t i = 0; i < 5000; i++) {
        uint8_t   bytes[255];
        rls_bytes surface = {bytes, make_surface(i, bytes)};

        slots[i] = rls_surface_cache_insert(&cache, &arena,
                                            rls_surface_key_of(surface, 0, surface.size), surface);
        slots[i]->term = i;
    }
    for (uint32_t i = 0; i < 5000; i++) {
        uint8_t   bytes[255];
        rls_bytes surface = {bytes, make_surface(i, bytes)};

        CHECK(find(&cache, surface) == slots[i]);
        CHECK_EQ_U64(slots[i]->term, i);
    }
    rls_surface_cache_release(&cache);
    rls_arena_release(&arena);
}

TEST(growth_depends_on_the_number_of_surfaces_alone)
{
    size_t capacities[3];

    for (uint32_t run = 0; run < 3; run++) {
        rls_heap          heap;
        rls_arena         arena;
        rls_surface_cache cache;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        rls_arena_init(&arena, &heap, 4096);
        rls_surface_cache_init(&cache, &heap);
        for (uint32_t i = 0; i < 3000; i++) {
            uint8_t bytes[255];
            size_t  size = make_surface(i * 3 + run, bytes);

            find_or_insert(&cache, &arena, rls_bytes_of(bytes, size), 0, size);
        }
        capacities[run] = cache.capacity;
        rls_surface_cache_release(&cache);
        rls_arena_release(&arena);
    }
    CHECK_EQ_U64(capacities[0], capacities[1]);
    CHECK_EQ_U64(capacities[0], capacities[2]);
}

TEST(a_refused_growth_keeps_the_surfaces_there_are)
{
    for (uint64_t until = 0; until < 4; until++) {
        faulty_heap       faulty;
        rls_heap          heap;
        rls_arena         arena;
        rls_surface_cache cache;
        uint32_t          i = 0;

        faulty_heap_init(&faulty, until);
        rls_heap_init(&heap, NULL, SIZE_MAX);
        rls_arena_init(&arena, &heap, 4096);
        rls_surface_cache_init(&cache, &faulty.heap);
        for (; rls_surface_cache_reserve(&cache, 1); i++) {
            uint8_t   bytes[255];
            rls_bytes surface = {bytes, make_surface(i, bytes)};

            rls_surface_cache_insert(&cache, &arena, rls_surface_key_of(surface, 0, surface.size),
                                     surface)
                ->term = i;
        }
        CHECK(faulty.failed);
        while (i-- > 0) {
            uint8_t   bytes[255];
            rls_bytes surface = {bytes, make_surface(i, bytes)};

            CHECK_EQ_U64(find(&cache, surface)->term, i);
        }
        rls_surface_cache_release(&cache);
        rls_arena_release(&arena);
        CHECK_EQ_U64(faulty.heap.used, 0);
    }
}
