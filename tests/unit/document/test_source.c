#include "unit/document/reading.h"

#include <zlib.h>

/* A gzip file of the bytes, in memory to be freed. */
static uint8_t *
gzipped(const void *bytes, size_t size, size_t *out_size)
{
    z_stream stream = {0};
    size_t   room = size + 1000;
    uint8_t *out = malloc(room);

    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = (z_const Bytef *)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *out_size = room - stream.avail_out;
    deflateEnd(&stream);
    return out;
}

static rls_format
format_of(const char *name, const char *text)
{
    reading    r;
    rls_format format;

    CHECK_OK(reading_open(&r, name, text, strlen(text), RLS_FORMAT_AUTO));
    format = r.source.format;
    reading_close(&r);
    return format;
}

TEST(the_format_is_told_by_name_then_by_content)
{
    CHECK(format_of("a.md", "text") == RLS_FORMAT_MARKDOWN);
    CHECK(format_of("a/b.MARKDOWN", "text") == RLS_FORMAT_MARKDOWN);
    CHECK(format_of("a.md.gz", "text") == RLS_FORMAT_MARKDOWN);
    CHECK(format_of("a.txt", "{\"a\": 1}") == RLS_FORMAT_TEXT);
    CHECK(format_of("a.jsonl", "text") == RLS_FORMAT_JSONL);
    CHECK(format_of("a.ndjson.gz", "text") == RLS_FORMAT_JSONL);
    CHECK(format_of("-", "{\"a\": 1}\n{\"a\": 2}\n") == RLS_FORMAT_JSONL);
    CHECK(format_of("-", "\xEF\xBB\xBF\n {\"a\": 1} \n") == RLS_FORMAT_JSONL);
    CHECK(format_of("-", "{\n  \"a\": 1\n}\n") == RLS_FORMAT_TEXT);
    CHECK(format_of("-", "---\ntitle: x\n---\n") == RLS_FORMAT_MARKDOWN);
    CHECK(format_of("-", "\n+++\ntitle = 1\n+++\n") == RLS_FORMAT_MARKDOWN);
    CHECK(format_of("README", "Some text") == RLS_FORMAT_TEXT);
    CHECK(format_of("empty", "") == RLS_FORMAT_TEXT);
    CHECK(format_of(".md", "text") == RLS_FORMAT_TEXT);
}

TEST(a_text_file_is_one_document_with_its_name_as_key)
{
    reading r;

    read_text(&r, "x/y.txt", "---\ntitle: T\n---\nA [link](u).");
    CHECK_EQ_BYTES(r.document.key.data, r.document.key.size, "x/y.txt");
    CHECK_VALUE(&r, "title", 0, "T");
    CHECK(!r.document.markdown);
    CHECK(r.document.prose.data == r.document.body.data);
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "A [link](u).");
    CHECK(reading_next(&r) == RLS_NOT_FOUND);
    CHECK(reading_next(&r) == RLS_NOT_FOUND);
    reading_close(&r);
}

TEST(names_that_are_not_utf8_give_keys_of_their_own)
{
    reading r;

    read_text(&r, "d/a\xff\xc3.md", "x");
    CHECK_EQ_BYTES(r.document.key.data, r.document.key.size, "d/a%FF%C3.md");
    reading_close(&r);
    read_text(&r, "d/M\xc4\x81ori 100%.md", "x");
    CHECK_EQ_BYTES(r.document.key.data, r.document.key.size, "d/M\xc4\x81ori 100%.md");
    reading_close(&r);
}

TEST(markdown_has_prose_of_the_same_size)
{
    reading r;

    read_text(&r, "y.md", "---\ntitle: T\n---\nA [link](u).");
    CHECK(r.document.markdown);
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "A [link](u).");
    CHECK_EQ_BYTES(r.document.prose.data, r.document.prose.size, "A [link    .");
    reading_close(&r);
}

