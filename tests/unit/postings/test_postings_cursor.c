#include <math.h>

#include "postings/best_postings.h"
#include "random_lists.h"

/* Shapes that between them reach every form of block, and the sizes at which forms change. */
static const list_shape shapes[] = {
    {.doc_freq = 1, .form_count = 1},
    {.doc_freq = 1, .most_freq = 9, .form_count = 3},
    {.doc_freq = 1, .keyword = true},
    {.doc_freq = 1, .most_freq = 3, .titles = true, .form_count = 2},
    {.doc_freq = 1, .most_freq = 3, .many_fields = true, .form_count = 2},
    {.doc_freq = 2, .most_freq = 1, .form_count = 1},
    {.doc_freq = 2, .most_freq = 4, .repeats = true, .form_count = 2},
    {.doc_freq = 3, .keyword = true},
    {.doc_freq = 16, .most_freq = 4, .form_count = 4},
    {.doc_freq = 17, .most_freq = 4, .form_count = 1, .titles = true},
    {.doc_freq = 127, .most_freq = 8, .form_count = 5, .repeats = true},
    {.doc_freq = 127, .most_freq = 3, .form_count = 2, .many_fields = true},
    {.doc_freq = 128, .most_freq = 8, .form_count = 5},
    {.doc_freq = 128, .keyword = true, .clustered = true},
    {.doc_freq = 129, .most_freq = 8, .form_count = 1},
    {.doc_freq = 129, .most_freq = 8, .form_count = 7, .titles = true, .repeats = true},
    {.doc_freq = 256, .most_freq = 2, .form_count = 2, .clustered = true},
    {.doc_freq = 300, .most_freq = 1, .form_count = 1, .runs = true},
    {.doc_freq = 1000, .most_freq = 6, .huge_freqs = true, .form_count = 40},
    {.doc_freq = 1100, .most_freq = 5, .many_fields = true, .form_count = 3},
    {.doc_freq = 1500, .keyword = true, .runs = true},
    {.doc_freq = 2000, .most_freq = 9, .far_positions = true, .repeats = true, .form_count = 2},
    {.doc_freq = 3000, .most_freq = 4, .clustered = true, .titles = true, .form_count = 6},
    {.doc_freq = 4224, .most_freq = 2, .form_count = 2},
    {.doc_freq = 5000, .most_freq = 3, .runs = true, .titles = true, .form_count = 1},
    {.doc_freq = 7800, .most_freq = 3, .titles = true, .huge_freqs = true, .form_count = 2},
    {.doc_freq = 1, .most_freq = 4},
    {.doc_freq = 60, .most_freq = 9, .far_positions = true, .form_count = 2},
    {.doc_freq = 900, .most_freq = 90, .form_count = 2, .huge_freqs = true},
    {.doc_freq = 40, .most_freq = 3, .titles = true},
    {.doc_freq = 2000, .most_freq = 9, .many_fields = true, .huge_freqs = true},
    {.doc_freq = 7800, .most_freq = 4, .titles = true},
};

enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    DOCS = 9000
};

/* A world with one list of each shape. */
typedef struct list_sample {
    world      w;
    plain_list lists[SHAPES];
    section    s;
} list_sample;

static void
sample_init(list_sample *sample, uint64_t seed, uint32_t doc_count, uint32_t field_count)
{
    rls_random random = {seed};

    world_init(&sample->w, &random, doc_count, field_count);
    for (size_t i = 0; i < SHAPES; i++) {
        list_shape shape = shapes[i];
        if (shape.doc_freq > doc_count)
            shape.doc_freq = doc_count;
        list_draw(&sample->lists[i], &sample->w, &random, &shape);
    }
    section_write(&sample->s, &sample->w, sample->lists, SHAPES);
}

static void
sample_release(list_sample *sample)
{
    section_release(&sample->s);
    for (size_t i = 0; i < SHAPES; i++)
        list_release(&sample->lists[i]);
    world_release(&sample->w);
}

