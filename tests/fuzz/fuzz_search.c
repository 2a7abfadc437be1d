/* Search: any query over two segments, one of them with deletions. On good segments the fast way
 * and the exhaustive one must agree to the bit; with a section damaged, all that may come is a
 * result or RLS_CORRUPT.
 *
 *   shape u8, query size u8, query; then, when there is more, section u8 and its bytes */
#include "fuzz_base.h"
#include "index/snapshot.h"
#include "search/explain.h"
#include "search/searcher.h"
#include "suggest/corrections.h"
#include "suggest/suggest.h"

enum {
    SEGMENTS = 2
};

typedef struct index {
    rls_heap             heap;
    rls_directory       *directory;
    rls_snapshot         snapshot;
    rls_snapshot_segment segments[SEGMENTS];
    rls_live_docs        live;
} index_at_hand;

/* False when a damaged segment does not open or cannot be counted. */
static bool
open_index(index_at_hand *at_hand, uint32_t damaged, rls_bytes section)
{
    static rls_manifest_language language = {{(const uint8_t *)"english", 7}, 0};
    rls_snapshot                *snapshot = &at_hand->snapshot;

    memset(at_hand, 0, sizeof *at_hand);
    fuzz_heap_begin(&at_hand->heap);
    FUZZ_CHECK(rls_directory_open_ram(&at_hand->heap, &at_hand->directory, NULL) == RLS_OK);
    rls_manifest_init(&snapshot->manifest, &at_hand->heap);
    snapshot->manifest.languages = &language;
    snapshot->manifest.language_count = 1;
    snapshot->heap = &at_hand->heap;
    snapshot->directory = at_hand->directory;
    snapshot->segments = at_hand->segments;
    for (int kind = 0; kind < SEGMENTS; kind++) {
        if (fuzz_open_damaged(&at_hand->heap, at_hand->directory, kind,
                              damaged / RLS_SECTION_COUNT == (uint32_t)kind
                                  ? damaged % RLS_SECTION_COUNT
                                  : RLS_SECTION_COUNT,
                              section, false, &at_hand->segments[kind].segment) != RLS_OK)
            return false;
        snapshot->segment_count++;
        at_hand->segments[kind].live_count =
            rls_segment_get_info(at_hand->segments[kind].segment)->doc_count;
    }
    if (at_hand->segments[1].live_count > 1 << 20 ||
        rls_live_docs_init(&at_hand->live, &at_hand->heap, at_hand->segments[1].live_count) !=
            RLS_OK)
        return false;
    for (uint32_t d = 3; d < at_hand->segments[1].live_count; d += 5)
        rls_live_docs_delete(&at_hand->live, d);
    at_hand->segments[1].live = &at_hand->live;
    at_hand->segments[1].live_count -= at_hand->live.deleted_count;
    return rls_snapshot_count(snapshot, NULL) == RLS_OK;
}

static void
close_index(index_at_hand *at_hand)
{
    for (uint32_t i = 0; i < SEGMENTS; i++)
        rls_segment_close(at_hand->segments[i].segment);
    rls_live_docs_release(&at_hand->live, &at_hand->heap);
    rls_free(&at_hand->heap, at_hand->snapshot.fields);
    rls_manifest_release(&at_hand->snapshot.manifest);
    rls_directory_close(at_hand->directory);
    fuzz_heap_end(&at_hand->heap);
}

static void
check_results(const rls_results *results, const rls_snapshot *snapshot, uint32_t limit)
{
    FUZZ_CHECK(results->count <= limit);
    /* Hits with some words follow those with all, which alone are counted then. */
    FUZZ_CHECK(results->count <= results->total || results->total_has_all_words);
    for (uint32_t i = 0; i < results->count; i++) {
        const rls_result *item = &results->items[i];

        FUZZ_CHECK(item->segment < snapshot->segment_count);
        FUZZ_CHECK(item->doc <
                   rls_segment_get_info(snapshot->segments[item->segment].segment)->doc_count);
        FUZZ_CHECK(snapshot->segments[item->segment].live == NULL ||
                   rls_bitset_get(&snapshot->segments[item->segment].live->live, item->doc));
        FUZZ_CHECK(item->score >= 0);
    }
}

static void
check_same(const rls_results *truth, const rls_results *fast, bool count)
{
    FUZZ_CHECK(truth->count == fast->count);
    for (uint32_t i = 0; i < truth->count; i++) {
        const rls_result *a = &truth->items[i], *b = &fast->items[i];

        FUZZ_CHECK(a->segment == b->segment && a->doc == b->doc);
        FUZZ_CHECK(a->score == b->score && a->matches_all == b->matches_all);
    }
    FUZZ_CHECK(truth->total_is_exact);
    FUZZ_CHECK(!count || (fast->total_is_exact && truth->total == fast->total));
    FUZZ_CHECK(fast->total <= truth->total);
}

