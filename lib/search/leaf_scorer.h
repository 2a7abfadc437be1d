/* One leaf of a plan in one segment, a document at a time: does it match, and what does it
 * contribute. The truth that the exhaustive scorer is made of; the fast scorers take odd leaves
 * from here, too. */
#ifndef RLS_SEARCH_LEAF_SCORER_H
#define RLS_SEARCH_LEAF_SCORER_H

#include "search/leaf_terms.h"

/* A word of a phrase (or the word) with the terms that this segment has. */
typedef struct rls_leaf_word {
    uint32_t       term_count;
    bool           any_form; /* every form of every term counts */
    rls_leaf_term *terms;
    uint32_t       offset;
    uint64_t       doc_freq; /* summed */
} rls_leaf_word;

typedef struct rls_leaf_scorer {
    rls_search_state         *state;
    const rls_segment_view   *view;
    const rls_plan_leaf      *leaf;
    bool                      scored;       /* may be cleared where only the match is asked for */
    bool                      never;        /* cannot match in this segment */
    bool                      reads_column; /* has no cursor that leads to candidates */
    uint32_t                  field;
    uint32_t                  word_count;
    rls_leaf_word            *words;  /* of a phrase: the rarest first */
    size_t                    starts; /* of the phrase that matched last, in state->keys */
    const rls_prefix_matches *prefix;
    uint32_t                  prefix_at;
    const rls_column         *column;
    uint32_t                  ordinal_from, ordinal_to; /* [from, to) */
    uint32_t                 *ordinals;
    uint32_t                  ordinal_capacity;
    rls_bitset                keywords; /* KEYWORD_PREFIX: words in the segment's scratch */
} rls_leaf_scorer;

/* Made in state->scratch, which keeps everything until it is reset. */
rls_status rls_leaf_scorer_open(rls_search_state *state, const rls_segment_view *view,
                                uint32_t leaf, rls_leaf_scorer *scorer);

/* The first document >= from that may match: for a phrase one that has all its words. Of leaves
 * that read columns it is `from` itself. RLS_DOC_END at the end. */
uint32_t rls_leaf_scorer_candidate(rls_leaf_scorer *scorer, uint32_t from);

/* Documents are asked in ascending order. The score is 0 unless the leaf is scored. */
rls_status rls_leaf_scorer_match(rls_leaf_scorer *scorer, uint32_t doc, bool *out_match,
                                 uint32_t *out_score);

rls_status rls_leaf_scorer_check(const rls_leaf_scorer *scorer); /* RLS_CORRUPT: a cursor failed */

#endif
