#include "postings/skip_writer.h"

#include "postings/postings_cursor.h"

static uint32_t
bytes_needed(uint64_t value)
{
    uint32_t size = 1;

    while (value >>= 8)
        size++;
    return size;
}

static void
put_sized(rls_buffer *out, uint64_t value, uint32_t size)
{
    uint8_t bytes[8];

    rls_set_u64(bytes, value);
    rls_buffer_append(out, bytes, size);
}

static void
put_groups(rls_buffer *out, const rls_block_info *blocks, const uint64_t *offsets, size_t count,
           bool text, bool positional)
{
    for (size_t b = 0; b < count; b += RLS_GROUP_SIZE) {
        size_t last = b + RLS_GROUP_SIZE < count ? b + RLS_GROUP_SIZE - 1 : count - 1;
        rls_buffer_put_u32(out, blocks[last].last_doc);
    }
    for (size_t b = 0; b < count; b += RLS_GROUP_SIZE)
        rls_buffer_put_u64(out, offsets[b]);
    for (size_t b = 0; b < count && positional; b += RLS_GROUP_SIZE)
        rls_buffer_put_u64(out, blocks[b].positions_offset);
    for (size_t b = 0; b < count && text; b += RLS_GROUP_SIZE) {
        uint8_t bound = 0;
        for (size_t i = b; i < count && i < b + RLS_GROUP_SIZE; i++)
            bound = blocks[i].bound > bound ? blocks[i].bound : bound;
        rls_buffer_put_u8(out, bound);
    }
}

void
rls_skips_put(rls_buffer *out, const rls_block_info *blocks, const uint64_t *offsets, size_t count,
              bool text, bool positional, bool wide)
{
    uint64_t block_most = 0, positions_most = 0;
    uint32_t block_size, positions_size = 0;

    for (size_t b = 0; b < count; b++) {
        size_t   first = b - b % RLS_GROUP_SIZE;
        uint64_t block = offsets[b] - offsets[first];
        uint64_t positions = blocks[b].positions_offset - blocks[first].positions_offset;
        block_most = block > block_most ? block : block_most;
        positions_most = positions > positions_most ? positions : positions_most;
    }
    block_size = bytes_needed(block_most);
    if (positional)
        positions_size = bytes_needed(positions_most);
    rls_buffer_put_u8(out, (uint8_t)(block_size | positions_size << 4));
    if (count > RLS_GROUP_SIZE)
        put_groups(out, blocks, offsets, count, text, positional);
    for (size_t b = 0; b < count; b++) {
        size_t   first = b - b % RLS_GROUP_SIZE;
        uint32_t base = first == 0 ? 0 : blocks[first - 1].last_doc;
        if (wide)
            rls_buffer_put_u32(out, blocks[b].last_doc);
        else
            rls_buffer_put_u16(out, (uint16_t)(blocks[b].last_doc - base));
    }
    for (size_t b = 0; b < count; b++)
        put_sized(out, offsets[b] - offsets[b - b % RLS_GROUP_SIZE], block_size);
    for (size_t b = 0; b < count && positional; b++)
        put_sized(out, blocks[b].positions_offset - blocks[b - b % RLS_GROUP_SIZE].positions_offset,
                  positions_size);
    for (size_t b = 0; b < count && text; b++)
        rls_buffer_put_u8(out, blocks[b].bound);
}

bool
rls_skips_need_wide(const rls_block_info *blocks, size_t count)
{
    for (size_t b = 0; b < count; b++) {
        size_t   first = b - b % RLS_GROUP_SIZE;
        uint32_t base = first == 0 ? 0 : blocks[first - 1].last_doc;
        if (blocks[b].last_doc - base > UINT16_MAX)
            return true;
    }
    return false;
}
