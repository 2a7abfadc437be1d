#include "index/share.h"

rls_share *
rls_share_new(rls_heap *heap)
{
    rls_share *share = rls_alloc_zeroed(heap, 1, sizeof *share);

    if (share == NULL)
        return NULL;
    share->heap = heap;
    rls_arena_init(&share->arena, heap, 64 << 10);
    return share;
}

void
rls_share_free(rls_share *share)
{
    if (share == NULL)
        return;
    rls_segment_close(share->segment);
    rls_live_docs_release(&share->live, share->heap);
    rls_free(share->heap, share->items);
    rls_free(share->heap, share->marks);
    rls_free(share->heap, share->notes);
    rls_arena_release(&share->arena);
    rls_free(share->heap, share);
}

static bool
copy_bytes(rls_arena *arena, rls_bytes *bytes)
{
    if (bytes->data == NULL)
        return true;
    bytes->data = (const uint8_t *)rls_arena_copy(arena, bytes->data, bytes->size);
    return bytes->data != NULL;
}

/* The caller may end its document after adding it. */
static const rls_document *
copy_document(rls_arena *arena, const rls_document *from)
{
    rls_document *document = rls_arena_alloc(arena, sizeof *document);
    bool          same_prose = from->prose.data == from->body.data;

    if (document == NULL)
        return NULL;
    *document = *from;
    document->arena = arena;
    document->notes = NULL;
    document->note_count = document->note_capacity = 0;
    document->field_capacity = document->field_count;
    document->fields =
        rls_arena_alloc_zeroed(arena, document->field_count + 1, sizeof *document->fields);
    if (document->fields == NULL || !copy_bytes(arena, &document->key) ||
        !copy_bytes(arena, &document->body) || !copy_bytes(arena, &document->language))
        return NULL;
    if (same_prose)
        document->prose = document->body;
    else if (!copy_bytes(arena, &document->prose))
        return NULL;
    for (uint32_t i = 0; i < from->field_count; i++) {
        rls_field *field = &document->fields[i];
        *field = from->fields[i];
        field->value_capacity = field->value_count;
        field->values =
            rls_arena_alloc_zeroed(arena, field->value_count + 1, sizeof *field->values);
        if (field->values == NULL || !copy_bytes(arena, &field->name) ||
            !copy_bytes(arena, &field->language))
            return NULL;
        for (uint32_t j = 0; j < field->value_count; j++) {
            field->values[j] = from->fields[i].values[j];
            if (!copy_bytes(arena, &field->values[j].text))
                return NULL;
        }
    }
    return document;
}

static bool
copy_string(rls_arena *arena, const char **text)
{
    if (*text != NULL)
        *text = rls_arena_copy(arena, *text, strlen(*text));
    return *text != NULL;
}

rls_status
rls_share_add(rls_share *share, const rls_item *item, uint64_t size, rls_error *err)
{
    void     *memory = share->items;
    rls_item *copy;

    if (!rls_grow(share->heap, &memory, &share->item_capacity, share->item_count + 1,
                  sizeof *share->items))
        goto no_memory;
    share->items = memory;
    copy = &share->items[share->item_count];
    *copy = *item;
    if ((item->path != NULL && !copy_string(&share->arena, &copy->path)) ||
        (item->name != NULL && !copy_string(&share->arena, &copy->name)) ||
        !copy_bytes(&share->arena, &copy->bytes))
        goto no_memory;
    if (item->document != NULL) {
        copy->document = copy_document(&share->arena, item->document);
        if (copy->document == NULL)
            goto no_memory;
    }
    share->item_count++;
    share->input_bytes += size;
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory to take another document");
}

uint64_t
rls_share_sequence(const rls_share *share, uint32_t doc)
{
    size_t low = 0, high = share->mark_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (share->marks[middle].doc <= doc)
            low = middle;
        else
            high = middle;
    }
    return share->first_sequence + share->marks[low].item + (doc - share->marks[low].doc);
}

/* --- processing --- */

typedef struct processing {
    rls_share                *share;
    const rls_share_settings *settings;
    rls_share_worker         *worker;
    uint32_t                  item; /* at hand */
    bool                      source_given;
} processing;

