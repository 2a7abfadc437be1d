/* Whether one ranking is better than another over the same queries: the paired randomisation test
 * (Fisher; for retrieval Smucker, Allan & Carterette 2007). If it did not matter which ranking a
 * figure came from, the sign of each query's difference would be chance. */
#ifndef CLI_SIGNIFICANCE_H
#define CLI_SIGNIFICANCE_H

#include <stddef.h>

typedef struct cli_comparison {
    double mean, base_mean;
    size_t better, worse; /* queries */
    double p;             /* two-sided: how often chance differs as much in the mean */
} cli_comparison;

/* `values` and `base` have `count` figures, `stride` apart, of the same queries. With up to 16
 * queries that differ, all signs are tried; else 100,000 drawn from a fixed seed, which with the
 * one seen make p at least 1/100,001. */
cli_comparison cli_significance_compare(const double *values, const double *base, size_t count,
                                        size_t stride);

#endif