static void
check_posting(rls_postings_cursor *cursor, const plain_list *list, uint32_t i)
{
    uint32_t       from = list->entry_begins[i], count = list->entry_begins[i + 1] - from;
    uint32_t       freq = 0;
    rls_field_freq fields[64];

    for (uint32_t e = 0; e < count; e++)
        freq += list->entries[from + e].freq;
    CHECK_EQ_U64(cursor->doc, list->docs[i]);
    CHECK_EQ_U64(rls_postings_cursor_freq(cursor), freq);
    CHECK_EQ_U64(rls_postings_cursor_fields(cursor, fields, 64), count);
    CHECK(memcmp(fields, list->entries + from, count * sizeof *fields) == 0);
    CHECK_EQ_U64(rls_postings_cursor_fields(cursor, fields, 0), count);
    CHECK_EQ_U64(rls_postings_cursor_freq(cursor), freq);
}

/* Into blocks of exactly the right size. */
static void
check_positions(rls_postings_cursor *cursor, const plain_list *list, uint32_t i)
{
    uint32_t  from = list->position_begins[i], count = list->position_begins[i + 1] - from;
    uint32_t *positions = must(malloc(count * sizeof *positions + 1));
    uint32_t *codes = must(malloc(count * sizeof *codes + 1));

    if (list->form_count == 0) {
        CHECK(!rls_postings_cursor_positions(cursor, positions, codes));
    } else {
        CHECK(rls_postings_cursor_positions(cursor, positions, codes));
        CHECK(memcmp(positions, list->positions + from, count * sizeof *positions) == 0);
        CHECK(memcmp(codes, list->codes + from, count * sizeof *codes) == 0);
        memset(positions, 0xff, count * sizeof *positions);
        CHECK(rls_postings_cursor_positions(cursor, positions, NULL));
        CHECK(memcmp(positions, list->positions + from, count * sizeof *positions) == 0);
        memset(codes, 0xff, count * sizeof *codes);
        CHECK(rls_postings_cursor_codes(cursor, codes));
        CHECK(memcmp(codes, list->codes + from, count * sizeof *codes) == 0);
    }
    free(positions);
    free(codes);
}

/* Of the block that begins with posting i, for every other form and for the most frequent one. */
static void
check_form_freqs(rls_postings_cursor *cursor, const plain_list *list, uint32_t i)
{
    uint32_t end = i + RLS_BLOCK_SIZE < list->count ? i + RLS_BLOCK_SIZE : list->count;

    for (uint32_t kind = 0; kind < 3; kind++) {
        static const uint64_t patterns[] = {UINT64_C(0x5555555555555555),
                                            UINT64_C(0xaaaaaaaaaaaaaaaa), 1};
        uint64_t              forms[2] = {patterns[kind], kind < 2 ? patterns[kind] : 0};
        uint32_t              freqs[RLS_BLOCK_SIZE];

        if (list->form_count == 0) {
            rls_postings_cursor copy = *cursor;
            CHECK(!rls_postings_cursor_form_freqs(&copy, forms, freqs));
            return;
        }
        CHECK(list->form_count <= 128);
        CHECK(rls_postings_cursor_form_freqs(cursor, forms, freqs));
        for (uint32_t p = i; p < end; p++) {
            uint32_t expected = 0;
            for (uint32_t n = list->position_begins[p]; n < list->position_begins[p + 1]; n++)
                expected += forms[list->codes[n] / 64] >> list->codes[n] % 64 & 1;
            CHECK_EQ_U64(freqs[p - i], expected);
        }
    }
}

