/* The term source over a finished inverter: reads the lists of entries back, term by term. The
 * entries are our own, so what they hold is not checked. */
#include "codec/varint.h"
#include "inverter/inverter_state.h"

enum {
    POSITIONS_AT_ONCE = 16 * 1024 /* with so many, a block ends before its postings are all there */
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to read postings");
}

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
    return grow_pair(source->heap, &source->positions, &source->position_capacity, &source->forms,
                     &source->form_capacity, count, &source->occurrence_room);
}

static bool
grow_fields(rls_inverter_source *source, size_t count)
{
    return grow_pair(source->heap, &source->fields, &source->field_capacity, &source->freqs,
                     &source->freq_capacity, count, &source->field_room);
}

/* As rls_varint_get64. The sizes of numbers follow no pattern, so nothing is asked of those of up
 * to four bytes. Four can be loaded from anywhere in a chunk: its block is longer by more than
 * that. */
static inline const uint8_t *
read_number(const uint8_t *at, const uint8_t *end, uint64_t *out_value)
{
    uint32_t bytes = rls_get_u32(at), last = ~bytes & UINT32_C(0x80808080), shift;

    if (last == 0)
        return rls_varint_get64(at, end, out_value);
    shift = (uint32_t)__builtin_ctz(last);
    bytes &= (UINT32_C(2) << shift) - 1;
    *out_value =
        (bytes & 0x7f) | (bytes >> 1 & 0x3f80) | (bytes >> 2 & 0x1fc000) | (bytes >> 3 & 0xfe00000);
    return at + shift / 8 + 1;
}

static bool
on_pair(const rls_inverter_source *source)
{
    const rls_vocabulary_term *term = &source->inverter->vocabulary.terms[source->term];

    return rls_is_pair_key(rls_bytes_of(term->bytes, term->size));
}

static bool
on_keyword(const rls_inverter_source *source)
{
    return source->inverter->vocabulary.terms[source->term].form_count == 0 && !on_pair(source);
}

/* Moves on to the next unit of a pair, and returns the frequency in the one left behind. */
static uint32_t
read_pair_entry(rls_inverter_source *source)
{
    uint64_t freq = source->inverter->lists[source->term].form, step = 0;

    source->untold = false;
    if (rls_chunk_reader_more(&source->reader)) {
        source->reader.at = read_number(source->reader.at, source->reader.end, &freq);
        source->reader.at = read_number(source->reader.at, source->reader.end, &step);
        source->unit += (uint32_t)step;
        source->untold = true;
    }
    return (uint32_t)freq;
}

