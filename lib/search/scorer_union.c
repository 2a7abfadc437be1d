#include "search/scorer_union.h"

#include "search/range_walk.h"
#include "search/threshold.h"

enum {
    PROBES_A_RANGE = 4,       /* more survivors than this, and adding the whole feed costs less */
    DENSE_PROBES_A_RANGE = 8, /* a bit set answers faster */
    SPARSE_ACCEPT = 32        /* one in so many accepted: ask the feeds for these alone */
};

typedef struct lane {
    rls_feed *feed;
    uint32_t  bound; /* in the window at hand */
} lane;

typedef struct union_scorer {
    rls_clauses    *clauses;
    rls_topk       *topk;
    const uint32_t *taken;
    uint32_t        taken_count;
    uint32_t        lane_count;
    lane           *lanes; /* by bound in the window, least first */
    uint32_t       *below; /* below[i]: sum of the bounds of lanes 0..i */
    uint32_t        survivor_count;
    uint16_t        survivors[RLS_WINDOW_SIZE];
    int32_t         sums[RLS_WINDOW_SIZE + 16];
} union_scorer;

/* Indices of sums >= least, which is at least 0, among the first `count`. */
static uint32_t
gather(const int32_t *sums, uint32_t count, int32_t least, uint16_t *out)
{
    uint32_t found = 0, i = 0;
#if defined(__SSE2__)
    /* Sixteen at a time: mostly none passes. */
    __m128i border = _mm_set1_epi32(least - 1);
    for (; i + 16 <= count; i += 16) {
        const __m128i *at = (const __m128i *)(const void *)(sums + i);
        __m128i        low = _mm_packs_epi32(_mm_cmpgt_epi32(_mm_loadu_si128(at), border),
                                             _mm_cmpgt_epi32(_mm_loadu_si128(at + 1), border));
        __m128i        high = _mm_packs_epi32(_mm_cmpgt_epi32(_mm_loadu_si128(at + 2), border),
                                              _mm_cmpgt_epi32(_mm_loadu_si128(at + 3), border));
        unsigned       mask = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
        for (; mask != 0; mask &= mask - 1)
            out[found++] = (uint16_t)(i + (uint32_t)__builtin_ctz(mask));
    }
#endif
    for (; i < count; i++)
        if (sums[i] >= least)
            out[found++] = (uint16_t)i;
    return found;
}

/* What a sum must be now so that `more` can lift it to the least score. */
static int32_t
least_sum(uint32_t least, uint32_t more)
{
    return least > more ? (int32_t)(least - more) : 0;
}

static void
keep_accepted(union_scorer *u, uint32_t from)
{
    uint32_t kept = 0;

    if (!u->clauses->has_accept)
        return;
    for (uint32_t i = 0; i < u->survivor_count; i++)
        if (rls_bitset_get(&u->clauses->accept->bits, from + u->survivors[i]))
            u->survivors[kept++] = u->survivors[i];
    u->survivor_count = kept;
}

static void
keep_above(union_scorer *u, int32_t least)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < u->survivor_count; i++)
        if (u->sums[u->survivors[i]] >= least)
            u->survivors[kept++] = u->survivors[i];
    u->survivor_count = kept;
}

