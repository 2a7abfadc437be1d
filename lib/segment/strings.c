#include "segment/strings.h"

#include <inttypes.h>

#include "codec/varint.h"

void
rls_strings_writer_init(rls_strings_writer *writer, rls_heap *heap, rls_sink *sink)
{
    *writer = (rls_strings_writer){.sink = sink};
    rls_buffer_init(&writer->previous, heap);
    rls_buffer_init(&writer->entry, heap);
    rls_frames_writer_init(&writer->offsets, heap);
}

void
rls_strings_writer_release(rls_strings_writer *writer)
{
    rls_buffer_release(&writer->previous);
    rls_buffer_release(&writer->entry);
    rls_frames_writer_release(&writer->offsets);
}

static size_t
shared_size(rls_bytes a, rls_bytes b)
{
    size_t limit = a.size < b.size ? a.size : b.size, size = 0;

    while (size < limit && a.data[size] == b.data[size])
        size++;
    return size;
}

rls_status
rls_strings_writer_add(rls_strings_writer *writer, rls_bytes string, rls_error *err)
{
    size_t shared = 0;

    rls_buffer_clear(&writer->entry);
    if (writer->count % RLS_STRINGS_BLOCK == 0) {
        rls_frames_writer_put(&writer->offsets, writer->blocks_size);
    } else {
        shared = shared_size(rls_buffer_bytes(&writer->previous), string);
        rls_buffer_put_varint(&writer->entry, shared);
    }
    rls_buffer_put_varint(&writer->entry, string.size - shared);
    if (string.size > shared)
        rls_buffer_append(&writer->entry, string.data + shared, string.size - shared);
    writer->previous.size = shared;
    if (string.size > shared)
        rls_buffer_append(&writer->previous, string.data + shared, string.size - shared);
    if (writer->entry.failed || writer->previous.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a name of %zu bytes", string.size);
    rls_sink_write(writer->sink, writer->entry.data, writer->entry.size);
    writer->blocks_size += writer->entry.size;
    writer->count++;
    return RLS_OK;
}

rls_status
rls_strings_writer_finish(rls_strings_writer *writer, rls_error *err)
{
    return rls_frames_writer_finish(&writer->offsets, writer->sink, err);
}

void
rls_strings_open(rls_strings *strings, rls_input *input, uint64_t blocks_size, uint32_t count,
                 const char *name)
{
    *strings = (rls_strings){.name = name};
    strings->blocks = rls_input_bytes(input, blocks_size);
    rls_frames_open(&strings->offsets, input,
                    count / RLS_STRINGS_BLOCK + (count % RLS_STRINGS_BLOCK != 0));
    if (!input->failed)
        strings->count = count;
}

static rls_status
damaged(const rls_strings *strings, uint32_t i, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: name %" PRIu32 " of %" PRIu32 " is damaged",
                    strings->name, i, strings->count);
}

/* The bytes from a block's start to the next one's; false when they lie outside. */
static bool
block_bounds(const rls_strings *strings, uint32_t block, const uint8_t **out_at,
             const uint8_t **out_end)
{
    uint64_t begin = rls_frames_get(&strings->offsets, block), end = strings->blocks.size;

    if (block + 1 < strings->offsets.count)
        end = rls_frames_get(&strings->offsets, block + 1);
    if (begin > end || end > strings->blocks.size)
        return false;
    *out_at = strings->blocks.data + begin;
    *out_end = strings->blocks.data + end;
    return true;
}

/* Takes one entry; NULL when it does not fit before `end`. `shared` is 0 at a block's start. */
static const uint8_t *
take_entry(const uint8_t *at, const uint8_t *end, bool first, uint32_t *shared, rls_bytes *rest)
{
    uint32_t size;

    *shared = 0;
    if (!first) {
        at = rls_varint_get32(at, end, shared);
        if (at == NULL)
            return NULL;
    }
    at = rls_varint_get32(at, end, &size);
    if (at == NULL || size > (size_t)(end - at))
        return NULL;
    *rest = rls_bytes_of(at, size);
    return at + size;
}

rls_status
rls_strings_get(const rls_strings *strings, uint32_t i, rls_buffer *out, rls_error *err)
{
    const uint8_t *at, *end;

    rls_buffer_clear(out);
    if (i >= strings->count || !block_bounds(strings, i / RLS_STRINGS_BLOCK, &at, &end))
        return damaged(strings, i, err);
    for (uint32_t j = 0; j <= i % RLS_STRINGS_BLOCK; j++) {
        uint32_t  shared;
        rls_bytes rest;

        at = take_entry(at, end, j == 0, &shared, &rest);
        if (at == NULL || shared > out->size)
            return damaged(strings, i, err);
        out->size = shared;
        rls_buffer_append(out, rest.data, rest.size);
        if (out->failed)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a name of %zu bytes",
                            shared + rest.size);
    }
    return RLS_OK;
}

