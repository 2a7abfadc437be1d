/* Walking one postings list in every way its cursor knows, whatever the bytes: nothing leaves the
 * section, documents ascend below doc_count, counts keep to what the dictionary told. */
#ifndef RLS_TESTS_FUZZ_LIST_H
#define RLS_TESTS_FUZZ_LIST_H

#include <math.h>

#include "fuzz.h"
#include "postings/posting_list.h"
#include "postings/postings_cursor.h"

enum {
    FUZZ_FIELDS = 16,
    FUZZ_FREQ_MAX = 4096 /* positions of a posting that are asked for */
};

static inline void
fuzz_check_positions(rls_postings_cursor *cursor, const rls_field_freq *fields,
                     uint32_t field_count, uint32_t freq, bool clean)
{
    uint32_t *positions, *forms, at = 0;

    if (freq > FUZZ_FREQ_MAX || field_count > FUZZ_FIELDS)
        return;
    positions = malloc(freq * sizeof *positions + 1);
    forms = malloc(freq * sizeof *forms + 1);
    if (positions == NULL || forms == NULL)
        abort();
    if (rls_postings_cursor_positions(cursor, positions, forms)) {
        FUZZ_CHECK(cursor->list->has_positions);
        for (uint32_t f = 0; f < field_count; f++, at++) {
            for (uint32_t i = 1; i < fields[f].freq; i++, at++)
                FUZZ_CHECK(!clean || positions[at] <= positions[at + 1]);
        }
        for (uint32_t i = 0; i < freq; i++)
            FUZZ_CHECK(forms[i] < cursor->list->form_count);
    }
    if (cursor->doc % 8 == 0 && !cursor->failed) /* the same without forms */
        (void)rls_postings_cursor_positions(cursor, positions, NULL);
    if (cursor->doc % 8 == 1 && !cursor->failed)
        (void)rls_postings_cursor_codes(cursor, forms);
    if (cursor->at == 1 && !cursor->failed) {
        uint64_t *counting = calloc(cursor->list->form_count / 64 + 1, sizeof *counting);
        uint32_t  freqs[RLS_BLOCK_SIZE];
        if (counting == NULL)
            abort();
        counting[0] = 0x5;
        if (rls_postings_cursor_form_freqs(cursor, counting, freqs))
            for (uint32_t i = 0; i < cursor->block.count; i++)
                FUZZ_CHECK(!clean || freqs[i] <= cursor->block.freqs[i]);
        free(counting);
    }
    free(positions);
    free(forms);
}

static inline void
fuzz_check_posting(rls_postings_cursor *cursor, const rls_similarity *similarity, bool clean)
{
    const rls_posting_list *list = cursor->list;
    rls_field_freq          fields[FUZZ_FIELDS];
    uint32_t                freq, field_count;
    uint64_t                sum = 0;
    float                   t;

    FUZZ_CHECK(cursor->doc < list->doc_count);
    freq = rls_postings_cursor_freq(cursor);
    if (cursor->failed)
        return;
    FUZZ_CHECK(freq >= 1);
    field_count = rls_postings_cursor_fields(cursor, fields, FUZZ_FIELDS);
    if (cursor->failed)
        return;
    for (uint32_t i = 0; i < field_count && i < FUZZ_FIELDS; i++) {
        FUZZ_CHECK(fields[i].freq >= 1);
        FUZZ_CHECK(fields[i].field < list->norms->field_count);
        FUZZ_CHECK(i == 0 || fields[i].field > fields[i - 1].field);
        sum += fields[i].freq;
    }
    FUZZ_CHECK(field_count > FUZZ_FIELDS || sum == freq);
    t = rls_postings_cursor_t(cursor, similarity);
    FUZZ_CHECK(isfinite(t) && t >= 0);
    fuzz_check_positions(cursor, fields, field_count, freq, clean);
}

/* From the first to the last posting. Returns how many there were. */
static inline uint32_t
fuzz_check_documents(const rls_posting_list *list, const rls_similarity *similarity, bool clean,
                     bool *out_failed)
{
    rls_postings_cursor *cursor = malloc(sizeof *cursor);
    uint32_t             count = 0, before = 0;

    rls_postings_cursor_open(cursor, list);
    while (cursor->doc != RLS_DOC_END) {
        FUZZ_CHECK(count == 0 || cursor->doc > before);
        FUZZ_CHECK(count < list->doc_freq);
        before = cursor->doc;
        count++;
        fuzz_check_posting(cursor, similarity, clean);
        if (rls_postings_cursor_next(cursor) != cursor->doc)
            FUZZ_CHECK(false);
    }
    *out_failed = cursor->failed;
    FUZZ_CHECK(cursor->failed || count == list->doc_freq);
    FUZZ_CHECK(cursor->failed || before == list->last_doc);
    free(cursor);
    return count;
}

