#include "postings/postings_cursor.h"

#include "postings/block_fields.h"
#include "postings/dense_set.h"
#include "postings/posting_block.h"
#include "postings/posting_format.h"
#include "postings/posting_list.h"
#include "postings/posting_tail.h"

static const uint8_t *
blocks_end(const rls_posting_list *list)
{
    return list->blocks.data + list->blocks.size;
}

void
rls_postings_cursor_fail(rls_postings_cursor *cursor)
{
    cursor->failed = true;
    cursor->doc = RLS_DOC_END;
    cursor->block.number = UINT32_MAX;
}

static bool
end_failed(rls_postings_cursor *cursor)
{
    rls_postings_cursor_fail(cursor);
    return false;
}

static bool
load_short(rls_postings_cursor *cursor)
{
    const rls_posting_list *list = cursor->list;
    bit_source              source = bit_source_of(list->blocks, 0);

    cursor->is_tail = true;
    cursor->tail_head = (list->flags & RLS_SHORT_FREQS ? RLS_TAIL_FREQS : 0) |
                        (list->flags & RLS_SHORT_FIELDS ? RLS_TAIL_FIELDS : 0);
    source.bit = rls_width_below(list->doc_count);
    cursor->block.docs[0] = list->first_doc;
    if (list->doc_freq > 1) {
        source.bit += rls_width_below(list->doc_count - list->first_doc);
        if (!rls_tail_get_gaps(&source, cursor->block.docs + 1, list->doc_freq - 1, list->first_doc,
                               list->last_doc))
            return false;
    }
    cursor->tail_bit = source.bit;
    return true;
}

static bool
load_tail(rls_postings_cursor *cursor, const uint8_t *at, uint32_t before, uint32_t last)
{
    const rls_posting_list *list = cursor->list;
    bit_source              source;

    cursor->is_tail = true;
    cursor->tail_head = *at++;
    if ((cursor->tail_head & ~(RLS_TAIL_FREQS | RLS_TAIL_FIELDS)) != 0)
        return false;
    source = bit_source_of(list->blocks, 8 * (uint64_t)(at - list->blocks.data));
    if (list->dense != NULL) {
        if (!rls_dense_set_docs(list, before + 1, cursor->block.count, cursor->block.docs) ||
            cursor->block.docs[cursor->block.count - 1] != last)
            return false;
    } else if (!rls_tail_get_gaps(&source, cursor->block.docs, cursor->block.count, before, last)) {
        return false;
    }
    cursor->tail_bit = source.bit;
    return true;
}

static bool
load_full(rls_postings_cursor *cursor, const uint8_t *at, uint32_t before, uint32_t last)
{
    const rls_posting_list *list = cursor->list;

    cursor->is_tail = false;
    if (list->dense != NULL) {
        cursor->freqs_at = at;
        return rls_dense_set_docs(list, before + 1, RLS_BLOCK_SIZE, cursor->block.docs) &&
               cursor->block.docs[RLS_BLOCK_SIZE - 1] == last;
    }
    cursor->freqs_at = rls_posting_block_get_docs(at, blocks_end(list), list->kernels, before, last,
                                                  cursor->block.docs);
    if (cursor->freqs_at == NULL)
        return false;
    if ((*at & RLS_BLOCK_ALL_ONES) != 0)
        cursor->freqs_at = NULL;
    return true;
}

bool
rls_postings_cursor_load(rls_postings_cursor *cursor, uint32_t number)
{
    const rls_posting_list *list = cursor->list;
    rls_posting_block      *block = &cursor->block;
    bool                    good;

    if (cursor->failed || number >= list->block_count)
        return end_failed(cursor);
    block->count = rls_posting_list_block_size(list, number);
    block->has_freqs = block->has_fields = block->has_bodies = false;
    if (list->block_count == 1) {
        good = load_short(cursor);
    } else {
        const uint8_t *at = rls_posting_list_block_at(list, number);
        uint32_t before = number == 0 ? UINT32_MAX : rls_posting_list_last_doc(list, number - 1);
        uint32_t last = rls_posting_list_last_doc(list, number);
        if (at == NULL || last < before + 1)
            good = false;
        else if (block->count < RLS_BLOCK_SIZE)
            good = load_tail(cursor, at, before, last);
        else
            good = load_full(cursor, at, before, last);
    }
    if (!good)
        return end_failed(cursor);
    block->number = number;
    cursor->at = 0;
    cursor->doc = block->docs[0];
    return true;
}

