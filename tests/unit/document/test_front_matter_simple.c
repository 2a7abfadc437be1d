/* The fast reader of front matter against libyaml: on whatever it does not decline, both give the
 * same document. */
#include "unit/document/reading.h"

#include "base/random.h"
#include "document/front_matter.h"
#include "document/utf8.h"

typedef struct side {
    rls_heap         heap;
    rls_arena        arena;
    rls_document     document;
    rls_field_writer writer;
} side;

static void
side_init(side *s)
{
    rls_heap_init(&s->heap, NULL, SIZE_MAX);
    rls_arena_init(&s->arena, &s->heap, 4096);
    rls_document_init(&s->document, &s->arena);
    rls_field_writer_init(&s->writer, &s->document, false);
}

static void
check_same(const side *a, const side *b, const char *block)
{
    bool same = a->document.field_count == b->document.field_count &&
                a->document.note_count == b->document.note_count;

    for (uint32_t i = 0; same && i < a->document.field_count; i++) {
        const rls_field *x = &a->document.fields[i], *y = &b->document.fields[i];

        same = rls_bytes_compare(x->name, y->name) == 0 && x->value_count == y->value_count &&
               x->is_list == y->is_list;
        for (uint32_t k = 0; same && k < x->value_count; k++)
            same = rls_bytes_compare(x->values[k].text, y->values[k].text) == 0 &&
                   x->values[k].plain == y->values[k].plain;
    }
    if (!same)
        rls_test_fail(__FILE__, __LINE__, "read differently:\n%s", block);
}

/* Returns whether the fast reader took it. */
static bool
compare_readers(const char *block, size_t size)
{
    side      simple, tree;
    uint8_t  *exact = calloc(1, size == 0 ? 1 : size);
    rls_bytes bytes = rls_bytes_of(exact, size);
    bool      taken;

    memcpy(exact, block, size);
    side_init(&simple);
    side_init(&tree);
    taken = rls_front_matter_simple(&simple.writer, bytes, 2);
    if (taken) {
        rls_error  err = {0};
        rls_status status = rls_front_matter_tree(&tree.writer, bytes, 2, &err);

        if (status != RLS_OK)
            rls_test_fail(__FILE__, __LINE__, "libyaml says %s of:\n%s", err.message, block);
        check_same(&simple, &tree, block);
    } else {
        CHECK_EQ_U64(simple.document.field_count, 0);
    }
    rls_arena_release(&simple.arena);
    rls_arena_release(&tree.arena);
    free(exact);
    return taken;
}

TEST(both_readers_agree_on_random_lines)
{
    static const char *const pieces[] = {"title",
                                         "date",
                                         "a",
                                         "key_1",
                                         "x-y",
                                         ": ",
                                         ":",
                                         "  ",
                                         " ",
                                         "\n",
                                         "\n",
                                         "\n",
                                         "- ",
                                         "  - ",
                                         "\"",
                                         "'",
                                         "''",
                                         "\\\"",
                                         "\\u0101",
                                         "\\n",
                                         "\\\\",
                                         "#",
                                         " # c",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "&",
                                         "*",
                                         "!",
                                         "|",
                                         ">",
                                         "%",
                                         "@",
                                         "`",
                                         "?",
                                         ",",
                                         "-",
                                         "2007",
                                         "null",
                                         "~",
                                         "true",
                                         "\xC4\x81",
                                         "\xC2\x85",
                                         "\xC2\xA0",
                                         "\t",
                                         "\r\n",
                                         "http://x",
                                         "(",
                                         "$",
                                         ".",
                                         "+",
                                         "...",
                                         "---",
                                         "word",
                                         "Te Ao",
                                         "\xE2\x80\xA8",
                                         "\xE2\x80\x99",
                                         "\xEF\xBB\xBF",
                                         "\x01",
                                         "key: value\n",
                                         "list:\n  - one\n  - two\n",
                                         "- item\n",
                                         "\"quoted\"\n",
                                         "t: \"a\"\n",
                                         "u: 'it''s'\n",
                                         "\\/",
                                         "\\ud83d"};
    rls_random               random = {rls_test_seed()};
    int                      taken = 0;

    for (int round = 0; round < 60000; round++) {
        char     block[400];
        size_t   size = 0;
        uint32_t count = rls_random_below(&random, 12);

        for (uint32_t i = 0; i < count; i++) {
            const char *piece = pieces[rls_random_below(&random, sizeof pieces / sizeof *pieces)];
            size_t      length = strlen(piece);

            if (size + length + 3 > sizeof block)
                break;
            memcpy(block + size, piece, length);
            size += length;
        }
        if (rls_random_below(&random, 2) == 0)
            block[size++] = '\n';
        block[size] = 0;
        taken += compare_readers(block, size);
    }
    CHECK(taken > 1000);
}

