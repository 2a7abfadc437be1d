#include "api/handles.h"
#include "index/repair.h"

static const rls_writer_options defaults = RLS_WRITER_OPTIONS_INIT;

/* A folder with a heap of its own, after a look at what was given. */
static rls_status
open_folder(const char *path, const rls_writer_options *options, bool create,
            rls_writer **out_writer, rls_error *err)
{
    rls_writer *writer;
    rls_heap   *heap;
    rls_status  status;

    if (path == NULL || path[0] == '\0')
        return rls_fail(err, RLS_BAD_ARGUMENT, "an index needs the path of a folder");
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_writer_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (!rls_allocator_is_whole(options->allocator))
        return rls_fail(err, RLS_BAD_ARGUMENT, "an allocator needs its three functions");
    if ((unsigned)options->io > RLS_IO_MODE_READ)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no way of reading files has number %d",
                        options->io);
    heap = rls_heap_new(options->allocator, options->memory_limit);
    writer = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *writer);
    if (writer == NULL) {
        rls_heap_free(heap);
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open a writer", path);
    }
    writer->heap = heap;
    *out_writer = writer;
    status = rls_directory_open_fs(heap, path, create, options->io, &writer->directory, err);
    return status;
}

rls_status
rls_writer_open(const char *path, const rls_writer_options *options, rls_writer **out_writer,
                rls_error *err)
{
    rls_writer *writer = NULL;
    rls_status  status;

    RLS_REQUIRE(out_writer, err);
    *out_writer = NULL;
    if (options == NULL)
        options = &defaults;
    status = open_folder(path, options, options->create, &writer, err);
    if (status == RLS_OK)
        status =
            rls_index_writer_open(writer->heap, writer->directory, options, &writer->inner, err);
    if (status == RLS_OK)
        *out_writer = writer;
    else
        rls_writer_close(writer);
    return status;
}

rls_status
rls_index_repair(const char *path, const rls_writer_options *options, rls_problem_callback tell,
                 void *context, rls_repair_report *out_report, rls_error *err)
{
    rls_writer_options repairing = defaults;
    rls_writer        *writer = NULL;
    rls_status         status;

    if (out_report != NULL)
        memset(out_report, 0, sizeof *out_report);
    if (options != NULL && options->struct_size == sizeof repairing)
        repairing = *options;
    else if (options != NULL)
        repairing.struct_size = options->struct_size; /* is refused */
    repairing.create = false;
    status = open_folder(path, &repairing, false, &writer, err);
    if (status == RLS_OK)
        status = rls_repair_run(writer->heap, writer->directory, &repairing, tell, context,
                                out_report, err);
    rls_writer_close(writer);
    return status;
}

rls_status
rls_writer_add(rls_writer *writer, const rls_document *document, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    RLS_REQUIRE(document, err);
    return rls_index_writer_add(writer->inner, document, err);
}

rls_status
rls_writer_add_file(rls_writer *writer, const rls_file *file, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    RLS_REQUIRE(file, err);
    if (file->struct_size != sizeof *file)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_file: struct_size %zu is not %zu",
                        file->struct_size, sizeof *file);
    if ((unsigned)file->format > RLS_FILE_JSONL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_file: no format has number %d", file->format);
    if (file->path == NULL && file->bytes == NULL && file->size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a file needs a path or bytes");
    return rls_index_writer_add_file(writer->inner, file, err);
}

rls_status
rls_writer_delete(rls_writer *writer, const char *key, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    RLS_REQUIRE(key, err);
    return rls_index_writer_delete(writer->inner, rls_bytes_of(key, strlen(key)), false, err);
}

rls_status
rls_writer_delete_file(rls_writer *writer, const char *name, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    RLS_REQUIRE(name, err);
    return rls_index_writer_delete(writer->inner, rls_bytes_of(name, strlen(name)), true, err);
}

rls_status
rls_writer_root(rls_writer *writer, const char *path, char *label, size_t label_size,
                rls_error *err)
{
    rls_bytes  found;
    rls_status status;

    RLS_REQUIRE(writer, err);
    RLS_REQUIRE(label, err);
    if (path == NULL || path[0] == '\0')
        return rls_fail(err, RLS_BAD_ARGUMENT, "a folder needs a path");
    status = rls_index_writer_root(writer->inner, rls_bytes_of(path, strlen(path)), &found, err);
    if (status != RLS_OK)
        return status;
    if (found.size >= label_size)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the label has %zu bytes, room is for %zu",
                        found.size, label_size);
    if (found.size > 0)
        memcpy(label, found.data, found.size);
    label[found.size] = '\0';
    return RLS_OK;
}

rls_status
rls_writer_commit(rls_writer *writer, rls_commit_report *out_report, rls_error *err)
{
    if (out_report != NULL)
        memset(out_report, 0, sizeof *out_report);
    RLS_REQUIRE(writer, err);
    return rls_index_writer_commit(writer->inner, out_report, err);
}

rls_status
rls_writer_rollback(rls_writer *writer, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    return rls_index_writer_rollback(writer->inner, err);
}

rls_status
rls_writer_optimize(rls_writer *writer, rls_error *err)
{
    RLS_REQUIRE(writer, err);
    return rls_index_writer_optimize(writer->inner, err);
}

void
rls_writer_close(rls_writer *writer)
{
    rls_heap *heap;

    if (writer == NULL)
        return;
    heap = writer->heap;
    rls_index_writer_close(writer->inner);
    rls_directory_close(writer->directory);
    rls_free(heap, writer);
    rls_heap_free(heap);
}
