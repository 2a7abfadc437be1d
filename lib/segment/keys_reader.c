#include "segment/keys_reader.h"

#include <inttypes.h>

rls_status
rls_keys_open(rls_keys *keys, rls_bytes section, uint32_t doc_count, const char *name,
              rls_error *err)
{
    const uint8_t *tail;
    rls_input      input;
    uint32_t       flags;

    *keys = (rls_keys){.doc_count = doc_count};
    if (section.size < RLS_KEYS_TAIL)
        return rls_fail(err, RLS_CORRUPT, "%s: keys: %zu bytes, too short", name, section.size);
    tail = section.data + section.size - RLS_KEYS_TAIL;
    flags = rls_get_u32(tail + 12);
    if (rls_get_u32(tail + 8) != doc_count || flags > RLS_KEYS_ORDERED)
        return rls_fail(err, RLS_CORRUPT, "%s: keys: the tail is damaged", name);
    rls_input_init(&input, rls_bytes_of(section.data, section.size - RLS_KEYS_TAIL));
    rls_strings_open(&keys->strings, &input, rls_get_u64(tail), doc_count, name);
    if (!(flags & RLS_KEYS_ORDERED)) {
        keys->width = rls_packed_width(doc_count == 0 ? 0 : doc_count - 1);
        keys->order = rls_input_bytes(&input, rls_packed_size(doc_count, keys->width)).data;
        keys->ranks = rls_input_bytes(&input, rls_packed_size(doc_count, keys->width)).data;
    }
    if (input.failed || rls_input_left(&input) != 0) {
        *keys = (rls_keys){0};
        return rls_fail(err, RLS_CORRUPT, "%s: keys: %zu bytes do not hold %" PRIu32 " keys", name,
                        section.size, doc_count);
    }
    return RLS_OK;
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
