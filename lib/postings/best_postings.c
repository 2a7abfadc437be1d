#include "postings/best_postings.h"

#include "base/sort.h"
#include "postings/bit_stream.h"
#include "postings/posting_format.h"
#include "postings/posting_tail.h"

/* What lists of so many documents keep. The largest lots are larger than what is mostly asked for,
 * a hundred or a thousand, since some of the best may be deleted, and equal ones are left out
 * together. */
typedef struct lot_kind {
    uint32_t least_docs, most;
} lot_kind;

static const lot_kind kinds[] = {
    {RLS_BEST_LEAST_DOCS, RLS_BEST_MAX},
    {4096, 200},
    {16384, RLS_BEST_LOTS_MAX},
};

enum {
    KINDS = sizeof kinds / sizeof *kinds,
    LOT_HEAD = 8 /* bytes behind the head, documents, floor */
};

void
rls_best_gatherer_clear(rls_best_gatherer *gatherer)
{
    gatherer->count = 0;
    gatherer->least = -1.0f;
}

static float
s_of(uint64_t key)
{
    uint32_t bits = (uint32_t)(key >> 32);
    float    s;

    memcpy(&s, &bits, sizeof s);
    return s;
}

static uint32_t
doc_of(uint64_t key)
{
    return UINT32_MAX - (uint32_t)key;
}

/* The least s among the first `count` keys. */
static float
least_of(const uint64_t *keys, uint32_t count)
{
    uint64_t least = keys[0];

    for (uint32_t i = 1; i < count; i++)
        least = keys[i] < least ? keys[i] : least;
    return s_of(least);
}

void
rls_best_gatherer_cut(rls_best_gatherer *gatherer)
{
    gatherer->count = RLS_BEST_LOTS_MAX + 1;
    rls_select_u64(gatherer->keys, RLS_BEST_GATHERED, gatherer->count);
    gatherer->least = least_of(gatherer->keys, gatherer->count);
}

/* The keys of a lot into `sorted`, descending s not told; returns their number. Postings as good as
 * the best one that is left out are left out, too. */
