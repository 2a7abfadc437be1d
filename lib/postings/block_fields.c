#include "postings/block_fields.h"

#include "codec/varint.h"
#include "postings/bit_numbers.h"
#include "postings/bit_stream.h"

enum {
    COUNT_MASK = 127,
    SOME_ABOVE_ONE = 128
};

rls_status
rls_field_gatherer_init(rls_field_gatherer *gatherer, rls_heap *heap, uint32_t field_count,
                        rls_error *err)
{
    *gatherer = (rls_field_gatherer){.heap = heap, .field_count = field_count};
    gatherer->first = rls_alloc_zeroed(heap, field_count, sizeof *gatherer->first);
    gatherer->count = rls_alloc_zeroed(heap, field_count, sizeof *gatherer->count);
    gatherer->present = rls_alloc_zeroed(heap, (size_t)field_count / 64 + 1, sizeof(uint64_t));
    if (gatherer->first != NULL && gatherer->count != NULL && gatherer->present != NULL)
        return RLS_OK;
    rls_field_gatherer_release(gatherer);
    return rls_fail(err, RLS_NO_MEMORY, "no memory for %u fields", (unsigned)field_count);
}

void
rls_field_gatherer_release(rls_field_gatherer *gatherer)
{
    rls_free(gatherer->heap, gatherer->first);
    rls_free(gatherer->heap, gatherer->count);
    rls_free(gatherer->heap, gatherer->present);
    rls_free(gatherer->heap, gatherer->next);
    *gatherer = (rls_field_gatherer){.heap = gatherer->heap};
}

/* Chains the entries of each field in ascending order of postings; returns how many fields. */
static uint32_t
chain(rls_field_gatherer *gatherer, const rls_field_freq *entries, const uint32_t *entry_ends,
      uint32_t posting_count)
{
    uint32_t fields = 0;

    for (uint32_t e = entry_ends[posting_count - 1]; e-- > 0;) {
        uint32_t field = entries[e].field;
        if (field == 0)
            continue;
        gatherer->next[e] = gatherer->first[field];
        gatherer->first[field] = e;
        if (gatherer->count[field]++ == 0) {
            gatherer->present[field / 64] |= UINT64_C(1) << field % 64;
            fields++;
        }
    }
    return fields;
}

static void
put_entry(rls_buffer *out, uint32_t field, const uint8_t *index, const uint32_t *freqs,
          uint32_t count, uint32_t posting_count)
{
    uint32_t map_size = (posting_count + 7) / 8, any = 0, width;
    uint8_t  map[RLS_BLOCK_SIZE / 8] = {0};
    bit_sink sink;

    for (uint32_t r = 0; r < count; r++)
        any |= freqs[r] - 1;
    rls_buffer_put_varint(out, field);
    rls_buffer_put_u8(out, (uint8_t)((count - 1) | (any != 0 ? SOME_ABOVE_ONE : 0)));
    if (count < posting_count && count <= map_size) {
        rls_buffer_append(out, index, count);
    } else if (count < posting_count) {
        for (uint32_t r = 0; r < count; r++)
            map[index[r] / 8] |= (uint8_t)(1 << index[r] % 8);
        rls_buffer_append(out, map, map_size);
    }
    if (any == 0)
        return;
    width = rls_bitpack_width(any);
    rls_buffer_put_u8(out, (uint8_t)width);
    if (!rls_buffer_reserve(out, (size_t)4 * count + 8))
        return;
    bit_sink_init(&sink, out->data + out->size);
    for (uint32_t r = 0; r < count; r++)
        bit_sink_put(&sink, freqs[r] - 1, width);
    out->size = (size_t)(bit_sink_finish(&sink) - out->data);
}

bool
rls_block_fields_put(rls_field_gatherer *gatherer, rls_buffer *out, const rls_field_freq *entries,
                     const uint32_t *entry_ends, uint32_t posting_count)
{
    uint32_t entry_count = entry_ends[posting_count - 1], fields;
    uint32_t words = gatherer->field_count / 64 + 1;

    if (!rls_grow(gatherer->heap, (void **)&gatherer->next, &gatherer->next_capacity, entry_count,
                  sizeof *gatherer->next)) {
        out->failed = true;
        return false;
    }
    fields = chain(gatherer, entries, entry_ends, posting_count);
    if (fields == 0)
        return false;
    rls_buffer_put_varint(out, fields);
    for (uint32_t w = 0; w < words; w++) {
        while (gatherer->present[w] != 0) {
            uint32_t field = 64 * w + (uint32_t)__builtin_ctzll(gatherer->present[w]);
            uint32_t count = gatherer->count[field], e = gatherer->first[field], i = 0;
            uint8_t  index[RLS_BLOCK_SIZE];
            uint32_t freqs[RLS_BLOCK_SIZE];

            for (uint32_t r = 0; r < count; r++, e = gatherer->next[e]) {
                while (entry_ends[i] <= e)
                    i++;
                index[r] = (uint8_t)i;
                freqs[r] = entries[e].freq;
            }
            put_entry(out, field, index, freqs, count, posting_count);
            gatherer->count[field] = 0;
            gatherer->present[w] &= gatherer->present[w] - 1;
        }
    }
    return true;
}

