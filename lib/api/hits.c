#include "api/hits_state.h"

#include <math.h>

#include "base/clock.h"
#include "search/order.h"

enum {
    FACETS_MAX = 64,
    FILTERS_MAX = 64,
    HALF_LIFE_MAX = 100000000, /* days */
    YEAR_BOOST_MAX = 1000
};

rls_hits *
rls_hits_new(rls_snapshot *snapshot)
{
    rls_heap *heap = snapshot->heap;
    rls_hits *hits = rls_alloc_zeroed(heap, 1, sizeof *hits);

    if (hits == NULL)
        return NULL;
    hits->heap = heap;
    hits->snapshot = rls_snapshot_hold(snapshot);
    rls_arena_init(&hits->arena, heap, 16 << 10);
    rls_buffer_init(&hits->scratch, heap);
    return hits;
}

void
rls_hits_close(rls_hits *hits)
{
    rls_snapshot *snapshot;

    if (hits == NULL)
        return;
    snapshot = hits->snapshot;
    rls_hits_forget_highlighters(hits);
    rls_results_free(hits->results);
    rls_query_free(hits->query);
    for (uint32_t i = 0; i < hits->analyzer_count; i++)
        rls_analyzer_free(hits->analyzers[i].analyzer);
    rls_schema_free(hits->schema);
    rls_buffer_release(&hits->scratch);
    rls_free(hits->heap, hits->loaded);
    rls_arena_release(&hits->arena);
    rls_free(hits->heap, hits);
    rls_snapshot_let_go(snapshot);
}

rls_status
rls_hits_check_options(const rls_search_options *options, rls_error *err)
{
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (options->weights == NULL && options->weight_count > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: weights is NULL");
    if ((unsigned)options->match > RLS_MATCH_ALL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: no match has number %d",
                        options->match);
    if (options->limit > 1000000 || options->skip > 1000000)
        return rls_fail(err, RLS_BAD_ARGUMENT, "limit and skip are at most 1,000,000");
    if (!(options->synonym_weight >= 0.0f && options->synonym_weight <= 1.0f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "the weight of synonyms must be between 0 and 1");
    if (options->k1 != RLS_BY_LENGTH && !(options->k1 >= 0.0f && options->k1 <= 1000.0f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "k1 must be between 0 and 1000");
    if (options->b != RLS_BY_LENGTH && !(options->b >= 0.0f && options->b <= 1.0f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "b must be between 0 and 1");
    if ((unsigned)options->ranking > RLS_RANKING_DEFAULT)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: no ranking has number %d",
                        options->ranking);
    if ((options->sort == NULL && options->sort_count > 0) ||
        (options->facets == NULL && options->facet_count > 0))
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: %s is NULL",
                        options->facets == NULL && options->facet_count > 0 ? "facets" : "sort");
    if ((unsigned)options->collapse > RLS_COLLAPSE_NEAR)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no way to collapse has number %d",
                        options->collapse);
    if (options->filter_count > FILTERS_MAX ||
        (options->filters == NULL && options->filter_count > 0))
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_search_options: %s",
                        options->filters == NULL ? "filters is NULL" : "at most 64 filters");
    if (options->sort_count > RLS_ORDER_KEY_MAX || options->facet_count > FACETS_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "at most %d sort keys and %d facets",
                        RLS_ORDER_KEY_MAX, FACETS_MAX);
    if (!(options->recency_half_life_days >= 0.0 &&
          options->recency_half_life_days <= HALF_LIFE_MAX))
        return rls_fail(err, RLS_BAD_ARGUMENT, "a half-life must be between 0 and %d days",
                        HALF_LIFE_MAX);
    if (options->year_boost != 0.0 &&
        !(options->year_boost >= 1.0 && options->year_boost <= YEAR_BOOST_MAX))
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "the boost of named years must be 0 or between 1 and %d", YEAR_BOOST_MAX);
    for (uint32_t i = 0; i < options->sort_count; i++)
        if (options->sort[i].field != RLS_SORT_SCORE && options->sort[i].field[0] == '\0')
            return rls_fail(err, RLS_BAD_ARGUMENT, "a sort key needs the name of a field");
    for (uint32_t i = 0; i < options->facet_count; i++)
        if (options->facets[i].field == NULL || options->facets[i].field[0] == '\0' ||
            (unsigned)options->facets[i].kind > RLS_FACET_DAY ||
            (unsigned)options->facets[i].order > RLS_FACET_BY_VALUE)
            return rls_fail(err, RLS_BAD_ARGUMENT, "a facet needs a field, a kind and an order");
    for (uint32_t i = 0; i < options->weight_count; i++) {
        if (options->weights[i].field == NULL ||
            !(options->weights[i].weight >= 0.0f && options->weights[i].weight <= 1e6f))
            return rls_fail(err, RLS_BAD_ARGUMENT,
                            "a weight needs a field and must be between 0 and 1,000,000");
    }
    return RLS_OK;
}

