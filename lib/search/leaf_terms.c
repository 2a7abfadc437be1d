#include "search/leaf_terms.h"

static rls_status
form_counts(rls_search_state *state, const rls_match_word *word, rls_bytes form, bool *out_counts)
{
    rls_bytes  folded;
    rls_status status;

    if (word->level == RLS_FOLD_FORM) {
        *out_counts = rls_bytes_compare(form, word->form) == 0;
        return RLS_OK;
    }
    status = rls_search_fold(state, form, word->level, &folded);
    if (status != RLS_OK)
        return status;
    *out_counts = rls_bytes_compare(folded, word->form) == 0;
    return RLS_OK;
}

rls_status
rls_leaf_forms(rls_search_state *state, const rls_segment_view *view, rls_arena *arena,
               const rls_posting_list *list, rls_bytes term, const rls_match_word *word,
               const uint64_t **out_forms, bool *out_any)
{
    uint32_t          counting = 0, walked = 0;
    rls_form_iterator iterator;
    rls_form          form;
    uint64_t         *forms;

    *out_forms = NULL;
    *out_any = true;
    if (word->form.size == 0)
        return RLS_OK;
    forms =
        rls_arena_alloc_zeroed(arena, rls_bitset_word_count(list->form_count) + 1, sizeof(*forms));
    if (forms == NULL)
        return rls_search_no_memory(state);
    rls_form_iterator_init(&iterator, list, term);
    while (walked < list->form_count && rls_form_iterator_next(&iterator, &form)) {
        bool       counts;
        rls_status status = form_counts(state, word, form.bytes, &counts);
        if (status != RLS_OK)
            return status;
        if (counts) {
            forms[walked / 64] |= UINT64_C(1) << (walked % 64);
            counting++;
        }
        walked++;
    }
    if (iterator.failed || walked < list->form_count)
        return rls_search_corrupt(state, view);
    *out_any = counting > 0;
    *out_forms = counting == list->form_count ? NULL : forms;
    return RLS_OK;
}

rls_status
rls_leaf_term_open(rls_search_state *state, const rls_segment_view *view, rls_arena *arena,
                   const rls_match_word *word, rls_bytes term, rls_leaf_term *out_term,
                   bool *out_present)
{
    rls_status status = rls_segment_find_term(view->segment, term, &out_term->list, state->err);

    *out_present = false;
    if (status == RLS_NOT_FOUND)
        return RLS_OK;
    if (status != RLS_OK)
        return status;
    status = rls_leaf_forms(state, view, arena, &out_term->list, term, word, &out_term->forms,
                            out_present);
    if (status != RLS_OK || !*out_present)
        return status;
    rls_postings_cursor_open(&out_term->cursor, &out_term->list);
    return out_term->cursor.failed ? rls_search_corrupt(state, view) : RLS_OK;
}

/* Fields of the current posting; more than fit on the stack lie in the search's arena. */
static rls_status
read_fields(rls_search_state *state, rls_postings_cursor *cursor, rls_field_freq *near,
            rls_field_freq **out_fields, uint32_t *out_count)
{
    uint32_t count = rls_postings_cursor_fields(cursor, near, RLS_FIELDS_NEAR);

    *out_fields = near;
    *out_count = count;
    if (count <= RLS_FIELDS_NEAR)
        return RLS_OK;
    *out_fields = rls_arena_alloc(&state->scratch, count * sizeof(**out_fields));
    if (*out_fields == NULL)
        return rls_search_no_memory(state);
    rls_postings_cursor_fields(cursor, *out_fields, count);
    return RLS_OK;
}

