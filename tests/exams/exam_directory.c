/* Exams 2 and 3 below the public interface: each call of the directory, and each allocation, fails
 * in turn while an index is built, updated, merged and optimized. A failure is told in one line,
 * nothing leaks, the last commit stands, and the same handle goes on once the trouble is over. */
#include <errno.h>

#include "support/directory_faulty.h"
#include "support/exam.h"
#include "support/heap_faulty.h"
#include "support/history.h"
#include "support/runner.h"

static bool
survives_error(uint64_t n, int error, bool for_good, bool *out_failed)
{
    rls_heap              heap;
    rls_directory        *ram;
    rls_directory_faulty *faulty;
    history               past;
    rls_error             err = {0};
    rls_status            status;
    size_t                step;
    bool                  good;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    faulty = rls_directory_faulty_new(ram);
    faulty->fail_at = n;
    faulty->fail_error = error;
    faulty->for_good = for_good;
    status = history_run(&past, &heap, &faulty->base,
                         &(history_options){.threads = 1, .retry = true}, &err);
    *out_failed = faulty->failed;
    faulty->fail_at = 0;
    /* Names that cannot be removed stay for the next writer, which is no error. */
    good = rls_exam_is_told(&err, RLS_IO, error) && (status == RLS_OK || for_good) &&
           (status != RLS_OK || past.done == HISTORY_STEPS) &&
           history_holds(&past, past.done, &heap, &faulty->base, &step) &&
           history_goes_on(&past, step, &heap, &faulty->base);
    rls_directory_close(&faulty->base);
    return good && heap.used == 0;
}

TEST(any_call_of_the_directory_may_fail)
{
    static const int errors[] = {EIO, ENOSPC, EMFILE, EROFS, EDQUOT, EINTR};
    rls_exam         exam = rls_exam_begin(2, "I/O errors, each call of the directory");

    for (size_t i = 0; i < (rls_exam_full() ? sizeof errors / sizeof *errors : 2); i++) {
        for (int for_good = 0; for_good < 2; for_good++) {
            bool failed = true;

            for (uint64_t n = 1; failed; n++)
                rls_exam_point(&exam, survives_error(n, errors[i], for_good, &failed),
                               "call %" PRIu64 " fails with %s%s", n, strerror(errors[i]),
                               for_good ? " for good" : "");
        }
    }
    rls_exam_end(&exam);
}

static bool
survives_no_memory(uint64_t n, bool for_good, bool *out_failed)
{
    rls_heap_faulty faulty;
    rls_heap        heap, tight;
    rls_directory  *ram;
    history         past;
    rls_error       err = {0};
    rls_status      status;
    size_t          step;
    bool            good;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    rls_heap_faulty_init(&faulty, n, for_good);
    rls_heap_init(&tight, &faulty.allocator, SIZE_MAX);
    status = history_run(&past, &tight, ram, &(history_options){.threads = 1, .retry = true}, &err);
    *out_failed = faulty.failed;
    good = faulty.live == 0 && rls_exam_is_told(&err, RLS_NO_MEMORY, 0) &&
           (status == RLS_OK || for_good) && (status != RLS_OK || past.done == HISTORY_STEPS) &&
           history_holds(&past, past.done, &heap, ram, &step) &&
           history_goes_on(&past, step, &heap, ram);
    rls_directory_close(ram);
    return good && heap.used == 0;
}

TEST(any_allocation_of_a_writer_may_fail)
{
    rls_exam exam = rls_exam_begin(3, "memory, each allocation of a writer");

    for (int for_good = 0; for_good < 2; for_good++) {
        bool failed = true;

        for (uint64_t n = 1; failed; n += rls_exam_full() || n < 100 ? 1 : 1 + n / 20)
            rls_exam_point(&exam, survives_no_memory(n, for_good, &failed),
                           "allocation %" PRIu64 " fails%s", n, for_good ? " for good" : "");
    }
    rls_exam_end(&exam);
}
