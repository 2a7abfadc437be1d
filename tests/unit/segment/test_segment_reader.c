#include "segment/segment_source.h"

#include "segment_fixture.h"

enum {
    DOC_COUNT = 260
};

static rls_bytes
text_of(const rls_stored_document *document, const char *name, uint32_t value)
{
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_stored_field *field = &document->fields[i];

        if (rls_bytes_compare(field->name, bytes_of(name)) == 0 && value < field->value_count)
            return field->values[value].text;
    }
    return (rls_bytes){0};
}

static void
check_text(rls_bytes found, const char *expected)
{
    if (rls_bytes_compare(found, bytes_of(expected == NULL ? "" : expected)) != 0)
        rls_test_fail(__FILE__, __LINE__, "found \"%.*s\", expected \"%s\"", (int)found.size,
                      (const char *)found.data, expected == NULL ? "" : expected);
}

TEST(stored_documents_come_back_as_they_were)
{
    fixture   f;
    rls_arena arena;

    fixture_init(&f, rls_test_seed() + 20, DOC_COUNT, 200);
    rls_segment *segment = fixture_write(&f, 0, DOC_COUNT, NULL, 3);
    rls_arena_init(&arena, &f.heap, 4096);
    for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
        const rls_corpus_document *from = &f.corpus->documents[doc];
        rls_stored_document        document;

        rls_arena_reset(&arena);
        CHECK_OK(rls_segment_stored(segment, doc, &arena, &document, NULL));
        check_text(document.key, from->key);
        CHECK(document.has_body && document.markdown == (doc % 2 == 0));
        check_text(document.body, from->body);
        check_text(text_of(&document, "title", 0), from->title);
        check_text(text_of(&document, "date", 0), from->date);
        for (uint32_t i = 0; i < RLS_CORPUS_LIST_MAX; i++)
            check_text(text_of(&document, "ministers", i), from->ministers[i]);
        for (uint32_t i = 0; i < document.field_count; i++)
            CHECK(document.fields[i].kinds & RLS_FIELD_STORED);
    }
    rls_arena_release(&arena);
    rls_segment_close(segment);
    fixture_release(&f);
}

TEST(without_storing_bodies_the_other_fields_are_kept)
{
    fixture             f;
    rls_arena           arena;
    rls_stored_document document;

    fixture_init(&f, rls_test_seed() + 21, 10, 50);
    f.settings.store = false;
    rls_segment *segment = fixture_write(&f, 0, 10, NULL, 1);
    rls_arena_init(&arena, &f.heap, 4096);
    CHECK(!rls_segment_get_info(segment)->stored);
    for (uint32_t doc = 0; doc < 10; doc++) {
        CHECK_OK(rls_segment_stored(segment, doc, &arena, &document, NULL));
        CHECK(!document.has_body && document.body.size == 0);
        check_text(text_of(&document, "title", 0), f.corpus->documents[doc].title);
    }
    CHECK_EQ_I64(rls_segment_stored(segment, 10, &arena, &document, NULL), RLS_BAD_ARGUMENT);
    fixture_check(segment);
    rls_arena_release(&arena);
    rls_segment_close(segment);
    fixture_release(&f);
}

typedef struct key_walk {
    const fixture *f;
    uint32_t       rank;
    rls_buffer     before;
} key_walk;

static rls_status
visit_key(void *context, rls_bytes key, uint32_t doc)
{
    key_walk *walk = context;

    check_text(key, walk->f->corpus->documents[doc].key);
    CHECK(walk->rank == 0 || rls_bytes_compare(rls_buffer_bytes(&walk->before), key) < 0);
    rls_buffer_clear(&walk->before);
    rls_buffer_append(&walk->before, key.data, key.size);
    walk->rank++;
    return RLS_OK;
}

