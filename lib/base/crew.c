#include "base/crew.h"

#include <pthread.h>

struct rls_crew {
    rls_heap       *heap;
    uint32_t        worker_count, started;
    pthread_t      *threads;
    pthread_mutex_t mutex;
    pthread_cond_t  changed;
    rls_task       *first, *last; /* yet to be begun */
    bool            stop;
};

typedef struct crew_start {
    rls_crew *crew;
    uint32_t  worker;
} crew_start;

rls_crew *
rls_crew_new(rls_heap *heap, uint32_t worker_count)
{
    rls_crew *crew = rls_alloc_zeroed(heap, 1, sizeof *crew);

    if (crew == NULL)
        return NULL;
    crew->heap = heap;
    crew->worker_count = worker_count;
    crew->threads = rls_alloc_zeroed(heap, worker_count, sizeof *crew->threads);
    if (crew->threads == NULL) {
        rls_free(heap, crew);
        return NULL;
    }
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->changed, NULL);
    return crew;
}

uint32_t
rls_crew_worker_count(const rls_crew *crew)
{
    return crew->worker_count;
}

static void *
work(void *context)
{
    crew_start *start = context;
    rls_crew   *crew = start->crew;
    uint32_t    worker = start->worker;

    rls_free(crew->heap, start);
    pthread_mutex_lock(&crew->mutex);
    for (;;) {
        rls_task *task;

        while (!crew->stop && crew->first == NULL)
            pthread_cond_wait(&crew->changed, &crew->mutex);
        task = crew->first;
        if (task == NULL)
            break;
        crew->first = task->next;
        pthread_mutex_unlock(&crew->mutex);
        task->run(task, worker);
        pthread_mutex_lock(&crew->mutex);
        task->done = true;
        pthread_cond_broadcast(&crew->changed);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

void
rls_crew_free(rls_crew *crew)
{
    if (crew == NULL)
        return;
    pthread_mutex_lock(&crew->mutex);
    crew->stop = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    for (uint32_t i = 0; i < crew->started; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->mutex);
    rls_free(crew->heap, crew->threads);
    rls_free(crew->heap, crew);
}

/* One more, when the system gives it. */
static void
start_thread(rls_crew *crew)
{
    crew_start *start = rls_alloc(crew->heap, 1, sizeof *start);

    if (start == NULL)
        return;
    *start = (crew_start){crew, crew->started};
    if (pthread_create(&crew->threads[crew->started], NULL, work, start) == 0)
        crew->started++;
    else
        rls_free(crew->heap, start);
}

void
rls_crew_give(rls_crew *crew, rls_task *task)
{
    task->next = NULL;
    task->done = false;
    if (crew->worker_count > 1 && crew->started < crew->worker_count)
        start_thread(crew);
    if (crew->started == 0) {
        task->run(task, 0);
        task->done = true;
        return;
    }
    pthread_mutex_lock(&crew->mutex);
    if (crew->first == NULL)
        crew->first = task;
    else
        crew->last->next = task;
    crew->last = task;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
}

bool
rls_crew_is_done(rls_crew *crew, const rls_task *task)
{
    bool done;

    pthread_mutex_lock(&crew->mutex);
    done = task->done;
    pthread_mutex_unlock(&crew->mutex);
    return done;
}

void
rls_crew_wait(rls_crew *crew, const rls_task *task)
{
    pthread_mutex_lock(&crew->mutex);
    while (!task->done)
        pthread_cond_wait(&crew->changed, &crew->mutex);
    pthread_mutex_unlock(&crew->mutex);
}
