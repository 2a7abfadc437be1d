#include "segment/strings.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/runner.h"

enum {
    COUNT = 150
};

typedef struct sample {
    rls_heap    heap;
    char       *strings[COUNT];
    rls_buffer  buffer;
    uint64_t    blocks_size;
    uint8_t    *copy; /* of exact size and padding */
    rls_strings reader;
} sample;

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
open_sample(sample *s, size_t size)
{
    rls_input input;

    rls_input_init(&input, rls_bytes_of(s->copy, size));
    rls_strings_open(&s->reader, &input, s->blocks_size, COUNT, "test");
    return !input.failed && rls_input_left(&input) == 0;
}

/* Sorted strings over few letters, so that some repeat and many share bytes. */
static void
sample_init(sample *s, uint64_t seed)
{
    rls_random         random = {seed};
    rls_strings_writer writer;
    rls_sink           sink = rls_sink_to_buffer(&s->buffer);

    rls_heap_init(&s->heap, NULL, SIZE_MAX);
    rls_buffer_init(&s->buffer, &s->heap);
    for (int i = 0; i < COUNT; i++) {
        size_t size = rls_random_below(&random, i % 10 == 0 ? 300 : 6);

        s->strings[i] = malloc(size + 1);
        for (size_t j = 0; j < size; j++)
            s->strings[i][j] = "ab\xc4"[rls_random_below(&random, 3)];
        s->strings[i][size] = '\0';
    }
    qsort(s->strings, COUNT, sizeof *s->strings, compare);
    rls_strings_writer_init(&writer, &s->heap, &sink);
    for (int i = 0; i < COUNT; i++)
        CHECK_OK(rls_strings_writer_add(&writer, rls_bytes_of(s->strings[i], strlen(s->strings[i])),
                                        NULL));
    CHECK_OK(rls_strings_writer_finish(&writer, NULL));
    s->blocks_size = writer.blocks_size;
    rls_strings_writer_release(&writer);
    s->copy = malloc(s->buffer.size + RLS_MAP_PADDING);
    memset(s->copy + s->buffer.size, 0x7f, RLS_MAP_PADDING);
    memcpy(s->copy, s->buffer.data, s->buffer.size);
    CHECK(open_sample(s, s->buffer.size));
}

static void
sample_release(sample *s)
{
    for (int i = 0; i < COUNT; i++)
        free(s->strings[i]);
    free(s->copy);
    rls_buffer_release(&s->buffer);
    CHECK_EQ_U64(s->heap.used, 0);
}

static void
check_find(const sample *s, const char *target)
{
    rls_bytes bytes = rls_bytes_of(target, strlen(target));
    uint32_t  first = 0, end, found, found_end;
    bool      equal;

    while (first < COUNT && strcmp(s->strings[first], target) < 0)
        first++;
    for (end = first; end < COUNT && strcmp(s->strings[end], target) == 0;)
        end++;
    CHECK_OK(rls_strings_find(&s->reader, bytes, &found, &equal, NULL));
    if (found != first || equal != (end > first))
        rls_test_fail(__FILE__, __LINE__, "\"%s\": %d %d, expected %d %d", target, (int)found,
                      equal, (int)first, end > first);
    if (equal) {
        CHECK_OK(rls_strings_find_end(&s->reader, found, bytes, &found_end, NULL));
        CHECK_EQ_U64(found_end, end);
    }
}

TEST(strings_are_got_walked_and_found)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        sample             s;
        rls_strings_cursor cursor;
        rls_buffer         out;

        sample_init(&s, rls_test_seed() + seed);
        rls_buffer_init(&out, &s.heap);
        rls_strings_cursor_init(&cursor, &s.heap, &s.reader);
        for (uint32_t i = 0; i < COUNT; i++) {
            rls_bytes expected = rls_bytes_of(s.strings[i], strlen(s.strings[i]));

            CHECK_OK(rls_strings_get(&s.reader, i, &out, NULL));
            CHECK(rls_bytes_compare(rls_buffer_bytes(&out), expected) == 0);
            CHECK_OK(rls_strings_cursor_next(&cursor, NULL));
            CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor.string), expected) == 0);
            check_find(&s, s.strings[i]);
            s.strings[i][0] ^= s.strings[i][0] == '\0' ? 0 : 3; /* a → b, b → a */
            if (strlen(s.strings[i]) > 0) {
                char changed[310];

                strcpy(changed, s.strings[i]);
                s.strings[i][0] ^= 3;
                check_find(&s, changed);
                strcat(changed, "a");
                check_find(&s, changed);
            }
        }
        CHECK_EQ_I64(rls_strings_cursor_next(&cursor, NULL), RLS_NOT_FOUND);
        CHECK_EQ_I64(rls_strings_get(&s.reader, COUNT, &out, NULL), RLS_CORRUPT);
        check_find(&s, "");
        check_find(&s, "\xff");
        rls_strings_cursor_release(&cursor);
        rls_buffer_release(&out);
        sample_release(&s);
    }
}

TEST(damaged_strings_are_read_within_their_bytes)
{
    sample     s;
    rls_random random = {rls_test_seed()};

    sample_init(&s, rls_test_seed());
    for (size_t size = 0; size < s.buffer.size; size++)
        CHECK(!open_sample(&s, size));
    for (int round = 0; round < 2000; round++) {
        size_t             at = rls_random_below(&random, (uint32_t)s.buffer.size);
        rls_strings_cursor cursor;
        rls_buffer         out;
        uint32_t           found;
        bool               equal;

        s.copy[at] = (uint8_t)rls_random_next(&random);
        if (open_sample(&s, s.buffer.size)) {
            rls_buffer_init(&out, &s.heap);
            rls_strings_get(&s.reader, rls_random_below(&random, COUNT), &out, NULL);
            rls_strings_find(&s.reader, rls_bytes_of("abab", 4), &found, &equal, NULL);
            rls_strings_find_end(&s.reader, 3, rls_bytes_of("abab", 4), &found, NULL);
            rls_strings_cursor_init(&cursor, &s.heap, &s.reader);
            while (rls_strings_cursor_next(&cursor, NULL) == RLS_OK) {
            }
            rls_strings_cursor_release(&cursor);
            rls_buffer_release(&out);
        }
        if (round % 4 != 0)
            memcpy(s.copy, s.buffer.data, s.buffer.size);
    }
    sample_release(&s);
}
