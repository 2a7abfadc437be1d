/* Documents of the year that a query names first: the score of every other one is divided, rounded
 * down. In integers, so that it is the same everywhere, and never more than the score, which keeps
 * bounds of scores right. */
#ifndef RLS_SEARCH_NAMED_YEARS_H
#define RLS_SEARCH_NAMED_YEARS_H

#include "document/date.h"
#include "search/query_rewrite.h"
#include "segment/columns.h"

enum {
    RLS_NAMED_YEARS_MAX = 8 /* further ones do not count */
};

typedef struct rls_named_years {
    uint32_t      count; /* 0: off */
    rls_date_span spans[RLS_NAMED_YEARS_MAX];
    uint64_t      others; /* the factor of other documents, in units of 2^-32 */
} rls_named_years;

/* The years 1900 to 2100 among the words that a plan scores, quoted ones too; others get 1 /
 * `boost` of their score, at least 1. */
void rls_named_years_find(rls_named_years *years, const rls_plan *plan, double boost);

/* Whether the latest of a document's dates is in such a year. `column` may be NULL. */
bool     rls_named_years_has(const rls_named_years *years, const rls_column *column, uint32_t doc);
uint32_t rls_named_years_score(const rls_named_years *years, const rls_column *column, uint32_t doc,
                               uint32_t score);

#endif
