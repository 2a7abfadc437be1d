/* Bytes → 32-bit number, for names, keys and forms met while building. Key bytes are copied
 * into an arena that the table owns. Not for the hot loop of inversion (see inverter/vocabulary).
 */
#ifndef RLS_BASE_HASH_TABLE_H
#define RLS_BASE_HASH_TABLE_H

#include "base/arena.h"
#include "base/bytes.h"

typedef struct rls_hash_table {
    rls_heap *heap;
    rls_arena keys;
    struct rls_hash_entry {
        uint64_t       hash;
        const uint8_t *key; /* NULL: free slot */
        uint32_t       key_size;
        uint32_t       value;
    } * entries;
    size_t count, capacity; /* capacity is 0 or a power of two */
} rls_hash_table;

void rls_hash_table_init(rls_hash_table *table, rls_heap *heap);
void rls_hash_table_release(rls_hash_table *table);

/* NULL when absent. The pointer is good until the next insertion. */
uint32_t *rls_hash_table_find(const rls_hash_table *table, rls_bytes key);

/* Finds or inserts with `value`; *inserted tells which. NULL when there is no memory. The stored
 * key (stable for the table's life) is returned through `stored` unless that is NULL. */
uint32_t *rls_hash_table_insert(rls_hash_table *table, rls_bytes key, uint32_t value,
                                bool *inserted, const uint8_t **stored);

#endif
