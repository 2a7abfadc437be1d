/* One section of a good segment replaced by other bytes, all checksums right, so that its parser
 * and those that rely on it are reached. The first byte says which section of which segment. */
#include "fuzz_base.h"
#include "fuzz_walk.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input     input = {data, size};
    uint32_t       choice = fuzz_u8(&input);
    rls_heap       heap;
    rls_directory *directory;
    rls_segment   *segment;
    rls_status     status;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    status = fuzz_open_damaged(&heap, directory, choice / RLS_SECTION_COUNT % FUZZ_BASE_COUNT,
                               choice % RLS_SECTION_COUNT, rls_bytes_of(input.data, input.size),
                               true, &segment);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    if (status == RLS_OK)
        fuzz_walk_segment(&heap, segment);
    rls_segment_close(segment);
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    return 0;
}
