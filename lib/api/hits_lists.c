/* What is told of all hits together: facets, and where the next page begins. */
#include "api/hits_state.h"

#include <inttypes.h>

uint64_t
rls_hits_collapsed(const rls_hits *hits, uint32_t i)
{
    if (hits == NULL || hits->results == NULL || i >= hits->count)
        return 0;
    return hits->results->items[i].collapsed;
}

const char *
rls_hits_next(rls_hits *hits)
{
    rls_status status;

    if (hits == NULL || hits->results == NULL || hits->count == 0 || hits->count < hits->limit)
        return NULL;
    if (hits->next != NULL)
        return hits->next;
    rls_buffer_clear(&hits->scratch);
    status = rls_results_next(hits->results, hits->snapshot, &hits->scratch, NULL);
    if (status == RLS_OK)
        hits->next = rls_arena_copy(&hits->arena, hits->scratch.data, hits->scratch.size);
    return hits->next;
}

static rls_status
find_facet(const rls_hits *hits, uint32_t facet, const rls_facet_result **out_facet, rls_error *err)
{
    RLS_REQUIRE(hits, err);
    if (hits->results == NULL || facet >= hits->facet_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "facet %" PRIu32 " of %" PRIu32, facet,
                        hits->facet_count);
    *out_facet = hits->results->facets == NULL ? NULL : &hits->results->facets[facet];
    return RLS_OK;
}

rls_status
rls_hits_facet(const rls_hits *hits, uint32_t facet, rls_facet *out_facet, rls_error *err)
{
    const rls_facet_result *result;
    rls_status              status;

    RLS_REQUIRE(out_facet, err);
    *out_facet = (rls_facet){0};
    status = find_facet(hits, facet, &result, err);
    if (status != RLS_OK)
        return status;
    out_facet->field = (const char *)hits->facets[facet].field.data;
    out_facet->kind = hits->facets[facet].kind;
    if (result == NULL)
        return RLS_OK;
    out_facet->value_count = result->value_count;
    out_facet->distinct = result->distinct;
    out_facet->documents = result->documents;
    out_facet->missing = result->missing;
    out_facet->exact = result->exact;
    return RLS_OK;
}

rls_status
rls_hits_facet_value(const rls_hits *hits, uint32_t facet, uint32_t value,
                     rls_facet_value *out_value, rls_error *err)
{
    const rls_facet_result *result;
    const rls_facet_count  *count;
    rls_status              status;

    RLS_REQUIRE(out_value, err);
    *out_value = (rls_facet_value){{NULL, 0}, 0, 0, 0};
    status = find_facet(hits, facet, &result, err);
    if (status != RLS_OK)
        return status;
    if (result == NULL || value >= result->value_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "value %" PRIu32 " of %" PRIu32 " of facet %s",
                        value, result == NULL ? 0 : result->value_count,
                        (const char *)hits->facets[facet].field.data);
    count = &result->values[value];
    *out_value = (rls_facet_value){
        {(const char *)count->value.data, count->value.size}, count->count, count->from, count->to};
    return RLS_OK;
}
