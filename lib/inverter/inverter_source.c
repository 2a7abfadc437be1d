/* The term source over a finished inverter: reads the lists of entries back, term by term. The
 * entries are our own, so what they hold is not checked. */
#include "codec/varint.h"
#include "inverter/inverter_state.h"

/* Room for one more of each; what may be used of both is the lesser. */
static bool
grow_pair(rls_heap *heap, uint32_t **first, size_t *first_capacity, uint32_t **second,
          size_t *second_capacity, size_t count, size_t *out_room)
{
    bool grown = rls_grow(heap, (void **)first, first_capacity, count + 1, sizeof **first) &&
                 rls_grow(heap, (void **)second, second_capacity, count + 1, sizeof **second);

    *out_room = *first_capacity < *second_capacity ? *first_capacity : *second_capacity;
    return grown;
}

static bool
grow_occurrences(rls_inverter_source *source, size_t count)
{
    return grow_pair(source->inverter->heap, &source->positions, &source->position_capacity,
                     &source->forms, &source->form_capacity, count, &source->occurrence_room);
}

static bool
grow_fields(rls_inverter_source *source, size_t count)
{
    return grow_pair(source->inverter->heap, &source->fields, &source->field_capacity,
                     &source->freqs, &source->freq_capacity, count, &source->field_room);
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

/* Reads the head of the next entry into source->head; 0 at the end of the list. */
static inline void
read_head(rls_inverter_source *source)
{
    source->head = 0;
    if (rls_chunk_reader_more(&source->reader))
        source->reader.at = read_number(source->reader.at, source->reader.end, &source->head);
}

static void
start_postings(rls_inverter_source *source)
{
    rls_chunk_reader_init(&source->reader, &source->inverter->chunks,
                          &source->inverter->lists[source->term].chunks);
    source->unit = UINT32_MAX;
    source->form = 0;
    source->head = 0;
    if (source->inverter->vocabulary.terms[source->term].form_count > 0)
        read_head(source);
}

/* What the following terms will need, wherever it is. */
static void
prefetch_terms(const rls_inverter_source *source)
{
    const rls_inverter *inverter = source->inverter;
    size_t              far = (size_t)source->next + 8, near = (size_t)source->next + 4;

    if (far >= inverter->vocabulary.term_count)
        return;
    __builtin_prefetch(&inverter->vocabulary.terms[inverter->order[far]]);
    __builtin_prefetch(&inverter->lists[inverter->order[far]]);
    rls_chunk_list_prefetch(&inverter->chunks, &inverter->lists[inverter->order[near]].chunks);
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
    prefetch_terms(source);
    source->term = inverter->order[source->next++];
    source->started = true;
    start_postings(source);
    term = &inverter->vocabulary.terms[source->term];
    out_term->term = rls_bytes_of(term->bytes, term->size);
    out_term->form_count = term->form_count;
    out_term->forms = &inverter->forms[inverter->form_starts[source->term]];
    return RLS_OK;
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

/* Takes entries up to the next document's first, whose head is kept for the call after. */
static rls_status
next_text_posting(rls_inverter_source *source, rls_source_posting *out_posting, rls_error *err)
{
    const rls_inverted_unit *units = source->inverter->fields.units;
    rls_chunk_reader        *reader = &source->reader;
    uint32_t                 count = 0, field_count = 0, field_start = 0, doc = 0;
    uint64_t                 position = 0;

    for (; source->head != 0; read_head(source)) {
        if (source->head & RLS_ENTRY_NEW_UNIT) {
            uint32_t number = source->unit + (uint32_t)(source->head >> RLS_ENTRY_STEP_SHIFT);
            rls_inverted_unit unit = units[number];

            if (field_count > 0) {
                if (unit.doc != doc)
                    break;
                source->freqs[field_count - 1] = count - field_start;
            }
            if (field_count >= source->field_room && !grow_fields(source, field_count))
                return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
            doc = unit.doc;
            source->unit = number;
            source->fields[field_count++] = unit.field;
            field_start = count;
            reader->at = read_number(reader->at, reader->end, &position);
        } else {
            position += source->head >> RLS_ENTRY_STEP_SHIFT;
        }
        if (source->head & RLS_ENTRY_OTHER_FORM)
            reader->at = read_number(reader->at, reader->end, &source->form);
        if (count >= source->occurrence_room && !grow_occurrences(source, count))
            return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
        source->positions[count] = (uint32_t)position;
        source->forms[count++] = (uint32_t)source->form;
    }
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