static void
check_sample(const list_sample *sample, const rls_bitpack_kernels *kernels)
{
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list   *list = &sample->lists[l];
        rls_posting_list    opened;
        rls_postings_cursor cursor;

        section_open(&sample->s, &sample->w, list, kernels, &opened);
        CHECK_EQ_U64(list->info.doc_freq, list->count);
        CHECK_EQ_U64(list->info.total_freq,
                     list->form_count == 0 && !list->bare ? list->count : list->position_count);
        rls_postings_cursor_open(&cursor, &opened);
        for (uint32_t i = 0; i < list->count; i++) {
            check_posting(&cursor, list, i);
            CHECK_EQ_U64(rls_postings_cursor_advance(&cursor, list->docs[i]), list->docs[i]);
            if (i % RLS_BLOCK_SIZE == 0)
                check_form_freqs(&cursor, list, i);
            if (list->position_begins[i + 1] - list->position_begins[i] < 300)
                check_positions(&cursor, list, i);
            rls_postings_cursor_next(&cursor);
        }
        CHECK_EQ_U64(cursor.doc, RLS_DOC_END);
        CHECK_EQ_U64(rls_postings_cursor_next(&cursor), RLS_DOC_END);
        CHECK_EQ_U64(rls_postings_cursor_advance(&cursor, 0), RLS_DOC_END);
        CHECK(!cursor.failed);
    }
}

TEST(next_tells_every_posting_as_it_was_written)
{
    static const uint32_t field_counts[] = {1, 4, 40};

    for (uint64_t round = 0; round < 3; round++) {
        list_sample sample;
        sample_init(&sample, rls_test_seed() + round, DOCS, field_counts[round]);
        check_sample(&sample, best_kernels());
        sample_release(&sample);
    }
}

TEST(all_kernels_tell_the_same)
{
    list_sample sample;

    sample_init(&sample, rls_test_seed() + 9, DOCS, 3);
    for (int level = RLS_CPU_PLAIN; level <= RLS_CPU_NEON; level++) {
        if (level <= (int)rls_cpu_detect())
            check_sample(&sample, rls_bitpack_kernels_for((rls_cpu_level)level));
    }
    sample_release(&sample);
}

TEST(small_segments_work_too)
{
    static const uint32_t doc_counts[] = {1, 2, 3, 128, 129, 256, 257, 511, 512, 640};

    for (size_t i = 0; i < sizeof doc_counts / sizeof *doc_counts; i++) {
        list_sample sample;
        sample_init(&sample, rls_test_seed() + i, doc_counts[i], 2);
        check_sample(&sample, best_kernels());
        sample_release(&sample);
    }
}

static uint32_t
first_not_below(const plain_list *list, uint32_t doc)
{
    uint32_t i = 0;
    while (i < list->count && list->docs[i] < doc)
        i++;
    return i;
}

TEST(advance_stands_on_the_first_document_not_below_its_target)
{
    list_sample sample;
    rls_random  random = {rls_test_seed()};

    sample_init(&sample, rls_test_seed() + 20, DOCS, 3);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        rls_posting_list  opened;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        for (uint32_t step = 2; step < 3 * DOCS; step *= 3) {
            rls_postings_cursor cursor;
            uint32_t            target = 0;

            rls_postings_cursor_open(&cursor, &opened);
            while (cursor.doc != RLS_DOC_END) {
                uint32_t i;
                target += rls_random_below(&random, step);
                i = first_not_below(list, target);
                rls_postings_cursor_advance(&cursor, target);
                if (i == list->count) {
                    CHECK_EQ_U64(cursor.doc, RLS_DOC_END);
                    break;
                }
                check_posting(&cursor, list, i);
                if (rls_random_below(&random, 4) == 0)
                    check_positions(&cursor, list, i);
                target = list->docs[i];
            }
            CHECK(!cursor.failed);
        }
    }
    sample_release(&sample);
}

