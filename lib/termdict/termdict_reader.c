#include <inttypes.h>

#include "codec/varint.h"
#include "termdict/termdict_writer.h"

/* A block taken apart; `terms` begins with the first term's size, `skips` go on to the infos. */
typedef struct term_block {
    uint64_t       base;
    const uint8_t *terms, *skips, *end;
} term_block;

static rls_status
damaged(uint32_t block_number, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "term dictionary: block %" PRIu32 " is damaged",
                    block_number);
}

rls_status
rls_termdict_open(rls_termdict *dict, rls_bytes section, const char *name, rls_error *err)
{
    uint64_t index_size, blocks_size;

    *dict = (rls_termdict){0};
    if (section.size < RLS_TERMDICT_SECTION_HEAD)
        return rls_fail(err, RLS_CORRUPT, "%s: term dictionary of %zu bytes", name, section.size);
    dict->term_count = rls_get_u32(section.data);
    dict->block_count =
        dict->term_count / RLS_TERMDICT_BLOCK + (dict->term_count % RLS_TERMDICT_BLOCK != 0);
    index_size = (uint64_t)dict->block_count * RLS_TERMDICT_INDEX_ENTRY;
    blocks_size = rls_get_u32(section.data + 4);
    if (section.size != RLS_TERMDICT_SECTION_HEAD + index_size + blocks_size) {
        rls_fail(err, RLS_CORRUPT,
                 "%s: term dictionary of %zu bytes, but %" PRIu32 " terms in %" PRIu64 " bytes",
                 name, section.size, dict->term_count, blocks_size);
        *dict = (rls_termdict){0};
        return RLS_CORRUPT;
    }
    dict->index = section.data + RLS_TERMDICT_SECTION_HEAD;
    dict->blocks = dict->index + index_size;
    dict->section = section;
    return RLS_OK;
}

/* Heads compare as numbers the way terms compare as bytes. */
static inline uint64_t
head_at(const rls_termdict *dict, uint32_t block_number)
{
    return __builtin_bswap64(
        rls_get_u64(dict->index + (size_t)block_number * RLS_TERMDICT_HEAD_SIZE));
}

static inline uint64_t
head_of(rls_bytes term)
{
    uint64_t head = 0;

    if (term.size >= RLS_TERMDICT_HEAD_SIZE)
        return __builtin_bswap64(rls_get_u64(term.data));
    for (size_t i = 0; i < term.size; i++)
        head |= (uint64_t)term.data[i] << (56 - 8 * i);
    return head;
}

static inline uint32_t
offset_at(const rls_termdict *dict, uint32_t block_number)
{
    return rls_get_u32(dict->index + (size_t)dict->block_count * RLS_TERMDICT_HEAD_SIZE +
                       (size_t)block_number * 4);
}

static inline bool
open_block(const rls_termdict *dict, uint32_t block_number, term_block *out_block)
{
    size_t size = (size_t)(dict->section.data + dict->section.size - dict->blocks);
    size_t begin = offset_at(dict, block_number);
    size_t end = block_number + 1 < dict->block_count ? offset_at(dict, block_number + 1) : size;
    const uint8_t *at;
    uint32_t       terms_size;

    if (begin > end || end > size)
        return false;
    out_block->end = dict->blocks + end;
    at = rls_varint_get64(dict->blocks + begin, out_block->end, &out_block->base);
    if (at == NULL || out_block->base >= RLS_TERMDICT_NUMBER_END)
        return false;
    at = rls_varint_get32(at, out_block->end, &terms_size);
    if (at == NULL || terms_size > (size_t)(out_block->end - at))
        return false;
    out_block->terms = at;
    out_block->skips = at + terms_size;
    return true;
}

static bool
first_term(const term_block *block, rls_bytes *out_term)
{
    uint32_t       size;
    const uint8_t *at = rls_varint_get32(block->terms, block->skips, &size);

    if (at == NULL || size == 0 || size > (size_t)(block->skips - at))
        return false;
    *out_term = rls_bytes_of(at, size);
    return true;
}

