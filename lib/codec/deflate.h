/* The door to zlib: blocks of stored text, and gzipped input. */
#ifndef RLS_CODEC_DEFLATE_H
#define RLS_CODEC_DEFLATE_H

#include "base/buffer.h"
#include "base/status.h"

/* Reused from block to block by one thread. */
typedef struct rls_deflater rls_deflater;

rls_status rls_deflater_new(rls_heap *heap, int level, rls_deflater **out_deflater, rls_error *err);
void       rls_deflater_free(rls_deflater *deflater); /* takes NULL */
/* Appends one raw-deflate stream of `bytes` to `out`. */
rls_status rls_deflater_block(rls_deflater *deflater, rls_bytes bytes, rls_buffer *out,
                              rls_error *err);

/* Inflates exactly `out_size` bytes; anything else is RLS_CORRUPT. */
rls_status rls_inflate_block(rls_heap *heap, rls_bytes bytes, uint8_t *out, size_t out_size,
                             rls_error *err);

/* Inflates the first `out_size` bytes (at least one) of a stream that may have more; what is behind
 * them is neither read nor checked. */
rls_status rls_inflate_begin(rls_heap *heap, rls_bytes bytes, uint8_t *out, size_t out_size,
                             rls_error *err);

/* A whole gzip file (any number of members) appended to `out`; more than `limit` bytes of output is
 * RLS_BAD_DOCUMENT, as is a damaged stream. */
rls_status rls_gunzip(rls_bytes bytes, size_t limit, rls_buffer *out, rls_error *err);
bool       rls_is_gzip(rls_bytes bytes);

#endif
