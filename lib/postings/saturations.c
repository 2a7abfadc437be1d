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

/* Fields of a posting, or of a block, that are looked through once. */
enum {
    FIELDS_KEPT = 4
};

/* T of posting i of a full block whose freqs begin at `at`, without decoding the others. */
static bool
full_block_t(const rls_posting_list *list, const uint8_t *at, uint32_t i, uint32_t doc,
             const rls_similarity *similarity, float *out_t)
{
    const uint8_t  *end = list->blocks.data + list->blocks.size, *fields;
    bool            has_fields = (*at & RLS_FREQS_FIELDS) != 0;
    uint32_t        body, entries = 0, found = 0;
    rls_field_freq  kept[FIELDS_KEPT];
    rls_block_field entry = {0};
    float           t = 0.0f;

    fields = rls_posting_block_get_freq(at, end, i, &body);
    if (fields == NULL)
        return false;
    at = fields;
    if (has_fields)
        at = rls_block_fields_count(fields, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        uint32_t freq;
        at = rls_block_field_get(at, end, RLS_BLOCK_SIZE, entry.field, similarity->field_count,
                                 &entry);
        freq = at == NULL ? 0 : rls_block_field_of(&entry, i);
        if (freq > body)
            return false;
        if (freq > 0 && found < FIELDS_KEPT)
            kept[found] = (rls_field_freq){entry.field, freq};
        found += freq > 0;
        body -= freq;
    }
    if (at == NULL)
        return false;
    if (body > 0)
        t = (float)body * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
    if (found > FIELDS_KEPT) {
        *out_t = add_fields(t, list, fields, RLS_BLOCK_SIZE, i, doc, similarity);
        return true;
    }
    for (uint32_t f = 0; f < found; f++)
        t += (float)kept[f].freq * similarity->fields[kept[f].field]
                                       .by_length[length_byte(list->norms, kept[f].field, doc)];
    *out_t = t;
    return true;
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
    if (!block->has_freqs && !cursor->is_tail) {
        if (cursor->freqs_at == NULL)
            return similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
        if (full_block_t(list, cursor->freqs_at, at, doc, similarity, &t))
            return t;
        rls_postings_cursor_fail(cursor);
        return 0.0f;
    }
    if (!rls_postings_cursor_bodies(cursor))
        return 0.0f;
    freq = block->has_fields ? block->body[at] : block->freqs[at];
    if (freq > 0)
        t = (float)freq * similarity->fields[0].by_length[list->norms->fields[0].dense[doc]];
    if (!block->has_fields || (block->with_fields[at / 64] >> at % 64 & 1) == 0)
        return t;
    return add_fields(t, list, cursor->fields_at, block->count, at, doc, similarity);
}

/* T of postings that have other fields: from the body, then field after field. */
static bool
add_block_fields(const rls_postings_cursor *cursor, const rls_similarity *similarity, float *t)
{
    const rls_norms         *norms = cursor->list->norms;
    const rls_posting_block *block = &cursor->block;
    const uint8_t  *at, *rest = NULL, *end = cursor->list->blocks.data + cursor->list->blocks.size;
    rls_block_field entry = {0}, kept[FIELDS_KEPT];
    uint8_t         index[FIELDS_KEPT + 1][RLS_BLOCK_SIZE];
    uint32_t        entries, body[RLS_BLOCK_SIZE], wrong = 0;
    uint64_t        touched[2] = {0, 0};

    at = rls_block_fields_count(cursor->fields_at, end, &entries);
    for (uint32_t e = 0; at != NULL && e < entries; e++) {
        uint8_t *postings = index[e < FIELDS_KEPT ? e : FIELDS_KEPT];
        if (e == FIELDS_KEPT)
            rest = at;
        at = rls_block_field_get(at, end, block->count, entry.field, similarity->field_count,
                                 &entry);
        if (at == NULL)
            break;
        if (e < FIELDS_KEPT)
            kept[e] = entry;
        rls_block_field_postings(&entry, postings);
        for (uint32_t r = 0; r < entry.count; r++) {
            uint32_t i = postings[r], freq = rls_block_field_freq(&entry, r);
            uint64_t bit = UINT64_C(1) << i % 64;
            if ((touched[i / 64] & bit) == 0)
                body[i] = block->freqs[i];
            touched[i / 64] |= bit;
            wrong |= body[i] < freq;
            body[i] -= freq;
        }
    }
    if (at == NULL || wrong != 0)
        return false;
    for (uint32_t w = 0; w < 2; w++) {
        for (uint64_t bits = touched[w]; bits != 0; bits &= bits - 1) {
            uint32_t i = 64 * w + (uint32_t)__builtin_ctzll(bits);
            uint8_t  byte = norms->fields[0].dense[block->docs[i]];
            t[i] = (float)body[i] * similarity->fields[0].by_length[byte];
        }
    }
    for (uint32_t e = 0; e < entries; e++) {
        const uint8_t *postings = index[e < FIELDS_KEPT ? e : FIELDS_KEPT];
        const float   *factors;
        if (e < FIELDS_KEPT) {
            entry = kept[e];
        } else {
            rest = rls_block_field_get(rest, end, block->count, entry.field,
                                       similarity->field_count, &entry);
            rls_block_field_postings(&entry, index[FIELDS_KEPT]);
        }
        factors = similarity->fields[entry.field].by_length;
        for (uint32_t r = 0; r < entry.count; r++) {
            uint32_t i = postings[r];
            t[i] += (float)rls_block_field_freq(&entry, r) *
                    factors[rls_field_norms_get(&norms->fields[entry.field], block->docs[i])];
        }
    }
    return true;
}