void
rls_postings_cursor_init(rls_postings_cursor *cursor, const rls_posting_list *list)
{
    cursor->list = list;
    cursor->failed = false;
    cursor->doc = RLS_DOC_END;
    cursor->positions.number = UINT32_MAX;
    cursor->block.number = UINT32_MAX;
}

void
rls_postings_cursor_open(rls_postings_cursor *cursor, const rls_posting_list *list)
{
    rls_postings_cursor_init(cursor, list);
    rls_postings_cursor_load(cursor, 0);
}

uint32_t
rls_postings_cursor_next(rls_postings_cursor *cursor)
{
    if (cursor->doc == RLS_DOC_END)
        return RLS_DOC_END;
    if (cursor->at + 1 < cursor->block.count)
        return cursor->doc = cursor->block.docs[++cursor->at];
    if (cursor->block.number + 1 < cursor->list->block_count) {
        rls_postings_cursor_load(cursor, cursor->block.number + 1);
        return cursor->doc;
    }
    return cursor->doc = RLS_DOC_END;
}

/* The first index in [from, count) whose document is >= target; one is. */
static uint32_t
search_docs(const uint32_t *docs, uint32_t from, uint32_t count, uint32_t target)
{
    /* Targets are mostly near; then halve without branches. */
    for (uint32_t near = 0; near < 4; near++, from++) {
        if (docs[from] >= target)
            return from;
    }
    for (uint32_t size = count - from; size > 1;) {
        uint32_t half = size / 2;
        from += docs[from + half - 1] < target ? half : 0;
        size -= half;
    }
    return from;
}

/* Loads the block, which is the first that ends at `target` or behind, and goes to the first
 * document >= target. */
static uint32_t
enter_block(rls_postings_cursor *cursor, uint32_t number, uint32_t target)
{
    const rls_posting_block *block = &cursor->block;

    if (number == cursor->list->block_count)
        return cursor->doc = RLS_DOC_END;
    if (!rls_postings_cursor_load(cursor, number) || cursor->doc >= target)
        return cursor->doc;
    if (block->docs[block->count - 1] < target) { /* the skips of damaged bytes disagree */
        rls_postings_cursor_fail(cursor);
        return cursor->doc;
    }
    cursor->at = search_docs(block->docs, 1, block->count, target);
    return cursor->doc = block->docs[cursor->at];
}

uint32_t
rls_postings_cursor_advance(rls_postings_cursor *cursor, uint32_t target)
{
    const rls_posting_block *block = &cursor->block;

    if (target <= cursor->doc)
        return cursor->doc;
    if (block->docs[block->count - 1] < target)
        return enter_block(
            cursor, rls_posting_list_find_block(cursor->list, block->number + 1, target), target);
    cursor->at = search_docs(block->docs, cursor->at + 1, block->count, target);
    return cursor->doc = block->docs[cursor->at];
}

uint32_t
rls_postings_cursor_seek(rls_postings_cursor *cursor, uint32_t target)
{
    const rls_posting_block *block = &cursor->block;

    if (cursor->failed)
        return RLS_DOC_END;
    if (block->number == UINT32_MAX || target < block->docs[0])
        return enter_block(cursor, rls_posting_list_find_block(cursor->list, 0, target), target);
    if (target > block->docs[block->count - 1])
        return enter_block(
            cursor, rls_posting_list_find_block(cursor->list, block->number + 1, target), target);
    cursor->at = search_docs(block->docs, target < block->docs[cursor->at] ? 0 : cursor->at,
                             block->count, target);
    return cursor->doc = block->docs[cursor->at];
}

