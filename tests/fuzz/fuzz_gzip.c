/* Gzipped input and deflated blocks: any bytes, and the same bytes behind a whole head and foot. */
#include "base/crc32.h"
#include "codec/deflate.h"
#include "fuzz.h"

enum {
    LIMIT = 1 << 18
};

static void
check_gunzip(rls_bytes bytes, size_t limit)
{
    rls_heap   heap;
    rls_buffer out;
    rls_status status;

    fuzz_heap_begin(&heap);
    rls_buffer_init(&out, &heap);
    rls_buffer_append(&out, "kept", 4);
    status = rls_gunzip(bytes, limit, &out, NULL);
    FUZZ_CHECK(status == RLS_OK || status == RLS_BAD_DOCUMENT);
    FUZZ_CHECK(out.size >= 4 && memcmp(out.data, "kept", 4) == 0);
    FUZZ_CHECK(status != RLS_OK || (out.size - 4 <= limit && rls_is_gzip(bytes)));
    /* A bomb costs no more than its limit. */
    FUZZ_CHECK(heap.peak <= 4 * limit + (1 << 18));
    rls_buffer_release(&out);
    fuzz_heap_end(&heap);
}

/* What was deflated comes back, and only at its own size. */
static void
check_round_trip(rls_bytes bytes)
{
    static const uint8_t head[10] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3};
    rls_heap             heap;
    rls_deflater        *deflater;
    rls_buffer           block, file, again;
    uint8_t             *out = malloc(bytes.size + 1);

    fuzz_heap_begin(&heap);
    rls_buffer_init(&block, &heap);
    rls_buffer_init(&file, &heap);
    rls_buffer_init(&again, &heap);
    FUZZ_CHECK(rls_deflater_new(&heap, 1, &deflater, NULL) == RLS_OK);
    FUZZ_CHECK(rls_deflater_block(deflater, bytes, &block, NULL) == RLS_OK);
    FUZZ_CHECK(rls_inflate_block(&heap, rls_buffer_bytes(&block), out, bytes.size, NULL) == RLS_OK);
    FUZZ_CHECK(fuzz_equal(bytes, rls_bytes_of(out, bytes.size)));
    FUZZ_CHECK(rls_inflate_block(&heap, rls_buffer_bytes(&block), out, bytes.size + 1, NULL) ==
               RLS_CORRUPT);

    for (int member = 0; member < 2; member++) {
        rls_buffer_append(&file, head, sizeof head);
        rls_buffer_append(&file, block.data, block.size);
        rls_buffer_put_u32(&file, rls_crc32(0, bytes.data, bytes.size));
        rls_buffer_put_u32(&file, (uint32_t)bytes.size);
    }
    FUZZ_CHECK(rls_gunzip(rls_buffer_bytes(&file), 2 * bytes.size, &again, NULL) == RLS_OK);
    FUZZ_CHECK(again.size == 2 * bytes.size);
    FUZZ_CHECK(fuzz_equal(bytes, rls_bytes_of(again.data, bytes.size)));
    rls_buffer_clear(&again);
    FUZZ_CHECK(bytes.size == 0 || rls_gunzip(rls_buffer_bytes(&file), 2 * bytes.size - 1, &again,
                                             NULL) == RLS_BAD_DOCUMENT);
    rls_deflater_free(deflater);
    rls_buffer_release(&block);
    rls_buffer_release(&file);
    rls_buffer_release(&again);
    fuzz_heap_end(&heap);
    free(out);
}

/* Any bytes as a block: all of the size asked for, or corrupt. */
static void
check_inflate(rls_bytes bytes)
{
    static const size_t sizes[] = {0, 1, 100, 16384};
    rls_heap            heap;

    fuzz_heap_begin(&heap);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t   *out = malloc(sizes[i] + (sizes[i] == 0));
        rls_status status = rls_inflate_block(&heap, bytes, out, sizes[i], NULL);

        FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT);
        free(out);
    }
    fuzz_heap_end(&heap);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_bytes bytes = rls_bytes_of(data, size);

    check_gunzip(bytes, LIMIT);
    check_gunzip(bytes, size % 100);
    check_inflate(bytes);
    if (size > 10)
        check_inflate(rls_bytes_of(data + 10, size - 10));
    check_round_trip(bytes);
    return 0;
}
