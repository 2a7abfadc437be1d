/* Reads stored documents in place; the format is in stored_writer.h. */
#ifndef RLS_SEGMENT_STORED_READER_H
#define RLS_SEGMENT_STORED_READER_H

#include "base/arena.h"
#include "directory/window.h"
#include "segment/frames.h"

enum {
    RLS_STORED_TAIL = 24,
    RLS_STORED_HEAD = 12,         /* bytes before the data of a block */
    RLS_STORED_GOES_ON = 1 << 15, /* of the bytes in a head */
    RLS_STORED_BLOCK = 16384,     /* bytes of a block before deflating, at most */
    RLS_STORED_RATIO = 1040       /* deflate does not shrink more than about 1032 to 1 */
};

/* A block kept in memory by a batch. */
typedef struct rls_stored_block {
    const uint8_t *data;
    uint64_t       raw_start;
    uint32_t       size, raw_size;
} rls_stored_block;

typedef struct rls_stored {
    const char *name; /* of the file, for messages */
    uint32_t    doc_count;
    uint64_t    block_count;
    /* in a section */
    rls_bytes   blocks; /* without data when they are seen through the window */
    rls_window *window; /* or NULL */
    rls_frames  doc_starts, raw_starts, starts;
    /* in memory: of a batch */
    const rls_stored_block *memory_blocks;
    const uint64_t         *memory_starts; /* doc_count + 1 */
} rls_stored;

rls_status rls_stored_open(rls_stored *stored, rls_bytes section, uint32_t doc_count,
                           const char *name, rls_error *err);

/* The same of a section whose blocks, `blocks_size` bytes before `rest`, are seen through a window:
 * for one thread, and a block is good until the next one is asked for. */
rls_status rls_stored_open_windowed(rls_stored *stored, rls_window *window, uint64_t blocks_size,
                                    rls_bytes rest, uint32_t doc_count, const char *name,
                                    rls_error *err);

/* Where record `doc` begins in the stream; of doc_count: where the last one ends. */
uint64_t rls_stored_start(const rls_stored *stored, uint32_t doc);
/* RLS_CORRUPT when the block cannot be what was written. */
rls_status rls_stored_get_block(const rls_stored *stored, uint64_t number,
                                rls_stored_block *out_block, rls_error *err);
/* The same, and its checksum is compared: for who copies it. */
rls_status rls_stored_get_whole_block(const rls_stored *stored, uint64_t number,
                                      rls_stored_block *out_block, rls_error *err);
/* Whether the data behind a head is what was written with it. */
bool rls_stored_head_fits(const uint8_t *head);
/* The block that holds byte `at` of the stream; block_count when none. */
uint64_t rls_stored_find_block(const rls_stored *stored, uint64_t at);
/* Inflates a block into raw_size bytes. */
rls_status rls_stored_inflate(const rls_stored *stored, rls_heap *heap,
                              const rls_stored_block *block, uint8_t *out, rls_error *err);

/* The record of a document, in `arena`; its blocks are inflated as far as it goes. */
rls_status rls_stored_read(const rls_stored *stored, uint32_t doc, rls_arena *arena,
                           rls_bytes *out_record, rls_error *err);

/* At most about `most` bytes of it, at least one. */
rls_status rls_stored_read_begin(const rls_stored *stored, uint32_t doc, uint64_t most,
                                 rls_arena *arena, rls_bytes *out_record, bool *out_whole,
                                 rls_error *err);

/* The block read last, for reading one record after another. */
typedef struct rls_stored_cache {
    const rls_stored *stored;
    uint64_t          number;
    rls_stored_block  block;
    rls_buffer        bytes;
} rls_stored_cache;

void rls_stored_cache_init(rls_stored_cache *cache, rls_heap *heap);
void rls_stored_cache_release(rls_stored_cache *cache);
/* The record of a document that lies in one block, good until the next call. */
rls_status rls_stored_cache_read(rls_stored_cache *cache, const rls_stored *stored, uint32_t doc,
                                 rls_bytes *out_record, rls_error *err);

#endif
