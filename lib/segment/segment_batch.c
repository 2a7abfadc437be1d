#include "segment/segment_batch.h"

#include <assert.h>
#include <inttypes.h>

enum {
    ARENA_CHUNK = 64 * 1024
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory for a document");
}

/* Readies what a new batch of documents begins with. */
static void
begin(rls_segment_batch *batch)
{
    rls_batch_columns_init(&batch->columns, batch->heap);
    rls_hash_table_init(&batch->kinds, batch->heap);
    rls_hash_table_init(&batch->source_numbers, batch->heap);
    batch->source = RLS_NO_SOURCE;
    batch->source_count = batch->doc_count = 0;
    batch->source_bytes = 0;
    batch->finished = false;
}

static void
end(rls_segment_batch *batch)
{
    rls_segment_batch_drop_sections(batch);
    rls_batch_columns_release(&batch->columns);
    rls_hash_table_release(&batch->kinds);
    rls_hash_table_release(&batch->source_numbers);
}

/* Without an inverter yet. */
static rls_segment_batch *
new_batch(rls_heap *heap, const rls_segment_settings *settings, rls_error *err)
{
    rls_segment_batch *batch = rls_alloc_zeroed(heap, 1, sizeof *batch);

    if (batch == NULL) {
        no_memory(err);
        return NULL;
    }
    batch->heap = heap;
    batch->settings = settings;
    rls_buffer_init(&batch->record, heap);
    rls_buffer_init(&batch->keys_section, heap);
    rls_buffer_init(&batch->sources_section, heap);
    rls_buffer_init(&batch->stamps_section, heap);
    rls_buffer_init(&batch->norms_section, heap);
    rls_buffer_init(&batch->columns_section, heap);
    rls_buffer_init(&batch->bodies_section, heap);
    rls_arena_init(&batch->arena, heap, ARENA_CHUNK);
    begin(batch);
    return batch;
}

static rls_status
open_batch(rls_segment_batch *batch, rls_segment_batch **out_batch, rls_error *err)
{
    rls_status status = rls_stored_writer_init(&batch->stored, batch->heap, NULL, err);

    if (status != RLS_OK)
        rls_segment_batch_free(batch);
    else
        *out_batch = batch;
    return status;
}

rls_status
rls_segment_batch_new(rls_heap *heap, const rls_segment_settings *settings,
                      rls_segment_batch **out_batch, rls_error *err)
{
    rls_segment_batch *batch = new_batch(heap, settings, err);
    rls_status         status;

    *out_batch = NULL;
    if (batch == NULL)
        return RLS_NO_MEMORY;
    status = rls_inverter_new(heap, settings->language, &batch->inverter, err);
    if (status != RLS_OK) {
        rls_segment_batch_free(batch);
        return status;
    }
    return open_batch(batch, out_batch, err);
}

rls_status
rls_segment_batch_new_sharing(rls_heap *heap, const rls_segment_settings *settings,
                              rls_inverter *inverter, rls_segment_batch **out_batch, rls_error *err)
{
    rls_segment_batch *batch = new_batch(heap, settings, err);
    rls_status         status;

    *out_batch = NULL;
    if (batch == NULL)
        return RLS_NO_MEMORY;
    batch->inverter = inverter;
    batch->shares_inverter = true;
    /* What is already there is of part 0 even when it is nothing. */
    status = rls_inverter_begin_part(inverter, err);
    if (status != RLS_OK) {
        rls_segment_batch_free(batch);
        return status;
    }
    batch->inverter_part = rls_inverter_part_number(inverter, &batch->first_doc);
    return open_batch(batch, out_batch, err);
}

void
rls_segment_batch_free(rls_segment_batch *batch)
{
    if (batch == NULL)
        return;
    end(batch);
    if (!batch->shares_inverter)
        rls_inverter_free(batch->inverter);
    rls_stored_writer_release(&batch->stored);
    rls_buffer_release(&batch->record);
    rls_arena_release(&batch->arena);
    rls_free(batch->heap, batch->keys);
    rls_free(batch->heap, batch->doc_sources);
    rls_free(batch->heap, batch->sources);
    rls_free(batch->heap, batch);
}

rls_status
rls_segment_batch_reset(rls_segment_batch *batch, rls_error *err)
{
    end(batch);
    rls_arena_reset(&batch->arena);
    rls_stored_writer_reset(&batch->stored);
    begin(batch);
    return rls_inverter_reset(batch->inverter, err);
}

