/* Checks of the dictionary and the postings: every list is read to its end. */
#include <inttypes.h>

#include "analysis/function_words.h"
#include "inverter/inverter.h"
#include "postings/best_postings.h"
#include "segment/segment_check.h"
#include "segment/segment_source.h"
#include "segment/surfaces_writer.h"

typedef struct terms_check {
    rls_segment_check_state *state;
    rls_term_source         *source;
    rls_surfaces_writer      surfaces; /* what they must be */
    uint64_t                *form_counts;
    size_t                   form_capacity;
    uint8_t                 *row, *expected_row; /* bounds of ranges */
    uint32_t                 range_count;
    rls_best_gatherer       *best; /* of the list at hand, and what it must tell of them */
    rls_buffer               expected_best;
    uint64_t                 next_offset; /* where the next term's postings must begin */
    uint32_t                 number;
} terms_check;

static void
report(terms_check *check, const char *what)
{
    rls_segment_check_report(check->state, RLS_SECTION_POSTINGS, "term %" PRIu32 ": %s",
                             check->number, what);
}

/* Postings of the current term: order, counts, forms. */
static rls_status
check_postings(terms_check *check, const rls_source_term *term, const rls_term_info *info,
               rls_error *error)
{
    rls_heap          *heap = check->state->segment->heap;
    void              *counts = check->form_counts;
    rls_source_posting posting;
    uint64_t           doc_freq = 0, total_freq = 0;
    uint32_t           next = 0;
    rls_status         status;

    if (!rls_grow(heap, &counts, &check->form_capacity, (size_t)term->form_count + 1,
                  sizeof *check->form_counts))
        return rls_fail(error, RLS_NO_MEMORY, "no memory to check postings");
    check->form_counts = counts;
    memset(check->form_counts, 0, term->form_count * sizeof *check->form_counts);
    while ((status = check->source->ops->next_posting(check->source, &posting, error)) == RLS_OK) {
        if (posting.doc < next || posting.doc >= check->state->segment->info.doc_count) {
            report(check, "documents do not ascend");
            return RLS_OK;
        }
        next = posting.doc + 1;
        doc_freq++;
        total_freq += posting.freq;
        for (uint32_t i = 0; posting.forms != NULL && i < posting.freq; i++)
            check->form_counts[posting.forms[i]]++;
    }
    if (status != RLS_NOT_FOUND)
        return status;
    if (doc_freq != info->doc_freq || total_freq != info->total_freq)
        report(check, "counts are not those of the dictionary");
    for (uint32_t i = 0; i < term->form_count; i++) {
        if (check->form_counts[i] != term->forms[i].count)
            report(check, "a form does not occur as often as it says");
        if (i > 0 && (term->forms[i].count > term->forms[i - 1].count ||
                      (term->forms[i].count == term->forms[i - 1].count &&
                       rls_bytes_compare(term->forms[i - 1].bytes, term->forms[i].bytes) >= 0)))
            report(check, "forms are out of order");
    }
    return RLS_OK;
}

/* How many postings reach each k-th value kept, which at least k must, and how many pass it, which
 * fewer than k may. */
typedef struct kth_check {
    uint32_t reach[RLS_KTH_COUNT], pass[RLS_KTH_COUNT];
} kth_check;

static void
check_block_bounds(terms_check *check, const rls_posting_list *list,
                   const rls_postings_cursor *cursor, const float *saturations, uint8_t *best,
                   kth_check *kth)
{
    const rls_posting_block *block = &cursor->block;
    uint8_t                  greatest = 0;

    for (uint32_t i = 0; i < block->count; i++) {
        uint8_t  up = rls_impact_up(saturations[i]);
        uint32_t range = block->docs[i] / RLS_RANGE_SIZE;

        greatest = up > greatest ? up : greatest;
        rls_best_gatherer_add(check->best, block->docs[i], saturations[i]);
        if (up > check->expected_row[range])
            check->expected_row[range] = up;
        for (int k = 0; k < RLS_KTH_COUNT; k++) {
            uint8_t down = rls_impact_down(saturations[i]);

            kth->reach[k] += down >= list->kth[k];
            kth->pass[k] += down > list->kth[k];
        }
    }
    if (rls_posting_list_bound(list, block->number) != greatest)
        report(check, "a bound of a block is not the greatest in it");
    if (rls_posting_list_group_bound(list, block->number / RLS_GROUP_SIZE) < greatest)
        report(check, "a bound of a group is too low");
    *best = greatest > *best ? greatest : *best;
}