/* Lines that are well formed but for a byte here and there. */
TEST(both_readers_agree_on_lines_with_an_odd_byte)
{
    static const char *const lines[] = {"title: \"A \\\"b\\\" c\"\n",
                                        "date: 2007-05-28\n",
                                        "url: https://example.org/a?b=c#d\n",
                                        "ministers:\n  - Phil Goff\n  - Hon O'Connor, Damien\n",
                                        "tags:\n- a\n- \"b\"\n- 'c'\n",
                                        "empty:\n",
                                        "quoted: ''\n",
                                        "# a comment: with colon\n",
                                        "\n",
                                        ("macron: M\xC4\x81ori \xE2\x80\x9C"
                                         "q\xE2\x80\x9D\n"),
                                        "n: 12.5\n",
                                        "trailing: spaces   \n"};
    static const char        odd[] = " :#\"'-[]{}\\\n\t!&*|>%@`?,.~a0\x7F\xC2\xE2\xEF";
    rls_random               random = {rls_test_seed()};
    int                      taken = 0;

    for (int round = 0; round < 60000; round++) {
        char     block[600];
        size_t   size = 0;
        uint32_t changes = rls_random_below(&random, 3);

        for (uint32_t i = rls_random_below(&random, 6) + 1; i > 0; i--) {
            const char *line = lines[rls_random_below(&random, sizeof lines / sizeof *lines)];

            memcpy(block + size, line, strlen(line));
            size += strlen(line);
        }
        while (changes-- > 0) {
            size_t at = rls_random_below(&random, (uint32_t)size);
            char   byte = odd[rls_random_below(&random, sizeof odd - 1)];

            if (rls_random_below(&random, 2) == 0) {
                memmove(block + at + 1, block + at, size - at);
                size++;
            }
            block[at] = byte;
        }
        block[size] = 0;
        /* The readers are promised valid UTF-8. */
        if (rls_utf8_valid_size(rls_bytes_of(block, size)) == size)
            taken += compare_readers(block, size);
    }
    CHECK(taken > 10000);
}

TEST(plain_front_matter_is_taken_by_the_fast_reader)
{
    static const char block[] = "title: \"Pressure \\\"builds\\\" \\u0101\"\n"
                                "date: 2007-05-28\n"
                                "url: https://www.beehive.govt.nz/release/x\n"
                                "ministers:\n  - Phil Goff\n"
                                "portfolios:\n  - Arts, Culture and Heritage\n"
                                "# a comment\n\nsummary:\ntags:\n- a\n- 'b'\n";

    CHECK(compare_readers(block, sizeof block - 1));
    CHECK(compare_readers("", 0));
    CHECK(compare_readers("title: x\r\ndate: y\r\n", 19));
    CHECK(!compare_readers("a: b: c\n", 8));
    CHECK(!compare_readers("a: [b]\n", 7));
    CHECK(!compare_readers("a:\n  b: c\n", 10));
    CHECK(!compare_readers("a: b\n  c\n", 9));
    CHECK(!compare_readers("list:\n  - a: b\n", 15));
}
