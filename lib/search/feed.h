/* What the fast scorers draw contributions from, in one segment: a list of postings, or a table of
 * documents and contributions worked out before. A feed moves forwards; rewind starts it over. */
#ifndef RLS_SEARCH_FEED_H
#define RLS_SEARCH_FEED_H

#include "search/search_state.h"

typedef struct rls_feed {
    rls_search_state       *state;
    const rls_segment_view *view;
    uint32_t                count; /* documents */
    uint32_t                best;  /* the most it contributes anywhere */
    uint32_t                at;    /* block of the list, or entry of the table, to look at next */
    bool                    is_table, failed;
    bool by_block; /* many of a block's documents will be asked for: score it whole */
    /* Bound of the contribution by range of RLS_RANGE_SIZE documents: bounds[row[range]], or of a
     * table table_row[range]; NULL until rls_feed_make_row. */
    const uint8_t  *row;
    const uint32_t *table_row;
    /* A list. */
    float               scaled_weight;
    rls_posting_list    list;
    rls_postings_cursor cursor;
    uint32_t            passed_block, passed; /* where the last run ended */
    uint32_t            reached;      /* the document asked for last, UINT32_MAX after a rewind */
    uint32_t            scored_block; /* contributions hold this block's; UINT32_MAX: none */
    uint32_t            contributions[RLS_BLOCK_SIZE + 16];
    uint32_t            bounds[256]; /* of the contribution, by stored bound */
    /* A table. */
    const uint32_t *docs, *scores;
} rls_feed;

/* Accumulators hold sums of contributions; documents that no feed has met are below 0. */
enum {
    RLS_NOT_MET = INT32_MIN
};

/* `list` is copied. The view's bounds have been made. */
void rls_feed_open_list(rls_feed *feed, rls_search_state *state, const rls_segment_view *view,
                        const rls_posting_list *list, float scaled_weight);
/* `docs` ascend; both arrays stay the caller's. */
void rls_feed_open_table(rls_feed *feed, rls_search_state *state, const rls_segment_view *view,
                         const uint32_t *docs, const uint32_t *scores, uint32_t count);
void rls_feed_rewind(rls_feed *feed);

/* Bounds by range. A list that has no stored row is read and becomes a table: it is short, and the
 * bounds of its blocks, each over many ranges, would be poor ones. */
rls_status rls_feed_make_row(rls_feed *feed);

static inline uint32_t
rls_feed_range_bound(const rls_feed *feed, uint32_t range)
{
    if (feed->is_table)
        return feed->table_row != NULL ? feed->table_row[range] : feed->best;
    return feed->row != NULL ? feed->bounds[feed->row[range]] : feed->best;
}

/* Adds its bounds by range to `sums`; the row has been made. */
void rls_feed_add_bounds(const rls_feed *feed, uint32_t *sums, uint32_t range_count);

/* Adds the contributions of documents [from, to) to sums[doc - from]. */
bool rls_feed_add(rls_feed *feed, uint32_t from, uint32_t to, int32_t *sums);

/* Sets bit doc - from of `words` for its documents in [from, to); `from` is a multiple of 64. */
bool rls_feed_set_bits(rls_feed *feed, uint32_t from, uint32_t to, uint64_t *words);

/* The contribution to `doc`, or false when the feed does not have it. Of a table documents ascend
 * from one call to the next, also with regard to windows added before. */
bool rls_feed_probe(rls_feed *feed, uint32_t doc, uint32_t *out_contribution);

/* The same without the contribution. */
bool rls_feed_has(rls_feed *feed, uint32_t doc);

/* A run of the feed's documents, decoded and scored: the first block (or piece of a table) that has
 * documents >= from. Count 0 at the end. The next run begins behind it. */
typedef struct rls_feed_run {
    const uint32_t *docs, *scores;
    uint32_t        count;
} rls_feed_run;

/* With `least` above 0, runs whose contributions stay below it may be left out. */
bool rls_feed_next_run(rls_feed *feed, uint32_t from, uint32_t to, uint32_t least,
                       rls_feed_run *out_run);

#endif