TEST(keys_are_found_ranked_and_walked_in_order)
{
    fixture    f;
    rls_buffer key;
    uint32_t   found;

    fixture_init(&f, rls_test_seed() + 22, DOC_COUNT, 5);
    rls_segment *segment = fixture_write(&f, 0, DOC_COUNT, NULL, 2);
    key_walk     walk = {.f = &f};
    rls_buffer_init(&key, &f.heap);
    rls_buffer_init(&walk.before, &f.heap);
    CHECK_OK(rls_segment_walk_keys(segment, visit_key, &walk, NULL));
    CHECK_EQ_U64(walk.rank, DOC_COUNT);
    for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
        const char *expected = f.corpus->documents[doc].key;
        uint32_t    rank = rls_segment_key_rank(segment, doc);

        CHECK_OK(rls_segment_key(segment, doc, &key, NULL));
        check_text(rls_buffer_bytes(&key), expected);
        CHECK_OK(rls_segment_key_at(segment, rank, &key, &found, NULL));
        check_text(rls_buffer_bytes(&key), expected);
        CHECK_EQ_U64(found, doc);
        CHECK_OK(rls_segment_find_key(segment, bytes_of(expected), &found, NULL));
        CHECK_EQ_U64(found, doc);
    }
    CHECK_EQ_I64(rls_segment_find_key(segment, bytes_of(""), &found, NULL), RLS_NOT_FOUND);
    CHECK_EQ_I64(rls_segment_find_key(segment, bytes_of("2007"), &found, NULL), RLS_NOT_FOUND);
    CHECK_EQ_I64(rls_segment_find_key(segment, bytes_of("zzz"), &found, NULL), RLS_NOT_FOUND);
    rls_buffer_release(&key);
    rls_buffer_release(&walk.before);
    rls_segment_close(segment);
    fixture_release(&f);
}

TEST(documents_know_their_sources)
{
    fixture            f;
    rls_buffer         name;
    rls_segment_source source;
    uint32_t           found;

    fixture_init(&f, rls_test_seed() + 23, DOC_COUNT, 5);
    rls_segment *segment = fixture_write(&f, 0, DOC_COUNT, NULL, 2);
    rls_buffer_init(&name, &f.heap);
    for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
        uint32_t number = rls_segment_doc_source(segment, doc);

        if (doc % 16 >= 14) {
            CHECK_EQ_U64(number, RLS_NO_SOURCE);
            continue;
        }
        CHECK_OK(rls_segment_get_source(segment, number, &name, &source, NULL));
        if (doc % 16 >= 10) {
            check_text(source.name, doc % 32 < 16 ? "zz/more.jsonl" : "2007/many.jsonl");
            CHECK_EQ_U64(source.size, 12345);
            CHECK_EQ_I64(source.mtime_ns, -5);
            CHECK_EQ_U64(source.format, 3);
        } else {
            check_text(source.name, f.corpus->documents[doc].key);
            CHECK_EQ_U64(source.size, 100 + doc);
            CHECK_EQ_U64(source.inode, 5000 + doc * 3);
            CHECK_EQ_U64(source.hash, doc * UINT64_C(0x9e3779b97f4a7c15));
            CHECK_EQ_I64(source.mtime_ns, INT64_C(1180310400) * 1000000000 + (int64_t)doc * 77);
        }
        CHECK_OK(rls_segment_find_source(segment, source.name, &found, NULL));
        CHECK_EQ_U64(found, number);
    }
    for (uint32_t i = 1; i < rls_segment_source_count(segment); i++) {
        rls_buffer before;

        rls_buffer_init(&before, &f.heap);
        CHECK_OK(rls_segment_get_source(segment, i - 1, &before, &source, NULL));
        CHECK_OK(rls_segment_get_source(segment, i, &name, &source, NULL));
        CHECK(rls_bytes_compare(rls_buffer_bytes(&before), rls_buffer_bytes(&name)) < 0);
        rls_buffer_release(&before);
    }
    CHECK_EQ_I64(rls_segment_find_source(segment, bytes_of("nowhere"), &found, NULL),
                 RLS_NOT_FOUND);
    rls_buffer_release(&name);
    rls_segment_close(segment);
    fixture_release(&f);
}

