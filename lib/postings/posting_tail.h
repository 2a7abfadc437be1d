/* A block of fewer than 128 postings: documents and frequencies in Rice codes. */
#ifndef RLS_POSTINGS_POSTING_TAIL_H
#define RLS_POSTINGS_POSTING_TAIL_H

#include "postings/bit_stream.h"

enum {
    RLS_TAIL_FREQS = 1, /* tail-head of a long list's last block */
    RLS_TAIL_FIELDS = 2
};

/* Room that a sink needs for the documents and frequencies of one block. */
enum {
    RLS_TAIL_MAX = (2 * RLS_BLOCK_SIZE + 2) * 8 + 8
};

/* The Rice parameter for `count` gaps of mean `sum` / count. */
static inline uint32_t
rls_gap_rice(uint32_t sum, uint32_t count)
{
    uint32_t mean = count == 0 ? 0 : sum / count;
    return mean == 0 ? 0 : 31 - (uint32_t)__builtin_clz(mean);
}

/* All but the last of the documents, which follow `before`. */
void rls_tail_put_gaps(bit_sink *sink, const uint32_t *docs, uint32_t count, uint32_t before);
/* Documents that ascend from above `before` to `last`; false on damage. */
bool rls_tail_get_gaps(bit_source *source, uint32_t *docs, uint32_t count, uint32_t before,
                       uint32_t last);

void rls_tail_put_freqs(bit_sink *sink, const uint32_t *freqs, uint32_t count);
bool rls_tail_get_freqs(bit_source *source, uint32_t *freqs, uint32_t count);

#endif
