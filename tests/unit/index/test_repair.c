#include <errno.h>
#include <stdlib.h>

#include "index/repair.h"
#include "support/directory_faulty.h"
#include "support/directory_files.h"
#include "support/model.h"
#include "support/runner.h"

/* What a repair tells: "file: section: message" lines. */
typedef struct told {
    char   text[1 << 16];
    size_t size;
} told;

static void
hear(void *context, const char *file, const char *section, const char *message)
{
    told *lines = context;

    lines->size += (size_t)snprintf(lines->text + lines->size, sizeof lines->text - lines->size,
                                    "%s: %s: %s\n", file, section, message);
}

static rls_status
repair(rls_heap *heap, rls_directory *directory, told *lines, rls_repair_report *out_report)
{
    rls_writer_options options = model_options(1);

    options.create = false;
    *lines = (told){.size = 0};
    return rls_repair_run(heap, directory, &options, hear, lines, out_report, NULL);
}

static bool
holds(rls_heap *heap, rls_directory *directory, const model *state)
{
    rls_snapshot *snapshot;
    rls_error     err = {0};
    bool          equal;

    if (rls_snapshot_load(heap, directory, true, &snapshot, &err) != RLS_OK) {
        printf("# %s\n", err.message);
        return false;
    }
    equal = model_equals(snapshot, state, true);
    rls_snapshot_let_go(snapshot);
    return equal;
}

