#include "postings/posting_list.h"

#include "postings/best_postings.h"
#include "postings/dense_set.h"
#include "postings/posting_format.h"
#include "postings/posting_tail.h"
#include "postings/range_row.h"
#include "postings/term_forms.h"

/* Takes `size` bytes off the front of the docs part; NULL when there are fewer. */
static const uint8_t *
take(const uint8_t **at, const uint8_t *end, uint64_t size)
{
    const uint8_t *taken = *at;

    if (taken == NULL || (uint64_t)(end - taken) < size) {
        *at = NULL;
        return NULL;
    }
    *at = taken + size;
    return taken;
}

static const uint8_t *
open_text_head(rls_posting_list *list, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *best = take(&at, end, 1);

    if (best == NULL)
        return NULL;
    list->best = *best;
    for (int i = 0; i < RLS_KTH_COUNT && list->doc_freq >= rls_kth_ranks[i]; i++) {
        const uint8_t *kth = take(&at, end, 1);
        if (kth == NULL)
            return NULL;
        list->kth[i] = *kth;
    }
    if (list->doc_freq >= RLS_BEST_LEAST_DOCS) {
        at = rls_best_postings_open(list, at, end);
        if (at == NULL)
            return NULL;
    }
    if (!list->has_positions)
        return at;
    return rls_term_forms_skip(at, end, (list->flags & RLS_LIST_SEVERAL_FORMS) != 0, &list->forms,
                               &list->form_count);
}

static bool
open_short(rls_posting_list *list, const uint8_t *at, const uint8_t *end)
{
    bit_source source;

    list->blocks = rls_bytes_of(at, (size_t)(end - at));
    source = bit_source_of(list->blocks, 0);
    list->first_doc = bit_source_get(&source, rls_width_below(list->doc_count));
    if (list->first_doc >= list->doc_count)
        return false;
    list->last_doc = list->first_doc;
    if (list->doc_freq > 1)
        list->last_doc +=
            bit_source_get(&source, rls_width_below(list->doc_count - list->first_doc));
    return !bit_source_failed(&source) && list->last_doc < list->doc_count &&
           list->last_doc - list->first_doc >= list->doc_freq - 1;
}

static bool
open_long(rls_posting_list *list, const uint8_t *at, const uint8_t *end)
{
    uint32_t       groups = (list->block_count - 1) / RLS_GROUP_SIZE + 1;
    const uint8_t *sizes = take(&at, end, 1);

    if (sizes == NULL)
        return false;
    list->block_offset_size = *sizes & 15;
    list->position_offset_size = *sizes >> 4;
    if (list->block_offset_size < 1 || list->block_offset_size > 8 ||
        list->position_offset_size > 8 || (list->position_offset_size > 0) != list->has_positions)
        return false;
    if (groups > 1) {
        list->group_last_docs = take(&at, end, UINT64_C(4) * groups);
        list->group_offsets = take(&at, end, UINT64_C(8) * groups);
        if (list->has_positions)
            list->group_positions = take(&at, end, UINT64_C(8) * groups);
        if (list->is_scored)
            list->group_bounds = take(&at, end, groups);
    }
    list->last_docs =
        take(&at, end, (list->flags & RLS_LONG_WIDE ? UINT64_C(4) : 2) * list->block_count);
    list->block_offsets = take(&at, end, (uint64_t)list->block_offset_size * list->block_count);
    if (list->has_positions)
        list->position_offsets =
            take(&at, end, (uint64_t)list->position_offset_size * list->block_count);
    if (list->is_scored)
        list->bounds = take(&at, end, list->block_count);
    if ((list->flags & RLS_LONG_ROW) != 0)
        list->range_row = take(&at, end, list->range_count);
    if ((list->flags & RLS_LONG_DENSE) != 0) {
        list->dense = take(&at, end, rls_dense_set_size(list->doc_count));
        if (list->dense != NULL)
            list->ranks = list->dense + ((size_t)list->doc_count + 7) / 8;
    }
    if (at == NULL)
        return false;
    list->blocks = rls_bytes_of(at, (size_t)(end - at));
    list->last_doc = rls_posting_list_last_doc(list, list->block_count - 1);
    return true;
}

static bool
counts_agree(const rls_posting_list *list)
{
    if (list->doc_freq == 0 || list->doc_freq > list->doc_count ||
        list->doc_count > UINT32_C(1) << 31 || list->total_freq < list->doc_freq)
        return false;
    if (!list->is_scored)
        return list->total_freq == list->doc_freq;
    if (!list->has_positions)
        return list->positions.size == 0;
    /* A field's only position in a posting may take no bit; all others take one at least. */
    return (list->total_freq - list->doc_freq) / 8 <=
           list->positions.size + (uint64_t)list->doc_freq * list->norms->field_count;
}

