/* The term source over a finished inverter: reads the lists of entries back, term by term. The
 * entries are our own, so what they hold is not checked. */
#include "codec/varint.h"
#include "inverter/inverter_state.h"

static void
start_postings(rls_inverter_source *source)
{
    rls_chunk_reader_init(&source->reader, &source->inverter->chunks,
                          &source->inverter->lists[source->term].chunks);
    source->unit = UINT32_MAX;
    source->form = 0;
}

static rls_status
next_term(rls_term_source *base, rls_source_term *out_term, rls_error *err)
{
    rls_inverter_source       *source = (rls_inverter_source *)base;
    const rls_inverter        *inverter = source->inverter;
    const rls_vocabulary_term *term;

    (void)err;
    if (source->next == inverter->vocabulary.term_count)
        return RLS_NOT_FOUND;
    source->term = inverter->order[source->next++];
    source->started = true;
    start_postings(source);
    term = &inverter->vocabulary.terms[source->term];
    out_term->term = rls_bytes_of(term->bytes, term->size);
    out_term->form_count = term->form_count;
    out_term->forms = &inverter->forms[inverter->form_starts[source->term]];
    return RLS_OK;
}

/* Room for one more of each; the capacities move together but for a failure between. */
static bool
grow_occurrences(rls_inverter_source *source, size_t count)
{
    rls_heap *heap = source->inverter->heap;

    return rls_grow(heap, (void **)&source->positions, &source->position_capacity, count + 1,
                    sizeof *source->positions) &&
           rls_grow(heap, (void **)&source->forms, &source->form_capacity, count + 1,
                    sizeof *source->forms);
}

static bool
grow_fields(rls_inverter_source *source, size_t count)
{
    rls_heap *heap = source->inverter->heap;

    return rls_grow(heap, (void **)&source->fields, &source->field_capacity, count + 1,
                    sizeof *source->fields) &&
           rls_grow(heap, (void **)&source->freqs, &source->freq_capacity, count + 1,
                    sizeof *source->freqs);
}

/* Most numbers take a byte or two. */
static inline const uint8_t *
read_number(const uint8_t *at, const uint8_t *end, uint64_t *out_value)
{
    if (at[0] < 0x80) {
        *out_value = at[0];
        return at + 1;
    }
    if (at[1] < 0x80) {
        *out_value = (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
        return at + 2;
    }
    return rls_varint_get64(at, end, out_value);
}

static rls_status
next_keyword_posting(rls_inverter_source *source, rls_source_posting *out_posting)
{
    static const uint32_t field = 0, freq = 1;
    uint64_t              step = 0;

    if (!rls_chunk_reader_more(&source->reader))
        return RLS_NOT_FOUND;
    source->reader.at = rls_varint_get64(source->reader.at, source->reader.end, &step);
    source->unit += (uint32_t)step;
    *out_posting = (rls_source_posting){source->unit, 1, &field, &freq, 1, NULL, NULL};
    return RLS_OK;
}

/* Takes entries up to the next document's first, which is left to the call after. */
static rls_status
next_text_posting(rls_inverter_source *source, rls_source_posting *out_posting, rls_error *err)
{
    const rls_inverted_unit *units = source->inverter->fields.units;
    rls_chunk_reader         reader = source->reader;
    size_t   room = source->position_capacity < source->form_capacity ? source->position_capacity
                                                                      : source->form_capacity;
    uint32_t count = 0, field_count = 0, field_start = 0, doc = 0;
    uint64_t value = 0, position = 0, form = source->form;

    while (rls_chunk_reader_more(&reader)) {
        const uint8_t *at = read_number(reader.at, reader.end, &value);

        if (value & RLS_ENTRY_NEW_UNIT) {
            uint32_t          number = source->unit + (uint32_t)(value >> RLS_ENTRY_STEP_SHIFT);
            rls_inverted_unit unit = units[number];

            if (field_count > 0) {
                if (unit.doc != doc)
                    break;
                source->freqs[field_count - 1] = count - field_start;
            }
            if ((field_count >= source->field_capacity || field_count >= source->freq_capacity) &&
                !grow_fields(source, field_count))
                return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
            doc = unit.doc;
            source->unit = number;
            source->fields[field_count++] = unit.field;
            field_start = count;
            at = read_number(at, reader.end, &position);
        } else {
            position += value >> RLS_ENTRY_STEP_SHIFT;
        }
        if (value & RLS_ENTRY_OTHER_FORM)
            at = read_number(at, reader.end, &form);
        reader.at = at;
        if (count == room) {
            if (!grow_occurrences(source, count))
                return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
            room = source->position_capacity < source->form_capacity ? source->position_capacity
                                                                     : source->form_capacity;
        }
        source->positions[count] = (uint32_t)position;
        source->forms[count++] = (uint32_t)form;
    }
    source->reader = reader;
    source->form = (uint32_t)form;
    if (count == 0)
        return RLS_NOT_FOUND;
    source->freqs[field_count - 1] = count - field_start;
    *out_posting = (rls_source_posting){doc,   field_count,       source->fields, source->freqs,
                                        count, source->positions, source->forms};
    return RLS_OK;
}

static rls_status
next_posting(rls_term_source *base, rls_source_posting *out_posting, rls_error *err)
{
    rls_inverter_source *source = (rls_inverter_source *)base;

    if (!source->started)
        return RLS_NOT_FOUND;
    if (source->inverter->vocabulary.terms[source->term].form_count == 0)
        return next_keyword_posting(source, out_posting);
    return next_text_posting(source, out_posting, err);
}

static rls_status
rewind_term(rls_term_source *base, rls_error *err)
{
    rls_inverter_source *source = (rls_inverter_source *)base;

    (void)err;
    if (source->started)
        start_postings(source);
    return RLS_OK;
}

void
rls_inverter_source_open(rls_inverter_source *source, const rls_inverter *inverter)
{
    static const rls_term_source_ops ops = {next_term, next_posting, rewind_term};

    source->base.ops = &ops;
    source->inverter = inverter;
    source->next = 0;
    source->started = false;
}

void
rls_inverter_source_release(rls_inverter_source *source, rls_heap *heap)
{
    rls_free(heap, source->fields);
    rls_free(heap, source->freqs);
    rls_free(heap, source->positions);
    rls_free(heap, source->forms);
    *source = (rls_inverter_source){0};
}
