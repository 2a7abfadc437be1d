/* s of postings: one at a time as it is defined, a block at a time for scorers, and straight from a
 * dense list. The three give the same bits: every product, sum and quotient is rounded alike. */
#include "postings/block_fields.h"
#include "postings/posting_block.h"
#include "postings/posting_list.h"

static inline uint8_t
length_byte(const rls_norms *norms, uint32_t field, uint32_t doc)
{
    return rls_field_norms_get(&norms->fields[field], doc);
}

/* The fields besides the body of posting i, whose part was checked, added to `t`. */
static float
add_fields(float t, const rls_posting_list *list, const uint8_t *at, uint32_t posting_count,
           uint32_t i, uint32_t doc, const rls_similarity *similarity)
{
    const uint8_t  *end = list->blocks.data + list->blocks.size;
    rls_block_field entry = {0};
    uint32_t        entries;

    at = rls_block_fields_count(at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        uint32_t freq;
        at = rls_block_field_get(at, end, posting_count, entry.field, similarity->field_count,
                                 &entry);
        freq = at == NULL ? 0 : rls_block_field_of(&entry, i);
        if (freq > 0)
            t += (float)freq * similarity->fields[entry.field]
                                   .by_length[length_byte(list->norms, entry.field, doc)];
    }
    return t;
}

float
rls_postings_cursor_t(rls_postings_cursor *cursor, const rls_similarity *similarity)
{
    const rls_posting_list  *list = cursor->list;
    const rls_posting_block *block = &cursor->block;
    uint32_t                 at = cursor->at, doc = cursor->doc, freq;
    float                    t = 0.0f;

    if (doc == RLS_DOC_END)
        return 0.0f;
    if (!cursor->block.has_freqs && !cursor->is_tail &&
        (cursor->freqs_at == NULL || (*cursor->freqs_at & RLS_FREQS_FIELDS) == 0)) {
        freq = rls_postings_cursor_freq(cursor);
        return (float)freq * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
    }
    if (!rls_postings_cursor_freqs(cursor))
        return 0.0f;
    freq = block->has_fields ? block->body[at] : block->freqs[at];
    if (freq > 0)
        t = (float)freq * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
    if (!block->has_fields || (block->with_fields[at / 64] >> at % 64 & 1) == 0)
        return t;
    return add_fields(t, list, cursor->fields_at, block->count, at, doc, similarity);
}

/* T of postings that have other fields: from the body, then field after field. */
static void
add_block_fields(const rls_postings_cursor *cursor, const rls_similarity *similarity, float *t)
{
    const rls_posting_list  *list = cursor->list;
    const rls_posting_block *block = &cursor->block;
    const uint8_t           *at, *end = list->blocks.data + list->blocks.size;
    rls_block_field          entry = {0};
    uint32_t                 entries;

    for (uint32_t w = 0; w < 2; w++) {
        for (uint64_t bits = block->with_fields[w]; bits != 0; bits &= bits - 1) {
            uint32_t i = 64 * w + (uint32_t)__builtin_ctzll(bits);
            uint8_t  byte = list->norms->fields[0].dense[block->docs[i]];
            t[i] = block->body[i] == 0
                       ? 0.0f
                       : (float)block->body[i] * similarity->fields[0].by_length[byte];
        }
    }
    at = rls_block_fields_count(cursor->fields_at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        const float           *factors;
        const rls_field_norms *norms;
        uint8_t                index[RLS_BLOCK_SIZE];

        at = rls_block_field_get(at, end, block->count, entry.field, similarity->field_count,
                                 &entry);
        if (at == NULL)
            return;
        factors = similarity->fields[entry.field].by_length;
        norms = &list->norms->fields[entry.field];
        rls_block_field_postings(&entry, index);
        for (uint32_t r = 0; r < entry.count; r++) {
            uint32_t i = index[r];
            t[i] += (float)rls_block_field_freq(&entry, r) *
                    factors[rls_field_norms_get(norms, block->docs[i])];
        }
    }
}