TEST(blocks_are_found_and_loaded_in_any_order)
{
    list_sample sample;
    rls_random  random = {rls_test_seed()};

    sample_init(&sample, rls_test_seed() + 30, DOCS, 3);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list   *list = &sample.lists[l];
        rls_posting_list    opened;
        rls_postings_cursor cursor;
        uint32_t            blocks = (list->count + RLS_BLOCK_SIZE - 1) / RLS_BLOCK_SIZE;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        CHECK_EQ_U64(opened.block_count, blocks);
        rls_postings_cursor_open(&cursor, &opened);
        for (uint32_t doc = 0; doc < DOCS; doc += 1 + rls_random_below(&random, 40)) {
            uint32_t from = rls_random_below(&random, blocks), i = first_not_below(list, doc);
            uint32_t wanted = i == list->count ? blocks : i / RLS_BLOCK_SIZE;
            CHECK_EQ_U64(rls_posting_list_find_block(&opened, from, doc),
                         wanted < from ? from : wanted);
        }
        for (uint32_t round = 0; round < 2 * blocks; round++) {
            uint32_t block = rls_random_below(&random, blocks), first = block * RLS_BLOCK_SIZE;
            uint32_t count = rls_posting_list_block_size(&opened, block);
            CHECK(rls_postings_cursor_load(&cursor, block));
            CHECK_EQ_U64(cursor.block.count, count);
            CHECK_EQ_U64(rls_posting_list_last_doc(&opened, block), list->docs[first + count - 1]);
            CHECK(memcmp(cursor.block.docs, list->docs + first, count * sizeof *list->docs) == 0);
            check_posting(&cursor, list, first);
            cursor.at = rls_random_below(&random, count);
            cursor.doc = cursor.block.docs[cursor.at];
            check_posting(&cursor, list, first + cursor.at);
            check_positions(&cursor, list, first + cursor.at);
        }
    }
    sample_release(&sample);
}

TEST(a_block_of_scores_has_the_same_bits_as_one_at_a_time)
{
    list_sample sample;

    sample_init(&sample, rls_test_seed() + 40, DOCS, 5);
    for (int other = 0; other < 3; other++) {
        if (other > 0)
            world_parameters(&sample.w, other == 1 ? 0.9f : 0.0f, 0.4f, 1.0f);
        for (size_t l = 0; l < SHAPES; l++) {
            const plain_list   *list = &sample.lists[l];
            rls_posting_list    opened;
            rls_postings_cursor cursor;
            float               scores[RLS_BLOCK_SIZE + 16];

            section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
            rls_postings_cursor_open(&cursor, &opened);
            for (uint32_t block = 0; block < opened.block_count; block++) {
                CHECK(rls_postings_cursor_load(&cursor, block));
                CHECK(rls_postings_cursor_block_saturations(&cursor, &sample.w.reference, scores));
                CHECK(rls_postings_cursor_load(&cursor, block));
                for (uint32_t j = 0; j < cursor.block.count; j++) {
                    uint32_t i = block * RLS_BLOCK_SIZE + j;
                    float    t = rls_postings_cursor_t(&cursor, &sample.w.reference);
                    float    s = rls_saturation(t, sample.w.reference.k1);
                    double   wanted = plain_saturation(list, &sample.w, &sample.w.reference, i);
                    CHECK(memcmp(&s, &scores[j], sizeof s) == 0);
                    CHECK(fabs(wanted - s) < 1e-5);
                    if (opened.dense != NULL) {
                        s = rls_posting_list_dense_saturation(&opened, list->docs[i],
                                                              &sample.w.reference);
                        CHECK(memcmp(&s, &scores[j], sizeof s) == 0);
                    }
                    if (j % 3 == 0) /* with and without the block's freqs decoded */
                        CHECK(rls_postings_cursor_freqs(&cursor));
                    rls_postings_cursor_next(&cursor);
                }
            }
        }
    }
    sample_release(&sample);
}

TEST(dense_lists_tell_membership_and_rank)
{
    list_sample sample;
    uint32_t    dense = 0;

    sample_init(&sample, rls_test_seed() + 50, DOCS, 3);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        rls_posting_list  opened;
        uint32_t          rank = 0;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        if (opened.dense == NULL)
            continue;
        dense++;
        for (uint32_t doc = 0; doc < DOCS; doc++) {
            bool in = rank < list->count && list->docs[rank] == doc;
            CHECK_EQ_U64(rls_posting_list_dense_rank(&opened, doc), rank);
            CHECK(rls_posting_list_dense_has(&opened, doc) == in);
            rank += in;
        }
    }
    CHECK(dense >= 3);
    sample_release(&sample);
}

