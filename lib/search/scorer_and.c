#include "search/scorer_and.h"

#include "search/range_walk.h"

enum {
    BY_BLOCK_SHARE = 12, /* one document asked for in so many postings */
    BY_BLOCK_LEAST = 16
};

typedef struct and_scorer {
    rls_clauses    *clauses;
    rls_topk       *topk;
    bool            all, marked; /* marked: the topk ranks documents with all words first */
    const uint32_t *taken;
    uint32_t        taken_count;
    uint32_t        required, feed_count;
    rls_feed      **feeds; /* required ones by number of documents, then optional ones */
    uint32_t       *after; /* after[i]: the most that feeds i and following add */
    uint32_t        count; /* candidates at hand */
    uint32_t        docs[RLS_BLOCK_SIZE];
    uint32_t        scores[RLS_BLOCK_SIZE];
} and_scorer;

static bool
is_taken(const and_scorer *a, uint32_t doc)
{
    uint32_t low = 0, high = a->taken_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (a->taken[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->taken_count && a->taken[low] == doc;
}

/* The most that feeds 1 and following add in the range. */
static uint32_t
rest_bound(const and_scorer *a, uint32_t range)
{
    uint32_t sum = 0;

    for (uint32_t i = 1; i < a->feed_count; i++)
        sum += rls_feed_range_bound(a->feeds[i], range);
    return sum;
}

/* The accepted documents of a run of the first feed that can still reach `least`. */
static void
take_run(and_scorer *a, const rls_feed_run *run, uint32_t least)
{
    uint32_t range = UINT32_MAX, rest = 0;

    a->count = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t doc = run->docs[i];
        if (least > 0) {
            if (doc / RLS_RANGE_SIZE != range) {
                range = doc / RLS_RANGE_SIZE;
                rest = rest_bound(a, range);
            }
            if (run->scores[i] + rest < least)
                continue;
        }
        if (!rls_clauses_accept(a->clauses, doc))
            continue;
        a->docs[a->count] = doc;
        a->scores[a->count++] = run->scores[i];
    }
}

/* Membership of dense lists costs nothing, so it is asked first. */
static void
keep_dense(and_scorer *a)
{
    for (uint32_t f = 1; f < a->required; f++) {
        const rls_feed *feed = a->feeds[f];
        uint32_t        kept = 0;
        if (feed->is_table || feed->list.dense == NULL)
            continue;
        for (uint32_t i = 0; i < a->count; i++) {
            a->docs[kept] = a->docs[i];
            a->scores[kept] = a->scores[i];
            kept += rls_posting_list_dense_has(&feed->list, a->docs[i]);
        }
        a->count = kept;
    }
}

/* Scoring a whole block pays when so many of its documents are asked for. */
static void
choose_way(const and_scorer *a, rls_feed *feed)
{
    uint64_t span = (uint64_t)a->docs[a->count - 1] - a->docs[0] + 1;

    /* Postings of the feed in the span, were they spread evenly. */
    feed->by_block =
        !feed->is_table && a->count >= BY_BLOCK_LEAST &&
        (uint64_t)a->count * BY_BLOCK_SHARE > span * feed->count / a->clauses->view->doc_count;
}

static void
drop_hopeless(and_scorer *a, uint32_t f, uint32_t least)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t doc = a->docs[i], score = a->scores[i];
        a->docs[kept] = doc;
        a->scores[kept] = score;
        kept += score + a->after[f] >= least;
    }
    a->count = kept;
}

static bool
probe_candidates(and_scorer *a, uint32_t f, uint32_t least)
{
    rls_feed *feed = a->feeds[f];
    uint32_t  kept = 0;

    if (least > 0)
        drop_hopeless(a, f, least);
    if (a->count == 0)
        return true;
    choose_way(a, feed);
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t doc = a->docs[i], score = a->scores[i], contribution = 0;
        if (!rls_feed_probe(feed, doc, &contribution) && f < a->required)
            continue;
        a->docs[kept] = doc;
        a->scores[kept++] = score + contribution;
    }
    a->count = kept;
    return !feed->failed;
}

static void
offer_candidates(and_scorer *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t doc = a->docs[i];
        if (a->scores[i] < rls_topk_least_score(a->topk, a->marked) || is_taken(a, doc))
            continue;
        rls_topk_offer(a->topk,
                       rls_topk_key(a->marked, a->scores[i],
                                    rls_segment_key_rank(a->clauses->view->segment, doc)),
                       doc);
    }
}

