/* Stamps: any bytes as a file, its checksum repaired. The first two bytes are how many sources the
 * segment is said to have. */
#include "base/crc32.h"
#include "fuzz.h"
#include "segment/stamps.h"
#include "support/directory_files.h"

/* What is read is written again; then both tell the same. */
static void
check_again(rls_heap *heap, const rls_stamps *stamps, const uint8_t *id, uint32_t count)
{
    rls_directory    *directory;
    rls_stamps_writer writer;
    rls_stamps        again;
    int64_t           mtime, mtime_again;
    uint64_t          inode, inode_again;
    uint8_t          *file;
    size_t            size;

    rls_stamps_writer_init(&writer, heap);
    for (uint32_t i = 0; i < count; i++) {
        rls_stamps_get(stamps, i, &mtime, &inode);
        rls_stamps_writer_add(&writer, mtime, inode);
    }
    FUZZ_CHECK(rls_directory_open_ram(heap, &directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_stamps_writer_put_file(&writer, directory, id, "again", NULL) == RLS_OK);
    rls_stamps_writer_release(&writer);
    file = rls_test_read_file(directory, "again", &size);
    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(rls_stamps_open_file(&again, rls_bytes_of(file, size), id, count, "again", NULL) ==
               RLS_OK);
    for (uint32_t i = 0; i < count; i++) {
        rls_stamps_get(stamps, i, &mtime, &inode);
        rls_stamps_get(&again, i, &mtime_again, &inode_again);
        FUZZ_CHECK(mtime == mtime_again && inode == inode_again);
    }
    free(file);
    rls_directory_close(directory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    uint32_t   count = fuzz_u16(&input);
    uint8_t   *file = fuzz_copy(rls_bytes_of(input.data, input.size), RLS_MAP_PADDING);
    rls_bytes  bytes = rls_bytes_of(file, input.size);
    uint8_t    id[RLS_ID_SIZE] = {0};
    rls_heap   heap;
    rls_stamps stamps;
    rls_status status;

    if (input.size >= RLS_ENVELOPE_HEAD + RLS_ENVELOPE_FOOT) {
        memcpy(id, file + 8, sizeof id);
        memcpy(file + input.size - RLS_ENVELOPE_FOOT, "RLSE", 4);
        rls_set_u32(file + input.size - 4, rls_crc32(0, file, input.size - 4));
    }
    fuzz_heap_begin(&heap);
    status = rls_stamps_open_file(&stamps, bytes, id, count, "stamps", NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    FUZZ_CHECK(stamps.count == (status == RLS_OK ? count : 0));
    if (status == RLS_OK)
        check_again(&heap, &stamps, id, count);
    id[3] ^= 1;
    FUZZ_CHECK(rls_stamps_open_file(&stamps, bytes, id, count, "stamps", NULL) != RLS_OK);
    fuzz_heap_end(&heap);
    free(file);
    return 0;
}
