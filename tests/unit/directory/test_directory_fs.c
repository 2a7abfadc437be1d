#include "directory/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/directory_files.h"
#include "support/runner.h"
#include "support/temp_folder.h"

static rls_heap heap;

static rls_directory *
open_at(const char *path)
{
    rls_directory *directory;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_MAP, &directory, NULL));
    return directory;
}

TEST(a_missing_folder_is_told_or_made)
{
    const char    *root = rls_test_temp_folder();
    const char    *path = rls_test_path(root, "index");
    rls_directory *directory;
    rls_error      err = {0};
    struct stat    info;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_EQ_I64(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &directory, &err),
                 RLS_NOT_FOUND);
    CHECK(directory == NULL);
    CHECK(strstr(err.message, path) == err.message);
    CHECK(stat(path, &info) != 0);
    CHECK_OK(rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_MAP, &directory, &err));
    CHECK_EQ_STR(directory->label, path);
    rls_directory_close(directory);
    CHECK_OK(rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_MAP, &directory, &err));
    rls_directory_close(directory);
    CHECK_OK(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_MAP, &directory, &err));
    rls_directory_close(directory);
    path = rls_test_path(root, "no/index");
    CHECK_EQ_I64(rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_MAP, &directory, &err),
                 RLS_NOT_FOUND);
    CHECK(strstr(err.message, path) == err.message);
    CHECK_EQ_I64(rls_directory_open_fs(&heap, "", true, RLS_IO_MODE_MAP, &directory, &err),
                 RLS_NOT_FOUND);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_file_is_not_taken_for_a_folder)
{
    rls_directory *directory = open_at(rls_test_temp_folder()), *other;
    const char    *path = rls_test_path(directory->label, "plain");
    rls_error      err = {0};

    CHECK_OK(rls_test_write_file(directory, "plain", "x", 1));
    CHECK_EQ_I64(rls_directory_open_fs(&heap, path, true, RLS_IO_MODE_MAP, &other, &err), RLS_IO);
    CHECK_EQ_I64(err.system_error, ENOTDIR);
    CHECK(strstr(err.message, path) == err.message);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_fifo_or_folder_in_the_place_of_a_file_is_refused_at_once)
{
    rls_directory *directory = open_at(rls_test_temp_folder());
    rls_mapping    mapping;
    rls_error      err;
    char          *list;

    CHECK_EQ_I64(mkfifo(rls_test_path(directory->label, "fifo"), 0600), 0);
    CHECK_EQ_I64(mkdir(rls_test_path(directory->label, "folder"), 0700), 0);
    CHECK_OK(rls_test_write_file(directory, "file", "x", 1));
    CHECK_EQ_I64(symlink("file", rls_test_path(directory->label, "link")), 0);
    CHECK_EQ_I64(symlink("gone", rls_test_path(directory->label, "loose")), 0);
    CHECK_EQ_I64(directory->ops->map(directory, "fifo", &mapping, &err), RLS_IO);
    CHECK(strstr(err.message, "fifo: not a regular file") != NULL);
    CHECK_EQ_I64(directory->ops->map(directory, "folder", &mapping, &err), RLS_IO);
    list = rls_test_list_files(directory);
    CHECK_EQ_STR(list, "file link ");
    free(list);
    rls_directory_close(directory);
}

TEST(what_was_read_stays_when_the_file_is_cut)
{
    const char    *path = rls_test_temp_folder();
    rls_directory *directory;
    rls_mapping    mapping;
    char           text[10000];

    memset(text, 'x', sizeof text);
    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_fs(&heap, path, false, RLS_IO_MODE_READ, &directory, NULL));
    CHECK_OK(rls_test_write_file(directory, "a.seg", text, sizeof text));
    CHECK_OK(directory->ops->map(directory, "a.seg", &mapping, NULL));
    CHECK(heap.used > sizeof text); /* counted */
    CHECK_EQ_I64(truncate(rls_test_path(path, "a.seg"), 1), 0);
    CHECK_EQ_U64(mapping.bytes.size, sizeof text);
    CHECK(memcmp(mapping.bytes.data, text, sizeof text) == 0);
    directory->ops->unmap(directory, &mapping);
    heap.limit = heap.used + 1000;
    CHECK_OK(directory->ops->map(directory, "a.seg", &mapping, NULL));
    CHECK_EQ_U64(mapping.bytes.size, 1);
    directory->ops->unmap(directory, &mapping);
    CHECK_OK(rls_test_write_file(directory, "b.seg", text, sizeof text));
    CHECK_EQ_I64(directory->ops->map(directory, "b.seg", &mapping, NULL), RLS_NO_MEMORY);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_relative_path_stays_good_after_chdir)
{
    const char    *root = rls_test_temp_folder();
    rls_directory *directory;
    int            here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat    info;

    CHECK_EQ_I64(chdir(root), 0);
    directory = open_at("index");
    CHECK_EQ_I64(fchdir(here), 0);
    close(here);
    CHECK_OK(rls_test_write_file(directory, "a", "x", 1));
    CHECK_OK(directory->ops->rename(directory, "a", "b", NULL));
    CHECK_EQ_I64(stat(rls_test_path(root, "index/b"), &info), 0);
    CHECK_OK(directory->ops->remove(directory, "b", NULL));
    CHECK(stat(rls_test_path(root, "index/b"), &info) != 0);
    rls_directory_close(directory);
}

/* The descriptor open on a path that ends with `name`, -1 when there is none; `count` counts all.
 */
