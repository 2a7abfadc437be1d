#include "search/position.h"

#include <math.h>

#include "base/hash.h"
#include "search/topk.h"

enum {
    VERSION = 1,
    TEXT_MAX = 1 << 20
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
encode(rls_bytes bytes, rls_buffer *out)
{
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t   left = bytes.size - i < 3 ? bytes.size - i : 3;
        uint32_t three = (uint32_t)bytes.data[i] << 16;
        if (left > 1)
            three |= (uint32_t)bytes.data[i + 1] << 8;
        if (left > 2)
            three |= bytes.data[i + 2];
        for (size_t d = 0; d <= left; d++)
            rls_buffer_put_u8(out, (uint8_t)digits[three >> (18 - 6 * d) & 63]);
    }
}

static int
digit_value(uint8_t digit)
{
    const char *at = digit == 0 ? NULL : strchr(digits, digit);

    return at == NULL ? -1 : (int)(at - digits);
}

/* The number of bytes, or SIZE_MAX when the text is not what encode wrote. */
static size_t
decode(rls_bytes text, uint8_t *out)
{
    size_t size = 0;

    if (text.size % 4 == 1)
        return SIZE_MAX;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t   left = text.size - i < 4 ? text.size - i : 4;
        uint32_t three = 0;
        for (size_t d = 0; d < left; d++) {
            int value = digit_value(text.data[i + d]);
            if (value < 0)
                return SIZE_MAX;
            three |= (uint32_t)value << (18 - 6 * d);
        }
        for (size_t b = 0; b + 1 < left; b++)
            out[size++] = (uint8_t)(three >> (16 - 8 * b));
    }
    return size;
}

static void
put_double(rls_buffer *out, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof(bits));
    rls_buffer_put_u64(out, bits);
}

rls_place_value
rls_place_value_of(const rls_order *order, uint32_t number, uint32_t segment, uint32_t part)
{
    const rls_order_key *key = &order->keys[number];
    rls_place_value      value = {.kind = RLS_PLACE_NONE};
    uint32_t             ordinal;

    if (key->is_score) {
        value.kind = RLS_PLACE_SCORE;
        value.number =
            ldexp((double)(key->descending ? part : INT32_MAX - part), -order->scale_exponent);
        return value;
    }
    if (part == 0)
        return value;
    ordinal = rls_order_ordinal(key, segment, part);
    if (key->kind == RLS_COLUMN_DATE) {
        value.kind = RLS_PLACE_DATE;
        value.date = rls_column_date(key->columns[segment], ordinal);
    } else if (key->kind == RLS_COLUMN_NUMBER) {
        value.kind = RLS_PLACE_NUMBER;
        value.number = rls_column_number(key->columns[segment], ordinal);
    } else {
        value.kind = RLS_PLACE_KEYWORD;
        value.keyword = rls_column_keyword(key->columns[segment], ordinal);
    }
    return value;
}

static void
write_value(const rls_place_value *value, rls_buffer *out)
{
    rls_buffer_put_u8(out, (uint8_t)value->kind);
    switch (value->kind) {
    case RLS_PLACE_NONE:
        break;
    case RLS_PLACE_SCORE:
    case RLS_PLACE_NUMBER:
        put_double(out, value->number);
        break;
    case RLS_PLACE_DATE:
        rls_buffer_put_u64(out, (uint64_t)value->date);
        break;
    case RLS_PLACE_KEYWORD:
        rls_buffer_put_varint(out, value->keyword.size);
        rls_buffer_append(out, value->keyword.data, value->keyword.size);
        break;
    }
}