TEST(gzipped_files_are_read_and_limited)
{
    reading  r;
    size_t   size;
    char    *text = malloc(100000);
    uint8_t *packed;

    memset(text, 'x', 100000);
    memcpy(text, "---\ntitle: Z\n---\n", 17);
    packed = gzipped(text, 100000, &size);
    CHECK_OK(reading_open(&r, "a.md.gz", packed, size, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_VALUE(&r, "title", 0, "Z");
    CHECK_EQ_U64(r.document.body.size, 100000 - 17);
    reading_close(&r);

    CHECK(reading_open(&r, "a.md.gz", packed, size / 2, RLS_FORMAT_AUTO) == RLS_BAD_DOCUMENT);
    CHECK(strncmp(r.err.message, "a.md.gz: ", 9) == 0);
    reading_close(&r);

    memset(&r, 0, sizeof r);
    rls_heap_init(&r.heap, NULL, SIZE_MAX);
    CHECK(rls_source_open(&r.source, &r.heap, bytes_of("a.gz"), rls_bytes_of(packed, size),
                          RLS_FORMAT_AUTO, 99999, &r.err) == RLS_BAD_DOCUMENT);
    rls_source_close(&r.source);
    CHECK(rls_source_open(&r.source, &r.heap, bytes_of("a.txt"), bytes_of("four."), RLS_FORMAT_AUTO,
                          4, &r.err) == RLS_BAD_DOCUMENT);
    CHECK(strstr(r.err.message, "over the limit") != NULL);
    rls_source_close(&r.source);
    CHECK_EQ_U64(r.heap.used, 0);
    free(packed);
    free(text);
}

static void
check_binary(const void *bytes, size_t size, const char *kind)
{
    reading r;

    CHECK(reading_open(&r, "f", bytes, size, RLS_FORMAT_AUTO) == RLS_BAD_DOCUMENT);
    if (strstr(r.err.message, kind) == NULL || strncmp(r.err.message, "f: binary, ", 11) != 0)
        rls_test_fail(__FILE__, __LINE__, "the message is: %s", r.err.message);
    reading_close(&r);
}

TEST(binary_files_are_refused_by_kind)
{
    uint8_t  zeros[2000] = "text at first";
    uint8_t *packed;
    size_t   size;

    check_binary("%PDF-1.7\n", 9, "a PDF file");
    check_binary("PK\3\4....", 8, "ZIP");
    check_binary("\x89PNG\r\n", 6, "PNG");
    check_binary("\x7F"
                 "ELF..",
                 6, "ELF");
    check_binary("GIF89a\0..", 9, "GIF");
    check_binary("SQLite format 3\0", 16, "SQLite");
    check_binary(zeros, sizeof zeros, "NUL");
    check_binary("{\\rtf1}", 7, "rich text");
    packed = gzipped("PK\3\4", 4, &size);
    check_binary(packed, size, "ZIP");
    free(packed);
}

TEST(text_that_begins_like_a_binary_file_is_text)
{
    reading r;

    CHECK_OK(reading_open(&r, "f", "GIF89a is a format", 18, RLS_FORMAT_AUTO));
    reading_close(&r);
    CHECK_OK(reading_open(&r, "f", "ID3 tags; Rar! RIFF", 19, RLS_FORMAT_AUTO));
    reading_close(&r);
}

TEST(late_nuls_and_bad_utf8_are_replaced_and_told)
{
    reading r;
    char    text[3000];

    memset(text, 'a', sizeof text);
    memcpy(text, "---\ntitle: M\xE4ori\n---\n", 21);
    text[2000] = '\n';
    text[2500] = 0;
    CHECK_OK(reading_open(&r, "a.md", text, sizeof text, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_VALUE(&r, "title", 0, "M\xEF\xBF\xBDori");
    CHECK_EQ_U64(r.document.note_count, 2);
    CHECK_EQ_STR(r.document.notes[0], "line 2: not UTF-8, 1 sequence replaced by U+FFFD");
    CHECK_EQ_STR(r.document.notes[1], "line 2: 1 NUL byte replaced by U+FFFD");
    CHECK_EQ_U64(r.document.body.size, sizeof text - 21 + 2);
    reading_close(&r);
}

TEST(utf16_files_are_read)
{
    reading r;

    CHECK_OK(reading_open(&r, "a.txt", "\xFF\xFEM\0\x01\x01o\0r\0i\0", 12, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "M\xC4\x81ori");
    reading_close(&r);
}

TEST(a_date_that_is_in_the_name_alone_is_taken_from_there)
{
    reading r;

    read_text(&r, "a/2022-09-27-media-release.md", "---\ntitle: x\ndate:\n---\n");
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2022, 9, 27));
    reading_close(&r);
    read_text(&r, "2022-09-27 notes.txt", "text");
    CHECK_VALUE(&r, "date", 0, "2022-09-27");
    reading_close(&r);
    read_text(&r, "2022-09-27-media-release.md", "---\ndate: 2007-05-28\n---\n");
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 5, 28));
    reading_close(&r);
    read_text(&r, "2022-13-27-x.md", "text");
    CHECK_EQ_U64(r.document.field_count, 0);
    reading_close(&r);
    read_text(&r, "2022-09-271.md", "text");
    CHECK_EQ_U64(r.document.field_count, 0);
    reading_close(&r);
}
