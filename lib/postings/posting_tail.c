#include "postings/posting_tail.h"

enum {
    FREQ_RICE_BITS = 3
};

void
rls_tail_put_gaps(bit_sink *sink, const uint32_t *docs, uint32_t count, uint32_t before)
{
    uint32_t k = rls_gap_rice(docs[count - 1] - before - count, count);

    for (uint32_t i = 0; i + 1 < count; i++) {
        bit_sink_put_rice(sink, docs[i] - before - 1, k);
        before = docs[i];
    }
}

bool
rls_tail_get_gaps(bit_source *source, uint32_t *docs, uint32_t count, uint32_t before,
                  uint32_t last)
{
    uint32_t k;
    uint64_t doc = (uint64_t)before + 1; /* the least that the next can be */

    if (before == UINT32_MAX)
        doc = 0;
    if (last < doc || last - doc < count - 1)
        return false;
    k = rls_gap_rice(last - before - count, count);
    for (uint32_t i = 0; i + 1 < count; i++) {
        doc += bit_source_get_rice(source, k);
        docs[i] = (uint32_t)doc;
        doc++;
    }
    docs[count - 1] = last;
    return doc <= last && !bit_source_failed(source);
}

void
rls_tail_put_freqs(bit_sink *sink, const uint32_t *freqs, uint32_t count)
{
    uint32_t best = 0;
    uint64_t best_size = UINT64_MAX;

    for (uint32_t k = 0; k < 1u << FREQ_RICE_BITS; k++) {
        uint64_t size = 0;
        /* A code takes k + 1 bits at least. */
        if ((uint64_t)count * (k + 1) >= best_size)
            break;
        for (uint32_t i = 0; i < count; i++)
            size += bit_rice_size(freqs[i] - 1, k);
        if (size < best_size) {
            best = k;
            best_size = size;
        }
    }
    bit_sink_put(sink, best, FREQ_RICE_BITS);
    for (uint32_t i = 0; i < count; i++)
        bit_sink_put_rice(sink, freqs[i] - 1, best);
}

bool
rls_tail_get_freqs(bit_source *source, uint32_t *freqs, uint32_t count)
{
    uint32_t k = bit_source_get(source, FREQ_RICE_BITS);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t freq = bit_source_get_rice(source, k);
        freqs[i] = freq + (freq != UINT32_MAX);
    }
    return !bit_source_failed(source);
}
