#include "search/range_walk.h"

#include "search/filter.h"

/* Whether some document of the range is accepted. */
static bool
has_accepted(const rls_clauses *clauses, uint32_t range)
{
    const rls_bitset *accept = &clauses->accept;
    size_t            words = rls_bitset_word_count(accept->size);

    if (!clauses->has_accept)
        return true;
    for (size_t i = (size_t)range * (RLS_RANGE_SIZE / 64), end = i + RLS_RANGE_SIZE / 64;
         i < end && i < words; i++)
        if (accept->words[i] != 0)
            return true;
    return false;
}

/* Ranges [first, last) as one window. */
static rls_status
score(rls_range_walk *walk, uint32_t first, uint32_t last)
{
    uint32_t   doc_count = walk->clauses->view->doc_count;
    uint32_t   to = last * RLS_RANGE_SIZE < doc_count ? last * RLS_RANGE_SIZE : doc_count;
    rls_status status = rls_search_poll(walk->clauses->state);

    return status == RLS_OK ? walk->window(walk->context, first * RLS_RANGE_SIZE, to) : status;
}

/* The ranges with the highest bounds, in document order; marks them in `done`. */
static rls_status
prime(rls_range_walk *walk, uint32_t count, rls_bitset *done)
{
    rls_search_state *state = walk->clauses->state;
    rls_topk          best;
    rls_status        status;

    status = rls_topk_init(&best, state->heap, count, walk->range_count, 0, state->err);
    if (status != RLS_OK)
        return status;
    for (uint32_t range = 0; range < walk->range_count; range++)
        if (walk->bounds[range] > 0 && has_accepted(walk->clauses, range))
            rls_topk_offer(&best, (uint64_t)walk->bounds[range] << 32 | (UINT32_MAX - range),
                           range);
    rls_topk_finish(&best);
    for (uint32_t i = 0; i < best.count; i++)
        rls_bitset_set(done, best.entries[i].doc);
    rls_topk_release(&best);
    for (uint32_t range = rls_bitset_next(done, 0); range < walk->range_count;
         range = rls_bitset_next(done, range + 1)) {
        if (walk->bounds[range] < rls_topk_least_score(walk->topk, walk->all)) {
            rls_bitset_clear(done, range); /* costs nothing to ask again */
            continue;
        }
        status = score(walk, range, range + 1);
        if (status != RLS_OK)
            return status;
    }
    walk->rewind(walk->context);
    return RLS_OK;
}

rls_status
rls_range_walk_run(rls_range_walk *walk)
{
    rls_search_state *state = walk->clauses->state;
    uint32_t          primed = 4 * (walk->topk->k / RLS_RANGE_SIZE) + 8;
    rls_bitset        done;
    rls_status        status = rls_filter_new_bits(state, walk->range_count, &done);

    if (status == RLS_OK && primed < walk->range_count / 3)
        status = prime(walk, primed, &done);
    for (uint32_t range = 0; range < walk->range_count && status == RLS_OK;) {
        uint32_t least = rls_topk_least_score(walk->topk, walk->all), last = range;
        while (last < walk->range_count && last - range < RLS_WINDOW_RANGES &&
               walk->bounds[last] >= least && !rls_bitset_get(&done, last) &&
               has_accepted(walk->clauses, last))
            last++;
        if (last == range) {
            range++;
            continue;
        }
        status = score(walk, range, last);
        range = last;
    }
    return status;
}
