#include "segment/segment_writer.h"

#include "segment/segment_batch.h"
#include "segment/segment_build.h"

/* Keys come in order, equal ones by document: each that is like the one before deletes it. */
typedef struct repeated_keys {
    rls_live_docs *live;
    rls_buffer     key;
    uint32_t       doc;
    bool           any;
} repeated_keys;

static rls_status
visit_key(void *context, rls_bytes key, uint32_t doc)
{
    repeated_keys *state = context;

    if (state->any && rls_bytes_compare(rls_buffer_bytes(&state->key), key) == 0)
        rls_live_docs_delete(state->live, state->doc);
    state->any = true;
    state->doc = doc;
    rls_buffer_clear(&state->key);
    rls_buffer_append(&state->key, key.data, key.size);
    return state->key.failed ? RLS_NO_MEMORY : RLS_OK;
}

static rls_status
delete_repeats(rls_heap *heap, const rls_segment *segment, rls_live_docs *live, rls_error *err)
{
    repeated_keys state = {.live = live};
    rls_status    status;

    rls_buffer_init(&state.key, heap);
    status = rls_segment_walk_keys(segment, visit_key, &state, err);
    rls_buffer_release(&state.key);
    if (status == RLS_NO_MEMORY)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to find keys that are there twice");
    return status;
}

rls_status
rls_segment_write(rls_heap *heap, rls_directory *directory, const rls_segment_settings *settings,
                  rls_segment_batch *const *batches, size_t batch_count, rls_segment **out_segment,
                  rls_live_docs *out_live, rls_error *err)
{
    rls_segment_part *parts;
    rls_live_docs     live = {0};
    uint64_t          doc_count = 0;
    rls_status        status = RLS_OK;
    bool              repeats = false;

    *out_segment = NULL;
    *out_live = (rls_live_docs){0};
    if (batch_count > INT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%zu batches to write", batch_count);
    parts = rls_alloc_zeroed(heap, batch_count, sizeof *parts);
    if (parts == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to write a segment");
    for (size_t i = 0; i < batch_count && status == RLS_OK; i++) {
        status = rls_segment_batch_as_part(batches[i], &parts[i], err);
        doc_count += batches[i]->doc_count;
    }
    if (status == RLS_OK && doc_count > INT32_MAX)
        status = rls_fail(err, RLS_BAD_ARGUMENT, "too many documents for a segment");
    if (status == RLS_OK && rls_live_docs_init(&live, heap, (uint32_t)doc_count) != RLS_OK)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory to write a segment");
    if (status == RLS_OK)
        status = rls_segment_build_run(heap, directory, settings, parts, (uint32_t)batch_count,
                                       NULL, NULL, out_segment, &repeats, err);
    rls_free(heap, parts);
    if (status == RLS_OK && repeats)
        status = delete_repeats(heap, *out_segment, &live, err);
    if (status != RLS_OK) {
        rls_live_docs_release(&live, heap);
        if (*out_segment != NULL) {
            const rls_segment_info *info = rls_segment_get_info(*out_segment);
            char                    stamps[RLS_STAMPS_NAME_SIZE];

            rls_stamps_name(info->id, stamps);
            directory->ops->remove(directory, info->name, NULL);
            directory->ops->remove(directory, stamps, NULL);
        }
        rls_segment_close(*out_segment);
        *out_segment = NULL;
        return status;
    }
    *out_live = live;
    return RLS_OK;
}
