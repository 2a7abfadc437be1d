#include "segment/stamps.h"

#include "base/crc32.h"
#include "segment_fixture.h"

enum {
    TINY_BYTES = 24 + 8 + 2 * 24 + 8 /* envelope, counts, two arrays of one frame without data */
};

static const uint8_t tiny_id[RLS_ID_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* The example of docs/format.md. */
static const uint8_t tiny[TINY_BYTES] = {
    0x52, 0x4c, 0x53, 0x54, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
    0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x80, 0x1b, 0x5a, 0x46, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x52, 0x4c, 0x53, 0x45, 0xc1, 0x58, 0xab, 0x9e};

/* --- the file alone --- */

static uint8_t *
write_stamps(const int64_t *mtimes, const uint64_t *inodes, uint32_t count, size_t *out_size)
{
    rls_heap          heap;
    rls_directory    *ram;
    rls_stamps_writer writer;
    uint8_t          *bytes;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    rls_stamps_writer_init(&writer, &heap);
    for (uint32_t i = 0; i < count; i++)
        rls_stamps_writer_add(&writer, mtimes[i], inodes[i]);
    CHECK_OK(rls_stamps_writer_put_file(&writer, ram, tiny_id, "new", NULL));
    rls_stamps_writer_release(&writer);
    bytes = rls_test_read_file(ram, "new", out_size);
    CHECK(bytes != NULL);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
    return bytes;
}

static void
knows_nothing(const rls_stamps *stamps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int64_t  mtime = 1;
        uint64_t inode = 1;

        rls_stamps_get(stamps, i, &mtime, &inode);
        CHECK(mtime == 0 && inode == 0);
    }
}

TEST(one_stamp_has_the_bytes_of_format_1)
{
    int64_t  mtime = INT64_C(1180310400000000000);
    uint64_t inode = 7;
    size_t   size;
    uint8_t *bytes = write_stamps(&mtime, &inode, 1, &size);

    CHECK_EQ_U64(size, sizeof tiny);
    CHECK(memcmp(bytes, tiny, size) == 0);
    free(bytes);
}

TEST(any_stamps_come_back)
{
    static const int64_t  odd_times[] = {0, -1, INT64_MIN, INT64_MAX, 1000000000, -3000000000};
    static const uint64_t odd_inodes[] = {0, 1, UINT64_MAX};
    rls_random            random = {rls_test_seed()};
    int64_t               mtimes[400];
    uint64_t              inodes[400];

    for (int round = 0; round < 60; round++) {
        uint32_t   count = rls_random_below(&random, round < 40 ? 5 : 400);
        bool       whole = round % 2 == 0;
        rls_stamps stamps;
        size_t     size;
        uint8_t   *bytes;

        for (uint32_t i = 0; i < count; i++) {
            mtimes[i] = INT64_C(1180310400) * 1000000000 + rls_random_below(&random, 1u << 30);
            if (rls_random_below(&random, 4) == 0)
                mtimes[i] = odd_times[rls_random_below(&random, 6)];
            if (whole)
                mtimes[i] -= mtimes[i] % 1000000000;
            inodes[i] = rls_random_below(&random, 4) == 0 ? odd_inodes[rls_random_below(&random, 3)]
                                                          : rls_random_below(&random, 1u << 20);
        }
        bytes = write_stamps(mtimes, inodes, count, &size);
        CHECK_OK(
            rls_stamps_open_file(&stamps, rls_bytes_of(bytes, size), tiny_id, count, "x", NULL));
        for (uint32_t i = 0; i < count; i++) {
            int64_t  mtime;
            uint64_t inode;

            rls_stamps_get(&stamps, i, &mtime, &inode);
            CHECK_EQ_I64(mtime, mtimes[i]);
            CHECK_EQ_U64(inode, inodes[i]);
        }
        free(bytes);
    }
}

