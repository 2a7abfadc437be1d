#include "search/named_years.h"

enum {
    FIRST = 1900,
    LAST = 2100
};

/* 0 when it is none. */
static int64_t
year_of(rls_bytes term)
{
    int64_t year = 0;

    if (term.size != 4)
        return 0;
    for (size_t i = 0; i < term.size; i++) {
        if (term.data[i] < '0' || term.data[i] > '9')
            return 0;
        year = 10 * year + (term.data[i] - '0');
    }
    return year >= FIRST && year <= LAST ? year : 0;
}

void
rls_named_years_find(rls_named_years *years, const rls_plan *plan, double boost)
{
    years->count = 0;
    years->others = (uint64_t)(4294967296.0 / boost);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        const rls_plan_leaf *leaf = &plan->leaves[i];
        if ((leaf->kind != RLS_LEAF_WORD && leaf->kind != RLS_LEAF_PHRASE) || !leaf->scored ||
            leaf->added)
            continue;
        for (uint32_t w = 0; w < leaf->word_count && years->count < RLS_NAMED_YEARS_MAX; w++) {
            int64_t year = leaf->words[w].term_count > 0 ? year_of(leaf->words[w].terms[0]) : 0;
            if (year != 0)
                years->spans[years->count++] = (rls_date_span){rls_date_from_civil(year, 1, 1),
                                                               rls_date_from_civil(year + 1, 1, 1)};
        }
    }
}

bool
rls_named_years_has(const rls_named_years *years, const rls_column *column, uint32_t doc)
{
    uint32_t ordinal;
    int64_t  date;

    if (column == NULL || !rls_column_greatest(column, doc, &ordinal))
        return false;
    date = rls_column_date(column, ordinal);
    for (uint32_t i = 0; i < years->count; i++)
        if (date >= years->spans[i].from && date < years->spans[i].to)
            return true;
    return false;
}

uint32_t
rls_named_years_score(const rls_named_years *years, const rls_column *column, uint32_t doc,
                      uint32_t score)
{
    return rls_named_years_has(years, column, doc) ? score
                                                   : (uint32_t)(score * years->others >> 32);
}
