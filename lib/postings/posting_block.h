/* One full block of 128 postings: documents and total frequencies, each in the form that takes the
 * least bytes (see postings_writer.h). The writer gives both parts; the cursor takes them apart. */
#ifndef RLS_POSTINGS_POSTING_BLOCK_H
#define RLS_POSTINGS_POSTING_BLOCK_H

#include "base/buffer.h"
#include "codec/bitpack.h"

enum {
    RLS_BLOCK_RUN = 33, /* heads of documents */
    RLS_BLOCK_BITS = 34,
    RLS_BLOCK_PATCHED = 64,    /* + width */
    RLS_BLOCK_ALL_ONES = 128,  /* + one of the above */
    RLS_FREQS_WIDTH_MASK = 63, /* heads of freqs */
    RLS_FREQS_PATCHED = 64,
    RLS_FREQS_FIELDS = 128
};

/* `before` is the last document of the block before, UINT32_MAX for the first block. */
void rls_posting_block_put_docs(rls_buffer *out, const uint32_t docs[RLS_BLOCK_SIZE],
                                uint32_t before);
void rls_posting_block_put_freqs(rls_buffer *out, const uint32_t freqs[RLS_BLOCK_SIZE],
                                 bool has_fields);

/* Readers get the bytes [at, end) with RLS_MAP_PADDING more behind them, return the byte after what
 * they read, NULL on damage. `docs` has RLS_BLOCK_SIZE + 16 entries; the documents ascend from
 * above `before` to `last`, which is what the skips tell. */
const uint8_t *rls_posting_block_get_docs(const uint8_t *at, const uint8_t *end,
                                          const rls_bitpack_kernels *kernels, uint32_t before,
                                          uint32_t last, uint32_t *docs);
/* All freqs or'ed come with them. */
const uint8_t *rls_posting_block_get_freqs(const uint8_t *at, const uint8_t *end,
                                           const rls_bitpack_kernels *kernels, uint32_t *freqs,
                                           uint32_t *out_all);
/* Passes over the freqs and reads number i of them; `out_freq` is at least 1. */
const uint8_t *rls_posting_block_get_freq(const uint8_t *at, const uint8_t *end, uint32_t i,
                                          uint32_t *out_freq);

#endif
