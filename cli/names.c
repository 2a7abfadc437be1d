#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Eight bytes at a time, each multiplied and folded. Names come from the user's own disk: nobody
 * gains by making them collide. */
static uint64_t
hash_name(const char *name, size_t size)
{
    uint64_t hash = size * 0x9e3779b97f4a7c15u, word;

    for (; size >= 8; name += 8, size -= 8) {
        memcpy(&word, name, 8);
        hash = (hash ^ word) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, name, size);
    hash = (hash ^ word) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 29;
}

static bool
is_name(const cli_name *entry, const char *name, size_t size)
{
    return strncmp(entry->name, name, size) == 0 && entry->name[size] == '\0';
}

struct cli_name_slot {
    uint32_t number; /* of the item, plus 1; 0: free */
    uint32_t hash;   /* its upper half: most other names are told apart without looking at them */
};

/* The slot that holds the name, or the free one where it belongs. */
static struct cli_name_slot *
find_slot(const cli_names *names, const char *name, size_t size, uint64_t hash)
{
    size_t                mask = names->slot_count - 1, i = hash & mask;
    struct cli_name_slot *slot;

    for (;; i = (i + 1) & mask) {
        slot = &names->slots[i];
        if (slot->number == 0 || (slot->hash == (uint32_t)(hash >> 32) &&
                                  is_name(&names->items[slot->number - 1], name, size)))
            return slot;
    }
}

static void
grow_slots(cli_names *names)
{
    size_t count = names->slot_count == 0 ? 1024 : names->slot_count * 2;

    free(names->slots);
    names->slots = cli_allocate(count, sizeof *names->slots);
    memset(names->slots, 0, count * sizeof *names->slots);
    names->slot_count = count;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i].name;
        size_t      size = strlen(name);
        uint64_t    hash = hash_name(name, size);
        *find_slot(names, name, size, hash) =
            (struct cli_name_slot){(uint32_t)i + 1, (uint32_t)(hash >> 32)};
    }
}

cli_name *
cli_names_enter(cli_names *names, const char *name, size_t size)
{
    uint64_t              hash = hash_name(name, size);
    cli_name             *entry;
    struct cli_name_slot *slot;

    if (names->count * 2 >= names->slot_count)
        grow_slots(names);
    slot = find_slot(names, name, size, hash);
    if (slot->number != 0)
        return &names->items[slot->number - 1];
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 512 : names->capacity * 2;
        names->items = cli_reallocate(names->items, names->capacity, sizeof *names->items);
    }
    entry = &names->items[names->count++];
    memset(entry, 0, sizeof *entry);
    entry->name = cli_arena_copy(&names->arena, name, size);
    *slot = (struct cli_name_slot){(uint32_t)names->count, (uint32_t)(hash >> 32)};
    return entry;
}

cli_name *
cli_names_find(const cli_names *names, const char *name, size_t size)
{
    uint32_t number;

    if (names->slot_count == 0)
        return NULL;
    number = find_slot(names, name, size, hash_name(name, size))->number;
    return number == 0 ? NULL : &names->items[number - 1];
}

void
cli_names_release(cli_names *names)
{
    cli_arena_release(&names->arena);
    free(names->items);
    free(names->slots);
    memset(names, 0, sizeof *names);
}
