#include "support/libc_faulty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* glibc gives calls with file offsets other names when these have 64 bits. */
#if defined(__GLIBC__)
#define WRAP(name) __wrap_##name##64
#define REAL(name) __real_##name##64
#else
#define WRAP(name) __wrap_##name
#define REAL(name) __real_##name
#endif

enum {
    DESCRIPTORS = 1024
};

static struct {
    pthread_mutex_t mutex;
    uint64_t        calls, fail_at, times;
    int             error;
    const char     *failed;
    int64_t         mappings;
    bool            lost[DESCRIPTORS]; /* its sync failed */
    bool            synced_again;
} state = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void
rls_libc_faulty_arm(uint64_t n, int error, uint64_t times)
{
    pthread_mutex_lock(&state.mutex);
    state.calls = 0;
    state.fail_at = n;
    state.times = times;
    state.error = error;
    state.failed = NULL;
    state.mappings = 0;
    memset(state.lost, 0, sizeof state.lost);
    state.synced_again = false;
    pthread_mutex_unlock(&state.mutex);
}

const char *
rls_libc_faulty_disarm(void)
{
    state.fail_at = 0;
    return state.failed;
}

int64_t
rls_libc_faulty_mappings(void)
{
    return state.mappings;
}

bool
rls_libc_faulty_synced_again(void)
{
    return state.synced_again;
}

int REAL(fcntl)(int file, int command, ...);
int REAL(fstat)(int file, struct stat *info);

int
rls_libc_faulty_descriptors(void)
{
    int count = 0;

    for (int file = 0; file < DESCRIPTORS; file++)
        count += REAL(fcntl)(file, F_GETFD) >= 0;
    return count;
}

/* Whether this call is to fail; errno is set. `counts`: it reads or writes. */
static bool
fails(const char *name, bool counts, bool *out_short)
{
    bool now = false;

    *out_short = false;
    pthread_mutex_lock(&state.mutex);
    if (state.error != RLS_SHORT_COUNT || counts) {
        state.calls++;
        now = state.fail_at != 0 && state.calls >= state.fail_at &&
              state.calls - state.fail_at < state.times;
    }
    if (now && state.failed == NULL)
        state.failed = name;
    pthread_mutex_unlock(&state.mutex);
    if (now && state.error == RLS_SHORT_COUNT) {
        *out_short = true;
        return false;
    }
    if (now)
        errno = state.error;
    return now;
}

static bool
call_fails(const char *name)
{
    bool cut;

    return fails(name, false, &cut);
}

static size_t
cut_to(size_t size, bool cut)
{
    return cut && size > 1 ? size / 2 : size;
}

/* Each wrapper is declared before it is defined: no header knows it. */
#define WRAPPED(type, name, ...)                                                                   \
    type REAL(name)(__VA_ARGS__);                                                                  \
    type WRAP(name)(__VA_ARGS__);                                                                  \
    type WRAP(name)(__VA_ARGS__)

#define WRAPPED_PLAIN(type, name, ...)                                                             \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

#define MODE_AFTER(flags)                                                                          \
    mode_t  mode = 0;                                                                              \
    va_list more;                                                                                  \
    va_start(more, flags);                                                                         \
    if (((flags)&O_CREAT) != 0)                                                                    \
        mode = (mode_t)va_arg(more, unsigned);                                                     \
    va_end(more)

WRAPPED(int, open, const char *path, int flags, ...)
{
    MODE_AFTER(flags);
    return call_fails("open") ? -1 : REAL(open)(path, flags, mode);
}

WRAPPED(int, openat, int folder, const char *path, int flags, ...)
{
    MODE_AFTER(flags);
    return call_fails("openat") ? -1 : REAL(openat)(folder, path, flags, mode);
}

WRAPPED_PLAIN(ssize_t, read, int file, void *bytes, size_t size)
{
    bool cut;

    return fails("read", size > 1, &cut) ? -1 : __real_read(file, bytes, cut_to(size, cut));
}

WRAPPED(ssize_t, pread, int file, void *bytes, size_t size, off_t at)
{
    bool cut;

    return fails("pread", size > 1, &cut) ? -1 : REAL(pread)(file, bytes, cut_to(size, cut), at);
}

