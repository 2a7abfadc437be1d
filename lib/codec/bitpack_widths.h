/* From always-inlined unpack_width and from add_up, defined before this is included: a function for
 * each width, `unpack` that chooses among them, and `unpack_ascending`. */
#ifndef RLS_CODEC_BITPACK_WIDTHS_H
#define RLS_CODEC_BITPACK_WIDTHS_H

#include <assert.h>

#include "codec/bitpack_kernels.h"

#define DEFINE_WIDTH(width)                                                                        \
    static void unpack_##width(const uint8_t *in, uint32_t out[RLS_BLOCK_SIZE])                    \
    {                                                                                              \
        unpack_width(in, width, out);                                                              \
    }
#define WIDTH_MEMBER(width) unpack_##width,

RLS_BITPACK_EACH_WIDTH(DEFINE_WIDTH)

static void (*const unpack_table[])(const uint8_t *in, uint32_t out[RLS_BLOCK_SIZE]) = {
    RLS_BITPACK_EACH_WIDTH(WIDTH_MEMBER)};

static void
unpack(const uint8_t *in, uint32_t width, uint32_t out[RLS_BLOCK_SIZE])
{
    assert(width < sizeof unpack_table / sizeof unpack_table[0]);
    unpack_table[width](in, out);
}

/* A second pass over what lies in the nearest cache, so that there is one function a width and not
 * two: the code of all widths is larger than that cache. */
static void
unpack_ascending(const uint8_t *in, uint32_t width, uint32_t base, uint32_t out[RLS_BLOCK_SIZE])
{
    unpack(in, width, out);
    add_up(base, out);
}

#endif
