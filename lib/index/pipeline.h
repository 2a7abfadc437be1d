/* Slices of inputs → batches of documents, on several threads, handed back in the order they were
 * given. With one thread everything happens in the caller, input by input as they come, and nothing
 * is copied. */
#ifndef RLS_INDEX_PIPELINE_H
#define RLS_INDEX_PIPELINE_H

#include "index/slice.h"

typedef struct rls_pipeline rls_pipeline;

/* `settings` is borrowed, and told of the crew. */
rls_status rls_pipeline_new(rls_heap *heap, uint32_t threads, rls_slice_settings *settings,
                            rls_pipeline **out_pipeline, rls_error *err);
/* Waits for what is under way; slices not collected are freed. Takes NULL. */
void rls_pipeline_free(rls_pipeline *pipeline);

/* NULL when there is no memory. */
rls_slice *rls_pipeline_new_slice(rls_pipeline *pipeline);
/* Adds an input to the slice: does it, with one thread, else keeps it for whoever will. */
rls_status rls_pipeline_add(rls_pipeline *pipeline, rls_slice *slice, const rls_item *item,
                            uint64_t size, rls_error *err);
/* Takes the slice over. Waits while enough slices wait already. The caller collects after each
 * submission until NULL comes back. */
void rls_pipeline_submit(rls_pipeline *pipeline, rls_slice *slice);
/* The next slice in order if it is done (or, with `wait`, once it is done); NULL when there is
 * none. The caller owns it. */
rls_slice *rls_pipeline_collect(rls_pipeline *pipeline, bool wait);

/* After a share was written: with the slices collected, and their batches gone, inverters begin
 * afresh. */
rls_status rls_pipeline_end_share(rls_pipeline *pipeline, rls_error *err);
/* Gives back what workers keep from share to share. Nothing is under way. */
void rls_pipeline_rest(rls_pipeline *pipeline);

#endif
