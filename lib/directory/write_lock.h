/* One writer at a time in a folder: an advisory lock on the file "write.lock", which the system
 * frees when the process dies. Serves directory_fs.c. The holder's process id stands in the file,
 * for messages only. The file stays when the lock is released: removing it would let two writers
 * each hold a lock, on the old and on the new file. */
#ifndef RLS_DIRECTORY_WRITE_LOCK_H
#define RLS_DIRECTORY_WRITE_LOCK_H

#include "base/status.h"

#define RLS_WRITE_LOCK_NAME "write.lock"

/* Takes the lock of the open folder `folder`, called `label` in messages, asking again for
 * `wait_ms` milliseconds before RLS_BUSY. *out_file is the descriptor that holds it, -1 on
 * failure. Two calls in one process exclude each other too. */
rls_status rls_write_lock_take(int folder, const char *label, uint32_t wait_ms, int *out_file,
                               rls_error *err);

/* Takes -1. */
void rls_write_lock_release(int file);

/* Tells that `process` holds the lock of `label` (0 when that is not known): RLS_BUSY. */
rls_status rls_write_lock_fail_busy(const char *label, long process, rls_error *err);

/* Sleeps up to `ms` milliseconds before a lock is asked for again. */
void rls_write_lock_pause(uint32_t ms);

/* Milliseconds of a clock that only goes forward. */
uint64_t rls_write_lock_clock(void);

#endif