rls_status
rls_posting_list_open(rls_posting_list *list, rls_bytes section, const rls_term_info *info,
                      const rls_norms *norms, const rls_bitpack_kernels *kernels, rls_error *err)
{
    const uint8_t *at, *end;
    bool           good;

    *list = (rls_posting_list){.norms = norms,
                               .kernels = kernels,
                               .doc_freq = info->doc_freq,
                               .doc_count = norms->doc_count,
                               .total_freq = info->total_freq,
                               .range_count = rls_range_count(norms->doc_count),
                               .best = UINT8_MAX};
    if (info->postings_offset > section.size ||
        info->positions_size > section.size - info->postings_offset ||
        info->docs_size > section.size - info->postings_offset - info->positions_size ||
        info->docs_size == 0)
        goto fail;
    list->positions = rls_bytes_of(section.data + info->postings_offset, info->positions_size);
    at = list->positions.data + info->positions_size;
    end = at + info->docs_size;
    list->flags = *at++;
    list->is_scored = (list->flags & RLS_LIST_TEXT) != 0;
    list->has_positions = list->is_scored && (list->flags & RLS_LIST_BARE) == 0;
    if ((list->flags & ~(uint32_t)RLS_LIST_FLAGS) != 0 || !counts_agree(list))
        goto fail;
    list->block_count = (list->doc_freq - 1) / RLS_BLOCK_SIZE + 1;
    if (!list->has_positions && (list->flags & RLS_LIST_SEVERAL_FORMS) != 0)
        goto fail;
    if (list->is_scored)
        at = open_text_head(list, at, end);
    else if ((list->flags & RLS_LIST_BARE) != 0)
        goto fail;
    if (at == NULL)
        goto fail;
    if (list->block_count == 1)
        good = open_short(list, at, end);
    else
        good = open_long(list, at, end);
    if (good)
        return RLS_OK;

fail:
    *list = (rls_posting_list){0};
    return rls_fail(err, RLS_CORRUPT, "postings at %llu: head of a list of %u documents is damaged",
                    (unsigned long long)info->postings_offset, (unsigned)info->doc_freq);
}

uint32_t
rls_posting_list_last_doc(const rls_posting_list *list, uint32_t block)
{
    uint32_t doc;

    if (list->block_count == 1)
        return list->last_doc;
    if ((list->flags & RLS_LONG_WIDE) != 0) {
        doc = rls_get_u32(list->last_docs + (size_t)4 * block);
    } else {
        doc = rls_get_u16(list->last_docs + (size_t)2 * block);
        if (block >= RLS_GROUP_SIZE)
            doc += rls_get_u32(list->group_last_docs + (size_t)4 * (block / RLS_GROUP_SIZE - 1));
    }
    return doc < list->doc_count ? doc : list->doc_count - 1;
}

/* A number of 1..8 bytes; up to 8 are loaded. */
static uint64_t
get_sized(const uint8_t *array, uint32_t size, uint32_t i)
{
    uint64_t value = rls_get_u64(array + (size_t)size * i);
    return size == 8 ? value : value & ((UINT64_C(1) << 8 * size) - 1);
}

const uint8_t *
rls_posting_list_block_at(const rls_posting_list *list, uint32_t number)
{
    uint64_t offset = get_sized(list->block_offsets, list->block_offset_size, number);

    if (list->group_offsets != NULL)
        offset += rls_get_u64(list->group_offsets + (size_t)8 * (number / RLS_GROUP_SIZE));
    return offset < list->blocks.size ? list->blocks.data + offset : NULL;
}

uint64_t
rls_posting_list_positions_at(const rls_posting_list *list, uint32_t number)
{
    uint64_t offset;

    if (list->block_count == 1)
        return 0;
    offset = get_sized(list->position_offsets, list->position_offset_size, number);
    if (list->group_positions != NULL)
        offset += rls_get_u64(list->group_positions + (size_t)8 * (number / RLS_GROUP_SIZE));
    return offset;
}

uint8_t
rls_posting_list_bound(const rls_posting_list *list, uint32_t block)
{
    return list->bounds == NULL ? list->best : list->bounds[block];
}

uint8_t
rls_posting_list_group_bound(const rls_posting_list *list, uint32_t group)
{
    return list->group_bounds == NULL ? list->best : list->group_bounds[group];
}

/* The first block of [from, to) whose last document is >= doc; `to` when none. */
static uint32_t
search_blocks(const rls_posting_list *list, uint32_t from, uint32_t to, uint32_t doc)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (rls_posting_list_last_doc(list, middle) < doc)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t
rls_posting_list_find_block(const rls_posting_list *list, uint32_t from, uint32_t doc)
{
    uint32_t count = list->block_count, step = 1;

    if (from >= count || doc > list->last_doc)
        return count;
    while (from < count && rls_posting_list_last_doc(list, from) < doc) {
        uint32_t ahead = step < count - from ? from + step : count - 1;
        if (rls_posting_list_last_doc(list, ahead) >= doc)
            return search_blocks(list, from + 1, ahead, doc);
        from = ahead + 1;
        step *= 2;
    }
    return from;
}
