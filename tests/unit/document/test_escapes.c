#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "document/entities.h"
#include "document/escapes.h"
#include "document/utf8.h"

typedef struct decoding {
    rls_heap  heap;
    rls_arena arena;
    rls_bytes out;
    uint64_t  bad;
} decoding;

static void
start(decoding *d)
{
    memset(d, 0, sizeof *d);
    rls_heap_init(&d->heap, NULL, SIZE_MAX);
    rls_arena_init(&d->arena, &d->heap, 4096);
}

static void
unescape(decoding *d, const char *text, rls_escapes escapes)
{
    d->bad = 0;
    CHECK(rls_unescape(&d->arena, rls_bytes_of(text, strlen(text)), escapes, &d->out, &d->bad));
}

TEST(escapes_of_json_are_decoded)
{
    decoding d;

    start(&d);
    unescape(&d, "no escapes", RLS_ESCAPES_JSON);
    CHECK_EQ_BYTES(d.out.data, d.out.size, "no escapes");
    unescape(&d, "\\\"a\\\\b\\/c\\n\\t\\r\\b\\f", RLS_ESCAPES_JSON);
    CHECK_EQ_BYTES(d.out.data, d.out.size, "\"a\\b/c\n\t\r\b\f");
    unescape(&d, "M\\u0101ori \\ud83d\\ude00\\u0041", RLS_ESCAPES_JSON);
    CHECK_EQ_BYTES(d.out.data, d.out.size,
                   "M\xC4\x81ori \xF0\x9F\x98\x80"
                   "A");
    CHECK_EQ_U64(d.bad, 0);
    rls_arena_release(&d.arena);
}

TEST(what_is_no_escape_stays_and_is_counted)
{
    decoding d;

    start(&d);
    unescape(&d, "C:\\docs\\x41 \\u12 \\", RLS_ESCAPES_JSON);
    CHECK_EQ_BYTES(d.out.data, d.out.size, "C:\\docs\\x41 \\u12 \\");
    CHECK_EQ_U64(d.bad, 4);
    unescape(&d, "\\ud83d \\ude00", RLS_ESCAPES_JSON);
    CHECK_EQ_BYTES(d.out.data, d.out.size, "\xEF\xBF\xBD \xEF\xBF\xBD");
    CHECK_EQ_U64(d.bad, 2);
    rls_arena_release(&d.arena);
}

TEST(yaml_has_more_escapes)
{
    decoding d;

    start(&d);
    unescape(&d, "\\x41\\U0001F600\\e\\_\\N\\L\\P\\ \\a\\v", RLS_ESCAPES_YAML);
    CHECK_EQ_BYTES(d.out.data, d.out.size,
                   "A\xF0\x9F\x98\x80\x1B\xC2\xA0\xC2\x85\xE2\x80\xA8\xE2\x80\xA9 \a\v");
    CHECK_EQ_U64(d.bad, 0);
    unescape(&d, "\\UFFFFFFFF", RLS_ESCAPES_YAML);
    CHECK_EQ_BYTES(d.out.data, d.out.size, "\xEF\xBF\xBD");
    unescape(&d, "\\0", RLS_ESCAPES_YAML);
    CHECK_EQ_U64(d.out.size, 1);
    CHECK_EQ_U64(d.out.data[0], 0);
    rls_arena_release(&d.arena);
}

static void
decode(decoding *d, const char *text)
{
    CHECK(rls_entities_decode(&d->arena, rls_bytes_of(text, strlen(text)), &d->out));
}

TEST(character_references_are_decoded)
{
    decoding d;

    start(&d);
    decode(&d, "Espa&#241;ol &amp; Espa&ntilde;ol &#x101;&Amacr;&apos;");
    CHECK_EQ_BYTES(d.out.data, d.out.size, "Espa\xC3\xB1ol & Espa\xC3\xB1ol \xC4\x81\xC4\x80'");
    decode(&d, "AT&T; &nosuch; &#0; &#xD800; &#x110000; &#99999999; &#; &; &amp &#1114111;");
    CHECK_EQ_BYTES(d.out.data, d.out.size,
                   "AT&T; &nosuch; &#0; &#xD800; &#x110000; &#99999999; &#; &; &amp "
                   "\xF4\x8F\xBF\xBF");
    rls_arena_release(&d.arena);
}

TEST(random_escapes_and_references_give_valid_text)
{
    static const char alphabet[] = "\\\\\\unxUNLP_0123456789abcdefD&&#;ltgmp\"";
    rls_random        random = {rls_test_seed()};

    for (int round = 0; round < 20000; round++) {
        size_t   size = rls_random_below(&random, 40);
        uint8_t *text = malloc(size == 0 ? 1 : size);
        decoding d;

        start(&d);
        for (size_t i = 0; i < size; i++)
            text[i] = (uint8_t)alphabet[rls_random_below(&random, sizeof alphabet - 1)];
        for (int escapes = 0; escapes < 2; escapes++) {
            rls_utf8_repairs repairs;

            CHECK(rls_unescape(&d.arena, rls_bytes_of(text, size), (rls_escapes)escapes, &d.out,
                               &d.bad));
            CHECK(rls_utf8_repair(&d.arena, d.out, &d.out, &repairs));
            CHECK_EQ_U64(repairs.invalid_count, 0);
        }
        CHECK(rls_entities_decode(&d.arena, rls_bytes_of(text, size), &d.out));
        CHECK_EQ_U64(rls_utf8_valid_size(d.out), d.out.size);
        rls_arena_release(&d.arena);
        free(text);
    }
}
