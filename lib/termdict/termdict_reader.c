#include <inttypes.h>

#include "termdict/term_block.h"

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
            uint32_t       step = (equal + 1) / 2;
            rls_term_block block;
            rls_bytes      first;

            if (!rls_term_block_open(dict, begin + step - 1, &block) ||
                !rls_term_block_first(&block, &first))
                return rls_term_block_damaged(begin + step - 1, err);
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
    rls_term_block block;

    if (!rls_term_block_open(dict, number, &block))
        return rls_term_block_damaged(number, err);
    *out_base = block.base;
    return RLS_OK;
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
find_in_block(const rls_term_block *block, uint32_t count, rls_bytes term)
{
    const uint8_t *at;
    rls_bytes      own;
    size_t         matched = 0, size = 0;
    uint32_t       shared = 0;

    if (!rls_term_block_first(block, &own))
        return DAMAGED;
    at = own.data + own.size;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            at = rls_term_block_term(at, block->skips, &shared, &own);
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

rls_status
rls_termdict_find(const rls_termdict *dict, rls_bytes term, rls_term_info *out_info, rls_error *err)
{
    const uint8_t *at;
    uint64_t       offset;
    uint32_t       number;
    int            index;
    rls_term_block block;
    rls_status     status;

    *out_info = (rls_term_info){0};
    if (dict->block_count == 0 || term.size == 0)
        return RLS_NOT_FOUND;
    status = rls_termdict_find_block(dict, term, &number, err);
    if (status != RLS_OK)
        return status;
    if (!rls_term_block_open(dict, number, &block))
        return rls_term_block_damaged(number, err);
    index = find_in_block(&block, rls_term_block_count(dict, number), term);
    if (index == ABSENT)
        return RLS_NOT_FOUND;
    if (index == DAMAGED)
        return rls_term_block_damaged(number, err);

    at = rls_term_block_group(&block, rls_term_block_count(dict, number), (uint32_t)index, &offset);
    for (int i = index / RLS_TERMDICT_GROUP * RLS_TERMDICT_GROUP; i <= index; i++) {
        if (at != NULL)
            at = rls_term_block_info(at, block.end, offset, out_info);
        if (at == NULL) {
            *out_info = (rls_term_info){0};
            return rls_term_block_damaged(number, err);
        }
        offset += out_info->positions_size + out_info->docs_size;
    }
    return RLS_OK;
}
