#include "postings/posting_block.h"

#include <stdlib.h>

#include "base/random.h"
#include "codec/varint.h"
#include "directory/directory.h"
#include "support/runner.h"

typedef enum gap_kind {
    GAPS_ONE,
    GAPS_FIRST_FAR,
    GAPS_SMALL,
    GAPS_EVEN,
    GAPS_OUTLIERS,
    GAPS_HUGE
} gap_kind;

/* 128 ascending documents; returns the one before them. */
static uint32_t
draw_docs(rls_random *random, gap_kind kind, uint32_t docs[RLS_BLOCK_SIZE])
{
    uint32_t before =
        rls_random_below(random, 3) == 0 ? UINT32_MAX : rls_random_below(random, 1000);
    uint32_t doc = before + 1, spread = 1u << (1 + rls_random_below(random, 12));

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++, doc++) {
        if (kind == GAPS_FIRST_FAR && i == 0)
            doc += rls_random_below(random, 100000);
        else if (kind == GAPS_SMALL)
            doc += rls_random_below(random, 4) == 0 ? rls_random_below(random, 8) : 0;
        else if (kind == GAPS_EVEN)
            doc += spread / 2 + rls_random_below(random, spread);
        else if (kind == GAPS_OUTLIERS)
            doc += rls_random_below(random, 12) == 0 ? rls_random_below(random, 1 << 20)
                                                     : rls_random_below(random, 8);
        else if (kind == GAPS_HUGE && i % 40 == 3)
            doc += UINT32_C(1) << 29;
        docs[i] = doc;
    }
    return before;
}

/* The buffer's bytes in a block of their own, with the granted padding. */
static uint8_t *
exact_copy(const rls_buffer *buffer, size_t size)
{
    uint8_t *copy = malloc(size + RLS_MAP_PADDING);

    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, buffer->data, size);
    memset(copy + size, 0xee, RLS_MAP_PADDING);
    return copy;
}

static void
check_docs(const rls_buffer *buffer, const uint32_t *docs, uint32_t before)
{
    for (int level = RLS_CPU_PLAIN; level <= RLS_CPU_NEON; level++) {
        const rls_bitpack_kernels *kernels;
        uint32_t                   got[RLS_BLOCK_SIZE + 16];
        uint8_t                   *copy = exact_copy(buffer, buffer->size);

        if (level > (int)rls_cpu_detect() && level != RLS_CPU_PLAIN) {
            free(copy);
            continue;
        }
        kernels = rls_bitpack_kernels_for((rls_cpu_level)level);
        CHECK(rls_posting_block_get_docs(copy, copy + buffer->size, kernels, before,
                                         docs[RLS_BLOCK_SIZE - 1], got) == copy + buffer->size);
        CHECK(memcmp(got, docs, RLS_BLOCK_SIZE * sizeof *docs) == 0);
        CHECK(rls_posting_block_get_docs(copy, copy + buffer->size, kernels, before,
                                         docs[RLS_BLOCK_SIZE - 1] + 1, got) == NULL);
        free(copy);
        for (size_t size = 0; size < buffer->size; size++) {
            copy = exact_copy(buffer, size);
            CHECK(rls_posting_block_get_docs(copy, copy + size, kernels, before,
                                             docs[RLS_BLOCK_SIZE - 1], got) == NULL);
            free(copy);
        }
    }
}

TEST(every_form_of_documents_comes_back)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;
    bool       seen[256] = {false};
    uint32_t   packed = 0, patched = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (int round = 0; round < 180; round++) {
        uint32_t   docs[RLS_BLOCK_SIZE];
        uint32_t   before = draw_docs(&random, (gap_kind)(round % 6), docs);
        rls_buffer buffer;

        rls_buffer_init(&buffer, &heap);
        rls_posting_block_put_docs(&buffer, docs, before);
        seen[buffer.data[0]] = true;
        check_docs(&buffer, docs, before);
        CHECK(buffer.size <= 1 + 16 * 32);
        rls_buffer_release(&buffer);
    }
    for (uint32_t width = 1; width <= 32; width++) {
        packed += seen[width];
        patched += seen[RLS_BLOCK_PATCHED + width - 1];
    }
    CHECK(seen[0] && seen[RLS_BLOCK_RUN] && seen[RLS_BLOCK_BITS]);
    CHECK(packed >= 4);
    CHECK(patched >= 2);
}

