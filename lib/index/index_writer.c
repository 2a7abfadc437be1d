#include "index/index_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_call.h"
#include "index/file_cleaner.h"
#include "index/json_lines_feed.h"
#include "index/transaction.h"

enum {
    THREAD_LIMIT = 64,
    LEAST_MEMORY = 16 << 20,
    THREAD_MEMORY = 32 << 20, /* of the limit, for each thread */
    /* A share's inputs are this part of the memory limit. Its postings and stored text take about
     * as many bytes as its inputs, unusual ones some times as many; slices under way, and terms on
     * their way to the file, take some more. */
    SHARE_DIVISOR = 6,
    /* So that several threads end a share at about the same time; one tells how far it is. */
    SLICES_A_SHARE = 32,
    SLICES_OF_ONE_THREAD = 4,
    /* Inputs larger than this part of the memory limit cannot be inverted within it. */
    INPUT_DIVISOR = 4
};

static rls_status
check_options(const rls_writer_options *options, rls_error *err)
{
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "rls_writer_options: struct_size %zu, this library's is %zu",
                        options->struct_size, sizeof *options);
    if (options->memory_limit < LEAST_MEMORY)
        return rls_fail(err, RLS_BAD_ARGUMENT, "memory limit %zu is below the least, 16 MiB",
                        options->memory_limit);
    if (options->threads > THREAD_LIMIT)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%" PRIu32 " threads, more than the limit of 64",
                        options->threads);
    if (options->max_file_size == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the largest file size cannot be 0");
    return RLS_OK;
}

/* Each thread has terms of its own and a slice under way. */
static uint32_t
thread_count(const rls_writer_options *options)
{
    uint32_t threads = options->threads;
    size_t   most = options->memory_limit / THREAD_MEMORY;

    if (threads == 0) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        threads = cores < 1 ? 1 : cores > THREAD_LIMIT ? THREAD_LIMIT : (uint32_t)cores;
    }
    if (threads > most)
        threads = most > 0 ? (uint32_t)most : 1;
    return threads;
}

static rls_status
see_name(void *context, const char *name)
{
    bool *is_index = context;

    *is_index = *is_index || strncmp(name, "commit-", 7) == 0 || strstr(name, ".seg") != NULL;
    return RLS_OK;
}

/* The lock is a file: a folder without an index is not to get one. */
static rls_status
require_index(rls_directory *directory, rls_error *err)
{
    bool       is_index = false;
    rls_status status = directory->ops->list(directory, see_name, &is_index, err);

    if (status != RLS_OK || is_index)
        return status;
    return rls_fail(err, RLS_NOT_FOUND, "%s: no index here (rsearch index makes one)",
                    directory->label);
}

