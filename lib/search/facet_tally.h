/* What one facet has counted so far: values of segments with their counts, kept in order and merged
 * at the end, when the ones asked for are chosen and put into words. */
#ifndef RLS_SEARCH_FACET_TALLY_H
#define RLS_SEARCH_FACET_TALLY_H

#include "search/search_state.h"

/* A value met in a segment. Dates are told by where they (or their year, month, day) begin. */
typedef struct rls_tally_entry {
    uint64_t count;
    int64_t  date;
    uint32_t segment, ordinal;
} rls_tally_entry;

typedef struct rls_facet_tally {
    rls_search_state     *state;
    const rls_facet_wish *wish;
    rls_column_kind       kind;
    const rls_column    **columns; /* by segment, NULL where there is none */
    rls_tally_entry      *entries, *merged;
    size_t                count, capacity;
    size_t               *ends; /* by segment: entries before are of it or an earlier one */
    uint32_t              run_count;
    uint64_t              documents, missing;
} rls_facet_tally;

/* `arena` keeps the arrays by segment. */
rls_status rls_facet_tally_init(rls_facet_tally *tally, rls_search_state *state, rls_arena *arena,
                                const rls_facet_wish *wish);
void       rls_facet_tally_release(rls_facet_tally *tally); /* takes a zeroed one */
void       rls_facet_tally_clear(rls_facet_tally *tally);

/* Counts the documents of a segment that are set; segments come in order. */
rls_status rls_facet_tally_add(rls_facet_tally *tally, const rls_segment_view *view,
                               const rls_bitset *bits);

/* Made in `arena`. */
rls_status rls_facet_tally_tell(rls_facet_tally *tally, rls_arena *arena, rls_facet_result *out);

/* The beginning of the year, month or day that a date lies in, and of the next one. */
void rls_facet_span(rls_facet_kind kind, int64_t date, int64_t *out_from, int64_t *out_to);

#endif
