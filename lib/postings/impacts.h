/* The score of a posting without its idf, and how bounds of it are kept in a byte.
 *
 * T = sum over fields of tf_f * factor_f[length byte], factor_f[n] = w_f / (1 - b_f + b_f *
 * length(n) / average_f); saturation s = T / (T + k1), in [0, 1). (Robertson & Zaragoza 2009.)
 *
 * A segment keeps bounds of s under the parameters it was written with (its reference). For other
 * parameters, weights or averages s' is bounded from s: T' <= ratio * T with ratio the greatest
 * quotient of factors over all fields and length bytes, and s' = T' / (T' + k1') ascends with T'.
 */
#ifndef RLS_POSTINGS_IMPACTS_H
#define RLS_POSTINGS_IMPACTS_H

#include <float.h>

#include "base/alloc.h"
#include "base/status.h"
#include "postings/norms.h"

/* Else scores and the bytes of bounds would depend on the machine (meson.build asks for it). */
_Static_assert(FLT_EVAL_METHOD == 0, "float operations give floats");

typedef struct rls_field_factors {
    float by_length[256];
} rls_field_factors;

typedef struct rls_similarity {
    float              k1;
    uint32_t           field_count;
    rls_field_factors *fields; /* by field number of the segment at hand */
} rls_similarity;

/* What a segment records of the parameters its bounds were made with; all finite, k1 >= 0. */
typedef struct rls_field_parameters {
    float weight, b, average_length;
} rls_field_parameters;

/* k1 and b for documents of so many words on average, over all fields together, and queries of
 * `asked` words: k1 is asked · √words / 120, but 0.4 to 3, b 0.9 · words / (words + 45). Segments
 * keep bounds for RLS_ASKED words. */
enum {
    RLS_ASKED = 4
};
void rls_parameters_by_length(double words, uint32_t asked, float *out_k1, float *out_b);

/* by_length[n] = weight / (1 - b + b * length(n) / average), one rounding per operation; 0 where
 * the weight is 0; average 0 counts as 1. */
void rls_field_factors_make(rls_field_factors *factors, const rls_field_parameters *parameters);

/* s of summed T, the one definition every scorer uses: (T / (T + k1)), 0 when T is 0. */
static inline float
rls_saturation(float t, float k1)
{
    return t > 0.0f ? t / (t + k1) : 0.0f;
}

/* Bounds in a byte: the least q with q / 255 >= s (up), the greatest with q / 255 <= s (down). */
static inline uint8_t
rls_impact_down(float s)
{
    double scaled = 255.0 * (double)s; /* exact: 8 and 24 bits */
    return scaled > 0.0 ? (uint8_t)(int32_t)(scaled < 255.0 ? scaled : 255.0) : 0;
}

static inline uint8_t
rls_impact_up(float s)
{
    uint8_t down = rls_impact_down(s);
    return (uint8_t)(down + (255.0 * (double)s > (double)down && down < 255));
}

/* Greatest and least quotient now/reference of factors over all fields and length bytes 0..255;
 * fields whose reference factor is 0 while the other is not give INFINITY. */
void rls_similarity_ratios(const rls_similarity *now, const rls_similarity *reference,
                           float *out_greatest, float *out_least);

/* table[q]: a bound on s under `k1_now` for a stored bound q under `k1_reference`, T scaled by
 * `ratio`; never below (up) or never above (down) the true value in float arithmetic. */
void rls_impact_table_up(float table[256], float k1_reference, float k1_now, float ratio);
void rls_impact_table_down(float table[256], float k1_reference, float k1_now, float ratio);

#endif
