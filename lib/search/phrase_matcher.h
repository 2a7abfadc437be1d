/* A phrase in one segment for the fast scorers, from what is cheap to what is dear: which documents
 * have all its words, how much it can contribute there at most, and only then its positions. The
 * leaf scorer decides the same from positions alone and is its oracle. */
#ifndef RLS_SEARCH_PHRASE_MATCHER_H
#define RLS_SEARCH_PHRASE_MATCHER_H

#include "search/feed.h"

/* How often forms that count occur in each posting of a block, read when first asked for. */
typedef struct rls_form_freqs {
    uint32_t block; /* UINT32_MAX: none yet */
    uint32_t freqs[RLS_BLOCK_SIZE];
} rls_form_freqs;

/* A list that every document with the phrase is in. */
typedef struct rls_phrase_member {
    rls_posting_list    list;
    rls_postings_cursor scout;  /* tells membership, ahead of the other */
    rls_postings_cursor cursor; /* reads frequencies and positions */
    const uint64_t     *forms;  /* as in rls_leaf_term */
    uint32_t            offset;
    uint32_t            freq;      /* in the document asked last */
    const uint32_t     *positions; /* likewise */
    bool                scout_open, cursor_open;
    bool                is_pair;   /* of two words side by side: without positions */
    bool                covered;   /* a word of such a pair, which tells more than it */
    bool                inner;     /* a word with others before and behind it */
    bool                selective; /* few of its occurrences are in forms that count */
    rls_form_freqs      scout_forms, cursor_forms;
} rls_phrase_member;

typedef struct rls_phrase_matcher {
    rls_search_state       *state;
    const rls_segment_view *view;
    const rls_plan_leaf    *leaf;
    bool                    never;    /* cannot match in this segment */
    uint32_t                field;    /* RLS_ANY_FIELD: any */
    float               bound_weight; /* a little above the leaf's: see rls_phrase_bound_weight */
    uint32_t            best;         /* the most it contributes anywhere */
    uint32_t            bounds[256];  /* of the contribution, by stored bound */
    uint32_t            member_count;
    rls_phrase_member **members;     /* the rarest first */
    rls_phrase_member **order;       /* words, the rarest in a document first */
    bool                all_pairs;   /* any two words side by side are a pair, in any field */
    uint32_t            start_count; /* of the document asked last, field after field */
    uint32_t            start_field_count;
    rls_field_freq     *start_fields, *fields;
} rls_phrase_matcher;

/* Made in state->scratch. *out_matcher is NULL for a phrase that has to be left to the leaf scorer:
 * one of whose words has several terms in this segment. */
rls_status rls_phrase_matcher_new(rls_search_state *state, const rls_segment_view *view,
                                  uint32_t leaf, rls_phrase_matcher **out_matcher);

/* A phrase of two function words in any field is a term of its own: *out_pair tells that it is one,
 * and its list is found; RLS_NOT_FOUND when the segment has none. */
rls_status rls_phrase_pair_list(rls_search_state *state, const rls_segment_view *view,
                                uint32_t leaf, rls_posting_list *out_list, bool *out_pair);

/* Documents then may be asked from the first on again. */
void rls_phrase_matcher_rewind(rls_phrase_matcher *matcher);

/* The first document >= from that has all words; RLS_DOC_END at the end. */
uint32_t rls_phrase_candidate(rls_phrase_matcher *matcher, uint32_t from);

/* Whether all words stand in `doc`, in any order; `in_first`: the rarest member is known to.
 * Documents ascend from call to call of these two, and likewise of rls_phrase_match, which may be
 * behind them. */
bool rls_phrase_has_words(rls_phrase_matcher *matcher, uint32_t doc, bool in_first);

/* The most that the phrase contributes in a range of RLS_RANGE_SIZE documents. */
uint32_t rls_phrase_range_bound(const rls_phrase_matcher *matcher, uint32_t range);

/* Whether the phrase stands in `doc`, which has all its words; its contribution, when `out_score`
 * is not NULL and the leaf is scored. A phrase that contributes less than `least` may be told as
 * *out_low instead of being looked for. */
rls_status rls_phrase_match(rls_phrase_matcher *matcher, uint32_t doc, uint32_t least,
                            bool *out_match, bool *out_low, uint32_t *out_score);

rls_status rls_phrase_matcher_check(const rls_phrase_matcher *matcher); /* RLS_CORRUPT */

#endif