/* Jumps of growing size; positions and frequencies only now and then. */
static inline void
fuzz_check_jumps(const rls_posting_list *list, const rls_similarity *similarity, uint32_t jump,
                 bool clean)
{
    rls_postings_cursor *cursor = malloc(sizeof *cursor);
    uint32_t             target = jump / 2, turn = 0;

    rls_postings_cursor_open(cursor, list);
    while (cursor->doc != RLS_DOC_END && target < list->doc_count && turn++ < 4096) {
        uint32_t before = cursor->doc, doc = rls_postings_cursor_advance(cursor, target);

        FUZZ_CHECK(doc == cursor->doc);
        if (doc == RLS_DOC_END)
            break;
        FUZZ_CHECK(doc < list->doc_count && doc >= target && doc >= before);
        if (turn % 3 == 0)
            fuzz_check_posting(cursor, similarity, clean);
        if (cursor->doc == RLS_DOC_END) /* damage was met */
            break;
        target = doc + 1 + jump;
        jump += jump / 4;
    }
    FUZZ_CHECK(rls_postings_cursor_advance(cursor, list->doc_count) == RLS_DOC_END);
    free(cursor);
}

static inline void
fuzz_check_blocks(const rls_posting_list *list, const rls_similarity *similarity)
{
    rls_postings_cursor *cursor = malloc(sizeof *cursor);
    float               *saturations = malloc((RLS_BLOCK_SIZE + 16) * sizeof *saturations);

    rls_postings_cursor_open(cursor, list);
    for (uint32_t back = list->block_count; back-- > 0 && list->block_count < 1024;) {
        uint32_t number = back % 2 == 0 ? back : list->block_count - 1 - back / 2;

        (void)rls_posting_list_last_doc(list, number);
        (void)rls_posting_list_bound(list, number);
        (void)rls_posting_list_group_bound(list, number / RLS_GROUP_SIZE);
        if (!rls_postings_cursor_load(cursor, number))
            break;
        FUZZ_CHECK(cursor->block.count == rls_posting_list_block_size(list, number));
        for (uint32_t i = 0; i < cursor->block.count; i++) {
            FUZZ_CHECK(cursor->block.docs[i] < list->doc_count);
            FUZZ_CHECK(i == 0 || cursor->block.docs[i] > cursor->block.docs[i - 1]);
        }
        if (!rls_postings_cursor_freqs(cursor))
            break;
        for (uint32_t i = 0; i < cursor->block.count; i++)
            FUZZ_CHECK(cursor->block.freqs[i] >= 1);
        if (!rls_postings_cursor_block_saturations(cursor, similarity, saturations))
            break;
        for (uint32_t i = 0; i < cursor->block.count; i++)
            FUZZ_CHECK(saturations[i] >= 0 && saturations[i] <= 1);
    }
    free(cursor);
    free(saturations);
}

static inline void
fuzz_check_skips(const rls_posting_list *list, const rls_similarity *similarity)
{
    uint8_t *row = malloc(list->range_count + 1);

    rls_posting_list_make_range_row(list, row);
    free(row);
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t doc = (uint32_t)((uint64_t)list->doc_count * i / 7);
        uint32_t block = rls_posting_list_find_block(list, 0, doc);

        FUZZ_CHECK(block <= list->block_count);
        if (list->dense == NULL || doc >= list->doc_count)
            continue;
        FUZZ_CHECK(rls_posting_list_dense_rank(list, doc) <= list->doc_freq);
        if (rls_posting_list_dense_has(list, doc) && list->is_scored) {
            float s = rls_posting_list_dense_saturation(list, doc, similarity);
            FUZZ_CHECK(s >= 0 && s <= 1);
        }
    }
}

static inline void
fuzz_check_forms(const rls_posting_list *list, rls_bytes term)
{
    rls_form_iterator *iterator = malloc(sizeof *iterator);
    rls_form           form;
    uint32_t           count = 0;

    rls_form_iterator_init(iterator, list, term);
    while (rls_form_iterator_next(iterator, &form)) {
        FUZZ_CHECK(form.bytes.size <= RLS_FORM_MAX);
        count++;
    }
    FUZZ_CHECK(count <= list->form_count);
    FUZZ_CHECK(iterator->failed || count == list->form_count);
    free(iterator);
}

/* Returns whether the walk met no damage; on a `clean` list there is more to hold. */
static inline bool
fuzz_check_list(const rls_posting_list *list, rls_bytes term, const rls_similarity *similarity,
                bool clean)
{
    bool failed;

    (void)fuzz_check_documents(list, similarity, clean, &failed);
    fuzz_check_jumps(list, similarity, 0, clean);
    fuzz_check_jumps(list, similarity, 7, clean);
    fuzz_check_blocks(list, similarity);
    fuzz_check_skips(list, similarity);
    fuzz_check_forms(list, term);
    return !failed;
}

#endif
