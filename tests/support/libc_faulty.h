/* System calls that fail when told to: programs that link test_support_libc have it stand between
 * themselves and the C library (the linker's --wrap; see meson.build beside it), so that the
 * library's own code meets every error of the real file system.
 *
 *   rls_libc_faulty_arm(n, ENOSPC, 1);       // the n-th call from now fails once
 *   status = scenario();
 *   failed = rls_libc_faulty_disarm();
 *
 * Nothing is really synced to the disk. A sync of a file that fails loses what was written, as
 * Linux does: bytes read as zeros. A second sync of the same descriptor is then a broken promise,
 * and told. */
#ifndef RLS_TESTS_LIBC_FAULTY_H
#define RLS_TESTS_LIBC_FAULTY_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RLS_SHORT_COUNT = -1 /* as an error: reads and writes do half, at least one byte */
};

/* Calls that cannot fail so are not counted: only reads and writes have short counts. */
void rls_libc_faulty_arm(uint64_t n, int error, uint64_t times);

/* The name of the first call that was made to fail, or NULL. */
const char *rls_libc_faulty_disarm(void);

/* Since the last arming: mappings made and not undone; whether a descriptor was synced again after
 * a sync that failed. */
int64_t rls_libc_faulty_mappings(void);
bool    rls_libc_faulty_synced_again(void);

/* Descriptors that are open in this process. */
int rls_libc_faulty_descriptors(void);

#endif
