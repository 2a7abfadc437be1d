#include "search/scorer_and.h"

#include "search/range_walk.h"

enum {
    BY_BLOCK_SHARE = 12, /* one document asked for in so many postings */
    BY_BLOCK_LEAST = 16,
    THROUGH = 16 /* fewer documents a range than this in the first feed: it is read through */
};

/* A phrase is not in the feeds: what its words leave is asked for it when all else is known. */
typedef struct and_phrase {
    rls_phrase_matcher *matcher;
    bool                required;
} and_phrase;

typedef struct and_scorer {
    rls_clauses    *clauses;
    rls_topk       *topk;
    bool            all, marked; /* marked: the topk ranks documents with all words first */
    const uint32_t *taken;
    uint32_t        taken_count;
    uint32_t        required, feed_count;
    rls_feed      **feeds; /* required ones by number of documents, then optional ones */
    uint32_t       *after; /* after[i]: the most that feeds i and following, then phrases, add */
    uint32_t        phrase_count;
    and_phrase     *phrases;
    uint32_t       *phrases_after; /* likewise of phrases, but the one that leads adds no more */
    /* The rarest list of a phrase may be the first feed: it then scores a bound of the phrase,
     * which gives way to the truth at last. */
    and_phrase *leading;
    uint32_t    loose[RLS_BLOCK_SIZE]; /* the part of `scores` that is such a bound */
    uint32_t    count;                 /* candidates at hand */
    uint32_t    docs[RLS_BLOCK_SIZE];
    uint32_t    scores[RLS_BLOCK_SIZE];
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

/* The most that is added in the range to what the first feed scores. */
static uint32_t
rest_bound(const and_scorer *a, uint32_t range)
{
    uint32_t sum = 0;

    for (uint32_t i = 1; i < a->feed_count; i++)
        sum += rls_feed_range_bound(a->feeds[i], range);
    for (uint32_t i = 0; i < a->phrase_count; i++)
        if (&a->phrases[i] != a->leading)
            sum += rls_phrase_range_bound(a->phrases[i].matcher, range);
    return sum;
}

static inline void
keep(and_scorer *a, uint32_t *kept, uint32_t i, bool yes)
{
    a->docs[*kept] = a->docs[i];
    a->scores[*kept] = a->scores[i];
    a->loose[*kept] = a->loose[i];
    *kept += yes;
}

/* The accepted documents of a run of the first feed that can still reach `least`. */
static void
take_run(and_scorer *a, const rls_feed_run *run, uint32_t least)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < run->count;) {
        uint32_t range = run->docs[i] / RLS_RANGE_SIZE, end = (range + 1) * RLS_RANGE_SIZE;
        uint32_t rest = least > 0 ? rest_bound(a, range) : 0;
        uint32_t needed = least > rest ? least - rest : 0;
        for (; i < run->count && run->docs[i] < end; i++) {
            a->docs[count] = run->docs[i];
            a->scores[count] = run->scores[i];
            count += run->scores[i] >= needed;
        }
    }
    a->count = count;
    for (uint32_t i = 0; i < count; i++)
        a->loose[i] = a->leading != NULL ? a->scores[i] : 0;
    if (!a->clauses->has_accept)
        return;
    count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        keep(a, &count, i, rls_clauses_accept(a->clauses, a->docs[i]));
    a->count = count;
}

static void
keep_dense_list(and_scorer *a, const rls_posting_list *list)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < a->count; i++)
        keep(a, &kept, i, rls_posting_list_dense_has(list, a->docs[i]));
    a->count = kept;
}

/* Membership of dense lists costs nothing, so it is asked first. */
static void
keep_dense(and_scorer *a)
{
    for (uint32_t f = 1; f < a->required; f++)
        if (!a->feeds[f]->is_table && a->feeds[f]->list.dense != NULL)
            keep_dense_list(a, &a->feeds[f]->list);
    for (uint32_t p = 0; p < a->phrase_count; p++) {
        const rls_phrase_matcher *matcher = a->phrases[p].matcher;
        for (uint32_t m = 0; m < matcher->member_count && a->phrases[p].required; m++)
            if (matcher->members[m]->list.dense != NULL)
                keep_dense_list(a, &matcher->members[m]->list);
    }
}

