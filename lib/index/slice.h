/* A slice: consecutive inputs that one worker reads, parses and inverts in one go. Slices are cut
 * by the inputs' sizes; several make a share (share.h), whatever worker each of them had. */
#ifndef RLS_INDEX_SLICE_H
#define RLS_INDEX_SLICE_H

#include "base/crew.h"
#include "base/file.h"
#include "document/source.h"
#include "segment/segment_writer.h"

/* What all slices of a transaction have in common; read-only while workers run. */
typedef struct rls_slice_settings {
    rls_segment_settings segment; /* salt: of the transaction */
    rls_directory       *directory;
    uint64_t             size_limit; /* of one input, bytes */
} rls_slice_settings;

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

typedef struct rls_slice_note {
    const char *path, *message;
    bool        skipped;
} rls_slice_note;

/* Documents from `doc` on, up to the next mark, stand for the inputs from `item` on: one by one, or
 * with a `step` of 0 all for that one, as the lines of a file of JSON Lines do. */
typedef struct rls_slice_mark {
    uint32_t doc, item, step;
} rls_slice_mark;

/* One worker's own things, used for slice after slice. */
typedef struct rls_worker {
    rls_heap     *heap;
    rls_inverter *inverter; /* of the share at hand; NULL before its first slice */
    rls_buffer    file;
    rls_arena     arena;
} rls_worker;

typedef struct rls_slice {
    rls_task                  task; /* does all of `items` */
    const rls_slice_settings *settings;
    rls_worker               *workers; /* by number */
    rls_heap                 *heap;
    rls_arena                 arena; /* items, their bytes, notes */
    rls_item                 *items;
    size_t                    item_capacity;
    uint32_t                  item_count;
    uint64_t                  input_bytes;
    uint64_t                  first_sequence; /* of the first item in the transaction */
    struct rls_slice         *next;           /* in the pipeline */
    /* results */
    rls_segment_batch *batch; /* finished; NULL: no document */
    rls_slice_mark    *marks;
    size_t             mark_count, mark_capacity;
    rls_slice_note    *notes;
    size_t             note_count, note_capacity;
    uint64_t           document_count, unchanged_count, skipped_count, noted_count, source_bytes;
    rls_status         status;
    rls_error          error;
} rls_slice;

/* NULL when there is no memory. */
rls_slice *rls_slice_new(rls_heap *heap, const rls_slice_settings *settings, rls_worker *workers);
void       rls_slice_free(rls_slice *slice); /* takes NULL */

/* Keeps a copy of the item and what it points to, for the task. `size`: how much it counts for the
 * cut. */
rls_status rls_slice_add(rls_slice *slice, const rls_item *item, uint64_t size, rls_error *err);
/* Or does an item at once, which may go when the call returns. What comes of it, failures included,
 * is in the slice; rls_slice_finish ends that. */
void rls_slice_do(rls_slice *slice, rls_worker *worker, const rls_item *item, uint64_t size);
void rls_slice_finish(rls_slice *slice);

void rls_worker_init(rls_worker *worker, rls_heap *heap);
void rls_worker_release(rls_worker *worker);

#endif