/* The order, the place to go on from, and the facets, in the words of the searcher. */
static rls_status
read_lists(rls_hits *hits, const rls_search_options *options, rls_search_request *request,
           rls_error *err)
{
    const char     *date = options->recency_field == NULL ? "date" : options->recency_field;
    rls_sort_field *sort =
        rls_arena_alloc_zeroed(&hits->arena, options->sort_count + (size_t)1, sizeof *sort);
    rls_facet_wish *facets =
        rls_arena_alloc_zeroed(&hits->arena, options->facet_count + (size_t)1, sizeof *facets);

    if (sort == NULL || facets == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    for (uint32_t i = 0; i < options->sort_count; i++) {
        const char *field = options->sort[i].field;
        sort[i].field = rls_bytes_of(field, field == RLS_SORT_SCORE ? 0 : strlen(field));
        sort[i].descending = options->sort[i].descending;
    }
    for (uint32_t i = 0; i < options->facet_count; i++) {
        const rls_facet_request *from = &options->facets[i];
        size_t                   size = strlen(from->field);
        char                    *name = rls_arena_copy(&hits->arena, from->field, size);
        if (name == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
        facets[i] = (rls_facet_wish){rls_bytes_of(name, size), from->kind, from->order, from->limit,
                                     from->leave_out_own_filter};
    }
    request->sort = sort;
    request->sort_count = options->sort_count;
    request->facets = hits->facets = facets;
    request->facet_count = hits->facet_count = options->facet_count;
    if (options->after != NULL) {
        if (options->after[0] == '\0')
            return rls_fail(err, RLS_BAD_ARGUMENT, "the place to go on from is empty");
        request->after = rls_bytes_of(options->after, strlen(options->after));
    }
    request->collapse = options->collapse;
    request->recency_field = rls_bytes_of(date, strlen(date));
    request->now = options->recency_now;
    request->year_boost = options->year_boost;
    if (options->recency_half_life_days > 0.0)
        request->half_life = (int64_t)ceil(options->recency_half_life_days * 86400.0);
    return RLS_OK;
}

uint64_t
rls_hits_deadline(const rls_search_options *options, uint64_t start)
{
    return options->deadline_ms == 0 ? 0 : start + (uint64_t)options->deadline_ms * 1000000u;
}

rls_status
rls_hits_search(rls_hits *hits, const rls_query *query, const rls_search_options *options,
                uint64_t start, rls_error *err)
{
    rls_search_request request = {
        .query = query,
        .synonyms = options->synonyms,
        .synonym_weight = options->synonym_weight,
        .limit = options->limit,
        .skip = options->skip,
        .k1 = options->k1,
        .b = options->b,
        .ranking = options->ranking,
        .mode = options->match,
        .evaluation = options->exhaustive ? RLS_EVALUATE_EXHAUSTIVE : RLS_EVALUATE_FAST,
        .count = options->exact_total,
        .cancel = options->cancel,
        .cancel_context = options->context,
    };
    rls_search_field *weights = NULL;
    rls_status        status;

    if (options->weight_count > 0) {
        weights = rls_arena_alloc_zeroed(&hits->arena, options->weight_count, sizeof *weights);
        if (weights == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
        for (uint32_t i = 0; i < options->weight_count; i++) {
            /* Explanations ask for them later. */
            const char *field = options->weights[i].field;
            size_t      size = strlen(field);
            char       *copy = rls_arena_copy(&hits->arena, field, size);
            if (copy == NULL)
                return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
            weights[i] = (rls_search_field){rls_bytes_of(copy, size), options->weights[i].weight};
        }
        request.weights = weights;
        request.weight_count = options->weight_count;
    }
    status = read_lists(hits, options, &request, err);
    if (status == RLS_OK)
        status = rls_hits_narrow(hits, query, options, &request.query, err);
    if (status != RLS_OK)
        return status;
    request.deadline_ns = rls_hits_deadline(options, start);
    status = rls_search(hits->heap, hits->snapshot, &request, &hits->results, err);
    if (status != RLS_OK)
        return status;
    hits->count = hits->results->count;
    hits->limit = options->limit;
    hits->loaded = rls_alloc_zeroed(hits->heap, (size_t)hits->count + 1, sizeof *hits->loaded);
    if (hits->loaded == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for hits");
    hits->took_ns = rls_clock_ns() - start;
    return RLS_OK;
}

rls_status
rls_snapshot_search(rls_snapshot *snapshot, const rls_query *query,
                    const rls_search_options *options, rls_hits **out_hits, rls_error *err)
{
    static const rls_search_options defaults = RLS_SEARCH_OPTIONS_INIT;
    uint64_t                        start = rls_clock_ns();
    rls_hits                       *hits;
    rls_status                      status;

    RLS_REQUIRE(out_hits, err);
    *out_hits = NULL;
    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(query, err);
    if (options == NULL)
        options = &defaults;
    status = rls_hits_check_options(options, err);
    if (status != RLS_OK)
        return status;
    hits = rls_hits_new(snapshot);
    if (hits == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    status = options->expand ? rls_hits_search_expanded(hits, query, options, start, err)
                             : rls_hits_search(hits, query, options, start, err);
    if (status == RLS_OK && query->text.size > 0) {
        char *copy = rls_arena_copy(&hits->arena, query->text.data, query->text.size);
        hits->text = rls_bytes_of(copy, query->text.size);
        if (copy == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for hits");
    }
    if (status != RLS_OK) {
        rls_hits_close(hits);
        return status;
    }
    *out_hits = hits;
    return RLS_OK;
}

rls_status
rls_snapshot_search_text(rls_snapshot *snapshot, const char *query, size_t query_size,
                         const rls_search_options *options, rls_hits **out_hits, rls_error *err)
{
    static const rls_search_options defaults = RLS_SEARCH_OPTIONS_INIT;
    uint64_t                        start = rls_clock_ns();
    rls_hits                       *hits;
    rls_status                      status;

    RLS_REQUIRE(out_hits, err);
    *out_hits = NULL;
    RLS_REQUIRE(snapshot, err);
    if (options == NULL)
        options = &defaults;
    status = rls_hits_check_options(options, err);
    if (status != RLS_OK)
        return status;
    if (query == NULL && query_size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a query needs its text");
    hits = rls_hits_new(snapshot);
    if (hits == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    status = rls_query_parse_in(hits->heap, rls_bytes_of(query, query_size), false,
                                rls_hits_deadline(options, start), &hits->query, err);
    if (status == RLS_OK)
        status = options->expand ? rls_hits_search_expanded(hits, hits->query, options, start, err)
                                 : rls_hits_search(hits, hits->query, options, start, err);
    if (status != RLS_OK) {
        rls_hits_close(hits);
        return status;
    }
    *out_hits = hits;
    return RLS_OK;
}

rls_text
rls_hits_query(const rls_hits *hits)
{
    rls_bytes text = {NULL, 0};

    if (hits != NULL)
        text = hits->query != NULL ? hits->query->text : hits->text;
    return text.size == 0 ? (rls_text){"", 0} : (rls_text){(const char *)text.data, text.size};
}

uint32_t
rls_hits_count(const rls_hits *hits)
{
    return hits == NULL ? 0 : hits->count;
}

uint64_t
rls_hits_total(const rls_hits *hits)
{
    if (hits == NULL || hits->results == NULL)
        return rls_hits_count(hits);
    return hits->results->total;
}

bool
rls_hits_total_is_exact(const rls_hits *hits)
{
    return hits == NULL || hits->results == NULL || hits->results->total_is_exact;
}

bool
rls_hits_total_has_all_words(const rls_hits *hits)
{
    return hits == NULL || hits->results == NULL || hits->results->total_has_all_words;
}

bool
rls_hits_timed_out(const rls_hits *hits)
{
    return hits != NULL && hits->results != NULL && hits->results->timed_out;
}

uint64_t
rls_hits_took_ns(const rls_hits *hits)
{
    return hits == NULL ? 0 : hits->took_ns;
}

const char *
rls_hits_note(const rls_hits *hits, uint32_t i)
{
    return rls_hits_get_note(hits, i, NULL, NULL);
}

const char *
rls_hits_get_note(const rls_hits *hits, uint32_t i, uint32_t *out_start, uint32_t *out_end)
{
    if (hits == NULL || hits->results == NULL || i >= hits->results->note_count)
        return NULL;
    if (out_start != NULL)
        *out_start = hits->results->notes[i].start;
    if (out_end != NULL)
        *out_end = hits->results->notes[i].end;
    return hits->results->notes[i].message;
}

rls_note_kind
rls_hits_note_kind(const rls_hits *hits, uint32_t i)
{
    return rls_hits_note(hits, i) == NULL ? RLS_NOTE_QUERY : hits->results->notes[i].kind;
}