rls_status
rls_leaf_term_keys(rls_search_state *state, const rls_segment_view *view, rls_leaf_term *term,
                   uint32_t field, uint32_t offset, rls_scratch *keys, size_t *count)
{
    rls_postings_cursor *cursor = &term->cursor;
    uint32_t             freq = rls_postings_cursor_freq(cursor), field_count, at = 0;
    rls_field_freq       near[RLS_FIELDS_NEAR], *fields;
    uint32_t            *positions, *forms = NULL;
    uint64_t            *out, base;
    rls_status           status;

    status = read_fields(state, cursor, near, &fields, &field_count);
    if (status != RLS_OK)
        return status;
    if (!rls_scratch_reserve(state, &state->positions, freq, sizeof(uint32_t)) ||
        !rls_scratch_reserve(state, &state->forms, freq, sizeof(uint32_t)) ||
        !rls_scratch_reserve(state, keys, *count + freq, sizeof(uint64_t)))
        return rls_search_no_memory(state);
    positions = state->positions.memory;
    if (term->forms != NULL)
        forms = state->forms.memory;
    if (!rls_postings_cursor_positions(cursor, positions, forms))
        return rls_search_corrupt(state, view);
    out = keys->memory;
    for (uint32_t f = 0; f < field_count; f++) {
        uint32_t end = fields[f].freq > freq - at ? freq : at + fields[f].freq;
        if (field != RLS_ANY_FIELD && fields[f].field != field) {
            at = end;
            continue;
        }
        while (at < end && positions[at] < offset)
            at++;
        base = (uint64_t)fields[f].field << 32;
        if (forms == NULL) {
            for (; at < end; at++)
                out[(*count)++] = base | (uint32_t)(positions[at] - offset);
            continue;
        }
        for (; at < end; at++) {
            uint32_t form = forms[at];
            if (form >= term->list.form_count)
                return rls_search_corrupt(state, view);
            out[*count] = base | (uint32_t)(positions[at] - offset);
            *count += term->forms[form / 64] >> (form % 64) & 1;
        }
    }
    return RLS_OK;
}

rls_status
rls_leaf_term_freqs(rls_search_state *state, const rls_segment_view *view, rls_leaf_term *term,
                    uint32_t field, rls_leaf_freqs *out_freqs)
{
    rls_postings_cursor *cursor = &term->cursor;
    uint32_t             count, at = 0, kept = 0, *codes = NULL;
    rls_status           status;

    status = read_fields(state, cursor, out_freqs->near, &out_freqs->items, &count);
    if (status != RLS_OK)
        return status;
    if (term->forms != NULL) {
        if (!rls_scratch_reserve(state, &state->forms, rls_postings_cursor_freq(cursor),
                                 sizeof(uint32_t)))
            return rls_search_no_memory(state);
        codes = state->forms.memory;
        if (!rls_postings_cursor_codes(cursor, codes))
            return rls_search_corrupt(state, view);
    }
    for (uint32_t f = 0; f < count; f++) {
        rls_field_freq found = out_freqs->items[f];
        if (codes != NULL) {
            uint32_t end = at + found.freq;
            for (found.freq = 0; at < end; at++)
                found.freq += term->forms[codes[at] / 64] >> (codes[at] % 64) & 1;
        }
        if (found.freq > 0 && (field == RLS_ANY_FIELD || found.field == field))
            out_freqs->items[kept++] = found;
    }
    out_freqs->count = kept;
    return RLS_OK;
}

float
rls_field_t(const rls_segment_view *view, uint32_t doc, uint32_t field, uint32_t freq)
{
    const rls_norms *norms = rls_segment_norms(view->segment);
    uint8_t          length;

    if (field >= norms->field_count || field >= view->now->field_count)
        return 0.0f;
    length = rls_field_norms_get(&norms->fields[field], doc);
    return (float)freq * view->now->fields[field].by_length[length];
}

float
rls_keys_t(const rls_segment_view *view, uint32_t doc, const uint64_t *keys, size_t count)
{
    float t = 0.0f;

    for (size_t at = 0; at < count;) {
        uint32_t field = (uint32_t)(keys[at] >> 32), freq = 0;
        while (at < count && keys[at] >> 32 == field) {
            freq++;
            at++;
        }
        t = t + rls_field_t(view, doc, field, freq);
    }
    return t;
}

rls_status
rls_leaf_term_t(rls_search_state *state, const rls_segment_view *view, rls_leaf_term *term,
                uint32_t field, float *out_t, bool *out_match)
{
    uint32_t       doc = term->cursor.doc;
    rls_leaf_freqs freqs;
    rls_status     status;

    *out_t = 0.0f;
    *out_match = false;
    if (term->forms == NULL && field == RLS_ANY_FIELD) {
        *out_t = rls_postings_cursor_t(&term->cursor, view->now);
        *out_match = true;
        return RLS_OK;
    }
    status = rls_leaf_term_freqs(state, view, term, field, &freqs);
    if (status != RLS_OK)
        return status;
    for (uint32_t f = 0; f < freqs.count; f++)
        *out_t = *out_t + rls_field_t(view, doc, freqs.items[f].field, freqs.items[f].freq);
    *out_match = freqs.count > 0;
    return RLS_OK;
}
