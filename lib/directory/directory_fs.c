/* An index in a folder. All names are looked up relative to the open folder, so that the process
 * may change its working directory and the folder may be moved meanwhile. */
#include "directory/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_call.h"
#include "directory/names.h"
#include "directory/write_lock.h"

/* Some systems refuse or cut single reads and writes of 2 GiB and more. */
enum {
    LARGEST_CALL = 1 << 30
};

typedef struct fs_directory {
    rls_directory   base;
    int             folder;
    rls_io_mode     io;
    pthread_mutex_t mutex;       /* over what follows */
    int             lock;        /* descriptor that holds the writer's lock, or -1 */
    int             names_error; /* errno of the first sync_names that failed, or 0 */
} fs_directory;

typedef struct fs_file {
    rls_directory_file base;
    int                file;
    int                error; /* errno of the first write or sync that failed, or 0 */
    char              *name;
} fs_file;

static int
open_retrying(int folder, const char *name, int flags, mode_t mode)
{
    int file;

    RLS_UNINTERRUPTED(file, openat(folder, name, flags | O_CLOEXEC, mode), -1);
    return file;
}

static void *
map_retrying(void *at, size_t size, int flags, int file, off_t from)
{
    void *start;

    RLS_UNINTERRUPTED(start, mmap(at, size, PROT_READ, flags, file, from), MAP_FAILED);
    return start;
}

static int
remove_retrying(int folder, const char *name)
{
    int result;

    RLS_UNINTERRUPTED(result, unlinkat(folder, name, 0), -1);
    return result;
}

/* 0 or errno. */
static int
sync_descriptor(int file)
{
    int result;

#if defined(F_FULLFSYNC)
    RLS_UNINTERRUPTED(result, fcntl(file, F_FULLFSYNC), -1);
#else
    RLS_UNINTERRUPTED(result, fsync(file), -1);
#endif
    return result == 0 ? 0 : errno;
}

/* The same for a folder. File systems that keep no names of their own answer EINVAL, and there is
 * nothing more to ask of them. */
static int
sync_folder(int folder)
{
    int error = sync_descriptor(folder);

    return error == EINVAL ? 0 : error;
}

static rls_status
fail_named(const rls_directory *directory, int error, const char *name, const char *what,
           rls_error *err)
{
    rls_status status = rls_fail_system(err, error, "%s/%s: %s", directory->label, name, what);

    if (error != ENOENT)
        return status;
    if (err != NULL)
        err->status = RLS_NOT_FOUND;
    return RLS_NOT_FOUND;
}

/* Whole pages for `size` bytes and the padding; 0 when there is no such size. */
static size_t
mapped_size(uint64_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    if (size > PTRDIFF_MAX - page - RLS_MAP_PADDING)
        return 0;
    return ((size_t)size + RLS_MAP_PADDING + page - 1) / page * page;
}

/* A page of nothing behind the bytes keeps their padding readable even when the file ends at the
 * end of a page: the whole stretch is reserved first, then the file laid over its beginning. A part
 * begins where its page does. */
