/* The container of a segment: any bytes as a file, as they are and with every checksum repaired,
 * opened without and with verifying. */
#include "base/crc32.h"
#include "base/hash.h"
#include "fuzz_walk.h"
#include "support/directory_files.h"

/* Section checksums where the table says, then the id, then the file's own. */
static void
repair(uint8_t *file, size_t size)
{
    uint8_t *table = file + size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE;
    uint8_t *id = table + RLS_SECTION_TABLE - RLS_ID_SIZE;

    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        uint8_t *entry = table + i * RLS_SECTION_ENTRY;
        uint64_t offset = rls_get_u64(entry), length = rls_get_u64(entry + 8);

        if (offset <= size && length <= size - offset)
            rls_set_u32(entry + 16, rls_crc32(0, file + offset, length));
    }
    rls_set_u64(id, rls_hash64(table, RLS_SECTION_TABLE - RLS_ID_SIZE));
    rls_set_u64(id + 8, rls_hash64(table, RLS_SECTION_TABLE - RLS_ID_SIZE + 8));
    memcpy(file + size - RLS_ENVELOPE_FOOT, "RLSE", 4);
    rls_set_u32(file + size - 4, rls_crc32(0, file, size - 4));
}

static void
check_file(const uint8_t *file, size_t size)
{
    rls_section_place places[RLS_SECTION_COUNT];
    uint8_t           id[RLS_ID_SIZE];
    char              name[2 * RLS_ID_SIZE + 5] = "x.seg";
    rls_heap          heap;
    rls_directory    *directory;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    if (rls_segment_file_open(rls_bytes_of(file, size), "x", false, places, id, NULL) == RLS_OK) {
        for (int i = 0; i < RLS_SECTION_COUNT; i++)
            FUZZ_CHECK(places[i].offset <= size && places[i].size <= size - places[i].offset);
        rls_segment_name(id, name);
    }
    FUZZ_CHECK(rls_test_write_file(directory, name, file, size) == RLS_OK);
    for (int verify = 0; verify < 2; verify++) {
        rls_segment *segment;
        rls_error    err = {0};
        rls_status   status = rls_segment_open(&heap, directory, name, verify, &segment, &err);

        FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
        FUZZ_CHECK(status == RLS_OK || (segment == NULL && err.message[0] != '\0'));
        if (status == RLS_OK)
            fuzz_walk_segment(&heap, segment);
        rls_segment_close(segment);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file = fuzz_copy(rls_bytes_of(data, size), 0);

    check_file(file, size);
    if (size >= RLS_SECTION_ALIGNMENT + RLS_SECTION_TABLE + RLS_ENVELOPE_FOOT) {
        repair(file, size);
        check_file(file, size);
    }
    free(file);
    return 0;
}