/* Blocks from `from` on whose head is below `head`, or not above it when `or_equal`. */
static inline uint32_t
count_below(const rls_termdict *dict, uint32_t from, uint64_t head, bool or_equal)
{
    uint32_t at = from, left = dict->block_count - from;

    if (left == 0)
        return 0;
    while (left > 1) {
        uint32_t step = left / 2;
        uint64_t other = head_at(dict, at + step - 1);
        at += other < head || (or_equal && other == head) ? step : 0;
        left -= step;
    }
    return at - from +
           (head_at(dict, at) < head || (or_equal && head_at(dict, at) == head) ? 1 : 0);
}

rls_status
rls_termdict_find_block(const rls_termdict *dict, rls_bytes term, uint32_t *out_number,
                        rls_error *err)
{
    uint64_t head = head_of(term);
    uint32_t begin = count_below(dict, 0, head, false), equal;

    if (begin < dict->block_count && head_at(dict, begin) == head) {
        equal = count_below(dict, begin, head, true);
        while (equal > 0) {
            uint32_t   step = (equal + 1) / 2;
            term_block block;
            rls_bytes  first;

            if (!open_block(dict, begin + step - 1, &block) || !first_term(&block, &first))
                return damaged(begin + step - 1, err);
            if (rls_bytes_compare(first, term) <= 0) {
                begin += step;
                equal -= step;
            } else {
                equal = step - 1;
            }
        }
    }
    *out_number = begin == 0 ? 0 : begin - 1;
    return RLS_OK;
}

rls_status
rls_termdict_block_base(const rls_termdict *dict, uint32_t number, uint64_t *out_base,
                        rls_error *err)
{
    term_block block;

    if (!open_block(dict, number, &block))
        return damaged(number, err);
    *out_base = block.base;
    return RLS_OK;
}

/* A term after the first of its block: how much it shares with the one before, and its own bytes.
 * NULL when the bytes end early. */
static inline const uint8_t *
get_term(const uint8_t *at, const uint8_t *end, uint32_t *out_shared, rls_bytes *out_own)
{
    uint32_t shared, own, more;

    if (at >= end)
        return NULL;
    shared = *at & RLS_TERMDICT_HALF;
    own = (uint32_t)*at >> 4;
    at++;
    if (shared == RLS_TERMDICT_HALF) {
        at = rls_varint_get32(at, end, &more);
        if (at == NULL || more > UINT16_MAX)
            return NULL;
        shared += more;
    }
    if (own == RLS_TERMDICT_HALF) {
        at = rls_varint_get32(at, end, &more);
        if (at == NULL || more > UINT16_MAX)
            return NULL;
        own += more;
    }
    own++;
    if (own > (size_t)(end - at))
        return NULL;
    *out_shared = shared;
    *out_own = rls_bytes_of(at, own);
    return at + own;
}

/* The info behind one that ended at postings offset `begin`. NULL when the bytes are not one. */
static inline const uint8_t *
get_info(const uint8_t *at, const uint8_t *end, uint64_t begin, rls_term_info *out_info)
{
    uint64_t freq, others = 0, positions, docs;

    if (at >= end)
        return NULL;
    if (*at & RLS_TERMDICT_SINGLE) {
        *out_info = (rls_term_info){.doc_freq = 1,
                                    .total_freq = 1,
                                    .postings_offset = begin,
                                    .positions_size = *at >> 1 & RLS_TERMDICT_SINGLE_POSITIONS_MAX,
                                    .docs_size = *at >> 3};
        return at + 1;
    }
    at = rls_varint_get64(at, end, &freq);
    if (at != NULL && (freq & RLS_TERMDICT_TOTAL_DIFFERS))
        at = rls_varint_get64(at, end, &others);
    if (at != NULL)
        at = rls_varint_get64(at, end, &positions);
    if (at != NULL)
        at = rls_varint_get64(at, end, &docs);
    if (at == NULL || freq >> 2 == 0 || freq >> 2 > UINT32_MAX ||
        (others | positions | docs) >= RLS_TERMDICT_NUMBER_END)
        return NULL;
    *out_info = (rls_term_info){.doc_freq = (uint32_t)(freq >> 2),
                                .total_freq = (freq >> 2) + others,
                                .postings_offset = begin,
                                .positions_size = positions,
                                .docs_size = docs};
    return at;
}

