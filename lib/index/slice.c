#include "index/slice.h"

#include "index/content_hash.h"

static void run_slice(rls_task *task, uint32_t worker);

rls_slice *
rls_slice_new(rls_heap *heap, const rls_slice_settings *settings, rls_worker *workers)
{
    rls_slice *slice = rls_alloc_zeroed(heap, 1, sizeof *slice);

    if (slice == NULL)
        return NULL;
    slice->task.run = run_slice;
    slice->settings = settings;
    slice->workers = workers;
    slice->heap = heap;
    rls_arena_init(&slice->arena, heap, 16 << 10);
    return slice;
}

void
rls_slice_free(rls_slice *slice)
{
    if (slice == NULL)
        return;
    rls_segment_batch_free(slice->batch);
    rls_free(slice->heap, slice->items);
    rls_free(slice->heap, slice->marks);
    rls_free(slice->heap, slice->notes);
    rls_arena_release(&slice->arena);
    rls_free(slice->heap, slice);
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
static rls_document *
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
rls_slice_add(rls_slice *slice, const rls_item *item, uint64_t size, rls_error *err)
{
    void     *memory = slice->items;
    rls_item *copy;

    if (!rls_grow(slice->heap, &memory, &slice->item_capacity, slice->item_count + 1,
                  sizeof *slice->items))
        goto no_memory;
    slice->items = memory;
    copy = &slice->items[slice->item_count];
    *copy = *item;
    if ((item->path != NULL && !copy_string(&slice->arena, &copy->path)) ||
        (item->name != NULL && !copy_string(&slice->arena, &copy->name)) ||
        !copy_bytes(&slice->arena, &copy->bytes))
        goto no_memory;
    if (item->document != NULL) {
        copy->document = copy_document(&slice->arena, item->document);
        if (copy->document == NULL)
            goto no_memory;
    }
    slice->item_count++;
    slice->input_bytes += size;
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory to take another document");
}

/* --- processing --- */

typedef struct processing {
    rls_slice                *slice;
    const rls_slice_settings *settings;
    rls_worker               *worker;
    const rls_item           *item; /* at hand */
    uint32_t                  number;
    bool                      source_given;
} processing;

void
rls_worker_init(rls_worker *worker, rls_heap *heap)
{
    worker->heap = heap;
    worker->inverter = NULL;
    rls_buffer_init(&worker->file, heap);
    rls_arena_init(&worker->arena, heap, 64 << 10);
}

void
rls_worker_release(rls_worker *worker)
{
    rls_inverter_free(worker->inverter);
    rls_buffer_release(&worker->file);
    rls_arena_release(&worker->arena);
    worker->inverter = NULL;
}

static rls_status
add_note(processing *work, const char *message, bool skipped)
{
    rls_slice      *slice = work->slice;
    const rls_item *item = work->item;
    void           *memory = slice->notes;
    rls_slice_note *note;
    const char     *path;

    if (!rls_grow(slice->heap, &memory, &slice->note_capacity, slice->note_count + 1,
                  sizeof *slice->notes))
        return rls_fail(&slice->error, RLS_NO_MEMORY, "no memory for a note");
    slice->notes = memory;
    note = &slice->notes[slice->note_count];
    path = item->path != NULL ? item->path : item->name;
    note->path = path == NULL ? NULL : rls_arena_copy(&slice->arena, path, strlen(path));
    note->skipped = skipped;
    note->message = rls_arena_copy(&slice->arena, message, strlen(message));
    if (note->message == NULL || (path != NULL && note->path == NULL))
        return rls_fail(&slice->error, RLS_NO_MEMORY, "no memory for a note");
    slice->note_count++;
    if (skipped)
        slice->skipped_count++;
    return RLS_OK;
}

static rls_status
mark_document(processing *work, uint32_t doc)
{
    rls_slice *slice = work->slice;
    void      *memory = slice->marks;

    if (slice->mark_count > 0) {
        rls_slice_mark *last = &slice->marks[slice->mark_count - 1];

        /* The second document of a mark tells which step it is. */
        if (doc == last->doc + 1 && work->number - last->item <= 1)
            last->step = work->number - last->item;
        if (last->item + (doc - last->doc) * last->step == work->number)
            return RLS_OK;
    }
    if (!rls_grow(slice->heap, &memory, &slice->mark_capacity, slice->mark_count + 1,
                  sizeof *slice->marks))
        return rls_fail(&slice->error, RLS_NO_MEMORY, "no memory for a mark");
    slice->marks = memory;
    slice->marks[slice->mark_count++] = (rls_slice_mark){doc, work->number, 1};
    return RLS_OK;
}

static rls_status
give_source(processing *work, uint64_t hash, const rls_file_stamp *stamp, rls_format format)
{
    rls_slice         *slice = work->slice;
    const rls_item    *item = work->item;
    rls_segment_source source = {0};

    if (work->source_given)
        return RLS_OK;
    work->source_given = true;
    if (item->name == NULL || item->kind == RLS_ITEM_DOCUMENT)
        return rls_segment_batch_source(work->slice->batch, NULL, &slice->error);
    source.name = rls_bytes_of(item->name, strlen(item->name));
    source.size = stamp->size;
    source.inode = stamp->inode;
    source.mtime_ns = stamp->mtime_ns;
    source.hash = hash;
    source.format = (uint32_t)format;
    return rls_segment_batch_source(work->slice->batch, &source, &slice->error);
}

static rls_status
add_document(processing *work, rls_document *document, uint64_t source_bytes)
{
    rls_slice *slice = work->slice;
    rls_status status;

    status = rls_schema_apply(work->settings->segment.schema, document, &slice->error);
    if (status != RLS_OK)
        return status;
    status = mark_document(work, rls_segment_batch_doc_count(work->slice->batch));
    if (status != RLS_OK)
        return status;
    status = rls_segment_batch_add(work->slice->batch, document, source_bytes, &slice->error);
    if (status != RLS_OK)
        return status;
    slice->document_count++;
    slice->source_bytes += source_bytes;
    if (document->note_count > 0)
        slice->noted_count++;
    for (uint32_t i = 0; i < document->note_count && status == RLS_OK; i++)
        status = add_note(work, document->notes[i], false);
    return status;
}

/* All documents in `bytes`. */
static rls_status
add_bytes(processing *work, rls_bytes bytes, uint64_t hash, const rls_file_stamp *stamp)
{
    rls_slice      *slice = work->slice;
    const rls_item *item = work->item;
    const char     *name = item->name != NULL ? item->name : "stdin";
    rls_source      source = {0};
    rls_error       error = {0};
    rls_status      status;

    status = rls_source_open(&source, slice->heap, rls_bytes_of(name, strlen(name)), bytes,
                             item->format, (size_t)work->settings->size_limit, &error);
    if (status == RLS_BAD_DOCUMENT)
        return add_note(work, error.message, true);
    if (status != RLS_OK) {
        slice->error = error;
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
            slice->error = error;
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
    rls_slice      *slice = work->slice;
    const rls_item *item = work->item;
    rls_file_stamp  stamp;
    rls_error       error = {0};
    rls_bytes       bytes;
    bool            changed = false;
    uint64_t        hash;
    rls_status      status;

    status = rls_file_read(item->path, work->settings->size_limit, &work->worker->file, &stamp,
                           &changed, &error);
    if (status == RLS_NO_MEMORY) {
        rls_fail(&slice->error, status, "%s: %s", item->path, error.message);
        return status;
    }
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
        slice->unchanged_count++;
        return RLS_OK;
    }
    return add_bytes(work, bytes, hash, &stamp);
}

static rls_status
process_item(processing *work)
{
    const rls_item *item = work->item;
    rls_document   *document;

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
        return work->slice->error.status;
    /* A copy, since the schema marks its fields. */
    rls_arena_reset(&work->worker->arena);
    document = copy_document(&work->worker->arena, item->document);
    if (document == NULL)
        return rls_fail(&work->slice->error, RLS_NO_MEMORY, "no memory for a document");
    return add_document(work, document, item->document->body.size);
}

/* The worker's inverter is made for its first slice of a share, the batch for the first item. */
static rls_status
begin_slice(rls_slice *slice, rls_worker *worker)
{
    const rls_segment_settings *settings = &slice->settings->segment;
    rls_status                  status = RLS_OK;

    if (worker->inverter == NULL)
        status =
            rls_inverter_new(worker->heap, settings->language, &worker->inverter, &slice->error);
    if (status == RLS_OK)
        status = rls_segment_batch_new_sharing(slice->heap, settings, worker->inverter,
                                               &slice->batch, &slice->error);
    return status;
}

static void
do_item(rls_slice *slice, rls_worker *worker, const rls_item *item, uint32_t number)
{
    processing work = {.slice = slice,
                       .settings = slice->settings,
                       .worker = worker,
                       .item = item,
                       .number = number};

    if (slice->status == RLS_OK && slice->batch == NULL)
        slice->status = begin_slice(slice, worker);
    if (slice->status == RLS_OK)
        slice->status = process_item(&work);
}

void
rls_slice_do(rls_slice *slice, rls_worker *worker, const rls_item *item, uint64_t size)
{
    do_item(slice, worker, item, slice->item_count++);
    slice->input_bytes += size;
}

void
rls_slice_finish(rls_slice *slice)
{
    if (slice->batch == NULL)
        return;
    if (slice->status == RLS_OK && rls_segment_batch_doc_count(slice->batch) > 0)
        slice->status = rls_segment_batch_finish(slice->batch, &slice->error);
    if (slice->status != RLS_OK || rls_segment_batch_doc_count(slice->batch) == 0) {
        rls_segment_batch_free(slice->batch);
        slice->batch = NULL;
    }
}

static void
run_slice(rls_task *task, uint32_t worker)
{
    rls_slice *slice = (rls_slice *)task;

    for (uint32_t i = 0; i < slice->item_count; i++)
        do_item(slice, &slice->workers[worker], &slice->items[i], i);
    rls_slice_finish(slice);
}
