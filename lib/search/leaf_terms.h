/* A term of a leaf in one segment, with the forms that count: what leaves of words, phrases and
 * prefixes are scored from. */
#ifndef RLS_SEARCH_LEAF_TERMS_H
#define RLS_SEARCH_LEAF_TERMS_H

#include "search/search_state.h"

typedef struct rls_leaf_term {
    rls_posting_list    list;
    rls_postings_cursor cursor;
    const uint64_t     *forms; /* bit by form code: those that count; NULL: all */
    float               scaled_weight;
    uint32_t            number; /* among the terms of its word; set by who opens it */
} rls_leaf_term;

/* Sets out_forms, a bit set in `arena` or NULL when all count; *out_any is false when none does. */
rls_status rls_leaf_forms(rls_search_state *state, const rls_segment_view *view, rls_arena *arena,
                          const rls_posting_list *list, rls_bytes term, const rls_match_word *word,
                          const uint64_t **out_forms, bool *out_any);

/* Finds `term` and opens a cursor on its first document; *out_present is false when the segment
 * does not have it in a form that counts. */
rls_status rls_leaf_term_open(rls_search_state *state, const rls_segment_view *view,
                              rls_arena *arena, const rls_match_word *word, rls_bytes term,
                              rls_leaf_term *out_term, bool *out_present);

/* Appends to state->keys, from *count on, an entry for each position of the current posting that
 * counts: field << 32 | position - offset, where position >= offset. `field` RLS_ANY_FIELD: all.
 * Ascending. */
#define RLS_ANY_FIELD UINT32_MAX
rls_status rls_leaf_term_keys(rls_search_state *state, const rls_segment_view *view,
                              rls_leaf_term *term, uint32_t field, uint32_t offset,
                              rls_scratch *keys, size_t *count);

/* How often the forms that count occur in the current posting, by field, of one field or all:
 * fields ascend, those without an occurrence are left out. Positions are not looked at. */
enum {
    RLS_FIELDS_NEAR = 32
};
typedef struct rls_leaf_freqs {
    rls_field_freq *items; /* `near`, or memory of the search */
    uint32_t        count;
    rls_field_freq  near[RLS_FIELDS_NEAR];
} rls_leaf_freqs;
rls_status rls_leaf_term_freqs(rls_search_state *state, const rls_segment_view *view,
                               rls_leaf_term *term, uint32_t field, rls_leaf_freqs *out_freqs);

/* What `freq` occurrences in one field of `doc` add to T. */
float rls_field_t(const rls_segment_view *view, uint32_t doc, uint32_t field, uint32_t freq);

/* T of ascending keys of document `doc`: the number of keys in a field is its frequency. */
float rls_keys_t(const rls_segment_view *view, uint32_t doc, const uint64_t *keys, size_t count);

/* T of the current posting, of one field or all, counting the forms that count. False: no
 * occurrence counts. */
rls_status rls_leaf_term_t(rls_search_state *state, const rls_segment_view *view,
                           rls_leaf_term *term, uint32_t field, float *out_t, bool *out_match);

#endif
