#include "postings/block_fields.h"
#include "postings/position_codes.h"
#include "postings/posting_format.h"
#include "postings/posting_list.h"

/* Reads the next code above 0 into the state; next_position is UINT64_MAX behind the last. */
static void
next_code(rls_positions_state *state, bit_source *source)
{
    if (state->codes_left == 0 || bit_source_failed(source)) {
        state->next_position = UINT64_MAX;
        return;
    }
    state->codes_left--;
    state->next_position += 1 + (uint64_t)bit_source_get_rice(source, state->gap_rice);
    state->next_code = bit_source_get_rice(source, state->code_rice);
    state->next_code += state->next_code != UINT32_MAX;
    state->next_bit = source->bit;
}

/* The first code above 0: position 0 has it when no code 0 precedes. */
static void
rewind_codes(rls_positions_state *state, bit_source *source)
{
    source->bit = state->codes_bit;
    state->codes_left = state->code_count;
    state->next_bit = state->codes_bit;
    state->next_position = UINT64_MAX; /* plus 1 is 0 */
    state->codes_told = 0;
    next_code(state, source);
}

static bool
open_codes(rls_positions_state *state, bit_source *source)
{
    uint32_t width;

    if (state->mode == RLS_CODES_FIXED) {
        state->code_width = (uint8_t)(bit_source_get(source, 5) + 1);
        state->codes_bit = source->bit;
    } else if (state->mode == RLS_CODES_SPARSE) {
        state->gap_rice = (uint8_t)bit_source_get(source, 5);
        state->code_rice = (uint8_t)bit_source_get(source, 3);
        width = bit_source_get(source, 5) + 1;
        state->code_count = bit_source_get(source, width);
        state->codes_bit = source->bit;
        rewind_codes(state, source);
    }
    return !bit_source_failed(source);
}

/* The frequencies of the block have been read. */
static bool
open_block(rls_postings_cursor *cursor)
{
    const rls_posting_list  *list = cursor->list;
    const rls_posting_block *block = &cursor->block;
    rls_positions_state     *state = &cursor->positions;
    uint64_t   offset = rls_posting_list_positions_at(list, block->number), freq = 0, bit;
    uint64_t   sizes[RLS_RUN_MAX];
    uint32_t   runs, told, width = 0;
    bit_source source;

    state->number = UINT32_MAX;
    if (offset > list->positions.size)
        return false;
    source = bit_source_of(list->positions, 8 * offset);
    state->repeats = state->wild = false;
    if (list->block_count == 1) {
        state->repeats = (list->flags & RLS_SHORT_REPEATS) != 0;
        state->wild = (list->flags & RLS_SHORT_WILD) != 0;
    } else if (bit_source_get(&source, 1) != 0) {
        state->repeats = bit_source_get(&source, 1) != 0;
        state->wild = bit_source_get(&source, 1) != 0;
    }
    state->mode = RLS_CODES_NONE;
    if (list->form_count > 1)
        state->mode = (uint8_t)bit_source_get(&source, 2);
    if (state->mode > RLS_CODES_SPARSE)
        return false;
    for (uint32_t i = 0; i < block->count; i++)
        freq += block->freqs[i];
    state->run = rls_position_run(freq, block->count);
    runs = (block->count - 1) / state->run + 1;
    told = runs - (state->mode == RLS_CODES_NONE);
    if (told > 0)
        width = bit_source_get(&source, 5);
    for (uint32_t s = 0; s < told; s++)
        sizes[s] = bit_source_get(&source, width);
    bit = source.bit;
    for (uint32_t s = 0; s < runs; s++) {
        state->run_bits[s] = bit;
        bit += s < told ? sizes[s] : 0;
    }
    source.bit = bit;
    if (bit_source_failed(&source) || !open_codes(state, &source))
        return false;
    state->number = block->number;
    state->reached = state->summed = 0;
    state->freq_sum = 0;
    state->reached_bit = state->run_bits[0];
    return true;
}

/* Passes over the positions of one field of one posting. */
static inline void
skip_field(bit_source *source, uint32_t freq, uint8_t length_byte, bool wild)
{
    const rls_position_model *model = &rls_position_models[length_byte];
    uint32_t                  k;

    if (freq == 1) {
        (void)rls_position_get_single(source, model);
        return;
    }
    k = rls_position_rice(freq, model->length);
    if (!wild) {
        rls_positions_skip(source, freq, k);
        return;
    }
    for (uint32_t i = 0; i < freq && !bit_source_failed(source); i++)
        (void)bit_source_get_rice(source, k);
}

