/* Statistics of terms → weights; saturations → contributions; what a segment looks like under the
 * parameters of a search. BM25F after Robertson & Zaragoza, "The Probabilistic Relevance Framework"
 * (2009); idf as Lucene has it, never negative.
 *
 * A contribution is weight * s, rounded to the nearest integer (ties to even) on a scale 2^e chosen
 * per query, so that sums are exact in any order. */
#ifndef RLS_SEARCH_SIMILARITY_BM25_H
#define RLS_SEARCH_SIMILARITY_BM25_H

#include <math.h>

#include "search/query_rewrite.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The greatest exponent of the scale; floats have 24 bits, finer steps would say nothing more. */
enum {
    RLS_SCALE_MAX = 26
};

double rls_idf(uint64_t doc_count, uint64_t doc_freq);

static inline uint32_t
rls_contribution(float scaled_weight, float s)
{
    float product = scaled_weight * s;
#if defined(__SSE2__)
    return (uint32_t)_mm_cvtss_si32(_mm_set_ss(product));
#else
    return (uint32_t)lrintf(product);
#endif
}

/* The same for `count` of them; both arrays have room up to the next multiple of four. */
void rls_contributions(float scaled_weight, const float *s, uint32_t *out, uint32_t count);
/* The same from T: the contribution of rls_saturation(t[i], k1). */
void rls_contributions_of_t(float scaled_weight, float k1, const float *t, uint32_t *out,
                            uint32_t count);

/* A segment under the parameters of a search. */
typedef struct rls_segment_view {
    const rls_segment    *segment;
    const rls_live_docs  *live; /* NULL: all live */
    uint32_t              number, doc_count;
    const rls_similarity *now;
    /* Bounds of s for stored bounds 0..255, NULL until made. */
    const float *up, *down;
    float        least_ratio; /* of T to T under the reference; set with `up` */
} rls_segment_view;

/* k1 and b of a search, those that are RLS_BY_LENGTH by the lengths of documents and of the query;
 * `asked`: words, phrases, patterns that score. */
void rls_settle_parameters(const rls_snapshot *snapshot, const rls_search_request *request,
                           uint32_t asked, float *out_k1, float *out_b);

/* Parameters of each text field of the snapshot under a search, and the factors that follow from
 * them; segments share the factors when they have the same fields. */
typedef struct rls_search_fields {
    rls_field_parameters *parameters; /* in step with snapshot->fields */
    rls_field_factors    *factors;    /* likewise; NULL until a segment needs them */
} rls_search_fields;

rls_status rls_search_fields_init(rls_search_fields *fields, rls_heap *heap, rls_arena *arena,
                                  const rls_snapshot *snapshot, const rls_search_request *request,
                                  float b, rls_error *err);

/* Tables are made in `arena` unless the segment's own serve. */
rls_status rls_segment_view_init(rls_segment_view *view, rls_arena *arena,
                                 const rls_snapshot *snapshot, uint32_t number, float k1,
                                 rls_search_fields *fields, rls_error *err);
/* Makes `up` when it was not made before. */
rls_status rls_segment_view_bounds(rls_segment_view *view, rls_arena *arena, rls_error *err);
/* Makes `down`, after `up`, when it was not made before. */
rls_status rls_segment_view_lower_bounds(rls_segment_view *view, rls_arena *arena, rls_error *err);

#endif
