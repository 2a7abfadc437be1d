#include "base/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_call.h"

static void
stamp_of(const struct stat *stat, rls_file_stamp *out_stamp)
{
    out_stamp->size = (uint64_t)stat->st_size;
    out_stamp->inode = (uint64_t)stat->st_ino;
    out_stamp->mtime_ns = (int64_t)stat->st_mtim.tv_sec * 1000000000 + stat->st_mtim.tv_nsec;
}

rls_status
rls_file_reader_open(rls_file_reader *reader, const char *path, rls_error *err)
{
    struct stat stat;
    int         result;

    /* O_NONBLOCK: opening a FIFO without a writer must not wait. */
    RLS_UNINTERRUPTED(reader->descriptor, open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
                      -1);
    if (reader->descriptor < 0)
        return rls_fail_system(err, errno, "cannot open");
    RLS_UNINTERRUPTED(result, fstat(reader->descriptor, &stat), -1);
    if (result != 0) {
        int system_error = errno;
        rls_file_reader_close(reader);
        return rls_fail_system(err, system_error, "cannot stat");
    }
    if (!S_ISREG(stat.st_mode)) {
        rls_file_reader_close(reader);
        return rls_fail(err, RLS_BAD_DOCUMENT, "%s, not a regular file",
                        S_ISDIR(stat.st_mode)    ? "a folder"
                        : S_ISFIFO(stat.st_mode) ? "a named pipe"
                                                 : "a device or socket");
    }
    stamp_of(&stat, &reader->stamp);
    return RLS_OK;
}

rls_status
rls_file_reader_read(rls_file_reader *reader, void *bytes, size_t size, size_t *out_size,
                     rls_error *err)
{
    size_t got = 0;

    while (got < size) {
        ssize_t count;
        RLS_UNINTERRUPTED(count, read(reader->descriptor, (uint8_t *)bytes + got, size - got), -1);
        if (count < 0)
            return rls_fail_system(err, errno, "cannot read");
        if (count == 0)
            break;
        got += (size_t)count;
    }
    *out_size = got;
    return RLS_OK;
}

rls_status
rls_file_reader_rewind(rls_file_reader *reader, rls_error *err)
{
    off_t at;

    RLS_UNINTERRUPTED(at, lseek(reader->descriptor, 0, SEEK_SET), -1);
    if (at != 0)
        return rls_fail_system(err, errno, "cannot rewind");
    return RLS_OK;
}

bool
rls_file_reader_changed(const rls_file_reader *reader)
{
    struct stat    stat;
    rls_file_stamp now;
    int            result;

    RLS_UNINTERRUPTED(result, fstat(reader->descriptor, &stat), -1);
    if (result != 0)
        return true;
    stamp_of(&stat, &now);
    return now.size != reader->stamp.size || now.mtime_ns != reader->stamp.mtime_ns ||
           now.inode != reader->stamp.inode;
}

void
rls_file_reader_close(rls_file_reader *reader)
{
    if (reader->descriptor >= 0)
        close(reader->descriptor);
    reader->descriptor = -1;
}

static rls_status
read_once(const char *path, uint64_t limit, rls_buffer *out, rls_file_stamp *out_stamp,
          bool *out_changed, rls_error *err)
{
    rls_file_reader reader;
    size_t          got = 0;
    rls_status      status;

    rls_buffer_clear(out);
    status = rls_file_reader_open(&reader, path, err);
    if (status != RLS_OK)
        return status;
    *out_stamp = reader.stamp;
    if (reader.stamp.size > limit) {
        status =
            rls_fail(err, RLS_BAD_DOCUMENT, "%" PRIu64 " bytes, more than the limit of %" PRIu64,
                     reader.stamp.size, limit);
        goto done;
    }
    if (!rls_buffer_reserve(out, (size_t)reader.stamp.size + 1)) {
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu64 " bytes", reader.stamp.size);
        goto done;
    }
    /* One byte more than expected, so that a file that grew is noticed without another call. */
    status = rls_file_reader_read(&reader, out->data, (size_t)reader.stamp.size + 1, &got, err);
    if (status != RLS_OK)
        goto done;
    *out_changed = got != reader.stamp.size || rls_file_reader_changed(&reader);
    out->size = got < reader.stamp.size ? got : (size_t)reader.stamp.size;
done:
    rls_file_reader_close(&reader);
    return status;
}

rls_status
rls_file_read(const char *path, uint64_t limit, rls_buffer *out, rls_file_stamp *out_stamp,
              bool *out_changed, rls_error *err)
{
    rls_status status = read_once(path, limit, out, out_stamp, out_changed, err);

    if (status == RLS_OK && *out_changed)
        status = read_once(path, limit, out, out_stamp, out_changed, err);
    return status;
}