/* Sources whose documents are in key order, in whole seconds: the shortest form. Then one without
 * documents, and one read twice, which the later stamps describe. */
TEST(sources_of_their_own_keys_take_no_names)
{
    fixture            f;
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;
    rls_segment_source source = {.format = 1};
    rls_merge_input    input = {0};
    rls_segment       *merged;
    rls_buffer         name;
    uint32_t           found;
    static const char *keys[] = {"a", "b", "b/c", "d"};

    fixture_init(&f, 1, 1, 5);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    for (int i = 0; i < 4; i++) {
        rls_arena    arena;
        rls_document document;

        rls_arena_init(&arena, &f.heap, 1024);
        rls_document_init(&document, &arena);
        document.key = bytes_of(keys[i]);
        source.name = document.key;
        source.mtime_ns = (int64_t)i * 1000000000;
        CHECK_OK(rls_segment_batch_source(batch, &source, NULL));
        CHECK_OK(rls_segment_batch_add(batch, &document, 1, NULL));
        rls_arena_release(&arena);
    }
    source.name = bytes_of("c/empty");
    source.size = 1;
    CHECK_OK(rls_segment_batch_source(batch, &source, NULL));
    source.size = 2;
    CHECK_OK(rls_segment_batch_source(batch, &source, NULL));
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    CHECK_OK(
        rls_segment_write(&f.heap, f.directory, &f.settings, &batch, 1, &segment, &live, NULL));
    fixture_check(segment);
    rls_buffer_init(&name, &f.heap);
    CHECK_EQ_U64(rls_segment_source_count(segment), 5);
    CHECK_OK(rls_segment_find_source(segment, bytes_of("c/empty"), &found, NULL));
    CHECK_EQ_U64(found, 3);
    CHECK_OK(rls_segment_get_source(segment, 3, &name, &source, NULL));
    CHECK_EQ_U64(source.size, 2);
    CHECK_OK(rls_segment_get_source(segment, 4, &name, &source, NULL));
    check_text(source.name, "d");
    CHECK_EQ_I64(source.mtime_ns, 3000000000);
    CHECK_EQ_U64(rls_segment_doc_source(segment, 2), 2);

    /* A source goes with its last document; one that never had any stays. */
    rls_live_docs_delete(&live, 1);
    input = (rls_merge_input){segment, &live};
    CHECK_OK(
        rls_segment_merge(&f.heap, f.directory, &f.settings, &input, 1, NULL, NULL, &merged, NULL));
    CHECK_EQ_U64(rls_segment_source_count(merged), 4);
    CHECK_EQ_I64(rls_segment_find_source(merged, bytes_of("b"), &found, NULL), RLS_NOT_FOUND);
    CHECK_OK(rls_segment_find_source(merged, bytes_of("c/empty"), &found, NULL));
    fixture_check(merged);
    rls_buffer_release(&name);
    rls_segment_close(merged);
    rls_segment_close(segment);
    rls_live_docs_release(&live, &f.heap);
    rls_segment_batch_free(batch);
    fixture_release(&f);
}