/* Writes them, `freq` of them; which is bounded by the list's total_freq, so that damage ends. */
static inline void
get_field(bit_source *source, uint32_t freq, uint8_t length_byte, const rls_positions_state *state,
          uint32_t *positions)
{
    const rls_position_model *model = &rls_position_models[length_byte];
    uint32_t                  least_gap = state->repeats ? 0 : 1, k, position;

    if (freq == 1) {
        positions[0] = rls_position_get_single(source, model);
        return;
    }
    k = rls_position_rice(freq, model->length);
    if (!state->wild) {
        rls_positions_get(source, freq, k, least_gap, positions);
        return;
    }
    position = bit_source_get_rice(source, k);
    positions[0] = position;
    for (uint32_t i = 1; i < freq; i++) {
        position += bit_source_get_rice(source, k) + least_gap;
        positions[i] = position;
    }
}

/* Those of posting i of the block, which has fields besides the body, field after field; passed
 * over when `positions` is NULL. */
static void
get_fields(const rls_postings_cursor *cursor, bit_source *source, uint32_t i, uint32_t *positions)
{
    const rls_posting_block *block = &cursor->block;
    const rls_field_norms   *norms = cursor->list->norms->fields;
    uint32_t                 doc = block->docs[i], entries, body = block->body[i];
    const uint8_t           *at, *end = cursor->list->blocks.data + cursor->list->blocks.size;
    rls_block_field          entry = {0};

    if (body > 0 && positions == NULL) {
        skip_field(source, body, norms[0].dense[doc], cursor->positions.wild);
    } else if (body > 0) {
        get_field(source, body, norms[0].dense[doc], &cursor->positions, positions);
        positions += body;
    }
    /* The part was checked when the bodies were read. */
    at = rls_block_fields_count(cursor->fields_at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        uint32_t freq;
        uint8_t  byte;

        at = rls_block_field_get(at, end, block->count, entry.field,
                                 cursor->list->norms->field_count, &entry);
        freq = at == NULL ? 0 : rls_block_field_of(&entry, i);
        if (freq == 0)
            continue;
        byte = rls_field_norms_get(&norms[entry.field], doc);
        if (positions == NULL) {
            skip_field(source, freq, byte, cursor->positions.wild);
        } else {
            get_field(source, freq, byte, &cursor->positions, positions);
            positions += freq;
        }
    }
}

static inline bool
has_fields(const rls_posting_block *block, uint32_t i)
{
    return block->has_fields && (block->with_fields[i / 64] >> i % 64 & 1) != 0;
}

/* Passes over the postings [from, to) of the block. */
static void
skip_postings(const rls_postings_cursor *cursor, bit_source *source, uint32_t from, uint32_t to)
{
    const rls_posting_block *block = &cursor->block;
    const uint8_t           *bytes = cursor->list->norms->fields[0].dense;
    bit_source               local = *source;

    for (uint32_t i = from; i < to; i++) {
        if (has_fields(block, i))
            get_fields(cursor, &local, i, NULL);
        else
            skip_field(&local, block->freqs[i], bytes[block->docs[i]], cursor->positions.wild);
    }
    *source = local;
}

/* Form codes of the positions [from, from + count) of the block. */
static bool
get_codes(rls_postings_cursor *cursor, uint64_t from, uint32_t count, uint32_t *codes)
{
    rls_positions_state *state = &cursor->positions;
    bit_source           source = bit_source_of(cursor->list->positions, state->codes_bit);

    if (state->mode == RLS_CODES_NONE) {
        memset(codes, 0, count * sizeof *codes);
        return true;
    }
    if (state->mode == RLS_CODES_FIXED) {
        if (from >= source.end)
            return false;
        source.bit += from * state->code_width;
        for (uint32_t i = 0; i < count; i++)
            codes[i] = bit_source_get(&source, state->code_width);
        return !bit_source_failed(&source);
    }
    memset(codes, 0, count * sizeof *codes);
    if (from < state->codes_told)
        rewind_codes(state, &source);
    source.bit = state->next_bit;
    while (state->next_position < from)
        next_code(state, &source);
    while (state->next_position < from + count) {
        codes[state->next_position - from] = state->next_code;
        next_code(state, &source);
    }
    state->codes_told = from + count;
    return !bit_source_failed(&source);
}

static bool
read_positions(rls_postings_cursor *cursor, uint32_t *positions)
{
    const rls_posting_block *block = &cursor->block;
    rls_positions_state     *state = &cursor->positions;
    uint32_t                 at = cursor->at, first;
    bit_source               source;

    if (state->number != block->number && !open_block(cursor))
        return false;
    first = at - at % state->run;
    source = bit_source_of(cursor->list->positions, state->run_bits[first / state->run]);
    if (state->reached > first && state->reached <= at) {
        first = state->reached;
        source.bit = state->reached_bit;
    }
    skip_postings(cursor, &source, first, at);
    if (has_fields(block, at))
        get_fields(cursor, &source, at, positions);
    else
        get_field(&source, block->freqs[at], cursor->list->norms->fields[0].dense[block->docs[at]],
                  state, positions);
    if (bit_source_failed(&source))
        return false;
    state->reached = at + 1;
    state->reached_bit = source.bit;
    return true;
}

