/* A stretch of a file seen through a window that moves, for who goes through a large part of it
 * from front to back and must not take as much address space or memory. One thread at a time. */
#ifndef RLS_DIRECTORY_WINDOW_H
#define RLS_DIRECTORY_WINDOW_H

#include "directory/directory.h"

typedef struct rls_window {
    rls_directory *directory;
    const char    *name;        /* borrowed */
    uint64_t       start, size; /* of the stretch, in the file */
    uint64_t       from;        /* where in the stretch the mapping begins */
    rls_mapping    mapping;
} rls_window;

void rls_window_init(rls_window *window, rls_directory *directory, const char *name, uint64_t start,
                     uint64_t size);
void rls_window_release(rls_window *window); /* takes a zeroed one */

/* The bytes [at, at + size) of the stretch, which has them, with the padding of mappings; good
 * until the next call. */
rls_status rls_window_show(rls_window *window, uint64_t at, size_t size, rls_bytes *out_bytes,
                           rls_error *err);

#endif
