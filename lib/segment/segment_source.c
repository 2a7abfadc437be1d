#include "segment/segment_source.h"

#include <inttypes.h>

#include "analysis/function_words.h"
#include "segment/segment_handle.h"

enum {
    FORM_CHUNK = 4096
};

struct rls_segment_source_terms {
    rls_term_source     base;
    rls_heap           *heap;
    const rls_segment  *segment;
    rls_termdict_cursor terms;
    rls_posting_list    list;
    rls_postings_cursor cursor;
    bool                on_term, before_first;
    rls_source_form    *forms;
    rls_arena           form_bytes;
    rls_field_freq     *pairs; /* one a field of the segment */
    uint32_t           *fields, *freqs, *positions, *position_forms;
    size_t              form_capacity, position_capacity, position_form_capacity;
    uint32_t            form_count;
};

static rls_segment_source_terms *
of(rls_term_source *base)
{
    return (rls_segment_source_terms *)base;
}

static rls_status
damaged(const rls_segment_source_terms *source, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: postings of term %" PRIu32 " are damaged",
                    rls_segment_get_info(source->segment)->name, source->terms.ordinal);
}

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
}

static rls_status
read_forms(rls_segment_source_terms *source, rls_error *err)
{
    rls_form_iterator iterator;
    rls_form          form;
    uint64_t          total = 0;

    source->form_count = 0;
    rls_arena_reset(&source->form_bytes);
    if (!source->list.has_positions)
        return RLS_OK;
    rls_form_iterator_init(&iterator, &source->list, rls_buffer_bytes(&source->terms.term));
    while (rls_form_iterator_next(&iterator, &form)) {
        void *forms = source->forms;
        char *bytes = rls_arena_copy(&source->form_bytes, form.bytes.data, form.bytes.size);

        if (bytes == NULL || !rls_grow(source->heap, &forms, &source->form_capacity,
                                       (size_t)source->form_count + 1, sizeof *source->forms))
            return no_memory(err);
        source->forms = forms;
        source->forms[source->form_count++] =
            (rls_source_form){rls_bytes_of(bytes, form.bytes.size), form.count};
        total += form.count;
    }
    if (iterator.failed || source->form_count == 0 || total != source->list.total_freq)
        return damaged(source, err);
    return RLS_OK;
}

static rls_status
rewind_term(rls_term_source *base, rls_error *err)
{
    rls_segment_source_terms *source = of(base);

    if (!source->on_term)
        return RLS_OK;
    rls_postings_cursor_open(&source->cursor, &source->list);
    source->before_first = true;
    return source->cursor.failed ? damaged(source, err) : RLS_OK;
}

static rls_status
next_term(rls_term_source *base, rls_source_term *out_term, rls_error *err)
{
    rls_segment_source_terms *source = of(base);
    rls_status                status;

    source->on_term = false;
    status = rls_termdict_cursor_next(&source->terms, err);
    if (status != RLS_OK)
        return status;
    status = rls_segment_show_list(source->segment, &source->terms.info, &source->list, err);
    if (status == RLS_OK)
        status = read_forms(source, err);
    if (status == RLS_OK && (source->list.is_scored && !source->list.has_positions) !=
                                rls_is_pair_key(rls_buffer_bytes(&source->terms.term)))
        status = damaged(source, err);
    if (status != RLS_OK)
        return status;
    source->on_term = true;
    out_term->term = rls_buffer_bytes(&source->terms.term);
    out_term->form_count = source->form_count;
    out_term->forms = source->forms;
    return rewind_term(base, err);
}

/* Positions and forms of the posting the cursor is on: ascending within a field, codes of forms
 * that there are. */
static rls_status
read_positions(rls_segment_source_terms *source, uint32_t freq, uint32_t field_count,
               rls_error *err)
{
    void    *positions = source->positions, *forms = source->position_forms;
    uint32_t at = 0;

    if (!rls_grow(source->heap, &positions, &source->position_capacity, freq,
                  sizeof *source->positions))
        return no_memory(err);
    source->positions = positions;
    if (!rls_grow(source->heap, &forms, &source->position_form_capacity, freq,
                  sizeof *source->position_forms))
        return no_memory(err);
    source->position_forms = forms;
    if (!rls_postings_cursor_positions(&source->cursor, source->positions, source->position_forms))
        return damaged(source, err);
    for (uint32_t i = 0; i < field_count; i++) {
        uint32_t end = at + source->freqs[i];

        for (uint32_t j = at + 1; j < end; j++) {
            if (source->positions[j] < source->positions[j - 1])
                return damaged(source, err);
        }
        at = end;
    }
    for (uint32_t i = 0; i < freq; i++) {
        if (source->position_forms[i] >= source->form_count)
            return damaged(source, err);
    }
    return RLS_OK;
}