static rls_status
map_bytes(rls_directory *directory, int file, const char *name, uint64_t from, size_t size,
          rls_mapping *out_mapping, rls_error *err)
{
    size_t     skew = (size_t)(from % (uint64_t)sysconf(_SC_PAGESIZE));
    size_t     length = mapped_size(size + (uint64_t)skew);
    rls_status status;
    void      *start;

    if (length == 0)
        return rls_fail(err, RLS_NO_MEMORY, "%s/%s: too large to map", directory->label, name);
    start = map_retrying(NULL, length, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return fail_named(directory, errno, name, "cannot map", err);
    if (size > 0 && map_retrying(start, size + skew, MAP_SHARED | MAP_FIXED, file,
                                 (off_t)(from - skew)) == MAP_FAILED) {
        status = fail_named(directory, errno, name, "cannot map", err);
        munmap(start, length);
        return status;
    }
    *out_mapping = (rls_mapping){rls_bytes_of((uint8_t *)start + skew, size), start};
    return RLS_OK;
}

/* A file that has become shorter meanwhile is told, not padded. */
static rls_status
read_bytes(rls_directory *directory, int file, const char *name, uint64_t from, size_t size,
           rls_mapping *out_mapping, rls_error *err)
{
    rls_status status;
    uint8_t   *bytes;
    size_t     done = 0;

    bytes = size > SIZE_MAX - RLS_MAP_PADDING
                ? NULL
                : rls_alloc(directory->heap, 1, size + RLS_MAP_PADDING);
    if (bytes == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s/%s: no memory to read %zu bytes", directory->label,
                        name, size);
    while (done < size) {
        size_t  left = size - done;
        ssize_t got;

        RLS_UNINTERRUPTED(got,
                          pread(file, bytes + done, left < LARGEST_CALL ? left : LARGEST_CALL,
                                (off_t)(from + done)),
                          -1);

        if (got <= 0) {
            status = got < 0 ? fail_named(directory, errno, name, "cannot read", err)
                             : rls_fail(err, RLS_CORRUPT,
                                        "%s/%s: ends after %zu of %zu bytes: it was cut while it "
                                        "was read",
                                        directory->label, name, done, size);
            rls_free(directory->heap, bytes);
            return status;
        }
        done += (size_t)got;
    }
    memset(bytes + size, 0, RLS_MAP_PADDING);
    *out_mapping = (rls_mapping){rls_bytes_of(bytes, size), bytes};
    return RLS_OK;
}

/* `whole`: all of the file, whatever its size. */
static rls_status
map_or_read(rls_directory *directory, const char *name, bool whole, uint64_t from, size_t size,
            rls_mapping *out_mapping, uint64_t *out_file_size, rls_error *err)
{
    const fs_directory *fs = (const fs_directory *)directory;
    struct stat         info;
    rls_status          status;
    int                 file, result;

    *out_mapping = (rls_mapping){0};
    status = rls_directory_check_name(directory, name, err);
    if (status != RLS_OK)
        return status;
    /* O_NONBLOCK: opening a FIFO that stands here by mistake must not hang. */
    file = open_retrying(fs->folder, name, O_RDONLY | O_NONBLOCK, 0);
    if (file < 0)
        return fail_named(directory, errno, name, "cannot open", err);
    RLS_UNINTERRUPTED(result, fstat(file, &info), -1);
    if (result != 0)
        status = fail_named(directory, errno, name, "cannot read its size", err);
    else if (!S_ISREG(info.st_mode))
        status = rls_fail(err, RLS_IO, "%s/%s: not a regular file", directory->label, name);
    else if ((uint64_t)info.st_size > PTRDIFF_MAX)
        status = rls_fail(err, RLS_NO_MEMORY, "%s/%s: too large to map", directory->label, name);
    else if (!whole)
        status = rls_directory_check_part(directory, name, from, size, (uint64_t)info.st_size, err);
    if (status == RLS_OK && whole)
        size = (size_t)info.st_size;
    if (status == RLS_OK && fs->io == RLS_IO_MODE_READ)
        status = read_bytes(directory, file, name, from, size, out_mapping, err);
    else if (status == RLS_OK)
        status = map_bytes(directory, file, name, from, size, out_mapping, err);
    if (status == RLS_OK && out_file_size != NULL)
        *out_file_size = (uint64_t)info.st_size;
    close(file);
    return status;
}

static rls_status
fs_map(rls_directory *directory, const char *name, rls_mapping *out_mapping, rls_error *err)
{
    return map_or_read(directory, name, true, 0, 0, out_mapping, NULL, err);
}

static rls_status
fs_map_part(rls_directory *directory, const char *name, uint64_t from, size_t size,
            rls_mapping *out_mapping, uint64_t *out_file_size, rls_error *err)
{
    return map_or_read(directory, name, false, from, size, out_mapping, out_file_size, err);
}

static void
fs_unmap(rls_directory *directory, rls_mapping *mapping)
{
    const fs_directory *fs = (const fs_directory *)directory;

    if (fs->io == RLS_IO_MODE_READ)
        rls_free(directory->heap, mapping->handle);
    else if (mapping->handle != NULL)
        munmap(mapping->handle,
               mapped_size((uint64_t)(mapping->bytes.data - (uint8_t *)mapping->handle) +
                           mapping->bytes.size));
    *mapping = (rls_mapping){0};
}

/* A file of that name is removed, not truncated: a reader may have it mapped. */
static int
create_afresh(int folder, const char *name)
{
    int file;

    for (int round = 0; round < 8; round++) {
        file = open_retrying(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file >= 0 || errno != EEXIST)
            return file;
        if (remove_retrying(folder, name) != 0 && errno != ENOENT)
            return -1;
    }
    errno = EEXIST;
    return -1;
}

static rls_status
fs_create(rls_directory *directory, const char *name, rls_directory_file **out_file, rls_error *err)
{
    const fs_directory *fs = (const fs_directory *)directory;
    fs_file            *file;
    rls_status          status;

    *out_file = NULL;
    status = rls_directory_check_name(directory, name, err);
    if (status != RLS_OK)
        return status;
    file = rls_alloc_zeroed(directory->heap, 1, sizeof *file);
    if (file == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s/%s: no memory to create it", directory->label,
                        name);
    file->base = (rls_directory_file){directory->ops, directory};
    file->name = rls_copy_string(directory->heap, name, strlen(name));
    if (file->name == NULL) {
        status =
            rls_fail(err, RLS_NO_MEMORY, "%s/%s: no memory to create it", directory->label, name);
        goto fail;
    }
    file->file = create_afresh(fs->folder, name);
    if (file->file < 0) {
        status = rls_fail_system(err, errno, "%s/%s: cannot create", directory->label, name);
        goto fail;
    }
    *out_file = &file->base;
    return RLS_OK;

fail:
    rls_free(directory->heap, file->name);
    rls_free(directory->heap, file);
    return status;
}

static rls_status
fail_file(const fs_file *file, const char *what, rls_error *err)
{
    return rls_fail_system(err, file->error, "%s/%s: cannot %s", file->base.directory->label,
                           file->name, what);
}

static rls_status
fs_write(rls_directory_file *base, const void *bytes, size_t size, rls_error *err)
{
    fs_file    *file = (fs_file *)base;
    const char *at = bytes;

    if (file->error != 0)
        return fail_file(file, "write", err);
    while (size > 0) {
        ssize_t written;

        RLS_UNINTERRUPTED(written, write(file->file, at, size < LARGEST_CALL ? size : LARGEST_CALL),
                          -1);
        if (written <= 0) {
            file->error = written < 0 ? errno : ENOSPC;
            return fail_file(file, "write", err);
        }
        at += written;
        size -= (size_t)written;
    }
    return RLS_OK;
}

/* After a failed fsync the system may have dropped the bytes and answer the next one with success;
 * so the first failure stays. */
static rls_status
fs_sync(rls_directory_file *base, rls_error *err)
{
    fs_file *file = (fs_file *)base;

    if (file->error == 0)
        file->error = sync_descriptor(file->file);
    return file->error == 0 ? RLS_OK : fail_file(file, "sync", err);
}

static rls_status
fs_close(rls_directory_file *base, rls_error *err)
{
    fs_file   *file = (fs_file *)base;
    rls_status status = RLS_OK;
    rls_heap  *heap;

    if (file == NULL)
        return RLS_OK;
    heap = base->directory->heap;
    /* After EINTR the descriptor is gone all the same. */
    if (close(file->file) != 0 && errno != EINTR) {
        file->error = errno;
        status = fail_file(file, "close", err);
    }
    rls_free(heap, file->name);
    rls_free(heap, file);
    return status;
}

static rls_status
fs_rename(rls_directory *directory, const char *from, const char *to, rls_error *err)
{
    const fs_directory *fs = (const fs_directory *)directory;
    rls_status          status;
    int                 result;

    status = rls_directory_check_name(directory, from, err);
    if (status == RLS_OK)
        status = rls_directory_check_name(directory, to, err);
    if (status != RLS_OK)
        return status;
    RLS_UNINTERRUPTED(result, renameat(fs->folder, from, fs->folder, to), -1);
    return result == 0 ? RLS_OK : fail_named(directory, errno, from, "cannot rename", err);
}

static rls_status
fs_remove(rls_directory *directory, const char *name, rls_error *err)
{
    const fs_directory *fs = (const fs_directory *)directory;
    rls_status          status;

    status = rls_directory_check_name(directory, name, err);
    if (status == RLS_OK && remove_retrying(fs->folder, name) != 0)
        status = fail_named(directory, errno, name, "cannot remove", err);
    return status;
}

static rls_status
fs_sync_names(rls_directory *directory, rls_error *err)
{
    fs_directory *fs = (fs_directory *)directory;
    int           error;

    pthread_mutex_lock(&fs->mutex);
    if (fs->names_error == 0)
        fs->names_error = sync_folder(fs->folder);
    error = fs->names_error;
    pthread_mutex_unlock(&fs->mutex);
    if (error == 0)
        return RLS_OK;
    return rls_fail_system(err, error, "%s: cannot sync the folder", directory->label);
}

static bool
is_file(int folder, const struct dirent *entry)
{
    struct stat info;
    int         result;

    if (entry->d_type == DT_REG)
        return true;
    if (entry->d_type == DT_DIR)
        return false;
    RLS_UNINTERRUPTED(result, fstatat(folder, entry->d_name, &info, 0), -1);
    return result == 0 && S_ISREG(info.st_mode);
}

/* Reads all names first, so that `visit` may create and remove. */
static rls_status
read_names(rls_directory *directory, rls_name_list *list, rls_error *err)
{
    const fs_directory  *fs = (const fs_directory *)directory;
    const struct dirent *entry;
    rls_status           status = RLS_OK;
    DIR                 *stream;
    int                  folder;

    folder = open_retrying(fs->folder, ".", O_RDONLY | O_DIRECTORY, 0);
    if (folder < 0)
        return rls_fail_system(err, errno, "%s: cannot read the folder", directory->label);
    RLS_UNINTERRUPTED(stream, fdopendir(folder), NULL);
    if (stream == NULL) {
        status = rls_fail_system(err, errno, "%s: cannot read the folder", directory->label);
        close(folder);
        return status;
    }
    for (;;) {
        RLS_UNINTERRUPTED(entry, (errno = 0, readdir(stream)), NULL); /* 0 stays at the end */
        if (entry == NULL)
            break;
        if (strcmp(entry->d_name, RLS_WRITE_LOCK_NAME) == 0 || !is_file(folder, entry))
            continue;
        if (!rls_name_list_add(list, directory->heap, entry->d_name)) {
            status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to list it", directory->label);
            goto end;
        }
    }
    if (errno != 0)
        status = rls_fail_system(err, errno, "%s: cannot read the folder", directory->label);

end:
    closedir(stream);
    return status;
}

static rls_status
fs_list(rls_directory *directory, rls_status (*visit)(void *context, const char *name),
        void *context, rls_error *err)
{
    rls_name_list list = {0};
    rls_status    status;

    status = read_names(directory, &list, err);
    if (status == RLS_OK)
        status = rls_name_list_visit(&list, directory, visit, context, err);
    rls_name_list_release(&list, directory->heap);
    return status;
}

static rls_status
fs_lock(rls_directory *directory, uint32_t wait_ms, rls_error *err)
{
    fs_directory *fs = (fs_directory *)directory;
    rls_status    status;
    int           file;

    status = rls_write_lock_take(fs->folder, directory->label, wait_ms, &file, err);
    if (status != RLS_OK)
        return status;
    pthread_mutex_lock(&fs->mutex);
    fs->lock = file;
    pthread_mutex_unlock(&fs->mutex);
    return RLS_OK;
}

static void
fs_unlock(rls_directory *directory)
{
    fs_directory *fs = (fs_directory *)directory;
    int           file;

    pthread_mutex_lock(&fs->mutex);
    file = fs->lock;
    fs->lock = -1;
    pthread_mutex_unlock(&fs->mutex);
    rls_write_lock_release(file);
}

static void
fs_close_directory(rls_directory *directory)
{
    fs_directory *fs = (fs_directory *)directory;

    if (fs->lock >= 0)
        rls_write_lock_release(fs->lock);
    if (fs->folder >= 0)
        close(fs->folder);
    pthread_mutex_destroy(&fs->mutex);
    rls_free(directory->heap, directory->label);
    rls_free(directory->heap, fs);
}

static const rls_directory_ops fs_ops = {
    .map = fs_map,
    .map_part = fs_map_part,
    .unmap = fs_unmap,
    .create = fs_create,
    .write = fs_write,
    .sync = fs_sync,
    .close = fs_close,
    .rename = fs_rename,
    .remove = fs_remove,
    .sync_names = fs_sync_names,
    .list = fs_list,
    .lock = fs_lock,
    .unlock = fs_unlock,
    .close_directory = fs_close_directory,
};

static rls_status
make_folder(const char *path, bool *out_made, rls_error *err)
{
    int result;

    RLS_UNINTERRUPTED(result, mkdir(path, 0777), -1);
    *out_made = result == 0;
    if (*out_made || errno == EEXIST)
        return RLS_OK;
    if (errno == ENOENT)
        return rls_fail(err, RLS_NOT_FOUND, "%s: cannot create: the folder above does not exist",
                        path);
    return rls_fail_system(err, errno, "%s: cannot create", path);
}

/* The name of a folder just made must survive a crash. A folder above that may not be read
 * cannot be synced, which is no reason to refuse. */
static rls_status
sync_parent(const fs_directory *fs, rls_error *err)
{
    int parent = open_retrying(fs->folder, "..", O_RDONLY | O_DIRECTORY, 0);
    int error;

    if (parent < 0)
        return RLS_OK;
    error = sync_folder(parent);
    close(parent);
    if (error == 0)
        return RLS_OK;
    return rls_fail_system(err, error, "%s: cannot sync the folder above", fs->base.label);
}

rls_status
rls_directory_open_fs(rls_heap *heap, const char *path, bool create, rls_io_mode io,
                      rls_directory **out_directory, rls_error *err)
{
    fs_directory *fs;
    rls_status    status;
    bool          made = false;

    *out_directory = NULL;
    fs = rls_alloc_zeroed(heap, 1, sizeof *fs);
    if (fs == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", path);
    fs->base.ops = &fs_ops;
    fs->base.heap = heap;
    fs->io = io;
    fs->folder = fs->lock = -1;
    pthread_mutex_init(&fs->mutex, NULL);
    fs->base.label = rls_copy_string(heap, path, strlen(path));
    if (fs->base.label == NULL) {
        status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", path);
        goto fail;
    }
    if (create) {
        status = make_folder(path, &made, err);
        if (status != RLS_OK)
            goto fail;
    }
    fs->folder = open_retrying(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    if (fs->folder < 0) {
        if (errno == ENOENT)
            status = rls_fail(err, RLS_NOT_FOUND, "%s: no such folder", path);
        else
            status = rls_fail_system(err, errno, "%s: cannot open the folder", path);
        goto fail;
    }
    if (made) {
        status = sync_parent(fs, err);
        if (status != RLS_OK)
            goto fail;
    }
    *out_directory = &fs->base;
    return RLS_OK;

fail:
    fs_close_directory(&fs->base);
    return status;
}
