/* Batches of documents → a segment: step 4 of the walk. A batch is what one thread read in one go:
 * documents inverted, stored text compressed, column values collected, all in memory. */
#ifndef RLS_SEGMENT_SEGMENT_WRITER_H
#define RLS_SEGMENT_SEGMENT_WRITER_H

#include "base/crew.h"
#include "document/schema.h"
#include "inverter/inverter.h"
#include "segment/segment.h"

typedef struct rls_segment_settings {
    rls_bytes         language; /* canonical */
    bool              store;    /* keep bodies; other stored fields are always kept */
    const rls_schema *schema;   /* weights of the reference parameters */
    float             k1, b;    /* of the reference; k1 < 0: both by the length of documents */
    rls_crew         *crew;     /* helps with a segment's terms, or NULL */
    bool              lean;     /* what is written or merged is opened lean */
    uint64_t          salt; /* mixed into the id: equal documents written by two commits must not
                               become one file. The writer derives it from its history alone. */
} rls_segment_settings;

typedef struct rls_segment_batch rls_segment_batch;

/* `settings` is borrowed for the batch's life. */
rls_status rls_segment_batch_new(rls_heap *heap, const rls_segment_settings *settings,
                                 rls_segment_batch **out_batch, rls_error *err);
/* One that inverts with an inverter that others use before and after it, so that they share terms;
 * its documents are a part of their own. The inverter is finished once no more of them are to come,
 * and outlives them. */
rls_status rls_segment_batch_new_sharing(rls_heap *heap, const rls_segment_settings *settings,
                                         rls_inverter *inverter, rls_segment_batch **out_batch,
                                         rls_error *err);
void       rls_segment_batch_free(rls_segment_batch *batch); /* takes NULL */
rls_status rls_segment_batch_reset(rls_segment_batch *batch, rls_error *err);

/* Names the file that the following documents come from; NULL for none. */
rls_status rls_segment_batch_source(rls_segment_batch *batch, const rls_segment_source *source,
                                    rls_error *err);
/* `source_bytes`: how many bytes of input this document stands for. The schema has been applied.
 * After a failure the batch can only be reset or freed. */
rls_status rls_segment_batch_add(rls_segment_batch *batch, const rls_document *document,
                                 uint64_t source_bytes, rls_error *err);
uint32_t   rls_segment_batch_doc_count(const rls_segment_batch *batch);
/* Ends adding: sorts terms, closes the last stored block. Safe to call from the batch's thread so
 * that the flush has less to do. */
rls_status rls_segment_batch_finish(rls_segment_batch *batch, rls_error *err);

/* Writes the documents of finished batches, in order, as one segment: created, written, synced,
 * not yet named by any commit. The id is a hash of the content. When a key occurs twice, the later
 * document counts: `out_live` says so (all live otherwise). The file is removed on failure. */
rls_status rls_segment_write(rls_heap *heap, rls_directory *directory,
                             const rls_segment_settings *settings,
                             rls_segment_batch *const *batches, size_t batch_count,
                             rls_segment **out_segment, rls_live_docs *out_live, rls_error *err);

/* One input of a merge. */
typedef struct rls_merge_input {
    const rls_segment   *segment; /* lean or not */
    const rls_live_docs *live;    /* NULL: all live */
} rls_merge_input;

/* Step 5: live documents of the inputs, in order, as one segment; the same bytes whatever the
 * inputs' split (see docs/format.md for what that holds for). Keys of live documents are distinct.
 * `cancel` is polled and may be NULL. */
rls_status rls_segment_merge(rls_heap *heap, rls_directory *directory,
                             const rls_segment_settings *settings, const rls_merge_input *inputs,
                             size_t input_count, bool (*cancel)(void *context), void *context,
                             rls_segment **out_segment, rls_error *err);

#endif
