/* A directory for tests that stands before another one: it fails a chosen call, keeps a log of
 * all that was done, and tells from the log what a power loss at any point would leave behind.
 *
 *   rls_directory_faulty *faulty = rls_directory_faulty_new(ram);
 *   faulty->fail_at = n;                        // fail the n-th call from now on …
 *   faulty->fail_error = ENOSPC;                // … with this errno
 *   status = scenario(&faulty->base);           // base.ops as any directory
 *   for (size_t p = 0; p <= faulty->log_size; p++) {
 *       rls_directory *left = rls_directory_faulty_power_loss(faulty, p, RLS_LOSS_TORN_512,
 *                                                             RLS_LOSS_SOME, seed, &heap);
 *       …
 *       rls_directory_close(left);
 *   }
 *   rls_directory_close(&faulty->base);         // closes the inner one too
 *
 * Its own memory comes from malloc, so that a heap that fails serves only the code under test. */
#ifndef RLS_TESTS_DIRECTORY_FAULTY_H
#define RLS_TESTS_DIRECTORY_FAULTY_H

#include <pthread.h>

#include "directory/directory.h"

typedef enum rls_fault_kind {
    RLS_FAULT_CREATE,
    RLS_FAULT_WRITE,
    RLS_FAULT_SYNC,
    RLS_FAULT_RENAME,
    RLS_FAULT_REMOVE,
    RLS_FAULT_SYNC_NAMES
} rls_fault_kind;

/* One thing that was done. Calls made to fail leave none, but for a write, half of whose bytes go
 * through. */
typedef struct rls_fault_event {
    rls_fault_kind kind;
    size_t         file;  /* create, write, sync, rename, remove: number of the content */
    char          *name;  /* create, rename (old name), remove */
    char          *to;    /* rename */
    uint8_t       *bytes; /* write */
    size_t         size;
} rls_fault_event;

/* What became of that which was not synced. */
typedef enum rls_loss {
    RLS_LOSS_DROP,     /* all lost */
    RLS_LOSS_KEEP,     /* all kept */
    RLS_LOSS_SOME,     /* by the seed, names: each as before or after */
    RLS_LOSS_TORN_512, /* by the seed, bytes: blocks of 512 kept, cut off, or other bytes in place
                        */
    RLS_LOSS_TORN_4096 /* the same with blocks of 4096 */
} rls_loss;

typedef struct rls_directory_faulty {
    rls_directory  base;
    rls_directory *inner;

    /* Calls that may fail: map, create, write, sync, close, rename, remove, sync_names, list, lock.
     */
    uint64_t calls;      /* so far; set it back to 0 at will */
    uint64_t fail_at;    /* number of the call that fails, from 1; 0: none */
    int      fail_error; /* errno; EIO from the start */
    bool     for_good;   /* fail all later ones too */
    bool     failed;     /* whether one was made to fail */

    rls_fault_event *log;
    size_t           log_size;

    struct rls_fault_state *state;
    pthread_mutex_t         mutex;
} rls_directory_faulty;

/* Takes `inner` over; what it holds now counts as synced. Never NULL (aborts without memory). */
rls_directory_faulty *rls_directory_faulty_new(rls_directory *inner);

/* A new RAM directory with what is left when power fails after the first `prefix` events. */
rls_directory *rls_directory_faulty_power_loss(rls_directory_faulty *faulty, size_t prefix,
                                               rls_loss bytes, rls_loss names, uint64_t seed,
                                               rls_heap *heap);

/* The log as TAP comments on standard output, for looking into a failure. */
void rls_directory_faulty_print_log(const rls_directory_faulty *faulty);

#endif
