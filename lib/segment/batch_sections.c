/* What a batch gathered → the sections of a segment, in memory. From there on a batch looks like
 * any other part of a segment to be built. */
#include "base/sort.h"
#include "segment/columns_reader.h"
#include "segment/segment_batch.h"

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to finish a batch");
}

/* Readers load whole words at the end of a section. */
static bool
pad(rls_buffer *section)
{
    if (!rls_buffer_reserve(section, RLS_MAP_PADDING))
        return false;
    memset(section->data + section->size, 0, RLS_MAP_PADDING);
    return true;
}

/* --- keys --- */

/* The bytes behind what all keys share decide most comparisons. */
typedef struct key_order {
    uint64_t prefix;
    uint32_t doc;
} key_order;

typedef struct key_context {
    const rls_bytes *keys;
    size_t           shared;
} key_context;

static size_t
shared_by_all(const rls_bytes *keys, uint32_t count)
{
    size_t shared = count == 0 ? 0 : keys[0].size;

    for (uint32_t i = 1; i < count; i++) {
        size_t limit = keys[i].size < shared ? keys[i].size : shared;

        for (shared = 0; shared < limit && keys[i].data[shared] == keys[0].data[shared];)
            shared++;
    }
    return shared;
}

static uint64_t
prefix_behind(rls_bytes key, size_t shared)
{
    uint64_t prefix = 0;

    for (size_t i = 0; i < 8 && shared + i < key.size; i++)
        prefix |= (uint64_t)key.data[shared + i] << (56 - 8 * i);
    return prefix;
}

static int
compare_keys(const void *a, const void *b, void *context)
{
    const key_context *keys = context;
    const key_order   *order_a = a, *order_b = b;

    if (order_a->prefix != order_b->prefix)
        return order_a->prefix < order_b->prefix ? -1 : 1;
    return rls_bytes_compare(keys->keys[order_a->doc], keys->keys[order_b->doc]);
}

/* Documents in the order of their keys, equal ones as they came. */
static rls_status
sort_keys(const rls_segment_batch *batch, key_order **out_order, rls_error *err)
{
    uint32_t    count = batch->doc_count;
    key_context context = {batch->keys, shared_by_all(batch->keys, count)};
    key_order  *order = rls_alloc(batch->heap, count, sizeof *order);
    bool        sorted = true;

    *out_order = order;
    if (order == NULL)
        return no_memory(err);
    for (uint32_t doc = 0; doc < count; doc++) {
        order[doc] = (key_order){prefix_behind(batch->keys[doc], context.shared), doc};
        sorted = sorted && (doc == 0 || compare_keys(&order[doc - 1], &order[doc], &context) <= 0);
    }
    if (!sorted &&
        rls_sort(batch->heap, order, count, sizeof *order, compare_keys, &context) != RLS_OK)
        return no_memory(err);
    return RLS_OK;
}

static rls_status
make_keys(rls_segment_batch *batch, rls_error *err)
{
    rls_sink        sink = rls_sink_to_buffer(&batch->keys_section);
    rls_keys_writer writer = {0};
    key_order      *order;
    rls_status      status = sort_keys(batch, &order, err);

    if (status == RLS_OK)
        status = rls_keys_writer_init(&writer, batch->heap, &sink, batch->doc_count, err);
    for (uint32_t rank = 0; rank < batch->doc_count && status == RLS_OK; rank++)
        status = rls_keys_writer_add(&writer, batch->keys[order[rank].doc], order[rank].doc, err);
    if (status == RLS_OK)
        status = rls_keys_writer_finish(&writer, err);
    if (status == RLS_OK && !pad(&batch->keys_section))
        status = no_memory(err);
    if (status == RLS_OK)
        status = rls_keys_open(&batch->keys_reader, rls_buffer_bytes(&batch->keys_section),
                               batch->doc_count, "batch", err);
    rls_keys_writer_release(&writer);
    rls_free(batch->heap, order);
    return status;
}

/* --- sources --- */

static int
compare_sources(const void *a, const void *b, void *context)
{
    const rls_segment_source *sources = context;

    return rls_bytes_compare(sources[*(const uint32_t *)a].name,
                             sources[*(const uint32_t *)b].name);
}

/* Working memory for sources, one allocation a kind. */
typedef struct source_order {
    uint32_t       *order;         /* numbers by appearance, by name */
    uint32_t       *numbers;       /* by appearance: number by name */
    uint32_t       *counts, *docs; /* by appearance: documents, and one of them */
    const uint32_t *next;          /* of the batch's sources by document: the next document's */
} source_order;

