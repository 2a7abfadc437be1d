/** @file snapshot.h
 *  One commit, held open for reading. A writer never disturbs it. */
#ifndef RELEASESEARCH_SNAPSHOT_H
#define RELEASESEARCH_SNAPSHOT_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A commit as it was when opened: later commits and merges do not change it. Any number of threads
 *  may use one at the same time. */
typedef struct rls_snapshot rls_snapshot;

typedef struct rls_snapshot_options {
    size_t               struct_size;
    bool                 verify;    /**< check all checksums first */
    const rls_allocator *allocator; /**< NULL: malloc; copied */
    rls_io_mode          io;        /**< how files are read */
} rls_snapshot_options;
#define RLS_SNAPSHOT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(rls_snapshot_options), false, NULL, RLS_IO_MODE_MAP                                 \
    }

/** Opens the newest commit of the index in folder @a path.
 *  @param options  NULL means RLS_SNAPSHOT_OPTIONS_INIT
 *  @return RLS_OK, RLS_NOT_FOUND (no index there), RLS_UNSUPPORTED (newer format, or another
 *          version of the analysis), RLS_CORRUPT, RLS_IO, RLS_NO_MEMORY */
RLS_API rls_status rls_snapshot_open(const char *path, const rls_snapshot_options *options,
                                     rls_snapshot **out_snapshot, rls_error *err);

/** Opens the newest commit of @a snapshot's index: a second reference to @a snapshot itself when
 *  nothing was committed since. Both must be closed. */
RLS_API rls_status rls_snapshot_refresh(rls_snapshot *snapshot, rls_snapshot **out_snapshot,
                                        rls_error *err);

/** Ends the caller's reference; hits keep the snapshot alive as long as they need it. Takes NULL.
 */
RLS_API void rls_snapshot_close(rls_snapshot *snapshot);

typedef struct rls_snapshot_info {
    size_t      struct_size;
    uint64_t    generation;
    uint64_t    documents, deleted; /**< live ones; deleted ones not yet merged away */
    uint64_t    source_bytes;       /**< of the documents as read */
    uint64_t    index_bytes;
    uint32_t    segments;
    bool        stored;
    const char *language; /**< good as long as the snapshot */
    /** Bytes by part over all segments; `names` and `sizes` have `part_count` entries. */
    uint32_t    part_count;
    const char *part_names[16];
    uint64_t    part_sizes[16];
} rls_snapshot_info;

/** @param out_info  its struct_size is set by the caller */
RLS_API rls_status rls_snapshot_get_info(const rls_snapshot *snapshot, rls_snapshot_info *out_info,
                                         rls_error *err);

typedef struct rls_field_info {
    const char *name;
    uint32_t    kinds;           /**< rls_field_kind met in the index */
    uint64_t    documents;       /**< with such a text, or with a value */
    uint64_t    distinct_values; /**< of keywords, dates, numbers; summed over segments */
    double      average_length;  /**< words, text fields only */
} rls_field_info;

/** Calls @a visit for each field, "body" first, then by name; stops when it returns false. */
RLS_API rls_status rls_snapshot_fields(const rls_snapshot *snapshot,
                                       bool (*visit)(void *context, const rls_field_info *field),
                                       void *context, rls_error *err);

/** What @a name was probably meant to be: the field whose name differs from it in case and marks,
 * in an edit or two, or goes on where it ends. Notes of a query tell the same.
 *  @param out_name  room for @a out_size bytes: the field's name and a NUL; empty when no field is
 *                   near, or there is no room for it
 *  @return RLS_OK, RLS_NO_MEMORY */
RLS_API rls_status rls_snapshot_nearest_field(const rls_snapshot *snapshot, const char *name,
                                              char *out_name, size_t out_size, rls_error *err);

/** A file that documents of the index came from. Pointers are good during the call. Inode and time
 *  are 0 when the index does not know them. */
typedef struct rls_file_info {
    const char *name;
    uint64_t    size, inode, hash;
    int64_t     mtime_ns;
} rls_file_info;
RLS_API rls_status rls_snapshot_files(const rls_snapshot *snapshot,
                                      bool (*visit)(void *context, const rls_file_info *file),
                                      void *context, rls_error *err);

/** The folders recorded with rls_writer_root(). */
RLS_API uint32_t rls_snapshot_root_count(const rls_snapshot *snapshot);
RLS_API void     rls_snapshot_root(const rls_snapshot *snapshot, uint32_t i, const char **out_label,
                                   const char **out_path);

/** Reads and checks everything: checksums, then structure. @a problem is called with the file's
 *  name, the section and one line for each thing found.
 *  @return RLS_OK when all is well, RLS_CORRUPT otherwise, RLS_IO, RLS_NO_MEMORY */
RLS_API rls_status rls_snapshot_check(const rls_snapshot *snapshot, rls_problem_callback problem,
                                      void *context, rls_error *err);

#ifdef __cplusplus
}
#endif
#endif
