#include "index/index_writer.h"
#include "index/snapshot.h"
#include "support/directory_faulty.h"
#include "support/directory_files.h"
#include "support/model.h"
#include "support/runner.h"

#include <stdlib.h>

/* An index of files: what lies in its folder, and that it depends on contents alone. */

static rls_index_writer *
open_writer(rls_heap *heap, rls_directory *directory)
{
    rls_writer_options options = model_options(1);
    rls_index_writer  *writer;

    CHECK_OK(rls_index_writer_open(heap, directory, &options, &writer, NULL));
    return writer;
}

/* File `number` in a copy of the folder: its contents are those of `version`. */
static rls_status
add_file(rls_index_writer *writer, uint32_t number, uint32_t version, uint32_t copy)
{
    rls_file file = RLS_FILE_INIT;
    char     name[32], bytes[64];

    snprintf(name, sizeof name, "folder/%03u.md", number);
    snprintf(bytes, sizeof bytes, "# Release %u\n\nversion %u of it\n", number, version);
    file.name = name;
    file.bytes = bytes;
    file.size = strlen(bytes);
    file.mtime_ns = (1180310400 + (int64_t)copy * 86400) * 1000000000 + number;
    file.inode = 1000 * (copy + 1) + number;
    return rls_index_writer_add_file(writer, &file, NULL);
}

/* Three commits, so that there are segments to be merged; then one segment. */
static void
make_index(rls_heap *heap, rls_directory *directory, uint32_t copy, bool optimize)
{
    rls_index_writer *writer = open_writer(heap, directory);

    for (uint32_t commit = 0; commit < 3; commit++) {
        for (uint32_t i = 0; i < 6; i++)
            CHECK_OK(add_file(writer, 4 * commit + i, commit, copy));
        CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    }
    if (optimize)
        CHECK_OK(rls_index_writer_optimize(writer, NULL));
    rls_index_writer_close(writer);
}

/* Every live file has the stamps of its copy. */
static bool
has_stamps(rls_snapshot *snapshot, uint32_t copy, uint32_t *out_count)
{
    rls_heap   heap;
    rls_buffer name;
    bool       all = true;

    *out_count = 0;
    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&name, &heap);
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        const rls_segment *segment = snapshot->segments[s].segment;

        for (uint32_t i = 0; i < rls_segment_source_count(segment); i++, ++*out_count) {
            rls_segment_source source;
            int64_t            number;

            CHECK_OK(rls_segment_get_source(segment, i, &name, &source, NULL));
            number = (int64_t)source.inode - 1000 * (copy + 1);
            all = all && number >= 0 && number < 20 &&
                  source.mtime_ns == (1180310400 + (int64_t)copy * 86400) * 1000000000 + number;
        }
    }
    rls_buffer_release(&name);
    return all;
}

/* Names that end so, without the ending. */
static char *
list_ending(rls_directory *directory, const char *ending)
{
    char  *names = rls_test_list_files(directory), *kept = calloc(1, strlen(names) + 1);
    size_t size = strlen(ending);

    for (char *name = strtok(names, " "); name != NULL; name = strtok(NULL, " ")) {
        if (strlen(name) > size && strcmp(name + strlen(name) - size, ending) == 0) {
            char *end = kept + strlen(kept);
            memcpy(end, name, strlen(name) - size);
            end[strlen(name) - size] = ' ';
        }
    }
    free(names);
    return kept;
}

static bool
is_paired(rls_directory *directory)
{
    char *segments = list_ending(directory, ".seg"), *stamps = list_ending(directory, ".stm");
    bool  equal = strcmp(segments, stamps) == 0 && segments[0] != '\0';

    if (!equal)
        printf("# segments %s; stamps %s\n", segments, stamps);
    free(segments);
    free(stamps);
    return equal;
}

TEST(stamps_stay_as_long_as_their_segment_and_no_longer)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_snapshot  *snapshot;
    uint32_t       count;

    for (int optimize = 0; optimize < 2; optimize++) {
        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        make_index(&heap, ram, 0, optimize);
        CHECK(is_paired(ram));
        CHECK_OK(rls_snapshot_load(&heap, ram, true, &snapshot, NULL));
        CHECK(has_stamps(snapshot, 0, &count) && count >= 14);
        rls_snapshot_let_go(snapshot);
        rls_directory_close(ram);
        CHECK_EQ_U64(heap.used, 0);
    }
}

