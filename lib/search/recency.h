/* Newer documents first: a score is multiplied by (1 + 2^-(age / half-life)) / 2, from 1 for what
 * is new down to a half for what is old, so that the newer of two like documents comes first and
 * the better of two old ones still does. In integers, so that it is the same everywhere and never
 * more than the score, which keeps bounds of scores right. */
#ifndef RLS_SEARCH_RECENCY_H
#define RLS_SEARCH_RECENCY_H

#include "search/similarity_bm25.h"

typedef struct rls_recency {
    int64_t   half_life, now; /* seconds; half_life 0: off */
    rls_bytes field;
} rls_recency;

/* That factor, in units of 2^-32, rounded down. Age below 0 counts as 0. */
uint64_t rls_recency_factor(int64_t half_life, int64_t age);
/* score times that factor, rounded down. */
uint32_t rls_recency_fade(uint32_t score, int64_t half_life, int64_t age);

/* The age of a document by the latest of its dates, at least 0; false without any, and when it is
 * older than can be told. `column` may be NULL. */
bool rls_recency_age(const rls_recency *recency, const rls_column *column, uint32_t doc,
                     int64_t *out_age);
/* Of a document: by the latest of its dates; half without any. `column` may be NULL. */
uint32_t rls_recency_score(const rls_recency *recency, const rls_column *column, uint32_t doc,
                           uint32_t score);

#endif