void
rls_share_worker_init(rls_share_worker *worker, rls_heap *heap)
{
    worker->heap = heap;
    worker->batch = NULL;
    rls_buffer_init(&worker->file, heap);
    rls_arena_init(&worker->arena, heap, 64 << 10);
}

void
rls_share_worker_release(rls_share_worker *worker)
{
    rls_segment_batch_free(worker->batch);
    rls_buffer_release(&worker->file);
    rls_arena_release(&worker->arena);
    worker->batch = NULL;
}

static rls_status
add_note(processing *work, const char *message, bool skipped)
{
    rls_share      *share = work->share;
    const rls_item *item = &share->items[work->item];
    void           *memory = share->notes;
    rls_share_note *note;

    if (!rls_grow(share->heap, &memory, &share->note_capacity, share->note_count + 1,
                  sizeof *share->notes))
        return rls_fail(&share->error, RLS_NO_MEMORY, "no memory for a note");
    share->notes = memory;
    note = &share->notes[share->note_count];
    note->path = item->path != NULL ? item->path : item->name;
    note->skipped = skipped;
    note->message = rls_arena_copy(&share->arena, message, strlen(message));
    if (note->message == NULL)
        return rls_fail(&share->error, RLS_NO_MEMORY, "no memory for a note");
    share->note_count++;
    if (skipped)
        share->skipped_count++;
    return RLS_OK;
}

static rls_status
mark_document(processing *work, uint32_t doc)
{
    rls_share *share = work->share;
    void      *memory = share->marks;

    if (share->mark_count > 0) {
        const rls_share_mark *last = &share->marks[share->mark_count - 1];
        if (last->item + (doc - last->doc) == work->item)
            return RLS_OK;
    }
    if (!rls_grow(share->heap, &memory, &share->mark_capacity, share->mark_count + 1,
                  sizeof *share->marks))
        return rls_fail(&share->error, RLS_NO_MEMORY, "no memory for a mark");
    share->marks = memory;
    share->marks[share->mark_count++] = (rls_share_mark){doc, work->item};
    return RLS_OK;
}

static rls_status
give_source(processing *work, uint64_t hash, const rls_file_stamp *stamp, rls_format format)
{
    rls_share         *share = work->share;
    const rls_item    *item = &share->items[work->item];
    rls_segment_source source = {0};

    if (work->source_given)
        return RLS_OK;
    work->source_given = true;
    if (item->name == NULL || item->kind == RLS_ITEM_DOCUMENT)
        return rls_segment_batch_source(work->worker->batch, NULL, &share->error);
    source.name = rls_bytes_of(item->name, strlen(item->name));
    source.size = stamp->size;
    source.inode = stamp->inode;
    source.mtime_ns = stamp->mtime_ns;
    source.hash = hash;
    source.format = (uint32_t)format;
    return rls_segment_batch_source(work->worker->batch, &source, &share->error);
}

static rls_status
add_document(processing *work, rls_document *document, uint64_t source_bytes)
{
    rls_share *share = work->share;
    rls_status status;

    status = rls_schema_apply(work->settings->segment.schema, document, &share->error);
    if (status != RLS_OK)
        return status;
    status = mark_document(work, rls_segment_batch_doc_count(work->worker->batch));
    if (status != RLS_OK)
        return status;
    status = rls_segment_batch_add(work->worker->batch, document, source_bytes, &share->error);
    if (status != RLS_OK)
        return status;
    share->document_count++;
    share->source_bytes += source_bytes;
    if (document->note_count > 0)
        share->noted_count++;
    for (uint32_t i = 0; i < document->note_count && status == RLS_OK; i++)
        status = add_note(work, document->notes[i], false);
    return status;
}

