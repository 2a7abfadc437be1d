/* An index in memory. Names point to contents that are counted by reference, so that a mapping or
 * an open file outlives the removal of its name. */
#include "directory/directory.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "directory/names.h"
#include "directory/write_lock.h"

typedef struct ram_content {
    size_t   references; /* names, mappings and open files */
    bool     open;       /* being written: `data` may still move */
    uint8_t *data;       /* NULL, or with RLS_MAP_PADDING zeros after `size` */
    size_t   size, capacity;
} ram_content;

typedef struct ram_entry {
    char        *name;
    ram_content *content;
} ram_entry;

typedef struct ram_directory {
    rls_directory   base;
    pthread_mutex_t mutex; /* over what follows and over all contents */
    ram_entry      *entries;
    size_t          count, capacity;
    bool            locked;
} ram_directory;

typedef struct ram_file {
    rls_directory_file base;
    ram_content       *content;
} ram_file;

static ram_content *
new_content(rls_heap *heap)
{
    ram_content *made = rls_alloc_zeroed(heap, 1, sizeof *made);

    if (made != NULL)
        made->references = 1;
    return made;
}

static void
drop_content(rls_heap *heap, ram_content *content)
{
    if (content == NULL || --content->references > 0)
        return;
    rls_free(heap, content->data);
    rls_free(heap, content);
}

/* Makes room for `size` bytes in all and their padding. */
static bool
reserve(rls_heap *heap, ram_content *content, size_t size)
{
    void *data = content->data;

    if (size > SIZE_MAX - RLS_MAP_PADDING ||
        !rls_grow(heap, &data, &content->capacity, size + RLS_MAP_PADDING, 1))
        return false;
    content->data = data;
    return true;
}

static ram_entry *
find(ram_directory *ram, const char *name)
{
    for (size_t i = 0; i < ram->count; i++) {
        if (strcmp(ram->entries[i].name, name) == 0)
            return &ram->entries[i];
    }
    return NULL;
}

static void
drop_entry(ram_directory *ram, ram_entry *gone)
{
    rls_free(ram->base.heap, gone->name);
    drop_content(ram->base.heap, gone->content);
    *gone = ram->entries[--ram->count];
}

static rls_status
fail_memory(const rls_directory *directory, const char *name, rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "%s/%s: no memory", directory->label, name);
}

static rls_status
fail_missing(const rls_directory *directory, const char *name, rls_error *err)
{
    return rls_fail(err, RLS_NOT_FOUND, "%s/%s: no such file", directory->label, name);
}

/* What a reader holds: the content itself once it is complete, else a copy, since the bytes of a
 * file being written may move. */
static ram_content *
readable(rls_heap *heap, ram_content *source)
{
    ram_content *copy;

    if (!source->open && source->data != NULL) {
        source->references++;
        return source;
    }
    copy = new_content(heap);
    if (copy == NULL)
        return NULL;
    if (!reserve(heap, copy, source->size)) {
        drop_content(heap, copy);
        return NULL;
    }
    if (source->size > 0)
        memcpy(copy->data, source->data, source->size);
    copy->size = source->size;
    memset(copy->data + copy->size, 0, RLS_MAP_PADDING);
    return copy;
}

static rls_status
ram_map(rls_directory *directory, const char *name, rls_mapping *out_mapping, rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    ram_content   *held;
    ram_entry     *found;
    rls_status     status;

    *out_mapping = (rls_mapping){0};
    status = rls_directory_check_name(directory, name, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&ram->mutex);
    found = find(ram, name);
    if (found == NULL) {
        status = fail_missing(directory, name, err);
        goto end;
    }
    held = readable(directory->heap, found->content);
    if (held == NULL) {
        status = fail_memory(directory, name, err);
        goto end;
    }
    out_mapping->bytes = rls_bytes_of(held->data, held->size);
    out_mapping->handle = held;

end:
    pthread_mutex_unlock(&ram->mutex);
    return status;
}

static rls_status
ram_map_part(rls_directory *directory, const char *name, uint64_t from, size_t size,
             rls_mapping *out_mapping, uint64_t *out_file_size, rls_error *err)
{
    rls_status status = ram_map(directory, name, out_mapping, err);

    if (status != RLS_OK)
        return status;
    if (out_file_size != NULL)
        *out_file_size = out_mapping->bytes.size;
    status = rls_directory_check_part(directory, name, from, size, out_mapping->bytes.size, err);
    if (status != RLS_OK)
        directory->ops->unmap(directory, out_mapping);
    else
        out_mapping->bytes = rls_bytes_of(out_mapping->bytes.data + from, size);
    return status;
}