static rls_status
check_best_postings(terms_check *check, const rls_posting_list *list, rls_error *error)
{
    rls_buffer *expected = &check->expected_best;

    rls_buffer_clear(expected);
    rls_best_postings_put(expected, check->best, list->doc_freq, list->doc_count);
    if (expected->failed)
        return rls_fail(error, RLS_NO_MEMORY, "no memory to check postings");
    if (list->best_size != expected->size ||
        (expected->size > 0 && memcmp(list->best_postings, expected->data, expected->size) != 0))
        report(check, "the best documents of the list are others");
    return RLS_OK;
}

/* Bounds, which searches prune by, are exactly what they bound. */
static rls_status
check_bounds(terms_check *check, const rls_posting_list *list, rls_error *error)
{
    static const uint32_t ks[RLS_KTH_COUNT] = {10, 100, 1000};
    rls_postings_cursor   cursor;
    float                 saturations[RLS_BLOCK_SIZE + 16];
    uint8_t               best = 0;
    kth_check             kth = {{0}};
    rls_status            status;

    rls_best_gatherer_clear(check->best);
    memset(check->expected_row, 0, check->range_count);
    rls_postings_cursor_open(&cursor, list);
    for (uint32_t block = 0; block < list->block_count; block++) {
        if (!rls_postings_cursor_load(&cursor, block) || !rls_postings_cursor_freqs(&cursor) ||
            !rls_postings_cursor_block_saturations(&cursor, &check->state->segment->reference,
                                                   saturations)) {
            report(check, "a block does not decode");
            return RLS_OK;
        }
        check_block_bounds(check, list, &cursor, saturations, &best, &kth);
    }
    if (list->best != best)
        report(check, "the bound of the list is not the greatest in it");
    status = check_best_postings(check, list, error);
    if (status != RLS_OK)
        return status;
    for (int k = 0; k < RLS_KTH_COUNT; k++) {
        if (list->doc_freq >= ks[k] && (kth.reach[k] < ks[k] || kth.pass[k] >= ks[k]))
            report(check, "a k-th best value is wrong");
    }
    rls_posting_list_make_range_row(list, check->row);
    for (uint32_t range = 0; range < check->range_count; range++) {
        if (check->row[range] < check->expected_row[range] ||
            (list->range_row != NULL && check->row[range] != check->expected_row[range])) {
            report(check, "a bound of a range is wrong");
            return RLS_OK;
        }
    }
    return RLS_OK;
}

static rls_status
check_term(terms_check *check, const rls_source_term *term, const rls_term_info *info,
           rls_error *error)
{
    bool             keyword = term->term.size > 0 && term->term.data[0] == RLS_KEYWORD_MARK;
    bool             pair = rls_is_pair_key(term->term);
    rls_posting_list list;
    rls_status       status;

    if (info->postings_offset != check->next_offset)
        report(check, "postings do not begin where those before end");
    check->next_offset = info->postings_offset + info->positions_size + info->docs_size;
    if ((keyword || pair) != (term->form_count == 0))
        report(check, "forms of a keyword or pair, or a word without forms");
    status = check_postings(check, term, info, error);
    if (status != RLS_OK || keyword)
        return status;
    status = rls_segment_open_list(check->state->segment, info, &list, error);
    if (status == RLS_OK)
        status = check_bounds(check, &list, error);
    for (uint32_t i = 0; i < term->form_count && status == RLS_OK; i++)
        status = rls_surfaces_writer_add(&check->surfaces, term->term, term->forms[i].bytes, error);
    return status;
}

static rls_status
check_surfaces(terms_check *check, rls_error *err)
{
    rls_segment_check_state *state = check->state;
    rls_error                error = {0};
    bool                     same;
    rls_status               status = rls_surfaces_writer_compare(
                      &check->surfaces, rls_segment_surfaces(state->segment), &same, &error);

    if (status != RLS_OK)
        return rls_segment_check_failed(state, RLS_SECTION_SURFACES, status, &error, err);
    if (!same)
        rls_segment_check_report(state, RLS_SECTION_SURFACES,
                                 "the words are not those of the postings");
    return RLS_OK;
}