rls_status
rls_index_writer_open_to_repair(rls_heap *heap, rls_directory *directory,
                                const rls_writer_options *options, rls_repair *repair,
                                rls_index_writer **out_writer, rls_error *err)
{
    rls_index_writer *writer;
    rls_status        status;

    *out_writer = NULL;
    status = check_options(options, err);
    if (status != RLS_OK)
        return status;
    writer = rls_alloc_zeroed(heap, 1, sizeof *writer);
    if (writer == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to open a writer");
    writer->heap = heap;
    writer->directory = directory;
    writer->options = *options;
    writer->repair = repair;
    rls_arena_init(&writer->arena, heap, 4096);
    rls_arena_init(&writer->request_arena, heap, 4096);
    status = options->create ? RLS_OK : require_index(directory, err);
    if (status == RLS_OK)
        status = directory->ops->lock(directory, options->lock_wait_ms, err);
    if (status != RLS_OK)
        goto fail;
    writer->locked = true;
    status = rls_transaction_start(writer, err);
    if (status != RLS_OK)
        goto fail;
    writer->options.exclusive = false; /* a rollback finds what this writer has made */
    writer->share_size = options->memory_limit / SHARE_DIVISOR;
    writer->slice_size =
        writer->share_size / (thread_count(options) > 1 ? SLICES_A_SHARE : SLICES_OF_ONE_THREAD);
    writer->settings.directory = directory;
    writer->settings.size_limit = options->max_file_size;
    if (writer->settings.size_limit > options->memory_limit / INPUT_DIVISOR)
        writer->settings.size_limit = options->memory_limit / INPUT_DIVISOR;
    status =
        rls_pipeline_new(heap, thread_count(options), &writer->settings, &writer->pipeline, err);
    if (status != RLS_OK)
        goto fail;
    *out_writer = writer;
    return RLS_OK;

fail:
    rls_index_writer_close(writer);
    return status;
}

rls_status
rls_index_writer_open(rls_heap *heap, rls_directory *directory, const rls_writer_options *options,
                      rls_index_writer **out_writer, rls_error *err)
{
    return rls_index_writer_open_to_repair(heap, directory, options, NULL, out_writer, err);
}

void
rls_index_writer_close(rls_index_writer *writer)
{
    if (writer == NULL)
        return;
    rls_pipeline_free(writer->pipeline);
    rls_transaction_forget(writer);
    if (writer->locked) {
        if (writer->started && writer->repair == NULL)
            rls_file_cleaner_run(writer->heap, writer->directory, &writer->manifest, false, NULL);
        writer->directory->ops->unlock(writer->directory);
    }
    rls_free(writer->heap, writer->parts);
    rls_free(writer->heap, writer->requests);
    rls_free(writer->heap, writer->roots);
    rls_free(writer->heap, writer->languages);
    rls_schema_free(writer->schema);
    rls_manifest_release(&writer->manifest);
    rls_arena_release(&writer->arena);
    rls_arena_release(&writer->request_arena);
    rls_free(writer->heap, writer);
}

/* --- taking inputs --- */

static rls_status
report_progress(rls_index_writer *writer, rls_error *err)
{
    if (writer->options.progress != NULL &&
        !writer->options.progress(writer->options.context, writer->documents_done,
                                  writer->bytes_done))
        return rls_fail(err, RLS_CANCELLED, "cancelled");
    return RLS_OK;
}

/* Takes finished slices in order: tells their notes, keeps their documents. */
static rls_status
collect(rls_index_writer *writer, bool wait, rls_error *err)
{
    rls_slice *slice;

    while ((slice = rls_pipeline_collect(writer->pipeline, wait)) != NULL) {
        rls_status status = rls_transaction_take(writer, slice, err);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
submit_slice(rls_index_writer *writer, rls_error *err)
{
    rls_slice *slice = writer->slice;

    writer->slice = NULL;
    if (slice == NULL)
        return RLS_OK;
    rls_pipeline_submit(writer->pipeline, slice);
    return collect(writer, false, err);
}

static rls_status
end_share(rls_index_writer *writer, rls_error *err)
{
    rls_status status = submit_slice(writer, err);

    if (status == RLS_OK)
        status = collect(writer, true, err);
    return status == RLS_OK ? rls_transaction_end_share(writer, err) : status;
}

/* A share and a slice that have room for an input of `size` bytes. */
static rls_status
make_room(rls_index_writer *writer, uint64_t size, rls_error *err)
{
    rls_status status = RLS_OK;

    if (writer->share != NULL && writer->share_bytes + size > writer->share_size)
        status = end_share(writer, err);
    else if (writer->slice != NULL && writer->slice->input_bytes + size > writer->slice_size)
        status = submit_slice(writer, err);
    if (status != RLS_OK)
        return status;
    if (writer->share == NULL) {
        writer->share = rls_share_new(writer->heap, writer->share_count);
        writer->share_count += writer->share != NULL;
    }
    if (writer->slice == NULL && writer->share != NULL) {
        writer->slice = rls_pipeline_new_slice(writer->pipeline);
        if (writer->slice != NULL)
            writer->slice->first_sequence = writer->sequence;
    }
    if (writer->slice == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to take another document");
    return RLS_OK;
}

static rls_status
add_item(rls_index_writer *writer, const rls_item *item, uint64_t size, rls_error *err)
{
    rls_status status;

    if (writer->failed != RLS_OK)
        return rls_fail(err, writer->failed, "an earlier call failed; roll back first");
    size += 256; /* what an input costs beside its bytes */
    status = make_room(writer, size, err);
    if (status == RLS_OK)
        status = rls_pipeline_add(writer->pipeline, writer->slice, item, size, err);
    if (status == RLS_OK) {
        writer->share_bytes += size;
        writer->sequence++;
        return report_progress(writer, err);
    }
    if (status != RLS_CANCELLED)
        writer->failed = status;
    return status;
}

rls_status
rls_index_writer_add(rls_index_writer *writer, const rls_document *document, rls_error *err)
{
    rls_item item = {.kind = RLS_ITEM_DOCUMENT, .document = document};
    uint64_t size = document->body.size;

    for (uint32_t i = 0; i < document->field_count; i++) {
        for (uint32_t j = 0; j < document->fields[i].value_count; j++)
            size += document->fields[i].values[j].text.size;
    }
    return add_item(writer, &item, size, err);
}

static void
tell(rls_index_writer *writer, const char *path, const char *message)
{
    writer->report.skipped++;
    if (writer->options.note != NULL)
        writer->options.note(writer->options.context, path, message, true);
}

/* Notes of inputs still under way come first. */
static rls_status
tell_in_order(rls_index_writer *writer, const char *path, const char *message, rls_error *err)
{
    rls_status status = submit_slice(writer, err);

    if (status == RLS_OK)
        status = collect(writer, true, err);
    if (status == RLS_OK)
        tell(writer, path, message);
    return status;
}

/* Memory that is short is no trouble of one input. */
static rls_status
fail_file(rls_index_writer *writer, const char *path, const rls_error *error, rls_error *err)
{
    writer->failed = error->status;
    return rls_fail(err, error->status, "%s: %s", path, error->message);
}

static bool
ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && rls_same_letters(text + size - end_size, end, end_size);
}

static rls_status
add_json_lines(rls_index_writer *writer, const rls_file *file, rls_error *err)
{
    rls_json_lines_feed feed;
    rls_error           error = {0};
    rls_item            item = {
                   .kind = RLS_ITEM_BYTES, .path = file->path, .name = file->name, .format = RLS_FORMAT_JSONL};
    rls_status status;

    status = rls_json_lines_feed_open(&feed, writer->heap, file->path, writer->settings.size_limit,
                                      &error);
    if (status == RLS_NO_MEMORY)
        return fail_file(writer, file->path, &error, err);
    if (status != RLS_OK)
        return tell_in_order(writer, file->path, error.message, err);
    item.hash = feed.hash;
    item.stamp = feed.reader.stamp;
    if (file->compare_hash && feed.hash == file->known_hash) {
        writer->report.unchanged++;
        rls_json_lines_feed_close(&feed);
        return RLS_OK;
    }
    for (;;) {
        status = rls_json_lines_feed_next(&feed, &error);
        if (status == RLS_NOT_FOUND) {
            status = RLS_OK;
            break;
        }
        if (status == RLS_OK) {
            item.bytes = rls_bytes_of(feed.piece.data, feed.lines_size);
            item.first_line = feed.line;
            status = add_item(writer, &item, feed.lines_size, err);
            if (status != RLS_OK)
                break;
            continue;
        }
        /* An unreadable rest is a note; what was read so far stays. */
        if (status == RLS_BAD_DOCUMENT) {
            status = tell_in_order(writer, file->path, error.message, err);
            if (status == RLS_OK)
                continue;
        } else if (status == RLS_NO_MEMORY) {
            status = fail_file(writer, file->path, &error, err);
        } else {
            status = tell_in_order(writer, file->path, error.message, err);
        }
        break;
    }
    rls_json_lines_feed_close(&feed);
    return status;
}

rls_status
rls_index_writer_add_file(rls_index_writer *writer, const rls_file *file, rls_error *err)
{
    rls_item item = {.path = file->path, .name = file->name, .format = (rls_format)file->format};
    uint64_t size = file->size;

    if (writer->failed != RLS_OK)
        return rls_fail(err, writer->failed, "an earlier call failed; roll back first");
    if (file->path != NULL &&
        (item.format == RLS_FORMAT_JSONL ||
         (item.format == RLS_FORMAT_AUTO &&
          (ends_with(file->path, ".jsonl") || ends_with(file->path, ".ndjson")))) &&
        !ends_with(file->path, ".gz"))
        return add_json_lines(writer, file, err);
    item.stamp = (rls_file_stamp){file->size, file->inode, file->mtime_ns};
    item.compare_hash = file->compare_hash;
    item.first_line = file->first_line;
    if (file->path == NULL) {
        item.kind = RLS_ITEM_BYTES;
        item.bytes = rls_bytes_of(file->bytes == NULL ? "" : file->bytes, (size_t)file->size);
        if (file->name != NULL || file->compare_hash)
            item.hash = rls_content_hash(item.bytes);
        if (file->compare_hash && item.hash == file->known_hash) {
            writer->report.unchanged++;
            return RLS_OK;
        }
    } else {
        struct stat stat_now = {0};
        int         result = -1;
        item.kind = RLS_ITEM_FILE;
        item.hash = file->known_hash;
        if (size == 0)
            RLS_UNINTERRUPTED(result, stat(file->path, &stat_now), -1);
        if (result == 0 && stat_now.st_size > 0)
            size = (uint64_t)stat_now.st_size;
        if (size > writer->settings.size_limit)
            size = 0; /* will be skipped */
    }
    return add_item(writer, &item, size, err);
}

rls_status
rls_index_writer_delete(rls_index_writer *writer, rls_bytes name, bool is_file, rls_error *err)
{
    void               *memory = writer->requests;
    rls_delete_request *request;
    char               *copy;

    if (writer->failed != RLS_OK)
        return rls_fail(err, writer->failed, "an earlier call failed; roll back first");
    copy = rls_arena_copy(&writer->request_arena, name.data, name.size);
    if (copy == NULL || !rls_grow(writer->heap, &memory, &writer->request_capacity,
                                  writer->request_count + 1, sizeof *writer->requests))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a deletion");
    writer->requests = memory;
    request = &writer->requests[writer->request_count++];
    request->name = rls_bytes_of(copy, name.size);
    request->is_file = is_file;
    request->sequence = writer->sequence;
    return RLS_OK;
}

/* --- ending a transaction --- */

static rls_status
finish_inputs(rls_index_writer *writer, rls_error *err)
{
    rls_status status;

    if (writer->failed != RLS_OK)
        return rls_fail(err, writer->failed, "an earlier call failed; roll back first");
    status = end_share(writer, err);
    if (status != RLS_OK && status != RLS_CANCELLED)
        writer->failed = status;
    return status;
}

rls_status
rls_index_writer_commit(rls_index_writer *writer, rls_commit_report *out_report, rls_error *err)
{
    rls_status status = finish_inputs(writer, err);

    if (status == RLS_OK)
        status = rls_transaction_commit(writer, err);
    if (status != RLS_OK)
        return status;
    rls_transaction_report(writer, out_report);
    status = rls_transaction_merge(writer, err);
    if (status == RLS_OK && out_report != NULL)
        rls_transaction_sizes(writer, out_report);
    return status;
}

rls_status
rls_index_writer_rollback(rls_index_writer *writer, rls_error *err)
{
    uint32_t   threads = thread_count(&writer->options);
    rls_status status;

    rls_pipeline_free(writer->pipeline);
    writer->pipeline = NULL;
    rls_transaction_forget(writer);
    rls_manifest_release(&writer->manifest);
    status = rls_transaction_start(writer, err);
    if (status == RLS_OK)
        status = rls_pipeline_new(writer->heap, threads, &writer->settings, &writer->pipeline, err);
    writer->failed = status;
    return status;
}

rls_status
rls_index_writer_optimize(rls_index_writer *writer, rls_error *err)
{
    rls_status status = finish_inputs(writer, err);

    if (status == RLS_OK)
        status = rls_transaction_commit(writer, err);
    if (status == RLS_OK)
        status = rls_transaction_merge_all(writer, err);
    return status;
}
