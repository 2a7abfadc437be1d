#include "postings/postings_writer.h"

#include "base/crc32.h"
#include "random_lists.h"
#include "support/heap_faulty.h"

/* Ten documents of 8 words, the third and fourth with a title of 2. */
typedef struct example {
    uint8_t           body[10], title[10];
    rls_field_norms   fields[2];
    rls_norms         norms;
    rls_field_factors factors[2];
    rls_similarity    reference;
} example;

static void
example_init(example *e)
{
    static const rls_field_parameters parameters = {1.0f, 0.75f, 8.0f};

    memset(e, 0, sizeof *e);
    memset(e->body, 8, sizeof e->body);
    e->title[2] = e->title[3] = 2;
    e->fields[0].dense = e->body;
    e->fields[1].dense = e->title;
    e->norms = (rls_norms){10, 2, e->fields};
    e->reference = (rls_similarity){1.2f, 2, e->factors};
    rls_field_factors_make(&e->factors[0], &parameters);
    rls_field_factors_make(&e->factors[1], &parameters);
}

/* What `write` puts into a file. */
static uint8_t *
bytes_of(const example *e, rls_status (*write)(rls_postings_writer *, rls_error *),
         size_t        *out_size)
{
    rls_heap             heap;
    rls_directory       *directory;
    rls_output           output;
    rls_postings_writer *writer;
    rls_error            err;
    uint8_t             *bytes;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, &err));
    CHECK_OK(rls_output_open(&output, directory, "p", &err));
    CHECK_OK(rls_postings_writer_new(&heap, &output, &e->norms, &e->reference, &writer, &err));
    CHECK_OK(write(writer, &err));
    rls_postings_writer_free(writer);
    CHECK_OK(rls_output_finish(&output, false, &err));
    bytes = rls_test_read_file(directory, "p", out_size);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
    return bytes;
}

static rls_status
write_text_term(rls_postings_writer *writer, rls_error *err)
{
    const rls_form forms[] = {{rls_bytes_of("expenses", 8), 3}, {rls_bytes_of("Expense", 7), 1}};
    const rls_field_freq both[] = {{0, 2}, {1, 1}}, body = {0, 1};
    const uint32_t       positions[] = {1, 4, 0}, codes[] = {0, 0, 1}, last = 6, zero = 0;
    rls_term_info        info;

    CHECK_OK(rls_postings_writer_begin(writer, rls_bytes_of("expens", 6), forms, 2, err));
    CHECK_OK(rls_postings_writer_add(writer, 2, both, 2, positions, codes, err));
    CHECK_OK(rls_postings_writer_add(writer, 9, &body, 1, &last, &zero, err));
    CHECK_OK(rls_postings_writer_end(writer, &info, err));
    CHECK_EQ_U64(info.doc_freq, 2);
    CHECK_EQ_U64(info.total_freq, 4);
    CHECK_EQ_U64(info.postings_offset, 0);
    CHECK_EQ_U64(info.positions_size, 4);
    CHECK_EQ_U64(info.docs_size, 16);
    return RLS_OK;
}

static rls_status
write_keyword(rls_postings_writer *writer, rls_error *err)
{
    const rls_field_freq body = {0, 1};
    rls_term_info        info;

    CHECK_OK(rls_postings_writer_begin(writer, rls_bytes_of("\1m\1goff", 7), NULL, 0, err));
    CHECK_OK(rls_postings_writer_add(writer, 9, &body, 1, NULL, NULL, err));
    CHECK_OK(rls_postings_writer_end(writer, &info, err));
    CHECK_EQ_U64(info.positions_size, 0);
    return RLS_OK;
}

TEST(the_examples_of_the_format_have_the_bytes_it_tells)
{
    example  e;
    size_t   size;
    uint8_t *bytes;

    example_init(&e);
    bytes = bytes_of(&e, write_text_term, &size);
    CHECK_EQ_BYTES(bytes, size,
                   "\x91\xac\x0c\x08"
                   "\x0f\xc8\x06\x02\x40"
                   "es\x03\x05\x01\x72\x30\x01\x01\x00\x00");
    free(bytes);
    bytes = bytes_of(&e, write_keyword, &size);
    CHECK_EQ_BYTES(bytes, size, "\x00\x09");
    free(bytes);
}

