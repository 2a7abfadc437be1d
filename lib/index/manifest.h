/* A commit: which segments, with which deletions, under which settings. Written as
 * `commit-<generation, 16 hex digits>.man`, to a temporary name first, synced, renamed into place.
 * The newest whole one is the index. Format in docs/format.md. */
#ifndef RLS_INDEX_MANIFEST_H
#define RLS_INDEX_MANIFEST_H

#include "base/arena.h"
#include "codec/envelope.h"
#include "directory/directory.h"

typedef struct rls_manifest_segment {
    uint8_t  id[RLS_ID_SIZE];
    uint64_t size; /* of the segment file */
    uint32_t doc_count, deleted_count;
    uint64_t live_generation; /* 0: no deletions; else the number in the .liv file's name */
} rls_manifest_segment;

/* A folder that was indexed: keys under it begin with label and '/', or with nothing when the label
 * is empty. */
typedef struct rls_manifest_root {
    rls_bytes label, path;
} rls_manifest_root;

typedef struct rls_manifest_language {
    rls_bytes name;
    uint64_t  fingerprint; /* rls_analyzer_fingerprint */
} rls_manifest_language;

typedef struct rls_manifest {
    rls_arena              arena;      /* owns everything below */
    uint64_t               generation; /* 1, 2, … */
    rls_bytes              schema;     /* rls_schema_write */
    bool                   store;
    uint32_t               language_count; /* the index's own first */
    rls_manifest_language *languages;
    uint32_t               root_count;
    rls_manifest_root     *roots;
    uint32_t               segment_count;
    rls_manifest_segment  *segments; /* oldest documents first */
} rls_manifest;

/* Zeroes it and readies the arena. */
void rls_manifest_init(rls_manifest *manifest, rls_heap *heap);
void rls_manifest_release(rls_manifest *manifest); /* takes a zeroed one */

/* The newest manifest that is whole. A newer one that is damaged is passed over: a commit is whole
 * before it gets its name, so such a file was never one. RLS_NOT_FOUND when there is none at all;
 * RLS_CORRUPT, of the newest, when none is whole; RLS_UNSUPPORTED as soon as a newer format is met.
 */
rls_status rls_manifest_read_newest(rls_manifest *manifest, rls_heap *heap,
                                    rls_directory *directory, rls_error *err);
/* Calls `problem` for each damaged manifest above `generation`; RLS_CORRUPT when there is one. */
rls_status rls_manifest_check_newer(rls_heap *heap, rls_directory *directory, uint64_t generation,
                                    void (*problem)(void *context, const char *file,
                                                    const char *message),
                                    void *context, rls_error *err);
/* Writes the commit and puts it in place, durable when this returns RLS_OK. When the rename was
 * done but could not be made durable, the error tells so and the commit may or may not survive a
 * crash. */
rls_status rls_manifest_publish(const rls_manifest *manifest, rls_directory *directory,
                                rls_error *err);

enum {
    RLS_NAME_SIZE = 64
};
void rls_segment_file_name(const uint8_t *id, char out[RLS_NAME_SIZE]);
void rls_live_file_name(const uint8_t *id, uint64_t generation, char out[RLS_NAME_SIZE]);
void rls_manifest_file_name(uint64_t generation, char out[RLS_NAME_SIZE]);

#endif
