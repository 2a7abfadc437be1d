/* A document by its key. */
#include "api/hits_state.h"
#include "base/clock.h"

/* The newest live document of the key. */
static rls_status
find(rls_snapshot *snapshot, const char *key, rls_result *out_result, rls_error *err)
{
    for (uint32_t i = snapshot->segment_count; i-- > 0;) {
        const rls_snapshot_segment *part = &snapshot->segments[i];
        uint32_t                    doc;
        rls_status                  status =
            rls_segment_find_key(part->segment, rls_bytes_of(key, strlen(key)), &doc, err);
        if (status == RLS_NOT_FOUND ||
            (status == RLS_OK && part->live != NULL && !rls_bitset_get(&part->live->live, doc)))
            continue;
        *out_result = (rls_result){.segment = i, .doc = doc, .matches_all = true};
        return status;
    }
    return rls_fail(err, RLS_NOT_FOUND, "%s: no such document in the index", key);
}

rls_status
rls_snapshot_get(rls_snapshot *snapshot, const char *key, rls_hits **out_hits, rls_error *err)
{
    uint64_t   start = rls_clock_ns();
    rls_result only;
    rls_hits  *hits;
    rls_status status;

    RLS_REQUIRE(out_hits, err);
    *out_hits = NULL;
    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(key, err);
    status = find(snapshot, key, &only, err);
    if (status != RLS_OK)
        return status;
    hits = rls_hits_new(snapshot);
    if (hits != NULL)
        hits->loaded = rls_alloc_zeroed(hits->heap, 1, sizeof *hits->loaded);
    if (hits == NULL || hits->loaded == NULL) {
        rls_hits_close(hits);
        return rls_fail(err, RLS_NO_MEMORY, "no memory to get a document");
    }
    hits->only = only;
    hits->count = 1;
    hits->took_ns = rls_clock_ns() - start;
    *out_hits = hits;
    return RLS_OK;
}

rls_status
rls_snapshot_get_with_matches(rls_snapshot *snapshot, const char *key, const char *query,
                              size_t query_size, const rls_search_options *options,
                              rls_hits **out_hits, rls_error *err)
{
    rls_search_options nothing = RLS_SEARCH_OPTIONS_INIT;
    rls_result         only;
    rls_results       *results;
    rls_hits          *hits;
    rls_status         status;

    RLS_REQUIRE(out_hits, err);
    *out_hits = NULL;
    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(key, err);
    if (options != NULL) {
        status = rls_hits_check_options(options, err);
        if (status != RLS_OK)
            return status;
        nothing.synonyms = options->synonyms;
        nothing.synonym_weight = options->synonym_weight;
        nothing.deadline_ms = options->deadline_ms;
        nothing.cancel = options->cancel;
        nothing.context = options->context;
    }
    status = find(snapshot, key, &only, err);
    /* A search that wants no hits tells what words would match; the document is the one we know. */
    nothing.limit = 0;
    nothing.exact_total = false;
    if (status == RLS_OK)
        status = rls_snapshot_search_text(snapshot, query, query_size, &nothing, &hits, err);
    if (status != RLS_OK)
        return status;
    results = hits->results;
    results->items = rls_arena_alloc_zeroed(&results->arena, 1, sizeof *results->items);
    if (results->items == NULL) {
        rls_hits_close(hits);
        return rls_fail(err, RLS_NO_MEMORY, "no memory to get a document");
    }
    results->items[0] = only;
    results->marked = true;
    results->count = hits->count = 1;
    hits->limit = UINT32_MAX; /* no page follows */
    results->total = 1;
    results->total_is_exact = true;
    *out_hits = hits;
    return RLS_OK;
}
