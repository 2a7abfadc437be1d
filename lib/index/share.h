/* A share: consecutive inputs that become one segment, cut by the inputs' sizes alone, so that what
 * a segment holds never depends on threads. It gathers its slices in order. */
#ifndef RLS_INDEX_SHARE_H
#define RLS_INDEX_SHARE_H

#include "index/slice.h"

/* As a slice's mark, with the input's number in the transaction and the document's in the share. */
typedef struct rls_share_mark {
    uint64_t sequence;
    uint32_t doc, step;
} rls_share_mark;

typedef struct rls_share {
    rls_heap           *heap;
    rls_segment_batch **batches;
    size_t              batch_count, batch_capacity;
    rls_share_mark     *marks;
    size_t              mark_count, mark_capacity;
    uint64_t            doc_count;
    uint64_t            number; /* in the transaction */
} rls_share;

rls_share *rls_share_new(rls_heap *heap, uint64_t number); /* NULL when there is no memory */
void       rls_share_free(rls_share *share);               /* takes NULL */

/* Takes over the batch of a slice that is done. */
rls_status rls_share_take(rls_share *share, rls_slice *slice, rls_error *err);
/* Writes the segment, of a share that has documents, and ends the batches; what tells the order of
 * inputs stays. */
rls_status rls_share_write(rls_share *share, const rls_slice_settings *settings,
                           rls_segment **out_segment, rls_live_docs *out_live, rls_error *err);

/* The input's number in the transaction that document `doc` of the share's segment came from. */
uint64_t rls_share_sequence(const rls_share *share, uint32_t doc);

#endif
