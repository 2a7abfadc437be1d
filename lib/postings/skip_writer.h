/* Skip data of a long list: for each block and each group of blocks where it ends, where it lies
 * and what it can score. */
#ifndef RLS_POSTINGS_SKIP_WRITER_H
#define RLS_POSTINGS_SKIP_WRITER_H

#include "base/buffer.h"

/* What the skips tell of a block, and where its parts lie in the writer's buffers. */
typedef struct rls_block_info {
    uint32_t last_doc;
    uint32_t docs_size, freqs_size;
    uint64_t positions_offset; /* from the term's first byte */
    uint8_t  bound;
} rls_block_info;

/* Whether the last documents of some group spread over more than 16 bits. */
bool rls_skips_need_wide(const rls_block_info *blocks, size_t count);

/* Appends sizes and skips; offsets[i] is where block i will lie, from the first one. Failure is the
 * buffer's. */
void rls_skips_put(rls_buffer *out, const rls_block_info *blocks, const uint64_t *offsets,
                   size_t count, bool text, bool positional, bool wide);

#endif
