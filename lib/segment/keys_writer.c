#include "segment/keys_writer.h"

#include <assert.h>
#include <inttypes.h>

#include "base/crc32.h"

rls_status
rls_keys_writer_init(rls_keys_writer *writer, rls_heap *heap, rls_sink *sink, uint32_t doc_count,
                     rls_error *err)
{
    *writer =
        (rls_keys_writer){.heap = heap, .sink = sink, .doc_count = doc_count, .ordered = true};
    rls_buffer_init(&writer->checks, heap);
    rls_strings_writer_init(&writer->strings, heap, sink);
    writer->numbers = rls_alloc(heap, doc_count, sizeof *writer->numbers);
    if (writer->numbers == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " keys", doc_count);
    return RLS_OK;
}

void
rls_keys_writer_release(rls_keys_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_strings_writer_release(&writer->strings);
    rls_buffer_release(&writer->checks);
    rls_free(writer->heap, writer->numbers);
    *writer = (rls_keys_writer){0};
}

uint32_t
rls_keys_check(uint32_t check, rls_bytes key, uint32_t doc)
{
    uint8_t numbers[8];

    rls_set_u32(numbers, (uint32_t)key.size);
    rls_set_u32(numbers + 4, doc);
    return rls_crc32(rls_crc32(check, key.data, key.size), numbers, sizeof numbers);
}

rls_status
rls_keys_writer_add(rls_keys_writer *writer, rls_bytes key, uint32_t doc, rls_error *err)
{
    uint32_t rank = writer->strings.count;

    assert(rank < writer->doc_count);
    if (rank > 0 && rls_bytes_compare(rls_buffer_bytes(&writer->strings.previous), key) == 0)
        writer->repeats = true;
    writer->numbers[rank] = doc;
    writer->ordered = writer->ordered && rank == doc;
    writer->check = rls_keys_check(writer->check, key, doc);
    if ((rank + 1) % RLS_KEYS_GROUP == 0 || rank + 1 == writer->doc_count) {
        rls_buffer_put_u32(&writer->checks, writer->check);
        writer->check = 0;
    }
    return rls_strings_writer_add(&writer->strings, key, err);
}

/* A permutation becomes its inverse in place, cycle by cycle; the top bit tells which numbers are
 * done (a segment has less than 2^31 documents). */
static void
invert(uint32_t *numbers, uint32_t count)
{
    const uint32_t done = UINT32_C(1) << 31;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i, next = numbers[i] & ~done, after;

        for (; ((after = numbers[next]) & done) == 0; next = after) {
            numbers[next] = at | done;
            at = next;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        numbers[i] &= ~done;
}

static void
write_numbers(rls_keys_writer *writer)
{
    rls_packed_writer packed;

    rls_packed_writer_init(&packed, writer->sink, rls_packed_width(writer->doc_count - 1));
    for (uint32_t i = 0; i < writer->doc_count; i++)
        rls_packed_writer_put(&packed, writer->numbers[i]);
    rls_packed_writer_finish(&packed);
}

rls_status
rls_keys_writer_finish(rls_keys_writer *writer, rls_error *err)
{
    rls_status status;

    assert(writer->strings.count == writer->doc_count);
    status = rls_strings_writer_finish(&writer->strings, err);
    if (status != RLS_OK)
        return status;
    if (!writer->ordered) {
        write_numbers(writer);
        invert(writer->numbers, writer->doc_count);
        write_numbers(writer);
    }
    if (writer->checks.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the checks of keys");
    rls_sink_write(writer->sink, writer->checks.data, writer->checks.size);
    rls_sink_put_u64(writer->sink, writer->strings.blocks_size);
    rls_sink_put_u32(writer->sink, writer->doc_count);
    rls_sink_put_u32(writer->sink, writer->ordered ? RLS_KEYS_ORDERED : 0);
    return rls_sink_status(writer->sink, err);
}
