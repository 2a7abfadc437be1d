#include "search/recency.h"

enum {
    STEPS = 24 /* bits of the fraction of a half-life */
};

/* 2^32 * 2^-(2^-(i+1)), rounded: what one more bit of the fraction takes off. */
static const uint32_t roots[STEPS] = {
    0xb504f334, 0xd744fccb, 0xeac0c6e8, 0xf5257d15, 0xfa83b2db, 0xfd3e0c0d, 0xfe9e115c, 0xff4ecb59,
    0xffa75652, 0xffd3a752, 0xffe9d2b3, 0xfff4e91c, 0xfffa747f, 0xfffd3a3b, 0xfffe9d1d, 0xffff4e8e,
    0xffffa747, 0xffffd3a3, 0xffffe9d2, 0xfffff4e9, 0xfffffa74, 0xfffffd3a, 0xfffffe9d, 0xffffff4f};

/* 2^32 * 2^-(age / half_life), rounded down. */
static uint64_t
fading(int64_t half_life, int64_t age)
{
    uint64_t life = (uint64_t)half_life, left, factor = UINT64_C(1) << 32;

    if (age <= 0)
        return factor;
    if ((uint64_t)age / life > 32)
        return 0;
    left = (uint64_t)age % life;
    for (int i = 0; i < STEPS; i++) {
        left *= 2; /* life is below 2^62 */
        if (left >= life) {
            left -= life;
            factor = factor * roots[i] >> 32;
        }
    }
    return factor >> (uint64_t)age / life;
}

uint64_t
rls_recency_factor(int64_t half_life, int64_t age)
{
    return ((UINT64_C(1) << 32) + fading(half_life, age)) / 2;
}

uint32_t
rls_recency_fade(uint32_t score, int64_t half_life, int64_t age)
{
    return (uint32_t)(score * rls_recency_factor(half_life, age) >> 32);
}

bool
rls_recency_age(const rls_recency *recency, const rls_column *column, uint32_t doc,
                int64_t *out_age)
{
    uint32_t ordinal;
    int64_t  date;
    uint64_t age;

    *out_age = 0;
    if (column == NULL || !rls_column_greatest(column, doc, &ordinal))
        return false;
    date = rls_column_date(column, ordinal);
    if (date >= recency->now)
        return true;
    age = (uint64_t)recency->now - (uint64_t)date;
    if (age > INT64_MAX)
        return false;
    *out_age = (int64_t)age;
    return true;
}

uint32_t
rls_recency_score(const rls_recency *recency, const rls_column *column, uint32_t doc,
                  uint32_t score)
{
    int64_t age;

    return rls_recency_age(recency, column, doc, &age)
               ? rls_recency_fade(score, recency->half_life, age)
               : score / 2;
}
