#include "support/runner.h"

#include <stdlib.h>

#include <zlib.h>

#include "base/random.h"
#include "codec/deflate.h"
#include "support/heap_faulty.h"

enum {
    TEXT_MAX = 40000
};

/* Words drawn from a few: deflates well, with long and short matches. */
static uint8_t *
random_text(rls_random *random, size_t size)
{
    static const char *words[] = {"cluster ",   "munitions ", "the ", "of ",
                                  "minister\n", "x",          "2007 "};
    uint8_t           *text = malloc(size);

    for (size_t i = 0; i < size;) {
        const char *word = words[rls_random_below(random, 7)];
        for (; *word != '\0' && i < size; word++)
            text[i++] = (uint8_t)*word;
    }
    return text;
}

static uint8_t *
exact_copy(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size);

    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

TEST(blocks_come_back_from_one_deflater_at_every_size)
{
    static const size_t sizes[] = {0, 1, 2, 100, 16384, 16385, TEXT_MAX};
    rls_random          random = {rls_test_seed()};
    rls_heap            heap;
    rls_deflater       *deflater;
    rls_buffer          out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    CHECK_OK(rls_deflater_new(&heap, 1, &deflater, NULL));
    for (int round = 0; round < 14; round++) {
        size_t   size = sizes[round % 7], begin = out.size;
        uint8_t *text = random_text(&random, size), *back = malloc(size), *packed;

        if (round >= 7) {
            for (size_t i = 0; i < size; i++) /* does not deflate at all */
                text[i] = (uint8_t)rls_random_next(&random);
        }
        CHECK_OK(rls_deflater_block(deflater, rls_bytes_of(text, size), &out, NULL));
        CHECK(out.size > begin);
        packed = exact_copy(out.data + begin, out.size - begin);
        CHECK_OK(
            rls_inflate_block(&heap, rls_bytes_of(packed, out.size - begin), back, size, NULL));
        CHECK(size == 0 || memcmp(text, back, size) == 0);
        if (size > 0) { /* the begin alone, into memory of just its size */
            size_t   some = 1 + rls_random_below(&random, (uint32_t)size);
            uint8_t *first = malloc(some);
            CHECK_OK(rls_inflate_begin(&heap, rls_bytes_of(packed, out.size - begin), first, some,
                                       NULL));
            CHECK(memcmp(text, first, some) == 0);
            free(first);
        }
        free(packed);
        free(back);
        free(text);
    }
    CHECK_OK(rls_deflater_block(deflater, rls_bytes_of(NULL, 0), &out, NULL));
    rls_deflater_free(deflater);
    rls_deflater_free(NULL);
    rls_buffer_release(&out);
    CHECK_EQ_U64(heap.used, 0);
}

/* A deflated text of `size` bytes, exact. */
static uint8_t *
deflated(rls_heap *heap, const uint8_t *text, size_t size, size_t *out_size)
{
    rls_deflater *deflater;
    rls_buffer    out;
    uint8_t      *copy;

    rls_buffer_init(&out, heap);
    CHECK_OK(rls_deflater_new(heap, 6, &deflater, NULL));
    CHECK_OK(rls_deflater_block(deflater, rls_bytes_of(text, size), &out, NULL));
    rls_deflater_free(deflater);
    *out_size = out.size;
    copy = exact_copy(out.data, out.size);
    rls_buffer_release(&out);
    return copy;
}

TEST(a_block_of_another_size_is_corrupt)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;
    uint8_t   *text = random_text(&random, 1000), *packed, *back;
    size_t     size;
    rls_error  err = {0};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    packed = deflated(&heap, text, 1000, &size);
    for (size_t wanted = 0; wanted < 1100; wanted++) {
        rls_status status;

        back = malloc(wanted);
        status = rls_inflate_block(&heap, rls_bytes_of(packed, size), back, wanted, &err);
        CHECK_EQ_I64(status, wanted == 1000 ? RLS_OK : RLS_CORRUPT);
        free(back);
    }
    CHECK_EQ_I64(err.status, RLS_CORRUPT);
    back = malloc(1000);
    packed = realloc(packed, size + 1);
    packed[size] = 0;
    CHECK_EQ_I64(rls_inflate_block(&heap, rls_bytes_of(packed, size + 1), back, 1000, NULL),
                 RLS_CORRUPT);
    free(back);
    free(packed);
    free(text);
}

