/* Damaged bytes may be noticed or not, but no access leaves what was granted, documents ascend
 * below doc_count, and everything ends. */
#include "postings/best_postings.h"
#include "random_lists.h"

static const list_shape shapes[] = {
    {.doc_freq = 1, .most_freq = 3, .titles = true, .form_count = 2},
    {.doc_freq = 2, .most_freq = 3, .form_count = 1},
    {.doc_freq = 20, .most_freq = 4, .many_fields = true, .form_count = 3},
    {.doc_freq = 100, .most_freq = 5, .form_count = 5, .repeats = true},
    {.doc_freq = 129, .keyword = true},
    {.doc_freq = 200, .most_freq = 4, .form_count = 3, .titles = true},
    {.doc_freq = 400, .most_freq = 3, .huge_freqs = true, .form_count = 1, .clustered = true},
    {.doc_freq = 500, .keyword = true, .runs = true},
    {.doc_freq = 600, .most_freq = 3, .many_fields = true, .form_count = 12},
    {.doc_freq = 900, .most_freq = 2, .form_count = 2, .runs = true},
    {.doc_freq = 60, .most_freq = 3, .titles = true},
    {.doc_freq = 700, .most_freq = 3, .titles = true},
    {.doc_freq = 1100, .most_freq = 2, .form_count = 1}, /* keeps its best documents */
};

enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    DOCS = 3000,
    MOST_POSITIONS = 100000
};

typedef struct damage_sample {
    world      w;
    plain_list lists[SHAPES];
    section    s;
} damage_sample;

static void
damage_sample_init(damage_sample *sample)
{
    rls_random random = {rls_test_seed()};

    world_init(&sample->w, &random, DOCS, 6);
    for (size_t i = 0; i < SHAPES; i++)
        list_draw(&sample->lists[i], &sample->w, &random, &shapes[i]);
    section_write(&sample->s, &sample->w, sample->lists, SHAPES);
}

static void
damage_sample_release(damage_sample *sample)
{
    section_release(&sample->s);
    for (size_t i = 0; i < SHAPES; i++)
        list_release(&sample->lists[i]);
    world_release(&sample->w);
}

static uint32_t positions[MOST_POSITIONS], codes[MOST_POSITIONS];

static void
walk_cursor(const world *w, const rls_posting_list *list)
{
    rls_postings_cursor cursor;
    rls_field_freq      fields[8];
    float               scores[RLS_BLOCK_SIZE + 16];
    uint32_t            before = UINT32_MAX, step = 1;

    rls_postings_cursor_open(&cursor, list);
    while (cursor.doc != RLS_DOC_END) {
        uint32_t freq, doc = cursor.doc;

        CHECK(doc < list->doc_count && (before == UINT32_MAX || doc > before));
        before = doc;
        freq = rls_postings_cursor_freq(&cursor);
        CHECK(freq <= list->total_freq);
        rls_postings_cursor_fields(&cursor, fields, 8);
        rls_postings_cursor_t(&cursor, &w->reference);
        if (freq > 0 && freq < MOST_POSITIONS && cursor.at % 5 == 0 &&
            rls_postings_cursor_positions(&cursor, positions, codes)) {
            for (uint32_t i = 0; i < freq; i++)
                CHECK(codes[i] < list->form_count);
        }
        if (cursor.at % 64 == 0)
            rls_postings_cursor_block_saturations(&cursor, &w->reference, scores);
        if (list->dense != NULL && doc % 16 == 0)
            rls_posting_list_dense_saturation(list, doc, &w->reference);
        if (cursor.at % 32 == 31)
            rls_postings_cursor_advance(&cursor, doc + (step = step * 2 % 1024 + 1));
        else
            rls_postings_cursor_next(&cursor);
    }
    if (cursor.failed)
        CHECK_EQ_U64(rls_postings_cursor_advance(&cursor, 0), RLS_DOC_END);
}

static void
walk_list(const world *w, const rls_posting_list *list, rls_bytes term)
{
    uint8_t          *row = must(malloc(list->range_count));
    rls_form_iterator iterator;
    rls_form          form;
    rls_best_lot      lot;
    uint32_t          docs[RLS_BEST_LOTS_MAX];
    float             s[RLS_BEST_LOTS_MAX];

    rls_form_iterator_init(&iterator, list, term);
    while (rls_form_iterator_next(&iterator, &form))
        CHECK(form.bytes.size <= RLS_FORM_MAX);
    rls_posting_list_make_range_row(list, row);
    for (uint32_t wanted = 0; rls_best_postings_find(list, wanted, &lot); wanted = lot.count + 1) {
        CHECK(lot.count <= RLS_BEST_LOTS_MAX && lot.floor >= 0.0f && lot.floor <= 1.0f);
        if (!rls_best_lot_read(list, &lot, docs, s))
            continue;
        for (uint32_t i = 0; i < lot.count; i++)
            CHECK(docs[i] < list->doc_count && (!lot.has_s || (s[i] >= 0.0f && s[i] <= 1.0f)));
    }
    for (uint32_t block = 0; block < list->block_count; block++) {
        CHECK(rls_posting_list_last_doc(list, block) < list->doc_count);
        rls_posting_list_bound(list, block);
        rls_posting_list_group_bound(list, block / RLS_GROUP_SIZE);
        CHECK(rls_posting_list_find_block(list, block, block * 37) <= list->block_count);
    }
    if (list->dense != NULL) {
        for (uint32_t doc = 0; doc < list->doc_count; doc += 97) {
            CHECK(rls_posting_list_dense_rank(list, doc) <= list->doc_freq);
            rls_posting_list_dense_saturation(list, doc, &w->reference);
        }
    }
    walk_cursor(w, list);
    free(row);
}