static uint32_t
gather_lot(rls_best_gatherer *gatherer, uint32_t most, float *out_floor)
{
    uint32_t count = gatherer->count, kept = 0;

    *out_floor = 0.0f;
    if (count > most) {
        count = most + 1;
        rls_select_u64(gatherer->keys, gatherer->count, count);
        *out_floor = least_of(gatherer->keys, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        gatherer->sorted[kept] = gatherer->keys[i];
        kept += count <= most || s_of(gatherer->keys[i]) > *out_floor;
    }
    return kept;
}

static void
put_float(rls_buffer *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    rls_buffer_put_u32(out, bits);
}

/* Best first, equal ones by document. */
static void
put_scored(rls_buffer *out, rls_best_gatherer *gatherer, uint32_t count, uint32_t doc_count)
{
    uint32_t width = rls_width_below(doc_count);
    bit_sink sink;

    rls_sort_u64(gatherer->sorted, gatherer->scratch, count);
    for (uint32_t i = count; i-- > 0;)
        put_float(out, s_of(gatherer->sorted[i]));
    if (!rls_buffer_reserve(out, 4 * (size_t)count + 8))
        return;
    bit_sink_init(&sink, out->data + out->size);
    for (uint32_t i = count; i-- > 0;)
        bit_sink_put(&sink, doc_of(gatherer->sorted[i]), width);
    out->size = (size_t)(bit_sink_finish(&sink) - out->data);
}

static void
put_docs(rls_buffer *out, rls_best_gatherer *gatherer, uint32_t count)
{
    bit_sink sink;

    if (count == 0 || !rls_buffer_reserve(out, count * (size_t)RLS_BIT_CODE_MAX / 8 + 16))
        return;
    for (uint32_t i = 0; i < count; i++)
        gatherer->sorted[i] = doc_of(gatherer->sorted[i]);
    rls_sort_u64(gatherer->sorted, gatherer->scratch, count);
    for (uint32_t i = 0; i < count; i++)
        gatherer->docs[i] = (uint32_t)gatherer->sorted[i];
    rls_buffer_put_u32(out, gatherer->docs[count - 1]);
    bit_sink_init(&sink, out->data + out->size);
    rls_tail_put_gaps(&sink, gatherer->docs, count, UINT32_MAX);
    out->size = (size_t)(bit_sink_finish(&sink) - out->data);
}

void
rls_best_postings_put(rls_buffer *out, rls_best_gatherer *gatherer, uint32_t doc_freq,
                      uint32_t doc_count)
{
    for (int i = 0; i < KINDS && doc_freq >= kinds[i].least_docs; i++) {
        float    floor;
        uint32_t count = gather_lot(gatherer, kinds[i].most, &floor);
        size_t   begin = out->size;

        rls_buffer_put_u16(out, 0);
        rls_buffer_put_u16(out, (uint16_t)count);
        put_float(out, floor);
        if (i == 0)
            put_scored(out, gatherer, count, doc_count);
        else
            put_docs(out, gatherer, count);
        if (!out->failed)
            rls_set_u16(out->data + begin, (uint16_t)(out->size - begin - LOT_HEAD));
    }
}

static float
get_float(const uint8_t *at)
{
    uint32_t bits = rls_get_u32(at);
    float    value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static rls_best_lot
lot_at(const uint8_t *at, bool has_s)
{
    return (rls_best_lot){.count = rls_get_u16(at + 2),
                          .floor = get_float(at + 4),
                          .has_s = has_s,
                          .at = at + LOT_HEAD,
                          .size = rls_get_u16(at)};
}

const uint8_t *
rls_best_postings_open(rls_posting_list *list, const uint8_t *at, const uint8_t *end)
{
    uint32_t width = rls_width_below(list->doc_count);

    list->best_postings = at;
    for (int i = 0; i < KINDS && list->doc_freq >= kinds[i].least_docs; i++) {
        rls_best_lot lot;

        if (end - at < LOT_HEAD)
            return NULL;
        lot = lot_at(at, i == 0);
        if (end - lot.at < (ptrdiff_t)lot.size || lot.count > kinds[i].most ||
            !(lot.floor >= 0.0f && lot.floor <= 1.0f) ||
            (i == 0 && lot.size != 4 * lot.count + (lot.count * width + 7) / 8))
            return NULL;
        at = lot.at + lot.size;
    }
    list->best_size = (uint32_t)(at - list->best_postings);
    return at;
}

bool
rls_best_postings_find(const rls_posting_list *list, uint32_t count, rls_best_lot *out_lot)
{
    const uint8_t *at = list->best_postings;

    for (int i = 0; at != NULL && i < KINDS && list->doc_freq >= kinds[i].least_docs; i++) {
        *out_lot = lot_at(at, i == 0);
        if (out_lot->count >= count)
            return true;
        at = out_lot->at + out_lot->size;
    }
    return false;
}

static bool
read_scored(const rls_posting_list *list, const rls_best_lot *lot, uint32_t *docs, float *s)
{
    uint32_t   width = rls_width_below(list->doc_count);
    bit_source source = bit_source_of(
        rls_bytes_of(lot->at + 4 * (size_t)lot->count, lot->size - 4 * lot->count), 0);

    for (uint32_t i = 0; i < lot->count; i++) {
        s[i] = get_float(lot->at + 4 * (size_t)i);
        docs[i] = bit_source_get(&source, width);
        if (docs[i] >= list->doc_count || !(s[i] >= 0.0f && s[i] <= 1.0f))
            return false;
    }
    return !bit_source_failed(&source);
}

bool
rls_best_lot_read(const rls_posting_list *list, const rls_best_lot *lot, uint32_t *docs, float *s)
{
    bit_source source;
    uint32_t   last;

    if (lot->has_s)
        return read_scored(list, lot, docs, s);
    if (lot->count == 0)
        return true;
    if (lot->size < 4)
        return false;
    last = rls_get_u32(lot->at);
    source = bit_source_of(rls_bytes_of(lot->at + 4, lot->size - 4), 0);
    return last < list->doc_count && rls_tail_get_gaps(&source, docs, lot->count, UINT32_MAX, last);
}
