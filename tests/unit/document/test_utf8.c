#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "document/utf8.h"

/* The definition, straight from table 3-7: decode, and ask whether encoding gives it back. */
static bool
plainly_valid(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        unsigned length = text[i] < 0x80 ? 1 : text[i] < 0xE0 ? 2 : text[i] < 0xF0 ? 3 : 4;
        uint32_t code_point = length == 1 ? text[i] : text[i] & (0x7Fu >> length);
        uint8_t  again[4];

        if (text[i] == 0 || (text[i] >= 0x80 && text[i] < 0xC0) || text[i] > 0xF7 ||
            size - i < length)
            return false;
        for (unsigned k = 1; k < length; k++) {
            if ((text[i + k] & 0xC0) != 0x80)
                return false;
            code_point = code_point << 6 | (text[i + k] & 0x3F);
        }
        if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000))
            return false;
        if (rls_utf8_put(again, code_point) != length)
            return false;
        i += length;
    }
    return true;
}

TEST(the_valid_prefix_is_the_longest_one)
{
    static const uint8_t bytes[] = {0x00, 'a',  'b',  0x7F, 0x80, 0xBF, 0x9F, 0xA0, 0x8F, 0x90,
                                    0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    rls_random           random = {rls_test_seed()};

    for (int round = 0; round < 30000; round++) {
        size_t   size = rls_random_below(&random, 60), valid;
        uint8_t *text = malloc(size == 0 ? 1 : size);

        for (size_t i = 0; i < size; i++)
            text[i] = rls_random_below(&random, 4) == 0
                          ? bytes[rls_random_below(&random, sizeof bytes)]
                          : 'x';
        if (size > 0 && rls_random_below(&random, 2) == 0) {
            /* A valid sequence somewhere. */
            uint8_t  sequence[4];
            uint32_t code_point = rls_random_below(&random, 0xD7FF) + 1;
            unsigned length = rls_utf8_put(sequence, code_point);

            if (length < size)
                memcpy(text + rls_random_below(&random, (uint32_t)(size - length)), sequence,
                       length);
        }
        valid = rls_utf8_valid_size(rls_bytes_of(text, size));
        CHECK(plainly_valid(text, valid));
        for (size_t longer = valid + 1; longer <= size && longer <= valid + 4; longer++)
            CHECK(!plainly_valid(text, longer));
        free(text);
    }
}

static rls_bytes
repair(rls_arena *arena, const void *text, size_t size, rls_utf8_repairs *repairs)
{
    rls_bytes out;

    CHECK(rls_utf8_repair(arena, rls_bytes_of(text, size), &out, repairs));
    CHECK_EQ_U64(rls_utf8_valid_size(out), out.size);
    return out;
}

TEST(each_ill_formed_part_and_each_nul_becomes_one_replacement)
{
    rls_heap         heap;
    rls_arena        arena;
    rls_utf8_repairs repairs;
    rls_bytes        out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);

    out = repair(&arena, "plain", 5, &repairs);
    CHECK_EQ_BYTES(out.data, out.size, "plain");
    CHECK_EQ_U64(repairs.first_line, 0);

    out = repair(&arena, "a\xFFz", 3, &repairs);
    CHECK_EQ_BYTES(out.data, out.size, "a\xEF\xBF\xBDz");
    CHECK_EQ_U64(repairs.invalid_count, 1);
    CHECK_EQ_U64(repairs.first_line, 1);

    out = repair(&arena, "1\n2\nM\xE4ori\0", 10, &repairs);
    CHECK_EQ_BYTES(out.data, out.size, "1\n2\nM\xEF\xBF\xBDori\xEF\xBF\xBD");
    CHECK_EQ_U64(repairs.invalid_count, 1);
    CHECK_EQ_U64(repairs.nul_count, 1);
    CHECK_EQ_U64(repairs.first_line, 3);

    /* A truncated sequence is one part, a surrogate three. */
    out = repair(&arena, "\xF0\x9F\x98", 3, &repairs);
    CHECK_EQ_BYTES(out.data, out.size, "\xEF\xBF\xBD");
    out = repair(&arena, "\xED\xA0\x80", 3, &repairs);
    CHECK_EQ_BYTES(out.data, out.size, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");

    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(utf16_with_a_mark_becomes_utf8)
{
    rls_heap  heap;
    rls_arena arena;
    rls_bytes out;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    CHECK(rls_utf8_from_utf16(&arena, rls_bytes_of("\xFF\xFEM\0\x01\x01o\0\x3D\xD8\x00\xDE", 12),
                              &out));
    CHECK_EQ_BYTES(out.data, out.size, "M\xC4\x81o\xF0\x9F\x98\x80");
    CHECK(rls_utf8_from_utf16(&arena, rls_bytes_of("\xFE\xFF\0M\x01\x01\xD8\x3D", 8), &out));
    CHECK_EQ_BYTES(out.data, out.size, "M\xC4\x81\xEF\xBF\xBD");
    CHECK(rls_utf8_from_utf16(&arena, rls_bytes_of("\xFE\xFF\0", 3), &out));
    CHECK_EQ_U64(out.size, 0);
    rls_arena_release(&arena);
}

TEST(a_cut_falls_between_characters)
{
    rls_bytes text = rls_bytes_of("a\xC4\x81z", 4);

    CHECK_EQ_U64(rls_utf8_cut(text, 10), 4);
    CHECK_EQ_U64(rls_utf8_cut(text, 3), 3);
    CHECK_EQ_U64(rls_utf8_cut(text, 2), 1);
    CHECK_EQ_U64(rls_utf8_cut(text, 0), 0);
}