TEST(the_next_writer_removes_stamps_of_no_segment_and_nothing_foreign)
{
    static const char *const ours[] = {"0123456789abcdef0123456789abcdef.stm",
                                       "ffffffffffffffffffffffffffffffff.seg",
                                       "new-00007f0000000000-t.tmp"};
    static const char *const foreign[] = {"0123456789abcdef.stm", "notes.stm",
                                          "0123456789ABCDEF0123456789abcdef.stm",
                                          "0123456789abcdef0123456789abcdef.stm~"};
    rls_heap                 heap;
    rls_directory           *ram;
    rls_index_writer        *writer;
    char                    *names;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    make_index(&heap, ram, 0, true);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        CHECK_OK(rls_test_write_file(ram, ours[i], "x", 1));
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        CHECK_OK(rls_test_write_file(ram, foreign[i], "x", 1));
    writer = open_writer(&heap, ram);
    rls_index_writer_close(writer);
    names = rls_test_list_files(ram);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        char with_space[64];

        snprintf(with_space, sizeof with_space, "%s ", ours[i]);
        CHECK(strstr(names, with_space) == NULL);
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        CHECK(strstr(names, foreign[i]) != NULL);
        CHECK_OK(ram->ops->remove(ram, foreign[i], NULL));
    }
    CHECK(is_paired(ram));
    free(names);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(two_copies_of_a_folder_give_the_same_index)
{
    rls_heap       heap;
    rls_directory *copies[2];
    char          *names[2], *rest;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t copy = 0; copy < 2; copy++) {
        CHECK_OK(rls_directory_open_ram(&heap, &copies[copy], NULL));
        make_index(&heap, copies[copy], copy, copy == 1);
        if (copy == 0) { /* the same history, but closed in between */
            rls_index_writer *writer = open_writer(&heap, copies[0]);

            CHECK_OK(rls_index_writer_optimize(writer, NULL));
            rls_index_writer_close(writer);
        }
        names[copy] = rls_test_list_files(copies[copy]);
    }
    CHECK_EQ_STR(names[0], names[1]);
    rest = names[0];
    for (char *name = strtok_r(rest, " ", &rest); name != NULL; name = strtok_r(rest, " ", &rest)) {
        size_t   sizes[2];
        uint8_t *bytes[2];

        if (strstr(name, ".stm") != NULL)
            continue;
        for (int copy = 0; copy < 2; copy++)
            bytes[copy] = rls_test_read_file(copies[copy], name, &sizes[copy]);
        CHECK_EQ_U64(sizes[0], sizes[1]);
        CHECK(memcmp(bytes[0], bytes[1], sizes[0]) == 0);
        free(bytes[0]);
        free(bytes[1]);
    }
    for (int copy = 0; copy < 2; copy++) {
        free(names[copy]);
        rls_directory_close(copies[copy]);
    }
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_commit_that_a_power_loss_leaves_has_its_stamps)
{
    static const rls_loss losses[] = {RLS_LOSS_DROP, RLS_LOSS_KEEP, RLS_LOSS_SOME};
    rls_heap              heap;
    rls_directory        *ram;
    rls_directory_faulty *faulty;
    uint32_t              found = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    faulty = rls_directory_faulty_new(ram);
    make_index(&heap, &faulty->base, 0, true);
    for (size_t prefix = 0; prefix <= faulty->log_size; prefix++) {
        for (int kind = 0; kind < 9; kind++) {
            rls_directory *left =
                rls_directory_faulty_power_loss(faulty, prefix, losses[kind % 3], losses[kind / 3],
                                                rls_test_seed() + prefix, &heap);
            rls_snapshot *snapshot;
            rls_status    status = rls_snapshot_load(&heap, left, true, &snapshot, NULL);
            uint32_t      count;

            if (status == RLS_OK) {
                CHECK(has_stamps(snapshot, 0, &count));
                found += count > 0;
                rls_snapshot_let_go(snapshot);
            } else {
                CHECK(status == RLS_NOT_FOUND);
            }
            rls_directory_close(left);
        }
    }
    CHECK(found > 0);
    rls_directory_close(&faulty->base);
    CHECK_EQ_U64(heap.used, 0);
}