TEST(cut_and_damaged_blocks_are_corrupt_or_text_of_the_size)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;
    uint8_t   *text = random_text(&random, 600), *packed, *back = malloc(600);
    size_t     size;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    packed = deflated(&heap, text, 600, &size);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = exact_copy(packed, cut);
        CHECK_EQ_I64(rls_inflate_block(&heap, rls_bytes_of(copy, cut), back, 600, NULL),
                     RLS_CORRUPT);
        free(copy);
    }
    for (size_t bit = 0; bit < 8 * size; bit++) {
        rls_status status;

        packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        status = rls_inflate_block(&heap, rls_bytes_of(packed, size), back, 600, NULL);
        CHECK(status == RLS_OK || status == RLS_CORRUPT);
        packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK_EQ_U64(heap.used, 0);
    free(back);
    free(packed);
    free(text);
}

/* Appends a gzip member to `*file`. */
static void
add_member(uint8_t **file, size_t *file_size, const uint8_t *text, size_t size)
{
    z_stream stream = {0};
    size_t   room = compressBound(size) + 64;

    *file = realloc(*file, *file_size + room);
    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = (z_const Bytef *)text;
    stream.avail_in = (uInt)size;
    stream.next_out = *file + *file_size;
    stream.avail_out = (uInt)room;
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *file_size += room - stream.avail_out;
    deflateEnd(&stream);
    *file = realloc(*file, *file_size);
}

TEST(gzip_members_are_unpacked_one_after_another)
{
    rls_random random = {rls_test_seed()};
    uint8_t   *text = random_text(&random, 200000), *file = NULL;
    size_t     size = 0;
    rls_heap   heap;
    rls_buffer out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    rls_buffer_append(&out, "before", 6);
    add_member(&file, &size, text, 150000);
    add_member(&file, &size, NULL, 0);
    add_member(&file, &size, text + 150000, 50000);
    CHECK(rls_is_gzip(rls_bytes_of(file, size)));
    CHECK_OK(rls_gunzip(rls_bytes_of(file, size), SIZE_MAX, &out, NULL));
    CHECK_EQ_U64(out.size, 6 + 200000);
    CHECK(memcmp(out.data, "before", 6) == 0);
    CHECK(memcmp(out.data + 6, text, 200000) == 0);
    rls_buffer_release(&out);
    CHECK_EQ_U64(heap.used, 0);
    free(file);
    free(text);
}

TEST(zeros_may_follow_a_gzip_file_and_nothing_else)
{
    uint8_t   *file = NULL;
    size_t     size = 0;
    rls_heap   heap;
    rls_buffer out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    add_member(&file, &size, (const uint8_t *)"release", 7);
    file = realloc(file, size + 5);
    memset(file + size, 0, 5);
    CHECK_OK(rls_gunzip(rls_bytes_of(file, size + 5), 7, &out, NULL));
    CHECK_EQ_BYTES(out.data, out.size, "release");
    file[size + 4] = 'x';
    CHECK_EQ_I64(rls_gunzip(rls_bytes_of(file, size + 5), 7, &out, NULL), RLS_BAD_DOCUMENT);
    CHECK_EQ_U64(out.size, 7);
    rls_buffer_release(&out);
    free(file);
}

TEST(gzip_output_stops_at_the_limit)
{
    enum {
        MANY = 3000000
    };
    uint8_t   *text = calloc(1, MANY), *file = NULL;
    size_t     size = 0;
    rls_heap   heap;
    rls_buffer out;
    rls_error  err = {0};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    add_member(&file, &size, text, MANY);
    CHECK_EQ_I64(rls_gunzip(rls_bytes_of(file, size), MANY - 1, &out, &err), RLS_BAD_DOCUMENT);
    CHECK(strstr(err.message, "2999999") != NULL);
    CHECK_EQ_U64(out.size, 0);
    CHECK_OK(rls_gunzip(rls_bytes_of(file, size), MANY, &out, NULL));
    CHECK_EQ_U64(out.size, MANY);
    rls_buffer_release(&out);

    heap.peak = 0;
    rls_buffer_init(&out, &heap);
    CHECK_EQ_I64(rls_gunzip(rls_bytes_of(file, size), 1000, &out, NULL), RLS_BAD_DOCUMENT);
    CHECK(heap.peak < 100000);
    CHECK_EQ_I64(rls_gunzip(rls_bytes_of(file, size), 0, &out, NULL), RLS_BAD_DOCUMENT);
    rls_buffer_release(&out);

    rls_buffer_init(&out, &heap);
    free(file);
    file = NULL;
    size = 0;
    add_member(&file, &size, NULL, 0);
    CHECK_OK(rls_gunzip(rls_bytes_of(file, size), 0, &out, NULL));
    rls_buffer_release(&out);
    free(file);
    free(text);
}