/* All documents in `bytes`. */
static rls_status
add_bytes(processing *work, rls_bytes bytes, uint64_t hash, const rls_file_stamp *stamp)
{
    rls_share      *share = work->share;
    const rls_item *item = &share->items[work->item];
    const char     *name = item->name != NULL ? item->name : "stdin";
    rls_source      source = {0};
    rls_error       error = {0};
    rls_status      status;

    status = rls_source_open(&source, share->heap, rls_bytes_of(name, strlen(name)), bytes,
                             item->format, (size_t)work->settings->size_limit, &error);
    if (status == RLS_BAD_DOCUMENT)
        return add_note(work, error.message, true);
    if (status != RLS_OK) {
        share->error = error;
        return status;
    }
    /* The reader counts a line before it reads it. */
    source.line = item->first_line > 0 ? item->first_line - 1 : 0;
    for (;;) {
        rls_document document;
        size_t       before = source.at;

        rls_arena_reset(&work->worker->arena);
        rls_document_init(&document, &work->worker->arena);
        status = rls_source_next(&source, &document, &error);
        if (status == RLS_NOT_FOUND) {
            status = RLS_OK;
            break;
        }
        if (status == RLS_BAD_DOCUMENT) {
            status = add_note(work, error.message, true);
            if (status != RLS_OK)
                break;
            continue;
        }
        if (status != RLS_OK) {
            share->error = error;
            break;
        }
        status = give_source(work, hash, stamp, source.format);
        if (status == RLS_OK)
            status =
                add_document(work, &document,
                             source.format == RLS_FORMAT_JSONL ? source.at - before : bytes.size);
        if (status != RLS_OK)
            break;
    }
    rls_source_close(&source);
    return status;
}

static rls_status
add_file(processing *work)
{
    rls_share      *share = work->share;
    const rls_item *item = &share->items[work->item];
    rls_file_stamp  stamp;
    rls_error       error = {0};
    rls_bytes       bytes;
    bool            changed = false;
    uint64_t        hash;
    rls_status      status;

    status = rls_file_read(item->path, work->settings->size_limit, &work->worker->file, &stamp,
                           &changed, &error);
    if (status != RLS_OK)
        return add_note(work, error.message, true);
    if (changed) {
        status = add_note(work, "changed while it was read", false);
        if (status != RLS_OK)
            return status;
    }
    bytes = rls_buffer_bytes(&work->worker->file);
    hash = rls_content_hash(bytes);
    if (item->compare_hash && hash == item->hash) {
        share->unchanged_count++;
        return RLS_OK;
    }
    return add_bytes(work, bytes, hash, &stamp);
}

static rls_status
process_item(processing *work)
{
    const rls_item *item = &work->share->items[work->item];

    work->source_given = false;
    switch (item->kind) {
    case RLS_ITEM_FILE:
        return add_file(work);
    case RLS_ITEM_BYTES:
        return add_bytes(work, item->bytes, item->hash, &item->stamp);
    case RLS_ITEM_DOCUMENT:
        break;
    }
    if (give_source(work, 0, &item->stamp, RLS_FORMAT_TEXT) != RLS_OK)
        return work->share->error.status;
    /* The copy belongs to the share, so the schema may mark its fields. */
    return add_document(work, (rls_document *)item->document, item->document->body.size);
}

static rls_status
write_segment(processing *work)
{
    rls_share           *share = work->share;
    rls_segment_settings settings = work->settings->segment;
    rls_status           status;

    if (rls_segment_batch_doc_count(work->worker->batch) == 0)
        return RLS_OK;
    status = rls_segment_batch_finish(work->worker->batch, &share->error);
    if (status != RLS_OK)
        return status;
    settings.salt += share->number;
    return rls_segment_write(share->heap, work->settings->directory, &settings,
                             &work->worker->batch, 1, &share->segment, &share->live, &share->error);
}

void
rls_share_process(rls_share *share, const rls_share_settings *settings, rls_share_worker *worker)
{
    processing work = {.share = share, .settings = settings, .worker = worker};
    rls_status status = RLS_OK;

    if (worker->batch == NULL)
        status =
            rls_segment_batch_new(worker->heap, &settings->segment, &worker->batch, &share->error);
    else
        status = rls_segment_batch_reset(worker->batch, &share->error);
    for (; status == RLS_OK && work.item < share->item_count; work.item++)
        status = process_item(&work);
    if (status == RLS_OK)
        status = write_segment(&work);
    if (status != RLS_OK) {
        rls_segment_batch_free(worker->batch);
        worker->batch = NULL;
    }
    share->status = status;
}
