#include "index/pipeline.h"

#include <pthread.h>
#include <string.h>

enum {
    QUEUE_LIMIT = 128
};

struct rls_pipeline {
    rls_heap                 *heap;
    const rls_share_settings *settings;
    uint32_t                  thread_count, started;
    pthread_t                *threads;
    rls_share_worker         *workers; /* one a thread; [0] also serves the caller */
    pthread_mutex_t           mutex;
    pthread_cond_t            changed;
    /* A ring of shares in order: [first, next) are begun or done, [next, last) wait. */
    rls_share *ring[QUEUE_LIMIT];
    bool       done[QUEUE_LIMIT];
    uint64_t   first, next, last;
    uint64_t   waiting_limit;
    bool       stop;
};

typedef struct thread_start {
    rls_pipeline     *pipeline;
    rls_share_worker *worker;
} thread_start;

rls_status
rls_pipeline_new(rls_heap *heap, uint32_t threads, const rls_share_settings *settings,
                 rls_pipeline **out_pipeline, rls_error *err)
{
    rls_pipeline *pipeline = rls_alloc_zeroed(heap, 1, sizeof *pipeline);

    *out_pipeline = NULL;
    if (pipeline == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the writer's threads");
    pipeline->heap = heap;
    pipeline->settings = settings;
    pipeline->thread_count = threads;
    pipeline->waiting_limit = (uint64_t)threads + 1;
    pipeline->threads = rls_alloc_zeroed(heap, threads, sizeof *pipeline->threads);
    pipeline->workers = rls_alloc_zeroed(heap, threads, sizeof *pipeline->workers);
    if (pipeline->threads == NULL || pipeline->workers == NULL) {
        rls_free(heap, pipeline->threads);
        rls_free(heap, pipeline->workers);
        rls_free(heap, pipeline);
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the writer's threads");
    }
    for (uint32_t i = 0; i < threads; i++)
        rls_share_worker_init(&pipeline->workers[i], heap);
    pthread_mutex_init(&pipeline->mutex, NULL);
    pthread_cond_init(&pipeline->changed, NULL);
    *out_pipeline = pipeline;
    return RLS_OK;
}

static void *
run_worker(void *context)
{
    thread_start     *start = context;
    rls_pipeline     *pipeline = start->pipeline;
    rls_share_worker *worker = start->worker;

    rls_free(pipeline->heap, start);
    pthread_mutex_lock(&pipeline->mutex);
    for (;;) {
        uint64_t   number;
        rls_share *share;

        while (!pipeline->stop && pipeline->next == pipeline->last)
            pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
        if (pipeline->stop)
            break;
        number = pipeline->next++;
        share = pipeline->ring[number % QUEUE_LIMIT];
        pthread_mutex_unlock(&pipeline->mutex);
        rls_share_process(share, pipeline->settings, worker);
        pthread_mutex_lock(&pipeline->mutex);
        pipeline->done[number % QUEUE_LIMIT] = true;
        pthread_cond_broadcast(&pipeline->changed);
    }
    pthread_mutex_unlock(&pipeline->mutex);
    return NULL;
}

void
rls_pipeline_free(rls_pipeline *pipeline)
{
    if (pipeline == NULL)
        return;
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->stop = true;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    for (uint32_t i = 0; i < pipeline->started; i++)
        pthread_join(pipeline->threads[i], NULL);
    for (uint64_t i = pipeline->first; i < pipeline->last; i++)
        rls_share_free(pipeline->ring[i % QUEUE_LIMIT]);
    for (uint32_t i = 0; i < pipeline->thread_count; i++)
        rls_share_worker_release(&pipeline->workers[i]);
    pthread_cond_destroy(&pipeline->changed);
    pthread_mutex_destroy(&pipeline->mutex);
    rls_free(pipeline->heap, pipeline->threads);
    rls_free(pipeline->heap, pipeline->workers);
    rls_free(pipeline->heap, pipeline);
}

/* Starts a thread; when the system gives none, the caller does the work itself. */
static void
start_thread(rls_pipeline *pipeline)
{
    thread_start *start = rls_alloc(pipeline->heap, 1, sizeof *start);

    if (start == NULL)
        return;
    start->pipeline = pipeline;
    start->worker = &pipeline->workers[pipeline->started];
    if (pthread_create(&pipeline->threads[pipeline->started], NULL, run_worker, start) == 0)
        pipeline->started++;
    else
        rls_free(pipeline->heap, start);
}

void
rls_pipeline_submit(rls_pipeline *pipeline, rls_share *share)
{
    uint64_t number;

    pthread_mutex_lock(&pipeline->mutex);
    while (pipeline->started > 0 && pipeline->last - pipeline->next >= pipeline->waiting_limit)
        pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
    number = pipeline->last++;
    pipeline->ring[number % QUEUE_LIMIT] = share;
    pipeline->done[number % QUEUE_LIMIT] = false;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);

    if (pipeline->thread_count > 1 && pipeline->started < pipeline->thread_count)
        start_thread(pipeline);
    if (pipeline->started == 0) {
        pipeline->next++;
        rls_share_process(share, pipeline->settings, &pipeline->workers[0]);
        pipeline->done[number % QUEUE_LIMIT] = true;
    }
}

rls_share *
rls_pipeline_collect(rls_pipeline *pipeline, bool wait)
{
    rls_share *share = NULL;

    pthread_mutex_lock(&pipeline->mutex);
    wait = wait || pipeline->last - pipeline->first >= QUEUE_LIMIT / 2;
    while (wait && pipeline->first < pipeline->last &&
           !pipeline->done[pipeline->first % QUEUE_LIMIT])
        pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
    if (pipeline->first < pipeline->last && pipeline->done[pipeline->first % QUEUE_LIMIT])
        share = pipeline->ring[pipeline->first++ % QUEUE_LIMIT];
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    return share;
}