/* Then that of the words of required phrases. */
static void
keep_phrase_words(and_scorer *a)
{
    for (uint32_t p = 0; p < a->phrase_count; p++) {
        uint32_t kept = 0;
        if (!a->phrases[p].required)
            continue;
        for (uint32_t i = 0; i < a->count; i++)
            keep(a, &kept, i,
                 rls_phrase_has_words(a->phrases[p].matcher, a->docs[i],
                                      &a->phrases[p] == a->leading));
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

    for (uint32_t i = 0; i < a->count; i++)
        keep(a, &kept, i, a->scores[i] + a->after[f] >= least);
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
        uint32_t contribution = 0;
        bool     met = rls_feed_probe(feed, a->docs[i], &contribution);
        a->scores[i] += contribution;
        keep(a, &kept, i, met || f >= a->required);
    }
    a->count = kept;
    return !feed->failed;
}

/* Adds what phrases contribute in candidate i; *out_stays is false when it lacks one that is
 * required, or cannot reach `least`. */
static rls_status
ask_phrases(and_scorer *a, uint32_t i, uint32_t least, bool *out_stays)
{
    *out_stays = false;
    for (uint32_t p = 0; p < a->phrase_count; p++) {
        const and_phrase *phrase = &a->phrases[p];
        uint32_t          score = 0, known = a->scores[i], most = a->phrases_after[p + 1];
        bool              match, low;
        rls_status        status;
        if (phrase == a->leading) {
            known -= a->loose[i];
            a->loose[i] = 0;
        }
        status =
            rls_phrase_match(phrase->matcher, a->docs[i],
                             least > known + most ? least - known - most : 0, &match, &low, &score);
        if (status != RLS_OK)
            return status;
        if (low || (phrase->required && !match))
            return RLS_OK;
        a->scores[i] = known + score;
    }
    *out_stays = a->scores[i] >= least;
    return RLS_OK;
}

static rls_status
offer_candidates(and_scorer *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t doc = a->docs[i], least = rls_topk_least_score(a->topk, a->marked);
        bool     stays = a->scores[i] + a->after[a->feed_count] >= least;
        if (!stays || is_taken(a, doc))
            continue;
        if (a->phrase_count > 0) {
            rls_status status = ask_phrases(a, i, least, &stays);
            if (status != RLS_OK)
                return status;
        }
        if (stays)
            rls_topk_offer(a->topk,
                           rls_topk_key(a->marked, a->scores[i],
                                        rls_segment_key_rank(a->clauses->view->segment, doc)),
                           doc);
    }
    return RLS_OK;
}

static rls_status
and_window(void *context, uint32_t from, uint32_t to)
{
    and_scorer  *a = context;
    rls_feed_run run;
    rls_status   status;

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
        if (a->phrase_count > 0 && a->count > 0)
            keep_phrase_words(a);
        for (uint32_t f = 1; f < a->feed_count && a->count > 0; f++)
            if (!probe_candidates(a, f, least))
                return rls_search_corrupt(a->clauses->state, a->clauses->view);
        status = offer_candidates(a);
        if (status != RLS_OK)
            return status;
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
    for (uint32_t p = 0; p < a->phrase_count; p++)
        rls_phrase_matcher_rewind(a->phrases[p].matcher);
}

static void
insert_feed(and_scorer *a, uint32_t from, rls_feed *feed)
{
    uint32_t at = a->feed_count++;

    for (; at > from && a->feeds[at - 1]->count > feed->count; at--)
        a->feeds[at] = a->feeds[at - 1];
    a->feeds[at] = feed;
}

