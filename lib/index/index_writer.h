/* The one writer of an index: takes inputs, cuts them into shares, turns those into segments, and
 * makes commits of them. Step 6 of the walk. One thread at a time calls it. */
#ifndef RLS_INDEX_INDEX_WRITER_H
#define RLS_INDEX_INDEX_WRITER_H

#include "index/deletes.h"
#include "index/manifest.h"
#include "releasesearch/writer.h"

typedef struct rls_index_writer rls_index_writer;
typedef struct rls_repair       rls_repair; /* repair.h */

/* Takes the write lock of `directory`, which it does not own. `options` as in writer.h; NULLs of
 * language and schema mean the index's own. */
rls_status rls_index_writer_open(rls_heap *heap, rls_directory *directory,
                                 const rls_writer_options *options, rls_index_writer **out_writer,
                                 rls_error *err);
/* The same for a damaged index. */
rls_status rls_index_writer_open_to_repair(rls_heap *heap, rls_directory *directory,
                                           const rls_writer_options *options, rls_repair *repair,
                                           rls_index_writer **out_writer, rls_error *err);
/* Gives up what was not committed and frees the lock. Takes NULL. */
void rls_index_writer_close(rls_index_writer *writer);

/* As the functions of the same names in writer.h. */
rls_status rls_index_writer_add(rls_index_writer *writer, const rls_document *document,
                                rls_error *err);
rls_status rls_index_writer_add_file(rls_index_writer *writer, const rls_file *file,
                                     rls_error *err);
rls_status rls_index_writer_delete(rls_index_writer *writer, rls_bytes name, bool is_file,
                                   rls_error *err);
rls_status rls_index_writer_root(rls_index_writer *writer, rls_bytes path, rls_bytes *out_label,
                                 rls_error *err);
rls_status rls_index_writer_commit(rls_index_writer *writer, rls_commit_report *out_report,
                                   rls_error *err);
rls_status rls_index_writer_rollback(rls_index_writer *writer, rls_error *err);
rls_status rls_index_writer_optimize(rls_index_writer *writer, rls_error *err);

#endif
