#include "base/hash_table.h"

#include <string.h>

#include "base/hash.h"

typedef struct rls_hash_entry hash_entry;

enum {
    FIRST_CAPACITY = 16,
    KEY_CHUNK = 4096
};

void
rls_hash_table_init(rls_hash_table *table, rls_heap *heap)
{
    *table = (rls_hash_table){.heap = heap};
    rls_arena_init(&table->keys, heap, KEY_CHUNK);
}

void
rls_hash_table_release(rls_hash_table *table)
{
    if (table->heap == NULL)
        return;
    rls_free(table->heap, table->entries);
    rls_arena_release(&table->keys);
    rls_hash_table_init(table, table->heap);
}

/* The slot that holds `key`, or the free slot where it belongs (linear probing; never full). */
static hash_entry *
probe(hash_entry *entries, size_t capacity, uint64_t hash, rls_bytes key)
{
    for (size_t slot = (size_t)hash & (capacity - 1);; slot = (slot + 1) & (capacity - 1)) {
        hash_entry *entry = &entries[slot];

        if (entry->key == NULL)
            return entry;
        if (entry->hash == hash && entry->key_size == key.size &&
            (key.size == 0 || memcmp(entry->key, key.data, key.size) == 0))
            return entry;
    }
}

uint32_t *
rls_hash_table_find(const rls_hash_table *table, rls_bytes key)
{
    hash_entry *entry;

    if (table->count == 0)
        return NULL;
    entry = probe(table->entries, table->capacity, rls_hash64(key.data, key.size), key);
    return entry->key == NULL ? NULL : &entry->value;
}

static bool
enlarge(rls_hash_table *table)
{
    size_t      capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
    hash_entry *entries;

    if (capacity < table->capacity)
        return false;
    entries = rls_alloc_zeroed(table->heap, capacity, sizeof *entries);
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < table->capacity; i++) {
        const hash_entry *old = &table->entries[i];
        size_t            slot = (size_t)old->hash & (capacity - 1);

        if (old->key == NULL)
            continue;
        while (entries[slot].key != NULL)
            slot = (slot + 1) & (capacity - 1);
        entries[slot] = *old;
    }
    rls_free(table->heap, table->entries);
    table->entries = entries;
    table->capacity = capacity;
    return true;
}

uint32_t *
rls_hash_table_insert(rls_hash_table *table, rls_bytes key, uint32_t value, bool *inserted,
                      const uint8_t **stored)
{
    uint64_t    hash = rls_hash64(key.data, key.size);
    hash_entry *entry = NULL;
    char       *copy;

    *inserted = false;
    if (key.size > UINT32_MAX)
        return NULL;
    if (table->capacity > 0)
        entry = probe(table->entries, table->capacity, hash, key);
    if (entry == NULL || entry->key == NULL) {
        if (table->count >= table->capacity - table->capacity / 4) {
            if (!enlarge(table))
                return NULL;
            entry = probe(table->entries, table->capacity, hash, key);
        }
        copy = rls_arena_copy(&table->keys, key.data, key.size);
        if (copy == NULL)
            return NULL;
        *entry = (hash_entry){hash, (const uint8_t *)copy, (uint32_t)key.size, value};
        table->count++;
        *inserted = true;
    }
    if (stored != NULL)
        *stored = entry->key;
    return &entry->value;
}
