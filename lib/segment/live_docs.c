#include "segment/live_docs.h"

#include <inttypes.h>

#include "codec/envelope.h"

enum {
    LIVE_DOCS_FORMAT = 1
};

rls_status
rls_live_docs_init(rls_live_docs *live, rls_heap *heap, uint32_t doc_count)
{
    rls_status status;

    *live = (rls_live_docs){0};
    status = rls_bitset_init(&live->live, heap, doc_count);
    if (status == RLS_OK)
        rls_bitset_fill(&live->live);
    return status;
}

void
rls_live_docs_release(rls_live_docs *live, rls_heap *heap)
{
    if (live->live.words != NULL)
        rls_bitset_release(&live->live, heap);
    *live = (rls_live_docs){0};
}

bool
rls_live_docs_delete(rls_live_docs *live, uint32_t doc)
{
    if (!rls_bitset_get(&live->live, doc))
        return false;
    rls_bitset_clear(&live->live, doc);
    live->deleted_count++;
    return true;
}

rls_status
rls_live_docs_write(const rls_live_docs *live, rls_directory *directory, const uint8_t *segment_id,
                    const char *name, rls_error *err)
{
    rls_envelope envelope = {.kind = 'L', .format = LIVE_DOCS_FORMAT};
    rls_output   output;
    rls_status   status;

    memcpy(envelope.id, segment_id, RLS_ID_SIZE);
    status = rls_output_open(&output, directory, name, err);
    if (status != RLS_OK)
        return status;
    rls_envelope_begin(&output, &envelope);
    rls_output_put_u32(&output, live->live.size);
    for (uint32_t bit = 0; bit < live->live.size; bit += 8)
        rls_output_put_u8(&output, (uint8_t)(live->live.words[bit / 64] >> bit % 64));
    rls_envelope_end(&output);
    status = rls_output_finish(&output, true, err);
    if (status != RLS_OK)
        directory->ops->remove(directory, name, NULL);
    return status;
}

/* Takes the bits of a mapped file. */
static rls_status
read_bits(rls_live_docs *live, rls_heap *heap, rls_bytes file, const uint8_t *segment_id,
          const char *name, uint32_t doc_count, rls_error *err)
{
    rls_envelope envelope;
    rls_bytes    body;
    rls_status   status;
    uint32_t     found, spare = 0;

    status = rls_envelope_open(file, name, 'L', LIVE_DOCS_FORMAT, true, &envelope, &body, err);
    if (status != RLS_OK)
        return status;
    if (memcmp(envelope.id, segment_id, RLS_ID_SIZE) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: deletions of another segment", name);
    if (body.size < 4)
        return rls_fail(err, RLS_CORRUPT, "%s: %zu bytes, too short", name, body.size);
    found = rls_get_u32(body.data);
    if (found != doc_count)
        return rls_fail(err, RLS_CORRUPT, "%s: %" PRIu32 " documents, the segment has %" PRIu32,
                        name, found, doc_count);
    if (body.size - 4 != doc_count / 8 + (doc_count % 8 != 0))
        return rls_fail(err, RLS_CORRUPT, "%s: %" PRIu32 " documents but %zu bytes of bits", name,
                        doc_count, body.size - 4);
    if (doc_count % 8 != 0)
        spare = (uint32_t)body.data[body.size - 1] >> doc_count % 8;
    if (spare != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: bits behind the last document", name);

    status = rls_bitset_init(&live->live, heap, doc_count);
    if (status != RLS_OK)
        return rls_fail(err, status, "%s: no memory for %" PRIu32 " documents", name, doc_count);
    for (size_t i = 0; i < body.size - 4; i++)
        live->live.words[i / 8] |= (uint64_t)body.data[4 + i] << i % 8 * 8;
    live->deleted_count = doc_count - rls_bitset_count(&live->live);
    return RLS_OK;
}

rls_status
rls_live_docs_read(rls_live_docs *live, rls_heap *heap, rls_directory *directory,
                   const uint8_t *segment_id, const char *name, uint32_t doc_count, rls_error *err)
{
    rls_mapping mapping = {0};
    rls_status  status;

    *live = (rls_live_docs){0};
    status = directory->ops->map(directory, name, &mapping, err);
    if (status != RLS_OK)
        return status;
    status = read_bits(live, heap, mapping.bytes, segment_id, name, doc_count, err);
    directory->ops->unmap(directory, &mapping);
    return status;
}