static bool
is_taken(const union_scorer *u, uint32_t doc)
{
    uint32_t low = 0, high = u->taken_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (u->taken[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low < u->taken_count && u->taken[low] == doc;
}

static void
offer_survivors(union_scorer *u, uint32_t from)
{
    for (uint32_t i = 0; i < u->survivor_count; i++) {
        uint32_t doc = from + u->survivors[i], score = (uint32_t)u->sums[u->survivors[i]];
        if (score < rls_topk_least_score(u->topk, false) || is_taken(u, doc))
            continue;
        rls_topk_offer(
            u->topk,
            rls_topk_key(false, score, rls_segment_key_rank(u->clauses->view->segment, doc)), doc);
    }
}

static void
order_lanes(union_scorer *u, uint32_t from, uint32_t to)
{
    uint32_t first = from / RLS_RANGE_SIZE, last = (to - 1) / RLS_RANGE_SIZE, sum = 0;

    for (uint32_t i = 0; i < u->lane_count; i++) {
        lane     moved = u->lanes[i];
        uint32_t at = i;
        moved.bound = 0;
        for (uint32_t range = first; range <= last; range++) {
            uint32_t bound = rls_feed_range_bound(moved.feed, range);
            if (bound > moved.bound)
                moved.bound = bound;
        }
        for (; at > 0 && u->lanes[at - 1].bound > moved.bound; at--)
            u->lanes[at] = u->lanes[at - 1];
        u->lanes[at] = moved;
    }
    for (uint32_t i = 0; i < u->lane_count; i++)
        u->below[i] = sum += u->lanes[i].bound;
}

static bool
probe_survivors(union_scorer *u, rls_feed *feed, uint32_t from)
{
    for (uint32_t i = 0; i < u->survivor_count; i++) {
        int32_t *sum = &u->sums[u->survivors[i]];
        uint32_t contribution;
        if (rls_feed_probe(feed, from + u->survivors[i], &contribution))
            *sum = (int32_t)(((uint32_t)*sum & INT32_MAX) + contribution);
    }
    return !feed->failed;
}

/* The feeds that alone cannot reach the floor, the one with most to add first, for documents that
 * the others have met. `rest` of them are left. */
static bool
add_rest(union_scorer *u, uint32_t from, uint32_t to, uint32_t rest, uint32_t least)
{
    uint32_t ranges = (to - from + RLS_RANGE_SIZE - 1) / RLS_RANGE_SIZE;

    for (; rest > 0; rest--) {
        rls_feed *feed = u->lanes[rest - 1].feed;
        bool      dense = !feed->is_table && feed->list.dense != NULL;
        uint32_t  probes = (dense ? DENSE_PROBES_A_RANGE : PROBES_A_RANGE) * ranges;
        keep_above(u, least_sum(least, u->below[rest - 1]));
        if (u->survivor_count == 0)
            return true;
        if (u->survivor_count <= probes) {
            if (!probe_survivors(u, feed, from))
                return false;
        } else if (!rls_feed_add(feed, from, to, u->sums)) {
            return false;
        }
    }
    keep_above(u, (int32_t)least);
    return true;
}

/* One feed alone decides: its documents are the survivors, without a look at all the others. */
static bool
take_single(union_scorer *u, uint32_t from, uint32_t to, uint32_t least, uint32_t rest)
{
    rls_feed    *feed = u->lanes[rest].feed;
    int32_t      needed = least_sum(least, rest > 0 ? u->below[rest - 1] : 0);
    rls_feed_run run;
    uint32_t     at = from;

    u->survivor_count = 0;
    while (at < to) {
        if (!rls_feed_next_run(feed, at, to, (uint32_t)needed, &run))
            return false;
        if (run.count == 0)
            return true;
        for (uint32_t i = 0; i < run.count; i++) {
            uint32_t index = run.docs[i] - from;
            u->sums[index] = (int32_t)run.scores[i];
            u->survivors[u->survivor_count] = (uint16_t)index;
            u->survivor_count += u->sums[index] >= needed;
        }
        at = run.docs[run.count - 1] + 1;
    }
    return true;
}

/* Few documents are accepted: these are the survivors, and every feed is asked for them. */
static bool
score_accepted(union_scorer *u, uint32_t from, uint32_t to, uint32_t least)
{
    rls_bitset accept = {u->clauses->accept->bits.words, to};

    u->survivor_count = 0;
    for (uint32_t doc = rls_bitset_next(&accept, from); doc < to;
         doc = rls_bitset_next(&accept, doc + 1)) {
        u->sums[doc - from] = RLS_NOT_MET;
        u->survivors[u->survivor_count++] = (uint16_t)(doc - from);
    }
    for (uint32_t i = u->lane_count; i-- > 0;) {
        int32_t needed = least_sum(least, u->below[i]);
        if (needed > 0) /* else a document that no feed has met yet may still get there */
            keep_above(u, needed);
        if (!probe_survivors(u, u->lanes[i].feed, from))
            return false;
    }
    keep_above(u, (int32_t)least);
    return true;
}

/* The survivors of the feeds that were added, with the `rest` of the feeds. */
static rls_status
finish_window(union_scorer *u, uint32_t from, uint32_t to, uint32_t rest, uint32_t least)
{
    keep_accepted(u, from);
    if (!add_rest(u, from, to, rest, least))
        return rls_search_corrupt(u->clauses->state, u->clauses->view);
    offer_survivors(u, from);
    return RLS_OK;
}

static uint32_t
count_accepted(const rls_bitset *accept, uint32_t from, uint32_t to)
{
    uint32_t count = 0;

    for (uint32_t word = from / 64; word < (to + 63) / 64; word++)
        count += (uint32_t)__builtin_popcountll(accept->words[word]);
    return count;
}

static rls_status
union_window(void *context, uint32_t from, uint32_t to)
{
    union_scorer *u = context;
    uint32_t      least = rls_topk_least_score(u->topk, false), rest = 0;
    bool          sparse;

    if (least > INT32_MAX)
        return RLS_OK;
    order_lanes(u, from, to);
    if (u->below[u->lane_count - 1] < least)
        return RLS_OK;
    sparse = u->clauses->has_accept && u->clauses->accept->condition_count > 0 &&
             count_accepted(&u->clauses->accept->bits, from, to) <= (to - from) / SPARSE_ACCEPT;
    if (sparse) {
        if (!score_accepted(u, from, to, least))
            return rls_search_corrupt(u->clauses->state, u->clauses->view);
        offer_survivors(u, from);
        return RLS_OK;
    }
    while (rest < u->lane_count && u->below[rest] < least)
        rest++;
    if (rest + 1 == u->lane_count) {
        if (!take_single(u, from, to, least, rest))
            return rls_search_corrupt(u->clauses->state, u->clauses->view);
        return finish_window(u, from, to, rest, least);
    }
    for (uint32_t i = 0; i < to - from; i++)
        u->sums[i] = RLS_NOT_MET;
    for (uint32_t i = u->lane_count; i-- > rest;)
        if (!rls_feed_add(u->lanes[i].feed, from, to, u->sums))
            return rls_search_corrupt(u->clauses->state, u->clauses->view);
    u->survivor_count = gather(u->sums, to - from,
                               least_sum(least, rest > 0 ? u->below[rest - 1] : 0), u->survivors);
    return finish_window(u, from, to, rest, least);
}

static void
union_rewind(void *context)
{
    union_scorer *u = context;

    for (uint32_t i = 0; i < u->lane_count; i++)
        rls_feed_rewind(u->lanes[i].feed);
}

static rls_status
open_lanes(union_scorer *u)
{
    rls_clauses *clauses = u->clauses;

    u->lanes = rls_arena_alloc(&clauses->state->scratch, clauses->feed_count * sizeof(lane));
    u->below = rls_arena_alloc(&clauses->state->scratch, clauses->feed_count * sizeof(uint32_t));
    if (u->lanes == NULL || u->below == NULL)
        return rls_search_no_memory(clauses->state);
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        for (uint32_t f = 0; f < clauses->clauses[c].feed_count; f++) {
            rls_status status = rls_feed_make_row(clauses->clauses[c].feeds[f]);
            if (status != RLS_OK)
                return status;
            u->lanes[u->lane_count++] = (lane){clauses->clauses[c].feeds[f], 0};
        }
    }
    return RLS_OK;
}

rls_status
rls_scorer_union(rls_clauses *clauses, rls_topk *topk, const uint32_t *taken, uint32_t taken_count)
{
    rls_search_state *state = clauses->state;
    union_scorer     *u;
    bool              is_new;
    rls_range_walk    walk;
    rls_status        status;

    if (clauses->feed_count == 0)
        return RLS_OK;
    is_new = state->union_scorer.memory == NULL;
    if (!rls_scratch_reserve(state, &state->union_scorer, 1, sizeof(*u)))
        return rls_search_no_memory(state);
    u = state->union_scorer.memory;
    if (is_new)
        memset(u->sums, 0, sizeof(u->sums)); /* some are added to that nobody reads */
    u->clauses = clauses;
    u->topk = topk;
    u->taken = taken;
    u->taken_count = taken_count;
    u->lane_count = 0;
    status = open_lanes(u);
    if (status != RLS_OK)
        return status;
    union_rewind(u);
    if (!clauses->has_accept || clauses->accept->condition_count == 0)
        status = rls_threshold_raise(clauses, topk);
    if (status == RLS_OK)
        status = rls_range_walk_init(&walk, clauses, topk);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < u->lane_count; i++)
        rls_feed_add_bounds(u->lanes[i].feed, walk.bounds, walk.range_count);
    walk.window = union_window;
    walk.rewind = union_rewind;
    walk.context = u;
    return rls_range_walk_run(&walk);
}