static void
ram_unmap(rls_directory *directory, rls_mapping *mapping)
{
    ram_directory *ram = (ram_directory *)directory;

    if (mapping->handle != NULL) {
        pthread_mutex_lock(&ram->mutex);
        drop_content(directory->heap, mapping->handle);
        pthread_mutex_unlock(&ram->mutex);
    }
    *mapping = (rls_mapping){0};
}

/* Lets `name` mean `content`, taking over one reference to it. */
static bool
put_entry(ram_directory *ram, const char *name, ram_content *content)
{
    rls_heap  *heap = ram->base.heap;
    ram_entry *found = find(ram, name);
    void      *entries = ram->entries;
    char      *copy;

    if (found != NULL) {
        drop_content(heap, found->content);
        found->content = content;
        return true;
    }
    if (!rls_grow(heap, &entries, &ram->capacity, ram->count + 1, sizeof *ram->entries))
        return false;
    ram->entries = entries;
    copy = rls_copy_string(heap, name, strlen(name));
    if (copy == NULL)
        return false;
    ram->entries[ram->count++] = (ram_entry){copy, content};
    return true;
}

static rls_status
ram_create(rls_directory *directory, const char *name, rls_directory_file **out_file,
           rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    ram_file      *file = NULL;
    ram_content   *made = NULL;
    rls_status     status;

    *out_file = NULL;
    status = rls_directory_check_name(directory, name, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&ram->mutex);
    file = rls_alloc_zeroed(directory->heap, 1, sizeof *file);
    made = new_content(directory->heap);
    if (file == NULL || made == NULL || !put_entry(ram, name, made)) {
        status = fail_memory(directory, name, err);
        goto fail;
    }
    made->references++;
    made->open = true;
    file->base = (rls_directory_file){directory->ops, directory};
    file->content = made;
    *out_file = &file->base;
    pthread_mutex_unlock(&ram->mutex);
    return RLS_OK;

fail:
    rls_free(directory->heap, file);
    drop_content(directory->heap, made);
    pthread_mutex_unlock(&ram->mutex);
    return status;
}

static rls_status
ram_write(rls_directory_file *base, const void *bytes, size_t size, rls_error *err)
{
    ram_directory *ram = (ram_directory *)base->directory;
    ram_content   *content = ((ram_file *)base)->content;
    rls_status     status = RLS_OK;

    if (size == 0)
        return RLS_OK;
    pthread_mutex_lock(&ram->mutex);
    if (size > SIZE_MAX - content->size ||
        !reserve(ram->base.heap, content, content->size + size)) {
        status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to write", ram->base.label);
    } else {
        memcpy(content->data + content->size, bytes, size);
        content->size += size;
    }
    pthread_mutex_unlock(&ram->mutex);
    return status;
}

static rls_status
ram_sync(rls_directory_file *base, rls_error *err)
{
    (void)base;
    (void)err;
    return RLS_OK;
}

/* From here on the bytes stay where they are; what was reserved beyond the padding is given back,
 * which also lets memory checkers see a read past the padding. */
static rls_status
ram_close(rls_directory_file *base, rls_error *err)
{
    ram_directory *ram;
    ram_content   *content;

    (void)err;
    if (base == NULL)
        return RLS_OK;
    ram = (ram_directory *)base->directory;
    content = ((ram_file *)base)->content;
    pthread_mutex_lock(&ram->mutex);
    if (content->data != NULL) {
        uint8_t *fitting =
            rls_resize(ram->base.heap, content->data, content->size + RLS_MAP_PADDING, 1);

        if (fitting != NULL) {
            content->data = fitting;
            content->capacity = content->size + RLS_MAP_PADDING;
        }
        memset(content->data + content->size, 0, RLS_MAP_PADDING);
    }
    content->open = false;
    drop_content(ram->base.heap, content);
    rls_free(ram->base.heap, base);
    pthread_mutex_unlock(&ram->mutex);
    return RLS_OK;
}

