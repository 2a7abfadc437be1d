/* When the sources of a segment were changed, and which files they were: what lets a file be
 * skipped without being read. It tells nothing about documents and differs between copies of one
 * folder, so it lies beside the segment and not in it. It is a hint: without it the contents of
 * files decide.
 *
 * STAMPS (.stm), format 1
 *
 *   file := envelope-head source-count flags inodes(s) mtimes(s) envelope-foot
 *
 *   offset  size  what
 *   24      4     source count s
 *   28      4     flags: bit 0 mtimes are seconds; others 0
 *   32      …     frames (frames.h) of the inodes, in the order of the section of sources
 *   …       …     frames of the mtimes: nanoseconds or, when all are whole, seconds since 1970;
 *                 sign bit turned
 *
 * The envelope's id is the segment's; the file is named after it: 32 hex digits and ".stm". There
 * is none when the segment has no sources. */
#ifndef RLS_SEGMENT_STAMPS_H
#define RLS_SEGMENT_STAMPS_H

#include "codec/envelope.h"
#include "segment/frames.h"

enum {
    RLS_STAMPS_FORMAT = 1,
    RLS_STAMPS_SECONDS = 1,
    RLS_STAMPS_NAME_SIZE = 2 * RLS_ID_SIZE + 5
};

/* "<id in hex>.stm"; `out` has RLS_STAMPS_NAME_SIZE bytes. */
void rls_stamps_name(const uint8_t *segment_id, char *out);

typedef struct rls_stamps_writer {
    rls_heap  *heap;
    rls_buffer raw; /* of each source mtime and inode */
    uint32_t   count;
    bool       whole_seconds;
} rls_stamps_writer;

void rls_stamps_writer_init(rls_stamps_writer *writer, rls_heap *heap);
void rls_stamps_writer_release(rls_stamps_writer *writer); /* takes a zeroed one */
/* In the order of the section of sources. Failure is told by what writes. */
void rls_stamps_writer_add(rls_stamps_writer *writer, int64_t mtime_ns, uint64_t inode);
/* What stands between head and foot. */
rls_status rls_stamps_writer_put_body(const rls_stamps_writer *writer, rls_sink *sink,
                                      rls_error *err);
/* A file of that name, synced; removed again on failure. */
rls_status rls_stamps_writer_put_file(const rls_stamps_writer *writer, rls_directory *directory,
                                      const uint8_t *segment_id, const char *name, rls_error *err);

/* Stamps in place; zeroed: nothing is known of any source. */
typedef struct rls_stamps {
    uint32_t   count;
    bool       seconds;
    rls_frames inodes, mtimes;
} rls_stamps;

/* `count` is that of the segment's sources. *out_stamps is zeroed on failure: RLS_CORRUPT,
 * RLS_UNSUPPORTED. */
rls_status rls_stamps_open_body(rls_stamps *out_stamps, rls_bytes body, uint32_t count,
                                const char *name, rls_error *err);
rls_status rls_stamps_open_file(rls_stamps *out_stamps, rls_bytes file, const uint8_t *segment_id,
                                uint32_t count, const char *name, rls_error *err);
/* 0 and 0 when nothing is known. */
void rls_stamps_get(const rls_stamps *stamps, uint32_t number, int64_t *out_mtime_ns,
                    uint64_t *out_inode);

#endif