static rls_status
number_sources(rls_segment_batch *batch, source_order *work, rls_error *err)
{
    for (uint32_t i = 0; i < batch->source_count; i++)
        work->order[i] = i;
    if (rls_sort(batch->heap, work->order, batch->source_count, sizeof *work->order,
                 compare_sources, batch->sources) != RLS_OK)
        return no_memory(err);
    for (uint32_t i = 0; i < batch->source_count; i++)
        work->numbers[work->order[i]] = i;
    for (uint32_t doc = 0; doc < batch->doc_count; doc++) {
        uint32_t source = batch->doc_sources[doc];

        if (source == RLS_NO_SOURCE)
            continue;
        work->counts[source]++;
        work->docs[source] = doc;
    }
    return RLS_OK;
}

static uint32_t
next_source(void *context)
{
    source_order *work = context;
    uint32_t      source = *work->next++;

    return source == RLS_NO_SOURCE ? RLS_NO_SOURCE : work->numbers[source];
}

static rls_status
write_sources(rls_segment_batch *batch, source_order *work, rls_error *err)
{
    rls_sink           sink = rls_sink_to_buffer(&batch->sources_section);
    rls_sink           stamps_sink = rls_sink_to_buffer(&batch->stamps_section);
    rls_sources_writer writer;
    rls_stamps_writer  stamps;
    rls_status         status = RLS_OK;

    rls_sources_writer_init(&writer, batch->heap, &sink);
    rls_stamps_writer_init(&stamps, batch->heap);
    for (uint32_t i = 0; i < batch->source_count && status == RLS_OK; i++) {
        const rls_segment_source *source = &batch->sources[work->order[i]];
        uint32_t                  doc = work->docs[work->order[i]], rank = RLS_NO_SOURCE;

        if (work->counts[work->order[i]] == 1 &&
            rls_bytes_compare(batch->keys[doc], source->name) == 0)
            rank = rls_keys_rank(&batch->keys_reader, doc);
        status = rls_sources_writer_add(&writer, source, rank, err);
        rls_stamps_writer_add(&stamps, source->mtime_ns, source->inode);
    }
    if (status == RLS_OK)
        status = rls_sources_writer_finish(&writer, next_source, work, batch->doc_count, err);
    if (status == RLS_OK)
        status = rls_stamps_writer_put_body(&stamps, &stamps_sink, err);
    rls_sources_writer_release(&writer);
    rls_stamps_writer_release(&stamps);
    return status;
}

static rls_status
make_sources(rls_segment_batch *batch, rls_error *err)
{
    rls_heap    *heap = batch->heap;
    source_order work;
    rls_status   status;

    work.order = rls_alloc(heap, batch->source_count, sizeof *work.order);
    work.numbers = rls_alloc(heap, batch->source_count, sizeof *work.numbers);
    work.counts = rls_alloc_zeroed(heap, batch->source_count, sizeof *work.counts);
    work.docs = rls_alloc_zeroed(heap, batch->source_count, sizeof *work.docs);
    work.next = batch->doc_sources;
    if (work.order == NULL || work.numbers == NULL || work.counts == NULL || work.docs == NULL)
        status = no_memory(err);
    else
        status = number_sources(batch, &work, err);
    if (status == RLS_OK)
        status = write_sources(batch, &work, err);
    if (status == RLS_OK && (!pad(&batch->sources_section) || !pad(&batch->stamps_section)))
        status = no_memory(err);
    if (status == RLS_OK)
        status = rls_sources_open(&batch->sources_reader, rls_buffer_bytes(&batch->sources_section),
                                  &batch->keys_reader, "batch", err);
    if (status == RLS_OK)
        status = rls_stamps_open_body(&batch->stamps, rls_buffer_bytes(&batch->stamps_section),
                                      batch->source_count, "batch", err);
    batch->sources_reader.stamps = &batch->stamps;
    rls_free(heap, work.order);
    rls_free(heap, work.numbers);
    rls_free(heap, work.counts);
    rls_free(heap, work.docs);
    return status;
}

/* --- fields --- */

