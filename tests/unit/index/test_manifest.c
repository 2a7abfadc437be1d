#include "index/manifest.h"
#include "support/directory_files.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"

static void
fill(rls_manifest *manifest, rls_heap *heap)
{
    rls_manifest_init(manifest, heap);
    manifest->generation = 7;
    manifest->store = true;
    manifest->schema = rls_bytes_of("language: english\n", 18);
    manifest->language_count = 2;
    manifest->languages = rls_arena_alloc_zeroed(&manifest->arena, 2, sizeof *manifest->languages);
    manifest->languages[0] = (rls_manifest_language){rls_bytes_of("english", 7), 11};
    manifest->languages[1] = (rls_manifest_language){rls_bytes_of("french", 6), 12};
    manifest->root_count = 1;
    manifest->roots = rls_arena_alloc_zeroed(&manifest->arena, 1, sizeof *manifest->roots);
    manifest->roots[0] = (rls_manifest_root){rls_bytes_of("", 0), rls_bytes_of("/a/b", 4)};
    manifest->segment_count = 2;
    manifest->segments = rls_arena_alloc_zeroed(&manifest->arena, 2, sizeof *manifest->segments);
    manifest->segments[0] = (rls_manifest_segment){{1, 2, 3}, 1 << 20, 100, 3, 5};
    manifest->segments[1] = (rls_manifest_segment){{0xff}, 77, 1, 0, 0};
}

TEST(a_commit_is_read_as_it_was_written)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_manifest   written, read;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    CHECK_OK(rls_manifest_read_newest(&read, &heap, ram, NULL));
    CHECK_EQ_U64(read.generation, 7);
    CHECK(read.store);
    CHECK_EQ_BYTES(read.schema.data, read.schema.size, "language: english\n");
    CHECK_EQ_U64(read.language_count, 2);
    CHECK_EQ_BYTES(read.languages[1].name.data, read.languages[1].name.size, "french");
    CHECK_EQ_U64(read.languages[1].fingerprint, 12);
    CHECK_EQ_U64(read.root_count, 1);
    CHECK_EQ_BYTES(read.roots[0].path.data, read.roots[0].path.size, "/a/b");
    CHECK_EQ_U64(read.segment_count, 2);
    CHECK(memcmp(read.segments, written.segments, 2 * sizeof *read.segments) == 0);
    rls_manifest_release(&read);
    rls_manifest_release(&written);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_newest_commit_that_is_whole_is_read)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_manifest   written, read;
    rls_error      err;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK(rls_manifest_read_newest(&read, &heap, ram, &err) == RLS_NOT_FOUND);
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    CHECK_OK(rls_test_write_file(ram, "commit-0000000000000008.man", "RLSM broken", 11));
    CHECK_OK(rls_manifest_read_newest(&read, &heap, ram, &err));
    CHECK_EQ_U64(read.generation, 7);
    rls_manifest_release(&read);
    CHECK_OK(ram->ops->remove(ram, "commit-0000000000000007.man", NULL));
    CHECK(rls_manifest_read_newest(&read, &heap, ram, &err) == RLS_CORRUPT);
    CHECK(strstr(err.message, "commit-0000000000000008.man") != NULL);
    rls_manifest_release(&written);
    rls_directory_close(ram);
}

static void
count_problem(void *context, const char *file, const char *message)
{
    CHECK_EQ_STR(file, "commit-0000000000000008.man");
    CHECK(message[0] != '\0');
    ++*(int *)context;
}

TEST(a_damaged_commit_above_the_one_in_use_is_told)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_manifest   written;
    int            problems = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    CHECK_OK(rls_manifest_check_newer(&heap, ram, 7, count_problem, &problems, NULL));
    CHECK_OK(rls_test_write_file(ram, "commit-0000000000000008.man", "RLSM broken", 11));
    CHECK(rls_manifest_check_newer(&heap, ram, 7, count_problem, &problems, NULL) == RLS_CORRUPT);
    CHECK_EQ_I64(problems, 1);
    rls_manifest_release(&written);
    rls_directory_close(ram);
}

TEST(every_cut_and_every_flipped_bit_of_a_commit_is_noticed)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_manifest   written, read;
    uint8_t       *bytes;
    size_t         size;
    const char    *name = "commit-0000000000000007.man";

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    bytes = rls_test_read_file(ram, name, &size);
    for (size_t cut = 0; cut < size; cut++) {
        CHECK_OK(rls_test_write_file(ram, name, bytes, cut));
        CHECK(rls_manifest_read_newest(&read, &heap, ram, NULL) != RLS_OK);
    }
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_OK(rls_test_write_file(ram, name, bytes, size));
        CHECK(rls_manifest_read_newest(&read, &heap, ram, NULL) != RLS_OK);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(bytes);
    rls_manifest_release(&written);
    rls_directory_close(ram);
}

TEST(a_commit_read_without_memory_says_so_and_leaks_nothing)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_manifest   written;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        tight;
        rls_manifest    read;
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&tight, &faulty.allocator, SIZE_MAX);
        status = rls_manifest_read_newest(&read, &tight, ram, NULL);
        if (status == RLS_OK)
            rls_manifest_release(&read);
        CHECK(faulty.live == 0);
        if (!faulty.failed)
            break;
        CHECK(status == RLS_NO_MEMORY);
    }
    rls_manifest_release(&written);
    rls_directory_close(ram);
}

/* A folder whose writer commits each time a reader has listed it, and removes the commit before. */
static struct {
    const rls_directory_ops *ops;
    rls_manifest            *manifest;
    int                      commits_left;
} busy;

static rls_status
list_and_commit(rls_directory *directory, rls_status (*visit)(void *context, const char *name),
                void *context, rls_error *err)
{
    rls_status status = busy.ops->list(directory, visit, context, err);
    char       name[RLS_NAME_SIZE];

    if (busy.commits_left > 0) {
        busy.commits_left--;
        rls_manifest_file_name(busy.manifest->generation++, name);
        CHECK_OK(rls_manifest_publish(busy.manifest, directory, NULL));
        CHECK_OK(busy.ops->remove(directory, name, NULL));
    }
    return status;
}

TEST(a_commit_is_read_however_often_it_is_replaced_meanwhile)
{
    rls_heap          heap;
    rls_directory    *ram;
    rls_directory_ops ops;
    rls_manifest      written, read;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    fill(&written, &heap);
    CHECK_OK(rls_manifest_publish(&written, ram, NULL));
    busy.ops = ram->ops;
    busy.manifest = &written;
    busy.commits_left = 50;
    ops = *ram->ops;
    ops.list = list_and_commit;
    ram->ops = &ops;
    CHECK_OK(rls_manifest_read_newest(&read, &heap, ram, NULL));
    CHECK_EQ_U64(read.generation, 57);
    ram->ops = busy.ops;
    rls_manifest_release(&read);
    rls_manifest_release(&written);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}
