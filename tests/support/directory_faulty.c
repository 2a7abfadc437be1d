#include "support/directory_faulty.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/directory_files.h"
#include "support/power_loss.h"

typedef struct faulty_file {
    rls_directory_file  base;
    rls_directory_file *inner;
    size_t              number;
    char               *name;
} faulty_file;

static void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static rls_directory_faulty *
faulty_of(rls_directory *directory)
{
    return (rls_directory_faulty *)directory;
}

/* Counts one call; true when it is the one to fail. */
static bool
must_fail(rls_directory_faulty *faulty, const char *name, const char *what, rls_error *err,
          rls_status *out_status)
{
    bool fails;

    pthread_mutex_lock(&faulty->mutex);
    faulty->calls++;
    fails = faulty->fail_at != 0 && (faulty->calls == faulty->fail_at ||
                                     (faulty->calls > faulty->fail_at && faulty->for_good));
    faulty->failed |= fails;
    pthread_mutex_unlock(&faulty->mutex);
    if (fails)
        *out_status = rls_fail_system(err, faulty->fail_error, "%s/%s: cannot %s",
                                      faulty->base.label, name, what);
    return fails;
}

static void
add_event(rls_directory_faulty *faulty, rls_fault_event event)
{
    if ((faulty->log_size & (faulty->log_size - 1)) == 0)
        faulty->log = must(realloc(faulty->log, (faulty->log_size == 0 ? 1 : faulty->log_size * 2) *
                                                    sizeof event));
    faulty->log[faulty->log_size++] = event;
}

/* A copy of its own, so that reads beyond the padding of what was asked for show. */
static rls_status
copy_mapping(rls_directory *inner, rls_status status, rls_mapping *mapping)
{
    rls_bytes bytes = mapping->bytes;
    uint8_t  *copy;

    if (status != RLS_OK)
        return status;
    copy = malloc(bytes.size + RLS_MAP_PADDING);
    if (copy == NULL)
        abort();
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    memset(copy + bytes.size, 0xa5, RLS_MAP_PADDING);
    inner->ops->unmap(inner, mapping);
    *mapping = (rls_mapping){rls_bytes_of(copy, bytes.size), copy};
    return RLS_OK;
}

static rls_status
faulty_map(rls_directory *directory, const char *name, rls_mapping *out_mapping, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;

    *out_mapping = (rls_mapping){0};
    if (must_fail(faulty, name, "map", err, &status))
        return status;
    status = faulty->inner->ops->map(faulty->inner, name, out_mapping, err);
    return copy_mapping(faulty->inner, status, out_mapping);
}

static rls_status
faulty_map_part(rls_directory *directory, const char *name, uint64_t from, size_t size,
                rls_mapping *out_mapping, uint64_t *out_file_size, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;

    *out_mapping = (rls_mapping){0};
    if (must_fail(faulty, name, "map", err, &status))
        return status;
    status = faulty->inner->ops->map_part(faulty->inner, name, from, size, out_mapping,
                                          out_file_size, err);
    return copy_mapping(faulty->inner, status, out_mapping);
}

static void
faulty_unmap(rls_directory *directory, rls_mapping *mapping)
{
    (void)directory;
    free(mapping->handle);
    *mapping = (rls_mapping){0};
}

static rls_status
faulty_create(rls_directory *directory, const char *name, rls_directory_file **out_file,
              rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_directory_file   *inner;
    faulty_file          *file;
    rls_status            status;

    *out_file = NULL;
    if (must_fail(faulty, name, "create", err, &status))
        return status;
    status = faulty->inner->ops->create(faulty->inner, name, &inner, err);
    if (status != RLS_OK)
        return status;
    file = must(calloc(1, sizeof *file));
    file->base = (rls_directory_file){directory->ops, directory};
    file->inner = inner;
    file->name = must(strdup(name));
    pthread_mutex_lock(&faulty->mutex);
    file->number = rls_power_loss_add_file(faulty->state);
    rls_power_loss_bind(faulty->state, name, file->number);
    add_event(faulty, (rls_fault_event){.kind = RLS_FAULT_CREATE,
                                        .file = file->number,
                                        .name = must(strdup(name))});
    pthread_mutex_unlock(&faulty->mutex);
    *out_file = &file->base;
    return RLS_OK;
}

static rls_status
write_and_log(faulty_file *file, const void *bytes, size_t size, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(file->base.directory);
    rls_status            status = file->inner->ops->write(file->inner, bytes, size, err);
    uint8_t              *copy;

    if (status != RLS_OK || size == 0)
        return status;
    copy = must(malloc(size));
    memcpy(copy, bytes, size);
    pthread_mutex_lock(&faulty->mutex);
    add_event(faulty,
              (rls_fault_event){
                  .kind = RLS_FAULT_WRITE, .file = file->number, .bytes = copy, .size = size});
    pthread_mutex_unlock(&faulty->mutex);
    return RLS_OK;
}

static rls_status
faulty_write(rls_directory_file *base, const void *bytes, size_t size, rls_error *err)
{
    faulty_file *file = (faulty_file *)base;
    rls_status   status;

    if (must_fail(faulty_of(base->directory), file->name, "write", err, &status)) {
        write_and_log(file, bytes, size / 2, NULL);
        return status;
    }
    return write_and_log(file, bytes, size, err);
}

static rls_status
faulty_sync(rls_directory_file *base, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(base->directory);
    faulty_file          *file = (faulty_file *)base;
    rls_status            status;

    if (must_fail(faulty, file->name, "sync", err, &status))
        return status;
    status = file->inner->ops->sync(file->inner, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&faulty->mutex);
    add_event(faulty, (rls_fault_event){.kind = RLS_FAULT_SYNC, .file = file->number});
    pthread_mutex_unlock(&faulty->mutex);
    return RLS_OK;
}