TEST(of_documents_with_one_key_the_last_lives)
{
    fixture            f;
    rls_segment_batch *batches[2];
    rls_segment       *segment;
    rls_live_docs      live;
    uint32_t           found;

    fixture_init(&f, rls_test_seed() + 24, 8, 10);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batches[i], NULL));
        CHECK_OK(fixture_fill(&f, batches[i], 0, 4, NULL, NULL));
        CHECK_OK(fixture_fill(&f, batches[i], 2, 6, NULL, NULL));
        CHECK_OK(rls_segment_batch_finish(batches[i], NULL));
    }
    /* 0 1 2 3 2 3 4 5, twice */
    CHECK_OK(
        rls_segment_write(&f.heap, f.directory, &f.settings, batches, 2, &segment, &live, NULL));
    CHECK_EQ_U64(rls_segment_get_info(segment)->doc_count, 16);
    CHECK_EQ_U64(live.deleted_count, 10);
    for (uint32_t doc = 0; doc < 16; doc++)
        CHECK(rls_bitset_get(&live.live, doc) == (doc == 8 || doc == 9 || doc >= 12));
    CHECK_OK(rls_segment_find_key(segment, bytes_of(f.corpus->documents[2].key), &found, NULL));
    CHECK_EQ_U64(found, 12);
    CHECK_OK(rls_segment_check(segment, &live, fixture_problem, (void *)"", NULL));
    CHECK_OK(rls_segment_check(segment, NULL, fixture_problem, (void *)"", NULL));
    rls_live_docs_release(&live, &f.heap);
    CHECK_OK(rls_live_docs_init(&live, &f.heap, 16));
    CHECK_EQ_I64(rls_segment_check(segment, &live, fixture_problem, NULL, NULL), RLS_CORRUPT);
    rls_live_docs_release(&live, &f.heap);
    rls_segment_close(segment);
    rls_segment_batch_free(batches[0]);
    rls_segment_batch_free(batches[1]);
    fixture_release(&f);
}

/* --- terms, against the inverter that they came from --- */

typedef struct twin {
    fixture       f;
    rls_segment  *segment;
    rls_inverter *inverter;
} twin;

static void
twin_init(twin *t, uint64_t seed)
{
    fixture_init(&t->f, seed, DOC_COUNT, 60);
    t->segment = fixture_write(&t->f, 0, DOC_COUNT, NULL, 4);
    CHECK_OK(rls_inverter_new(&t->f.heap, bytes_of("english"), &t->inverter, NULL));
    for (size_t i = 0; i < DOC_COUNT; i++) {
        rls_arena    arena;
        rls_document document;

        rls_arena_init(&arena, &t->f.heap, 16 * 1024);
        CHECK_OK(fixture_document(&t->f, i, &document, &arena));
        CHECK_OK(rls_inverter_add(t->inverter, &document, NULL));
        rls_arena_release(&arena);
    }
}

static void
twin_release(twin *t)
{
    rls_inverter_free(t->inverter);
    rls_segment_close(t->segment);
    fixture_release(&t->f);
}

/* Where the positions of a field of the segment begin in a posting; its frequency. */
static uint32_t
find_field(const rls_source_posting *posting, uint32_t field, uint32_t *out_freq)
{
    uint32_t start = 0;

    *out_freq = 0;
    for (uint32_t i = 0; i < posting->field_count; i++) {
        if (posting->fields[i] == field) {
            *out_freq = posting->freqs[i];
            break;
        }
        start += posting->freqs[i];
    }
    return start;
}

static void
check_posting(const twin *t, const rls_source_term *expected_term, const rls_source_term *term,
              const rls_source_posting *expected, const rls_source_posting *posting)
{
    uint32_t start = 0;

    CHECK_EQ_U64(posting->doc, expected->doc);
    CHECK_EQ_U64(posting->freq, expected->freq);
    CHECK_EQ_U64(posting->field_count, expected->field_count);
    if (expected->positions == NULL) {
        CHECK(posting->positions == NULL);
        return;
    }
    for (uint32_t i = 0; i < expected->field_count; i++) {
        rls_bytes name = rls_inverter_field_name(t->inverter, expected->fields[i]);
        uint32_t  freq, at;

        at = find_field(posting, rls_segment_field_number(t->segment, name), &freq);
        CHECK_EQ_U64(freq, expected->freqs[i]);
        for (uint32_t j = 0; j < freq; j++) {
            CHECK_EQ_U64(posting->positions[at + j], expected->positions[start + j]);
            CHECK(rls_bytes_compare(term->forms[posting->forms[at + j]].bytes,
                                    expected_term->forms[expected->forms[start + j]].bytes) == 0);
        }
        start += freq;
    }
}