/* Loops of a known count become whole vectors. */
static inline void
multiply(float *restrict t, const uint32_t *restrict freqs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        t[i] = (float)(int32_t)freqs[i] * t[i];
}

/* As rls_saturation, since 0 / k1 is 0. */
static inline void
saturate(float *restrict out, const float *restrict t, float k1, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = t[i] / (t[i] + k1);
}

bool
rls_postings_cursor_block_saturations(rls_postings_cursor *cursor, const rls_similarity *similarity,
                                      float *out)
{
    const rls_posting_block *block = &cursor->block;
    const float             *factors = similarity->fields[0].by_length;
    const uint8_t           *bytes = cursor->list->norms->fields[0].dense;
    float                    k1 = similarity->k1, t[RLS_BLOCK_SIZE];
    uint32_t                 count = block->count;

    if (!rls_postings_cursor_freqs(cursor))
        return false;
    for (uint32_t i = 0; i < count; i++)
        t[i] = factors[bytes[block->docs[i]]];
    if (block->freq_bits > INT32_MAX) {
        for (uint32_t i = 0; i < count; i++)
            t[i] = (float)block->freqs[i] * t[i];
    } else if (block->freq_bits > 1) {
        if (count == RLS_BLOCK_SIZE)
            multiply(t, block->freqs, RLS_BLOCK_SIZE);
        else
            multiply(t, block->freqs, count);
    }
    if (block->has_fields)
        add_block_fields(cursor, similarity, t);
    if (!(k1 > 0.0f)) {
        for (uint32_t i = 0; i < count; i++)
            out[i] = rls_saturation(t[i], k1);
    } else if (count == RLS_BLOCK_SIZE) {
        saturate(out, t, k1, RLS_BLOCK_SIZE);
    } else {
        saturate(out, t, k1, count);
    }
    return true;
}

/* Postings of a tail are decoded up to the end; there is one tail in a list. */
static float
tail_saturation(const rls_posting_list *list, uint32_t doc, const rls_similarity *similarity)
{
    rls_postings_cursor cursor;

    cursor.list = list;
    cursor.failed = false;
    cursor.positions.number = cursor.block.number = UINT32_MAX;
    if (!rls_postings_cursor_load(&cursor, list->block_count - 1) ||
        rls_postings_cursor_advance(&cursor, doc) != doc)
        return 0.0f;
    return rls_saturation(rls_postings_cursor_t(&cursor, similarity), similarity->k1);
}

float
rls_posting_list_dense_saturation(const rls_posting_list *list, uint32_t doc,
                                  const rls_similarity *similarity)
{
    uint32_t        rank = rls_posting_list_dense_rank(list, doc), number = rank / RLS_BLOCK_SIZE;
    uint32_t        freq, body, i = rank % RLS_BLOCK_SIZE, entries;
    const uint8_t  *at, *end = list->blocks.data + list->blocks.size, *fields;
    rls_block_field entry = {0};
    float           t = 0.0f;

    if (rank >= list->doc_freq)
        return 0.0f;
    if (rls_posting_list_block_size(list, number) < RLS_BLOCK_SIZE)
        return tail_saturation(list, doc, similarity);
    at = rls_posting_list_block_at(list, number);
    if (at == NULL)
        return 0.0f;
    fields = rls_posting_block_get_freq(at, end, i, &freq);
    if (fields == NULL)
        return 0.0f;
    if ((*at & RLS_FREQS_FIELDS) == 0) {
        t = (float)freq * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
        return rls_saturation(t, similarity->k1);
    }
    body = freq;
    at = rls_block_fields_count(fields, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        at = rls_block_field_get(at, end, RLS_BLOCK_SIZE, entry.field, similarity->field_count,
                                 &entry);
        freq = at == NULL ? 0 : rls_block_field_of(&entry, i);
        body = freq < body ? body - freq : 0;
    }
    if (at == NULL)
        return 0.0f;
    if (body > 0)
        t = (float)body * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
    t = add_fields(t, list, fields, RLS_BLOCK_SIZE, i, doc, similarity);
    return rls_saturation(t, similarity->k1);
}
