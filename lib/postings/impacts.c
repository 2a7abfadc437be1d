#include "postings/impacts.h"

#include <math.h>

/* Rounding in T under either set of parameters: each of the sums has one rounding per operation,
 * 2^-24 relative; this covers some hundreds of fields on both sides with room to spare. */
static const double sum_slack = 1e-4;
/* The same for one quotient T / (T + k1). */
static const double quotient_slack = 0x1p-21;
/* Keeps T finite for any frequency, so that s is never NaN. */
static const float factor_limit = 1e24f;

void
rls_parameters_by_length(double words, uint32_t asked, float *out_k1, float *out_b)
{
    double k1 = asked * sqrt(words) / 120.0;

    *out_k1 = (float)(k1 < 0.4 ? 0.4 : k1 > 3.0 ? 3.0 : k1);
    *out_b = (float)(0.9 * words / (words + 45.0));
}

void
rls_field_factors_make(rls_field_factors *factors, const rls_field_parameters *parameters)
{
    float weight = parameters->weight, b = parameters->b, average = parameters->average_length;

    if (average == 0.0f)
        average = 1.0f;
    for (uint32_t n = 256; n-- > 0;) {
        float length = (float)rls_length_from_byte((uint8_t)n);
        float share = length / average;
        float divisor = 1.0f - b;
        divisor = divisor + b * share;
        if (weight == 0.0f)
            factors->by_length[n] = 0.0f;
        else if (divisor > 0.0f)
            factors->by_length[n] = fminf(weight / divisor, factor_limit);
        else /* b is 1 and the length 0: no posting has that, but no factor may be infinite */
            factors->by_length[n] = n < 255 ? factors->by_length[n + 1] : 0.0f;
    }
}

void
rls_similarity_ratios(const rls_similarity *now, const rls_similarity *reference,
                      float *out_greatest, float *out_least)
{
    double   greatest = 0.0, least = INFINITY;
    uint32_t field_count =
        now->field_count < reference->field_count ? now->field_count : reference->field_count;

    for (uint32_t f = 0; f < field_count; f++) {
        for (int n = 0; n < 256; n++) {
            double above = now->fields[f].by_length[n], below = reference->fields[f].by_length[n];
            double ratio;
            if (below == 0.0 && above == 0.0)
                continue;
            ratio = below == 0.0 ? INFINITY : above / below;
            if (ratio > greatest)
                greatest = ratio;
            if (ratio < least)
                least = ratio;
        }
    }
    if (least == INFINITY && greatest == 0.0)
        least = 0.0; /* all weights are 0 on both sides */
    *out_greatest = (float)greatest;
    if ((double)*out_greatest < greatest)
        *out_greatest = nextafterf(*out_greatest, INFINITY);
    *out_least = (float)least;
    if ((double)*out_least > least)
        *out_least = nextafterf(*out_least, 0.0f);
}

static float
float_up(double value)
{
    float rounded = (float)value;
    return (double)rounded < value ? nextafterf(rounded, INFINITY) : rounded;
}

static float
float_down(double value)
{
    float rounded = (float)value;
    return (double)rounded > value ? nextafterf(rounded, 0.0f) : rounded;
}

void
rls_impact_table_up(float table[256], float k1_reference, float k1_now, float ratio)
{
    table[0] = isinf(ratio) ? 1.0f : 0.0f;
    for (int q = 1; q < 256; q++) {
        double s = q / 255.0, t, now;

        if (k1_reference == k1_now && ratio == 1.0f) {
            table[q] = float_up(s);
            continue;
        }
        s += s * quotient_slack;
        if (s >= 1.0 || k1_reference == 0.0f || isinf(ratio)) {
            table[q] = 1.0f;
            continue;
        }
        t = k1_reference * s / (1.0 - s) * ratio;
        t += t * sum_slack;
        now = t > 0.0 ? t / (t + k1_now) : 0.0;
        now += now * quotient_slack;
        table[q] = now >= 1.0 ? 1.0f : float_up(now);
    }
}

void
rls_impact_table_down(float table[256], float k1_reference, float k1_now, float ratio)
{
    table[0] = 0.0f;
    for (int q = 1; q < 256; q++) {
        double s = q / 255.0, t, now;

        if (k1_reference == k1_now && ratio == 1.0f) {
            table[q] = float_down(s);
            continue;
        }
        s -= s * quotient_slack;
        /* An infinite least ratio means that the reference weighs no field that counts now. */
        t = isinf(ratio) ? 0.0 : k1_reference * s / (1.0 - s) * ratio;
        t -= t * sum_slack;
        now = t > 0.0 ? t / (t + k1_now) : 0.0;
        now -= now * quotient_slack;
        table[q] = float_down(now);
    }
}