rls_status
rls_place_write(const rls_order *order, const rls_snapshot *snapshot, rls_heap *heap,
                rls_buffer *out, rls_error *err)
{
    rls_buffer bytes, key;
    rls_status status;

    rls_buffer_init(&bytes, heap);
    rls_buffer_init(&key, heap);
    status = rls_segment_key(snapshot->segments[order->last_segment].segment, order->last_doc, &key,
                             err);
    if (status == RLS_OK) {
        rls_buffer_put_u8(&bytes, 'p');
        rls_buffer_put_u8(&bytes, VERSION);
        rls_buffer_put_u32(&bytes, order->signature);
        rls_buffer_put_u64(&bytes, (uint64_t)order->recency.now);
        rls_buffer_put_u8(&bytes, (uint8_t)order->last_tier);
        for (uint32_t i = 0; i < order->key_count; i++) {
            rls_place_value value =
                rls_place_value_of(order, i, order->last_segment, order->last_parts[i]);
            write_value(&value, &bytes);
        }
        rls_buffer_append(&bytes, key.data, key.size);
        rls_buffer_put_u32(&bytes, (uint32_t)rls_hash64(bytes.data, bytes.size));
        encode(rls_buffer_bytes(&bytes), out);
        if (bytes.failed || out->failed)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for a place in the order");
    }
    rls_buffer_release(&bytes);
    rls_buffer_release(&key);
    return status;
}

static bool
read_value(rls_input *input, rls_place_value *value)
{
    uint64_t bits;

    *value = (rls_place_value){.kind = (rls_place_kind)rls_input_u8(input)};
    switch (value->kind) {
    case RLS_PLACE_NONE:
        return true;
    case RLS_PLACE_DATE:
        value->date = (int64_t)rls_input_u64(input);
        return true;
    case RLS_PLACE_SCORE:
    case RLS_PLACE_NUMBER:
        bits = rls_input_u64(input);
        memcpy(&value->number, &bits, sizeof(bits));
        return isfinite(value->number) && (value->kind != RLS_PLACE_SCORE || value->number >= 0.0);
    case RLS_PLACE_KEYWORD:
        value->keyword = rls_input_bytes(input, rls_input_varint(input));
        return true;
    }
    return false;
}

static bool
read_place(rls_place *place, rls_bytes bytes, uint32_t key_count)
{
    rls_input input;

    if (bytes.size < 4 || bytes.size == SIZE_MAX ||
        rls_get_u32(bytes.data + bytes.size - 4) !=
            (uint32_t)rls_hash64(bytes.data, bytes.size - 4))
        return false;
    rls_input_init(&input, rls_bytes_of(bytes.data, bytes.size - 4));
    if (rls_input_u8(&input) != 'p' || rls_input_u8(&input) != VERSION)
        return false;
    place->signature = rls_input_u32(&input);
    place->now = (int64_t)rls_input_u64(&input);
    place->tier = rls_input_u8(&input);
    for (uint32_t i = 0; i < key_count; i++)
        if (!read_value(&input, &place->values[i]))
            return false;
    place->key = rls_input_bytes(&input, rls_input_left(&input));
    return !input.failed && place->tier <= 1;
}

