#include "base/crew.h"

#include "support/heap_faulty.h"
#include "support/runner.h"

enum {
    TASKS = 400
};

typedef struct counted {
    rls_task          task;
    _Atomic uint32_t  runs;
    uint32_t          worker, order;
    _Atomic uint32_t *clock;
} counted;

static void
count(rls_task *task, uint32_t worker)
{
    counted *self = (counted *)task;

    self->worker = worker;
    self->order = self->clock == NULL ? 0 : atomic_fetch_add(self->clock, 1);
    atomic_fetch_add(&self->runs, 1);
}

static void
run_all(rls_heap *heap, uint32_t workers)
{
    static counted   tasks[TASKS];
    _Atomic uint32_t clock = 0;
    rls_crew        *crew = rls_crew_new(heap, workers);

    CHECK(crew != NULL);
    CHECK_EQ_U64(rls_crew_worker_count(crew), workers);
    for (uint32_t i = 0; i < TASKS; i++) {
        tasks[i] = (counted){.task.run = count, .clock = &clock};
        rls_crew_give(crew, &tasks[i].task);
        if (i % 50 == 7)
            rls_crew_wait(crew, &tasks[i / 2].task);
    }
    for (uint32_t i = TASKS; i-- > TASKS / 2;) {
        rls_crew_wait(crew, &tasks[i].task);
        CHECK(rls_crew_is_done(crew, &tasks[i].task));
    }
    rls_crew_free(crew); /* does what is left */
    for (uint32_t i = 0; i < TASKS; i++) {
        CHECK_EQ_U64(tasks[i].runs, 1);
        CHECK(tasks[i].worker < workers);
        if (workers == 1)
            CHECK_EQ_U64(tasks[i].order, i);
    }
}

TEST(each_task_is_done_once_by_a_worker_with_a_number)
{
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t workers = 1; workers <= 5; workers++)
        run_all(&heap, workers);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(where_no_thread_is_to_be_had_the_giver_does_the_task)
{
    for (uint64_t n = 1; n <= 4; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_crew       *crew;

        rls_heap_faulty_init(&faulty, n, true);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        crew = rls_crew_new(&heap, 3);
        CHECK((crew != NULL) == (n > 2));
        if (crew != NULL) {
            counted task = {.task.run = count};

            rls_crew_give(crew, &task.task);
            rls_crew_wait(crew, &task.task);
            CHECK_EQ_U64(task.runs, 1);
            rls_crew_free(crew);
        }
        CHECK_EQ_U64(faulty.live, 0);
    }
}

TEST(a_crew_that_had_nothing_to_do_ends)
{
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_crew_free(rls_crew_new(&heap, 2));
    rls_crew_free(NULL);
    CHECK_EQ_U64(heap.used, 0);
}