/* Which postings have other fields than the body, and what these leave to the body. */
static bool
read_bodies(rls_postings_cursor *cursor)
{
    rls_posting_block *block = &cursor->block;
    const uint8_t     *at = cursor->fields_at, *end = blocks_end(cursor->list);
    rls_block_field    entry = {0};
    uint32_t           count, wrong = 0;

    block->with_fields[0] = block->with_fields[1] = 0;
    memcpy(block->body, block->freqs, block->count * sizeof(*block->body));
    at = rls_block_fields_count(at, end, &count);
    for (uint32_t e = 0; at != NULL && e < count; e++) {
        uint8_t index[RLS_BLOCK_SIZE];
        at = rls_block_field_get(at, end, block->count, entry.field,
                                 cursor->list->norms->field_count, &entry);
        if (at == NULL)
            return false;
        rls_block_field_postings(&entry, index);
        for (uint32_t r = 0; r < entry.count; r++) {
            uint32_t freq = rls_block_field_freq(&entry, r);
            wrong |= block->body[index[r]] < freq;
            block->body[index[r]] -= freq;
            block->with_fields[index[r] / 64] |= UINT64_C(1) << index[r] % 64;
        }
    }
    return at != NULL && wrong == 0;
}

bool
rls_postings_cursor_bodies(rls_postings_cursor *cursor)
{
    rls_posting_block *block = &cursor->block;

    if (!rls_postings_cursor_freqs(cursor))
        return false;
    if (!block->has_fields || block->has_bodies)
        return true;
    if (!read_bodies(cursor))
        return end_failed(cursor);
    block->has_bodies = true;
    return true;
}

static void
fill_ones(rls_posting_block *block)
{
    for (uint32_t i = 0; i < block->count; i++)
        block->freqs[i] = 1;
}

static uint32_t
or_freqs(const rls_posting_block *block)
{
    uint32_t all = 0;

    for (uint32_t i = 0; i < block->count; i++)
        all |= block->freqs[i];
    return all;
}

static bool
read_tail_freqs(rls_postings_cursor *cursor, const uint8_t **out_fields)
{
    const rls_posting_list *list = cursor->list;
    rls_posting_block      *block = &cursor->block;
    bit_source              source = bit_source_of(list->blocks, cursor->tail_bit);

    if ((cursor->tail_head & RLS_TAIL_FREQS) != 0) {
        if (!rls_tail_get_freqs(&source, block->freqs, block->count))
            return false;
    } else if (list->doc_freq == 1) {
        if (list->total_freq > UINT32_MAX)
            return false;
        block->freqs[0] = (uint32_t)list->total_freq;
    } else {
        fill_ones(block);
    }
    if ((cursor->tail_head & RLS_TAIL_FIELDS) != 0)
        *out_fields = list->blocks.data + (source.bit + 7) / 8;
    return true;
}

static bool
read_freqs(rls_postings_cursor *cursor)
{
    const rls_posting_list *list = cursor->list;
    rls_posting_block      *block = &cursor->block;
    const uint8_t          *fields = NULL;
    uint32_t most = list->total_freq < UINT32_MAX ? (uint32_t)list->total_freq : UINT32_MAX;
    uint32_t any = 1;

    if (cursor->is_tail) {
        if (!read_tail_freqs(cursor, &fields))
            return false;
        any = or_freqs(block);
    } else if (cursor->freqs_at == NULL) {
        fill_ones(block);
    } else {
        const uint8_t *after = rls_posting_block_get_freqs(cursor->freqs_at, blocks_end(list),
                                                           list->kernels, block->freqs, &any);
        if (after == NULL)
            return false;
        if ((*cursor->freqs_at & RLS_FREQS_FIELDS) != 0)
            fields = after;
    }
    /* What callers set aside for positions is bound by the list's total. */
    for (uint32_t i = 0; any > most && i < block->count; i++) {
        if (block->freqs[i] > most)
            return false;
    }
    block->freq_bits = any;
    block->has_fields = fields != NULL;
    cursor->fields_at = fields;
    return true;
}

