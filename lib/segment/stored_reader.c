#include "segment/stored_reader.h"

#include <inttypes.h>

#include "base/crc32.h"
#include "codec/deflate.h"

/* What comes behind the blocks. */
static rls_status
open_rest(rls_stored *stored, rls_bytes rest, uint32_t doc_count, rls_error *err)
{
    const uint8_t *tail = rest.data + rest.size - RLS_STORED_TAIL;
    rls_input      input;

    stored->block_count = rls_get_u64(tail + 8);
    if (rls_get_u64(tail) != stored->blocks.size || rls_get_u32(tail + 16) != doc_count ||
        rls_get_u32(tail + 20) != 0 || stored->block_count > stored->blocks.size)
        return rls_fail(err, RLS_CORRUPT, "%s: stored: the tail is damaged", stored->name);
    rls_input_init(&input, rls_bytes_of(rest.data, rest.size - RLS_STORED_TAIL));
    rls_frames_open(&stored->doc_starts, &input, (uint64_t)doc_count + 1);
    rls_frames_open(&stored->raw_starts, &input, stored->block_count + 1);
    rls_frames_open(&stored->starts, &input, stored->block_count + 1);
    if (input.failed || rls_input_left(&input) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: stored: %zu bytes do not hold %" PRIu32 " documents",
                        stored->name, rest.size, doc_count);
    stored->doc_count = doc_count;
    return RLS_OK;
}

static rls_status
too_short(const char *name, uint64_t size, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: stored: %" PRIu64 " bytes, too short", name, size);
}

rls_status
rls_stored_open(rls_stored *stored, rls_bytes section, uint32_t doc_count, const char *name,
                rls_error *err)
{
    uint64_t   blocks_size;
    rls_status status;

    *stored = (rls_stored){.name = name};
    if (section.size < RLS_STORED_TAIL)
        return too_short(name, section.size, err);
    blocks_size = rls_get_u64(section.data + section.size - RLS_STORED_TAIL);
    if (blocks_size > section.size - RLS_STORED_TAIL)
        return rls_fail(err, RLS_CORRUPT, "%s: stored: the tail is damaged", name);
    stored->blocks = rls_bytes_of(section.data, (size_t)blocks_size);
    status = open_rest(stored,
                       rls_bytes_of(section.data + blocks_size, section.size - (size_t)blocks_size),
                       doc_count, err);
    if (status != RLS_OK)
        *stored = (rls_stored){0};
    return status;
}

rls_status
rls_stored_open_windowed(rls_stored *stored, rls_window *window, uint64_t blocks_size,
                         rls_bytes rest, uint32_t doc_count, const char *name, rls_error *err)
{
    rls_status status;

    *stored = (rls_stored){.name = name, .window = window};
    if (rest.size < RLS_STORED_TAIL)
        return too_short(name, rest.size, err);
    stored->blocks = rls_bytes_of(NULL, (size_t)blocks_size);
    status = open_rest(stored, rest, doc_count, err);
    if (status != RLS_OK)
        *stored = (rls_stored){0};
    return status;
}

uint64_t
rls_stored_start(const rls_stored *stored, uint32_t doc)
{
    if (stored->memory_starts != NULL)
        return stored->memory_starts[doc];
    return rls_frames_get(&stored->doc_starts, doc);
}

static rls_status
damaged_block(const rls_stored *stored, uint64_t number, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: stored: block %" PRIu64 " is damaged", stored->name,
                    number);
}

rls_status
rls_stored_get_block(const rls_stored *stored, uint64_t number, rls_stored_block *out_block,
                     rls_error *err)
{
    uint64_t start, end, raw_start, raw_end;

    if (stored->memory_blocks != NULL) {
        *out_block = stored->memory_blocks[number];
        return RLS_OK;
    }
    start = rls_frames_get(&stored->starts, number);
    end = rls_frames_get(&stored->starts, number + 1);
    raw_start = rls_frames_get(&stored->raw_starts, number);
    raw_end = rls_frames_get(&stored->raw_starts, number + 1);
    if (number >= stored->block_count || end > stored->blocks.size || start > end ||
        end - start <= RLS_STORED_HEAD || raw_start >= raw_end ||
        raw_end - raw_start > RLS_STORED_BLOCK)
        return damaged_block(stored, number, err);
    start += RLS_STORED_HEAD;
    if (end - start > raw_end - raw_start || (end - start) * RLS_STORED_RATIO < raw_end - raw_start)
        return damaged_block(stored, number, err);
    *out_block = (rls_stored_block){.raw_start = raw_start,
                                    .size = (uint32_t)(end - start),
                                    .raw_size = (uint32_t)(raw_end - raw_start)};
    if (stored->window != NULL) {
        rls_bytes  shown;
        rls_status status = rls_window_show(stored->window, start - RLS_STORED_HEAD,
                                            (size_t)(end - start) + RLS_STORED_HEAD, &shown, err);
        if (status != RLS_OK)
            return status;
        out_block->data = shown.data + RLS_STORED_HEAD;
    } else {
        out_block->data = stored->blocks.data + start;
    }
    return RLS_OK;
}