TEST(a_cut_or_damaged_gzip_file_is_a_bad_document)
{
    rls_random random = {rls_test_seed()};
    uint8_t   *text = random_text(&random, 500), *file = NULL;
    size_t     size = 0, second;
    rls_heap   heap;
    rls_buffer out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    add_member(&file, &size, text, 300);
    second = size;
    add_member(&file, &size, text + 300, 200);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t   *copy = exact_copy(file, cut);
        rls_status status = rls_gunzip(rls_bytes_of(copy, cut), 1000, &out, NULL);

        CHECK_EQ_I64(status, cut == second ? RLS_OK : RLS_BAD_DOCUMENT);
        CHECK_EQ_U64(out.size, cut == second ? 300 : 0);
        out.size = 0;
        free(copy);
    }
    for (size_t bit = 0; bit < 8 * size; bit++) {
        rls_status status;

        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        status = rls_gunzip(rls_bytes_of(file, size), 1000, &out, NULL);
        /* The checksum catches all but marks in the head that change nothing. */
        CHECK(status == RLS_BAD_DOCUMENT ||
              (status == RLS_OK && out.size == 500 && memcmp(out.data, text, 500) == 0));
        out.size = 0;
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    rls_buffer_release(&out);
    CHECK_EQ_U64(heap.used, 0);
    free(file);
    free(text);
}

TEST(gzip_is_known_by_its_first_three_bytes)
{
    CHECK(rls_is_gzip(rls_bytes_of("\x1f\x8b\x08", 3)));
    CHECK(!rls_is_gzip(rls_bytes_of("\x1f\x8b\x08", 2)));
    CHECK(!rls_is_gzip(rls_bytes_of("\x1f\x8b\x07", 3)));
    CHECK(!rls_is_gzip(rls_bytes_of(NULL, 0)));
}

TEST(an_impossible_level_is_refused)
{
    rls_heap      heap;
    rls_deflater *deflater;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_EQ_I64(rls_deflater_new(&heap, 77, &deflater, NULL), RLS_BAD_ARGUMENT);
    CHECK(deflater == NULL);
    CHECK_EQ_U64(heap.used, 0);
}

/* Deflates, inflates and unpacks gzip with `heap`. */
static rls_status
use_everything(rls_heap *heap, rls_bytes file)
{
    rls_deflater *deflater = NULL;
    rls_buffer    packed, text;
    uint8_t       back[600];
    rls_error     err = {0};
    rls_status    status;

    rls_buffer_init(&packed, heap);
    rls_buffer_init(&text, heap);
    status = rls_gunzip(file, 1000, &text, &err);
    if (status == RLS_OK)
        status = rls_deflater_new(heap, 1, &deflater, &err);
    if (status == RLS_OK)
        status = rls_deflater_block(deflater, rls_buffer_bytes(&text), &packed, &err);
    if (status == RLS_OK)
        status = rls_inflate_block(heap, rls_buffer_bytes(&packed), back, sizeof back, &err);
    CHECK_EQ_I64(err.status, status);
    rls_deflater_free(deflater);
    rls_buffer_release(&packed);
    rls_buffer_release(&text);
    return status;
}

TEST(every_failed_allocation_is_told_and_leaks_nothing)
{
    rls_random random = {rls_test_seed()};
    uint8_t   *text = random_text(&random, 600), *file = NULL;
    size_t     size = 0;

    add_member(&file, &size, text, 600);
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = use_everything(&heap, rls_bytes_of(file, size));
        CHECK_EQ_U64(faulty.live, 0);
        CHECK_EQ_I64(status, faulty.failed ? RLS_NO_MEMORY : RLS_OK);
        if (!faulty.failed) {
            CHECK(n > 5);
            break;
        }
    }
    free(file);
    free(text);
}
