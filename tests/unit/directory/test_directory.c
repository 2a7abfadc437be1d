/* What every directory must do: the same tests over a folder, over memory, and over memory behind
 * the faulty directory when it does not fail. */
#include "directory/directory.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/random.h"
#include "directory/window.h"
#include "support/directory_faulty.h"
#include "support/directory_files.h"
#include "support/heap_faulty.h"
#include "support/runner.h"
#include "support/temp_folder.h"

static rls_status
open_folder(rls_heap *heap, rls_directory **out_directory, rls_error *err)
{
    return rls_directory_open_fs(heap, rls_test_temp_folder(), false, RLS_IO_MODE_MAP,
                                 out_directory, err);
}

static rls_status
open_folder_to_read(rls_heap *heap, rls_directory **out_directory, rls_error *err)
{
    return rls_directory_open_fs(heap, rls_test_temp_folder(), false, RLS_IO_MODE_READ,
                                 out_directory, err);
}

static rls_status
open_faulty(rls_heap *heap, rls_directory **out_directory, rls_error *err)
{
    rls_directory *inner;
    rls_status     status = rls_directory_open_ram(heap, &inner, err);

    *out_directory = status == RLS_OK ? &rls_directory_faulty_new(inner)->base : NULL;
    return status;
}

static const struct {
    const char *name;
    rls_status (*open)(rls_heap *, rls_directory **, rls_error *);
} kinds[] = {{"folder", open_folder},
             {"folder, read", open_folder_to_read},
             {"memory", rls_directory_open_ram},
             {"faulty", open_faulty}};

enum {
    KIND_COUNT = sizeof kinds / sizeof kinds[0]
};

static void
over_all_kinds(void (*check)(rls_directory *directory))
{
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_directory  *directory;

        rls_heap_faulty_init(&faulty, 0, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        printf("# %s\n", kinds[kind].name);
        CHECK_OK(kinds[kind].open(&heap, &directory, NULL));
        check(directory);
        rls_directory_close(directory);
        CHECK_EQ_U64(faulty.live, 0);
    }
}

static void
put(rls_directory *directory, const char *name, const char *text)
{
    CHECK_OK(rls_test_write_file(directory, name, text, strlen(text)));
}

static void
check_holds(rls_directory *directory, const char *name, const char *text)
{
    rls_mapping mapping;

    CHECK_OK(directory->ops->map(directory, name, &mapping, NULL));
    CHECK_EQ_U64(mapping.bytes.size, strlen(text));
    CHECK(memcmp(mapping.bytes.data, text, strlen(text)) == 0);
    directory->ops->unmap(directory, &mapping);
}

static void
check_lists(rls_directory *directory, const char *names)
{
    char *list = rls_test_list_files(directory);

    CHECK_EQ_STR(list, names);
    free(list);
}

static void
check_sizes(rls_directory *directory)
{
    static const size_t sizes[] = {
        0,    1,    63,   64,   65,    4031,  4032,  4033,  4095,  4096,   4097,        8127,  8128,
        8129, 8191, 8192, 8193, 16384, 65472, 65535, 65536, 65537, 200000, 262144 - 64, 262144};

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        uint8_t    *bytes = malloc(sizes[s] + 1);
        rls_mapping mapping;
        unsigned    sum = 0;

        for (size_t i = 0; i < sizes[s]; i++)
            bytes[i] = (uint8_t)(i * 31 + s);
        CHECK_OK(rls_test_write_file(directory, "a.seg", bytes, sizes[s]));
        CHECK_OK(directory->ops->map(directory, "a.seg", &mapping, NULL));
        CHECK_EQ_U64(mapping.bytes.size, sizes[s]);
        CHECK(memcmp(mapping.bytes.data, bytes, sizes[s]) == 0);
        for (size_t i = 0; i < RLS_MAP_PADDING; i++)
            sum += mapping.bytes.data[sizes[s] + i];
        CHECK(sum <= RLS_MAP_PADDING * 255);
        directory->ops->unmap(directory, &mapping);
        CHECK(mapping.handle == NULL && mapping.bytes.size == 0);
        directory->ops->unmap(directory, &mapping);
        free(bytes);
    }
}

