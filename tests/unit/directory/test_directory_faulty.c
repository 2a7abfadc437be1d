/* The double that other tests rely on must itself fail, log and forget as it says. */
#include "support/directory_faulty.h"

#include <errno.h>
#include <stdlib.h>

#include "support/directory_files.h"
#include "support/runner.h"

static rls_heap heap;

static rls_directory_faulty *
make_faulty(const char *name, const char *text)
{
    rls_directory *ram;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    if (name != NULL)
        CHECK_OK(rls_test_write_file(ram, name, text, strlen(text)));
    return rls_directory_faulty_new(ram);
}

/* "name=text " for each file that is left, in a malloc'ed string. */
static char *
left_after(rls_directory_faulty *faulty, size_t prefix, rls_loss bytes, rls_loss names,
           uint64_t seed)
{
    rls_directory *left =
        rls_directory_faulty_power_loss(faulty, prefix, bytes, names, seed, &heap);
    char  *list = rls_test_list_files(left), *result = malloc(strlen(list) * 2 + 200000);
    size_t used = 0;

    for (char *name = list, *space; (space = strchr(name, ' ')) != NULL; name = space + 1) {
        uint8_t *data;
        size_t   size;

        *space = '\0';
        data = rls_test_read_file(left, name, &size);
        used += (size_t)sprintf(result + used, "%s=%.*s ", name, (int)size, (char *)data);
        free(data);
    }
    result[used] = '\0';
    free(list);
    rls_directory_close(left);
    return result;
}

static void
check_left(rls_directory_faulty *faulty, size_t prefix, rls_loss bytes, rls_loss names,
           const char *wanted)
{
    char *left = left_after(faulty, prefix, bytes, names, 1);

    CHECK_EQ_STR(left, wanted);
    free(left);
}