WRAPPED_PLAIN(ssize_t, write, int file, const void *bytes, size_t size)
{
    bool cut;

    /* Of a write that fails some bytes are on the disk. */
    if (fails("write", size > 1, &cut)) {
        int error = errno;

        if (error != EINTR && __real_write(file, bytes, size / 2) < 0)
            return -1;
        errno = error;
        return -1;
    }
    return __real_write(file, bytes, cut_to(size, cut));
}

WRAPPED(ssize_t, pwrite, int file, const void *bytes, size_t size, off_t at)
{
    bool cut;

    return fails("pwrite", size > 1, &cut) ? -1 : REAL(pwrite)(file, bytes, cut_to(size, cut), at);
}

static void
lose_bytes(int file)
{
    static const char zeros[4096];
    struct stat       info;

    if (REAL(fstat)(file, &info) != 0 || !S_ISREG(info.st_mode))
        return;
    for (off_t at = 0; at < info.st_size; at += (off_t)sizeof zeros) {
        off_t left = info.st_size - at;

        if (REAL(pwrite)(file, zeros, left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros,
                         at) < 0)
            abort();
    }
}

WRAPPED_PLAIN(int, fsync, int file)
{
    bool known = file >= 0 && file < DESCRIPTORS;

    state.synced_again |= known && state.lost[file];
    if (!call_fails("fsync"))
        return 0;
    if (errno != EINTR) {
        int error = errno;

        state.lost[file] = known;
        lose_bytes(file);
        errno = error;
    }
    return -1;
}

WRAPPED_PLAIN(int, close, int file)
{
    int result = __real_close(file);

    if (file >= 0 && file < DESCRIPTORS)
        state.lost[file] = false;
    return call_fails("close") ? -1 : result;
}

WRAPPED_PLAIN(int, renameat, int from_folder, const char *from, int to_folder, const char *to)
{
    return call_fails("renameat") ? -1 : __real_renameat(from_folder, from, to_folder, to);
}

WRAPPED_PLAIN(int, unlinkat, int folder, const char *path, int flags)
{
    return call_fails("unlinkat") ? -1 : __real_unlinkat(folder, path, flags);
}

WRAPPED_PLAIN(int, mkdir, const char *path, mode_t mode)
{
    return call_fails("mkdir") ? -1 : __real_mkdir(path, mode);
}

WRAPPED(int, ftruncate, int file, off_t size)
{
    return call_fails("ftruncate") ? -1 : REAL(ftruncate)(file, size);
}

WRAPPED(void *, mmap, void *at, size_t size, int protection, int flags, int file, off_t from)
{
    void *made;

    if (call_fails("mmap"))
        return MAP_FAILED;
    made = REAL(mmap)(at, size, protection, flags, file, from);
    if (made != MAP_FAILED && (flags & MAP_FIXED) == 0)
        state.mappings++;
    return made;
}

WRAPPED_PLAIN(int, munmap, void *at, size_t size)
{
    state.mappings--;
    return __real_munmap(at, size);
}

WRAPPED(int, fstat, int file, struct stat *info)
{
    return call_fails("fstat") ? -1 : REAL(fstat)(file, info);
}

WRAPPED(int, stat, const char *path, struct stat *info)
{
    return call_fails("stat") ? -1 : REAL(stat)(path, info);
}

WRAPPED(int, fstatat, int folder, const char *path, struct stat *info, int flags)
{
    return call_fails("fstatat") ? -1 : REAL(fstatat)(folder, path, info, flags);
}

WRAPPED(off_t, lseek, int file, off_t to, int from)
{
    return call_fails("lseek") ? -1 : REAL(lseek)(file, to, from);
}

WRAPPED(int, fcntl, int file, int command, ...)
{
    va_list more;
    void   *argument;

    va_start(more, command);
    argument = va_arg(more, void *);
    va_end(more);
    return call_fails("fcntl") ? -1 : REAL(fcntl)(file, command, argument);
}

WRAPPED_PLAIN(DIR *, fdopendir, int file)
{
    return call_fails("fdopendir") ? NULL : __real_fdopendir(file);
}

WRAPPED(struct dirent *, readdir, DIR *folder)
{
    return call_fails("readdir") ? NULL : REAL(readdir)(folder);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                      void *context)
{
    return call_fails("pthread_create") ? EAGAIN
                                        : __real_pthread_create(thread, attributes, run, context);
}
