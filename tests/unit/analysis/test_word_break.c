#include "support/runner.h"

#include "analysis/word_break.h"

#include <stdlib.h>

/* One line of WordBreakTest.txt: code points with ÷ (a boundary) or × (none) around them. */
typedef struct sample {
    uint8_t  bytes[256];
    uint32_t size;
    uint32_t boundaries[64];
    size_t   boundary_count;
} sample;

static bool
read_sample(const char *line, sample *out)
{
    out->size = 0;
    out->boundary_count = 0;
    for (;;) {
        while (*line == ' ')
            line++;
        if (strncmp(line, "÷", 2) == 0) {
            out->boundaries[out->boundary_count++] = out->size;
            line += 2;
        } else if (strncmp(line, "×", 2) == 0) {
            line += 2;
        } else if ((*line >= '0' && *line <= '9') || (*line >= 'A' && *line <= 'F')) {
            char *end;
            out->size += rls_utf8_put(out->bytes + out->size, (uint32_t)strtoul(line, &end, 16));
            line = end;
        } else {
            return out->boundary_count > 1;
        }
    }
}

TEST(boundaries_are_those_of_the_test_of_unicode)
{
    FILE  *file = fopen(rls_test_data("analysis/WordBreakTest.txt"), "r");
    char   line[4096];
    sample one;
    size_t count = 0;

    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t *exact;
        uint32_t at = 0;

        if (line[0] == '#' || !read_sample(line, &one))
            continue;
        exact = malloc(one.size);
        CHECK(exact != NULL);
        memcpy(exact, one.bytes, one.size);
        for (size_t i = 1; i < one.boundary_count; i++) {
            at = rls_word_break_next(rls_bytes_of(exact, one.size), at);
            if (at != one.boundaries[i])
                rls_test_fail(__FILE__, __LINE__, "boundary %zu at %u, not %u: %s", i, at,
                              one.boundaries[i], line);
        }
        CHECK_EQ_U64(at, one.size);
        free(exact);
        count++;
    }
    fclose(file);
    CHECK(count > 1800);
}

TEST(every_code_point_is_written_and_read_back)
{
    for (uint32_t point = 0; point < 0x110000; point++) {
        uint8_t  bytes[4];
        uint32_t read, size;

        if (point >= 0xd800 && point < 0xe000)
            continue;
        size = rls_utf8_put(bytes, point);
        if (rls_utf8_next(bytes, bytes + size, &read) != size || read != point)
            rls_test_fail(__FILE__, __LINE__, "U+%04X", point);
        if (rls_utf8_previous(bytes, bytes + size, &read) != size || read != point)
            rls_test_fail(__FILE__, __LINE__, "U+%04X backwards", point);
        /* Cut short it is no character. */
        if (size > 1) {
            uint8_t *cut = malloc(size - 1);
            memcpy(cut, bytes, size - 1);
            CHECK_EQ_U64(rls_utf8_next(cut, cut + size - 1, &read), 1);
            CHECK_EQ_U64(read, RLS_UTF8_INVALID);
            free(cut);
        }
    }
}

TEST(malformed_bytes_are_no_characters)
{
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xff",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80",
        "\xc3(",
        "\xe2\x82(",
        "\xf0\x9f\x98(",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t point;
        CHECK_EQ_U64(rls_utf8_next((const uint8_t *)bad[i],
                                   (const uint8_t *)bad[i] + strlen(bad[i]), &point),
                     1);
        CHECK_EQ_U64(point, RLS_UTF8_INVALID);
    }
}

TEST(boundaries_of_a_long_text_without_any_take_linear_time)
{
    /* A mark that may join, then attached characters without end: looked at twice at most. */
    size_t   size = 2 << 20;
    uint8_t *text = malloc(size);
    uint32_t at = 0, count = 0;

    for (size_t i = 0; i < size; i += 2)
        memcpy(text + i, i % 64 == 0 ? "a'" : "\xcc\x81", 2);
    while (at < size) {
        at = rls_word_break_next(rls_bytes_of(text, size), at);
        count++;
    }
    CHECK_EQ_U64(count, 2); /* the last apostrophe has no letter behind it */
    memset(text, '_', size);
    CHECK_EQ_U64(rls_word_break_next(rls_bytes_of(text, size), 0), size);
    free(text);
}