TEST(what_was_written_is_mapped_with_readable_padding)
{
    over_all_kinds(check_sizes);
}

/* Any part, at any place in its page; and the same through a window. */
static void
check_parts(rls_directory *directory)
{
    rls_random random = {rls_test_seed()};
    size_t     size = 700001;
    uint8_t   *bytes = malloc(size);
    rls_window window;
    rls_error  err;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)rls_random_next(&random);
    CHECK_OK(rls_test_write_file(directory, "a.seg", bytes, size));
    rls_window_init(&window, directory, "a.seg", 1, size - 1);
    for (int round = 0; round < 300; round++) {
        size_t      from = rls_random_below(&random, (uint32_t)size + 1);
        size_t      part = rls_random_below(&random, (uint32_t)(size - from) + 1);
        unsigned    sum = 0;
        uint64_t    file_size;
        rls_mapping mapping;
        rls_bytes   shown;

        if (round % 3 > 0 && part > 5000)
            part %= 5000;
        CHECK_OK(
            directory->ops->map_part(directory, "a.seg", from, part, &mapping, &file_size, NULL));
        CHECK_EQ_U64(file_size, size);
        CHECK_EQ_U64(mapping.bytes.size, part);
        CHECK(memcmp(mapping.bytes.data, bytes + from, part) == 0);
        for (size_t i = 0; i < RLS_MAP_PADDING; i++)
            sum += mapping.bytes.data[part + i];
        CHECK(sum <= RLS_MAP_PADDING * 255);
        directory->ops->unmap(directory, &mapping);
        if (from > 0) {
            CHECK_OK(rls_window_show(&window, from - 1, part, &shown, NULL));
            CHECK(shown.size == part && memcmp(shown.data, bytes + from, part) == 0);
        }
        CHECK_EQ_I64(directory->ops->map_part(directory, "a.seg", from, size - from + 1, &mapping,
                                              NULL, &err),
                     RLS_CORRUPT);
        CHECK(mapping.handle == NULL && strstr(err.message, "a.seg: 700001 bytes") != NULL);
    }
    rls_window_release(&window);
    free(bytes);
}

TEST(a_part_is_mapped_alone)
{
    over_all_kinds(check_parts);
}

static void
check_pieces(rls_directory *directory)
{
    rls_random          random = {rls_test_seed()};
    rls_directory_file *file;
    uint8_t            *bytes = malloc(300000);
    rls_mapping         mapping;
    size_t              size = 0;

    CHECK_OK(directory->ops->create(directory, "a.seg", &file, NULL));
    while (size < 200000) {
        size_t piece = rls_random_below(&random, 9000);

        for (size_t i = 0; i < piece; i++)
            bytes[size + i] = (uint8_t)rls_random_next(&random);
        CHECK_OK(directory->ops->write(file, bytes + size, piece, NULL));
        size += piece;
    }
    CHECK_OK(directory->ops->sync(file, NULL));
    CHECK_OK(directory->ops->close(file, NULL));
    CHECK_OK(directory->ops->close(NULL, NULL));
    CHECK_OK(directory->ops->sync_names(directory, NULL));
    CHECK_OK(directory->ops->map(directory, "a.seg", &mapping, NULL));
    CHECK_EQ_U64(mapping.bytes.size, size);
    CHECK(memcmp(mapping.bytes.data, bytes, size) == 0);
    directory->ops->unmap(directory, &mapping);
    free(bytes);
}

TEST(pieces_written_follow_each_other)
{
    over_all_kinds(check_pieces);
}

