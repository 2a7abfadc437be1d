/* Exam 2 in a real folder: each system call of an index's life fails in turn, once and for good,
 * with every error; or is interrupted; or reads and writes but a part. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/directory_files.h"
#include "support/exam.h"
#include "support/history.h"
#include "support/libc_faulty.h"
#include "support/runner.h"
#include "support/temp_folder.h"

typedef struct fault_kind {
    int         error;
    uint64_t    times;
    const char *name;
} fault_kind;

/* The folder is made by the writer. */
static void
remove_index(const char *path)
{
    rls_heap       heap;
    rls_directory *directory;
    char          *names;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    if (rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_READ, &directory, NULL) != RLS_OK)
        return;
    names = rls_test_list_files(directory);
    for (char *name = names, *space; (space = strchr(name, ' ')) != NULL; name = space + 1) {
        *space = '\0';
        CHECK_OK(directory->ops->remove(directory, name, NULL));
    }
    free(names);
    unlink(rls_test_path(path, "write.lock"));
    rls_directory_close(directory);
    CHECK_EQ_I64(rmdir(path), 0);
}

static rls_status
run(history *past, rls_heap *heap, const char *path, rls_io_mode io, rls_error *err)
{
    rls_directory *directory;
    rls_status     status = rls_directory_open_fs(heap, path, true, io, &directory, err);

    memset(past, 0, sizeof *past);
    if (status != RLS_OK)
        status = rls_directory_open_fs(heap, path, true, io, &directory, NULL);
    if (status != RLS_OK)
        return status;
    status =
        history_run(past, heap, directory, &(history_options){.threads = 1, .retry = true}, err);
    rls_directory_close(directory);
    return status;
}

static bool
goes_on(history *past, const char *path)
{
    rls_heap       heap;
    rls_directory *directory;
    size_t         step;
    bool           good;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    if (rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_READ, &directory, NULL) != RLS_OK)
        return false;
    good = history_holds(past, past->done, &heap, directory, &step) &&
           history_goes_on(past, step, &heap, directory);
    rls_directory_close(directory);
    return good;
}

/* A failure is told with its errno, or was none to the work, such as a name that stays for the next
 * writer. What is interrupted or cut is gone on with. */
static bool
is_right(const history *past, const fault_kind *fault, const char *failed, rls_status status,
         const rls_error *err)
{
    bool interrupted = fault->error == EINTR || fault->error == RLS_SHORT_COUNT;
    bool is_sync = failed != NULL && strcmp(failed, "fsync") == 0;

    if (interrupted && err->status != RLS_OK) {
        printf("# told: %s\n", err->message);
        return false;
    }
    if (!rls_exam_is_told(err, RLS_IO, fault->error))
        return false;
    if (status == RLS_OK)
        return past->done == HISTORY_STEPS;
    /* A folder that could not be synced is not trusted again by the handle that tried. */
    return !interrupted && (fault->times > 1 || is_sync);
}

static bool
survives(const char *path, uint64_t n, const fault_kind *fault, rls_io_mode io,
         const char **out_failed)
{
    rls_heap   heap;
    history    past;
    rls_error  err = {.message = ""};
    rls_status status;
    int        open_before;
    bool       good;

    remove_index(path);
    rls_heap_init(&heap, NULL, SIZE_MAX);
    open_before = rls_libc_faulty_descriptors();
    rls_libc_faulty_arm(n, fault->error, fault->times);
    status = run(&past, &heap, path, io, &err);
    *out_failed = rls_libc_faulty_disarm();
    good = is_right(&past, fault, *out_failed, status, &err);
    if (rls_libc_faulty_synced_again()) {
        printf("# a sync that failed was tried again\n");
        good = false;
    }
    if (heap.used != 0 || rls_libc_faulty_mappings() != 0 ||
        rls_libc_faulty_descriptors() != open_before) {
        printf("# leaks %zu bytes, %" PRId64 " mappings, %d descriptors\n", heap.used,
               rls_libc_faulty_mappings(), rls_libc_faulty_descriptors() - open_before);
        good = false;
    }
    return goes_on(&past, path) && good;
}

static void
fail_in_turn(const char *name, const fault_kind *faults, size_t fault_count)
{
    rls_exam    exam = rls_exam_begin(2, name);
    const char *path = rls_test_path(rls_test_temp_folder(), "index");
    size_t      left = fault_count;
    bool        good;
    char        folder[4096];

    snprintf(folder, sizeof folder, "%s", path);
    if (rls_exam_full()) {
        for (size_t i = 0; i < 2 * fault_count; i++) {
            const fault_kind *fault = &faults[i / 2];
            const char       *failed = "";

            for (uint64_t n = 1; failed != NULL; n++) {
                good = survives(folder, n, fault, (rls_io_mode)(i % 2), &failed);
                rls_exam_point(&exam, good, "call %" PRIu64 " (%s): %s", n,
                               failed == NULL ? "none" : failed, fault->name);
            }
        }
    } else {
        /* Each fault at other calls. */
        for (uint64_t n = 1; left > 0; n += 2) {
            const fault_kind *fault = &faults[n / 2 % fault_count];
            const char       *failed;

            rls_exam_point(
                &exam, survives(folder, n, fault, (rls_io_mode)(n / 2 / fault_count % 2), &failed),
                "call %" PRIu64 " (%s): %s", n, failed == NULL ? "none" : failed, fault->name);
            left = failed == NULL ? left - 1 : fault_count;
        }
    }
    rls_exam_end(&exam);
}

TEST(any_system_call_may_fail)
{
    static const fault_kind faults[] = {
        {EIO, 1, "EIO once"},       {EIO, UINT64_MAX, "EIO for good"},
        {ENOSPC, 1, "ENOSPC once"}, {ENOSPC, UINT64_MAX, "ENOSPC for good"},
        {EMFILE, 1, "EMFILE once"}, {EMFILE, UINT64_MAX, "EMFILE for good"},
        {EROFS, 1, "EROFS once"},   {EROFS, UINT64_MAX, "EROFS for good"},
    };

    fail_in_turn("I/O errors, each system call", faults, sizeof faults / sizeof *faults);
}

TEST(any_system_call_may_be_interrupted_or_do_a_part)
{
    static const fault_kind faults[] = {
        {EINTR, 1, "EINTR once"},
        {EINTR, 5, "EINTR five times"},
        {RLS_SHORT_COUNT, 1, "a short count"},
        {RLS_SHORT_COUNT, UINT64_MAX, "short counts for good"},
    };

    fail_in_turn("interrupted calls and short counts", faults, sizeof faults / sizeof *faults);
}
