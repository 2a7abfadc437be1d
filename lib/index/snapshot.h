/* One commit held open: its segments with their live documents, and the statistics of the whole. A
 * snapshot keeps its files and sees nothing later; any number of threads may use it. */
#ifndef RLS_INDEX_SNAPSHOT_H
#define RLS_INDEX_SNAPSHOT_H

#include "analysis/analyzer.h"
#include "base/pool.h"
#include "index/manifest.h"
#include "releasesearch/snapshot.h"
#include "segment/segment.h"

typedef struct rls_snapshot_segment {
    rls_segment   *segment;
    rls_live_docs *live; /* NULL: all live */
    uint32_t       live_count;
} rls_snapshot_segment;

/* Of one text field over the whole index, deleted documents excluded. */
typedef struct rls_field_statistics {
    rls_bytes name;
    uint64_t  total_length;
    float average_length; /* total_length / doc_count of the index's live documents; 0 if none */
} rls_field_statistics;

struct rls_snapshot {
    _Atomic uint32_t      references;
    rls_heap             *heap;
    rls_directory        *directory;
    rls_manifest          manifest;
    rls_snapshot_segment *segments;
    uint32_t              segment_count;
    uint64_t              doc_count; /* live */
    uint32_t              field_count;
    rls_field_statistics *fields; /* "body" first, then by name: union over the segments */
    /* What searches leave for the next ones; NULL: nothing is kept. */
    rls_pool *analyzers;  /* rls_analyzer_set */
    rls_pool *workspaces; /* the search's own: search/workspace.h */
    /* told when the last reference is gone, with what the snapshot borrowed */
    void (*owner_release)(void *owner);
    void *owner;
};

/* Opens the newest commit. RLS_NOT_FOUND when there is none; RLS_UNSUPPORTED when it was written by
 * another analysis version. Retries when a writer removes files meanwhile. `verify`: all checksums.
 * The snapshot does not own `directory`. */
rls_status    rls_snapshot_load(rls_heap *heap, rls_directory *directory, bool verify,
                                rls_snapshot **out_snapshot, rls_error *err);
rls_snapshot *rls_snapshot_hold(rls_snapshot *snapshot);   /* one reference more */
void          rls_snapshot_let_go(rls_snapshot *snapshot); /* one less; takes NULL */

/* An analyzer for each language of the index, in the manifest's order; one thread at a time. */
typedef struct rls_analyzer_set {
    rls_pooled    pooled;
    rls_heap     *heap;
    uint32_t      count;
    rls_analyzer *analyzers[];
} rls_analyzer_set;

rls_status rls_snapshot_take_analyzers(rls_heap *heap, const rls_snapshot *snapshot,
                                       rls_analyzer_set **out_set, rls_error *err);
void       rls_snapshot_give_analyzers(const rls_snapshot *snapshot, rls_analyzer_set *set);

/* The steps of loading that a writer takes too. A segment half opened is closed like a whole one.
 */
rls_status rls_snapshot_check_analysis(rls_heap *heap, const rls_manifest *manifest,
                                       const char *label, rls_error *err);
rls_status rls_snapshot_open_segment(rls_heap *heap, rls_directory *directory,
                                     const rls_manifest_segment *entry, bool verify,
                                     rls_snapshot_segment *part, rls_error *err);
rls_status rls_snapshot_open_segment_lean(rls_heap *heap, rls_directory *directory,
                                          const rls_manifest_segment *entry,
                                          rls_snapshot_segment *part, rls_error *err);
void       rls_snapshot_close_segment(rls_heap *heap, rls_snapshot_segment *part);

/* Fills doc_count and fields from the segments: statistics.c. */
rls_status rls_snapshot_count(rls_snapshot *snapshot, rls_error *err);

/* Statistics of a term over live documents of all segments, exact also with deletions: n of BM25.
 */
rls_status rls_snapshot_doc_freq(const rls_snapshot *snapshot, rls_bytes term,
                                 uint64_t *out_doc_freq, rls_error *err);
/* Live documents in one list. */
rls_status rls_live_doc_freq(const rls_posting_list *list, const rls_live_docs *live,
                             uint32_t *out_doc_freq, rls_error *err);

#endif