TEST(terms_are_those_that_were_inverted)
{
    twin                      t;
    rls_term_source          *expected, *found;
    rls_segment_source_terms *terms;
    rls_source_term           expected_term, term;
    uint32_t                  count = 0;
    rls_status                status;

    twin_init(&t, rls_test_seed() + 30);
    CHECK_OK(rls_inverter_finish(t.inverter, &expected, NULL));
    CHECK_OK(rls_segment_source_terms_new(&t.f.heap, t.segment, &terms, NULL));
    found = rls_segment_source_terms_start(terms);
    while ((status = expected->ops->next_term(expected, &expected_term, NULL)) == RLS_OK) {
        rls_source_posting expected_posting, posting;
        rls_posting_list   list;
        uint32_t           doc_freq = 0;

        CHECK_OK(found->ops->next_term(found, &term, NULL));
        CHECK(rls_bytes_compare(term.term, expected_term.term) == 0);
        CHECK_EQ_U64(term.form_count, expected_term.form_count);
        for (uint32_t i = 1; i < term.form_count; i++)
            CHECK(term.forms[i].count <= term.forms[i - 1].count);
        while (expected->ops->next_posting(expected, &expected_posting, NULL) == RLS_OK) {
            CHECK_OK(found->ops->next_posting(found, &posting, NULL));
            check_posting(&t, &expected_term, &term, &expected_posting, &posting);
            doc_freq++;
        }
        CHECK_EQ_I64(found->ops->next_posting(found, &posting, NULL), RLS_NOT_FOUND);
        CHECK_OK(rls_segment_find_term(t.segment, term.term, &list, NULL));
        CHECK_EQ_U64(list.doc_freq, doc_freq);
        count++;
    }
    CHECK_EQ_I64(status, RLS_NOT_FOUND);
    CHECK_EQ_I64(found->ops->next_term(found, &term, NULL), RLS_NOT_FOUND);
    CHECK_EQ_U64(count, rls_segment_termdict(t.segment)->term_count);
    rls_segment_source_terms_free(terms);
    twin_release(&t);
}

TEST(lengths_are_exact_and_bytes_are_theirs)
{
    twin t;

    twin_init(&t, rls_test_seed() + 31);
    const rls_segment_info *info = rls_segment_get_info(t.segment);
    const rls_norms        *norms = rls_segment_norms(t.segment);
    CHECK_EQ_U64(info->field_count, rls_inverter_field_count(t.inverter));
    CHECK(info->field_count >= 5);
    for (uint32_t field = 0; field < info->field_count; field++) {
        uint32_t number =
            rls_segment_field_number(t.segment, rls_inverter_field_name(t.inverter, field));
        uint64_t total = 0;
        uint32_t with = 0;

        CHECK(number < info->field_count && (number == 0) == (field == 0));
        for (uint32_t doc = 0; doc < DOC_COUNT; doc++) {
            uint32_t length = rls_inverter_length(t.inverter, field, doc);

            CHECK_EQ_U64(rls_segment_length(t.segment, number, doc), length);
            CHECK_EQ_U64(rls_field_norms_get(&norms->fields[number], doc),
                         rls_length_to_byte(length));
            total += length;
            with += length > 0;
        }
        CHECK_EQ_U64(info->fields[number].total_length, total);
        CHECK_EQ_U64(info->fields[number].doc_count, with);
        CHECK(info->fields[number].reference.average_length == (float)((double)total / DOC_COUNT));
        CHECK(info->fields[number].reference.weight ==
              rls_schema_weight(t.f.schema, info->fields[number].name, info->fields[number].kinds));
    }
    CHECK_EQ_U64(rls_segment_field_number(t.segment, bytes_of("no such")), UINT32_MAX);
    CHECK_EQ_U64(rls_segment_reference(t.segment)->field_count, info->field_count);
    CHECK_EQ_U64(info->language_count, 1);
    check_text(info->languages[0], "french");
    CHECK_EQ_U64(info->source_bytes, DOC_COUNT * FIXTURE_BYTES);
    twin_release(&t);
}

