/* How scores of hits come about. */
#include <inttypes.h>

#include "api/hits_state.h"
#include "search/explain.h"

rls_status
rls_hits_explain(rls_hits *hits, uint32_t i, const rls_factor **out_factor, rls_error *err)
{
    const rls_result *result;

    RLS_REQUIRE(out_factor, err);
    *out_factor = NULL;
    RLS_REQUIRE(hits, err);
    if (i >= hits->count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "hit %" PRIu32 " of %" PRIu32, i, hits->count);
    if (hits->results == NULL || hits->results->kept == NULL)
        return rls_fail(err, RLS_NOT_FOUND, "a document got by its key has no score");
    result = &hits->results->items[i];
    return rls_explain(hits->results, hits->snapshot, result, &hits->arena, out_factor, err);
}