/* Compares the first string of a block with `target`. */
static bool
compare_first(const rls_strings *strings, uint32_t block, rls_bytes target, int *out_order)
{
    const uint8_t *at, *end;
    uint32_t       shared;
    rls_bytes      first;

    if (!block_bounds(strings, block, &at, &end) ||
        take_entry(at, end, true, &shared, &first) == NULL)
        return false;
    *out_order = rls_bytes_compare(first, target);
    return true;
}

/* Scans a block for the first string >= target. `matched` is how many bytes of the target the
 * string before shares: when the next one shares more than that with it, it is below the target as
 * well; when less, it is above. */
static bool
scan_block(const rls_strings *strings, uint32_t block, rls_bytes target, uint32_t *out_index,
           bool *out_equal)
{
    const uint8_t *at, *end;
    uint32_t       first = block * RLS_STRINGS_BLOCK;
    size_t         matched = 0;

    if (!block_bounds(strings, block, &at, &end))
        return false;
    for (uint32_t j = 0; j < RLS_STRINGS_BLOCK && first + j < strings->count; j++) {
        uint32_t  shared;
        rls_bytes rest, target_rest;
        int       order;

        at = take_entry(at, end, j == 0, &shared, &rest);
        if (at == NULL)
            return false;
        *out_index = first + j;
        if (shared > matched)
            continue;
        if (shared < matched)
            return true;
        /* An empty target may have no address to count from. */
        target_rest =
            matched == 0 ? target : rls_bytes_of(target.data + matched, target.size - matched);
        order = rls_bytes_compare(rest, target_rest);
        if (order >= 0) {
            *out_equal = order == 0;
            return true;
        }
        matched += shared_size(rest, target_rest);
    }
    *out_index += 1;
    return true;
}

rls_status
rls_strings_find(const rls_strings *strings, rls_bytes target, uint32_t *out_index, bool *out_equal,
                 rls_error *err)
{
    uint32_t low = 0, high = (uint32_t)strings->offsets.count;

    /* The last block whose first string is below the target: repeats of the target may begin in
     * it. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int      order;

        if (!compare_first(strings, middle, target, &order))
            return damaged(strings, middle * RLS_STRINGS_BLOCK, err);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out_index = 0;
    *out_equal = false;
    if (strings->count == 0)
        return RLS_OK;
    if (low > 0) {
        if (!scan_block(strings, low - 1, target, out_index, out_equal))
            return damaged(strings, (low - 1) * RLS_STRINGS_BLOCK, err);
        if (*out_equal || *out_index < low * RLS_STRINGS_BLOCK || *out_index >= strings->count)
            return RLS_OK;
    }
    /* The answer is the first string of block `low`. */
    if (!scan_block(strings, low, target, out_index, out_equal))
        return damaged(strings, low * RLS_STRINGS_BLOCK, err);
    return RLS_OK;
}

rls_status
rls_strings_find_end(const rls_strings *strings, uint32_t first, rls_bytes target,
                     uint32_t *out_end, rls_error *err)
{
    for (uint32_t i = first + 1; i < strings->count; i++) {
        const uint8_t *at, *end;
        uint32_t       shared = 0, in_block = i % RLS_STRINGS_BLOCK;
        rls_bytes      rest = {0};

        if (!block_bounds(strings, i / RLS_STRINGS_BLOCK, &at, &end))
            return damaged(strings, i, err);
        for (uint32_t j = 0; j <= in_block; j++) {
            at = take_entry(at, end, j == 0, &shared, &rest);
            if (at == NULL)
                return damaged(strings, i, err);
        }
        if (in_block == 0 ? rls_bytes_compare(rest, target) != 0
                          : shared != target.size || rest.size != 0) {
            *out_end = i;
            return RLS_OK;
        }
    }
    *out_end = strings->count;
    return RLS_OK;
}

void
rls_strings_cursor_init(rls_strings_cursor *cursor, rls_heap *heap, const rls_strings *strings)
{
    *cursor = (rls_strings_cursor){.strings = strings};
    rls_buffer_init(&cursor->string, heap);
}

void
rls_strings_cursor_release(rls_strings_cursor *cursor)
{
    rls_buffer_release(&cursor->string);
}

rls_status
rls_strings_cursor_next(rls_strings_cursor *cursor, rls_error *err)
{
    const rls_strings *strings = cursor->strings;
    uint32_t           i = cursor->next, shared;
    rls_bytes          rest;
    bool               first = i % RLS_STRINGS_BLOCK == 0;

    if (i >= strings->count)
        return RLS_NOT_FOUND;
    if (first && !block_bounds(strings, i / RLS_STRINGS_BLOCK, &cursor->at, &cursor->end))
        return damaged(strings, i, err);
    cursor->at = take_entry(cursor->at, cursor->end, first, &shared, &rest);
    if (cursor->at == NULL || shared > cursor->string.size) {
        cursor->next = strings->count; /* nothing more can be read */
        return damaged(strings, i, err);
    }
    cursor->string.size = shared;
    rls_buffer_append(&cursor->string, rest.data, rest.size);
    if (cursor->string.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a name of %zu bytes",
                        shared + rest.size);
    cursor->next = i + 1;
    return RLS_OK;
}