/* The list in a block of its own, with as much behind it as is granted. */
static bool
walk_damaged(const world *w, const plain_list *list, const uint8_t *bytes, size_t size,
             const rls_term_info *info)
{
    uint8_t         *copy = must(malloc(size + RLS_MAP_PADDING));
    rls_posting_list opened;
    bool             good;

    memcpy(copy, bytes, size);
    memset(copy + size, 0xa5, RLS_MAP_PADDING);
    good = rls_posting_list_open(&opened, rls_bytes_of(copy, size), info, &w->norms, best_kernels(),
                                 NULL) == RLS_OK;
    if (good)
        walk_list(w, &opened, list->term);
    free(copy);
    return good;
}

TEST(flipped_bytes_never_lead_astray)
{
    damage_sample sample;
    rls_random    random = {rls_test_seed() + 1};
    uint32_t      opened = 0, rounds = 0;

    damage_sample_init(&sample);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        rls_term_info     info = list->info;
        size_t            size = info.positions_size + info.docs_size;
        uint8_t          *bytes = must(malloc(size));

        info.postings_offset = 0;
        for (int round = 0; round < 300; round++) {
            uint32_t flips = 1 + rls_random_below(&random, 3);

            memcpy(bytes, sample.s.bytes + list->info.postings_offset, size);
            for (uint32_t f = 0; f < flips; f++) {
                /* the heads, where most of the structure is, more often than the rest */
                size_t at =
                    rls_random_below(&random, 3) == 0
                        ? rls_random_below(&random, (uint32_t)size)
                        : info.positions_size + rls_random_below(&random, (uint32_t)info.docs_size);
                if (rls_random_below(&random, 4) == 0 && info.docs_size > 40)
                    at = info.positions_size + rls_random_below(&random, 40);
                bytes[at] ^= (uint8_t)(1u << rls_random_below(&random, 8));
                if (rls_random_below(&random, 4) == 0)
                    bytes[at] = (uint8_t)rls_random_next(&random);
            }
            rounds++;
            opened += walk_damaged(&sample.w, list, bytes, size, &info);
        }
        free(bytes);
    }
    CHECK(opened > rounds / 4 && opened < rounds);
    damage_sample_release(&sample);
}

TEST(cut_lists_are_refused_or_end)
{
    damage_sample sample;

    damage_sample_init(&sample);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        const uint8_t    *bytes = sample.s.bytes + list->info.postings_offset;
        rls_term_info     info = list->info;
        size_t            size = info.positions_size + info.docs_size;

        info.postings_offset = 0;
        for (size_t cut = 1; cut <= info.docs_size; cut += cut < 200 ? 1 : 13) {
            rls_term_info shorter = info;
            /* the dictionary still tells the whole size */
            CHECK(!walk_damaged(&sample.w, list, bytes, size - cut, &info));
            shorter.docs_size -= cut;
            walk_damaged(&sample.w, list, bytes, size - cut, &shorter);
        }
        for (size_t cut = 1; cut <= info.positions_size; cut += cut < 100 ? 1 : 31) {
            rls_term_info shorter = info;
            shorter.postings_offset = cut;
            shorter.positions_size -= cut;
            walk_damaged(&sample.w, list, bytes, size, &shorter);
        }
    }
    damage_sample_release(&sample);
}

TEST(wrong_numbers_in_the_dictionary_never_lead_astray)
{
    damage_sample sample;
    rls_random    random = {rls_test_seed() + 2};

    damage_sample_init(&sample);
    for (size_t l = 0; l < SHAPES; l++) {
        const plain_list *list = &sample.lists[l];
        for (int round = 0; round < 100; round++) {
            rls_term_info info = list->info;
            uint64_t      value = rls_random_next(&random) >> rls_random_below(&random, 64);

            switch (rls_random_below(&random, 5)) {
            case 0:
                info.doc_freq = (uint32_t)value;
                break;
            case 1:
                info.total_freq = value;
                break;
            case 2:
                info.postings_offset = value;
                break;
            case 3:
                info.positions_size = value;
                break;
            default:
                info.docs_size = value;
            }
            walk_damaged(&sample.w, list, sample.s.bytes, sample.s.size, &info);
        }
        for (int round = 0; round < 20; round++) {
            rls_term_info info = list->info;
            info.doc_freq = 1 + rls_random_below(&random, DOCS);
            info.total_freq = info.doc_freq + rls_random_below(&random, 1000);
            walk_damaged(&sample.w, list, sample.s.bytes, sample.s.size, &info);
        }
    }
    damage_sample_release(&sample);
}

TEST(random_bytes_are_no_danger)
{
    damage_sample sample;
    rls_random    random = {rls_test_seed() + 3};

    damage_sample_init(&sample);
    for (int round = 0; round < 3000; round++) {
        uint8_t       bytes[600];
        size_t        size = 1 + rls_random_below(&random, sizeof bytes);
        rls_term_info info = {.doc_freq = 1 + rls_random_below(&random, 300)};

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(rls_random_next(&random) >> (round % 3 * 20));
        info.positions_size = rls_random_below(&random, (uint32_t)size);
        info.docs_size = size - info.positions_size;
        bytes[info.positions_size] &= 31;
        info.total_freq = info.doc_freq + rls_random_below(&random, 300);
        walk_damaged(&sample.w, &sample.lists[0], bytes, size, &info);
    }
    damage_sample_release(&sample);
}
