/* How many documents match, without scoring: bit sets, or the documents of a rare clause asked for
 * one by one. */
#include "search/clauses.h"
#include "search/filter.h"

/* A clause so many times rarer than another is not worth the other's decoding. */
enum {
    RARE = 32,
    POLL_INTERVAL = 4096
};

static uint64_t
documents(const rls_clause *clause)
{
    uint64_t sum = 0;

    for (uint32_t f = 0; f < clause->feed_count; f++)
        sum += clause->feeds[f]->count;
    return sum;
}

static rls_status
set_bits(rls_clauses *clauses, const rls_clause *clause, rls_bitset *bits)
{
    for (uint32_t f = 0; f < clause->feed_count; f++) {
        const rls_feed *feed = clause->feeds[f];
        if (feed->is_table) {
            for (uint32_t i = 0; i < feed->count; i++)
                rls_bitset_set(bits, feed->docs[i]);
        } else {
            rls_status status = rls_filter_list(clauses->state, clauses->view, &feed->list, bits);
            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

static rls_status
count_union(rls_clauses *clauses, uint64_t *out_count)
{
    rls_bitset bits;
    rls_status status;

    if (clauses->feed_count == 0)
        return RLS_OK;
    if (clauses->feed_count == 1 && !clauses->has_accept) {
        for (uint32_t c = 0; c < clauses->clause_count; c++)
            *out_count += documents(&clauses->clauses[c]);
        return RLS_OK;
    }
    status = rls_filter_new_bits(clauses->state, clauses->view->doc_count, &bits);
    for (uint32_t c = 0; c < clauses->clause_count && status == RLS_OK; c++)
        status = set_bits(clauses, &clauses->clauses[c], &bits);
    if (status != RLS_OK)
        return status;
    if (clauses->has_accept)
        rls_bitset_and(&bits, &clauses->accept);
    *out_count += rls_bitset_count(&bits);
    return RLS_OK;
}

/* Takes from `bits` what the clause does not have. */
static rls_status
keep_clause(rls_clauses *clauses, const rls_clause *clause, uint64_t left, rls_bitset *bits)
{
    rls_feed  *feed = clause->feeds[0];
    rls_bitset own;
    rls_status status = RLS_OK;

    if (clause->feed_count == 1 && left * RARE < feed->count) {
        uint32_t asked = 0;
        rls_feed_rewind(feed);
        for (uint32_t doc = rls_bitset_next(bits, 0); doc < bits->size;
             doc = rls_bitset_next(bits, doc + 1)) {
            if (!rls_feed_has(feed, doc))
                rls_bitset_clear(bits, doc);
            if (++asked % POLL_INTERVAL == 0)
                status = rls_search_poll(clauses->state);
            if (status != RLS_OK)
                return status;
        }
        return feed->failed ? rls_search_corrupt(clauses->state, clauses->view) : RLS_OK;
    }
    status = rls_filter_new_bits(clauses->state, clauses->view->doc_count, &own);
    if (status == RLS_OK)
        status = set_bits(clauses, clause, &own);
    if (status == RLS_OK)
        rls_bitset_and(bits, &own);
    return status;
}

static rls_status
count_intersection(rls_clauses *clauses, bool all, uint64_t *out_count)
{
    const rls_clause *rarest = NULL;
    uint32_t          others = 0;
    rls_bitset        bits;
    rls_status        status;

    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        const rls_clause *clause = &clauses->clauses[c];
        if (!all && !clause->required)
            continue;
        if (clause->feed_count == 0)
            return RLS_OK;
        others++;
        if (rarest == NULL || documents(clause) < documents(rarest))
            rarest = clause;
    }
    if (rarest == NULL)
        return RLS_OK;
    if (others == 1 && rarest->feed_count == 1 && !clauses->has_accept) {
        *out_count += documents(rarest);
        return RLS_OK;
    }
    status = rls_filter_new_bits(clauses->state, clauses->view->doc_count, &bits);
    if (status == RLS_OK)
        status = set_bits(clauses, rarest, &bits);
    if (status == RLS_OK && clauses->has_accept)
        rls_bitset_and(&bits, &clauses->accept);
    for (uint32_t c = 0; c < clauses->clause_count && status == RLS_OK; c++) {
        const rls_clause *clause = &clauses->clauses[c];
        if (clause != rarest && (all || clause->required))
            status = keep_clause(clauses, clause, documents(rarest), &bits);
    }
    if (status == RLS_OK)
        *out_count += rls_bitset_count(&bits);
    return status;
}

rls_status
rls_clauses_count(rls_clauses *clauses, bool all, uint64_t *out_count)
{
    if (clauses->is_filter) {
        *out_count += rls_bitset_count(&clauses->accept);
        return RLS_OK;
    }
    if (all || clauses->required_count > 0)
        return count_intersection(clauses, all, out_count);
    return count_union(clauses, out_count);
}
