/* Sorted strings, front-coded in blocks of 16 under the blocks' offsets: keys, names of sources.
 *
 *   strings(n)  := blocks frames(⌈n / 16⌉)      offsets of the blocks
 *   block       := size bytes (shared size bytes)*     size and shared are varints; `shared` bytes
 *                  are those of the string before
 *
 * Strings ascend bytewise and may repeat. */
#ifndef RLS_SEGMENT_STRINGS_H
#define RLS_SEGMENT_STRINGS_H

#include "segment/frames.h"

enum {
    RLS_STRINGS_BLOCK = 16
};

typedef struct rls_strings_writer {
    rls_sink         *sink;
    rls_buffer        previous, entry;
    rls_frames_writer offsets;
    uint32_t          count;
    uint64_t          blocks_size;
} rls_strings_writer;

void       rls_strings_writer_init(rls_strings_writer *writer, rls_heap *heap, rls_sink *sink);
void       rls_strings_writer_release(rls_strings_writer *writer);
rls_status rls_strings_writer_add(rls_strings_writer *writer, rls_bytes string, rls_error *err);
/* Writes the offsets; blocks_size and count stay readable. */
rls_status rls_strings_writer_finish(rls_strings_writer *writer, rls_error *err);

typedef struct rls_strings {
    rls_bytes   blocks;
    rls_frames  offsets;
    uint32_t    count;
    const char *name; /* of the file, for messages */
} rls_strings;

void rls_strings_open(rls_strings *strings, rls_input *input, uint64_t blocks_size, uint32_t count,
                      const char *name);
/* String i into `out`, which is cleared first. */
rls_status rls_strings_get(const rls_strings *strings, uint32_t i, rls_buffer *out, rls_error *err);
/* The first string >= target (count when none), and whether it equals target. Allocates nothing. */
rls_status rls_strings_find(const rls_strings *strings, rls_bytes target, uint32_t *out_index,
                            bool *out_equal, rls_error *err);
/* The first index behind `first`, where `target` stands, that holds another string. */
rls_status rls_strings_find_end(const rls_strings *strings, uint32_t first, rls_bytes target,
                                uint32_t *out_end, rls_error *err);

/* An ordered walk. */
typedef struct rls_strings_cursor {
    const rls_strings *strings;
    rls_buffer         string;
    uint32_t           next; /* index of the string that comes next */
    const uint8_t     *at, *end;
} rls_strings_cursor;

void rls_strings_cursor_init(rls_strings_cursor *cursor, rls_heap *heap,
                             const rls_strings *strings);
void rls_strings_cursor_release(rls_strings_cursor *cursor);
/* Puts the next string into cursor->string; RLS_NOT_FOUND (err untouched) at the end. */
rls_status rls_strings_cursor_next(rls_strings_cursor *cursor, rls_error *err);

#endif
