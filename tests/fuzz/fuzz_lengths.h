/* Made-up lengths of documents, for lists that stand alone. Anything will do, as long as it is the
 * same each time. */
#ifndef RLS_TESTS_FUZZ_LENGTHS_H
#define RLS_TESTS_FUZZ_LENGTHS_H

#include "fuzz.h"
#include "postings/impacts.h"

enum {
    FUZZ_LENGTH_FIELDS = 6,
    FUZZ_LENGTH_DOCS = 1 << 16
};

typedef struct fuzz_lengths {
    rls_norms          norms;
    rls_field_norms    fields[FUZZ_LENGTH_FIELDS];
    uint8_t           *dense[FUZZ_LENGTH_FIELDS], *sparse_docs, *sparse_bytes;
    rls_field_factors *factors;
    rls_similarity     similarity;
} fuzz_lengths;

static inline void
fuzz_lengths_init(fuzz_lengths *l, uint32_t doc_count, uint32_t field_count, bool sparse)
{
    *l = (fuzz_lengths){.norms = {doc_count, field_count, l->fields}};
    l->factors = malloc(field_count * sizeof *l->factors);
    l->similarity = (rls_similarity){1.2f, field_count, l->factors};
    for (uint32_t f = 0; f < field_count; f++) {
        rls_field_parameters parameters = {1.0f + (float)f, 0.75f, 100.0f / (float)(f + 1)};

        l->dense[f] = malloc(doc_count);
        for (uint32_t d = 0; d < doc_count; d++)
            l->dense[f][d] = (uint8_t)((d * 2654435761u >> 13) % (f == 0 ? 160 : 40));
        l->fields[f] = (rls_field_norms){.dense = l->dense[f]};
        rls_field_factors_make(&l->factors[f], &parameters);
    }
    if (sparse && field_count > 1) {
        uint32_t count = doc_count / 3;

        l->sparse_docs = malloc(4 * (size_t)count + 1);
        l->sparse_bytes = malloc((size_t)count + 1);
        for (uint32_t i = 0; i < count; i++) {
            rls_set_u32(l->sparse_docs + 4 * (size_t)i, 3 * i + 1);
            l->sparse_bytes[i] = (uint8_t)(1 + i % 90);
        }
        l->fields[field_count - 1] =
            (rls_field_norms){NULL, l->sparse_docs, l->sparse_bytes, count};
    }
}

static inline void
fuzz_lengths_release(fuzz_lengths *l)
{
    for (uint32_t f = 0; f < FUZZ_LENGTH_FIELDS; f++)
        free(l->dense[f]);
    free(l->sparse_docs);
    free(l->sparse_bytes);
    free(l->factors);
}

#endif