static rls_status
faulty_close(rls_directory_file *base, rls_error *err)
{
    faulty_file *file = (faulty_file *)base;
    rls_status   status;

    if (file == NULL)
        return RLS_OK;
    if (must_fail(faulty_of(base->directory), file->name, "close", err, &status))
        file->inner->ops->close(file->inner, NULL);
    else
        status = file->inner->ops->close(file->inner, err);
    free(file->name);
    free(file);
    return status;
}

static rls_status
faulty_rename(rls_directory *directory, const char *from, const char *to, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;
    size_t                file;

    if (must_fail(faulty, from, "rename", err, &status))
        return status;
    status = faulty->inner->ops->rename(faulty->inner, from, to, err);
    if (status != RLS_OK || strcmp(from, to) == 0)
        return status;
    pthread_mutex_lock(&faulty->mutex);
    file = rls_power_loss_unbind(faulty->state, from);
    rls_power_loss_bind(faulty->state, to, file);
    add_event(faulty, (rls_fault_event){.kind = RLS_FAULT_RENAME,
                                        .file = file,
                                        .name = must(strdup(from)),
                                        .to = must(strdup(to))});
    pthread_mutex_unlock(&faulty->mutex);
    return RLS_OK;
}

static rls_status
faulty_remove(rls_directory *directory, const char *name, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;
    size_t                file;

    if (must_fail(faulty, name, "remove", err, &status))
        return status;
    status = faulty->inner->ops->remove(faulty->inner, name, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&faulty->mutex);
    file = rls_power_loss_unbind(faulty->state, name);
    add_event(faulty, (rls_fault_event){
                          .kind = RLS_FAULT_REMOVE, .file = file, .name = must(strdup(name))});
    pthread_mutex_unlock(&faulty->mutex);
    return RLS_OK;
}

static rls_status
faulty_sync_names(rls_directory *directory, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;

    if (must_fail(faulty, "", "sync the folder", err, &status))
        return status;
    status = faulty->inner->ops->sync_names(faulty->inner, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&faulty->mutex);
    add_event(faulty, (rls_fault_event){.kind = RLS_FAULT_SYNC_NAMES});
    pthread_mutex_unlock(&faulty->mutex);
    return RLS_OK;
}

static rls_status
faulty_list(rls_directory *directory, rls_status (*visit)(void *context, const char *name),
            void *context, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;

    if (must_fail(faulty, "", "list the folder", err, &status))
        return status;
    return faulty->inner->ops->list(faulty->inner, visit, context, err);
}

static rls_status
faulty_lock(rls_directory *directory, uint32_t wait_ms, rls_error *err)
{
    rls_directory_faulty *faulty = faulty_of(directory);
    rls_status            status;

    if (must_fail(faulty, "", "lock", err, &status))
        return status;
    return faulty->inner->ops->lock(faulty->inner, wait_ms, err);
}

static void
faulty_unlock(rls_directory *directory)
{
    rls_directory *inner = faulty_of(directory)->inner;

    inner->ops->unlock(inner);
}

static void
faulty_close_directory(rls_directory *directory)
{
    rls_directory_faulty *faulty = faulty_of(directory);

    for (size_t i = 0; i < faulty->log_size; i++) {
        free(faulty->log[i].name);
        free(faulty->log[i].to);
        free(faulty->log[i].bytes);
    }
    free(faulty->log);
    rls_power_loss_free(faulty->state);
    rls_directory_close(faulty->inner);
    pthread_mutex_destroy(&faulty->mutex);
    free(faulty);
}

static const rls_directory_ops faulty_ops = {
    .map = faulty_map,
    .map_part = faulty_map_part,
    .unmap = faulty_unmap,
    .create = faulty_create,
    .write = faulty_write,
    .sync = faulty_sync,
    .close = faulty_close,
    .rename = faulty_rename,
    .remove = faulty_remove,
    .sync_names = faulty_sync_names,
    .list = faulty_list,
    .lock = faulty_lock,
    .unlock = faulty_unlock,
    .close_directory = faulty_close_directory,
};

static rls_status
add_present_file(void *context, const char *name)
{
    rls_directory_faulty *faulty = context;
    size_t                size;
    uint8_t              *bytes = must(rls_test_read_file(faulty->inner, name, &size));

    rls_power_loss_add_present(faulty->state, name, bytes, size);
    return RLS_OK;
}

rls_directory_faulty *
rls_directory_faulty_new(rls_directory *inner)
{
    rls_directory_faulty *faulty = must(calloc(1, sizeof *faulty));

    faulty->base = (rls_directory){&faulty_ops, inner->heap, inner->label};
    faulty->inner = inner;
    faulty->fail_error = EIO;
    faulty->state = rls_power_loss_new();
    pthread_mutex_init(&faulty->mutex, NULL);
    if (inner->ops->list(inner, add_present_file, faulty, NULL) != RLS_OK)
        abort();
    return faulty;
}

void
rls_directory_faulty_print_log(const rls_directory_faulty *faulty)
{
    static const char *const names[] = {"create", "write",  "sync",
                                        "rename", "remove", "sync names"};

    for (size_t i = 0; i < faulty->log_size; i++) {
        const rls_fault_event *event = &faulty->log[i];

        printf("# %zu: %s", i, names[event->kind]);
        if (event->kind != RLS_FAULT_SYNC_NAMES)
            printf(" #%zu", event->file);
        if (event->name != NULL)
            printf(" %s", event->name);
        if (event->to != NULL)
            printf(" to %s", event->to);
        if (event->bytes != NULL)
            printf(" %zu bytes", event->size);
        printf("\n");
    }
}
