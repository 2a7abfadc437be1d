/* A whole segment: sizes of its sections, u32 each, then their bytes; put together with all
 * checksums right, opened and read through. */
#include "fuzz_base.h"
#include "fuzz_walk.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input     input = {data, size};
    uint32_t       sizes[RLS_SECTION_COUNT];
    rls_bytes      sections[RLS_SECTION_COUNT];
    char           name[2 * RLS_ID_SIZE + 5];
    rls_heap       heap;
    rls_directory *directory;
    rls_segment   *segment;
    rls_status     status;

    for (int i = 0; i < RLS_SECTION_COUNT; i++)
        sizes[i] = fuzz_u32(&input);
    for (int i = 0; i < RLS_SECTION_COUNT; i++)
        sections[i] = fuzz_bytes(&input, sizes[i]);

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    fuzz_write_sections(directory, sections, 0, name);
    status = rls_segment_open(&heap, directory, name, true, &segment, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    if (status == RLS_OK)
        fuzz_walk_segment(&heap, segment);
    rls_segment_close(segment);
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    return 0;
}
