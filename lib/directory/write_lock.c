#include "directory/write_lock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/system_call.h"

enum {
    POLL_MS = 10
};

uint64_t
rls_write_lock_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
rls_write_lock_pause(uint32_t ms)
{
    struct timespec pause = {.tv_nsec = (ms < POLL_MS ? (long)ms : POLL_MS) * 1000000L};

    nanosleep(&pause, NULL);
}

/* The lock belongs to the open file, not to the process: with plain POSIX locks a second handle in
 * this process would get it as well. */
static int
try_lock(int file)
{
    int result;

#if defined(F_OFD_SETLK)
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    RLS_UNINTERRUPTED(result, fcntl(file, F_OFD_SETLK, &whole), -1);
#else
    RLS_UNINTERRUPTED(result, flock(file, LOCK_EX | LOCK_NB), -1);
#endif
    return result;
}

/* 0 when the file does not say. */
static long
holder(int file)
{
    char    text[24];
    ssize_t size;
    long    process;

    RLS_UNINTERRUPTED(size, pread(file, text, sizeof text - 1, 0), -1);
    if (size <= 0)
        return 0;
    text[size] = '\0';
    process = strtol(text, NULL, 10);
    return process > 0 ? process : 0;
}

/* Only a hint for messages, so that failing to write it (a full disk) is no reason to stop. */
static void
write_holder(int file)
{
    char text[24];
    int  size = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)size, 0) != size)
        return;
}

rls_status
rls_write_lock_fail_busy(const char *label, long process, rls_error *err)
{
    static const char advice[] = "wait until it ends, or stop it, and try again";

    if (process > 0)
        return rls_fail(err, RLS_BUSY, "%s: process %ld is writing this index (%s)", label, process,
                        advice);
    return rls_fail(err, RLS_BUSY, "%s: another process is writing this index (%s)", label, advice);
}

rls_status
rls_write_lock_take(int folder, const char *label, uint32_t wait_ms, int *out_file, rls_error *err)
{
    uint64_t   start = rls_write_lock_clock(), waited;
    rls_status status;
    int        file;

    *out_file = -1;
    RLS_UNINTERRUPTED(file, openat(folder, RLS_WRITE_LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0666),
                      -1);
    if (file < 0)
        return rls_fail_system(err, errno, "%s/%s: cannot open the lock for writing", label,
                               RLS_WRITE_LOCK_NAME);
    while (try_lock(file) != 0) {
        if (errno != EAGAIN && errno != EACCES) {
            status = rls_fail_system(err, errno, "%s/%s: cannot lock", label, RLS_WRITE_LOCK_NAME);
            goto fail;
        }
        waited = rls_write_lock_clock() - start;
        if (waited < wait_ms) {
            rls_write_lock_pause((uint32_t)(wait_ms - waited));
            continue;
        }
        status = rls_write_lock_fail_busy(label, holder(file), err);
        goto fail;
    }
    write_holder(file);
    *out_file = file;
    return RLS_OK;

fail:
    close(file);
    return status;
}

void
rls_write_lock_release(int file)
{
    if (file < 0)
        return;
    if (ftruncate(file, 0) != 0) {
        /* The id that stays is of a process that no longer holds the lock; the next one
         * overwrites it. */
    }
    close(file);
}
