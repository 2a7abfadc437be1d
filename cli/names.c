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

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t *
find_slot(const cli_names *names, const char *name, size_t size)
{
    size_t mask = names->slot_count - 1, i = hash_name(name, size) & mask;

    while (names->slots[i] != 0 && !is_name(&names->items[names->slots[i] - 1], name, size))
        i = (i + 1) & mask;
    return &names->slots[i];
}

static void
grow_slots(cli_names *names)
{
    size_t count = names->slot_count == 0 ? 1024 : names->slot_count * 2;

    free(names->slots);
    names->slots = cli_allocate(count, sizeof *names->slots);
    memset(names->slots, 0, count * sizeof *names->slots);
    names->slot_count = count;
    for (size_t i = 0; i < names->count; i++)
        *find_slot(names, names->items[i].name, strlen(names->items[i].name)) = (uint32_t)i + 1;
}

cli_name *
cli_names_enter(cli_names *names, const char *name, size_t size)
{
    cli_name *entry;
    uint32_t *slot;

    if (names->count * 2 >= names->slot_count)
        grow_slots(names);
    slot = find_slot(names, name, size);
    if (*slot != 0)
        return &names->items[*slot - 1];
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 512 : names->capacity * 2;
        names->items = cli_reallocate(names->items, names->capacity, sizeof *names->items);
    }
    entry = &names->items[names->count++];
    memset(entry, 0, sizeof *entry);
    entry->name = cli_arena_copy(&names->arena, name, size);
    *slot = (uint32_t)names->count;
    return entry;
}

cli_name *
cli_names_find(const cli_names *names, const char *name, size_t size)
{
    uint32_t slot = names->slot_count == 0 ? 0 : *find_slot(names, name, size);

    return slot == 0 ? NULL : &names->items[slot - 1];
}

void
cli_names_release(cli_names *names)
{
    cli_arena_release(&names->arena);
    free(names->items);
    free(names->slots);
    memset(names, 0, sizeof *names);
}