static rls_status
read_posting(rls_segment_source_terms *source, rls_source_posting *out_posting, rls_error *err)
{
    const rls_segment_info *info = rls_segment_get_info(source->segment);
    uint64_t                freq = 0;
    uint32_t                count;
    rls_status              status;

    *out_posting = (rls_source_posting){
        .doc = source->cursor.doc, .fields = source->fields, .freqs = source->freqs};
    if (!source->list.is_scored) {
        source->fields[0] = 0;
        source->freqs[0] = 1;
        out_posting->field_count = 1;
        out_posting->freq = 1;
        return RLS_OK;
    }
    count = rls_postings_cursor_fields(&source->cursor, source->pairs, info->field_count);
    if (count == 0 || count > info->field_count || source->cursor.failed)
        return damaged(source, err);
    for (uint32_t i = 0; i < count; i++) {
        source->fields[i] = source->pairs[i].field;
        source->freqs[i] = source->pairs[i].freq;
        freq += source->freqs[i];
        if (source->fields[i] >= info->field_count || source->freqs[i] == 0 ||
            (i > 0 && source->fields[i] <= source->fields[i - 1]))
            return damaged(source, err);
    }
    if (freq != rls_postings_cursor_freq(&source->cursor) || freq > source->list.total_freq)
        return damaged(source, err);
    out_posting->field_count = count;
    out_posting->freq = (uint32_t)freq;
    if (!source->list.has_positions)
        return RLS_OK;
    /* A position takes a bit or more, but for the only one of a field. */
    if (freq > count + 8 * (uint64_t)source->list.positions.size)
        return damaged(source, err);
    status = read_positions(source, (uint32_t)freq, count, err);
    if (status != RLS_OK)
        return status;
    out_posting->positions = source->positions;
    out_posting->forms = source->position_forms;
    return RLS_OK;
}

static rls_status
next_posting(rls_term_source *base, rls_source_posting *out_posting, rls_error *err)
{
    rls_segment_source_terms *source = of(base);

    if (!source->on_term)
        return RLS_NOT_FOUND;
    if (!source->before_first)
        rls_postings_cursor_next(&source->cursor);
    source->before_first = false;
    if (source->cursor.failed)
        return damaged(source, err);
    if (source->cursor.doc == RLS_DOC_END)
        return RLS_NOT_FOUND;
    return read_posting(source, out_posting, err);
}

rls_status
rls_segment_source_terms_new(rls_heap *heap, const rls_segment *segment,
                             rls_segment_source_terms **out_terms, rls_error *err)
{
    static const rls_term_source_ops ops = {next_term, next_posting, rewind_term};
    uint32_t                         field_count = rls_segment_get_info(segment)->field_count;
    rls_segment_source_terms        *source = rls_alloc_zeroed(heap, 1, sizeof *source);

    *out_terms = NULL;
    if (source == NULL)
        return no_memory(err);
    source->base.ops = &ops;
    source->heap = heap;
    source->segment = segment;
    rls_termdict_cursor_init(&source->terms, heap, rls_segment_termdict(segment));
    rls_arena_init(&source->form_bytes, heap, FORM_CHUNK);
    source->pairs = rls_alloc(heap, field_count, sizeof *source->pairs);
    source->fields = rls_alloc(heap, field_count, sizeof *source->fields);
    source->freqs = rls_alloc(heap, field_count, sizeof *source->freqs);
    if (source->pairs == NULL || source->fields == NULL || source->freqs == NULL) {
        rls_segment_source_terms_free(source);
        return no_memory(err);
    }
    *out_terms = source;
    return RLS_OK;
}

void
rls_segment_source_terms_free(rls_segment_source_terms *terms)
{
    if (terms == NULL)
        return;
    rls_termdict_cursor_release(&terms->terms);
    rls_arena_release(&terms->form_bytes);
    rls_free(terms->heap, terms->forms);
    rls_free(terms->heap, terms->pairs);
    rls_free(terms->heap, terms->fields);
    rls_free(terms->heap, terms->freqs);
    rls_free(terms->heap, terms->positions);
    rls_free(terms->heap, terms->position_forms);
    rls_free(terms->heap, terms);
}

rls_term_source *
rls_segment_source_terms_start(rls_segment_source_terms *terms)
{
    return &terms->base;
}