static void
check_survival(rls_directory *directory)
{
    rls_mapping first, second, third;

    put(directory, "a", "first");
    CHECK_OK(directory->ops->map(directory, "a", &first, NULL));
    put(directory, "a", "second, longer");
    check_holds(directory, "a", "second, longer");
    CHECK_OK(directory->ops->map(directory, "a", &second, NULL));
    put(directory, "b", "third");
    CHECK_OK(directory->ops->rename(directory, "b", "a", NULL));
    CHECK_OK(directory->ops->map(directory, "a", &third, NULL));
    CHECK_OK(directory->ops->remove(directory, "a", NULL));
    CHECK_EQ_BYTES(first.bytes.data, first.bytes.size, "first");
    CHECK_EQ_BYTES(second.bytes.data, second.bytes.size, "second, longer");
    CHECK_EQ_BYTES(third.bytes.data, third.bytes.size, "third");
    check_lists(directory, "");
    directory->ops->unmap(directory, &second);
    directory->ops->unmap(directory, &first);
    CHECK_EQ_BYTES(third.bytes.data, third.bytes.size, "third");
    directory->ops->unmap(directory, &third);
}

TEST(a_mapping_survives_replacement_and_removal)
{
    over_all_kinds(check_survival);
}

static void
check_open_file(rls_directory *directory)
{
    rls_directory_file *file;
    rls_mapping         mapping;
    char                block[5000];

    memset(block, 'x', sizeof block);
    CHECK_OK(directory->ops->create(directory, "a", &file, NULL));
    CHECK_OK(directory->ops->write(file, "begin", 5, NULL));
    CHECK_OK(directory->ops->map(directory, "a", &mapping, NULL));
    CHECK_EQ_BYTES(mapping.bytes.data, mapping.bytes.size, "begin");
    for (int i = 0; i < 20; i++)
        CHECK_OK(directory->ops->write(file, block, sizeof block, NULL));
    CHECK_EQ_BYTES(mapping.bytes.data, mapping.bytes.size, "begin");
    directory->ops->unmap(directory, &mapping);
    CHECK_OK(directory->ops->remove(directory, "a", NULL));
    CHECK_OK(directory->ops->write(file, block, sizeof block, NULL));
    CHECK_OK(directory->ops->sync(file, NULL));
    CHECK_OK(directory->ops->close(file, NULL));
    check_lists(directory, "");
}

TEST(a_file_being_written_may_be_mapped_and_removed)
{
    over_all_kinds(check_open_file);
}

static void
check_renames(rls_directory *directory)
{
    rls_error err = {0};

    put(directory, "a", "A");
    put(directory, "b", "B");
    CHECK_OK(directory->ops->rename(directory, "a", "c", &err));
    check_lists(directory, "b c ");
    CHECK_OK(directory->ops->rename(directory, "c", "b", &err));
    check_lists(directory, "b ");
    check_holds(directory, "b", "A");
    CHECK_OK(directory->ops->rename(directory, "b", "b", &err));
    check_holds(directory, "b", "A");
    CHECK_EQ_I64(directory->ops->rename(directory, "a", "b", &err), RLS_NOT_FOUND);
    CHECK_EQ_I64(err.status, RLS_NOT_FOUND);
    CHECK(strstr(err.message, "/a: ") != NULL);
    check_holds(directory, "b", "A");
}

TEST(a_rename_replaces_the_whole_file)
{
    over_all_kinds(check_renames);
}

static void
check_missing(rls_directory *directory)
{
    rls_error   err = {0};
    rls_mapping mapping;

    CHECK_EQ_I64(directory->ops->map(directory, "no.seg", &mapping, &err), RLS_NOT_FOUND);
    CHECK(mapping.handle == NULL);
    CHECK(strstr(err.message, "no.seg") != NULL && strstr(err.message, directory->label) != NULL);
    CHECK_EQ_I64(directory->ops->remove(directory, "no.seg", &err), RLS_NOT_FOUND);
    CHECK(strstr(err.message, "no.seg") != NULL);
    CHECK_EQ_I64(directory->ops->remove(directory, "no.seg", NULL), RLS_NOT_FOUND);
}