TEST(the_salt_tells_equal_segments_apart)
{
    fixture f;

    fixture_init(&f, rls_test_seed() + 32, 5, 5);
    rls_segment *a = fixture_write(&f, 0, 5, NULL, 1), *again = fixture_write(&f, 0, 5, NULL, 1);
    fixture_same_bytes(&f, a, again);
    f.settings.salt++;
    rls_segment *b = fixture_write(&f, 0, 5, NULL, 1);
    CHECK(strcmp(rls_segment_get_info(a)->name, rls_segment_get_info(b)->name) != 0);
    rls_segment_close(a);
    rls_segment_close(again);
    rls_segment_close(b);
    fixture_release(&f);
}

TEST(a_batch_used_again_takes_no_more_memory)
{
    fixture            f;
    rls_segment_batch *batch;
    size_t             held;

    fixture_init(&f, rls_test_seed() + 33, 60, 40);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    CHECK_OK(fixture_fill(&f, batch, 0, 60, NULL, NULL));
    CHECK_OK(rls_segment_batch_finish(batch, NULL));
    held = f.heap.used;
    for (int again = 0; again < 3; again++) {
        CHECK_OK(rls_segment_batch_reset(batch, NULL));
        CHECK_EQ_U64(rls_segment_batch_doc_count(batch), 0);
        CHECK_OK(fixture_fill(&f, batch, 0, 60, NULL, NULL));
        CHECK_OK(rls_segment_batch_finish(batch, NULL));
        CHECK_EQ_U64(rls_segment_batch_doc_count(batch), 60);
        CHECK(f.heap.used <= held);
    }
    rls_segment_batch_free(batch);
    fixture_release(&f);
}

TEST(a_batch_that_is_not_finished_is_not_written)
{
    fixture            f;
    rls_segment_batch *batch;
    rls_segment       *segment;
    rls_live_docs      live;

    fixture_init(&f, rls_test_seed() + 34, 5, 5);
    CHECK_OK(rls_segment_batch_new(&f.heap, &f.settings, &batch, NULL));
    CHECK_OK(fixture_fill(&f, batch, 0, 5, NULL, NULL));
    CHECK_EQ_I64(
        rls_segment_write(&f.heap, f.directory, &f.settings, &batch, 1, &segment, &live, NULL),
        RLS_BAD_ARGUMENT);
    rls_segment_batch_free(batch);
    fixture_release(&f);
}

TEST(the_fields_alone_are_those_of_the_whole_record)
{
    fixture   f;
    rls_arena arena;

    fixture_init(&f, rls_test_seed() + 22, 40,
                 900); /* bodies longer than what is read for fields */
    rls_segment *segment = fixture_write(&f, 0, 40, NULL, 1);
    rls_arena_init(&arena, &f.heap, 4096);
    for (uint32_t doc = 0; doc < 40; doc++) {
        rls_stored_document whole, fields;
        CHECK_OK(rls_segment_stored(segment, doc, &arena, &whole, NULL));
        CHECK_OK(rls_segment_stored_fields(segment, doc, &arena, &fields, NULL));
        CHECK_EQ_U64(fields.field_count, whole.field_count);
        CHECK(fields.has_body == whole.has_body && fields.markdown == whole.markdown);
        for (uint32_t i = 0; i < whole.field_count; i++) {
            const rls_stored_field *a = &fields.fields[i], *b = &whole.fields[i];
            CHECK(rls_bytes_compare(a->name, b->name) == 0);
            CHECK(a->kinds == b->kinds && a->is_list == b->is_list);
            CHECK_EQ_U64(a->value_count, b->value_count);
            for (uint32_t v = 0; v < b->value_count; v++)
                CHECK(rls_bytes_compare(a->values[v].text, b->values[v].text) == 0);
        }
    }
    rls_arena_release(&arena);
    rls_segment_close(segment);
    fixture_release(&f);
}