static bool
read_codes(rls_postings_cursor *cursor, uint32_t *codes)
{
    const rls_posting_block *block = &cursor->block;
    rls_positions_state     *state = &cursor->positions;

    if (state->number != block->number && !open_block(cursor))
        return false;
    if (cursor->at < state->summed)
        state->freq_sum = state->summed = 0;
    for (; state->summed < cursor->at; state->summed++)
        state->freq_sum += block->freqs[state->summed];
    if (!get_codes(cursor, state->freq_sum, block->freqs[cursor->at], codes))
        return false;
    for (uint32_t i = 0; i < block->freqs[cursor->at]; i++) {
        if (codes[i] >= cursor->list->form_count)
            return false;
    }
    return true;
}

/* Where code 0 counts, a posting has all its frequency until a code is met that does not count. */
static bool
count_sparse(const rls_postings_cursor *cursor, const uint64_t *forms, uint32_t *freqs)
{
    const rls_posting_block   *block = &cursor->block;
    const rls_positions_state *state = &cursor->positions;
    bit_source                 source = bit_source_of(cursor->list->positions, state->codes_bit);
    uint32_t                   zero = forms[0] & 1, form_count = cursor->list->form_count, i = 0;
    uint64_t                   end = block->freqs[0], position = 0;

    for (uint32_t n = 0; n < block->count; n++)
        freqs[n] = zero * block->freqs[n];
    for (uint32_t left = state->code_count; left > 0 && !bit_source_failed(&source); left--) {
        uint32_t code;
        position += bit_source_get_rice(&source, state->gap_rice);
        code = bit_source_get_rice(&source, state->code_rice) + 1;
        while (position >= end) {
            if (++i == block->count)
                return false;
            end += block->freqs[i];
        }
        if (code >= form_count)
            return false;
        freqs[i] += (uint32_t)(forms[code / 64] >> code % 64 & 1) - zero;
        position++;
    }
    return !bit_source_failed(&source);
}

static bool
count_fixed(const rls_postings_cursor *cursor, const uint64_t *forms, uint32_t *freqs)
{
    const rls_posting_block *block = &cursor->block;
    bit_source source = bit_source_of(cursor->list->positions, cursor->positions.codes_bit);

    for (uint32_t i = 0; i < block->count; i++) {
        freqs[i] = 0;
        for (uint32_t n = block->freqs[i]; n > 0; n--) {
            uint32_t code = bit_source_get(&source, cursor->positions.code_width);
            if (code >= cursor->list->form_count || bit_source_failed(&source))
                return false;
            freqs[i] += (uint32_t)(forms[code / 64] >> code % 64 & 1);
        }
    }
    return true;
}

static bool
count_forms(rls_postings_cursor *cursor, const uint64_t *forms, uint32_t *freqs)
{
    const rls_posting_block *block = &cursor->block;

    if (!rls_postings_cursor_freqs(cursor) ||
        (cursor->positions.number != block->number && !open_block(cursor)))
        return false;
    switch (cursor->positions.mode) {
    case RLS_CODES_FIXED:
        return count_fixed(cursor, forms, freqs);
    case RLS_CODES_SPARSE:
        return count_sparse(cursor, forms, freqs);
    default:
        for (uint32_t i = 0; i < block->count; i++)
            freqs[i] = (forms[0] & 1) != 0 ? block->freqs[i] : 0;
        return true;
    }
}

bool
rls_postings_cursor_form_freqs(rls_postings_cursor *cursor, const uint64_t *forms,
                               uint32_t freqs[RLS_BLOCK_SIZE])
{
    if (cursor->doc == RLS_DOC_END || !cursor->list->has_positions)
        return false;
    if (count_forms(cursor, forms, freqs))
        return true;
    cursor->failed = true;
    cursor->doc = RLS_DOC_END;
    return false;
}

bool
rls_postings_cursor_codes(rls_postings_cursor *cursor, uint32_t *forms)
{
    if (cursor->doc == RLS_DOC_END || !cursor->list->has_positions)
        return false;
    if (rls_postings_cursor_bodies(cursor) && read_codes(cursor, forms))
        return true;
    cursor->failed = true;
    cursor->doc = RLS_DOC_END;
    return false;
}

bool
rls_postings_cursor_positions(rls_postings_cursor *cursor, uint32_t *positions, uint32_t *forms)
{
    if (cursor->doc == RLS_DOC_END || !cursor->list->has_positions)
        return false;
    if (rls_postings_cursor_bodies(cursor) && read_positions(cursor, positions) &&
        (forms == NULL || read_codes(cursor, forms)))
        return true;
    cursor->failed = true;
    cursor->doc = RLS_DOC_END;
    return false;
}
