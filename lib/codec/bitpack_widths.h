/* From always-inlined unpack_width and unpack_ascending_width, defined before this is included: a
 * function for each width, and `unpack` and `unpack_ascending` that choose among them. */
#ifndef RLS_CODEC_BITPACK_WIDTHS_H
#define RLS_CODEC_BITPACK_WIDTHS_H

#include "codec/bitpack_kernels.h"

#define DEFINE_WIDTH(width)                                                                        \
    static void unpack_##width(const uint8_t *in, uint32_t out[RLS_BLOCK_SIZE])                    \
    {                                                                                              \
        unpack_width(in, width, out);                                                              \
    }                                                                                              \
    static void unpack_ascending_##width(const uint8_t *in, uint32_t base,                         \
                                         uint32_t out[RLS_BLOCK_SIZE])                             \
    {                                                                                              \
        unpack_ascending_width(in, width, base, out);                                              \
    }

RLS_BITPACK_EACH_WIDTH(DEFINE_WIDTH)

#define UNPACK_MEMBER(width) unpack_##width,
#define ASCENDING_MEMBER(width) unpack_ascending_##width,

static rls_bitpack_unpack *const           unpack_table[] = {RLS_BITPACK_EACH_WIDTH(UNPACK_MEMBER)};
static rls_bitpack_unpack_ascending *const unpack_ascending_table[] = {
    RLS_BITPACK_EACH_WIDTH(ASCENDING_MEMBER)};

static void
unpack(const uint8_t *in, uint32_t width, uint32_t out[RLS_BLOCK_SIZE])
{
    unpack_table[width](in, out);
}

static void
unpack_ascending(const uint8_t *in, uint32_t width, uint32_t base, uint32_t out[RLS_BLOCK_SIZE])
{
    unpack_ascending_table[width](in, base, out);
}

#endif