static int
find_descriptor(const char *name, size_t *count)
{
    DIR           *all = opendir("/proc/self/fd");
    struct dirent *entry;
    int            found = -1;

    *count = 0;
    while (all != NULL && (entry = readdir(all)) != NULL) {
        char    path[300], target[5000];
        ssize_t size;

        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        size = readlink(path, target, sizeof target - 1);
        if (size < 0 || atoi(entry->d_name) == dirfd(all))
            continue;
        target[size] = '\0';
        ++*count;
        if ((size_t)size >= strlen(name) && strcmp(target + size - strlen(name), name) == 0)
            found = atoi(entry->d_name);
    }
    if (all != NULL)
        closedir(all);
    return found;
}

static bool
have_proc(void)
{
    size_t count;

    find_descriptor("", &count);
    return count > 0;
}

TEST(descriptors_close_on_exec_and_none_is_left)
{
    const char         *path = rls_test_temp_folder();
    rls_directory      *directory;
    rls_directory_file *file;
    rls_mapping         mapping;
    size_t              before, after;
    char               *list;

    if (!have_proc())
        return;
    find_descriptor("", &before);
    directory = open_at(path);
    CHECK_OK(directory->ops->lock(directory, 0, NULL));
    CHECK_OK(directory->ops->create(directory, "a.seg", &file, NULL));
    CHECK_EQ_I64(fcntl(find_descriptor(strrchr(path, '/'), &after), F_GETFD), FD_CLOEXEC);
    CHECK_EQ_I64(fcntl(find_descriptor("write.lock", &after), F_GETFD), FD_CLOEXEC);
    CHECK_EQ_I64(fcntl(find_descriptor("a.seg", &after), F_GETFD), FD_CLOEXEC);
    CHECK_EQ_U64(after, before + 3);
    CHECK_OK(directory->ops->close(file, NULL));
    CHECK_OK(directory->ops->map(directory, "a.seg", &mapping, NULL));
    list = rls_test_list_files(directory);
    free(list);
    directory->ops->unlock(directory);
    find_descriptor("", &after);
    CHECK_EQ_U64(after, before + 1);
    directory->ops->unmap(directory, &mapping);
    CHECK_OK(directory->ops->lock(directory, 0, NULL));
    rls_directory_close(directory);
    find_descriptor("", &after);
    CHECK_EQ_U64(after, before);
}

TEST(a_short_write_goes_on_and_its_failure_stays)
{
    rls_directory      *directory = open_at(rls_test_temp_folder());
    rls_directory_file *file;
    rls_error           err = {0};
    struct rlimit       old, small;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    char block[1000];

    memset(block, 'x', sizeof block);
    CHECK_EQ_I64(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 2500;
    CHECK_OK(directory->ops->create(directory, "a.seg", &file, NULL));
    CHECK_EQ_I64(setrlimit(RLIMIT_FSIZE, &small), 0);
    CHECK_OK(directory->ops->write(file, block, sizeof block, &err));
    CHECK_OK(directory->ops->write(file, block, sizeof block, &err));
    /* The system takes 500 bytes of this one, and refuses the rest. */
    CHECK_EQ_I64(directory->ops->write(file, block, sizeof block, &err), RLS_IO);
    CHECK_EQ_I64(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    CHECK_EQ_I64(err.system_error, EFBIG);
    CHECK(strstr(err.message, "a.seg") != NULL);
    CHECK_EQ_I64(directory->ops->write(file, block, 1, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->sync(file, &err), RLS_IO);
    CHECK_EQ_I64(err.system_error, EFBIG);
    CHECK_OK(directory->ops->close(file, NULL));
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

/* A descriptor on which fsync fails takes the place of the file's for one call. */
TEST(a_failed_sync_is_never_followed_by_success)
{
    const char         *path = rls_test_temp_folder();
    rls_directory      *directory;
    rls_directory_file *file;
    rls_error           err = {0};
    size_t              count;
    int                 own, kept, broken;

    if (!have_proc())
        return;
    directory = open_at(path);
    broken = open(path, O_PATH | O_CLOEXEC);
    CHECK_OK(directory->ops->create(directory, "a.seg", &file, NULL));
    CHECK_OK(directory->ops->write(file, "x", 1, NULL));
    CHECK_OK(directory->ops->sync(file, &err));
    own = find_descriptor("a.seg", &count);
    kept = fcntl(own, F_DUPFD_CLOEXEC, 0);
    CHECK_EQ_I64(dup3(broken, own, O_CLOEXEC), own);
    CHECK_EQ_I64(directory->ops->sync(file, &err), RLS_IO);
    CHECK_EQ_I64(dup3(kept, own, O_CLOEXEC), own);
    CHECK_EQ_I64(directory->ops->sync(file, &err), RLS_IO);
    CHECK_EQ_I64(err.system_error, EBADF);
    CHECK(strstr(err.message, "a.seg: cannot sync") != NULL);
    close(kept);
    CHECK_OK(directory->ops->close(file, NULL));
    close(broken);

    CHECK_OK(directory->ops->sync_names(directory, &err));
    own = find_descriptor(strrchr(path, '/'), &count);
    broken = open("/", O_PATH | O_CLOEXEC);
    kept = fcntl(own, F_DUPFD_CLOEXEC, 0);
    CHECK_EQ_I64(dup3(broken, own, O_CLOEXEC), own);
    CHECK_EQ_I64(directory->ops->sync_names(directory, &err), RLS_IO);
    CHECK_EQ_I64(dup3(kept, own, O_CLOEXEC), own);
    CHECK_EQ_I64(directory->ops->sync_names(directory, &err), RLS_IO);
    CHECK(strstr(err.message, path) == err.message);
    close(kept);
    close(broken);
    rls_directory_close(directory);
}