typedef struct scored_doc {
    float    s;
    uint32_t doc;
} scored_doc;

static int
compare_scored(const void *a, const void *b)
{
    const scored_doc *x = a, *y = b;
    if (x->s != y->s)
        return x->s < y->s ? 1 : -1;
    return x->doc < y->doc ? -1 : 1;
}

static int
compare_docs(const void *a, const void *b)
{
    return ((const scored_doc *)a)->doc < ((const scored_doc *)b)->doc ? -1 : 1;
}

/* `all` has been sorted, the best first. True when the lot has some. */
static bool
check_lot(const rls_posting_list *list, const rls_best_lot *lot, const scored_doc *all,
          uint32_t kept)
{
    uint32_t    docs[RLS_BEST_LOTS_MAX];
    float       s[RLS_BEST_LOTS_MAX];
    scored_doc *expected = must(malloc((kept + 1) * sizeof *expected));

    memcpy(expected, all, (kept + 1) * sizeof *expected);
    CHECK(lot->floor == expected[kept].s);
    while (kept > 0 && expected[kept - 1].s == lot->floor)
        kept--;
    CHECK_EQ_U64(lot->count, kept);
    CHECK(rls_best_lot_read(list, lot, docs, s));
    if (!lot->has_s)
        qsort(expected, kept, sizeof *expected, compare_docs);
    for (uint32_t i = 0; i < kept; i++) {
        CHECK_EQ_U64(docs[i], expected[i].doc);
        CHECK(!lot->has_s || s[i] == expected[i].s);
    }
    free(expected);
    return kept > 0;
}

TEST(long_lists_tell_their_best_documents)
{
    list_sample sample;
    uint32_t    told = 0;

    sample_init(&sample, rls_test_seed() + 60, DOCS, 4);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list   *list = &sample.lists[l];
        rls_posting_list    opened;
        rls_postings_cursor cursor;
        scored_doc         *all = must(malloc(list->count * sizeof *all));
        uint32_t            count = 0;
        rls_best_lot        lot;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        rls_postings_cursor_open(&cursor, &opened);
        for (; cursor.doc != RLS_DOC_END; rls_postings_cursor_next(&cursor)) {
            float t = rls_postings_cursor_t(&cursor, &sample.w.reference);
            all[count++] = (scored_doc){rls_saturation(t, sample.w.reference.k1), cursor.doc};
        }
        CHECK_EQ_U64(count, list->count);
        CHECK((opened.best_postings != NULL) == (opened.is_scored && count >= RLS_BEST_LEAST_DOCS));
        if (opened.best_postings != NULL) {
            qsort(all, count, sizeof *all, compare_scored);
            CHECK(rls_best_postings_find(&opened, 0, &lot) && lot.has_s);
            told += check_lot(&opened, &lot, all, 16);
            CHECK_EQ_U64(rls_best_postings_find(&opened, lot.count + 1, &lot), count >= 4096);
            if (count >= 4096) {
                CHECK(!lot.has_s);
                told += 100 * check_lot(&opened, &lot, all, 200);
            }
        }
        free(all);
    }
    CHECK(told % 100 >= 3 && told / 100 >= 3);
    sample_release(&sample);
}

