/* A few threads that do tasks in the order they were given. Without threads (one asked for, or none
 * to be had) a task is done by whoever gives it. */
#ifndef RLS_BASE_CREW_H
#define RLS_BASE_CREW_H

#include "base/alloc.h"

/* Lives in what it works on; the giver keeps it until it is done. */
typedef struct rls_task rls_task;
struct rls_task {
    void (*run)(rls_task *task, uint32_t worker); /* worker: 0..worker_count - 1, one thread each */
    rls_task *next;
    bool      done;
};

typedef struct rls_crew rls_crew;

/* Threads start with the first tasks. NULL when there is no memory. */
rls_crew *rls_crew_new(rls_heap *heap, uint32_t worker_count);
/* Waits for tasks begun and those that wait. Takes NULL. */
void rls_crew_free(rls_crew *crew);

uint32_t rls_crew_worker_count(const rls_crew *crew);
/* Any thread but the crew's own may give tasks and wait for them. */
void rls_crew_give(rls_crew *crew, rls_task *task);
bool rls_crew_is_done(rls_crew *crew, const rls_task *task);
void rls_crew_wait(rls_crew *crew, const rls_task *task);

#endif