static void
start_postings(rls_inverter_source *source)
{
    rls_chunk_reader_init(&source->reader, &source->inverter->chunks,
                          &source->inverter->lists[source->term].chunks);
    source->unit = UINT32_MAX;
    source->part = 0;
    source->untold = false;
    if (on_pair(source))
        read_pair_entry(source);
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
    if (source->next == source->end)
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

static inline bool
is_last_part(const rls_inverter_source *source)
{
    return source->part + 1 == source->inverter->part_count;
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
    while (!is_last_part(source) &&
           source->unit >= source->inverter->parts[source->part + 1].first_doc)
        source->part++;
    *out_posting =
        (rls_source_posting){source->part,
                             source->unit - source->inverter->parts[source->part].first_doc,
                             1,
                             &field,
                             &freq,
                             1,
                             NULL,
                             NULL};
    return RLS_OK;
}

/* Moves to the part that a unit is of; returns the first unit behind that part. */
static uint32_t
enter_part(rls_inverter_source *source, uint32_t number)
{
    for (; !is_last_part(source); source->part++) {
        uint32_t end = source->inverter->parts[source->part + 1].first_unit;

        if (number < end)
            return end;
    }
    return UINT32_MAX;
}

/* Takes entries up to the first of another part, or of a document behind the wanted units: the
 * positions and forms, for each unit its number into `fields` and where its positions end into
 * `freqs`. */
static rls_status
read_units(rls_inverter_source *source, uint32_t wanted, uint32_t *out_count, rls_error *err)
{
    const rls_inverted_unit *units = source->inverter->fields.units;
    rls_chunk_reader        *reader = &source->reader;
    const uint8_t           *at, *end, *stop = reader->stop;
    uint32_t                 count = 0, unit_count = 0, unit = source->unit, part_end;

    *out_count = 0;
    if (!rls_chunk_reader_more(reader))
        return RLS_OK;
    part_end = enter_part(source, unit + (rls_get_u32(reader->at) >> RLS_ENTRY_TAG_BITS));
    at = reader->at;
    end = reader->end;
    while (at != stop) {
        uint32_t word, position, form;

        if (at == end || *at == 0) {
            reader->at = at;
            rls_chunk_reader_follow(reader);
            at = reader->at;
            end = reader->end;
        }
        word = rls_get_u32(at);
        if ((word & RLS_ENTRY_TAG_MASK) == RLS_ENTRY_UNIT) {
            uint32_t number = unit + (word >> RLS_ENTRY_TAG_BITS);

            if (number >= part_end || ((unit_count >= wanted || count >= POSITIONS_AT_ONCE) &&
                                       unit_count > 0 && units[number].doc != units[unit].doc))
                break;
            if (unit_count >= source->field_room && !grow_fields(source, unit_count))
                return no_memory(err);
            if (unit_count > 0)
                source->freqs[unit_count - 1] = count;
            __builtin_prefetch(&units[number]);
            source->fields[unit_count++] = unit = number;
            at += RLS_ENTRY_WORD;
            word = rls_get_u32(at);
        }
        at += RLS_ENTRY_WORD;
        position = word >> RLS_ENTRY_POSITION_SHIFT;
        form = word >> RLS_ENTRY_TAG_BITS & RLS_ENTRY_FORM_ESCAPE;
        if (form == RLS_ENTRY_FORM_ESCAPE) {
            position = rls_get_u32(at);
            form = rls_get_u32(at + RLS_ENTRY_WORD);
            at += 2 * RLS_ENTRY_WORD;
        }
        if (count >= source->occurrence_room && !grow_occurrences(source, count))
            return no_memory(err);
        source->positions[count] = position;
        source->forms[count++] = form;
    }
    source->freqs[unit_count - 1] = count;
    reader->at = at;
    source->unit = unit;
    *out_count = unit_count;
    return RLS_OK;
}

/* The same of a pair. */
static rls_status
read_pair_units(rls_inverter_source *source, uint32_t wanted, uint32_t *out_count, rls_error *err)
{
    const rls_inverted_unit *units = source->inverter->fields.units;
    uint32_t                 count = 0, unit_count = 0;
    uint32_t                 part_end = enter_part(source, source->unit);

    while (source->untold) {
        uint32_t unit = source->unit;

        if (unit >= part_end ||
            (unit_count >= wanted && units[unit].doc != units[source->fields[unit_count - 1]].doc))
            break;
        if (unit_count >= source->field_room && !grow_fields(source, unit_count))
            return no_memory(err);
        count += read_pair_entry(source);
        source->fields[unit_count] = unit;
        source->freqs[unit_count++] = count;
    }
    *out_count = unit_count;
    return RLS_OK;
}

/* Turns units into documents and fields, and ends into frequencies; returns the number of
 * documents. Separate from reading them, so that look-ups of units overlap. */
static uint32_t
resolve_units(rls_inverter_source *source, uint32_t unit_count)
{
    const rls_inverted_unit *units = source->inverter->fields.units;
    uint32_t                 first_doc = source->inverter->parts[source->part].first_doc;
    uint32_t                 count = 0, start = 0;

    for (uint32_t i = 0; i < unit_count; i++) {
        rls_inverted_unit unit = units[source->fields[i]];
        uint32_t          end = source->freqs[i], doc = unit.doc - first_doc;

        source->fields[i] = unit.field;
        source->freqs[i] = end - start;
        start = end;
        count += count == 0 || source->docs[count - 1] != doc;
        source->docs[count - 1] = doc;
        source->field_ends[count - 1] = i + 1;
    }
    return count;
}

static rls_status
read_block(rls_inverter_source *source, uint32_t wanted, rls_source_block *out_block,
           rls_error *err)
{
    bool       pair = on_pair(source);
    uint32_t   unit_count;
    rls_status status = pair ? read_pair_units(source, wanted, &unit_count, err)
                             : read_units(source, wanted, &unit_count, err);

    if (status != RLS_OK)
        return status;
    if (unit_count == 0)
        return RLS_NOT_FOUND;
    *out_block = (rls_source_block){.part = source->part,
                                    .count = resolve_units(source, unit_count),
                                    .docs = source->docs,
                                    .field_ends = source->field_ends,
                                    .fields = source->fields,
                                    .freqs = source->freqs,
                                    .positions = pair ? NULL : source->positions,
                                    .forms = pair ? NULL : source->forms};
    return RLS_OK;
}

static rls_status
next_text_posting(rls_inverter_source *source, rls_source_posting *out_posting, rls_error *err)
{
    rls_source_block block;
    rls_status       status = read_block(source, 1, &block, err);
    uint32_t         freq = 0;

    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < block.field_ends[0]; i++)
        freq += block.freqs[i];
    *out_posting =
        (rls_source_posting){block.part,  block.docs[0], block.field_ends[0], block.fields,
                             block.freqs, freq,          block.positions,     block.forms};
    return RLS_OK;
}