bool
rls_postings_cursor_freqs(rls_postings_cursor *cursor)
{
    if (cursor->block.number == UINT32_MAX)
        return false;
    if (cursor->block.has_freqs)
        return true;
    if (!read_freqs(cursor))
        return end_failed(cursor);
    cursor->block.has_freqs = true;
    return true;
}

uint32_t
rls_postings_cursor_freq(rls_postings_cursor *cursor)
{
    const rls_posting_list *list = cursor->list;
    uint32_t                freq;

    if (cursor->doc == RLS_DOC_END)
        return 0;
    if (!cursor->block.has_freqs && !cursor->is_tail) {
        if (cursor->freqs_at == NULL)
            return 1;
        if (rls_posting_block_get_freq(cursor->freqs_at, blocks_end(list), cursor->at, &freq) !=
                NULL &&
            freq <= list->total_freq)
            return freq;
        end_failed(cursor);
        return 0;
    }
    return rls_postings_cursor_freqs(cursor) ? cursor->block.freqs[cursor->at] : 0;
}

uint32_t
rls_postings_cursor_fields(rls_postings_cursor *cursor, rls_field_freq *fields, uint32_t capacity)
{
    const rls_posting_block *block = &cursor->block;
    const uint8_t           *at, *end = blocks_end(cursor->list);
    rls_block_field          entry = {0};
    uint32_t                 i = cursor->at, entries, count = 0, body;

    if (cursor->doc == RLS_DOC_END || !rls_postings_cursor_bodies(cursor))
        return 0;
    body = block->has_fields ? block->body[i] : block->freqs[i];
    if (body > 0) {
        if (count < capacity)
            fields[count] = (rls_field_freq){0, body};
        count++;
    }
    if (!block->has_fields || (block->with_fields[i / 64] >> i % 64 & 1) == 0)
        return count;
    at = rls_block_fields_count(cursor->fields_at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        uint32_t freq;
        at = rls_block_field_get(at, end, block->count, entry.field,
                                 cursor->list->norms->field_count, &entry);
        freq = at == NULL ? 0 : rls_block_field_of(&entry, i);
        if (freq == 0)
            continue;
        if (count < capacity)
            fields[count] = (rls_field_freq){entry.field, freq};
        count++;
    }
    return count;
}

bool
rls_postings_cursor_block_in_field(rls_postings_cursor *cursor, uint32_t field, uint64_t out[2])
{
    const rls_posting_block *block = &cursor->block;
    const uint8_t           *at, *end = blocks_end(cursor->list);
    rls_block_field          entry = {0};
    uint8_t                  postings[RLS_BLOCK_SIZE];
    uint32_t                 entries;

    out[0] = out[1] = 0;
    if (!rls_postings_cursor_freqs(cursor))
        return false;
    if (field == 0) {
        for (uint32_t i = 0; i < block->count; i++)
            out[i / 64] |= (uint64_t)(!block->has_fields || block->body[i] > 0) << i % 64;
        return true;
    }
    if (!block->has_fields)
        return true;
    at = rls_block_fields_count(cursor->fields_at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries && entry.field < field; e++)
        at = rls_block_field_get(at, end, block->count, entry.field,
                                 cursor->list->norms->field_count, &entry);
    if (at == NULL) {
        cursor->failed = true;
        return false;
    }
    if (entry.field == field) {
        rls_block_field_postings(&entry, postings);
        for (uint32_t i = 0; i < entry.count; i++)
            out[postings[i] / 64] |= UINT64_C(1) << postings[i] % 64;
    }
    return true;
}