static rls_status
ram_rename(rls_directory *directory, const char *from, const char *to, rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    ram_content   *moved;
    ram_entry     *source;
    rls_status     status;

    status = rls_directory_check_name(directory, from, err);
    if (status == RLS_OK)
        status = rls_directory_check_name(directory, to, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&ram->mutex);
    source = find(ram, from);
    if (source == NULL) {
        status = fail_missing(directory, from, err);
        goto end;
    }
    if (strcmp(from, to) == 0)
        goto end;
    moved = source->content;
    moved->references++;
    if (!put_entry(ram, to, moved)) {
        moved->references--;
        status = fail_memory(directory, to, err);
        goto end;
    }
    drop_entry(ram, find(ram, from));

end:
    pthread_mutex_unlock(&ram->mutex);
    return status;
}

static rls_status
ram_remove(rls_directory *directory, const char *name, rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    ram_entry     *found;
    rls_status     status;

    status = rls_directory_check_name(directory, name, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&ram->mutex);
    found = find(ram, name);
    if (found != NULL)
        drop_entry(ram, found);
    else
        status = fail_missing(directory, name, err);
    pthread_mutex_unlock(&ram->mutex);
    return status;
}

static rls_status
ram_sync_names(rls_directory *directory, rls_error *err)
{
    (void)directory;
    (void)err;
    return RLS_OK;
}

static rls_status
ram_list(rls_directory *directory, rls_status (*visit)(void *context, const char *name),
         void *context, rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    rls_name_list  list = {0};
    rls_status     status = RLS_OK;

    pthread_mutex_lock(&ram->mutex);
    for (size_t i = 0; i < ram->count && status == RLS_OK; i++) {
        if (!rls_name_list_add(&list, directory->heap, ram->entries[i].name))
            status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to list it", directory->label);
    }
    pthread_mutex_unlock(&ram->mutex);
    if (status == RLS_OK)
        status = rls_name_list_visit(&list, directory, visit, context, err);
    rls_name_list_release(&list, directory->heap);
    return status;
}

static rls_status
ram_lock(rls_directory *directory, uint32_t wait_ms, rls_error *err)
{
    ram_directory *ram = (ram_directory *)directory;
    uint64_t       start = rls_write_lock_clock(), waited;
    bool           taken;

    for (;;) {
        pthread_mutex_lock(&ram->mutex);
        taken = !ram->locked;
        ram->locked = true;
        pthread_mutex_unlock(&ram->mutex);
        if (taken)
            return RLS_OK;
        waited = rls_write_lock_clock() - start;
        if (waited >= wait_ms)
            return rls_write_lock_fail_busy(directory->label, getpid(), err);
        rls_write_lock_pause((uint32_t)(wait_ms - waited));
    }
}

static void
ram_unlock(rls_directory *directory)
{
    ram_directory *ram = (ram_directory *)directory;

    pthread_mutex_lock(&ram->mutex);
    ram->locked = false;
    pthread_mutex_unlock(&ram->mutex);
}

static void
ram_close_directory(rls_directory *directory)
{
    ram_directory *ram = (ram_directory *)directory;

    while (ram->count > 0)
        drop_entry(ram, &ram->entries[ram->count - 1]);
    rls_free(directory->heap, ram->entries);
    pthread_mutex_destroy(&ram->mutex);
    rls_free(directory->heap, directory->label);
    rls_free(directory->heap, ram);
}

static const rls_directory_ops ram_ops = {
    .map = ram_map,
    .map_part = ram_map_part,
    .unmap = ram_unmap,
    .create = ram_create,
    .write = ram_write,
    .sync = ram_sync,
    .close = ram_close,
    .rename = ram_rename,
    .remove = ram_remove,
    .sync_names = ram_sync_names,
    .list = ram_list,
    .lock = ram_lock,
    .unlock = ram_unlock,
    .close_directory = ram_close_directory,
};

rls_status
rls_directory_open_ram(rls_heap *heap, rls_directory **out_directory, rls_error *err)
{
    ram_directory *ram;

    *out_directory = NULL;
    ram = rls_alloc_zeroed(heap, 1, sizeof *ram);
    if (ram == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to open an index in memory");
    ram->base.ops = &ram_ops;
    ram->base.heap = heap;
    pthread_mutex_init(&ram->mutex, NULL);
    ram->base.label = rls_copy_string(heap, "memory", strlen("memory"));
    if (ram->base.label == NULL) {
        ram_close_directory(&ram->base);
        return rls_fail(err, RLS_NO_MEMORY, "no memory to open an index in memory");
    }
    *out_directory = &ram->base;
    return RLS_OK;
}