TEST(a_cursor_seeks_back_and_forth)
{
    list_sample sample;
    rls_random  random = {rls_test_seed() + 70};

    sample_init(&sample, rls_test_seed() + 70, DOCS, 4);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list   *list = &sample.lists[l];
        rls_posting_list    opened;
        rls_postings_cursor cursor;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        rls_postings_cursor_init(&cursor, &opened);
        for (int step = 0; step < 300; step++) {
            uint32_t target = rls_random_below(&random, DOCS), i = 0;
            while (i < list->count && list->docs[i] < target)
                i++;
            CHECK_EQ_U64(rls_postings_cursor_seek(&cursor, target),
                         i < list->count ? list->docs[i] : RLS_DOC_END);
        }
    }
    sample_release(&sample);
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void
check_kth(const rls_posting_list *opened, const double *s, uint32_t count, const float down[256])
{
    static const uint32_t ranks[] = {10, 100, 1000};
    double               *sorted = must(malloc(count * sizeof *sorted));

    memcpy(sorted, s, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    for (int k = 0; k < RLS_KTH_COUNT; k++) {
        if (count < ranks[k]) {
            CHECK_EQ_U64(opened->kth[k], 0);
            continue;
        }
        CHECK(down[opened->kth[k]] <= sorted[ranks[k] - 1] + 1e-6);
        if (down[100] == (float)(100 / 255.0))
            CHECK(down[opened->kth[k]] > sorted[ranks[k] - 1] - 1 / 255.0 - 1e-6);
    }
    free(sorted);
}

TEST(bounds_hold_for_the_reference_and_for_other_parameters)
{
    static const float slack = 1e-6f; /* of the doubles that are compared with */
    list_sample        sample;
    rls_similarity     now;
    uint32_t           rows = 0;

    sample_init(&sample, rls_test_seed() + 60, DOCS, 4);
    now = sample.w.reference;
    now.fields = must(calloc(now.field_count, sizeof *now.fields));
    for (int other = 0; other < 3; other++) {
        float greatest, least, up[256], down[256];

        for (uint32_t f = 0; f < now.field_count; f++) {
            rls_field_parameters parameters = sample.w.parameters[f];
            parameters.weight *= other == 2 ? 1.0f + (float)f : 1.0f;
            parameters.b = other == 1 ? 0.4f : parameters.b;
            rls_field_factors_make(&now.fields[f], &parameters);
        }
        now.k1 = other == 1 ? 0.9f : other == 2 ? 2.5f : sample.w.reference.k1;
        rls_similarity_ratios(&now, &sample.w.reference, &greatest, &least);
        rls_impact_table_up(up, sample.w.reference.k1, now.k1, greatest);
        rls_impact_table_down(down, sample.w.reference.k1, now.k1, least);
        for (size_t l = 0; l < SHAPES; l++) {
            const plain_list *list = &sample.lists[l];
            rls_posting_list  opened;
            uint8_t          *row;
            double           *s;

            section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
            row = must(malloc(opened.range_count));
            s = must(malloc(list->count * sizeof *s));
            rls_posting_list_make_range_row(&opened, row);
            rows += opened.range_row != NULL;
            for (uint32_t i = 0; i < list->count; i++) {
                uint32_t block = i / RLS_BLOCK_SIZE;
                s[i] = plain_saturation(list, &sample.w, &now, i);
                CHECK(s[i] <= up[opened.best] + slack);
                CHECK(s[i] <= up[rls_posting_list_bound(&opened, block)] + slack);
                CHECK(s[i] <= up[rls_posting_list_group_bound(&opened, block / 32)] + slack);
                CHECK(s[i] <= up[row[list->docs[i] / RLS_RANGE_SIZE]] + slack);
            }
            if (list->form_count > 0 || list->bare)
                check_kth(&opened, s, list->count, down);
            free(row);
            free(s);
        }
    }
    CHECK(rows > 20);
    free(now.fields);
    sample_release(&sample);
}

/* Nothing is wasted: the best bound is that of the best posting, a stored row is exact. */
TEST(bounds_are_the_least_that_hold)
{
    list_sample sample;

    sample_init(&sample, rls_test_seed() + 70, DOCS, 1);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        rls_posting_list  opened;
        uint8_t           best = 0, row[DOCS / RLS_RANGE_SIZE + 1] = {0};

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        if (list->form_count == 0 && !list->bare) {
            CHECK_EQ_U64(opened.best, 255);
            CHECK(opened.range_row == NULL);
            continue;
        }
        for (uint32_t i = 0; i < list->count; i++) {
            uint8_t byte = rls_length_to_byte(sample.w.lengths[0][list->docs[i]]), bound;
            float   t = (float)list->entries[i].freq * sample.w.reference.fields[0].by_length[byte];
            bound = rls_impact_up(rls_saturation(t, sample.w.reference.k1));
            best = bound > best ? bound : best;
            if (bound > row[list->docs[i] / RLS_RANGE_SIZE])
                row[list->docs[i] / RLS_RANGE_SIZE] = bound;
        }
        CHECK_EQ_U64(opened.best, best);
        if (opened.range_row != NULL)
            CHECK(memcmp(opened.range_row, row, opened.range_count) == 0);
    }
    sample_release(&sample);
}

