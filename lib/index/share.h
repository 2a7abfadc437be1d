/* A share: consecutive inputs that become one segment. Shares are cut by the inputs' sizes alone,
 * so what a segment holds never depends on threads. The writer fills a share, a worker processes
 * it: reads, parses, inverts, writes the segment. */
#ifndef RLS_INDEX_SHARE_H
#define RLS_INDEX_SHARE_H

#include "base/file.h"
#include "document/source.h"
#include "segment/segment_writer.h"

/* What all shares of a transaction have in common; read-only while workers run. */
typedef struct rls_share_settings {
    rls_segment_settings segment; /* salt: of the transaction */
    rls_directory       *directory;
    uint64_t             size_limit; /* of one input, bytes */
} rls_share_settings;

typedef enum rls_item_kind {
    RLS_ITEM_DOCUMENT, /* made by a program */
    RLS_ITEM_FILE,     /* to be read by the worker */
    RLS_ITEM_BYTES     /* already read, such as some lines of JSON */
} rls_item_kind;

typedef struct rls_item {
    rls_item_kind       kind;
    const rls_document *document;
    const char         *path, *name; /* name NULL: leaves no source behind */
    rls_bytes           bytes;
    rls_format          format;
    rls_file_stamp      stamp;
    uint64_t            hash; /* of the whole file: BYTES; known one: FILE with compare_hash */
    bool                compare_hash;
    uint64_t            first_line;
} rls_item;

typedef struct rls_share_note {
    const char *path, *message;
    bool        skipped;
} rls_share_note;

/* Documents from `doc` on stand for the inputs from `item` on, one by one, up to the next mark. */
typedef struct rls_share_mark {
    uint32_t doc, item;
} rls_share_mark;

typedef struct rls_share {
    rls_heap *heap;
    rls_arena arena; /* items, their bytes, notes */
    rls_item *items;
    size_t    item_count, item_capacity;
    uint64_t  input_bytes;
    uint64_t  number, first_sequence; /* first_sequence: of items[0] in the transaction */
    /* results */
    rls_segment    *segment; /* NULL: no document */
    rls_live_docs   live;
    rls_share_mark *marks;
    size_t          mark_count, mark_capacity;
    rls_share_note *notes;
    size_t          note_count, note_capacity;
    uint64_t        document_count, unchanged_count, skipped_count, noted_count, source_bytes;
    rls_status      status;
    rls_error       error;
} rls_share;

/* NULL when there is no memory. */
rls_share *rls_share_new(rls_heap *heap);
/* Closes the segment if it is still there; its file stays. Takes NULL. */
void rls_share_free(rls_share *share);

/* Copies what the item points to. `size`: how much it counts for the cut. */
rls_status rls_share_add(rls_share *share, const rls_item *item, uint64_t size, rls_error *err);

/* The input's number in the transaction that document `doc` of the share's segment came from. */
uint64_t rls_share_sequence(const rls_share *share, uint32_t doc);

/* One worker's own things, reused from share to share. */
typedef struct rls_share_worker {
    rls_heap          *heap;
    rls_segment_batch *batch;
    rls_buffer         file;
    rls_arena          arena;
} rls_share_worker;

void rls_share_worker_init(rls_share_worker *worker, rls_heap *heap);
void rls_share_worker_release(rls_share_worker *worker);

/* Does all the work of a share; what came of it is in the share, its status included. */
void rls_share_process(rls_share *share, const rls_share_settings *settings,
                       rls_share_worker *worker);

/* Stamp of a file's content, taken in pieces of RLS_HASH_PIECE bytes so that any size needs the
 * same little memory: rls_hash64 of the bytes when there is one piece, else of the pieces' hashes
 * (u64, little-endian, folded into one whenever 128 have come together). */
enum {
    RLS_HASH_PIECE = 1 << 20,
    RLS_HASH_FOLD = 128
};

typedef struct rls_content_hasher {
    uint8_t  hashes[8 * RLS_HASH_FOLD];
    size_t   filled;
    uint64_t pieces;
} rls_content_hasher;

/* Zero the hasher first. All pieces but the last have RLS_HASH_PIECE bytes. */
void     rls_content_hasher_add(rls_content_hasher *hasher, const void *piece, size_t size);
uint64_t rls_content_hasher_result(rls_content_hasher *hasher);
uint64_t rls_content_hash(rls_bytes bytes);

#endif
