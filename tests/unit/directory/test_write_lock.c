#include "directory/write_lock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "directory/directory.h"
#include "support/runner.h"
#include "support/temp_folder.h"

/* A process that takes the lock, says so through a pipe, and holds it `hold_ms` milliseconds, or
 * until it is killed. */
static pid_t
start_holder(const char *path, unsigned hold_ms)
{
    int   pipes[2];
    pid_t child;
    char  ready;

    CHECK_EQ_I64(pipe(pipes), 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        rls_directory *directory;
        rls_heap       heap;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        if (rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &directory, NULL) !=
                RLS_OK ||
            directory->ops->lock(directory, 0, NULL) != RLS_OK || write(pipes[1], "x", 1) != 1)
            _exit(1);
        usleep(hold_ms * 1000);
        directory->ops->unlock(directory);
        rls_directory_close(directory);
        _exit(0);
    }
    close(pipes[1]);
    CHECK_EQ_I64(read(pipes[0], &ready, 1), 1);
    close(pipes[0]);
    return child;
}

TEST(another_process_is_kept_out_and_told_by_whom)
{
    const char    *path = rls_test_temp_folder();
    rls_directory *directory;
    rls_heap       heap;
    rls_error      err = {0};
    char           process[40];
    pid_t          child = start_holder(path, 60000);

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &directory, NULL));
    CHECK_EQ_I64(directory->ops->lock(directory, 20, &err), RLS_BUSY);
    snprintf(process, sizeof process, ": process %ld is writing", (long)child);
    CHECK(strstr(err.message, process) != NULL);
    CHECK(strstr(err.message, path) == err.message);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK_OK(directory->ops->lock(directory, 0, &err));
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(waiting_gets_the_lock_when_it_is_let_go)
{
    const char *path = rls_test_temp_folder();
    rls_error   err = {0};
    uint64_t    start;
    pid_t       child = start_holder(path, 100);
    int         folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file, other, status;

    start = rls_write_lock_clock();
    CHECK_OK(rls_write_lock_take(folder, path, 20000, &file, &err));
    CHECK(rls_write_lock_clock() - start < 15000);
    start = rls_write_lock_clock();
    CHECK_EQ_I64(rls_write_lock_take(folder, path, 60, &other, &err), RLS_BUSY);
    CHECK_EQ_I64(other, -1);
    CHECK(rls_write_lock_clock() - start >= 60);
    rls_write_lock_release(file);
    rls_write_lock_release(-1);
    CHECK_EQ_I64(waitpid(child, &status, 0), child);
    CHECK_EQ_I64(status, 0);
    close(folder);
}

TEST(two_handles_of_one_process_exclude_each_other)
{
    const char    *path = rls_test_temp_folder();
    rls_directory *one, *other;
    rls_heap       heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &one, NULL));
    CHECK_OK(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &other, NULL));
    CHECK_OK(one->ops->lock(one, 0, NULL));
    CHECK_EQ_I64(other->ops->lock(other, 0, NULL), RLS_BUSY);
    other->ops->unlock(other);
    CHECK_EQ_I64(other->ops->lock(other, 0, NULL), RLS_BUSY);
    rls_directory_close(one);
    CHECK_OK(other->ops->lock(other, 0, NULL));
    rls_directory_close(other);
}

TEST(a_lock_file_of_junk_is_no_obstacle)
{
    const char *path = rls_test_temp_folder();
    rls_error   err = {0};
    int         folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file, other;
    int         junk = openat(folder, RLS_WRITE_LOCK_NAME, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    CHECK_EQ_I64(write(junk, "99999999999999999999999999999999 junk", 37), 37);
    CHECK_OK(rls_write_lock_take(folder, path, 0, &file, &err));
    CHECK_EQ_I64(ftruncate(junk, 0), 0);
    CHECK_EQ_I64(rls_write_lock_take(folder, path, 0, &other, &err), RLS_BUSY);
    CHECK(strstr(err.message, "another process is writing") != NULL);
    rls_write_lock_release(file);
    close(junk);
    close(folder);
}

/* Each process reads a number from a file, waits a little and writes the next one. */
static void
count_up(int folder, const char *path, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        int counter = openat(folder, "counter", O_RDWR | O_CREAT | O_CLOEXEC, 0600), lock;
        int value = 0;

        if (rls_write_lock_take(folder, path, 60000, &lock, NULL) != RLS_OK)
            _exit(1);
        if (pread(counter, &value, sizeof value, 0) < 0)
            _exit(1);
        usleep(500);
        value++;
        if (pwrite(counter, &value, sizeof value, 0) != sizeof value)
            _exit(1);
        rls_write_lock_release(lock);
        close(counter);
    }
    _exit(0);
}

TEST(processes_that_race_for_it_lose_no_update)
{
    enum {
        PROCESSES = 4,
        ROUNDS = 10
    };
    const char *path = rls_test_temp_folder();
    int         folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), counter, value = 0;
    pid_t       children[PROCESSES];

    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        CHECK(children[i] >= 0);
        if (children[i] == 0)
            count_up(folder, path, ROUNDS);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;

        CHECK_EQ_I64(waitpid(children[i], &status, 0), children[i]);
        CHECK_EQ_I64(status, 0);
    }
    counter = openat(folder, "counter", O_RDONLY | O_CLOEXEC);
    CHECK_EQ_I64(pread(counter, &value, sizeof value, 0), sizeof value);
    CHECK_EQ_I64(value, PROCESSES * ROUNDS);
    close(counter);
    close(folder);
}