TEST(a_missing_file_is_told_by_name)
{
    over_all_kinds(check_missing);
}

static void
check_names(rls_directory *directory)
{
    static char              long_name[300];
    static const char *const bad[] = {"",    ".",          "..",     "/a",     "a/",
                                      "a/b", "write.lock", "../etc", long_name};
    rls_error                err;
    rls_mapping              mapping;
    rls_directory_file      *file;

    memset(long_name, 'n', sizeof long_name - 1);
    put(directory, "good", "x");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ_I64(directory->ops->create(directory, bad[i], &file, &err), RLS_BAD_ARGUMENT);
        CHECK(file == NULL);
        CHECK_EQ_I64(directory->ops->map(directory, bad[i], &mapping, &err), RLS_BAD_ARGUMENT);
        CHECK_EQ_I64(directory->ops->remove(directory, bad[i], &err), RLS_BAD_ARGUMENT);
        CHECK_EQ_I64(directory->ops->rename(directory, bad[i], "b", &err), RLS_BAD_ARGUMENT);
        CHECK_EQ_I64(directory->ops->rename(directory, "good", bad[i], &err), RLS_BAD_ARGUMENT);
    }
    check_lists(directory, "good ");
    long_name[255] = '\0';
    put(directory, long_name, "long");
    check_holds(directory, long_name, "long");
}

TEST(only_plain_names_are_taken)
{
    over_all_kinds(check_names);
}

static rls_status
count_to_three(void *context, const char *name)
{
    (void)name;
    return ++*(int *)context == 3 ? RLS_CANCELLED : RLS_OK;
}

typedef struct removal {
    rls_directory *directory;
    int            seen;
} removal;

static rls_status
remove_and_create(void *context, const char *name)
{
    removal *of = context;
    char     other[32];

    of->seen++;
    snprintf(other, sizeof other, "new-%d", of->seen);
    CHECK_OK(of->directory->ops->remove(of->directory, name, NULL));
    return rls_test_write_file(of->directory, other, "x", 1);
}

static void
check_list(rls_directory *directory)
{
    removal of = {directory, 0};
    int     seen = 0;

    check_lists(directory, "");
    put(directory, "b", "");
    put(directory, "a\xff", "");
    put(directory, "B", "");
    put(directory, "a", "");
    put(directory, "aa", "");
    put(directory, ".hidden", "");
    CHECK_OK(directory->ops->lock(directory, 0, NULL));
    check_lists(directory, ".hidden B a aa a\xff b ");
    directory->ops->unlock(directory);
    CHECK_EQ_I64(directory->ops->list(directory, count_to_three, &seen, NULL), RLS_CANCELLED);
    CHECK_EQ_I64(seen, 3);
    CHECK_OK(directory->ops->list(directory, remove_and_create, &of, NULL));
    CHECK_EQ_I64(of.seen, 6);
    check_lists(directory, "new-1 new-2 new-3 new-4 new-5 new-6 ");
}

TEST(files_are_listed_bytewise_and_may_change_meanwhile)
{
    over_all_kinds(check_list);
}

static void
check_lock(rls_directory *directory)
{
    rls_error err = {0};
    char      process[32];

    snprintf(process, sizeof process, "process %ld ", (long)getpid());
    for (int round = 0; round < 3; round++) {
        CHECK_OK(directory->ops->lock(directory, 0, &err));
        CHECK_EQ_I64(directory->ops->lock(directory, 0, &err), RLS_BUSY);
        CHECK(strstr(err.message, process) != NULL);
        CHECK_EQ_I64(directory->ops->lock(directory, 30, &err), RLS_BUSY);
        directory->ops->unlock(directory);
    }
    directory->ops->unlock(directory);
    CHECK_OK(directory->ops->lock(directory, 0, &err));
}

TEST(the_lock_is_held_once_and_names_its_holder)
{
    over_all_kinds(check_lock);
}

typedef struct worker {
    rls_directory *directory;
    int            number;
    bool           good;
} worker;