/* The rarest list of a required phrase, when it is rarer than every required feed, leads. */
static rls_status
choose_leader(and_scorer *a)
{
    rls_phrase_matcher *matcher;
    rls_feed           *feed;

    for (uint32_t p = 0; p < a->phrase_count; p++) {
        and_phrase *phrase = &a->phrases[p];
        uint32_t    count = phrase->matcher->members[0]->list.doc_freq;
        if (phrase->required && (a->required == 0 || count < a->feeds[0]->count) &&
            (a->leading == NULL || count < a->leading->matcher->members[0]->list.doc_freq))
            a->leading = phrase;
    }
    if (a->leading == NULL)
        return RLS_OK;
    matcher = a->leading->matcher;
    feed = rls_arena_alloc(&a->clauses->state->scratch, sizeof(*feed));
    if (feed == NULL)
        return rls_search_no_memory(a->clauses->state);
    rls_feed_open_list(feed, a->clauses->state, a->clauses->view, &matcher->members[0]->list,
                       matcher->bound_weight);
    memmove(a->feeds + 1, a->feeds, a->feed_count * sizeof(rls_feed *));
    a->feeds[0] = feed;
    a->feed_count++;
    a->required++;
    return RLS_OK;
}

static void
add_clause(and_scorer *a, const rls_clause *clause, bool required)
{
    if (clause->phrase != NULL)
        a->phrases[a->phrase_count++] = (and_phrase){clause->phrase, required};
    for (uint32_t f = 0; f < clause->feed_count; f++)
        insert_feed(a, required ? 0 : a->required, clause->feeds[f]);
}

static rls_status
open_feeds(and_scorer *a)
{
    rls_clauses *clauses = a->clauses;
    rls_arena   *arena = &clauses->state->scratch;
    size_t     feeds = clauses->feed_count + (size_t)2, phrases = clauses->clause_count + (size_t)1;
    uint32_t   sum = 0;
    rls_status status;

    a->feeds = rls_arena_alloc(arena, feeds * sizeof(rls_feed *));
    a->after = rls_arena_alloc(arena, feeds * sizeof(*a->after));
    a->phrases = rls_arena_alloc(arena, phrases * sizeof(*a->phrases));
    a->phrases_after = rls_arena_alloc(arena, phrases * sizeof(*a->phrases_after));
    if (a->feeds == NULL || a->after == NULL || a->phrases == NULL || a->phrases_after == NULL)
        return rls_search_no_memory(clauses->state);
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if (a->all || clauses->clauses[c].required)
            add_clause(a, &clauses->clauses[c], true);
    a->required = a->feed_count;
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if (!a->all && !clauses->clauses[c].required)
            add_clause(a, &clauses->clauses[c], false);
    status = choose_leader(a);
    if (status != RLS_OK)
        return status;
    a->phrases_after[a->phrase_count] = 0;
    for (uint32_t p = a->phrase_count; p-- > 0;)
        a->phrases_after[p] = sum += &a->phrases[p] == a->leading ? 0 : a->phrases[p].matcher->best;
    a->after[a->feed_count] = sum;
    for (uint32_t i = a->feed_count; i-- > 0;)
        a->after[i] = sum += a->feeds[i]->best;
    return RLS_OK;
}

/* A rare first feed is read through: windows of a range each, and bounds by range of feeds that
 * have no row, would cost more than they save. */
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
    rls_range_walk walk;
    rls_status     status = rls_range_walk_init(&walk, a->clauses, a->topk);

    if (status != RLS_OK)
        return status;
    walk.all = a->marked;
    for (uint32_t i = 0; i < a->feed_count; i++) {
        status = rls_feed_make_row(a->feeds[i]);
        if (status != RLS_OK)
            return status;
        if (i > 0 || a->leading == NULL)
            rls_feed_add_bounds(a->feeds[i], walk.bounds, range_count);
    }
    for (uint32_t p = 0; p < a->phrase_count; p++)
        for (uint32_t range = 0; range < range_count; range++)
            walk.bounds[range] += rls_phrase_range_bound(a->phrases[p].matcher, range);
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
    a->phrase_count = 0;
    a->leading = NULL;
    for (uint32_t c = 0; c < clauses->clause_count; c++)
        if ((all || clauses->clauses[c].required) && rls_clause_is_empty(&clauses->clauses[c]))
            return RLS_OK;
    status = open_feeds(a);
    if (status != RLS_OK)
        return status;
    and_rewind(a);
    if (a->feeds[0]->count / THROUGH < ranges)
        status = read_through(a);
    else
        status = walk_ranges(a, ranges);
    for (uint32_t p = 0; p < a->phrase_count && status == RLS_OK; p++)
        status = rls_phrase_matcher_check(a->phrases[p].matcher);
    return status;
}
