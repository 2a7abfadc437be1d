/* A damaged index → one that is whole, with every document that can still be read. Segments that
 * are whole stay; of the others, documents whose stored records are whole are indexed again, in one
 * commit, and the damaged files are kept aside under names that end with ".damaged". A writer that
 * repairs goes through the same steps as any other; what differs is asked of here. */
#ifndef RLS_INDEX_REPAIR_H
#define RLS_INDEX_REPAIR_H

#include "index/index_writer.h"
#include "index/snapshot.h"

/* As rls_index_repair() of writer.h. */
rls_status rls_repair_run(rls_heap *heap, rls_directory *directory,
                          const rls_writer_options *options, rls_problem_callback tell,
                          void *context, rls_repair_report *out_report, rls_error *err);

/* --- asked by the writer --- */

/* No manifest is whole, as `error` says: the writer begins with `manifest` empty. RLS_NOT_FOUND
 * when there are neither manifests nor segments. */
rls_status rls_repair_lost_manifest(rls_repair *repair, rls_manifest *manifest,
                                    const rls_error *error, rls_error *err);
/* Opens a segment of the commit, if it is whole; notes it, if it is not. */
rls_status rls_repair_open_segment(rls_repair *repair, const rls_manifest_segment *entry,
                                   rls_snapshot_segment *part, bool *out_whole, rls_error *err);
/* All files of the new commit but its manifest are there: damaged ones step aside. */
rls_status rls_repair_set_aside(rls_repair *repair, rls_error *err);

#endif
