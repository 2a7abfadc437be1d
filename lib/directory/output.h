/* Sticky byte writer of one file: buffers, counts the offset, keeps a running CRC-32. After the
 * first failure further calls do nothing; the error is told by rls_output_finish. */
#ifndef RLS_DIRECTORY_OUTPUT_H
#define RLS_DIRECTORY_OUTPUT_H

#include "base/buffer.h"
#include "directory/directory.h"

typedef struct rls_output {
    rls_directory      *directory;
    rls_directory_file *file;
    uint8_t            *buffer;
    size_t              buffered;
    rls_buffer         *memory; /* all goes here, and there is no file */
    uint64_t            offset; /* bytes given so far */
    uint32_t            crc;    /* of the bytes since rls_output_start_crc */
    rls_status          status;
    rls_error           error;
} rls_output;

rls_status rls_output_open(rls_output *output, rls_directory *directory, const char *name,
                           rls_error *err);
/* Writes into a buffer, which stays the caller's: no checksum, and nothing to finish. */
void rls_output_open_memory(rls_output *output, rls_buffer *memory);
void rls_output_write(rls_output *output, const void *bytes, size_t size);
void rls_output_put_u8(rls_output *output, uint8_t value);
void rls_output_put_u32(rls_output *output, uint32_t value);
void rls_output_put_u64(rls_output *output, uint64_t value);
void rls_output_put_varint(rls_output *output, uint64_t value);
/* Zero bytes up to the next multiple of `alignment` (a power of two). */
void rls_output_align(rls_output *output, size_t alignment);
void rls_output_start_crc(rls_output *output); /* crc = 0 from here */

/* Flushes, syncs when asked, closes. The first error since opening, if any. */
rls_status rls_output_finish(rls_output *output, bool sync, rls_error *err);
/* Closes without caring; takes a zeroed or finished output. The caller removes the file. */
void rls_output_abandon(rls_output *output);

#endif
