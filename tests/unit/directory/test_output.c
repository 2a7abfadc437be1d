#include "directory/output.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/crc32.h"
#include "base/random.h"
#include "support/directory_faulty.h"
#include "support/directory_files.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

static void
put_random(rls_output *output, rls_buffer *plain, rls_random *random)
{
    static uint8_t bytes[200000];
    uint64_t       value = rls_random_next(random) >> rls_random_below(random, 64);
    size_t         size =
        rls_random_below(random, rls_random_below(random, 200) == 0 ? (uint32_t)sizeof bytes : 300);

    switch (rls_random_below(random, 6)) {
    case 0:
        rls_output_put_u8(output, (uint8_t)value);
        rls_buffer_put_u8(plain, (uint8_t)value);
        break;
    case 1:
        rls_output_put_u32(output, (uint32_t)value);
        rls_buffer_put_u32(plain, (uint32_t)value);
        break;
    case 2:
        rls_output_put_u64(output, value);
        rls_buffer_put_u64(plain, value);
        break;
    case 3:
        rls_output_put_varint(output, value);
        rls_buffer_put_varint(plain, value);
        break;
    case 4:
        rls_output_align(output, (size_t)1 << value % 9);
        while (plain->size % ((size_t)1 << value % 9) != 0)
            rls_buffer_put_u8(plain, 0);
        break;
    default:
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(value + i * 7);
        rls_output_write(output, bytes, size);
        rls_buffer_append(plain, bytes, size);
    }
}

TEST(what_is_put_is_what_the_file_holds)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 5; round++) {
        rls_heap       heap;
        rls_directory *ram;
        rls_buffer     plain;
        rls_output     output;
        size_t         crc_start = 0, size;
        uint8_t       *bytes;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        rls_buffer_init(&plain, &heap);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        CHECK_OK(rls_output_open(&output, ram, "a.seg", NULL));
        CHECK_EQ_U64(output.offset, 0);
        for (int i = 0; i < 4000; i++) {
            put_random(&output, &plain, &random);
            CHECK_EQ_U64(output.offset, plain.size);
            if (i % 100 != 0)
                continue;
            if (plain.size > 0)
                CHECK_EQ_U64(output.crc,
                             rls_crc32(0, plain.data + crc_start, plain.size - crc_start));
            if (i % 300 == 0) {
                rls_output_start_crc(&output);
                crc_start = plain.size;
            }
        }
        CHECK_OK(rls_output_finish(&output, round % 2 == 0, NULL));
        bytes = rls_test_read_file(ram, "a.seg", &size);
        CHECK_EQ_U64(size, plain.size);
        CHECK(memcmp(bytes, plain.data, size) == 0);
        free(bytes);
        rls_buffer_release(&plain);
        rls_directory_close(ram);
        CHECK_EQ_U64(heap.used, 0);
    }
}

/* Fills `output` far enough that its buffer goes to the file several times. */
static void
put_much(rls_output *output)
{
    for (uint32_t i = 0; i < 50000; i++)
        rls_output_put_u32(output, i);
}

TEST(the_first_failure_is_told_at_the_end)
{
    for (uint64_t n = 1;; n++) {
        rls_heap              heap;
        rls_directory        *ram;
        rls_directory_faulty *faulty;
        rls_output            output;
        rls_error             err = {0};
        rls_status            status;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        faulty = rls_directory_faulty_new(ram);
        faulty->fail_at = n;
        faulty->fail_error = ENOSPC;
        status = rls_output_open(&output, &faulty->base, "a.seg", &err);
        CHECK_EQ_I64(status, n == 1 ? RLS_IO : RLS_OK);
        put_much(&output);
        status = rls_output_finish(&output, true, &err);
        CHECK_EQ_I64(status, faulty->failed ? RLS_IO : RLS_OK);
        if (faulty->failed) {
            CHECK_EQ_I64(err.system_error, ENOSPC);
            CHECK(strstr(err.message, "a.seg") != NULL);
            CHECK_EQ_I64(rls_output_finish(&output, true, &err), RLS_IO);
        }
        put_much(&output);
        rls_output_abandon(&output);
        rls_output_abandon(&output);
        CHECK_EQ_I64(rls_output_finish(&output, true, NULL), status);
        rls_directory_close(&faulty->base);
        CHECK_EQ_U64(heap.used, 0);
        if (status == RLS_OK)
            break;
    }
}

TEST(a_failed_write_keeps_later_ones_from_the_file)
{
    rls_heap              heap;
    rls_directory        *ram;
    rls_directory_faulty *faulty;
    rls_output            output;
    size_t                size;
    uint8_t              *bytes;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    faulty = rls_directory_faulty_new(ram);
    CHECK_OK(rls_output_open(&output, &faulty->base, "a.seg", NULL));
    faulty->fail_at = 3;
    put_much(&output);
    rls_output_abandon(&output);
    bytes = rls_test_read_file(ram, "a.seg", &size);
    CHECK(bytes != NULL && size > 0 && size < 100000);
    for (size_t i = 0; i + 4 <= size; i += 4)
        CHECK_EQ_U64(rls_get_u32(bytes + i), i / 4);
    free(bytes);
    rls_directory_close(&faulty->base);
}

TEST(a_zeroed_output_and_one_given_up_are_harmless)
{
    rls_heap       heap;
    rls_directory *ram;
    rls_output     output = {0};
    rls_error      err = {0};

    rls_output_abandon(&output);
    rls_output_put_u8(&output, 1);
    CHECK_OK(rls_output_finish(&output, true, &err));
    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_output_open(&output, ram, "a.seg", NULL));
    put_much(&output);
    rls_output_abandon(&output);
    put_much(&output);
    CHECK_EQ_I64(rls_output_finish(&output, true, &err), RLS_CANCELLED);
    CHECK_EQ_I64(err.status, RLS_CANCELLED);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(no_failed_allocation_leaks_or_passes_for_success)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_directory  *ram;
        rls_output      output = {0};
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = rls_directory_open_ram(&heap, &ram, NULL);
        if (status == RLS_OK) {
            status = rls_output_open(&output, ram, "a.seg", NULL);
            put_much(&output);
            CHECK_EQ_I64(rls_output_finish(&output, true, NULL) != RLS_OK,
                         status != RLS_OK || output.status != RLS_OK);
            status = output.status;
        }
        rls_directory_close(ram);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
        /* Only giving back what was reserved too much may fail unnoticed. */
        CHECK(status == RLS_NO_MEMORY || status == RLS_OK);
    }
}