static void *
work(void *context)
{
    worker     *self = context;
    rls_mapping mapping;
    char        from[32], to[32];

    self->good = true;
    snprintf(from, sizeof from, "from-%d", self->number);
    snprintf(to, sizeof to, "to-%d", self->number);
    for (int i = 0; i < 50 && self->good; i++) {
        self->good = rls_test_write_file(self->directory, from, from, strlen(from)) == RLS_OK &&
                     self->directory->ops->rename(self->directory, from, to, NULL) == RLS_OK &&
                     self->directory->ops->map(self->directory, to, &mapping, NULL) == RLS_OK &&
                     mapping.bytes.size == strlen(from) &&
                     memcmp(mapping.bytes.data, from, mapping.bytes.size) == 0 &&
                     self->directory->ops->remove(self->directory, to, NULL) == RLS_OK;
        if (self->good)
            self->directory->ops->unmap(self->directory, &mapping);
    }
    return NULL;
}

static void
check_threads(rls_directory *directory)
{
    pthread_t threads[4];
    worker    workers[4];

    for (int i = 0; i < 4; i++) {
        workers[i] = (worker){directory, i, false};
        CHECK_EQ_I64(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++)
        CHECK(workers[i].good);
    check_lists(directory, "");
}

TEST(threads_work_side_by_side)
{
    over_all_kinds(check_threads);
}

static rls_status
run_scenario(rls_heap *heap, size_t kind, const char *folder)
{
    rls_directory      *directory;
    rls_directory_file *file = NULL;
    rls_mapping         mapping = {0};
    char               *list = NULL;
    rls_status          status;

    if (kind == 0)
        status = rls_directory_open_fs(heap, folder, false, RLS_IO_MODE_MAP, &directory, NULL);
    else
        status = kinds[kind].open(heap, &directory, NULL);
    if (status != RLS_OK)
        return status;
    status = directory->ops->create(directory, "a", &file, NULL);
    if (status != RLS_OK)
        goto end;
    for (int i = 0; i < 10 && status == RLS_OK; i++)
        status = directory->ops->write(file, "0123456789abcdefghijklmnopqrstuvwxyz", 36, NULL);
    if (status != RLS_OK)
        goto end;
    status = directory->ops->sync(file, NULL);
    if (status != RLS_OK)
        goto end;
    status = directory->ops->close(file, NULL);
    file = NULL;
    if (status != RLS_OK)
        goto end;
    status = directory->ops->rename(directory, "a", "b", NULL);
    if (status != RLS_OK)
        goto end;
    status = rls_test_write_file(directory, "a", "x", 1);
    if (status != RLS_OK)
        goto end;
    status = directory->ops->sync_names(directory, NULL);
    if (status != RLS_OK)
        goto end;
    list = rls_test_list_files(directory);
    status = list == NULL ? RLS_NO_MEMORY : directory->ops->map(directory, "b", &mapping, NULL);
    if (status == RLS_OK) {
        CHECK_EQ_STR(list, "a b ");
        CHECK_EQ_U64(mapping.bytes.size, 360);
    }

end:
    free(list);
    directory->ops->unmap(directory, &mapping);
    directory->ops->close(file, NULL);
    rls_directory_close(directory);
    return status;
}

TEST(no_failed_allocation_leaks_or_passes_for_success)
{
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        for (int for_good = 0; for_good < 2; for_good++) {
            const char *folder = rls_test_temp_folder();

            for (uint64_t n = 1;; n++) {
                rls_heap_faulty faulty;
                rls_heap        heap;
                rls_status      status;

                rls_heap_faulty_init(&faulty, n, for_good);
                rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
                status = run_scenario(&heap, kind, folder);
                CHECK_EQ_U64(faulty.live, 0);
                CHECK(status == RLS_OK || (faulty.failed && status == RLS_NO_MEMORY));
                if (!faulty.failed)
                    break;
            }
        }
    }
}
