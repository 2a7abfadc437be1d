#include "segment_fixture.h"

#include "segment/surfaces_writer.h"

/* Whether the segment's surfaces have `text`. */
static bool
has(const rls_segment *segment, const char *text)
{
    rls_term_info info;

    return rls_termdict_find(rls_segment_surfaces(segment), bytes_of(text), &info, NULL) == RLS_OK;
}

TEST(surfaces_are_the_folded_words_that_are_not_terms)
{
    fixture            f;
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;
    rls_arena          arena;
    rls_document       document;

    fixture_init(&f, 1, 1, 1);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    rls_arena_init(&arena, &f.heap, 4096);
    rls_document_init(&document, &arena);
    document.key = bytes_of("k");
    document.body = document.prose = bytes_of("Treaties TREATIES ban U.S. 1,250 M\u0101ori dying");
    CHECK_OK(rls_schema_apply(f.schema, &document, NULL));
    CHECK_OK(rls_segment_batch_source(batch, NULL, NULL));
    CHECK_OK(rls_segment_batch_add(batch, &document, 3, NULL));
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    CHECK_OK(
        rls_segment_write(&f.heap, f.directory, &f.settings, &batch, 1, &segment, &live, NULL));
    fixture_check(segment);
    CHECK(has(segment, "treaties"));
    CHECK(has(segment, "dying"));
    CHECK(has(segment, "u.s"));
    CHECK(has(segment, "1,250"));
    CHECK(!has(segment, "ban")); /* it is a term */
    CHECK(!has(segment, "Treaties"));
    CHECK(!has(segment, "treati")); /* nobody wrote that */
    rls_arena_release(&arena);
    rls_live_docs_release(&live, &f.heap);
    rls_segment_close(segment);
    rls_segment_batch_free(batch);
    fixture_release(&f);
}

TEST(surfaces_of_a_writer_are_compared_with_a_dictionary)
{
    static const char  *forms[] = {"Bans", "bans", "banning", "BANNED"};
    fixture             f;
    rls_surfaces_writer writer = {0};
    rls_termdict        empty;
    bool                same = true;
    static const char   none[8] = {0};

    fixture_init(&f, 1, 1, 1);
    rls_surfaces_writer_release(&writer); /* takes a zeroed one */
    CHECK_OK(rls_surfaces_writer_init(&writer, &f.heap, NULL));
    CHECK_OK(rls_termdict_open(&empty, rls_bytes_of(none, sizeof none), "empty", NULL));
    CHECK_OK(rls_surfaces_writer_compare(&writer, &empty, &same, NULL));
    CHECK(same);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        CHECK_OK(rls_surfaces_writer_add(&writer, bytes_of("ban"), bytes_of(forms[i]), NULL));
    CHECK_OK(rls_surfaces_writer_compare(&writer, &empty, &same, NULL));
    CHECK(!same);
    rls_surfaces_writer_release(&writer);
    fixture_release(&f);
}