/* The info of the first term of the group of term `index` of the `count` in the block, and its
 * postings offset. NULL when the bytes are no skips. */
static inline const uint8_t *
find_group(const term_block *block, uint32_t count, uint32_t index, uint64_t *out_offset)
{
    const uint8_t *at = block->skips;
    size_t         passed = 0;
    uint32_t       size;
    uint64_t       extent;

    *out_offset = block->base;
    for (uint32_t end = RLS_TERMDICT_GROUP; end < count; end += RLS_TERMDICT_GROUP) {
        at = rls_varint_get32(at, block->end, &size);
        if (at != NULL)
            at = rls_varint_get64(at, block->end, &extent);
        if (at == NULL || extent >= RLS_TERMDICT_NUMBER_END)
            return NULL;
        if (end <= index) {
            passed += size;
            *out_offset += extent;
        }
    }
    return passed > (size_t)(block->end - at) ? NULL : at + passed;
}

/* How many bytes `own` shares with the end of `term` behind `from`. */
static inline size_t
shared_size(rls_bytes own, rls_bytes term, size_t from)
{
    size_t left = term.size - from, end = own.size < left ? own.size : left, i = 0;

    while (i < end && own.data[i] == term.data[from + i])
        i++;
    return i;
}

enum {
    ABSENT = -1,
    DAMAGED = -2
};

/* Index of `term` among the `count` terms of the block, or ABSENT, or DAMAGED. `matched` is how
 * many bytes of `term` the term before begins with: as long as terms share more than that with the
 * one before, they differ from `term` at the same byte, and need no look. */
static int
find_in_block(const term_block *block, uint32_t count, rls_bytes term)
{
    const uint8_t *at;
    rls_bytes      own;
    size_t         matched = 0, size = 0;
    uint32_t       shared = 0;

    if (!first_term(block, &own))
        return DAMAGED;
    at = own.data + own.size;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            at = get_term(at, block->skips, &shared, &own);
            if (at == NULL || shared > size)
                return DAMAGED;
        }
        size = shared + own.size;
        if (shared < matched)
            return ABSENT;
        if (shared == matched) {
            size_t more = shared_size(own, term, matched);

            matched += more;
            if (more == own.size) {
                if (matched == term.size)
                    return (int)i;
            } else if (matched == term.size || own.data[more] > term.data[matched]) {
                return ABSENT;
            }
        }
    }
    return ABSENT;
}

static uint32_t
terms_in_block(const rls_termdict *dict, uint32_t block_number)
{
    uint32_t left = dict->term_count - block_number * RLS_TERMDICT_BLOCK;

    return left < RLS_TERMDICT_BLOCK ? left : RLS_TERMDICT_BLOCK;
}

rls_status
rls_termdict_find(const rls_termdict *dict, rls_bytes term, rls_term_info *out_info, rls_error *err)
{
    const uint8_t *at;
    uint64_t       offset;
    uint32_t       number;
    int            index;
    term_block     block;
    rls_status     status;

    *out_info = (rls_term_info){0};
    if (dict->block_count == 0 || term.size == 0)
        return RLS_NOT_FOUND;
    status = rls_termdict_find_block(dict, term, &number, err);
    if (status != RLS_OK)
        return status;
    if (!open_block(dict, number, &block))
        return damaged(number, err);
    index = find_in_block(&block, terms_in_block(dict, number), term);
    if (index == ABSENT)
        return RLS_NOT_FOUND;
    if (index == DAMAGED)
        return damaged(number, err);

    at = find_group(&block, terms_in_block(dict, number), (uint32_t)index, &offset);
    for (int i = index / RLS_TERMDICT_GROUP * RLS_TERMDICT_GROUP; i <= index; i++) {
        if (at != NULL)
            at = get_info(at, block.end, offset, out_info);
        if (at == NULL) {
            *out_info = (rls_term_info){0};
            return damaged(number, err);
        }
        offset += out_info->positions_size + out_info->docs_size;
    }
    return RLS_OK;
}