/* The dictionary in a walk of its own beside the source's. */
static rls_status
walk_terms(terms_check *check, rls_termdict_cursor *cursor, rls_buffer *before, rls_error *err)
{
    rls_segment_check_state *state = check->state;
    rls_status               status;

    for (;; check->number++) {
        rls_error       error = {0};
        rls_source_term term;
        rls_term_info   found;

        status = rls_termdict_cursor_next(cursor, &error);
        if (status == RLS_NOT_FOUND)
            break;
        if (status != RLS_OK)
            return rls_segment_check_failed(state, RLS_SECTION_TERMDICT, status, &error, err);
        if (check->number > 0 &&
            rls_bytes_compare(rls_buffer_bytes(before), rls_buffer_bytes(&cursor->term)) >= 0)
            rls_segment_check_report(state, RLS_SECTION_TERMDICT,
                                     "term %" PRIu32 " is not above the one before", check->number);
        rls_buffer_clear(before);
        rls_buffer_append(before, cursor->term.data, cursor->term.size);
        if (before->failed)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to check terms");
        status = rls_termdict_find(rls_segment_termdict(state->segment),
                                   rls_buffer_bytes(&cursor->term), &found, &error);
        if (status == RLS_OK && found.postings_offset != cursor->info.postings_offset)
            status = RLS_NOT_FOUND;
        if (status == RLS_NOT_FOUND)
            rls_segment_check_report(state, RLS_SECTION_TERMDICT,
                                     "term %" PRIu32 " is not found by its name", check->number);
        else if (status != RLS_OK)
            return rls_segment_check_failed(state, RLS_SECTION_TERMDICT, status, &error, err);
        status = check->source->ops->next_term(check->source, &term, &error);
        if (status == RLS_OK)
            status = check_term(check, &term, &cursor->info, &error);
        if (status != RLS_OK)
            status = rls_segment_check_failed(state, RLS_SECTION_POSTINGS, status, &error, err);
        if (status != RLS_OK)
            return status;
    }
    if (check->number != rls_segment_termdict(state->segment)->term_count)
        rls_segment_check_report(state, RLS_SECTION_TERMDICT,
                                 "%" PRIu32 " terms, expected %" PRIu32, check->number,
                                 rls_segment_termdict(state->segment)->term_count);
    if (check->next_offset != state->segment->places[RLS_SECTION_POSTINGS].size)
        rls_segment_check_report(state, RLS_SECTION_POSTINGS,
                                 "lists do not end where the section ends");
    return RLS_OK;
}

rls_status
rls_segment_check_terms(rls_segment_check_state *state, rls_error *err)
{
    rls_heap                 *heap = state->segment->heap;
    rls_segment_source_terms *terms;
    rls_termdict_cursor       cursor;
    rls_buffer                before;
    terms_check               check = {.state = state};
    rls_status                status;

    status = rls_segment_source_terms_new(heap, state->segment, &terms, err);
    if (status != RLS_OK)
        return status;
    check.source = rls_segment_source_terms_start(terms);
    check.range_count = state->segment->info.doc_count / RLS_RANGE_SIZE + 1;
    check.row = rls_alloc_zeroed(heap, check.range_count, 1);
    check.expected_row = rls_alloc_zeroed(heap, check.range_count, 1);
    check.best = rls_alloc(heap, 1, sizeof *check.best);
    rls_buffer_init(&check.expected_best, heap);
    rls_termdict_cursor_init(&cursor, heap, rls_segment_termdict(state->segment));
    rls_buffer_init(&before, heap);
    if (check.row == NULL || check.expected_row == NULL || check.best == NULL)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory to check postings");
    else
        status = rls_surfaces_writer_init(&check.surfaces, heap, err);
    if (status == RLS_OK)
        status = walk_terms(&check, &cursor, &before, err);
    if (status == RLS_OK)
        status = check_surfaces(&check, err);
    rls_surfaces_writer_release(&check.surfaces);
    rls_termdict_cursor_release(&cursor);
    rls_buffer_release(&before);
    rls_segment_source_terms_free(terms);
    rls_free(heap, check.row);
    rls_free(heap, check.expected_row);
    rls_free(heap, check.best);
    rls_buffer_release(&check.expected_best);
    rls_free(heap, check.form_counts);
    return status;
}