rls_status
rls_place_read(rls_place *place, rls_arena *arena, rls_bytes text, uint32_t key_count,
               rls_error *err)
{
    uint8_t *bytes;

    if (text.size > TEXT_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the place to go on from is too long");
    bytes = rls_arena_alloc(arena, text.size + 1);
    if (bytes == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    if (!read_place(place, rls_bytes_of(bytes, decode(text, bytes)), key_count))
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "the place to go on from is not one that a search gave");
    return RLS_OK;
}

rls_status
rls_place_check(const rls_place *place, const rls_order *order, rls_error *err)
{
    static const rls_place_kind kinds[] = {RLS_PLACE_KEYWORD, RLS_PLACE_DATE, RLS_PLACE_NUMBER};
    bool                        fits = place->signature == order->signature;

    for (uint32_t i = 0; i < order->key_count; i++) {
        const rls_order_key *key = &order->keys[i];
        rls_place_kind       kind = place->values[i].kind;
        if (key->is_score)
            fits = fits && kind == RLS_PLACE_SCORE;
        else if (kind != RLS_PLACE_NONE && key->columns != NULL)
            fits = fits && kind == kinds[key->kind];
    }
    return fits ? RLS_OK
                : rls_fail(err, RLS_BAD_ARGUMENT,
                           "the place to go on from is one in another order of hits");
}

/* Twice the score on the scale of this search, odd when it lies between two. */
static uint64_t
score_bound(double score, const rls_order *order, bool descending)
{
    double   scaled = ldexp(score, order->scale_exponent), whole = floor(scaled);
    uint64_t twice;

    if (whole >= (double)INT32_MAX)
        return descending ? 2 * (uint64_t)INT32_MAX + 1 : 0;
    twice = 2 * (uint64_t)whole + (scaled > whole);
    return descending ? twice : 2 * (uint64_t)INT32_MAX - twice;
}

static uint64_t
value_bound(const rls_place_value *value, const rls_order_key *key, const rls_column *column)
{
    uint32_t ordinal;
    bool     is_there;

    if (value->kind == RLS_PLACE_NONE)
        return 0;
    if (column == NULL)
        return 1; /* before all documents, which have none */
    if (value->kind == RLS_PLACE_DATE) {
        ordinal = rls_column_find_date(column, value->date);
        is_there = ordinal < column->value_count && rls_column_date(column, ordinal) == value->date;
    } else if (value->kind == RLS_PLACE_NUMBER) {
        ordinal = rls_column_find_number(column, value->number);
        is_there =
            ordinal < column->value_count && !(rls_column_number(column, ordinal) > value->number);
    } else {
        ordinal = rls_column_find_keyword(column, value->keyword);
        is_there = ordinal < column->value_count &&
                   rls_bytes_compare(rls_column_keyword(column, ordinal), value->keyword) == 0;
    }
    if (key->descending)
        return 2 * (uint64_t)ordinal + 1 + is_there;
    return 2 * ((uint64_t)column->value_count - ordinal) + !is_there;
}

uint64_t
rls_place_value_bound(const rls_place_value *value, const rls_order *order, uint32_t number,
                      uint32_t segment)
{
    const rls_order_key *key = &order->keys[number];

    if (key->is_score)
        return score_bound(value->number, order, key->descending);
    return value_bound(value, key, key->columns == NULL ? NULL : key->columns[segment]);
}

/* Keys of the segment up to `key`. */
static rls_status
count_keys(const rls_segment *segment, rls_bytes key, rls_heap *heap, uint32_t *out_rank,
           rls_error *err)
{
    uint32_t   low = 0, high = rls_segment_get_info(segment)->doc_count, doc;
    rls_buffer middle_key;
    rls_status status = RLS_OK;

    rls_buffer_init(&middle_key, heap);
    while (low < high && status == RLS_OK) {
        uint32_t middle = low + (high - low) / 2;
        status = rls_segment_key_at(segment, middle, &middle_key, &doc, err);
        if (rls_bytes_compare(rls_buffer_bytes(&middle_key), key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    rls_buffer_release(&middle_key);
    *out_rank = low;
    return status;
}

rls_status
rls_place_in_segment(const rls_place *place, const rls_order *order, rls_heap *heap,
                     const rls_segment *segment, uint32_t number, rls_place_bound *out_bound,
                     rls_error *err)
{
    *out_bound = (rls_place_bound){.tier = place->tier};
    for (uint32_t i = 0; i < order->key_count; i++)
        out_bound->parts[i] = rls_place_value_bound(&place->values[i], order, i, number);
    return count_keys(segment, place->key, heap, &out_bound->rank, err);
}

uint64_t
rls_place_topk_key(const rls_place_bound *bound)
{
    uint32_t score = (uint32_t)(bound->parts[0] / 2);
    bool     between = bound->parts[0] % 2 != 0;

    return rls_topk_key(bound->tier != 0, score, between ? 0 : bound->rank);
}