/* Commits documents [from, to). */
static void
commit(rls_heap *heap, rls_directory *directory, model *state, uint32_t from, uint32_t to,
       uint32_t version)
{
    rls_writer_options options = model_options(1);
    rls_index_writer  *writer;

    CHECK_OK(rls_index_writer_open(heap, directory, &options, &writer, NULL));
    for (uint32_t i = from; i < to; i++)
        CHECK_OK(model_add(writer, state, i, version, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    rls_index_writer_close(writer);
}

/* The name of the last file that ends so; good until the next call. */
static const char *
find_file(rls_directory *directory, const char *ending)
{
    static char found[RLS_NAME_SIZE + 16];
    char       *names = rls_test_list_files(directory), *rest = NULL;

    found[0] = '\0';
    for (char *name = strtok_r(names, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        if (strlen(name) > strlen(ending) &&
            strcmp(name + strlen(name) - strlen(ending), ending) == 0)
            snprintf(found, sizeof found, "%s", name);
    }
    free(names);
    return found;
}

/* Changes bytes of the file from `at` on, counted from the end when negative. */
static void
damage(rls_directory *directory, const char *name, long at, size_t count)
{
    size_t   size;
    uint8_t *bytes = rls_test_read_file(directory, name, &size);
    size_t   from = at < 0 ? size - (size_t)-at : (size_t)at;

    CHECK(bytes != NULL && from + count <= size);
    for (size_t i = 0; i < count; i++)
        bytes[from + i] ^= 0x55;
    CHECK_OK(rls_test_write_file(directory, name, bytes, size));
    free(bytes);
}

/* All files with their bytes, for comparing. */
static char *
everything(rls_directory *directory, size_t *out_size)
{
    char *names = rls_test_list_files(directory), *rest = NULL, *all = malloc(1 << 20);

    *out_size = 0;
    for (char *name = strtok_r(names, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        size_t   size;
        uint8_t *bytes = rls_test_read_file(directory, name, &size);

        CHECK(*out_size + size + 100 < 1 << 20);
        *out_size += (size_t)sprintf(all + *out_size, "%s:", name);
        memcpy(all + *out_size, bytes, size);
        *out_size += size;
        free(bytes);
    }
    free(names);
    return all;
}

/* Too many open files and the like say nothing about a segment. */
TEST(trouble_of_the_system_ends_a_repair_with_nothing_changed)
{
    static const int errors[] = {EMFILE, EACCES};
    rls_heap         heap;
    rls_directory   *ram;
    model            state = {{0}};
    size_t           before_size, failures = 0;
    char            *before;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    commit(&heap, ram, &state, 0, 20, 1);
    commit(&heap, ram, &state, 10, 12, 2);
    before = everything(ram, &before_size);
    for (int e = 0; e < 2; e++) {
        for (uint64_t n = 1;; n++) {
            rls_directory        *copy;
            rls_directory_faulty *faulty;
            rls_repair_report     report;
            told                  lines;
            char                 *after;
            size_t                after_size;
            bool                  failed;
            rls_status            status;

            CHECK_OK(rls_directory_open_ram(&heap, &copy, NULL));
            CHECK_OK(rls_test_copy_files(ram, copy));
            faulty = rls_directory_faulty_new(copy);
            faulty->fail_at = n;
            faulty->fail_error = errors[e];
            status = repair(&heap, &faulty->base, &lines, &report);
            failed = faulty->failed;
            faulty->fail_at = 0;
            after = everything(&faulty->base, &after_size);
            CHECK(status == RLS_IO || status == RLS_OK);
            CHECK(after_size == before_size && memcmp(before, after, after_size) == 0);
            CHECK_EQ_U64(lines.size, 0);
            free(after);
            rls_directory_close(&faulty->base);
            failures += status == RLS_IO;
            if (!failed || n > 1000)
                break;
        }
    }
    CHECK(failures > 10);
    free(before);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

/* The older commit is the index again; what the newer one had may still be wanted. */
TEST(a_damaged_newer_commit_and_the_segments_it_alone_names_are_kept_aside)
{
    rls_heap          heap;
    rls_directory    *older, *ram;
    model             state = {{0}}, newer;
    rls_repair_report report;
    told              lines;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &older, NULL));
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    commit(&heap, older, &state, 0, 20, 1);
    newer = state;
    CHECK_OK(rls_test_copy_files(older, ram));
    commit(&heap, ram, &newer, 10, 30, 2);
    CHECK_OK(rls_test_copy_files(older, ram));
    damage(ram, find_file(ram, ".man"), 30, 1);
    CHECK_OK(repair(&heap, ram, &lines, &report));
    CHECK(holds(&heap, ram, &state));
    CHECK(strcmp(find_file(ram, ".man.damaged"), "commit-0000000000000002.man.damaged") == 0);
    CHECK(find_file(ram, ".seg.damaged")[0] != '\0');
    CHECK(find_file(ram, ".liv.damaged")[0] != '\0');
    CHECK(strstr(lines.text, "is kept aside as") != NULL);
    commit(&heap, ram, &state, 40, 41, 1);
    CHECK(find_file(ram, ".seg.damaged")[0] != '\0');
    rls_directory_close(older);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(damaged_deletions_are_kept_aside)
{
    rls_heap          heap;
    rls_directory    *ram;
    model             state = {{0}};
    rls_repair_report report;
    told              lines;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    commit(&heap, ram, &state, 0, 20, 1);
    commit(&heap, ram, &state, 10, 12, 2);
    damage(ram, find_file(ram, ".liv"), -5, 1);
    CHECK_OK(repair(&heap, ram, &lines, &report));
    CHECK(holds(&heap, ram, &state)); /* those replaced are known */
    CHECK(find_file(ram, ".liv.damaged")[0] != '\0');
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

/* Stopped between setting files aside and its commit. */
TEST(a_repair_that_was_stopped_is_made_again)
{
    for (int lost = 0; lost < 2; lost++) {
        for (uint64_t n = 1;; n++) {
            rls_heap              heap;
            rls_directory        *ram;
            rls_directory_faulty *faulty;
            model                 state = {{0}};
            rls_repair_report     report;
            told                  lines;
            bool                  failed;

            rls_heap_init(&heap, NULL, SIZE_MAX);
            CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
            commit(&heap, ram, &state, 0, 20, 1);
            commit(&heap, ram, &state, 10, 12, 2);
            if (lost)
                damage(ram, find_file(ram, ".man"), 30, 1);
            else
                damage(ram, find_file(ram, ".seg"), -8, 1);
            faulty = rls_directory_faulty_new(ram);
            faulty->fail_at = n;
            faulty->fail_error = ENOSPC;
            faulty->for_good = true;
            repair(&heap, &faulty->base, &lines, &report);
            failed = faulty->failed;
            faulty->fail_at = 0;
            CHECK_OK(repair(&heap, &faulty->base, &lines, &report));
            CHECK(holds(&heap, &faulty->base, &state));
            rls_directory_close(&faulty->base);
            CHECK_EQ_U64(heap.used, 0);
            if (!failed || n > 1000)
                break;
        }
    }
}

/* Neither the commit nor the end of the segment says how many documents there were: a stretch of
 * two megabytes without a block does not hide those behind it, and that some may be lost is told.
 */
TEST(documents_of_an_unknown_number_are_saved_and_what_is_not_known_is_told)
{
    rls_heap          heap;
    rls_directory    *ram;
    model             state = {{0}};
    rls_repair_report report;
    told              lines;
    size_t            size;
    uint8_t          *bytes, *longer;
    char              name[RLS_NAME_SIZE];
    const size_t      gap = 2 << 20;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    commit(&heap, ram, &state, 0, 20, 1);
    CHECK_OK(ram->ops->remove(ram, find_file(ram, ".man"), NULL));
    snprintf(name, sizeof name, "%s", find_file(ram, ".seg"));
    bytes = rls_test_read_file(ram, name, &size);
    longer = calloc(1, size + gap);
    /* The stored text comes first in a segment; nothing behind its block is left. */
    memcpy(longer, bytes, 64);
    memcpy(longer + gap, bytes + 64, size / 4);
    CHECK_OK(rls_test_write_file(ram, name, longer, gap + size / 4));
    CHECK_OK(repair(&heap, ram, &lines, &report));
    CHECK_EQ_U64(report.saved, 20);
    CHECK_EQ_U64(report.unnamed, 20);
    CHECK(strstr(lines.text, "lost: how many documents it had cannot be read") != NULL);
    free(bytes);
    free(longer);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}