TEST(what_was_not_synced_is_dropped_or_kept)
{
    rls_directory_faulty *faulty = make_faulty("old", "OLD");
    rls_directory        *directory = &faulty->base;
    rls_directory_file   *file;
    size_t                created, written, synced;

    CHECK_OK(directory->ops->create(directory, "a", &file, NULL));
    created = faulty->log_size;
    CHECK_OK(directory->ops->write(file, "one", 3, NULL));
    CHECK_OK(directory->ops->sync(file, NULL));
    CHECK_OK(directory->ops->write(file, "two", 3, NULL));
    written = faulty->log_size;
    CHECK_OK(directory->ops->close(file, NULL));
    CHECK_OK(directory->ops->sync_names(directory, NULL));
    synced = faulty->log_size;
    CHECK_OK(directory->ops->rename(directory, "a", "b", NULL));
    CHECK_OK(directory->ops->remove(directory, "old", NULL));

    check_left(faulty, 0, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "old=OLD ");
    check_left(faulty, created, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "a= old=OLD ");
    check_left(faulty, created, RLS_LOSS_KEEP, RLS_LOSS_DROP, "old=OLD ");
    check_left(faulty, created + 1, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "a=one old=OLD ");
    check_left(faulty, created + 1, RLS_LOSS_DROP, RLS_LOSS_KEEP, "a= old=OLD ");
    check_left(faulty, written, RLS_LOSS_DROP, RLS_LOSS_KEEP, "a=one old=OLD ");
    check_left(faulty, written, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "a=onetwo old=OLD ");
    check_left(faulty, written, RLS_LOSS_KEEP, RLS_LOSS_DROP, "old=OLD ");
    check_left(faulty, synced, RLS_LOSS_KEEP, RLS_LOSS_DROP, "a=onetwo old=OLD ");
    check_left(faulty, synced + 1, RLS_LOSS_KEEP, RLS_LOSS_DROP, "a=onetwo old=OLD ");
    check_left(faulty, synced + 1, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "b=onetwo old=OLD ");
    check_left(faulty, faulty->log_size, RLS_LOSS_DROP, RLS_LOSS_KEEP, "b=one ");
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(torn_writes_leave_what_was_synced_and_lose_the_rest_in_blocks)
{
    rls_directory_faulty *faulty = make_faulty(NULL, NULL);
    rls_directory        *directory = &faulty->base;
    rls_directory_file   *file;
    char                  text[20000];
    bool                  cut = false, zeroed = false, stale = false;

    memset(text, 'x', sizeof text);
    CHECK_OK(directory->ops->create(directory, "a", &file, NULL));
    CHECK_OK(directory->ops->write(file, text, 1000, NULL));
    CHECK_OK(directory->ops->sync(file, NULL));
    CHECK_OK(directory->ops->sync_names(directory, NULL));
    CHECK_OK(directory->ops->write(file, text, sizeof text, NULL));
    CHECK_OK(directory->ops->close(file, NULL));
    for (uint64_t seed = 0; seed < 200; seed++) {
        size_t         block = seed % 2 == 0 ? 512 : 4096;
        rls_directory *left = rls_directory_faulty_power_loss(
            faulty, faulty->log_size, block == 512 ? RLS_LOSS_TORN_512 : RLS_LOSS_TORN_4096,
            RLS_LOSS_SOME, seed, &heap);
        size_t   size;
        uint8_t *bytes = rls_test_read_file(left, "a", &size);

        CHECK(bytes != NULL && size >= 1000 && size <= 21000);
        CHECK(size % block == 0 || size == 1000 || size == 21000);
        for (size_t i = 0; i < size; i++) {
            CHECK(bytes[i] == 'x' || i >= 1000);
            CHECK(i < 1000 || i % block == 0 || i == 1000 || bytes[i] == bytes[i - 1]);
            zeroed |= bytes[i] == 0;
            stale |= bytes[i] != 0 && bytes[i] != 'x';
        }
        cut |= size < 21000;
        free(bytes);
        rls_directory_close(left);
    }
    CHECK(cut && zeroed && stale);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

/* Writes "new" beside "state" and renames it over; leaves out one step when told so. */
static void
replace(rls_directory *directory, const char *text, bool sync)
{
    rls_directory_file *file;

    CHECK_OK(directory->ops->create(directory, "new", &file, NULL));
    CHECK_OK(directory->ops->write(file, text, strlen(text), NULL));
    if (sync)
        CHECK_OK(directory->ops->sync(file, NULL));
    CHECK_OK(directory->ops->close(file, NULL));
    CHECK_OK(directory->ops->rename(directory, "new", "state", NULL));
    CHECK_OK(directory->ops->sync_names(directory, NULL));
}

/* How many of many power losses leave neither the old state nor the new one. */
static size_t
count_broken(bool sync)
{
    static const rls_loss bytes_losses[] = {RLS_LOSS_DROP, RLS_LOSS_KEEP, RLS_LOSS_TORN_512};
    rls_directory_faulty *faulty = make_faulty("state", "old");
    size_t                broken = 0;

    replace(&faulty->base, "new", sync);
    for (size_t prefix = 0; prefix <= faulty->log_size; prefix++) {
        for (uint64_t seed = 0; seed < 40; seed++) {
            rls_directory *left = rls_directory_faulty_power_loss(
                faulty, prefix, bytes_losses[seed % 3], (rls_loss)(seed / 3 % 3), seed, &heap);
            size_t   size;
            uint8_t *bytes = rls_test_read_file(left, "state", &size);
            bool     old = bytes != NULL && size == 3 && memcmp(bytes, "old", 3) == 0;
            bool new = bytes != NULL &&size == 3 && memcmp(bytes, "new", 3) == 0;

            if (prefix == faulty->log_size && sync)
                CHECK(new);
            if (prefix == 0)
                CHECK(old);
            broken += !old && !new;
            free(bytes);
            rls_directory_close(left);
        }
    }
    rls_directory_close(&faulty->base);
    CHECK_EQ_U64(heap.used, 0);
    return broken;
}

TEST(write_sync_rename_is_atomic_and_without_the_sync_is_not)
{
    CHECK_EQ_U64(count_broken(true), 0);
    CHECK(count_broken(false) > 0);
}

TEST(names_that_were_not_synced_survive_in_any_combination)
{
    rls_directory_faulty *faulty = make_faulty("old", "");
    rls_directory        *directory = &faulty->base;
    bool                  seen[4] = {false};

    CHECK_OK(rls_test_write_file(directory, "new", "", 0));
    CHECK_OK(directory->ops->remove(directory, "old", NULL));
    for (uint64_t seed = 0; seed < 64; seed++) {
        char *left = left_after(faulty, faulty->log_size, RLS_LOSS_KEEP, RLS_LOSS_SOME, seed);

        seen[(strstr(left, "new=") != NULL) + 2 * (strstr(left, "old=") != NULL)] = true;
        free(left);
    }
    CHECK(seen[0] && seen[1] && seen[2] && seen[3]);
    rls_directory_close(directory);
}

TEST(the_chosen_call_fails_and_is_not_done)
{
    rls_directory_faulty *faulty = make_faulty("a", "A");
    rls_directory        *directory = &faulty->base;
    rls_directory_file   *file;
    rls_mapping           mapping;
    rls_error             err = {0};

    faulty->fail_error = EDQUOT;
    faulty->fail_at = 1;
    CHECK_EQ_I64(directory->ops->rename(directory, "a", "b", &err), RLS_IO);
    CHECK_EQ_I64(err.system_error, EDQUOT);
    CHECK(faulty->failed);
    CHECK_EQ_U64(faulty->log_size, 0);
    CHECK_OK(directory->ops->rename(directory, "a", "b", &err));
    CHECK_EQ_U64(faulty->calls, 2);

    faulty->fail_at = faulty->calls + 2;
    faulty->for_good = true;
    CHECK_OK(directory->ops->create(directory, "c", &file, &err));
    CHECK_EQ_I64(directory->ops->write(file, "0123456789", 10, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->sync(file, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->close(file, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->map(directory, "b", &mapping, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->remove(directory, "b", &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->sync_names(directory, &err), RLS_IO);
    CHECK_EQ_I64(directory->ops->lock(directory, 0, &err), RLS_IO);
    CHECK(rls_test_list_files(directory) == NULL);
    faulty->fail_at = 0;
    check_left(faulty, faulty->log_size, RLS_LOSS_KEEP, RLS_LOSS_KEEP, "b=A c=01234 ");
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(copied_files_are_the_same_files)
{
    rls_directory_faulty *faulty = make_faulty("a", "A");
    rls_directory        *ram;
    char                 *list;

    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_test_write_file(&faulty->base, "b", "BB", 2));
    CHECK_OK(rls_test_copy_files(&faulty->base, ram));
    list = rls_test_list_files(ram);
    CHECK_EQ_STR(list, "a b ");
    free(list);
    rls_directory_close(ram);
    rls_directory_close(&faulty->base);
    CHECK_EQ_U64(heap.used, 0);
}
