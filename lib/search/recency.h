/* Newer documents first: a score halves with each half-life of age. In integers, so that it is the
 * same everywhere and never more than the score, which keeps bounds of scores right. */
#ifndef RLS_SEARCH_RECENCY_H
#define RLS_SEARCH_RECENCY_H

#include "search/similarity_bm25.h"

typedef struct rls_recency {
    int64_t   half_life, now; /* seconds; half_life 0: off */
    rls_bytes field;
} rls_recency;

/* score * 2^-(age / half_life), rounded down; age below 0 counts as 0. */
uint32_t rls_recency_fade(uint32_t score, int64_t half_life, int64_t age);

/* Of a document: by the latest of its dates; 0 without any. `column` may be NULL. */
uint32_t rls_recency_score(const rls_recency *recency, const rls_column *column, uint32_t doc,
                           uint32_t score);

#endif