/* The best hit explained: its factors have its score at their root. */
static void
check_explain(index_at_hand *at_hand, rls_results *results, bool damaged)
{
    const rls_result *best = results->items;
    const rls_factor *factor;
    rls_arena         arena;
    rls_status        status;

    if (results->count == 0)
        return;
    rls_arena_init(&arena, &at_hand->heap, 4096);
    status = rls_explain(results, &at_hand->snapshot, best, &arena, &factor, NULL);
    FUZZ_CHECK(status == RLS_OK ? factor->value == best->score || damaged
                                : damaged && status == RLS_CORRUPT && factor == NULL);
    rls_arena_release(&arena);
}

/* What is typed completed, and its words put right. */
static void
check_suggestions(index_at_hand *at_hand, const rls_query *query, bool damaged)
{
    rls_arena   arena;
    rls_suggest suggest;
    rls_bytes   corrected;
    rls_status  status;

    rls_arena_init(&arena, &at_hand->heap, 4096);
    status =
        rls_corrections_find(&at_hand->heap, &at_hand->snapshot, query, &arena, &corrected, NULL);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT));
    status = rls_suggest_init(&suggest, &at_hand->heap, &arena, &at_hand->snapshot, query->text, 5,
                              NULL);
    FUZZ_CHECK(status == RLS_OK);
    status = rls_suggest_words(&suggest);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT));
    status = rls_suggest_values(&suggest);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT));
    status = rls_suggest_titles(&suggest);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT));
    for (size_t i = 0; i < suggest.items.size / sizeof(rls_suggest_item); i++) {
        const rls_suggest_item *item = (const rls_suggest_item *)(void *)suggest.items.data + i;
        FUZZ_CHECK(item->start <= query->text.size && item->text.size > 0);
    }
    rls_suggest_release(&suggest);
    rls_arena_release(&arena);
}

static void
check_search(index_at_hand *at_hand, uint32_t shape, rls_bytes text, bool damaged)
{
    static const uint32_t limits[] = {10, 1, 700, 3};
    rls_search_request    request = {.limit = limits[shape % 4],
                                     .skip = shape / 4 % 2 * 2,
                                     .k1 = 1.2f,
                                     .b = shape / 8 % 2 == 0 ? 0.75f : 0.0f,
                                     .ranking = (rls_ranking_model)(shape % 3),
                                     .mode = (rls_match)(shape / 16 % 3),
                                     .count = shape % 2 == 0};
    rls_results          *truth, *fast;
    rls_query            *query;
    rls_status            status;

    FUZZ_CHECK(rls_query_parse_in(&at_hand->heap, text, false, 0, &query, NULL) == RLS_OK);
    request.query = query;
    request.evaluation = RLS_EVALUATE_EXHAUSTIVE;
    status = rls_search(&at_hand->heap, &at_hand->snapshot, &request, &truth, NULL);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT && truth == NULL));
    request.evaluation = RLS_EVALUATE_FAST;
    status = rls_search(&at_hand->heap, &at_hand->snapshot, &request, &fast, NULL);
    FUZZ_CHECK(status == RLS_OK || (damaged && status == RLS_CORRUPT && fast == NULL));
    if (truth != NULL)
        FUZZ_CHECK(rls_results_mark(truth, &at_hand->snapshot, NULL) == RLS_OK || damaged);
    if (fast != NULL)
        FUZZ_CHECK(rls_results_mark(fast, &at_hand->snapshot, NULL) == RLS_OK || damaged);
    if (truth != NULL)
        check_results(truth, &at_hand->snapshot, request.limit);
    if (fast != NULL)
        check_results(fast, &at_hand->snapshot, request.limit);
    if (!damaged)
        check_same(truth, fast, request.count);
    if (fast != NULL)
        check_explain(at_hand, fast, damaged);
    check_suggestions(at_hand, query, damaged);
    rls_results_free(truth);
    rls_results_free(fast);
    rls_query_free(query);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input     input = {data, size};
    uint32_t       shape = fuzz_u8(&input), damaged = UINT32_MAX;
    rls_bytes      text = fuzz_bytes(&input, fuzz_u8(&input));
    bool           is_damaged = input.size > 0;
    index_at_hand *at_hand = malloc(sizeof *at_hand);

    if (is_damaged)
        damaged = fuzz_u8(&input) % (SEGMENTS * RLS_SECTION_COUNT);
    if (open_index(at_hand, damaged, rls_bytes_of(input.data, input.size)))
        check_search(at_hand, shape, text, is_damaged);
    else
        FUZZ_CHECK(is_damaged);
    close_index(at_hand);
    free(at_hand);
    return 0;
}
