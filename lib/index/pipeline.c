#include "index/pipeline.h"

struct rls_pipeline {
    rls_heap           *heap;
    rls_slice_settings *settings;
    uint32_t            thread_count;
    rls_crew           *crew;
    rls_worker         *workers;
    rls_slice          *first, *last; /* under way, or done and not collected */
    uint32_t            count;
};

rls_status
rls_pipeline_new(rls_heap *heap, uint32_t threads, rls_slice_settings *settings,
                 rls_pipeline **out_pipeline, rls_error *err)
{
    rls_pipeline *pipeline = rls_alloc_zeroed(heap, 1, sizeof *pipeline);

    *out_pipeline = NULL;
    if (pipeline == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the writer's threads");
    pipeline->heap = heap;
    pipeline->settings = settings;
    pipeline->thread_count = threads;
    pipeline->workers = rls_alloc_zeroed(heap, threads, sizeof *pipeline->workers);
    pipeline->crew = rls_crew_new(heap, threads);
    if (pipeline->workers == NULL || pipeline->crew == NULL) {
        rls_crew_free(pipeline->crew);
        rls_free(heap, pipeline->workers);
        rls_free(heap, pipeline);
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the writer's threads");
    }
    for (uint32_t i = 0; i < threads; i++)
        rls_worker_init(&pipeline->workers[i], heap);
    settings->segment.crew = pipeline->crew;
    *out_pipeline = pipeline;
    return RLS_OK;
}

void
rls_pipeline_free(rls_pipeline *pipeline)
{
    rls_slice *next;

    if (pipeline == NULL)
        return;
    rls_crew_free(pipeline->crew);
    pipeline->settings->segment.crew = NULL;
    for (rls_slice *slice = pipeline->first; slice != NULL; slice = next) {
        next = slice->next;
        rls_slice_free(slice);
    }
    for (uint32_t i = 0; i < pipeline->thread_count; i++)
        rls_worker_release(&pipeline->workers[i]);
    rls_free(pipeline->heap, pipeline->workers);
    rls_free(pipeline->heap, pipeline);
}

rls_slice *
rls_pipeline_new_slice(rls_pipeline *pipeline)
{
    return rls_slice_new(pipeline->heap, pipeline->settings, pipeline->workers);
}

rls_status
rls_pipeline_add(rls_pipeline *pipeline, rls_slice *slice, const rls_item *item, uint64_t size,
                 rls_error *err)
{
    if (pipeline->thread_count > 1)
        return rls_slice_add(slice, item, size, err);
    rls_slice_do(slice, &pipeline->workers[0], item, size);
    return RLS_OK;
}

void
rls_pipeline_submit(rls_pipeline *pipeline, rls_slice *slice)
{
    rls_slice *oldest = pipeline->first;

    /* As many are at work as there are threads, and one waits for the first that is free. */
    for (uint32_t n = pipeline->count; n > pipeline->thread_count; n--, oldest = oldest->next)
        rls_crew_wait(pipeline->crew, &oldest->task);
    slice->next = NULL;
    if (pipeline->first == NULL)
        pipeline->first = slice;
    else
        pipeline->last->next = slice;
    pipeline->last = slice;
    pipeline->count++;
    if (pipeline->thread_count > 1) {
        rls_crew_give(pipeline->crew, &slice->task);
    } else {
        rls_slice_finish(slice);
        slice->task.done = true;
    }
}

rls_slice *
rls_pipeline_collect(rls_pipeline *pipeline, bool wait)
{
    rls_slice *slice = pipeline->first;

    if (slice == NULL)
        return NULL;
    if (wait)
        rls_crew_wait(pipeline->crew, &slice->task);
    else if (!rls_crew_is_done(pipeline->crew, &slice->task))
        return NULL;
    pipeline->first = slice->next;
    pipeline->count--;
    return slice;
}

rls_status
rls_pipeline_end_share(rls_pipeline *pipeline, rls_error *err)
{
    for (uint32_t i = 0; i < pipeline->thread_count; i++) {
        if (pipeline->workers[i].inverter != NULL) {
            rls_status status = rls_inverter_reset(pipeline->workers[i].inverter, err);

            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

void
rls_pipeline_rest(rls_pipeline *pipeline)
{
    for (uint32_t i = 0; i < pipeline->thread_count; i++) {
        rls_worker_release(&pipeline->workers[i]);
        rls_worker_init(&pipeline->workers[i], pipeline->heap);
    }
}
