/* Reading an input file that belongs to somebody else: it may be large, odd, or changing. */
#ifndef RLS_BASE_FILE_H
#define RLS_BASE_FILE_H

#include "base/buffer.h"
#include "base/status.h"

typedef struct rls_file_stamp {
    uint64_t size, inode;
    int64_t  mtime_ns;
} rls_file_stamp;

/* An open regular file; FIFOs, devices and folders are RLS_BAD_DOCUMENT and never block. */
typedef struct rls_file_reader {
    int            descriptor; /* -1: none */
    rls_file_stamp stamp;      /* when it was opened */
} rls_file_reader;

rls_status rls_file_reader_open(rls_file_reader *reader, const char *path, rls_error *err);
/* Fills up to `size` bytes; *out_size is less only at the end of the file. */
rls_status rls_file_reader_read(rls_file_reader *reader, void *bytes, size_t size, size_t *out_size,
                                rls_error *err);
rls_status rls_file_reader_rewind(rls_file_reader *reader, rls_error *err);
/* True when size, time or inode are not those of the opening any more. */
bool rls_file_reader_changed(const rls_file_reader *reader);
void rls_file_reader_close(rls_file_reader *reader); /* takes a closed one */

/* The whole of a file of at most `limit` bytes (more: RLS_BAD_DOCUMENT) into `out`, cleared first.
 * A file that changed meanwhile is read once more; *out_changed says that it changed again. */
rls_status rls_file_read(const char *path, uint64_t limit, rls_buffer *out,
                         rls_file_stamp *out_stamp, bool *out_changed, rls_error *err);

#endif