void
rls_termdict_cursor_init(rls_termdict_cursor *cursor, rls_heap *heap, const rls_termdict *dict)
{
    *cursor = (rls_termdict_cursor){.dict = dict};
    rls_buffer_init(&cursor->term, heap);
}

void
rls_termdict_cursor_release(rls_termdict_cursor *cursor)
{
    rls_buffer_release(&cursor->term);
    cursor->dict = NULL;
}

/* Before the first term of a block. */
static rls_status
enter_block(rls_termdict_cursor *cursor, uint32_t number, rls_error *err)
{
    term_block     block;
    const uint8_t *infos;
    uint64_t       offset;

    if (!open_block(cursor->dict, number, &block))
        return damaged(number, err);
    infos = find_group(&block, terms_in_block(cursor->dict, number), 0, &offset);
    if (infos == NULL)
        return damaged(number, err);
    cursor->next = number * RLS_TERMDICT_BLOCK;
    cursor->at = block.terms;
    cursor->terms_end = block.skips;
    cursor->infos = infos;
    cursor->end = block.end;
    cursor->info = (rls_term_info){.postings_offset = offset};
    rls_buffer_clear(&cursor->term);
    return RLS_OK;
}

/* The term at the cursor, with which a block may begin. */
static const uint8_t *
get_any_term(const rls_termdict_cursor *cursor, uint32_t *out_shared, rls_bytes *out_own)
{
    term_block at = {.terms = cursor->at, .skips = cursor->terms_end};

    *out_shared = 0;
    if (cursor->next % RLS_TERMDICT_BLOCK != 0)
        return get_term(cursor->at, cursor->terms_end, out_shared, out_own);
    return first_term(&at, out_own) ? out_own->data + out_own->size : NULL;
}

rls_status
rls_termdict_cursor_next(rls_termdict_cursor *cursor, rls_error *err)
{
    const rls_term_info *last = &cursor->info;
    const uint8_t       *at, *infos;
    uint32_t             number = cursor->next / RLS_TERMDICT_BLOCK, shared;
    rls_term_info        info;
    rls_bytes            own;
    rls_status           status;

    if (cursor->next >= cursor->dict->term_count)
        return RLS_NOT_FOUND;
    if (cursor->next % RLS_TERMDICT_BLOCK == 0) {
        status = enter_block(cursor, number, err);
        if (status != RLS_OK)
            return status;
    }
    at = get_any_term(cursor, &shared, &own);
    if (at == NULL || shared > cursor->term.size)
        return damaged(number, err);
    infos = get_info(cursor->infos, cursor->end,
                     last->postings_offset + last->positions_size + last->docs_size, &info);
    if (infos == NULL)
        return damaged(number, err);
    if (!rls_buffer_reserve(&cursor->term, own.size))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a term of %zu bytes", shared + own.size);
    cursor->term.size = shared;
    rls_buffer_append(&cursor->term, own.data, own.size);
    cursor->info = info;
    cursor->at = at;
    cursor->infos = infos;
    cursor->ordinal = cursor->next++;
    return RLS_OK;
}

rls_status
rls_termdict_cursor_seek(rls_termdict_cursor *cursor, rls_bytes target, rls_error *err)
{
    uint32_t   number;
    rls_status status;

    if (cursor->dict->block_count == 0)
        return RLS_NOT_FOUND;
    status = rls_termdict_find_block(cursor->dict, target, &number, err);
    if (status == RLS_OK)
        cursor->next = number * RLS_TERMDICT_BLOCK;
    while (status == RLS_OK) {
        status = rls_termdict_cursor_next(cursor, err);
        if (status == RLS_OK && rls_bytes_compare(rls_buffer_bytes(&cursor->term), target) >= 0)
            break;
    }
    return status;
}
