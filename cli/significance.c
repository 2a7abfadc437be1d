#include "significance.h"

#include <math.h>
#include <stdint.h>

enum {
    EXACT = 16, /* differences whose signs are all tried */
    DRAWS = 100000
};

/* xorshift64* (Vigna 2016) */
static uint64_t
draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1du;
}

typedef struct pairs {
    const double *values, *base;
    size_t        count, stride;
} pairs;

/* Rounding is no difference. */
static double
difference_of(const pairs *in, size_t i)
{
    double difference = in->values[i * in->stride] - in->base[i * in->stride];

    return fabs(difference) < 1e-12 ? 0 : difference;
}

static double
drawn_sum(const pairs *in, uint64_t *state)
{
    uint64_t signs = 0;
    double   sum = 0;

    for (size_t i = 0; i < in->count; i++) {
        signs = i % 64 == 0 ? draw(state) : signs >> 1;
        sum += (signs & 1) != 0 ? -difference_of(in, i) : difference_of(in, i);
    }
    return sum;
}

/* How many of all ways to give signs to the differences sum up to `seen` or more. */
static uint64_t
count_all(const pairs *in, double seen, unsigned different)
{
    double   differences[EXACT];
    size_t   count = 0;
    uint64_t as_large = 0;

    for (size_t i = 0; i < in->count; i++) {
        if (difference_of(in, i) != 0)
            differences[count++] = difference_of(in, i);
    }
    for (uint64_t signs = 0; signs < UINT64_C(1) << different; signs++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += (signs >> i & 1) != 0 ? -differences[i] : differences[i];
        as_large += fabs(sum) >= seen;
    }
    return as_large;
}

static double
probability(const pairs *in, size_t different, double sum)
{
    /* The order of a sum changes its last bits: what is as large must not seem smaller. */
    double   seen = fabs(sum) * (1 - 1e-12);
    uint64_t state = 0x9e3779b97f4a7c15u, as_large = 0;

    if (different <= EXACT)
        return (double)count_all(in, seen, (unsigned)different) /
               (double)(UINT64_C(1) << different);
    for (unsigned i = 0; i < DRAWS; i++)
        as_large += fabs(drawn_sum(in, &state)) >= seen;
    return (double)(as_large + 1) / (DRAWS + 1);
}

cli_comparison
cli_significance_compare(const double *values, const double *base, size_t count, size_t stride)
{
    pairs          in = {values, base, count, stride};
    cli_comparison out = {.p = 1};
    double         sum = 0;

    for (size_t i = 0; i < count; i++) {
        double difference = difference_of(&in, i);
        out.mean += values[i * stride];
        out.base_mean += base[i * stride];
        out.better += difference > 0;
        out.worse += difference < 0;
        sum += difference;
    }
    if (count > 0) {
        out.mean /= (double)count;
        out.base_mean /= (double)count;
    }
    if (out.better + out.worse > 0)
        out.p = probability(&in, out.better + out.worse, sum);
    return out;
}