static const list_shape shapes[] = {
    {.doc_freq = 1, .most_freq = 9, .form_count = 3},
    {.doc_freq = 2, .keyword = true},
    {.doc_freq = 17, .most_freq = 4, .form_count = 1, .titles = true},
    {.doc_freq = 128, .most_freq = 8, .form_count = 5, .repeats = true},
    {.doc_freq = 300, .most_freq = 1, .form_count = 1, .runs = true},
    {.doc_freq = 600, .most_freq = 6, .huge_freqs = true, .form_count = 40},
    {.doc_freq = 900, .most_freq = 3, .many_fields = true, .form_count = 2},
    {.doc_freq = 1500, .most_freq = 3, .titles = true, .clustered = true, .form_count = 2},
    {.doc_freq = 1000, .most_freq = 3, .titles = true},
    {.doc_freq = 4300, .keyword = true, .runs = true},
};

enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    DOCS = 6000
};

typedef struct sample_lists {
    world      w;
    plain_list lists[SHAPES];
} sample_lists;

static void
sample_lists_init(sample_lists *sample, uint64_t seed)
{
    rls_random random = {seed};

    world_init(&sample->w, &random, DOCS, 4);
    for (size_t i = 0; i < SHAPES; i++)
        list_draw(&sample->lists[i], &sample->w, &random, &shapes[i]);
}

static void
sample_lists_release(sample_lists *sample)
{
    for (size_t i = 0; i < SHAPES; i++)
        list_release(&sample->lists[i]);
    world_release(&sample->w);
}

/* A change here is a change of the format: it needs a new number. */
TEST(a_fixed_sample_gives_the_same_bytes_for_ever)
{
    sample_lists sample;
    section      s;

    sample_lists_init(&sample, 20070528);
    section_write(&s, &sample.w, sample.lists, SHAPES);
    CHECK_EQ_U64(s.size, 15149);
    CHECK_EQ_U64(rls_crc32(0, s.bytes, s.size), 2970996666);
    section_release(&s);
    sample_lists_release(&sample);
}

TEST(terms_follow_each_other_without_gaps)
{
    sample_lists sample;
    section      s;
    uint64_t     offset = 0;

    sample_lists_init(&sample, rls_test_seed());
    section_write(&s, &sample.w, sample.lists, SHAPES);
    for (size_t l = 0; l < SHAPES; l++) {
        const rls_term_info *info = &sample.lists[l].info;
        CHECK_EQ_U64(info->postings_offset, offset);
        offset += info->positions_size + info->docs_size;
    }
    CHECK_EQ_U64(offset, s.size);
    section_release(&s);
    sample_lists_release(&sample);
}

TEST(rare_terms_cost_a_few_bytes)
{
    static const list_shape rare[] = {
        {.doc_freq = 1, .form_count = 1},
        {.doc_freq = 2, .form_count = 1},
        {.doc_freq = 1, .keyword = true},
        {.doc_freq = 2, .keyword = true},
    };
    static const uint32_t most[] = {5, 7, 3, 5};
    world                 w;
    rls_random            random = {rls_test_seed()};

    world_init(&w, &random, 60000, 1);
    for (size_t i = 0; i < 4; i++) {
        plain_list list;
        section    s;
        list_draw(&list, &w, &random, &rare[i]);
        if (list.form_count > 0)
            list.forms[0].bytes.size = list.term.size;
        section_write(&s, &w, &list, 1);
        CHECK(list.info.docs_size <= most[i]);
        section_release(&s);
        list_release(&list);
    }
    world_release(&w);
}

/* Writes all lists with a heap that fails; positions go to a RAM directory on a good one. */
static rls_status
write_all(rls_heap *heap, rls_heap *good, const sample_lists *sample)
{
    rls_directory       *directory;
    rls_output           output;
    rls_postings_writer *writer;
    rls_error            err;
    rls_term_info        info;
    rls_status           status;

    CHECK_OK(rls_directory_open_ram(good, &directory, &err));
    CHECK_OK(rls_output_open(&output, directory, "p", &err));
    status = rls_postings_writer_new(heap, &output, &sample->w.norms, &sample->w.reference, &writer,
                                     &err);
    for (size_t i = 0; status == RLS_OK && i < SHAPES; i++)
        status = list_write(writer, &sample->lists[i], &info, &err);
    if (status != RLS_OK)
        CHECK_EQ_I64(err.status, status);
    rls_postings_writer_free(writer);
    CHECK_OK(rls_output_finish(&output, false, &err));
    rls_directory_close(directory);
    return status;
}

