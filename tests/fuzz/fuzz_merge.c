/* Merging: a good segment and one with a section replaced by other bytes, some documents deleted.
 * Either a segment comes out or the damage is told. The first byte says which section of which
 * segment, as in fuzz_section.c, whether it is opened lean, as a writer does, and in which order
 * its sections come. */
#include "fuzz_base.h"
#include "support/directory_faulty.h"

static void
merge(rls_heap *heap, rls_directory *directory, const rls_segment *damaged, bool deletions)
{
    rls_schema          *schema;
    rls_segment_settings settings = {
        .language = fuzz_string("english"), .store = true, .k1 = 1.2f, .b = 0.75f, .salt = 9};
    rls_live_docs   live = {0};
    rls_merge_input inputs[2] = {{damaged, NULL}, {fuzz_base_segment(FUZZ_BASE_FEW), NULL}};
    rls_segment    *merged;
    rls_status      status;

    FUZZ_CHECK(rls_schema_new(heap, &schema, NULL) == RLS_OK);
    settings.schema = schema;
    if (deletions) {
        FUZZ_CHECK(rls_live_docs_init(&live, heap, damaged->info.doc_count) == RLS_OK);
        for (uint32_t d = 2; d < damaged->info.doc_count; d += 3)
            rls_live_docs_delete(&live, d);
        inputs[0].live = &live;
    }
    status = rls_segment_merge(heap, directory, &settings, inputs, 2, NULL, NULL, &merged, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_BAD_ARGUMENT);
    FUZZ_CHECK((merged != NULL) == (status == RLS_OK));
    rls_segment_close(merged);
    rls_live_docs_release(&live, heap);
    rls_schema_free(schema);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input     input = {data, size};
    uint32_t       choice = fuzz_u8(&input);
    uint32_t       section = choice % RLS_SECTION_COUNT, kind, lean;
    char           name[2 * RLS_ID_SIZE + 5];
    rls_heap       heap;
    rls_directory *directory;
    rls_segment   *segment;
    rls_status     status;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    directory = &rls_directory_faulty_new(directory)->base; /* maps no byte too many */
    choice /= RLS_SECTION_COUNT;
    kind = choice % FUZZ_BASE_COUNT;
    choice /= FUZZ_BASE_COUNT;
    lean = choice % 2;
    fuzz_write_damaged(directory, (int)kind, section, rls_bytes_of(input.data, input.size),
                       choice / 2, name);
    status = lean ? rls_segment_open_lean(&heap, directory, name, &segment, NULL)
                  : rls_segment_open(&heap, directory, name, false, &segment, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    if (status == RLS_OK && segment->info.doc_count < 1 << 16) {
        merge(&heap, directory, segment, false);
        merge(&heap, directory, segment, true);
    }
    rls_segment_close(segment);
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    return 0;
}
