#include "segment/keys_reader.h"

#include <inttypes.h>

/* With what the tail says told apart from it; false when the section is not as large as that. */
static bool
open_as(rls_keys *keys, rls_bytes section, uint64_t blocks_size, uint32_t doc_count, uint32_t flags,
        const char *name)
{
    uint64_t  groups = ((uint64_t)doc_count + RLS_KEYS_GROUP - 1) / RLS_KEYS_GROUP;
    rls_input input;

    *keys = (rls_keys){.doc_count = doc_count};
    rls_input_init(&input, rls_bytes_of(section.data, section.size - RLS_KEYS_TAIL));
    rls_strings_open(&keys->strings, &input, blocks_size, doc_count, name);
    if (!(flags & RLS_KEYS_ORDERED)) {
        keys->width = rls_packed_width(doc_count == 0 ? 0 : doc_count - 1);
        keys->order = rls_input_bytes(&input, rls_packed_size(doc_count, keys->width)).data;
        keys->ranks = rls_input_bytes(&input, rls_packed_size(doc_count, keys->width)).data;
    }
    keys->checks = rls_input_bytes(&input, 4 * groups).data;
    return !input.failed && rls_input_left(&input) == 0;
}

rls_status
rls_keys_open(rls_keys *keys, rls_bytes section, uint32_t doc_count, const char *name,
              rls_error *err)
{
    const uint8_t *tail;
    uint32_t       flags;

    *keys = (rls_keys){.doc_count = doc_count};
    if (section.size < RLS_KEYS_TAIL)
        return rls_fail(err, RLS_CORRUPT, "%s: keys: %zu bytes, too short", name, section.size);
    tail = section.data + section.size - RLS_KEYS_TAIL;
    flags = rls_get_u32(tail + 12);
    if (rls_get_u32(tail + 8) != doc_count || flags > RLS_KEYS_ORDERED)
        return rls_fail(err, RLS_CORRUPT, "%s: keys: the tail is damaged", name);
    if (open_as(keys, section, rls_get_u64(tail), doc_count, flags, name))
        return RLS_OK;
    *keys = (rls_keys){0};
    return rls_fail(err, RLS_CORRUPT, "%s: keys: %zu bytes do not hold %" PRIu32 " keys", name,
                    section.size, doc_count);
}

/* The same from the end, without the offsets of blocks, whose size their own bytes tell. */
static bool
open_without_offsets(rls_keys *keys, rls_bytes section, uint64_t blocks_size, uint32_t doc_count,
                     uint32_t flags, const char *name)
{
    uint64_t  groups = ((uint64_t)doc_count + RLS_KEYS_GROUP - 1) / RLS_KEYS_GROUP;
    uint32_t  width = flags & RLS_KEYS_ORDERED ? 0 : rls_packed_width(doc_count - 1);
    uint64_t  numbers = width == 0 ? 0 : rls_packed_size(doc_count, width);
    uint64_t  arrays = 2 * numbers + 4 * groups + RLS_KEYS_TAIL;
    rls_input input;

    if (blocks_size > section.size || arrays > section.size - blocks_size)
        return false;
    *keys = (rls_keys){.doc_count = doc_count, .width = width};
    keys->strings = (rls_strings){.blocks = rls_bytes_of(section.data, (size_t)blocks_size),
                                  .count = doc_count,
                                  .name = name};
    rls_input_init(&input, rls_bytes_of(section.data + (section.size - arrays), (size_t)arrays));
    if (numbers > 0) {
        keys->order = rls_input_bytes(&input, numbers).data;
        keys->ranks = rls_input_bytes(&input, numbers).data;
    }
    keys->checks = rls_input_bytes(&input, 4 * groups).data;
    return true;
}

bool
rls_keys_open_damaged(rls_keys *keys, rls_bytes section, uint32_t doc_count, const char *name)
{
    const uint8_t *tail;

    if (section.size < RLS_KEYS_TAIL)
        return false;
    tail = section.data + section.size - RLS_KEYS_TAIL;
    if (doc_count == 0 || doc_count > section.size)
        return false;
    for (uint32_t turn = 0; turn < 2; turn++) {
        uint32_t flags = (rls_get_u32(tail + 12) ^ turn) & RLS_KEYS_ORDERED;

        if (open_as(keys, section, rls_get_u64(tail), doc_count, flags, name))
            return true;
        for (int bit = 0; bit < 64; bit++) {
            uint64_t size = rls_get_u64(tail) ^ UINT64_C(1) << bit;

            if (size <= section.size && open_as(keys, section, size, doc_count, flags, name))
                return true;
        }
    }
    return open_without_offsets(keys, section, rls_get_u64(tail), doc_count,
                                rls_get_u32(tail + 12) & RLS_KEYS_ORDERED, name);
}

static uint32_t
bounded(uint64_t number, uint32_t doc_count)
{
    return number < doc_count ? (uint32_t)number : doc_count - 1;
}

uint32_t
rls_keys_rank(const rls_keys *keys, uint32_t doc)
{
    if (keys->ranks == NULL)
        return doc;
    return bounded(rls_packed_get(keys->ranks, keys->width, doc), keys->doc_count);
}

uint32_t
rls_keys_doc(const rls_keys *keys, uint32_t rank)
{
    if (keys->order == NULL)
        return rank;
    return bounded(rls_packed_get(keys->order, keys->width, rank), keys->doc_count);
}

rls_status
rls_keys_find_ranks(const rls_keys *keys, rls_bytes key, uint32_t *out_first, uint32_t *out_end,
                    rls_error *err)
{
    bool       equal;
    rls_status status = rls_strings_find(&keys->strings, key, out_first, &equal, err);

    if (status != RLS_OK)
        return status;
    *out_end = *out_first;
    return equal ? rls_strings_find_end(&keys->strings, *out_first, key, out_end, err) : RLS_OK;
}

rls_status
rls_keys_find(const rls_keys *keys, rls_bytes key, uint32_t *out_doc, rls_error *err)
{
    uint32_t   first, end;
    rls_status status = rls_keys_find_ranks(keys, key, &first, &end, err);

    if (status != RLS_OK)
        return status;
    if (first == end)
        return RLS_NOT_FOUND;
    *out_doc = rls_keys_doc(keys, end - 1);
    return RLS_OK;
}