static rls_status
next_posting(rls_term_source *base, rls_source_posting *out_posting, rls_error *err)
{
    rls_inverter_source *source = (rls_inverter_source *)base;

    if (!source->started)
        return RLS_NOT_FOUND;
    if (on_keyword(source))
        return next_keyword_posting(source, out_posting);
    return next_text_posting(source, out_posting, err);
}

static rls_status
next_block(rls_term_source *base, rls_source_block *out_block, rls_error *err)
{
    rls_inverter_source *source = (rls_inverter_source *)base;

    if (!source->started || on_keyword(source))
        return RLS_NOT_FOUND;
    return read_block(source, RLS_SOURCE_BLOCK_MAX, out_block, err);
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
rls_inverter_source_init(rls_inverter_source *source, const rls_inverter *inverter, uint32_t first,
                         uint32_t end)
{
    static const rls_term_source_ops ops = {next_term, next_posting, rewind_term, next_block};

    source->base.ops = &ops;
    source->inverter = inverter;
    source->next = first;
    source->end = end;
    source->started = false;
}

rls_inverter_source *
rls_inverter_source_new(rls_heap *heap, const rls_inverter *inverter, uint32_t first, uint32_t end)
{
    rls_inverter_source *source = rls_alloc_zeroed(heap, 1, sizeof *source);

    if (source != NULL) {
        source->heap = heap;
        rls_inverter_source_init(source, inverter, first, end);
    }
    return source;
}

rls_term_source *
rls_inverter_source_terms(rls_inverter_source *source)
{
    return &source->base;
}

void
rls_inverter_source_release(rls_inverter_source *source)
{
    rls_free(source->heap, source->fields);
    rls_free(source->heap, source->freqs);
    rls_free(source->heap, source->positions);
    rls_free(source->heap, source->forms);
    source->fields = source->freqs = source->positions = source->forms = NULL;
    source->field_capacity = source->freq_capacity = source->field_room = 0;
    source->position_capacity = source->form_capacity = source->occurrence_room = 0;
}

void
rls_inverter_source_free(rls_inverter_source *source)
{
    if (source == NULL)
        return;
    rls_inverter_source_release(source);
    rls_free(source->heap, source);
}
