/* Bits of the list format that its writer and its readers share; see postings_writer.h. */
#ifndef RLS_POSTINGS_POSTING_FORMAT_H
#define RLS_POSTINGS_POSTING_FORMAT_H

#include "codec/bitpack.h"

enum {
    RLS_LIST_TEXT = 1,
    RLS_LIST_SEVERAL_FORMS = 2,
    RLS_SHORT_FREQS = 4,
    RLS_SHORT_FIELDS = 8,
    RLS_SHORT_REPEATS = 16,
    RLS_LONG_ROW = 4,
    RLS_LONG_DENSE = 8,
    RLS_LONG_WIDE = 16,
    RLS_LIST_BARE = 32,
    RLS_SHORT_WILD = 64,
    RLS_LIST_FLAGS = 127
};

static const uint32_t rls_kth_ranks[] = {10, 100, 1000};

/* Bits that tell a number below `count`. */
static inline uint32_t
rls_width_below(uint32_t count)
{
    return rls_bitpack_width(count - 1);
}

#endif