TEST(damaged_stamps_know_nothing)
{
    int64_t  mtimes[200];
    uint64_t inodes[200];
    size_t   size;
    uint8_t *bytes;

    for (uint32_t i = 0; i < 200; i++) {
        mtimes[i] = (int64_t)i * i * 1000003;
        inodes[i] = 1 + i * 77 % 1013;
    }
    bytes = write_stamps(mtimes, inodes, 200, &size);
    for (size_t at = 0; at < 2 * size; at++) {
        bool       cut = at >= size;
        rls_stamps stamps;
        rls_error  err = {0};
        rls_status status;
        uint8_t   *copy = malloc(size + RLS_MAP_PADDING);

        memcpy(copy, bytes, size);
        if (!cut)
            copy[at] ^= (uint8_t)(1 << at % 8);
        status = rls_stamps_open_file(&stamps, rls_bytes_of(copy, cut ? at - size : size), tiny_id,
                                      200, "x.stm", &err);
        CHECK(status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
        CHECK(strstr(err.message, "x.stm") != NULL);
        knows_nothing(&stamps, 200);
        free(copy);
    }
    free(bytes);
}

/* Behind a checksum that fits anything may be read; accesses stay inside. */
TEST(damage_behind_the_checksum_harms_nobody)
{
    rls_random random = {rls_test_seed() + 1};
    int64_t    mtimes[150];
    uint64_t   inodes[150];
    size_t     size;
    uint8_t   *bytes;

    for (uint32_t i = 0; i < 150; i++) {
        mtimes[i] = (int64_t)i * 1000000000;
        inodes[i] = i * i;
    }
    bytes = write_stamps(mtimes, inodes, 150, &size);
    for (int round = 0; round < 3000; round++) {
        rls_stamps stamps;
        uint8_t   *copy = malloc(size + RLS_MAP_PADDING);

        memcpy(copy, bytes, size);
        for (uint32_t i = 1 + rls_random_below(&random, 4); i > 0; i--)
            copy[24 + rls_random_below(&random, (uint32_t)size - 32)] =
                (uint8_t)rls_random_below(&random, 256);
        rls_set_u32(copy + size - 4, rls_crc32(0, copy, size - 4));
        if (rls_stamps_open_file(&stamps, rls_bytes_of(copy, size), tiny_id, 150, "x", NULL) !=
            RLS_OK) {
            knows_nothing(&stamps, 150);
        } else {
            for (uint32_t i = 0; i < 151; i++) {
                int64_t  mtime;
                uint64_t inode;

                rls_stamps_get(&stamps, i, &mtime, &inode);
            }
        }
        free(copy);
    }
    free(bytes);
}

TEST(stamps_of_another_segment_or_count_know_nothing)
{
    uint8_t    other[RLS_ID_SIZE] = {1};
    rls_bytes  file = rls_bytes_of(tiny, sizeof tiny);
    rls_stamps stamps;

    CHECK_EQ_I64(rls_stamps_open_file(&stamps, file, other, 1, "x", NULL), RLS_CORRUPT);
    knows_nothing(&stamps, 1);
    CHECK_EQ_I64(rls_stamps_open_file(&stamps, file, tiny_id, 2, "x", NULL), RLS_CORRUPT);
    knows_nothing(&stamps, 2);
    CHECK_EQ_I64(rls_stamps_open_file(&stamps, file, tiny_id, 0, "x", NULL), RLS_CORRUPT);
}

/* --- beside a segment --- */

static void
stamp(size_t i, int copy, rls_segment_source *source)
{
    source->mtime_ns = (copy == 0 ? 1180310400 : 1700000000) * INT64_C(1000000000) + (int64_t)i;
    source->inode = (copy == 0 ? 5000 : 90000) + 3 * i;
}

/* Documents [from, to), each from a file of its own, as files of copy 0 or 1 of the folder. */
static rls_segment *
write_copy(fixture *f, size_t from, size_t to, int copy)
{
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;

    CHECK_OK(rls_segment_batch_new(&f->heap, &f->settings, &batch, NULL));
    for (size_t i = from; i < to; i++) {
        rls_segment_source source = {.name = bytes_of(f->corpus->documents[i].key),
                                     .size = 100 + i,
                                     .hash = i * UINT64_C(0x9e3779b97f4a7c15),
                                     .format = 1};
        rls_arena          arena;
        rls_document       document;

        stamp(i, copy, &source);
        rls_arena_init(&arena, &f->heap, 16 * 1024);
        CHECK_OK(fixture_document(f, i, &document, &arena));
        CHECK_OK(rls_segment_batch_source(batch, &source, NULL));
        CHECK_OK(rls_segment_batch_add(batch, &document, FIXTURE_BYTES, NULL));
        rls_arena_release(&arena);
    }
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    CHECK_OK(
        rls_segment_write(&f->heap, f->directory, &f->settings, &batch, 1, &segment, &live, NULL));
    rls_live_docs_release(&live, &f->heap);
    rls_segment_batch_free(batch);
    return segment;
}

/* Document `doc` of the segment is document `first` + doc of the corpus. */
static void
check_stamps(fixture *f, const rls_segment *segment, size_t first, int copy)
{
    uint32_t   count = rls_segment_source_count(segment);
    rls_buffer name;

    rls_buffer_init(&name, &f->heap);
    CHECK_EQ_U64(count, rls_segment_get_info(segment)->doc_count);
    for (uint32_t doc = 0; doc < count; doc++) {
        rls_segment_source source, expected = {0};

        CHECK_OK(rls_segment_get_source(segment, rls_segment_doc_source(segment, doc), &name,
                                        &source, NULL));
        if (copy >= 0)
            stamp(first + doc, copy, &expected);
        CHECK_EQ_I64(source.mtime_ns, expected.mtime_ns);
        CHECK_EQ_U64(source.inode, expected.inode);
        CHECK_EQ_U64(source.size, 100 + first + doc);
    }
    rls_buffer_release(&name);
}

TEST(two_copies_of_a_folder_give_the_same_segment)
{
    fixture f, g;

    fixture_init(&f, rls_test_seed() + 80, 40, 20);
    fixture_init(&g, rls_test_seed() + 80, 40, 20);
    rls_segment *a = write_copy(&f, 0, 40, 0), *b = write_copy(&g, 0, 40, 1);
    size_t       size_a, size_b;
    uint8_t     *bytes_a = rls_test_read_file(f.directory, rls_segment_get_info(a)->name, &size_a);
    uint8_t     *bytes_b = rls_test_read_file(g.directory, rls_segment_get_info(b)->name, &size_b);
    CHECK_EQ_STR(rls_segment_get_info(a)->name, rls_segment_get_info(b)->name);
    CHECK_EQ_U64(size_a, size_b);
    CHECK(memcmp(bytes_a, bytes_b, size_a) == 0);
    check_stamps(&f, a, 0, 0);
    check_stamps(&g, b, 0, 1);
    free(bytes_a);
    free(bytes_b);
    rls_segment_close(a);
    rls_segment_close(b);
    fixture_release(&f);
    fixture_release(&g);
}

TEST(a_merge_carries_stamps_over)
{
    fixture         f;
    rls_merge_input inputs[2] = {{0}};
    rls_segment    *merged, *again;

    fixture_init(&f, rls_test_seed() + 81, 60, 10);
    inputs[0].segment = write_copy(&f, 0, 25, 1);
    inputs[1].segment = write_copy(&f, 25, 60, 1);
    CHECK_OK(
        rls_segment_merge(&f.heap, f.directory, &f.settings, inputs, 2, NULL, NULL, &merged, NULL));
    check_stamps(&f, merged, 0, 1);
    CHECK_OK(rls_segment_open(&f.heap, f.directory, rls_segment_get_info(merged)->name, true,
                              &again, NULL));
    check_stamps(&f, again, 0, 1);
    fixture_check(again);
    rls_segment_close(again);
    rls_segment_close(merged);
    rls_segment_close((rls_segment *)inputs[0].segment);
    rls_segment_close((rls_segment *)inputs[1].segment);
    fixture_release(&f);
}

typedef struct problems {
    uint32_t stamps, others;
} problems;

static void
count_problem(void *context, const char *section, const char *message)
{
    problems *found = context;

    CHECK(message[0] != '\0');
    if (strcmp(section, "stamps") == 0)
        found->stamps++;
    else
        found->others++;
}

TEST(without_good_stamps_a_segment_opens_and_its_sources_have_none)
{
    fixture  f;
    char     stamps_name[RLS_STAMPS_NAME_SIZE], name[sizeof((rls_segment_info *)0)->name];
    uint8_t *good;
    size_t   size;

    fixture_init(&f, rls_test_seed() + 82, 12, 10);
    rls_segment *segment = write_copy(&f, 0, 12, 0);
    strcpy(name, rls_segment_get_info(segment)->name);
    rls_stamps_name(rls_segment_get_info(segment)->id, stamps_name);
    rls_segment_close(segment);
    good = rls_test_read_file(f.directory, stamps_name, &size);
    CHECK(good != NULL);
    /* Not there; empty; cut; a byte changed; of another count; as it was. */
    for (int kind = 0; kind < 6; kind++) {
        problems found = {0};
        uint8_t *bytes = malloc(size);

        memcpy(bytes, good, size);
        f.directory->ops->remove(f.directory, stamps_name, NULL);
        if (kind == 3)
            bytes[size / 2] ^= 4;
        if (kind == 4) {
            rls_set_u32(bytes + 24, 11);
            rls_set_u32(bytes + size - 4, rls_crc32(0, bytes, size - 4));
        }
        if (kind > 0)
            CHECK_OK(rls_test_write_file(f.directory, stamps_name, bytes,
                                         kind == 1   ? 0
                                         : kind == 2 ? size - 9
                                                     : size));
        for (int verify = 0; verify < 2; verify++) {
            rls_merge_input input = {0};
            rls_segment    *merged;

            CHECK_OK(rls_segment_open(&f.heap, f.directory, name, verify, &segment, NULL));
            check_stamps(&f, segment, 0, kind == 5 ? 0 : -1);
            found = (problems){0};
            CHECK_EQ_I64(rls_segment_check(segment, NULL, count_problem, &found, NULL),
                         kind == 0 || kind == 5 ? RLS_OK : RLS_CORRUPT);
            CHECK_EQ_U64(found.stamps, kind == 0 || kind == 5 ? 0 : 1);
            CHECK_EQ_U64(found.others, 0);
            f.settings.salt = 99; /* apart from the segment itself */
            input.segment = segment;
            CHECK_OK(rls_segment_merge(&f.heap, f.directory, &f.settings, &input, 1, NULL, NULL,
                                       &merged, NULL));
            check_stamps(&f, merged, 0, kind == 5 ? 0 : -1);
            rls_segment_close(merged);
            rls_segment_close(segment);
        }
        free(bytes);
    }
    free(good);
    fixture_release(&f);
}

TEST(a_segment_without_sources_has_no_stamps)
{
    fixture            f;
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;
    char               stamps_name[RLS_STAMPS_NAME_SIZE];
    char              *names;

    fixture_init(&f, rls_test_seed() + 83, 3, 5);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    for (size_t i = 0; i < 3; i++) {
        rls_arena    arena;
        rls_document document;

        rls_arena_init(&arena, &f.heap, 16 * 1024);
        CHECK_OK(fixture_document(&f, i, &document, &arena));
        CHECK_OK(rls_segment_batch_source(batch, NULL, NULL));
        CHECK_OK(rls_segment_batch_add(batch, &document, 1, NULL));
        rls_arena_release(&arena);
    }
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    CHECK_OK(
        rls_segment_write(&f.heap, f.directory, &f.settings, &batch, 1, &segment, &live, NULL));
    names = rls_test_list_files(f.directory);
    CHECK(strstr(names, ".stm") == NULL);
    free(names);
    /* Nor is one looked at. */
    rls_stamps_name(rls_segment_get_info(segment)->id, stamps_name);
    CHECK_OK(rls_test_write_file(f.directory, stamps_name, "x", 1));
    fixture_check(segment);
    rls_live_docs_release(&live, &f.heap);
    rls_segment_close(segment);
    rls_segment_batch_free(batch);
    fixture_release(&f);
}
