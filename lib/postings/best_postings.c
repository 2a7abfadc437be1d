#include "postings/best_postings.h"

#include "postings/bit_stream.h"
#include "postings/posting_format.h"

void
rls_best_gatherer_clear(rls_best_gatherer *gatherer)
{
    gatherer->count = 0;
}

void
rls_best_gatherer_insert(rls_best_gatherer *gatherer, uint32_t doc, float s)
{
    uint32_t at = gatherer->count;

    if (gatherer->count <= RLS_BEST_MAX)
        gatherer->count++;
    else
        at--;
    for (; at > 0 && gatherer->s[at - 1] < s; at--) {
        gatherer->s[at] = gatherer->s[at - 1];
        gatherer->docs[at] = gatherer->docs[at - 1];
    }
    gatherer->s[at] = s;
    gatherer->docs[at] = doc;
}

uint32_t
rls_best_gatherer_end(const rls_best_gatherer *gatherer, float *out_floor)
{
    uint32_t count = gatherer->count;

    *out_floor = 0.0f;
    if (count <= RLS_BEST_MAX)
        return count;
    count--;
    *out_floor = gatherer->s[count];
    while (count > 0 && gatherer->s[count - 1] == *out_floor)
        count--;
    return count;
}

static void
put_float(rls_buffer *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    rls_buffer_put_u32(out, bits);
}

void
rls_best_postings_put(rls_buffer *out, const rls_best_gatherer *gatherer, uint32_t doc_count)
{
    uint32_t width = rls_width_below(doc_count);
    float    floor;
    uint32_t count = rls_best_gatherer_end(gatherer, &floor);
    bit_sink sink;

    rls_buffer_put_u8(out, (uint8_t)count);
    put_float(out, floor);
    for (uint32_t i = 0; i < count; i++)
        put_float(out, gatherer->s[i]);
    if (!rls_buffer_reserve(out, 4 * (size_t)count + 8))
        return;
    bit_sink_init(&sink, out->data + out->size);
    for (uint32_t i = 0; i < count; i++)
        bit_sink_put(&sink, gatherer->docs[i], width);
    out->size = (size_t)(bit_sink_finish(&sink) - out->data);
}

static float
get_float(const uint8_t *at)
{
    uint32_t bits = rls_get_u32(at);
    float    value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

const uint8_t *
rls_best_postings_open(rls_posting_list *list, const uint8_t *at, const uint8_t *end)
{
    uint32_t width = rls_width_below(list->doc_count), size;

    if (at >= end || *at > RLS_BEST_MAX)
        return NULL;
    list->best_count = *at++;
    size = 4 + 4 * list->best_count + (list->best_count * width + 7) / 8;
    if ((size_t)(end - at) < size)
        return NULL;
    list->best_floor = get_float(at);
    list->best_postings = at + 4;
    for (uint32_t i = 0; i <= list->best_count; i++) {
        float s = get_float(at + 4 * (size_t)i);
        if (!(s >= 0.0f && s <= 1.0f))
            return NULL;
    }
    return at + size;
}

uint32_t
rls_best_postings_doc(const rls_posting_list *list, uint32_t i)
{
    uint32_t       width = rls_width_below(list->doc_count), bit = i * width;
    const uint8_t *docs = list->best_postings + 4 * (size_t)list->best_count;

    return (uint32_t)(rls_get_u64(docs + bit / 8) >> bit % 8 & ((UINT64_C(1) << width) - 1));
}

float
rls_best_postings_s(const rls_posting_list *list, uint32_t i)
{
    return get_float(list->best_postings + 4 * (size_t)i);
}
