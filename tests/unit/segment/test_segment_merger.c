#include "segment/segment_writer.h"

#include "segment_fixture.h"

static rls_segment *
merge(fixture *f, const rls_merge_input *inputs, size_t count)
{
    rls_segment *merged;
    rls_error    error = {0};
    rls_status status = rls_segment_merge(&f->heap, f->directory, &f->settings, inputs, count, NULL,
                                          NULL, &merged, &error);

    if (status != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "merging: %d %s", status, error.message);
    return merged;
}

TEST(several_batches_give_the_bytes_of_one)
{
    fixture f;

    fixture_init(&f, rls_test_seed(), 300, 60);
    rls_segment *one = fixture_write(&f, 0, 300, NULL, 1);
    for (size_t batches = 2; batches <= 7; batches += 5) {
        rls_segment *several = fixture_write(&f, 0, 300, NULL, batches);

        fixture_same_bytes(&f, one, several);
        rls_segment_close(several);
    }
    fixture_check(one);
    rls_segment_close(one);
    fixture_release(&f);
}

TEST(merged_segments_give_the_bytes_of_one_written_at_once)
{
    fixture         f;
    rls_merge_input inputs[3] = {{0}};

    fixture_init(&f, rls_test_seed() + 1, 400, 80);
    inputs[0].segment = fixture_write(&f, 0, 50, NULL, 1);
    inputs[1].segment = fixture_write(&f, 50, 51, NULL, 1);
    inputs[2].segment = fixture_write(&f, 51, 400, NULL, 2);
    rls_segment *merged = merge(&f, inputs, 3), *once = fixture_write(&f, 0, 400, NULL, 1);
    fixture_same_bytes(&f, merged, once);
    fixture_check(merged);
    rls_segment_close(merged);
    rls_segment_close(once);
    for (int i = 0; i < 3; i++)
        rls_segment_close((rls_segment *)inputs[i].segment);
    fixture_release(&f);
}

/* Deletes each document with the chance of one in `odds`, but those in French: a language stays
 * known to a segment when its last document goes. */
static void
delete_some(fixture *f, rls_random *random, uint32_t odds, size_t first, rls_live_docs *live,
            uint32_t doc_count, rls_bitset *gone)
{
    CHECK_OK(rls_live_docs_init(live, &f->heap, doc_count));
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        if (rls_random_below(random, odds) == 0 && (first + doc) % 29 != 5) {
            CHECK(rls_live_docs_delete(live, doc));
            rls_bitset_set(gone, (uint32_t)first + doc);
        }
    }
}

static void
merge_with_deletions(uint64_t seed, uint32_t odds, size_t count, size_t mean_words)
{
    size_t          borders[] = {0, count / 3, count / 3 + 2, count * 2 / 3, count};
    fixture         f;
    rls_random      random = {seed};
    rls_merge_input inputs[4] = {{0}};
    rls_live_docs   live[4];
    rls_bitset      gone;

    fixture_init(&f, seed, count, mean_words);
    CHECK_OK(rls_bitset_init(&gone, &f.heap, (uint32_t)count));
    for (int i = 0; i < 4; i++) {
        inputs[i].segment = fixture_write(&f, borders[i], borders[i + 1], NULL, 1);
        delete_some(&f, &random, odds, borders[i], &live[i],
                    (uint32_t)(borders[i + 1] - borders[i]), &gone);
        inputs[i].live = &live[i];
    }
    rls_segment *merged = merge(&f, inputs, 4), *rebuilt = fixture_write(&f, 0, count, &gone, 3);
    fixture_check(merged);
    fixture_same_bytes(&f, merged, rebuilt);
    rls_segment_close(merged);
    rls_segment_close(rebuilt);
    for (int i = 0; i < 4; i++) {
        rls_segment_close((rls_segment *)inputs[i].segment);
        rls_live_docs_release(&live[i], &f.heap);
    }
    rls_bitset_release(&gone, &f.heap);
    fixture_release(&f);
}

TEST(merging_with_deletions_gives_the_bytes_of_a_rebuild)
{
    merge_with_deletions(rls_test_seed() + 2, 2, 500, 70);
    merge_with_deletions(rls_test_seed() + 3, 20, 500, 70);
}

TEST(so_does_merging_documents_larger_than_a_block)
{
    merge_with_deletions(rls_test_seed() + 5, 4, 40, 2500);
    merge_with_deletions(rls_test_seed() + 6, 100, 30, 1200);
}

/* A merge of what was merged: whatever the way, the bytes are those of one write. */
TEST(merging_in_any_tree_gives_the_same_bytes)
{
    fixture         f;
    rls_merge_input inputs[2] = {{0}};
    rls_segment    *grown;

    fixture_init(&f, rls_test_seed() + 7, 120, 150);
    grown = fixture_write(&f, 0, 3, NULL, 1);
    for (size_t from = 3; from < 120;) {
        size_t       to = from + 1 + from % 13 < 120 ? from + 1 + from % 13 : 120;
        rls_segment *next = fixture_write(&f, from, to, NULL, 1), *merged;

        inputs[0].segment = grown;
        inputs[1].segment = next;
        merged = merge(&f, inputs, 2);
        rls_segment_close(grown);
        rls_segment_close(next);
        grown = merged;
        from = to;
    }
    rls_segment *once = fixture_write(&f, 0, 120, NULL, 1);
    fixture_same_bytes(&f, grown, once);
    rls_segment_close(grown);
    rls_segment_close(once);
    fixture_release(&f);
}