TEST(forms_come_back_in_order_with_their_counts)
{
    list_sample sample;

    sample_init(&sample, rls_test_seed() + 80, DOCS, 2);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        rls_posting_list  opened;
        rls_form_iterator iterator;
        rls_form          form;

        section_open(&sample.s, &sample.w, list, best_kernels(), &opened);
        CHECK_EQ_U64(opened.form_count, list->form_count);
        rls_form_iterator_init(&iterator, &opened, list->term);
        for (uint32_t f = 0; f < list->form_count; f++) {
            CHECK(rls_form_iterator_next(&iterator, &form));
            CHECK(rls_bytes_compare(form.bytes, list->forms[f].bytes) == 0);
            CHECK_EQ_U64(form.count,
                         list->form_count == 1 ? opened.total_freq : list->forms[f].count);
        }
        CHECK(!rls_form_iterator_next(&iterator, &form));
        CHECK(!iterator.failed);
    }
    sample_release(&sample);
}

TEST(long_lists_with_many_groups_hold)
{
    static const list_shape long_shapes[] = {
        {.doc_freq = 100000, .most_freq = 2, .form_count = 2, .titles = true},
        {.doc_freq = 13000, .most_freq = 3, .form_count = 1},
        {.doc_freq = 5000, .keyword = true},
        {.doc_freq = 580, .most_freq = 30, .form_count = 1, .clustered = true},
    };
    world      w;
    rls_random random = {rls_test_seed() + 90};
    plain_list lists[4];
    section    s;

    world_init(&w, &random, 300000, 2);
    for (int l = 0; l < 4; l++)
        list_draw(&lists[l], &w, &random, &long_shapes[l]);
    section_write(&s, &w, lists, 4);
    for (int l = 0; l < 4; l++) {
        rls_posting_list    opened;
        rls_postings_cursor cursor;
        uint32_t            i = 0;
        uint8_t            *row;

        section_open(&s, &w, &lists[l], best_kernels(), &opened);
        CHECK((opened.dense != NULL) == (l == 0 || l == 2)); /* the keyword is one in 60 */
        CHECK((opened.range_row != NULL) == (l < 2));
        row = must(malloc(opened.range_count));
        rls_posting_list_make_range_row(&opened, row);
        for (uint32_t p = 0; p < lists[l].count; p++) {
            double s_of = plain_saturation(&lists[l], &w, &w.reference, p);
            CHECK(row[lists[l].docs[p] / RLS_RANGE_SIZE] / 255.0 >= s_of - 1e-6);
            if (opened.range_row == NULL)
                CHECK(row[lists[l].docs[p] / RLS_RANGE_SIZE] >=
                      rls_posting_list_bound(&opened, p / RLS_BLOCK_SIZE));
        }
        free(row);
        rls_postings_cursor_open(&cursor, &opened);
        while (i < lists[l].count) {
            check_posting(&cursor, &lists[l], i);
            check_positions(&cursor, &lists[l], i);
            i += 1 + rls_random_below(&random, 50);
            if (i < lists[l].count)
                rls_postings_cursor_advance(&cursor, lists[l].docs[i]);
        }
        CHECK_EQ_U64(rls_postings_cursor_advance(&cursor, lists[l].docs[lists[l].count - 1] + 1),
                     RLS_DOC_END);
    }
    section_release(&s);
    for (int l = 0; l < 4; l++)
        list_release(&lists[l]);
    world_release(&w);
}
