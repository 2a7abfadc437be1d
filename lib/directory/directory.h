/* Where an index keeps its files: the contract that everything above writes and reads through.
 * Implementations: directory_fs.c (a folder), directory_ram.c (memory), and in tests
 * support/directory_faulty.c, which fails, tears and forgets.
 *
 * A file is created, written once from front to back, synced and closed; then it may be renamed
 * over another, mapped, removed. Names are plain file names without '/'. Safe from any thread. */
#ifndef RLS_DIRECTORY_DIRECTORY_H
#define RLS_DIRECTORY_DIRECTORY_H

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

/* Bytes that readers may load beyond the end of a mapping without harm: every implementation
 * grants them (they read as anything). Kernels that load whole vectors rely on it. */
enum {
    RLS_MAP_PADDING = 64
};

typedef struct rls_directory rls_directory;

typedef struct rls_mapping {
    rls_bytes bytes;
    void     *handle; /* the implementation's own */
} rls_mapping;

typedef struct rls_directory_file {
    const struct rls_directory_ops *ops;
    rls_directory                  *directory;
} rls_directory_file; /* implementations begin their own struct with it */

typedef struct rls_directory_ops {
    /* The whole file, read-only, until unmapped, even if removed or replaced meanwhile. */
    rls_status (*map)(rls_directory *, const char *name, rls_mapping *out_mapping, rls_error *);
    /* The bytes [from, from + size) of it alone; RLS_CORRUPT when the file does not have them. The
     * size of the file is told unless out_file_size is NULL. */
    rls_status (*map_part)(rls_directory *, const char *name, uint64_t from, size_t size,
                           rls_mapping *out_mapping, uint64_t *out_file_size, rls_error *);
    void (*unmap)(rls_directory *, rls_mapping *); /* takes a zeroed mapping */
    /* Creates or truncates. */
    rls_status (*create)(rls_directory *, const char *name, rls_directory_file **out_file,
                         rls_error *);
    rls_status (*write)(rls_directory_file *, const void *bytes, size_t size, rls_error *);
    rls_status (*sync)(rls_directory_file *, rls_error *);
    /* Ends the handle whether or not it succeeds; takes NULL. */
    rls_status (*close)(rls_directory_file *, rls_error *);
    rls_status (*rename)(rls_directory *, const char *from, const char *to, rls_error *);
    rls_status (*remove)(rls_directory *, const char *name, rls_error *);
    /* Makes creations, renames and removals so far survive a crash. */
    rls_status (*sync_names)(rls_directory *, rls_error *);
    /* Calls `visit` for each file in bytewise order of names; stops at its first non-OK status. */
    rls_status (*list)(rls_directory *, rls_status (*visit)(void *context, const char *name),
                       void *context, rls_error *);
    /* The writer's lock, freed by release or by the death of the process. RLS_BUSY names the
     * holder's process id when another holds it; waits up to `wait_ms` first. */
    rls_status (*lock)(rls_directory *, uint32_t wait_ms, rls_error *);
    void (*unlock)(rls_directory *);
    void (*close_directory)(rls_directory *);
} rls_directory_ops;

struct rls_directory {
    const rls_directory_ops *ops;
    rls_heap                *heap;
    char                    *label; /* the path, for messages */
};

/* A folder; created (one level, parents must exist) when `create`. `err` names the path. `io`:
 * whether what is "mapped" is, or is read into memory. */
rls_status rls_directory_open_fs(rls_heap *heap, const char *path, bool create, rls_io_mode io,
                                 rls_directory **out_directory, rls_error *err);
rls_status rls_directory_open_ram(rls_heap *heap, rls_directory **out_directory, rls_error *err);

/* Takes NULL. */
void rls_directory_close(rls_directory *directory);

#endif
