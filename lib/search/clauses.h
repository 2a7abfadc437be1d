/* A plan in one segment in the form that the fast scorers read: required and optional clauses, each
 * with the feeds that score it, and the bit set of documents that filters, exclusions and deletions
 * leave. */
#ifndef RLS_SEARCH_CLAUSES_H
#define RLS_SEARCH_CLAUSES_H

#include "search/accept.h"
#include "search/feed.h"
#include "search/phrase_matcher.h"
#include "search/scorer.h"

typedef struct rls_clause {
    uint32_t            leaf;
    bool                required;   /* + or an operand of AND; else a wish */
    uint32_t            feed_count; /* 0, and no phrase: the segment has none of it */
    rls_feed          **feeds;
    rls_phrase_matcher *phrase; /* a phrase to be asked for document by document; then no feeds */
} rls_clause;

typedef struct rls_clauses {
    rls_search_state       *state;
    const rls_segment_view *view;
    uint32_t                clause_count, required_count, feed_count;
    rls_clause             *clauses;
    bool                    has_accept; /* else every document is accepted */
    rls_accept             *accept;
    bool                    is_filter; /* no clause: the accepted documents match, score 0 */
} rls_clauses;

/* True when the plan has a shape that the fast scorers know. */
bool rls_clauses_fit(const rls_search_state *state);

/* Reads the plan and makes the bit set, in state->scratch. */
rls_status rls_clauses_init(rls_clauses *clauses, rls_search_state *state,
                            const rls_segment_view *view);
/* Opens the feeds, in state->scratch. A clause that may have to be required gets one feed. */
rls_status rls_clauses_open_feeds(rls_clauses *clauses);
/* Then, for scorers that know nothing of phrases: a table instead of each. */
rls_status rls_clauses_open_tables(rls_clauses *clauses);

/* For plans of any shape: a clause for each scored leaf, none of them required, in the order of the
 * plan's leaves, with their feeds opened; the bit set is that of the live documents. */
rls_status rls_clauses_open_leaves(rls_clauses *clauses, rls_search_state *state,
                                   const rls_segment_view *view);

/* True when some leaf under the node is scored. */
bool rls_clauses_has_scored(const rls_search_state *state, const rls_plan_node *node);

static inline bool
rls_clause_is_empty(const rls_clause *clause)
{
    return clause->feed_count == 0 && clause->phrase == NULL;
}

static inline bool
rls_clauses_accept(const rls_clauses *clauses, uint32_t doc)
{
    return !clauses->has_accept || rls_accept_has(clauses->accept, doc);
}

/* The first failure to find out what is accepted. */
rls_status rls_clauses_check(const rls_clauses *clauses);

/* Adds the number of documents that match all clauses (`all`) or as the plan says, among the
 * accepted. */
rls_status rls_clauses_count(rls_clauses *clauses, bool all, uint64_t *out_count);

#endif
