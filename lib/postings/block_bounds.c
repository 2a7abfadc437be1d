#include "postings/block_bounds.h"

static void
make_tables(rls_block_bounds *self)
{
    const float *factors = self->reference->fields[0].by_length;

    for (uint32_t f = 0; f < RLS_BOUND_FREQS; f++) {
        for (uint32_t byte = 0; byte < 256; byte++) {
            float t = 0.0f, s;

            t += (float)(f + 1) * factors[byte];
            s = rls_saturation(t, self->reference->k1);
            self->s[f][byte] = s;
            self->up[f][byte] = rls_impact_up(s);
            self->down[f][byte] = rls_impact_down(s);
        }
    }
    self->made = true;
}

static float
saturation_of(const rls_block_bounds *self, uint32_t doc, const rls_field_freq *entries,
              uint32_t count)
{
    float t = 0.0f;

    for (uint32_t e = 0; e < count; e++) {
        uint32_t field = entries[e].field;
        uint8_t  byte = rls_field_norms_get(&self->norms->fields[field], doc);

        t += (float)entries[e].freq * self->reference->fields[field].by_length[byte];
    }
    return rls_saturation(t, self->reference->k1);
}

uint8_t
rls_block_bounds_put(rls_block_bounds *self, const uint32_t *docs, const rls_field_freq *entries,
                     const uint32_t *entry_ends, uint32_t count, uint8_t *bounds,
                     uint32_t histogram[256], rls_best_gatherer *best)
{
    const uint8_t *lengths = self->norms->fields[0].dense;
    uint32_t       begin = 0, end;
    uint8_t        greatest = 0;

    if (!self->made && count == RLS_BLOCK_SIZE && lengths != NULL)
        make_tables(self);
    for (uint32_t i = 0; i < count; i++, begin = end) {
        const rls_field_freq *entry = &entries[begin];
        float                 s;

        end = entry_ends[i];
        if (self->made && end - begin == 1 && entry->field == 0 &&
            entry->freq - 1 < RLS_BOUND_FREQS) {
            uint8_t byte = lengths[docs[i]];

            s = self->s[entry->freq - 1][byte];
            bounds[i] = self->up[entry->freq - 1][byte];
            histogram[self->down[entry->freq - 1][byte]]++;
        } else {
            s = saturation_of(self, docs[i], entry, end - begin);

            bounds[i] = rls_impact_up(s);
            histogram[rls_impact_down(s)]++;
        }
        if (best != NULL)
            rls_best_gatherer_add(best, docs[i], s);
        greatest = bounds[i] > greatest ? bounds[i] : greatest;
    }
    return greatest;
}