/* Loops of a known count become whole vectors. */
static inline void
multiply(float *restrict t, const uint32_t *restrict freqs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        t[i] = (float)(int32_t)freqs[i] * t[i];
}

/* Factors of the lengths of `count` documents. */
static inline void
look_up(float *restrict t, const float *restrict factors, const uint8_t *restrict bytes,
        const uint32_t *restrict docs, uint32_t count)
{
    uint32_t i = 0;

    for (; i + 4 <= count; i += 4) {
        t[i] = factors[bytes[docs[i]]];
        t[i + 1] = factors[bytes[docs[i + 1]]];
        t[i + 2] = factors[bytes[docs[i + 2]]];
        t[i + 3] = factors[bytes[docs[i + 3]]];
    }
    for (; i < count; i++)
        t[i] = factors[bytes[docs[i]]];
}

bool
rls_postings_cursor_block_t(rls_postings_cursor *cursor, const rls_similarity *similarity,
                            float *out)
{
    const rls_posting_block *block = &cursor->block;
    uint32_t                 count = block->count;

    if (!rls_postings_cursor_freqs(cursor))
        return false;
    look_up(out, similarity->fields[0].by_length, cursor->list->norms->fields[0].dense, block->docs,
            count);
    if (block->freq_bits > INT32_MAX) {
        for (uint32_t i = 0; i < count; i++)
            out[i] = (float)block->freqs[i] * out[i];
    } else if (block->freq_bits > 1) {
        if (count == RLS_BLOCK_SIZE)
            multiply(out, block->freqs, RLS_BLOCK_SIZE);
        else
            multiply(out, block->freqs, count);
    }
    if (block->has_fields && !add_block_fields(cursor, similarity, out)) {
        rls_postings_cursor_fail(cursor);
        return false;
    }
    return true;
}

bool
rls_postings_cursor_block_saturations(rls_postings_cursor *cursor, const rls_similarity *similarity,
                                      float *out)
{
    if (!rls_postings_cursor_block_t(cursor, similarity, out))
        return false;
    for (uint32_t i = 0; i < cursor->block.count; i++)
        out[i] = rls_saturation(out[i], similarity->k1);
    return true;
}

/* Postings of a tail are decoded up to the end; there is one tail in a list. */
static float
tail_saturation(const rls_posting_list *list, uint32_t doc, const rls_similarity *similarity)
{
    rls_postings_cursor cursor;

    rls_postings_cursor_init(&cursor, list);
    if (rls_postings_cursor_seek(&cursor, doc) != doc)
        return 0.0f;
    return rls_saturation(rls_postings_cursor_t(&cursor, similarity), similarity->k1);
}

float
rls_posting_list_dense_saturation(const rls_posting_list *list, uint32_t doc,
                                  const rls_similarity *similarity)
{
    uint32_t       rank = rls_posting_list_dense_rank(list, doc), number = rank / RLS_BLOCK_SIZE;
    const uint8_t *at;
    float          t;

    if (rank >= list->doc_freq)
        return 0.0f;
    if (rls_posting_list_block_size(list, number) < RLS_BLOCK_SIZE)
        return tail_saturation(list, doc, similarity);
    at = rls_posting_list_block_at(list, number);
    if (at == NULL || !full_block_t(list, at, rank % RLS_BLOCK_SIZE, doc, similarity, &t))
        return 0.0f;
    return rls_saturation(t, similarity->k1);
}
