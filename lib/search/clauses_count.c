/* How many documents match, without scoring: bit sets over windows of documents that stay in the
 * cache, or the documents of a rare clause asked for one by one. */
#include "search/clauses.h"
#include "search/filter.h"

enum {
    WINDOW = 64 * 1024, /* documents */
    RARE = 32           /* a clause with so many times more documents is asked, not read */
};

typedef struct counter {
    rls_clauses *clauses;
    uint64_t     bits[WINDOW / 64], own[WINDOW / 64];
} counter;

static uint64_t
documents(const rls_clause *clause)
{
    uint64_t sum = 0;

    for (uint32_t f = 0; f < clause->feed_count; f++)
        sum += clause->feeds[f]->count;
    return sum;
}

static uint32_t
count_bits(uint64_t *words, uint32_t size)
{
    rls_bitset set = {words, size};

    return rls_bitset_count(&set);
}

static bool
set_clause(const rls_clause *clause, uint32_t from, uint32_t to, uint64_t *words)
{
    for (uint32_t f = 0; f < clause->feed_count; f++)
        if (!rls_feed_set_bits(clause->feeds[f], from, to, words))
            return false;
    return true;
}

static void
keep_accepted(counter *c, uint32_t from, uint32_t to)
{
    if (c->clauses->has_accept)
        for (uint32_t i = 0; i < (to - from + 63) / 64; i++)
            c->bits[i] &= c->clauses->accept.words[from / 64 + i];
}

/* Takes from the bits what the clause does not have. `left` bits are set. */
static bool
keep_clause(counter *c, const rls_clause *clause, uint32_t from, uint32_t to, uint32_t left)
{
    uint32_t  words = (to - from + 63) / 64;
    rls_feed *feed = clause->feeds[0];
    /* Documents of the clause in the window, were they spread evenly. */
    uint64_t expected = documents(clause) * (to - from) / c->clauses->view->doc_count;

    if (clause->feed_count == 1 && (uint64_t)left * RARE < expected) {
        for (uint32_t i = 0; i < words; i++) {
            for (uint64_t bits = c->bits[i]; bits != 0; bits &= bits - 1) {
                uint32_t doc = from + 64 * i + (uint32_t)__builtin_ctzll(bits);
                if (!rls_feed_has(feed, doc))
                    c->bits[i] &= ~(bits & -bits);
            }
        }
        return !feed->failed;
    }
    memset(c->own, 0, words * sizeof(*c->own));
    if (!set_clause(clause, from, to, c->own))
        return false;
    for (uint32_t i = 0; i < words; i++)
        c->bits[i] &= c->own[i];
    return true;
}

/* Documents of the window that `first` and all other clauses asked for have; without `first`, those
 * that any clause has. */
static bool
count_window(counter *c, const rls_clause *first, bool all, uint32_t from, uint32_t to,
             uint64_t *count)
{
    const rls_clauses *clauses = c->clauses;
    uint32_t           left;

    memset(c->bits, 0, sizeof(c->bits));
    for (uint32_t i = 0; i < clauses->clause_count; i++)
        if ((first == NULL || first == &clauses->clauses[i]) &&
            !set_clause(&clauses->clauses[i], from, to, c->bits))
            return false;
    keep_accepted(c, from, to);
    left = count_bits(c->bits, to - from);
    for (uint32_t i = 0; first != NULL && left > 0 && i < clauses->clause_count; i++) {
        const rls_clause *clause = &clauses->clauses[i];
        if (clause == first || !(all || clause->required))
            continue;
        if (!keep_clause(c, clause, from, to, left))
            return false;
        left = count_bits(c->bits, to - from);
    }
    *count += left;
    return true;
}

static rls_status
count_windows(rls_clauses *clauses, const rls_clause *first, bool all, uint64_t *out_count)
{
    rls_search_state *state = clauses->state;
    uint32_t          doc_count = clauses->view->doc_count;
    counter          *c = rls_arena_alloc(&state->scratch, sizeof(*c));

    if (c == NULL)
        return rls_search_no_memory(state);
    c->clauses = clauses;
    for (uint32_t i = 0; i < clauses->clause_count; i++)
        for (uint32_t f = 0; f < clauses->clauses[i].feed_count; f++)
            rls_feed_rewind(clauses->clauses[i].feeds[f]);
    for (uint32_t from = 0; from < doc_count;) {
        uint32_t   to = doc_count - from > WINDOW ? from + WINDOW : doc_count;
        rls_status status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        if (!count_window(c, first, all, from, to, out_count))
            return rls_search_corrupt(state, clauses->view);
        from = to;
    }
    return RLS_OK;
}

rls_status
rls_clauses_count(rls_clauses *clauses, bool all, uint64_t *out_count)
{
    const rls_clause *rarest = NULL;
    uint32_t          asked = 0;
    bool              intersect = all || clauses->required_count > 0;

    if (clauses->is_filter) {
        *out_count += rls_bitset_count(&clauses->accept);
        return RLS_OK;
    }
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        const rls_clause *clause = &clauses->clauses[c];
        if (intersect && !all && !clause->required)
            continue;
        if (intersect && clause->feed_count == 0)
            return RLS_OK;
        asked += clause->feed_count;
        if (clause->feed_count > 0 && (rarest == NULL || documents(clause) < documents(rarest)))
            rarest = clause;
    }
    if (rarest == NULL)
        return RLS_OK;
    if (asked == 1 && !clauses->has_accept) {
        *out_count += documents(rarest);
        return RLS_OK;
    }
    return count_windows(clauses, intersect ? rarest : NULL, all, out_count);
}
