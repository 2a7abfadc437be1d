/* Shares → segments on several threads, handed back in the order they were given. With one thread
 * everything happens in the caller. */
#ifndef RLS_INDEX_PIPELINE_H
#define RLS_INDEX_PIPELINE_H

#include "index/share.h"

typedef struct rls_pipeline rls_pipeline;

/* `settings` is borrowed. Threads start with the first share. */
rls_status rls_pipeline_new(rls_heap *heap, uint32_t threads, const rls_share_settings *settings,
                            rls_pipeline **out_pipeline, rls_error *err);
/* Waits for what is under way; shares not collected are freed, their segment files left to the file
 * cleaner. Takes NULL. */
void rls_pipeline_free(rls_pipeline *pipeline);

/* Takes the share over. Waits while enough shares wait already. The caller collects after each
 * submission until NULL comes back. */
void rls_pipeline_submit(rls_pipeline *pipeline, rls_share *share);
/* The next share in order if it is done (or, with `wait` or when too many are uncollected, once it
 * is done); NULL when there is none. The caller owns it. */
rls_share *rls_pipeline_collect(rls_pipeline *pipeline, bool wait);

#endif
