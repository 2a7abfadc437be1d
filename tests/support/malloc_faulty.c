#include "support/malloc_faulty.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)
#define OURS(name) name
#define REAL(name) __libc_##name
#else
#define OURS(name) __wrap_##name
#define REAL(name) __real_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *memory, size_t size);
void  REAL(free)(void *memory);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *memory, size_t size);
void  OURS(free)(void *memory);

static uint64_t requests, fail_at;
static bool     armed, good, failed;
static long     live;

void
rls_malloc_faulty_arm(uint64_t n, bool for_good)
{
    requests = 0;
    live = 0;
    fail_at = n;
    good = for_good;
    failed = false;
    armed = true;
}

bool
rls_malloc_faulty_disarm(long *out_live)
{
    armed = false;
    *out_live = live;
    return failed;
}

static bool
fails(void)
{
    if (!armed)
        return false;
    requests++;
    if (fail_at == 0 || requests < fail_at || (requests > fail_at && !good))
        return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *
count(void *memory)
{
    live += armed && memory != NULL;
    return memory;
}

void *
OURS(malloc)(size_t size)
{
    return fails() ? NULL : count(REAL(malloc)(size));
}

void *
OURS(calloc)(size_t number, size_t size)
{
    return fails() ? NULL : count(REAL(calloc)(number, size));
}

void *
OURS(realloc)(void *memory, size_t size)
{
    if (fails())
        return NULL;
    return memory == NULL ? count(REAL(realloc)(memory, size)) : REAL(realloc)(memory, size);
}

void
OURS(free)(void *memory)
{
    live -= armed && memory != NULL;
    REAL(free)(memory);
}