const uint8_t *
rls_block_fields_count(const uint8_t *at, const uint8_t *end, uint32_t *out_count)
{
    return rls_varint_get32(at, end, out_count);
}

static bool
list_ascends(const uint8_t *index, uint32_t count, uint32_t posting_count)
{
    for (uint32_t r = 1; r < count; r++) {
        if (index[r] <= index[r - 1])
            return false;
    }
    return index[count - 1] < posting_count;
}

/* Bits 64 * word and following of a map, those of the postings there are; up to 8 bytes behind the
 * map are loaded. */
static inline uint64_t
map_word(const uint8_t *map, uint32_t posting_count, uint32_t word)
{
    uint64_t bits;

    if (posting_count <= 64 * word)
        return 0;
    bits = rls_get_u64(map + 8 * (size_t)word);
    if (posting_count - 64 * word < 64)
        bits &= (UINT64_C(1) << (posting_count - 64 * word)) - 1;
    return bits;
}

static bool
map_counts(const uint8_t *map, uint32_t count, uint32_t posting_count)
{
    uint64_t low = map_word(map, posting_count, 0), high = map_word(map, posting_count, 1);

    return rls_popcount(low) + rls_popcount(high) == count &&
           (posting_count % 8 == 0 || map[posting_count / 8] >> posting_count % 8 == 0);
}

const uint8_t *
rls_block_field_get(const uint8_t *at, const uint8_t *end, uint32_t posting_count, uint32_t above,
                    uint32_t field_count, rls_block_field *out)
{
    uint32_t map_size = (posting_count + 7) / 8;
    uint8_t  head;

    if (at < end && *at < 0x80)
        out->field = *at++;
    else if ((at = rls_varint_get32(at, end, &out->field)) == NULL)
        return NULL;
    if (at >= end || out->field <= above || out->field >= field_count)
        return NULL;
    head = *at++;
    out->count = (head & COUNT_MASK) + 1u;
    out->index = at;
    if (out->count == posting_count) {
        out->kind = RLS_FIELD_INDEX_ALL;
    } else if (out->count > posting_count) {
        return NULL;
    } else if (out->count <= map_size) {
        out->kind = RLS_FIELD_INDEX_LIST;
        if ((size_t)(end - at) < out->count || !list_ascends(at, out->count, posting_count))
            return NULL;
        at += out->count;
    } else {
        out->kind = RLS_FIELD_INDEX_MAP;
        if ((size_t)(end - at) < map_size || !map_counts(at, out->count, posting_count))
            return NULL;
        at += map_size;
    }
    out->freqs = NULL;
    out->width = 0;
    if ((head & SOME_ABOVE_ONE) == 0)
        return at;
    if (at >= end)
        return NULL;
    out->width = *at++;
    out->freqs = at;
    if (out->width > 32 || (size_t)(end - at) < (out->count * out->width + 7) / 8)
        return NULL;
    return at + (out->count * out->width + 7) / 8;
}

uint32_t
rls_block_field_freq(const rls_block_field *entry, uint32_t rank)
{
    uint32_t bit = rank * entry->width, freq;

    if (entry->freqs == NULL)
        return 1;
    freq = (uint32_t)(rls_get_u64(entry->freqs + bit / 8) >> bit % 8 &
                      ((UINT64_C(1) << entry->width) - 1));
    return freq + (freq != UINT32_MAX);
}

uint32_t
rls_block_field_of(const rls_block_field *entry, uint32_t i)
{
    uint32_t rank = 0;
    uint64_t word;

    switch (entry->kind) {
    case RLS_FIELD_INDEX_ALL:
        return rls_block_field_freq(entry, i);
    case RLS_FIELD_INDEX_LIST:
        while (rank < entry->count && entry->index[rank] < i)
            rank++;
        if (rank == entry->count || entry->index[rank] != i)
            return 0;
        return rls_block_field_freq(entry, rank);
    case RLS_FIELD_INDEX_MAP:
        word = map_word(entry->index, i + 1, i / 64);
        if ((word >> i % 64 & 1) == 0)
            return 0;
        rank = rls_popcount(word) - 1;
        if (i >= 64)
            rank += rls_popcount(map_word(entry->index, i + 1, 0));
        return rls_block_field_freq(entry, rank);
    }
    return 0;
}

void
rls_block_field_postings(const rls_block_field *entry, uint8_t out[RLS_BLOCK_SIZE])
{
    uint32_t rank = 0;

    switch (entry->kind) {
    case RLS_FIELD_INDEX_ALL:
        for (uint32_t i = 0; i < entry->count; i++)
            out[i] = (uint8_t)i;
        break;
    case RLS_FIELD_INDEX_LIST:
        memcpy(out, entry->index, entry->count);
        break;
    case RLS_FIELD_INDEX_MAP:
        for (uint32_t byte = 0; rank < entry->count; byte++) {
            for (uint32_t bits = entry->index[byte]; bits != 0; bits &= bits - 1)
                out[rank++] = (uint8_t)(8 * byte + (uint32_t)__builtin_ctz(bits));
        }
        break;
    }
}