rls_status
rls_segment_batch_source(rls_segment_batch *batch, const rls_segment_source *source, rls_error *err)
{
    void          *sources = batch->sources;
    const uint8_t *stored;
    uint32_t      *number;
    bool           inserted;

    batch->source = RLS_NO_SOURCE;
    if (source == NULL)
        return RLS_OK;
    if (!rls_grow(batch->heap, &sources, &batch->source_capacity, (size_t)batch->source_count + 1,
                  sizeof *batch->sources))
        return no_memory(err);
    batch->sources = sources;
    number = rls_hash_table_insert(&batch->source_numbers, source->name, batch->source_count,
                                   &inserted, &stored);
    if (number == NULL)
        return no_memory(err);
    if (inserted) {
        batch->source_count++;
    } else {
        stored = batch->sources[*number].name.data;
    }
    batch->sources[*number] = *source;
    batch->sources[*number].name = rls_bytes_of(stored, source->name.size);
    batch->source = *number;
    return RLS_OK;
}

/* A field is ranked by the kinds it is seen with anywhere. */
static rls_status
unite_kinds(rls_segment_batch *batch, const rls_document *document, rls_error *err)
{
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_field *field = &document->fields[i];
        uint32_t        *kinds;
        bool             inserted;

        if ((field->kinds & RLS_FIELD_TEXT) == 0)
            continue;
        kinds = rls_hash_table_insert(&batch->kinds, field->name, 0, &inserted, NULL);
        if (kinds == NULL)
            return no_memory(err);
        *kinds |= field->kinds;
    }
    return RLS_OK;
}

static rls_status
add_key(rls_segment_batch *batch, rls_bytes key, rls_error *err)
{
    void *keys = batch->keys, *doc_sources = batch->doc_sources;
    char *copy = rls_arena_copy(&batch->arena, key.data, key.size);

    if (copy == NULL || !rls_grow(batch->heap, &keys, &batch->key_capacity,
                                  (size_t)batch->doc_count + 1, sizeof *batch->keys))
        return no_memory(err);
    batch->keys = keys;
    if (!rls_grow(batch->heap, &doc_sources, &batch->doc_source_capacity,
                  (size_t)batch->doc_count + 1, sizeof *batch->doc_sources))
        return no_memory(err);
    batch->doc_sources = doc_sources;
    rls_buffer_put_u64(&batch->bodies_section, rls_inverter_signature(batch->inverter));
    if (batch->bodies_section.failed)
        return no_memory(err);
    batch->keys[batch->doc_count] = rls_bytes_of(copy, key.size);
    batch->doc_sources[batch->doc_count] = batch->source;
    return RLS_OK;
}

rls_status
rls_segment_batch_add(rls_segment_batch *batch, const rls_document *document, uint64_t source_bytes,
                      rls_error *err)
{
    rls_status status;

    assert(!batch->finished);
    if (batch->doc_count == INT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a batch holds at most %" PRId32 " documents",
                        INT32_MAX);
    rls_buffer_clear(&batch->record);
    rls_stored_encode(&batch->record, document, batch->settings->store);
    if (batch->record.failed)
        return no_memory(err);
    status = rls_inverter_add(batch->inverter, document, err);
    if (status == RLS_OK)
        status = rls_stored_writer_add(&batch->stored, rls_buffer_bytes(&batch->record), err);
    if (status == RLS_OK)
        status = unite_kinds(batch, document, err);
    if (status == RLS_OK)
        status = rls_batch_columns_add(&batch->columns, batch->doc_count, document, err);
    if (status == RLS_OK)
        status = add_key(batch, document->key, err);
    if (status != RLS_OK)
        return status;
    batch->doc_count++;
    batch->source_bytes += source_bytes;
    return RLS_OK;
}

uint32_t
rls_segment_batch_doc_count(const rls_segment_batch *batch)
{
    return batch->doc_count;
}

rls_status
rls_segment_batch_finish(rls_segment_batch *batch, rls_error *err)
{
    rls_term_source *terms;
    rls_status       status = RLS_OK;

    if (batch->finished)
        return RLS_OK;
    if (!batch->shares_inverter)
        status = rls_inverter_finish(batch->inverter, &terms, err);
    if (status == RLS_OK)
        status = rls_stored_writer_finish(&batch->stored, err);
    if (status == RLS_OK)
        status = rls_segment_batch_make_sections(batch, err);
    batch->finished = status == RLS_OK;
    return status;
}

rls_status
rls_segment_batch_as_part(rls_segment_batch *batch, rls_segment_part *out_part, rls_error *err)
{
    *out_part = (rls_segment_part){.doc_count = batch->doc_count,
                                   .keys = &batch->keys_reader,
                                   .sources = &batch->sources_reader,
                                   .norms = &batch->norms_reader,
                                   .column_count = batch->column_count,
                                   .columns = batch->column_readers,
                                   .stored = &batch->stored_view,
                                   .signatures = batch->bodies_section.data,
                                   .field_count = batch->field_count,
                                   .fields = batch->fields,
                                   .language_count = batch->language_count,
                                   .languages = batch->languages,
                                   .source_bytes = batch->source_bytes,
                                   .bodies = batch->settings->store};
    if (!batch->finished)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a batch that is not finished");
    return RLS_OK;
}