bool
rls_stored_head_fits(const uint8_t *head)
{
    return rls_crc32(rls_crc32(0, head + RLS_STORED_HEAD, rls_get_u16(head + 6)), head, 8) ==
           rls_get_u32(head + 8);
}

rls_status
rls_stored_get_whole_block(const rls_stored *stored, uint64_t number, rls_stored_block *out_block,
                           rls_error *err)
{
    const uint8_t *head;
    rls_status     status = rls_stored_get_block(stored, number, out_block, err);

    if (status != RLS_OK || stored->memory_blocks != NULL)
        return status;
    head = out_block->data - RLS_STORED_HEAD;
    if (rls_get_u16(head + 6) != out_block->size ||
        (rls_get_u16(head + 4) & ~RLS_STORED_GOES_ON) != out_block->raw_size ||
        !rls_stored_head_fits(head))
        return damaged_block(stored, number, err);
    return RLS_OK;
}

static uint64_t
raw_start_of(const rls_stored *stored, uint64_t number)
{
    return stored->memory_blocks != NULL ? stored->memory_blocks[number].raw_start
                                         : rls_frames_get(&stored->raw_starts, number);
}

uint64_t
rls_stored_find_block(const rls_stored *stored, uint64_t at)
{
    uint64_t from = 0, to = stored->block_count;

    /* The first block that begins behind `at`; the one before it holds the byte. */
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;

        if (raw_start_of(stored, middle) <= at)
            from = middle + 1;
        else
            to = middle;
    }
    return from == 0 ? stored->block_count : from - 1;
}

/* The first `wanted` bytes of a block. */
static rls_status
inflate_begin(const rls_stored *stored, rls_heap *heap, const rls_stored_block *block,
              uint32_t wanted, uint8_t *out, rls_error *err)
{
    rls_bytes  bytes = rls_bytes_of(block->data, block->size);
    rls_status status;

    if (block->size == block->raw_size) {
        memcpy(out, block->data, wanted);
        return RLS_OK;
    }
    status = wanted < block->raw_size ? rls_inflate_begin(heap, bytes, out, wanted, err)
                                      : rls_inflate_block(heap, bytes, out, wanted, err);
    if (status == RLS_CORRUPT)
        return rls_fail(err, RLS_CORRUPT,
                        "%s: stored: a block of %" PRIu32 " bytes does not inflate", stored->name,
                        block->size);
    return status;
}

rls_status
rls_stored_inflate(const rls_stored *stored, rls_heap *heap, const rls_stored_block *block,
                   uint8_t *out, rls_error *err)
{
    return inflate_begin(stored, heap, block, block->raw_size, out, err);
}

static rls_status
damaged(const rls_stored *stored, uint32_t doc, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: stored: document %" PRIu32 " of %" PRIu32 " is damaged",
                    stored->name, doc, stored->doc_count);
}

/* Blocks [first, last] that hold bytes [start, end) of the stream: checked to follow one another,
 * so that their sizes may be believed. */
static rls_status
find_blocks(const rls_stored *stored, uint32_t doc, uint64_t start, uint64_t end,
            uint64_t *out_first, uint64_t *out_last, uint64_t *out_raw_start, uint64_t *out_raw_end,
            rls_error *err)
{
    uint64_t         number = rls_stored_find_block(stored, start), next;
    rls_stored_block block;
    rls_status       status;

    if (start >= end || number >= stored->block_count)
        return damaged(stored, doc, err);
    status = rls_stored_get_block(stored, number, &block, err);
    if (status != RLS_OK)
        return status;
    if (start < block.raw_start)
        return damaged(stored, doc, err);
    *out_first = number;
    *out_raw_start = block.raw_start;
    for (next = block.raw_start + block.raw_size; next < end; next += block.raw_size) {
        if (++number >= stored->block_count)
            return damaged(stored, doc, err);
        status = rls_stored_get_block(stored, number, &block, err);
        if (status != RLS_OK)
            return status;
        if (block.raw_start != next)
            return damaged(stored, doc, err);
    }
    *out_last = number;
    *out_raw_end = next;
    return RLS_OK;
}