TEST(merging_when_all_is_deleted_gives_an_empty_segment)
{
    fixture         f;
    rls_live_docs   live;
    rls_merge_input input = {0};

    fixture_init(&f, rls_test_seed() + 4, 20, 20);
    input.segment = fixture_write(&f, 0, 20, NULL, 1);
    CHECK_OK(rls_live_docs_init(&live, &f.heap, 20));
    for (uint32_t doc = 0; doc < 20; doc++)
        rls_live_docs_delete(&live, doc);
    input.live = &live;
    rls_segment *merged = merge(&f, &input, 1);
    fixture_check(merged);
    CHECK_EQ_U64(rls_segment_get_info(merged)->doc_count, 0);
    CHECK_EQ_U64(rls_segment_termdict(merged)->term_count, 0);
    CHECK_EQ_U64(rls_segment_column_count(merged), 0);
    CHECK_EQ_U64(rls_segment_source_count(merged), 0);
    CHECK_EQ_U64(rls_segment_get_info(merged)->field_count, 1);
    rls_segment_close(merged);
    rls_segment_close((rls_segment *)input.segment);
    rls_live_docs_release(&live, &f.heap);
    fixture_release(&f);
}

/* A document whose fields [from, to) have one word each, "word" in all and one of its own. */
static rls_segment *
write_fields(fixture *f, const char *key, int from, int to)
{
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;
    rls_arena          arena;
    rls_document       document;

    rls_arena_init(&arena, &f->heap, 64 * 1024);
    rls_document_init(&document, &arena);
    document.key = bytes_of(key);
    document.body = document.prose = bytes_of("word");
    for (int i = from; i < to; i++) {
        char       name[16], text[32];
        rls_field *field;

        snprintf(name, sizeof name, "f%05d", i);
        snprintf(text, sizeof text, "word own%d word", i);
        field = rls_document_field(&document, bytes_of(name));
        CHECK(field != NULL && rls_field_add(&document, field, bytes_of(text), false) != NULL);
        field->kinds = RLS_FIELD_TEXT;
    }
    CHECK_OK(rls_segment_batch_new(&f->heap, &f->settings, &batch, NULL));
    CHECK_OK(rls_segment_batch_add(batch, &document, 1, NULL));
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    CHECK_OK(
        rls_segment_write(&f->heap, f->directory, &f->settings, &batch, 1, &segment, &live, NULL));
    rls_live_docs_release(&live, &f->heap);
    rls_segment_batch_free(batch);
    rls_arena_release(&arena);
    return segment;
}

TEST(fields_past_the_limit_share_the_last_number)
{
    fixture                 f;
    rls_merge_input         inputs[3] = {{0}};
    const rls_segment_info *info;
    rls_posting_list        list;
    rls_postings_cursor     cursor;
    enum {
        LAST = RLS_FIELD_LIMIT - 1
    };

    fixture_init(&f, 1, 1, 1);
    inputs[0].segment = write_fields(&f, "a", 0, 2000);
    inputs[1].segment = write_fields(&f, "b", 1900, 4500);
    inputs[2].segment = write_fields(&f, "c", 4000, 4200);
    rls_segment *merged = merge(&f, inputs, 3);
    fixture_check(merged);
    info = rls_segment_get_info(merged);
    CHECK_EQ_U64(info->field_count, RLS_FIELD_LIMIT);
    CHECK_EQ_BYTES(info->fields[LAST].name.data, info->fields[LAST].name.size, "f04094");
    /* Three words in each of 4094..4499, and in each of 4094..4199. */
    CHECK_EQ_U64(rls_segment_length(merged, LAST, 1), 3 * (4500 - 4094));
    CHECK_EQ_U64(rls_segment_length(merged, LAST, 2), 3 * (4200 - 4094));
    CHECK_OK(rls_segment_find_term(merged, bytes_of("word"), &list, NULL));
    rls_postings_cursor_open(&cursor, &list);
    CHECK_EQ_U64(rls_postings_cursor_advance(&cursor, 2), 2);
    CHECK_EQ_U64(rls_postings_cursor_freq(&cursor), 1 + 2 * 200);
    /* Again, from a segment that shares already. */
    rls_segment_close((rls_segment *)inputs[0].segment);
    rls_segment_close((rls_segment *)inputs[1].segment);
    inputs[0].segment = merged;
    inputs[1].segment = write_fields(&f, "d", 4494, 4600);
    rls_segment *again = merge(&f, inputs, 2);
    fixture_check(again);
    CHECK_EQ_U64(rls_segment_length(again, LAST, 3), 3 * (4600 - 4494));
    rls_segment_close(again);
    for (int i = 0; i < 3; i++)
        rls_segment_close((rls_segment *)inputs[i].segment);
    fixture_release(&f);
}