static rls_status
make_fields(rls_segment_batch *batch, rls_error *err)
{
    rls_inverter *inverter = batch->inverter;
    uint32_t      count = rls_inverter_field_count(inverter);

    batch->language_count = rls_inverter_language_count(inverter);
    batch->fields = rls_alloc_zeroed(batch->heap, count, sizeof *batch->fields);
    batch->languages =
        rls_alloc_zeroed(batch->heap, batch->language_count, sizeof *batch->languages);
    if (batch->fields == NULL || batch->languages == NULL)
        return no_memory(err);
    batch->field_count = count;
    for (uint32_t i = 0; i < count; i++) {
        rls_bytes       name = rls_inverter_field_name(inverter, i);
        const uint32_t *kinds = rls_hash_table_find(&batch->kinds, name);

        batch->fields[i].name = name;
        batch->fields[i].kinds = i == 0 || kinds == NULL ? RLS_FIELD_TEXT : *kinds;
    }
    for (uint32_t i = 0; i < batch->language_count; i++)
        batch->languages[i] = rls_inverter_language(inverter, i);
    return RLS_OK;
}

/* Lengths of one field, of the batch's own documents. */
static rls_status
add_lengths(const rls_segment_batch *batch, uint32_t field, rls_norms_writer *writer,
            rls_error *err)
{
    const uint32_t *docs, *lengths;
    uint32_t        count, first, present = 0;
    rls_status      status;

    rls_inverter_field_lengths(batch->inverter, field, &docs, &lengths, &count);
    for (first = count; first > 0 && docs[first - 1] >= batch->first_doc; first--)
        present += lengths[first - 1] != 0;
    status = rls_norms_writer_begin(writer, present, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = first; i < count; i++)
        if (lengths[i] != 0)
            rls_norms_writer_put(writer, docs[i] - batch->first_doc, lengths[i]);
    return rls_norms_writer_end(writer, err);
}

static rls_status
make_norms(rls_segment_batch *batch, rls_error *err)
{
    rls_sink         sink = rls_sink_to_buffer(&batch->norms_section);
    rls_norms_writer writer;
    rls_status       status;

    status = rls_norms_writer_init(&writer, batch->heap, &sink, batch->doc_count,
                                   batch->field_count, err);
    for (uint32_t i = 0; i < batch->field_count && status == RLS_OK; i++)
        status = add_lengths(batch, i, &writer, err);
    if (status == RLS_OK)
        status = rls_norms_writer_finish(&writer, err);
    if (status == RLS_OK && !pad(&batch->norms_section))
        status = no_memory(err);
    if (status == RLS_OK)
        status = rls_norms_reader_open(&batch->norms_reader, batch->heap,
                                       rls_buffer_bytes(&batch->norms_section), batch->doc_count,
                                       batch->field_count, "batch", err);
    rls_norms_writer_release(&writer);
    return status;
}

/* --- columns --- */

static rls_status
make_columns(rls_segment_batch *batch, rls_error *err)
{
    rls_sink   sink = rls_sink_to_buffer(&batch->columns_section);
    rls_status status = rls_batch_columns_write(&batch->columns, &sink, batch->doc_count, err);

    if (status == RLS_OK && !pad(&batch->columns_section))
        status = no_memory(err);
    if (status == RLS_OK)
        status = rls_columns_open(batch->heap, rls_buffer_bytes(&batch->columns_section),
                                  batch->doc_count, "batch", &batch->column_readers,
                                  &batch->column_count, err);
    /* What they were made from is not needed any more. */
    rls_batch_columns_release(&batch->columns);
    return status;
}

rls_status
rls_segment_batch_make_sections(rls_segment_batch *batch, rls_error *err)
{
    rls_status status = make_keys(batch, err);

    if (status == RLS_OK)
        status = make_sources(batch, err);
    if (status == RLS_OK)
        status = make_fields(batch, err);
    if (status == RLS_OK)
        status = make_norms(batch, err);
    if (status == RLS_OK)
        status = make_columns(batch, err);
    if (status == RLS_OK)
        rls_stored_writer_view(&batch->stored, &batch->stored_view);
    return status;
}

void
rls_segment_batch_drop_sections(rls_segment_batch *batch)
{
    rls_norms_reader_release(&batch->norms_reader);
    rls_free(batch->heap, batch->column_readers);
    rls_free(batch->heap, batch->fields);
    rls_free(batch->heap, batch->languages);
    batch->column_readers = NULL;
    batch->fields = NULL;
    batch->languages = NULL;
    batch->column_count = batch->field_count = batch->language_count = 0;
    rls_buffer_release(&batch->keys_section);
    rls_buffer_release(&batch->sources_section);
    rls_buffer_release(&batch->stamps_section);
    rls_buffer_release(&batch->norms_section);
    rls_buffer_release(&batch->columns_section);
    rls_buffer_release(&batch->bodies_section);
}