static rls_status
and_window(void *context, uint32_t from, uint32_t to)
{
    and_scorer  *a = context;
    rls_feed_run run;

    for (;;) {
        uint32_t least = rls_topk_least_score(a->topk, a->marked);
        if (least > INT32_MAX || a->after[0] < least)
            return RLS_OK;
        if (!rls_feed_next_run(a->feeds[0], from, to, least > a->after[1] ? least - a->after[1] : 0,
                               &run))
            return rls_search_corrupt(a->clauses->state, a->clauses->view);
        if (run.count == 0)
            return RLS_OK;
        from = run.docs[run.count - 1] + 1;
        take_run(a, &run, least);
        keep_dense(a);
        for (uint32_t f = 1; f < a->feed_count && a->count > 0; f++)
            if (!probe_candidates(a, f, least))
                return rls_search_corrupt(a->clauses->state, a->clauses->view);
        offer_candidates(a);
        if (from >= to)
            return RLS_OK;
    }
}

static void
and_rewind(void *context)
{
    and_scorer *a = context;

    for (uint32_t i = 0; i < a->feed_count; i++)
        rls_feed_rewind(a->feeds[i]);
}

static void
insert_feed(and_scorer *a, uint32_t from, rls_feed *feed)
{
    uint32_t at = a->feed_count++;

    for (; at > from && a->feeds[at - 1]->count > feed->count; at--)
        a->feeds[at] = a->feeds[at - 1];
    a->feeds[at] = feed;
}

static rls_status
open_feeds(and_scorer *a)
{
    rls_clauses *clauses = a->clauses;
    uint32_t     sum = 0;

    a->feeds = rls_arena_alloc(&clauses->state->scratch, clauses->feed_count * sizeof(rls_feed *));
    a->after = rls_arena_alloc(&clauses->state->scratch,
                               (clauses->feed_count + (size_t)1) * sizeof(*a->after));
    if (a->feeds == NULL || a->after == NULL)
        return rls_search_no_memory(clauses->state);
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if (a->all || clauses->clauses[c].required)
            insert_feed(a, 0, clauses->clauses[c].feeds[0]);
    a->required = a->feed_count;
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if (!a->all && !clauses->clauses[c].required)
            for (uint32_t f = 0; f < clauses->clauses[c].feed_count; f++)
                insert_feed(a, a->required, clauses->clauses[c].feeds[f]);
    a->after[a->feed_count] = 0;
    for (uint32_t i = a->feed_count; i-- > 0;)
        a->after[i] = sum += a->feeds[i]->best;
    return RLS_OK;
}

/* A rare first feed is read through; bounds by range of feeds that have no row would cost more than
 * they save. */
static rls_status
read_through(and_scorer *a)
{
    uint32_t doc_count = a->clauses->view->doc_count;

    for (uint32_t from = 0; from < doc_count;) {
        uint32_t to =
            doc_count - from > 16 * RLS_WINDOW_SIZE ? from + 16 * RLS_WINDOW_SIZE : doc_count;
        rls_status status = rls_search_poll(a->clauses->state);
        if (status == RLS_OK)
            status = and_window(a, from, to);
        if (status != RLS_OK)
            return status;
        from = to;
    }
    return RLS_OK;
}

static rls_status
walk_ranges(and_scorer *a, uint32_t range_count)
{
    rls_search_state *state = a->clauses->state;
    rls_range_walk    walk = {.clauses = a->clauses, .topk = a->topk, .all = a->marked};

    walk.range_count = range_count;
    walk.bounds =
        rls_arena_alloc_zeroed(&state->scratch, range_count + (size_t)1, sizeof(*walk.bounds));
    if (walk.bounds == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < a->feed_count; i++) {
        rls_status status = rls_feed_make_row(a->feeds[i]);
        if (status != RLS_OK)
            return status;
        rls_feed_add_bounds(a->feeds[i], walk.bounds, range_count);
    }
    walk.window = and_window;
    walk.rewind = and_rewind;
    walk.context = a;
    return rls_range_walk_run(&walk);
}

rls_status
rls_scorer_and(rls_clauses *clauses, rls_topk *topk, bool all, const uint32_t *taken,
               uint32_t taken_count)
{
    uint32_t    ranges = (clauses->view->doc_count + RLS_RANGE_SIZE - 1) / RLS_RANGE_SIZE;
    and_scorer *a = rls_arena_alloc(&clauses->state->scratch, sizeof(*a));
    rls_status  status;

    if (a == NULL)
        return rls_search_no_memory(clauses->state);
    a->clauses = clauses;
    a->topk = topk;
    a->all = all;
    a->marked = all && rls_scorer_ranks_all(clauses->state);
    a->taken = taken;
    a->taken_count = taken_count;
    a->feed_count = 0;
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if ((all || clauses->clauses[c].required) && clauses->clauses[c].feed_count == 0)
            return RLS_OK;
    status = open_feeds(a);
    if (status != RLS_OK)
        return status;
    and_rewind(a);
    if (a->feeds[0]->count < ranges)
        return read_through(a);
    return walk_ranges(a, ranges);
}