/* Reads bytes [start, end) of the stream, which lie in blocks [first, last], of which the first
 * begins at raw_start. Blocks are inflated as far as they are needed. */
static rls_status
read_bytes(const rls_stored *stored, uint64_t start, uint64_t end, uint64_t first, uint64_t last,
           uint64_t raw_start, rls_arena *arena, rls_bytes *out_bytes, rls_error *err)
{
    uint8_t *bytes = rls_arena_alloc(arena, end - raw_start);

    if (bytes == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for a document of %" PRIu64 " bytes",
                        stored->name, end - start);
    for (uint64_t number = first; number <= last; number++) {
        rls_stored_block block;
        rls_status       status = rls_stored_get_block(stored, number, &block, err);

        if (status == RLS_OK) {
            uint64_t left = end - block.raw_start;
            status = inflate_begin(stored, arena->heap, &block,
                                   left < block.raw_size ? (uint32_t)left : block.raw_size,
                                   bytes + (block.raw_start - raw_start), err);
        }
        if (status != RLS_OK)
            return status;
    }
    *out_bytes = rls_bytes_of(bytes + (start - raw_start), end - start);
    return RLS_OK;
}

rls_status
rls_stored_read_begin(const rls_stored *stored, uint32_t doc, uint64_t most, rls_arena *arena,
                      rls_bytes *out_record, bool *out_whole, rls_error *err)
{
    uint64_t   start, end, first = 0, last = 0, raw_start = 0, raw_end = 0;
    rls_status status;

    *out_record = (rls_bytes){0};
    *out_whole = true;
    if (doc >= stored->doc_count)
        return damaged(stored, doc, err);
    start = rls_stored_start(stored, doc);
    end = rls_stored_start(stored, doc + 1);
    status = find_blocks(stored, doc, start, end, &first, &last, &raw_start, &raw_end, err);
    if (status != RLS_OK)
        return status;
    if (most < end - start) { /* all of it in the first block */
        rls_stored_block block;
        status = rls_stored_get_block(stored, first, &block, err);
        if (status != RLS_OK)
            return status;
        end = start + most;
        if (end > block.raw_start + block.raw_size)
            end = block.raw_start + block.raw_size;
        last = first;
        *out_whole = false;
    }
    return read_bytes(stored, start, end, first, last, raw_start, arena, out_record, err);
}

rls_status
rls_stored_read(const rls_stored *stored, uint32_t doc, rls_arena *arena, rls_bytes *out_record,
                rls_error *err)
{
    bool whole;

    return rls_stored_read_begin(stored, doc, UINT64_MAX, arena, out_record, &whole, err);
}

void
rls_stored_cache_init(rls_stored_cache *cache, rls_heap *heap)
{
    *cache = (rls_stored_cache){0};
    rls_buffer_init(&cache->bytes, heap);
}

void
rls_stored_cache_release(rls_stored_cache *cache)
{
    rls_buffer_release(&cache->bytes);
    cache->stored = NULL;
}

rls_status
rls_stored_cache_read(rls_stored_cache *cache, const rls_stored *stored, uint32_t doc,
                      rls_bytes *out_record, rls_error *err)
{
    uint64_t   start = rls_stored_start(stored, doc), end = rls_stored_start(stored, doc + 1);
    uint64_t   number = rls_stored_find_block(stored, start);
    rls_status status;

    if (cache->stored != stored || cache->number != number) {
        cache->stored = NULL;
        if (number >= stored->block_count)
            return damaged(stored, doc, err);
        status = rls_stored_get_whole_block(stored, number, &cache->block, err);
        if (status != RLS_OK)
            return status;
        rls_buffer_clear(&cache->bytes);
        if (!rls_buffer_reserve(&cache->bytes, RLS_STORED_BLOCK))
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a block of stored documents");
        status =
            rls_stored_inflate(stored, cache->bytes.heap, &cache->block, cache->bytes.data, err);
        if (status != RLS_OK)
            return status;
        cache->stored = stored;
        cache->number = number;
    }
    if (start >= end || start < cache->block.raw_start ||
        end > cache->block.raw_start + cache->block.raw_size)
        return damaged(stored, doc, err);
    *out_record = rls_bytes_of(cache->bytes.data + (start - cache->block.raw_start), end - start);
    return RLS_OK;
}
