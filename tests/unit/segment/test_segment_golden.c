#include "golden_segment.h"
#include "segment_fixture.h"

/* A document with all kinds of fields, and one with a body alone. */
static void
fill(fixture *f, rls_segment_batch *batch)
{
    rls_segment_source source = {.name = bytes_of("b.md"),
                                 .size = 70,
                                 .inode = 7,
                                 .hash = UINT64_C(0x1122334455667788),
                                 .mtime_ns = INT64_C(1180310400000000000),
                                 .format = 1};
    rls_arena          arena;
    rls_document       document;

    rls_arena_init(&arena, &f->heap, 4096);
    rls_document_init(&document, &arena);
    document.key = bytes_of("b.md");
    document.body = document.prose = bytes_of("Oslo bans bombs");
    document.markdown = true;
    CHECK_OK(fixture_add_value(&document, "title", "Treaty", false));
    CHECK_OK(fixture_add_value(&document, "date", "2007-05-28", true));
    CHECK_OK(fixture_add_value(&document, "by", "Phil Goff", false));
    CHECK_OK(rls_schema_apply(f->schema, &document, NULL));
    CHECK_OK(rls_segment_batch_source(batch, &source, NULL));
    CHECK_OK(rls_segment_batch_add(batch, &document, 70, NULL));

    rls_document_init(&document, &arena);
    document.key = bytes_of("a");
    document.body = document.prose = bytes_of("ban");
    CHECK_OK(rls_schema_apply(f->schema, &document, NULL));
    CHECK_OK(rls_segment_batch_source(batch, NULL, NULL));
    CHECK_OK(rls_segment_batch_add(batch, &document, 3, NULL));
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    rls_arena_release(&arena);
}

TEST(a_tiny_segment_has_the_bytes_of_format_1)
{
    fixture            f;
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;
    size_t             size;
    bool               same;

    fixture_init(&f, 1, 1, 1);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    fill(&f, batch);
    CHECK_OK(
        rls_segment_write(&f.heap, f.directory, &f.settings, &batch, 1, &segment, &live, NULL));
    fixture_check(segment);
    uint8_t *bytes = rls_test_read_file(f.directory, rls_segment_get_info(segment)->name, &size);
    same = size == sizeof golden_segment && memcmp(bytes, golden_segment, size) == 0;
    /* Ready for golden_segment.h, when the format changes on purpose. */
    for (size_t at = 0; !same && at < size; at++)
        printf("%s0x%02x,%s", at % 16 == 0 ? "#     " : " ", bytes[at],
               at % 16 == 15 || at + 1 == size ? "\n" : "");
    CHECK(same);
    free(bytes);
    rls_live_docs_release(&live, &f.heap);
    rls_segment_close(segment);
    rls_segment_batch_free(batch);
    fixture_release(&f);
}
