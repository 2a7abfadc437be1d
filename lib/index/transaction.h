/* What a writer has open: the newest commit, its segments, and what was added since. Private to the
 * index writer and its commits. */
#ifndef RLS_INDEX_TRANSACTION_H
#define RLS_INDEX_TRANSACTION_H

#include "index/index_writer.h"
#include "index/pipeline.h"
#include "index/repair.h"
#include "index/share.h"

struct rls_index_writer {
    rls_heap           *heap;
    rls_directory      *directory;
    rls_repair         *repair; /* under way, or NULL */
    rls_writer_options  options;
    bool                locked;
    bool                started;  /* the newest commit, or that there is none, is known */
    rls_status          failed;   /* why nothing more can be added until a rollback */
    rls_arena           arena;    /* language, roots */
    rls_manifest        manifest; /* the newest commit; generation 0: none yet */
    rls_schema         *schema;
    rls_slice_settings  settings;
    rls_pipeline       *pipeline;
    rls_share          *share; /* being filled */
    rls_slice          *slice; /* its last, being filled */
    uint64_t            share_bytes, share_size, slice_size, share_count, sequence;
    rls_writer_part    *parts; /* committed ones, then new ones */
    size_t              part_count, part_capacity;
    rls_delete_request *requests;
    size_t              request_count, request_capacity;
    rls_arena           request_arena;
    rls_manifest_root  *roots; /* as the next commit will have them */
    size_t              root_count, root_capacity;
    rls_bytes          *languages; /* of new segments, beside the index's */
    size_t              language_count, language_capacity;
    bool                settings_changed; /* roots or schema differ from the commit's */
    uint64_t            merge_count;
    rls_commit_report   report; /* of this transaction */
    rls_commit_report   last_report;
    uint64_t            documents_done, bytes_done;
};

/* Opens the newest commit, or readies an index that has none. */
rls_status rls_transaction_start(rls_index_writer *writer, rls_error *err);
/* A finished slice: tells its notes, keeps its documents. */
rls_status rls_transaction_take(rls_index_writer *writer, rls_slice *slice, rls_error *err);
/* The share at hand, whose slices are all taken, becomes a segment, if it has documents. */
rls_status rls_transaction_end_share(rls_index_writer *writer, rls_error *err);
rls_status rls_transaction_add_root(rls_index_writer *writer, rls_bytes label, rls_bytes path,
                                    rls_error *err);
rls_status rls_transaction_commit(rls_index_writer *writer, rls_error *err);
/* Writes the commit that the parts amount to and makes it the writer's newest. */
rls_status rls_transaction_publish(rls_index_writer *writer, rls_error *err);
/* Merges as the policy asks, each merge a commit of its own that changes no document. */
rls_status rls_transaction_merge(rls_index_writer *writer, rls_error *err);
rls_status rls_transaction_merge_all(rls_index_writer *writer, rls_error *err);
/* Closes all that is open, so that rls_transaction_start can begin afresh. */
void rls_transaction_forget(rls_index_writer *writer);

void rls_transaction_report(const rls_index_writer *writer, rls_commit_report *out_report);
void rls_transaction_sizes(const rls_index_writer *writer, rls_commit_report *report);

#endif
