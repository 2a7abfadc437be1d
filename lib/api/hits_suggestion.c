/* A better query than the one that was given. */
#include "api/hits_state.h"
#include "suggest/corrections.h"

rls_status
rls_hits_suggestion(rls_hits *hits, rls_text *out_query, rls_error *err)
{
    rls_bytes  text;
    rls_status status;

    RLS_REQUIRE(out_query, err);
    *out_query = (rls_text){"", 0};
    RLS_REQUIRE(hits, err);
    if (hits->query == NULL || hits->query->text.size == 0)
        return RLS_OK;
    status =
        rls_corrections_find(hits->heap, hits->snapshot, hits->query, &hits->arena, &text, err);
    if (status == RLS_OK && text.size > 0)
        *out_query = (rls_text){(const char *)text.data, text.size};
    return status;
}
