/* Numbers that are read one at a time, anywhere: frames of 128, each with its least value as base
 * and the width that its greatest needs (frame of reference). Offsets, document numbers, stamps.
 *
 *   frames(n)    := data-size directory data
 *   data-size    u64
 *   directory    ⌈n / 128⌉ times: base u64, place u64 = offset in data * 256 + width (0..64)
 *   data         of each frame ⌈count * width / 8⌉ bytes; value i of the frame, less the base, lies
 *                at bit i * width, least significant bit first; spare bits 0
 *
 * Also arrays at one fixed width without a base: ⌈count * width / 8⌉ bytes, bits in the same order.
 * Readers load up to 8 bytes behind an array; sections grant RLS_MAP_PADDING. */
#ifndef RLS_SEGMENT_FRAMES_H
#define RLS_SEGMENT_FRAMES_H

#include "directory/input.h"
#include "segment/sink.h"

enum {
    RLS_FRAME_SIZE = 128,
    RLS_FRAME_ENTRY = 16 /* bytes of a directory entry */
};

/* Value i at a fixed width of 0..64 bits. */
static inline uint64_t
rls_packed_get(const uint8_t *in, uint32_t width, uint64_t i)
{
    uint64_t       bit = i * width, value;
    const uint8_t *at = in + bit / 8;
    uint32_t       shift = bit % 8;

    if (width == 0)
        return 0;
    value = rls_get_u64(at) >> shift;
    if (shift + width > 64)
        value |= (uint64_t)at[8] << (64 - shift);
    return width == 64 ? value : value & ((UINT64_C(1) << width) - 1);
}

static inline uint64_t
rls_packed_size(uint64_t count, uint32_t width)
{
    return (count * width + 7) / 8;
}

/* Bits that `value` needs; 0 for 0. */
static inline uint32_t
rls_packed_width(uint64_t value)
{
    return value == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(value);
}

/* Writes a fixed-width array piece by piece. */
typedef struct rls_packed_writer {
    rls_sink *sink;
    uint64_t  pending;
    uint32_t  pending_count, width;
} rls_packed_writer;

void rls_packed_writer_init(rls_packed_writer *writer, rls_sink *sink, uint32_t width);
void rls_packed_writer_put(rls_packed_writer *writer, uint64_t value);
void rls_packed_writer_finish(rls_packed_writer *writer);

typedef struct rls_frames_writer {
    rls_buffer directory, data;
    uint64_t   pending[RLS_FRAME_SIZE];
    uint32_t   pending_count;
    uint64_t   count;
} rls_frames_writer;

void rls_frames_writer_init(rls_frames_writer *writer, rls_heap *heap);
void rls_frames_writer_release(rls_frames_writer *writer);
void rls_frames_writer_put(rls_frames_writer *writer, uint64_t value);
/* Writes them all and empties the writer. RLS_NO_MEMORY when a put failed. */
rls_status rls_frames_writer_finish(rls_frames_writer *writer, rls_sink *sink, rls_error *err);

typedef struct rls_frames {
    const uint8_t *directory, *data;
    uint64_t       data_size, count;
} rls_frames;

/* Takes frames(count) from `input`; what does not fit sets input->failed. */
void rls_frames_open(rls_frames *frames, rls_input *input, uint64_t count);
/* 0 beyond the end; any number when the bytes are damaged. */
uint64_t rls_frames_get(const rls_frames *frames, uint64_t i);
/* Values [from, from + count), as rls_frames_get tells each. */
void rls_frames_get_run(const rls_frames *frames, uint64_t from, uint32_t count, uint64_t *out);
/* True when every frame lies where the one before it ends and spare bits are 0. */
bool rls_frames_check(const rls_frames *frames);
/* The first index in [from, to) of ascending frames whose value is >= target; `to` when none. */
uint64_t rls_frames_find(const rls_frames *frames, uint64_t from, uint64_t to, uint64_t target);

#endif