TEST(a_run_of_documents_costs_a_byte_or_a_few)
{
    rls_heap   heap;
    rls_buffer buffer;
    uint32_t   docs[RLS_BLOCK_SIZE];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        docs[i] = 700 + i;
    rls_posting_block_put_docs(&buffer, docs, 699);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "\x00");
    rls_buffer_clear(&buffer);
    rls_posting_block_put_docs(&buffer, docs, 399);
    CHECK_EQ_BYTES(buffer.data, buffer.size, "\x21\xac\x02");
    rls_buffer_release(&buffer);
}

TEST(frequencies_come_back_whole_and_one_by_one)
{
    rls_random random = {rls_test_seed()};
    rls_heap   heap;
    bool       seen[256] = {false};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (int round = 0; round < 120; round++) {
        uint32_t   freqs[RLS_BLOCK_SIZE], got[RLS_BLOCK_SIZE + 16], one, all, wanted_all = 0;
        uint32_t   most = 1u << rls_random_below(&random, 12);
        rls_buffer buffer;
        uint8_t   *copy, *end;

        for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
            freqs[i] = 1 + rls_random_below(&random, most);
            if (round % 3 == 1 && rls_random_below(&random, 20) == 0)
                freqs[i] += (uint32_t)rls_random_next(&random) >> rls_random_below(&random, 31);
            freqs[i] += freqs[i] == 0;
        }
        rls_buffer_init(&buffer, &heap);
        rls_posting_block_put_freqs(&buffer, freqs, round % 2 == 1);
        CHECK((buffer.data[0] & RLS_FREQS_FIELDS) == (round % 2 == 1 ? RLS_FREQS_FIELDS : 0));
        seen[buffer.data[0] & 127] = true;
        copy = exact_copy(&buffer, buffer.size);
        end = copy + buffer.size;
        CHECK(rls_posting_block_get_freqs(copy, end, rls_bitpack_kernels_for(RLS_CPU_PLAIN), got,
                                          &all) == end);
        CHECK(memcmp(got, freqs, sizeof freqs) == 0);
        for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
            wanted_all |= freqs[i];
        CHECK_EQ_U64(all, wanted_all);
        for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
            CHECK(rls_posting_block_get_freq(copy, end, i, &one) == end);
            CHECK_EQ_U64(one, freqs[i]);
        }
        free(copy);
        for (size_t size = 0; size < buffer.size; size++) {
            copy = exact_copy(&buffer, size);
            CHECK(rls_posting_block_get_freqs(copy, copy + size,
                                              rls_bitpack_kernels_for(RLS_CPU_PLAIN), got,
                                              &all) == NULL);
            CHECK(rls_posting_block_get_freq(copy, copy + size, 77, &one) == NULL);
            free(copy);
        }
        rls_buffer_release(&buffer);
    }
    CHECK(seen[0] && seen[3]);
}

/* Gaps whose sum passes 2^32 and still ends where the skips say. */
TEST(documents_that_wrap_around_are_refused)
{
    rls_heap   heap;
    rls_buffer buffer;
    uint32_t   gaps[RLS_BLOCK_SIZE] = {0}, got[RLS_BLOCK_SIZE + 16];
    uint8_t   *copy;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    gaps[3] = gaps[4] = UINT32_C(1) << 31;
    rls_buffer_put_u8(&buffer, 32);
    CHECK(rls_buffer_reserve(&buffer, 512));
    rls_bitpack_pack(gaps, 32, buffer.data + 1);
    buffer.size += 512;
    copy = exact_copy(&buffer, buffer.size);
    CHECK(rls_posting_block_get_docs(copy, copy + buffer.size,
                                     rls_bitpack_kernels_for(RLS_CPU_PLAIN), 9, 137, got) == NULL);
    free(copy);
    rls_buffer_clear(&buffer);
    rls_buffer_put_u8(&buffer, RLS_BLOCK_PATCHED);
    rls_buffer_append(&buffer, "\x02\x03\x04", 3);
    rls_buffer_put_varint(&buffer, (UINT32_C(1) << 31) - 1);
    rls_buffer_put_varint(&buffer, (UINT32_C(1) << 31) - 1);
    copy = exact_copy(&buffer, buffer.size);
    CHECK(rls_posting_block_get_docs(copy, copy + buffer.size,
                                     rls_bitpack_kernels_for(RLS_CPU_PLAIN), 9, 137, got) == NULL);
    free(copy);
    rls_buffer_release(&buffer);
}
