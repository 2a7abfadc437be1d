#include "search/range_walk.h"

/* Whether some document of the range is accepted, where ranges without may be. */
static bool
find_accepted(const rls_clauses *clauses, uint32_t range)
{
    const rls_bitset *accept = &clauses->accept->bits;
    size_t            words = rls_bitset_word_count(accept->size);
    uint32_t          first = range * RLS_RANGE_SIZE;

    rls_accept_fill(clauses->accept, first, first + 1); /* windows are made of whole ranges */
    for (size_t i = (size_t)range * (RLS_RANGE_SIZE / 64), end = i + RLS_RANGE_SIZE / 64;
         i < end && i < words; i++)
        if (accept->words[i] != 0)
            return true;
    return false;
}

/* Deletions seldom leave a range empty. */
static inline bool
has_accepted(const rls_clauses *clauses, uint32_t range)
{
    return !clauses->has_accept || clauses->accept->condition_count == 0 ||
           find_accepted(clauses, range);
}

rls_status
rls_range_walk_init(rls_range_walk *walk, rls_clauses *clauses, rls_topk *topk)
{
    uint32_t count = (clauses->view->doc_count + RLS_RANGE_SIZE - 1) / RLS_RANGE_SIZE;

    *walk = (rls_range_walk){.clauses = clauses, .topk = topk, .range_count = count};
    walk->bounds =
        rls_arena_alloc(&clauses->state->scratch, 2 * (count + (size_t)1) * sizeof(*walk->bounds));
    if (walk->bounds == NULL)
        return rls_search_no_memory(clauses->state);
    walk->left = walk->bounds + count + 1;
    for (uint32_t range = 0; range < count; range++)
        walk->bounds[range] = 1;
    return RLS_OK;
}

/* They are few. */
static void
sort_numbers(uint32_t *numbers, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint32_t moved = numbers[i], at = i;
        for (; at > 0 && numbers[at - 1] > moved; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = moved;
    }
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

/* The ranges with the highest bounds, in document order. */
static rls_status
prime(rls_range_walk *walk, uint32_t count)
{
    rls_search_state *state = walk->clauses->state;
    uint32_t          border = 0; /* bounds up to it are not among the highest */
    rls_topk          best;
    rls_status        status;

    status = rls_topk_init(&best, state->heap, count, walk->range_count, 0, state->err);
    if (status != RLS_OK)
        return status;
    for (uint32_t range = 0; range < walk->range_count; range++) {
        if (walk->bounds[range] <= border)
            continue;
        rls_topk_offer(&best, (uint64_t)walk->bounds[range] << 32 | (UINT32_MAX - range), range);
        border = (uint32_t)(best.floor >> 32);
    }
    for (uint32_t i = 0; i < best.count; i++)
        walk->left[i] = best.entries[i].doc;
    count = best.count;
    rls_topk_release(&best);
    sort_numbers(walk->left, count);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        uint32_t range = walk->left[i];
        if (walk->bounds[range] <= rls_topk_least_score(walk->topk, walk->all))
            continue;
        walk->bounds[range] = 0;
        if (has_accepted(walk->clauses, range))
            status = score(walk, range, range + 1);
    }
    walk->rewind(walk->context);
    return status;
}

/* Lists those that can still reach the floor. */
static uint32_t
list_left(rls_range_walk *walk)
{
    uint32_t least = rls_topk_least_score(walk->topk, walk->all), count = 0;

    for (uint32_t range = 0; range < walk->range_count; range++) {
        walk->left[count] = range;
        count += walk->bounds[range] > least;
    }
    return count;
}

rls_status
rls_range_walk_run(rls_range_walk *walk)
{
    const rls_clauses *clauses = walk->clauses;
    uint32_t           primed = 4 * (walk->topk->k / RLS_RANGE_SIZE) + 8, count;
    rls_status         status = RLS_OK;

    /* Conditions that are not cheap are asked where there is something to be scored. */
    if (clauses->has_accept && clauses->accept->is_cheap && clauses->accept->condition_count > 0)
        for (uint32_t range = 0; range < walk->range_count; range++)
            if (!has_accepted(clauses, range))
                walk->bounds[range] = 0;
    if (primed < walk->range_count / 3)
        status = prime(walk, primed);
    count = list_left(walk);
    for (uint32_t i = 0; i < count && status == RLS_OK;) {
        uint32_t least = rls_topk_least_score(walk->topk, walk->all);
        uint32_t first = walk->left[i], last = first;
        while (i < count && walk->left[i] == last && walk->bounds[last] > least &&
               last - first < RLS_WINDOW_RANGES && has_accepted(clauses, last)) {
            last++;
            i++;
        }
        if (last == first)
            i++;
        else
            status = score(walk, first, last);
    }
    return status;
}