TEST(every_failed_allocation_is_told_and_leaks_nothing)
{
    sample_lists sample;
    rls_heap     good;
    uint64_t     n;

    sample_lists_init(&sample, rls_test_seed());
    rls_heap_init(&good, NULL, SIZE_MAX);
    for (n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = write_all(&heap, &good, &sample);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed) {
            CHECK_OK(status);
            break;
        }
        CHECK_EQ_I64(status, RLS_NO_MEMORY);
    }
    CHECK(n > 30);
    CHECK_EQ_U64(good.used, 0);
    sample_lists_release(&sample);
}

typedef struct bad_posting {
    uint32_t       doc, field_count;
    rls_field_freq fields[2];
    uint32_t       positions[2], codes[2];
} bad_posting;

static rls_status
write_bad(rls_postings_writer *writer, rls_error *err)
{
    static const bad_posting bad[] = {
        {10, 1, {{0, 1}}, {0}, {0}},        /* no such document */
        {3, 1, {{0, 1}}, {0}, {0}},         /* not above the one before */
        {4, 0, {{0, 0}}, {0}, {0}},         /* no field */
        {4, 1, {{0, 0}}, {0}, {0}},         /* no occurrence */
        {4, 1, {{2, 1}}, {0}, {0}},         /* no such field */
        {4, 2, {{1, 1}, {1, 1}}, {0}, {0}}, /* fields do not ascend */
        {4, 1, {{0, 2}}, {5, 4}, {0}},      /* positions descend */
        {4, 1, {{0, 2}}, {4, 5}, {0, 1}},   /* no such form */
    };
    const rls_form       form = {rls_bytes_of("a", 1), 1};
    const rls_field_freq one = {0, 1};
    const uint32_t       zero = 0;
    rls_term_info        info;

    CHECK_OK(rls_postings_writer_begin(writer, rls_bytes_of("a", 1), &form, 1, err));
    CHECK_EQ_I64(rls_postings_writer_end(writer, &info, err), RLS_BAD_ARGUMENT);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_OK(rls_postings_writer_begin(writer, rls_bytes_of("a", 1), &form, 1, err));
        CHECK_OK(rls_postings_writer_add(writer, 3, &one, 1, &zero, &zero, err));
        CHECK_EQ_I64(rls_postings_writer_add(writer, bad[i].doc, bad[i].fields, bad[i].field_count,
                                             bad[i].positions, bad[i].codes, err),
                     RLS_BAD_ARGUMENT);
    }
    return RLS_OK;
}

TEST(postings_that_break_the_rules_are_refused)
{
    example  e;
    size_t   size;
    uint8_t *bytes;

    example_init(&e);
    bytes = bytes_of(&e, write_bad, &size);
    CHECK_EQ_U64(size, 0);
    free(bytes);
}

static rls_status
write_long_form(rls_postings_writer *writer, rls_error *err)
{
    static uint8_t       bytes[3 * RLS_FORM_MAX];
    rls_form             form = {rls_bytes_of(bytes, sizeof bytes), 1};
    const rls_field_freq one = {0, 1};
    const uint32_t       zero = 0;
    rls_term_info        info;

    for (size_t i = 0; i < sizeof bytes; i += 3)
        memcpy(bytes + i, "\xe2\x82\xac", 3);
    CHECK_OK(rls_postings_writer_begin(writer, rls_bytes_of(NULL, 0), &form, 1, err));
    CHECK_OK(rls_postings_writer_add(writer, 9, &one, 1, &zero, &zero, err));
    CHECK_OK(rls_postings_writer_end(writer, &info, err));
    return RLS_OK;
}

TEST(forms_that_are_too_long_are_cut_before_a_character)
{
    example           e;
    size_t            size;
    uint8_t          *bytes;
    rls_term_info     info = {.doc_freq = 1, .total_freq = 1};
    rls_posting_list  list;
    rls_form_iterator iterator;
    rls_form          form;

    example_init(&e);
    bytes = bytes_of(&e, write_long_form, &size);
    info.positions_size = 1;
    info.docs_size = size - 1;
    CHECK_OK(rls_posting_list_open(&list, rls_bytes_of(bytes, size), &info, &e.norms,
                                   best_kernels(), NULL));
    rls_form_iterator_init(&iterator, &list, rls_bytes_of(NULL, 0));
    CHECK(rls_form_iterator_next(&iterator, &form));
    CHECK_EQ_U64(form.bytes.size, RLS_FORM_MAX / 3 * 3);
    CHECK(memcmp(form.bytes.data, "\xe2\x82\xac", 3) == 0);
    free(bytes);
}
