/* Blocks of a term dictionary taken apart: what its reader and its cursors share. The format is
 * told in termdict_writer.h. */
#ifndef RLS_TERMDICT_TERM_BLOCK_H
#define RLS_TERMDICT_TERM_BLOCK_H

#include <inttypes.h>

#include "codec/varint.h"
#include "termdict/termdict_writer.h"

/* A block taken apart; `terms` begins with the first term's size, `skips` go on to the infos. */
typedef struct rls_term_block {
    uint64_t       base;
    const uint8_t *terms, *skips, *end;
} rls_term_block;

static inline rls_status
rls_term_block_damaged(uint32_t block_number, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "term dictionary: block %" PRIu32 " is damaged",
                    block_number);
}

static inline uint32_t
rls_term_block_offset(const rls_termdict *dict, uint32_t block_number)
{
    return rls_get_u32(dict->index + (size_t)dict->block_count * RLS_TERMDICT_HEAD_SIZE +
                       (size_t)block_number * 4);
}

static inline bool
rls_term_block_open(const rls_termdict *dict, uint32_t block_number, rls_term_block *out_block)
{
    size_t size = (size_t)(dict->section.data + dict->section.size - dict->blocks);
    size_t begin = rls_term_block_offset(dict, block_number);
    size_t end =
        block_number + 1 < dict->block_count ? rls_term_block_offset(dict, block_number + 1) : size;
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

static inline bool
rls_term_block_first(const rls_term_block *block, rls_bytes *out_term)
{
    uint32_t       size;
    const uint8_t *at = rls_varint_get32(block->terms, block->skips, &size);

    if (at == NULL || size == 0 || size > (size_t)(block->skips - at))
        return false;
    *out_term = rls_bytes_of(at, size);
    return true;
}

/* A term after the first of its block: how much it shares with the one before, and its own bytes.
 * NULL when the bytes end early. */
static inline const uint8_t *
rls_term_block_term(const uint8_t *at, const uint8_t *end, uint32_t *out_shared, rls_bytes *out_own)
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
rls_term_block_info(const uint8_t *at, const uint8_t *end, uint64_t begin, rls_term_info *out_info)
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
rls_term_block_group(const rls_term_block *block, uint32_t count, uint32_t index,
                     uint64_t *out_offset)
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

static inline uint32_t
rls_term_block_count(const rls_termdict *dict, uint32_t block_number)
{
    uint32_t left = dict->term_count - block_number * RLS_TERMDICT_BLOCK;

    return left < RLS_TERMDICT_BLOCK ? left : RLS_TERMDICT_BLOCK;
}

#endif
