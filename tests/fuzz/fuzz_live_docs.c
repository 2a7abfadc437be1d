/* Live documents: any bytes as a file, its checksum repaired. The first two bytes are how many
 * documents the segment is said to have. */
#include "base/crc32.h"
#include "codec/envelope.h"
#include "fuzz.h"
#include "segment/live_docs.h"
#include "support/directory_files.h"

static void
check_live(rls_heap *heap, rls_directory *directory, const rls_live_docs *live, const uint8_t *id,
           const uint8_t *file, size_t size)
{
    size_t   written;
    uint8_t *again;

    FUZZ_CHECK(rls_bitset_count(&live->live) + live->deleted_count == live->live.size);
    FUZZ_CHECK(rls_live_docs_write(live, directory, id, "again", NULL) == RLS_OK);
    again = rls_test_read_file(directory, "again", &written);
    FUZZ_CHECK(again != NULL && written == size && memcmp(again, file, size) == 0);
    free(again);
    (void)heap;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input     input = {data, size};
    uint32_t       doc_count = fuzz_u16(&input);
    uint8_t       *file = fuzz_copy(rls_bytes_of(input.data, input.size), 0);
    uint8_t        id[RLS_ID_SIZE] = {0};
    rls_heap       heap;
    rls_directory *directory;
    rls_live_docs  live;
    rls_status     status;

    if (input.size >= RLS_ENVELOPE_HEAD + RLS_ENVELOPE_FOOT) {
        memcpy(id, file + 8, sizeof id);
        memcpy(file + input.size - RLS_ENVELOPE_FOOT, "RLSE", 4);
        rls_set_u32(file + input.size - 4, rls_crc32(0, file, input.size - 4));
    }
    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_test_write_file(directory, "live", file, input.size) == RLS_OK);
    status = rls_live_docs_read(&live, &heap, directory, id, "live", doc_count, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    if (status == RLS_OK) {
        FUZZ_CHECK(live.live.size == doc_count);
        check_live(&heap, directory, &live, id, file, input.size);
    }
    rls_live_docs_release(&live, &heap);
    id[3] ^= 1;
    FUZZ_CHECK(rls_live_docs_read(&live, &heap, directory, id, "live", doc_count, NULL) != RLS_OK);
    rls_live_docs_release(&live, &heap);
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    free(file);
    return 0;
}
