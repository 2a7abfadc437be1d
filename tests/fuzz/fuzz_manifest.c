/* Manifests: any bytes as the newest commit, its checksum repaired. What is read, when published
 * again, reads as the same. */
#include "base/crc32.h"
#include "fuzz.h"
#include "index/manifest.h"
#include "support/directory_files.h"

enum {
    GENERATION_AT = RLS_ENVELOPE_HEAD
};

static void
check_same(const rls_manifest *a, const rls_manifest *b)
{
    FUZZ_CHECK(a->generation == b->generation && a->store == b->store);
    FUZZ_CHECK(fuzz_equal(a->schema, b->schema));
    FUZZ_CHECK(a->language_count == b->language_count && a->root_count == b->root_count);
    FUZZ_CHECK(a->segment_count == b->segment_count);
    for (uint32_t i = 0; i < a->language_count; i++)
        FUZZ_CHECK(fuzz_equal(a->languages[i].name, b->languages[i].name) &&
                   a->languages[i].fingerprint == b->languages[i].fingerprint);
    for (uint32_t i = 0; i < a->root_count; i++)
        FUZZ_CHECK(fuzz_equal(a->roots[i].label, b->roots[i].label) &&
                   fuzz_equal(a->roots[i].path, b->roots[i].path));
    for (uint32_t i = 0; i < a->segment_count; i++) {
        const rls_manifest_segment *x = &a->segments[i], *y = &b->segments[i];

        FUZZ_CHECK(memcmp(x->id, y->id, RLS_ID_SIZE) == 0 && x->size == y->size);
        FUZZ_CHECK(x->doc_count == y->doc_count && x->deleted_count == y->deleted_count);
        FUZZ_CHECK(x->deleted_count <= x->doc_count && x->live_generation == y->live_generation);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t       *file = fuzz_copy(rls_bytes_of(data, size), 0);
    char           name[RLS_NAME_SIZE];
    rls_heap       heap;
    rls_directory *directory;
    rls_manifest   manifest, again;
    rls_error      err = {0};
    rls_status     status;

    if (size >= RLS_ENVELOPE_HEAD + RLS_ENVELOPE_FOOT) {
        memcpy(file + size - RLS_ENVELOPE_FOOT, "RLSE", 4);
        rls_set_u32(file + size - 4, rls_crc32(0, file, size - 4));
    }
    rls_manifest_file_name(size >= GENERATION_AT + 8 ? rls_get_u64(file + GENERATION_AT) : 1, name);
    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_test_write_file(directory, name, file, size) == RLS_OK);
    status = rls_manifest_read_newest(&manifest, &heap, directory, &err);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
    FUZZ_CHECK(status == RLS_OK || err.message[0] != '\0');
    FUZZ_CHECK(heap.peak <= 64 * size + (1 << 16));
    if (status == RLS_OK) {
        FUZZ_CHECK(rls_manifest_publish(&manifest, directory, NULL) == RLS_OK);
        FUZZ_CHECK(rls_manifest_read_newest(&again, &heap, directory, NULL) == RLS_OK);
        check_same(&manifest, &again);
        rls_manifest_release(&again);
        rls_manifest_release(&manifest);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    free(file);
    return 0;
}
