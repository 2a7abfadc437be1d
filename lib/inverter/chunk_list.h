/* Growing lists of bytes that share one pool: a list is a chain of chunks, of 32 bytes at first and
 * of twice the size of the one before from then on, up to 4 KiB.
 *
 *   chunk := link (u32, the next chunk) entries [0x00]
 *
 * An entry never straddles two chunks and never begins with a zero byte, so a zero byte, or the
 * chunk's end, sends the reader to the next chunk; the list's end is where its writer stands. */
#ifndef RLS_INVERTER_CHUNK_LIST_H
#define RLS_INVERTER_CHUNK_LIST_H

#include "base/alloc.h"

enum {
    RLS_CHUNK_UNIT = 32, /* references count these */
    RLS_CHUNK_MAX = 4096,
    RLS_CHUNK_LINK = 4,
    RLS_CHUNK_ENTRY_MAX = 16, /* bytes of one entry; a fresh chunk always has room for one */
    RLS_CHUNK_BLOCK = 64 * 1024
};

/* Hands out chunks from blocks, which it keeps when reset. */
typedef struct rls_chunk_pool {
    rls_heap *heap;
    void    **blocks; /* as allocated; chunks begin at the next multiple of a cache line */
    size_t    block_count, block_capacity;
    size_t    block_used; /* blocks [0, block_used) have chunks in them */
    size_t    block_fill; /* bytes taken of the last of those */
    size_t    used;       /* bytes handed out since the last reset */
} rls_chunk_pool;

void rls_chunk_pool_init(rls_chunk_pool *pool, rls_heap *heap);
void rls_chunk_pool_reset(rls_chunk_pool *pool);
void rls_chunk_pool_release(rls_chunk_pool *pool); /* takes a zeroed pool */

/* A zeroed one is an empty list. */
typedef struct rls_chunk_list {
    uint8_t *write; /* next free byte; NULL in an empty list */
    uint32_t first; /* reference of the first chunk */
    uint16_t room;  /* bytes free behind `write` */
    uint16_t size;  /* of the last chunk */
} rls_chunk_list;

/* Appends an entry of 1..RLS_CHUNK_ENTRY_MAX bytes. False when there is no memory. Where
 * list->room allows, callers may write at list->write and move both instead. */
bool rls_chunk_list_append(rls_chunk_pool *pool, rls_chunk_list *list, const uint8_t *entry,
                           size_t entry_size);

typedef struct rls_chunk_reader {
    const rls_chunk_pool *pool;
    const uint8_t        *at;   /* the next entry */
    const uint8_t        *end;  /* of this chunk's bytes */
    const uint8_t        *stop; /* of the list */
    uint32_t              size; /* of this chunk */
} rls_chunk_reader;

void rls_chunk_reader_init(rls_chunk_reader *reader, const rls_chunk_pool *pool,
                           const rls_chunk_list *list);
void rls_chunk_reader_follow(rls_chunk_reader *reader); /* to the next chunk */

/* Asks for the first chunk of a list that is read soon. */
void rls_chunk_list_prefetch(const rls_chunk_pool *pool, const rls_chunk_list *list);

/* False at the end of the list; else an entry is at `reader->at`, whole before `reader->end`. */
static inline bool
rls_chunk_reader_more(rls_chunk_reader *reader)
{
    if (reader->at == reader->stop)
        return false;
    if (reader->at == reader->end || *reader->at == 0)
        rls_chunk_reader_follow(reader);
    return true;
}

#endif
