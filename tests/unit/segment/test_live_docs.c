#include "segment/live_docs.h"

#include <stdlib.h>

#include "base/random.h"
#include "codec/envelope.h"
#include "support/directory_files.h"
#include "support/runner.h"

static const uint8_t id[RLS_ID_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

TEST(deletions_come_back_as_they_were)
{
    rls_heap       heap;
    rls_directory *directory;
    rls_random     random = {rls_test_seed()};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, NULL));
    for (uint32_t count = 0; count < 300; count += 1 + count / 7) {
        rls_live_docs live, back;

        CHECK_OK(rls_live_docs_init(&live, &heap, count));
        for (uint32_t i = 0; i < count; i += 1 + rls_random_below(&random, 4)) {
            CHECK(rls_live_docs_delete(&live, i));
            CHECK(!rls_live_docs_delete(&live, i));
        }
        CHECK_OK(rls_live_docs_write(&live, directory, id, "x.liv", NULL));
        CHECK_OK(rls_live_docs_read(&back, &heap, directory, id, "x.liv", count, NULL));
        CHECK_EQ_U64(back.deleted_count, live.deleted_count);
        for (uint32_t i = 0; i < count; i++)
            CHECK(rls_bitset_get(&back.live, i) == rls_bitset_get(&live.live, i));
        rls_live_docs_release(&live, &heap);
        rls_live_docs_release(&back, &heap);
    }
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(ten_documents_one_deleted_are_the_bytes_of_the_format)
{
    static const uint8_t expected[] = {
        'R', 'L', 'S', 'L', 1,  0,  0, 0, 0, 1,    2, 3,   4,   5,   6,   7,    8,    9,    10,
        11,  12,  13,  14,  15, 10, 0, 0, 0, 0xf7, 3, 'R', 'L', 'S', 'E', 0x70, 0xde, 0xca, 0x8a};
    rls_heap       heap;
    rls_directory *directory;
    rls_live_docs  live;
    size_t         size;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, NULL));
    CHECK_OK(rls_live_docs_init(&live, &heap, 10));
    rls_live_docs_delete(&live, 3);
    CHECK_OK(rls_live_docs_write(&live, directory, id, "x.liv", NULL));
    uint8_t *bytes = rls_test_read_file(directory, "x.liv", &size);
    CHECK_EQ_U64(size, sizeof expected);
    CHECK(memcmp(bytes, expected, size) == 0);
    free(bytes);
    rls_live_docs_release(&live, &heap);
    rls_directory_close(directory);
}

TEST(damaged_deletions_are_refused)
{
    rls_heap       heap;
    rls_directory *directory;
    rls_live_docs  live, back;
    uint8_t        other[RLS_ID_SIZE] = {9};
    size_t         size;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, NULL));
    CHECK_OK(rls_live_docs_init(&live, &heap, 77));
    CHECK_OK(rls_live_docs_write(&live, directory, id, "x.liv", NULL));
    CHECK_EQ_I64(rls_live_docs_read(&back, &heap, directory, other, "x.liv", 77, NULL),
                 RLS_CORRUPT);
    CHECK_EQ_I64(rls_live_docs_read(&back, &heap, directory, id, "x.liv", 78, NULL), RLS_CORRUPT);
    uint8_t *bytes = rls_test_read_file(directory, "x.liv", &size);
    for (size_t at = 0; at < size; at++) {
        rls_status status;

        CHECK_OK(rls_test_write_file(directory, "x.liv", bytes, at));
        CHECK_EQ_I64(rls_live_docs_read(&back, &heap, directory, id, "x.liv", 77, NULL),
                     RLS_CORRUPT);
        bytes[at] ^= 0x10;
        CHECK_OK(rls_test_write_file(directory, "x.liv", bytes, size));
        bytes[at] ^= 0x10;
        status = rls_live_docs_read(&back, &heap, directory, id, "x.liv", 77, NULL);
        CHECK(status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
        CHECK(back.live.words == NULL);
    }
    free(bytes);
    rls_live_docs_release(&live, &heap);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
}
