/* Exam 1: power fails at every point of an index's life, and what was not synced is lost, kept,
 * reordered and torn. The index opens as the commit that was durable or the one that was coming,
 * every checksum and every document right, and the next writer goes on. */
#include "support/directory_faulty.h"
#include "support/exam.h"
#include "support/history.h"
#include "support/runner.h"

typedef struct loss_kind {
    const char *name;
    rls_loss    bytes, names;
    uint64_t    seeds, full_seeds; /* drawn at each point */
} loss_kind;

static const loss_kind loss_kinds[] = {
    {"power loss, all unsynced lost", RLS_LOSS_DROP, RLS_LOSS_DROP, 1, 1},
    {"power loss, all unsynced kept", RLS_LOSS_KEEP, RLS_LOSS_KEEP, 1, 1},
    {"power loss, bytes lost and names kept", RLS_LOSS_DROP, RLS_LOSS_KEEP, 1, 1},
    {"power loss, bytes kept and names lost", RLS_LOSS_KEEP, RLS_LOSS_DROP, 1, 1},
    {"power loss, names reordered", RLS_LOSS_KEEP, RLS_LOSS_SOME, 1, 32},
    {"power loss, reordered and torn at 512 bytes", RLS_LOSS_TORN_512, RLS_LOSS_SOME, 1, 64},
    {"power loss, reordered and torn at 4,096 bytes", RLS_LOSS_TORN_4096, RLS_LOSS_SOME, 1, 64},
};

/* Steps that were durable when the log had `prefix` events. */
static size_t
durable_at(const history *past, size_t prefix)
{
    size_t step = past->done;

    while (step > 0 && past->marks[step] > prefix)
        step--;
    return step;
}

static bool
survives(const history *past, size_t done, rls_directory_faulty *faulty, size_t prefix,
         const loss_kind *kind, uint64_t seed)
{
    history        now = *past;
    rls_heap       heap;
    rls_directory *left;
    size_t         step;
    bool           good;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    left = rls_directory_faulty_power_loss(faulty, prefix, kind->bytes, kind->names, seed, &heap);
    good =
        history_holds(&now, done, &heap, left, &step) && history_goes_on(&now, step, &heap, left);
    rls_directory_close(left);
    return good && heap.used == 0;
}

static void
lose_power(const loss_kind *kind)
{
    rls_exam exam = rls_exam_begin(1, kind->name);
    uint64_t seeds = rls_exam_full() ? kind->full_seeds : kind->seeds;

    for (uint32_t threads = 1; threads <= (rls_exam_full() ? 2 : 1); threads++) {
        rls_heap              heap;
        rls_directory        *ram;
        rls_directory_faulty *faulty;
        history               past;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        faulty = rls_directory_faulty_new(ram);
        CHECK_OK(history_run(&past, &heap, &faulty->base,
                             &(history_options){.threads = threads, .clock = &faulty->log_size},
                             NULL));
        for (size_t prefix = 0; prefix <= faulty->log_size; prefix++) {
            for (uint64_t i = 0; i < seeds; i++) {
                uint64_t seed = rls_test_seed() + prefix * seeds + i;
                size_t   done = durable_at(&past, prefix);

                rls_exam_point(&exam, survives(&past, done, faulty, prefix, kind, seed),
                               "%" PRIu32 " threads, after event %zu of %zu, seed %" PRIu64,
                               threads, prefix, faulty->log_size, seed);
            }
        }
        rls_directory_close(&faulty->base);
        CHECK_EQ_U64(heap.used, 0);
    }
    rls_exam_end(&exam);
}

TEST(a_power_loss_at_any_point_leaves_the_last_commit_or_the_coming_one)
{
    for (size_t i = 0; i < sizeof loss_kinds / sizeof *loss_kinds; i++)
        lose_power(&loss_kinds[i]);
}

/* The n-th call fails, or the writer dies with it; the next writer begins; and power fails at any
 * time from the failure on. */
static void
fail_and_lose_power(rls_exam *exam, uint64_t n, bool dies, bool *out_failed)
{
    static const loss_kind kinds[] = {{.bytes = RLS_LOSS_DROP, .names = RLS_LOSS_DROP},
                                      {.bytes = RLS_LOSS_KEEP, .names = RLS_LOSS_SOME},
                                      {.bytes = RLS_LOSS_TORN_512, .names = RLS_LOSS_SOME}};
    rls_heap               heap;
    rls_directory         *ram;
    rls_directory_faulty  *faulty;
    history                past;
    size_t                 step, start;
    bool                   good;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    faulty = rls_directory_faulty_new(ram);
    faulty->fail_at = n;
    faulty->for_good = dies;
    history_run(&past, &heap, &faulty->base,
                &(history_options){.threads = 1, .clock = &faulty->log_size}, NULL);
    *out_failed = faulty->failed;
    faulty->fail_at = 0;
    start = past.marks[past.done];
    good = history_holds(&past, past.done, &heap, &faulty->base, &step) &&
           history_goes_on(&past, step, &heap, &faulty->base);
    if (!good)
        rls_exam_point(exam, false, "call %" PRIu64 "%s", n, dies ? ", dies" : "");
    for (size_t prefix = start; good && prefix <= faulty->log_size; prefix++) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            rls_exam_point(
                exam, survives(&past, past.done, faulty, prefix, &kinds[i], rls_test_seed() + n),
                "call %" PRIu64 "%s, power loss after event %zu of %zu", n, dies ? ", dies" : "",
                prefix, faulty->log_size);
    }
    rls_directory_close(&faulty->base);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_power_loss_after_another_failure_loses_no_commit)
{
    rls_exam exam = rls_exam_begin(1, "power loss after a failed call or a dead writer");

    for (int dies = 0; dies < 2; dies++) {
        bool failed = true;

        for (uint64_t n = 1; failed; n += rls_exam_full() ? 1 : 5)
            fail_and_lose_power(&exam, n, dies, &failed);
    }
    rls_exam_end(&exam);
}
